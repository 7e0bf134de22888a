"""One bad machine is told from a service that has one machine, whatever number that bears."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from correlate.candidates import Fleet
from correlate.nodes import common_stems, one_node
from correlate.policy import Policy, Service
from correlate.records import Past
from correlate.recurrence import Finding, search
from correlate.services import ServiceMap

START = datetime(2026, 1, 5, tzinfo=UTC)
NAMES = tuple(f"service-{n}" for n in range(12))


def found(seed: int) -> list[Finding]:
    """What is found in a quarter of chance, where each service has one machine and all are numbered alike."""
    random = Random(seed)
    past = []
    for serial in range(240):
        at, place = START + timedelta(days=90 * random.random()), random.randrange(len(NAMES))
        past.append(
            Past(number=f"INC-{serial}", opened_at=at, service=NAMES[place], template=f"t{serial}", category=None,
                 origin="alert", resource=f"srv-{place + 10}.example.com", services=(NAMES[place],))
        )  # fmt: skip
    policy = Policy(services=tuple(Service(name=name) for name in NAMES))
    return search(Fleet(past, (), ServiceMap(policy.services), policy, START + timedelta(days=91)), 0)


@pytest.mark.parametrize("seed", range(5))
def test_the_number_of_the_only_machine_is_no_evidence(seed: int) -> None:
    assert not found(seed)


def test_a_stem_is_common_where_machines_of_two_services_bear_it() -> None:
    told = [("erp", "srv-10:9100"), ("mail", "srv-11:9100"), ("shop", "shop-02"), ("shop", "shop-03"), ("wiki", None)]
    assert common_stems(told) == {"srv"}


def test_under_a_common_stem_only_machines_that_were_seen_count() -> None:
    events = [["srv-12"]] * 18
    assert one_node(events) > 4
    assert one_node(events, {"srv"}) == 0.0
    assert one_node([*events, ["srv-13"]], {"srv"}) > 2


def test_most_trouble_on_one_of_four_machines_is_evidence() -> None:
    assert one_node([["shop-02:9100"]] * 18 + [["shop-01:9100"], ["shop-03:9100"], ["shop-04:9100"]]) > 4


def test_trouble_on_all_machines_alike_is_none() -> None:
    assert one_node([[f"shop-0{1 + number % 4}"] for number in range(24)]) < 0


def test_one_incident_put_to_what_suffers_does_not_make_a_machine_everybodys() -> None:
    shown = [("queue", "mq-3.example.com")] * 6 + [("shop", "mq-3.example.com"), ("queue", "mq-1.example.com")]
    assert common_stems(shown) == frozenset()
    assert common_stems([*shown, ("wiki", "mq-7.example.com")]) == {"mq"}
