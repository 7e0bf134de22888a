"""The promise of the suggestions: in a world where nothing recurs, next to nothing is suggested.

`python -m bench.null_worlds 200` looks every night, at more of them.
"""

from datetime import datetime, timedelta
from math import sqrt

import pytest

from correlate.candidates import Fleet
from correlate.policy import Policy
from correlate.records import Past
from correlate.recurrence import search
from desk.simulator.null_worlds import START, null_quarter, suggested

PROMISED = 0.1
CI_QUARTERS = 16


@pytest.mark.slow
def test_where_nothing_recurs_next_to_nothing_is_suggested() -> None:
    false = sum(bool(suggested(seed, every_nights=7)) for seed in range(CI_QUARTERS))
    assert false / CI_QUARTERS <= PROMISED + 2 * sqrt(PROMISED * (1 - PROMISED) / CI_QUARTERS)


def test_where_a_nightly_fault_is_planted_it_is_found() -> None:
    past, changes, services = null_quarter(seed=3)
    for night in range(20):
        at = START + timedelta(days=30 + night, hours=2, minutes=10 + night % 4)
        past.append(
            Past(number=f"N-{night}", opened_at=at, service="service-07", template="t", category=None, origin="alert",
                 services=("service-07",))
        )  # fmt: skip
    at = START + timedelta(days=51)
    findings = search(Fleet([p for p in past if p.opened_at <= at], changes, services, Policy(), at), 0)
    assert [(finding.stream.key, finding.kind) for finding in findings] == [("service-07", "periodic")]


def test_what_goes_wrong_at_the_end_of_every_month_is_found() -> None:
    past, changes, services = null_quarter(seed=5)
    for month, last in ((1, 31), (2, 28), (3, 31), (4, 30)):
        at = START.replace(month=month, day=last, hour=21, minute=10 + month)
        past.append(_of("service-11", f"M-{month}", at))
    at = START.replace(month=5, day=2)
    findings = search(Fleet(past, changes, services, Policy(), at), 0)
    assert ("service-11", "monthly") in [(finding.stream.key, finding.pattern.name) for finding in findings]


def test_a_kind_of_trouble_that_came_to_many_services_lately_is_one_finding() -> None:
    past, changes, services = null_quarter(seed=6)
    for number in range(24):
        at = START + timedelta(days=60 + number * 0.9, hours=number * 5 % 24)
        past.append(_of(f"service-{number % 12:02}", f"K-{number}", at, "clock is <n> s off"))
    at = START + timedelta(days=85)
    findings = search(Fleet([p for p in past if p.opened_at <= at], changes, services, Policy(), at), 0)
    assert [finding.stream.key for finding in findings] == ["kind=clock is <n> s off"]
    assert {p.number[0] for event in findings[0].pattern.events for p in event.incidents} == {"K"}


def _of(service: str, number: str, at: datetime, template: str = "t") -> Past:
    return Past(
        number=number, opened_at=at, service=service, template=template, category=None, origin="alert",
        services=(service,),
    )  # fmt: skip
