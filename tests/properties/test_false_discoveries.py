"""The promise of the suggestions: in a world where nothing recurs, next to nothing is suggested.

`python -m bench.null_worlds 200` looks every night, at more of them.
"""

from datetime import UTC, datetime, timedelta
from math import sqrt
from random import Random

import pytest
from msgspec.structs import replace

from correlate.candidates import Fleet
from correlate.combinations import PAIRS
from correlate.policy import Policy
from correlate.records import Past
from correlate.recurrence import _DIMENSIONS, search
from correlate.wording import title_of
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


def test_a_kind_of_trouble_that_came_to_one_place_is_found_there_alone() -> None:
    past, changes, services = null_quarter(seed=6, services=150)
    random = Random(1)
    for number in range(60):
        # Ordinary at every place, and each place has enough of other troubles: only the two together stand out.
        place = ("berlin", "lyon", "porto", "graz", "oslo")[number % 5]
        at = START + timedelta(days=random.random() * 85)
        past.append(_at(f"service-{number + 30:02}", f"U-{number}", at, place))
    for number in range(24):
        at = START + timedelta(days=71 + random.random() * 14)
        past.append(_at(f"service-{number:02}", f"K-{number}", at, "graz"))
    at = START + timedelta(days=85)
    findings = search(Fleet([p for p in past if p.opened_at <= at], changes, services, Policy(), at), 0)
    assert [finding.stream.key for finding in findings] == ["kind at place=lease lost at graz.example.com"]
    members = [p.number for event in findings[0].pattern.events for p in event.incidents]
    assert sum(number.startswith("K") for number in members) >= 20
    assert title_of(findings[0], UTC).startswith("“lease lost” at graz.example.com ")


def test_one_trouble_of_a_busy_service_is_named_and_not_the_whole_service() -> None:
    past, changes, services = null_quarter(seed=6, services=150)
    random = Random(2)
    for number in range(20):
        at = START + timedelta(days=random.random() * 85)
        past.append(_of("service-20", f"U-{number}", at, f"trouble {'abcde'[number % 5]}"))
    for number in range(11):
        at = START + timedelta(days=1 + number * 7, hours=3, minutes=number % 5)
        past.append(_of("service-20", f"W-{number}", at, "backup of <n> late"))
    at = START + timedelta(days=85)
    findings = search(Fleet([p for p in past if p.opened_at <= at], changes, services, Policy(), at), 0)
    assert "kind of service=backup of <n> late of service-20|periodic" in [finding.key for finding in findings]
    assert {p.number[0] for event in findings[0].pattern.events for p in event.incidents} == {"W"}
    assert findings[0].service == "service-20"
    assert title_of(findings[0], UTC) == "“backup of <n> late” of service-20 fails on Tuesdays about 03:00"


def test_what_one_place_has_more_of_in_everything_is_said_of_the_place() -> None:
    past, changes, services = null_quarter(seed=6, services=150)
    random = Random(3)
    kinds = sorted({p.template for p in past})
    for number in range(60):
        at = START + timedelta(days=71 + random.random() * 14 if number > 12 else random.random() * 71)
        past.append(_at(f"service-{number:02}", f"P-{number}", at, "bergen", kinds[number % 4]))
    at = START + timedelta(days=86)
    findings = search(Fleet([p for p in past if p.opened_at <= at], changes, services, Policy(), at), 0)
    assert [finding.stream.key for finding in findings] == ["place=bergen.example.com"]


def test_all_that_is_ever_looked_at_shares_one_promise() -> None:
    assert sum(_DIMENSIONS.values()) == pytest.approx(1.0)
    assert set(PAIRS) < set(_DIMENSIONS)


def _at(service: str, number: str, at: datetime, place: str, template: str = "lease lost") -> Past:
    return replace(_of(service, number, at, template), resource=f"{service}-1.{place}.example.com")
