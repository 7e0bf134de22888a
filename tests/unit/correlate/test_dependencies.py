"""Dependencies that nobody declared are proposed from what fails soon after what; a person has the last word."""

from datetime import timedelta

import msgspec

from correlate.candidates import Fleet
from correlate.dependencies import learned
from correlate.effects import CommandRefused
from correlate.policy import Edge, Policy, Service, mapped
from correlate.records import Past
from correlate.services import ServiceMap
from desk.service_map import layers, svg
from desk.simulator.null_worlds import DAYS, START, null_quarter
from ingest.event import Configured
from tests.unit.correlate.world import POLICY, TestDesk

EDGE = Edge(
    service="ledger", needs="intranet-pages", status="proposed", times=5, of=6, first=5, evidence=12.0, since=START
)


def fleet_of(past: list[Past], services: ServiceMap) -> Fleet:
    return Fleet(past, (), services, Policy(), START + timedelta(days=DAYS))


def test_who_fails_soon_after_another_seems_to_need_it() -> None:
    past, _, declared = null_quarter(seed=4)
    services = ServiceMap([Service(name=name) for name in declared.by_name])
    for number in range(9):
        moment = START + timedelta(days=5 + number * 9, hours=number * 7 % 24)
        for name, later in (("service-30", 0), ("service-02", 3)):
            opened = moment + timedelta(minutes=later)
            past.append(
                Past(number=f"{name}-{number}", opened_at=opened, service=name, template="t", category=None,
                     origin="alert", services=(name,))
            )  # fmt: skip
    found = learned(fleet_of(past, services))
    assert [(edge.service, edge.needs) for edge in found] == [("service-02", "service-30")]
    assert found[0].times >= 9
    assert found[0].first >= 9


def test_where_nothing_depends_nothing_is_learned() -> None:
    for seed in range(6):
        past, _, services = null_quarter(seed)
        assert learned(fleet_of(past, services)) == []


def test_a_confirmed_dependency_counts_and_outlives_a_new_configuration() -> None:
    desk = TestDesk(msgspec.structs.replace(POLICY, edges=(EDGE,)))
    assert "intranet-pages" not in desk.situation.services.needs("ledger")
    desk.command(1, "edge-confirm", "ledger", needs="intranet-pages")
    assert "intranet-pages" in desk.situation.services.needs("ledger")
    desk.take(2, Configured(settings=msgspec.to_builtins(POLICY)))
    assert "intranet-pages" in desk.situation.services.needs("ledger")
    desk.command(3, "edge-decline", "ledger", needs="intranet-pages")
    assert "intranet-pages" not in desk.situation.services.needs("ledger")


def test_only_what_was_proposed_can_be_judged() -> None:
    effects = TestDesk().command(1, "edge-confirm", "ledger", needs="moon")
    assert any(isinstance(effect, CommandRefused) for effect in effects)
    assert mapped(POLICY) == POLICY.services


def test_the_picture_stands_what_is_needed_below_and_shows_what_is_red() -> None:
    rows = layers([Service(name="a", depends_on=("b",)), Service(name="b", depends_on=("c", "a")), Service(name="c")])
    assert {name for row in rows for name in row} == {"a", "b", "c"}
    drawn = svg(POLICY.services, (EDGE,), {"storage": 2})
    assert drawn.count('class="proposed"') == 1
    assert "storage: 2 open" in drawn
    evil = svg([Service(name='<script>"', depends_on=("x",))], (), {})
    assert "<script>" not in evil


def _said(texts: dict[str, str], times: int = 8) -> list[Past]:
    """Each service's troubles, all at other times, in these words."""
    return [
        Past(number=f"{name}-{number}", opened_at=START + timedelta(days=number * 9 + place, hours=place * 2),
             service=name, template=text, category=None, origin="alert", services=(name,))
        for place, (name, text) in enumerate(texts.items())
        for number in range(times)
    ]  # fmt: skip


SPOKEN = {
    "checkout": "no connection to ledger after <n> s", "ledger": "ledger is slow", "parcels": "disk is full on watcher",
    "payroll": "login fails says watcher", "intranet": "page is slow says watcher", "scanner": "paper jam says watcher",
    "canteen": "till closed says watcher",
}  # fmt: skip


def test_whose_troubles_name_another_service_seems_to_need_it() -> None:
    services = ServiceMap([Service(name=name) for name in (*SPOKEN, "watcher")])
    found = learned(fleet_of(_said(SPOKEN), services))
    assert [(edge.service, edge.needs) for edge in found] == [("checkout", "ledger")]
    edge = found[0]
    assert (edge.named, edge.of, edge.elsewhere, edge.first) == (8, 8, 0, 0)
    assert edge.quotes == ("no connection to ledger after <n> s",)
    assert edge.quoted[0].startswith("checkout-")


def test_a_name_is_known_by_an_alias_and_by_a_host_too() -> None:
    words = {**SPOKEN, "checkout": "no answer from bookkeeping", "parcels": "timeout at db-main.example.com: gave up"}
    declared = [Service(name=name) for name in words if name != "ledger"]
    ledger = Service(name="ledger", aliases=("bookkeeping",), resources=("db-main*",))
    found = learned(fleet_of(_said(words), ServiceMap([*declared, ledger])))
    assert {(edge.service, edge.needs) for edge in found} == {("checkout", "ledger"), ("parcels", "ledger")}


def test_what_is_declared_or_named_seldom_is_not_proposed_from_words() -> None:
    known = [Service(name="checkout", depends_on=("ledger",)), *(Service(name=n) for n in SPOKEN if n != "checkout")]
    assert learned(fleet_of(_said(SPOKEN), ServiceMap(known))) == []
    assert learned(fleet_of(_said(SPOKEN, times=3), ServiceMap([Service(name=name) for name in SPOKEN]))) == []
