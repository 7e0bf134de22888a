"""What stands beside a claim: what its incidents share and others do not, what they cost, and what came before them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from correlate.candidates import Fleet
from correlate.evidence import is_is_not, similar, spent_on, summary, suspects, workaround
from correlate.policy import Policy, Service
from correlate.records import Change, Past, Problem
from correlate.services import ServiceMap

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
SERVICES = (Service(name="ledger", depends_on=("ledger-db",)), Service(name="ledger-db"), Service(name="print"))


def past(number: int, *, day: float = 0, lasted: float = 1, people: int = 0, **fields: object) -> Past:
    """INC-`number`, opened so many days after Monday and over after so many hours."""
    opened = MONDAY + timedelta(days=day)
    known = {"service": "ledger", "template": "Disk full", "category": None, "origin": "alert", **fields}
    return Past(
        number=f"INC-{number}", opened_at=opened, resolved_at=opened + timedelta(hours=lasted), people=people,
        **known,  # type: ignore[arg-type]
    )  # fmt: skip


def change(name: str, day: float, service: str = "ledger") -> Change:
    return Change(id=name, service=service, title=f"Release {name}", start=MONDAY + timedelta(days=day), end=None)


# --- is, and is not ---


def test_what_the_members_share_and_the_others_lack_is_a_row_with_what_the_others_have() -> None:
    members = [past(n, day=n, resource="led-1") for n in range(5)]
    others = [past(10 + n, day=n + 0.4, service="print", template="Jam", resource="prn-1") for n in range(8)]
    rows = {row["what"]: row for row in is_is_not(members, others, UTC_ZONE)}
    service = rows["service"]
    assert (service["is"], service["members"], service["of"]) == ("ledger", 5, 5)
    assert (service["others"], service["of_others"], service["is_not"]) == (0, 8, ["print"])
    assert rows["kind of trouble"]["is_not"] == ["Jam"]
    assert rows["time of day"]["is"] == "night"


def test_what_all_others_share_as_well_tells_nothing() -> None:
    members = [past(n, day=n) for n in range(5)]
    others = [past(10 + n, day=n, template="Jam") for n in range(8)]
    assert {row["what"] for row in is_is_not(members, others, UTC_ZONE)} == {"kind of trouble"}


def test_what_only_few_members_have_is_no_row() -> None:
    members = [past(n, day=n, resource="led-1" if n < 2 else f"host-{n}") for n in range(6)]
    others = [past(10 + n, day=n, service="print") for n in range(8)]
    assert "resource" not in {row["what"] for row in is_is_not(members, others, UTC_ZONE)}


# --- cost ---


def test_the_cost_is_people_times_time_and_the_handling_by_weights_that_can_be_changed() -> None:
    members = [past(1, lasted=2, people=3), past(2, day=60, lasted=1, people=0)]
    spent = spent_on(members, MONDAY + timedelta(days=60))
    assert (spent.hours, spent.incidents, spent.months) == (6.0, 2, 2.0)
    assert spent.cost(0.5, 30) == (6.0 * 0.5 + 2 * 0.5, 2.0)
    assert spent.cost(0.0, 0) == (0.0, 0.0)
    assert spent.cost(1.0, 60) == (8.0, 4.0)


def test_what_nobody_closed_costs_two_days_and_less_than_a_month_counts_as_one() -> None:
    forgotten = replace(past(1, people=1), resolved_at=None)
    spent = spent_on([forgotten], MONDAY + timedelta(days=20))
    assert (spent.hours, spent.months) == (48.0, 1.0)


# --- changes, cures, problems ---


def test_changes_of_the_service_or_of_what_it_needs_are_suspected_by_how_many_they_came_before() -> None:
    members = [past(n, day=7 * n + 0.05) for n in range(3)]
    changes = (change("C-1", 0), change("C-2", 14, "ledger-db"), change("C-3", 7, "print"), change("C-4", 3))
    fleet = Fleet(tuple(members), changes, ServiceMap(SERVICES), Policy(), MONDAY + timedelta(days=30))
    found = suspects(fleet, "ledger", members)
    assert [(one["id"], one["before"]) for one in found] == [("C-2", ["INC-2"]), ("C-1", ["INC-0"])]


def test_the_workaround_is_drafted_from_the_way_in_which_most_were_resolved_in_the_latest_words() -> None:
    members = [
        past(1, day=1, resolution="Restarted the spooler."),
        past(2, day=2, resolution="Replaced the toner."),
        past(3, day=3, resolution="Restarted the spooler service."),
        past(4, day=4, resolution="restarted spooler again"),
        past(5, day=5),
    ]
    draft = workaround(members)
    assert draft is not None
    assert "spooler" in draft.lower()
    assert workaround([past(1)]) is None


@pytest.mark.parametrize(
    ("problem", "is_like"),
    [
        ({"service": "ledger"}, True),
        ({"service": "print"}, False),
        ({"service": "print", "templates": ("Disk full",)}, True),
        ({"service": "ledger", "status": "closed", "outcome": "fixed"}, True),
        ({"service": "ledger", "status": "closed", "outcome": "withdrawn"}, False),
    ],
)
def test_problems_are_like_it_by_service_or_by_how_their_incidents_began(
    problem: dict[str, object], is_like: bool
) -> None:
    known = {"number": "PRB-1", "status": "investigating", "title": "t", "opened_at": MONDAY, **problem}
    found = similar([Problem(**known)], "ledger", {"Disk full"})  # type: ignore[arg-type]
    assert found == (["PRB-1"] if is_like else [])


def test_the_mail_has_in_lines_what_the_page_has_in_tables() -> None:
    row = {"what": "place", "is": "hall b", "members": 4, "of": 5, "others": 1, "of_others": 30, "is_not": []}
    evidence = {
        "is_is_not": [row], "people_hours": 12.5, "saves_a_month": 4.0, "workaround": "Restart it.",
        "similar": ["PRB-3"], "suspects": [{"id": "C-1", "title": "Release"}],
    }  # fmt: skip
    assert summary(evidence) == [
        "place: hall b (4 of 5; else 1 of 30)",
        "cost so far 12.5 hours of people; fixing saves about 4 a month",
        "after C-1 Release",
        "helped before: Restart it.",
        "like PRB-3",
    ]
