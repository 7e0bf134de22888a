"""The tables of suggestions and problems, whole; a fix that is watched; and that every decision can be taken back."""

from datetime import timedelta
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from correlate import observing
from correlate.effects import CommandRefused, MailDue, ProblemChanged, SuggestionChanged
from correlate.known_errors import helps
from correlate.problem_lifecycle import NEEDS, OUTCOMES, PROBLEMS, SUGGESTIONS, suggestion_after
from correlate.records import Cause, Problem, ProblemStatus, Reason, Suggestion, SuggestionStatus
from tests.unit.correlate.world import ADA, BEN, START, TestDesk, alert, at, mail

VERBS = [verb for verb in SUGGESTIONS if verb != "return"]
ARGUMENTS: dict[str, dict[str, Any]] = {
    "decline": {"reason": "no"}, "snooze": {"until": at(90_000).isoformat()}, "merge": {"problem": "PRB-1"},
    "remove": {"incident": "INC-1"}, "restore": {"incident": "INC-3"},
}  # fmt: skip
WAYS: dict[str, tuple[str, ...]] = {
    "proposed": (), "accepted": ("accept",), "merged": ("merge",), "declined": ("decline",), "snoozed": ("snooze",),
}  # fmt: skip
TO_PROBLEM: dict[str, tuple[str, ...]] = {
    "accepted": (),
    "investigating": ("investigating",),
    "known error": ("known error",),
    "fix in progress": ("fix in progress",),
    "under observation": ("fix in progress", "under observation"),
    "closed": ("closed",),
}
GIVEN = {"workaround": "Restart it.", "change": "CHG-1", "outcome": "accepted risk"}


def say(desk: TestDesk, effect: type, **fields: Any) -> None:
    desk.situation.apply(effect(cause=Cause(0), at=START, reason=Reason("done by a person"), change="test", **fields))


def suggested(desk: TestDesk, name: str, *incidents: str) -> None:
    suggestion = Suggestion(
        id=name, key=f"{name}|recurring", kind="recurring", status="proposed", title=name, service="ledger",
        incidents=incidents, first_proposed_at=START, updated_at=START, evidence={"removed": ["INC-3"]},
        after_change="CHG-9",
    )  # fmt: skip
    say(desk, SuggestionChanged, suggestion=suggestion)


def a_desk() -> TestDesk:
    """INC-1 and INC-2, a suggestion with both, and a problem PRB-1 beside it."""
    desk = TestDesk()
    desk.take(0, alert("a", resource="led-1"))
    desk.wait_until(30)
    desk.take(31, alert("a", "resolved", resource="led-1"))
    desk.take(600, alert("b", resource="led-1"))
    desk.wait_until(640)
    problem = Problem(number="PRB-1", status="accepted", title="Old", service="ledger", opened_at=START)
    say(desk, ProblemChanged, problem=problem)
    suggested(desk, "SUG-1", "INC-1", "INC-2")
    assert set(desk.situation.records) == {"INC-1", "INC-2"}
    return desk


def do(desk: TestDesk, verb: str, subject: str = "SUG-1", **more: Any) -> list[Any]:
    return desk.command(650 + desk.position, f"suggestion-{verb}", subject, **{**ARGUMENTS.get(verb, {}), **more})


def refused(effects: list[Any]) -> bool:
    return any(isinstance(effect, CommandRefused) for effect in effects)


# --- suggestions ---


def test_the_tables_are_whole() -> None:
    for following in SUGGESTIONS.values():
        assert set(following) <= set(get_args(SuggestionStatus))
        assert set(following.values()) <= {*get_args(SuggestionStatus), "same", "back"}
    assert set(PROBLEMS) == set(get_args(ProblemStatus))
    assert {name for following in PROBLEMS.values() for name in following} <= set(PROBLEMS)
    assert set(NEEDS) <= set(PROBLEMS)


@pytest.mark.parametrize(("verb", "status"), list(product(VERBS, get_args(SuggestionStatus))))
def test_each_verb_in_each_state(verb: Any, status: str) -> None:
    desk = a_desk()
    for way in WAYS[status]:
        assert not refused(do(desk, way))
    before = desk.situation.suggestions["SUG-1"]
    assert before.status == status
    expected = suggestion_after(verb, before.status, (before.undo or {}).get("status"))
    effects = do(desk, verb)
    assert refused(effects) == (expected is None)
    after = desk.situation.suggestions["SUG-1"]
    assert after.status == (expected or status)
    if expected is None:
        assert after == before


DECISIONS = st.sampled_from(["accept", "merge", "decline", "snooze"])


@given(st.lists(st.tuples(DECISIONS, st.booleans()), max_size=6))
def test_whatever_was_decided_an_undo_brings_back_what_was_before(steps: list[tuple[str, bool]]) -> None:
    desk = a_desk()
    for verb, taken_back in steps:
        suggestion, records = desk.situation.suggestions["SUG-1"], dict(desk.situation.records)
        members = desk.situation.problems["PRB-1"].incidents
        if refused(do(desk, verb)) or not taken_back:
            continue
        assert not refused(do(desk, "undo"))
        again = desk.situation.suggestions["SUG-1"]
        assert replace(again, undo=None, updated_at=START) == replace(suggestion, undo=None, updated_at=START)
        assert desk.situation.records == records
        assert desk.situation.problems["PRB-1"].incidents == members
    assert not [e for e in desk.of(MailDue) if e.outgoing.kind not in ("staff", "digest")]


@pytest.mark.parametrize("first", [None, "accept"])
def test_an_incident_that_was_taken_out_can_be_put_back(first: str | None) -> None:
    desk = a_desk()
    if first is not None:
        do(desk, first)
    do(desk, "remove")
    taken = desk.situation.suggestions["SUG-1"]
    assert (taken.incidents, taken.evidence["removed"]) == (("INC-2",), ["INC-1", "INC-3"])
    assert desk.record("INC-1").problem is None
    assert not refused(do(desk, "restore", incident="INC-1"))
    whole = desk.situation.suggestions["SUG-1"]
    assert (set(whole.incidents), whole.evidence["removed"]) == ({"INC-1", "INC-2"}, ["INC-3"])
    if first is not None:
        assert set(desk.situation.problems["PRB-2"].incidents) == {"INC-1", "INC-2"}
        assert desk.record("INC-1").problem == "PRB-2"
    assert refused(do(desk, "restore", incident="INC-1")), "it is there"


def test_the_change_that_is_blamed_is_not_taken_for_the_one_that_fixes_it() -> None:
    desk = a_desk()
    do(desk, "accept")
    assert desk.situation.problems["PRB-2"].change is None
    assert refused(desk.command(700, "problem-set", "PRB-2", status="fix in progress"))


def test_a_problem_that_was_worked_on_is_not_taken_back() -> None:
    desk = a_desk()
    do(desk, "accept")
    desk.command(700, "problem-set", "PRB-2", status="investigating")
    assert refused(do(desk, "undo"))


def test_an_acceptance_that_was_taken_back_leaves_a_withdrawn_problem_without_incidents() -> None:
    desk = a_desk()
    do(desk, "accept")
    do(desk, "undo")
    problem = desk.situation.problems["PRB-2"]
    assert (problem.status, problem.outcome, problem.incidents) == ("closed", "withdrawn", ())
    assert refused(desk.command(701, "suggestion-merge", "SUG-1", problem="PRB-2"))


# --- problems ---


@pytest.mark.parametrize(("status", "wanted"), list(product(get_args(ProblemStatus), get_args(ProblemStatus))))
def test_each_state_of_a_problem_after_each(status: Any, wanted: Any) -> None:
    desk = a_desk()
    for way in TO_PROBLEM[status]:
        assert not refused(desk.command(700, "problem-set", "PRB-1", status=way, **GIVEN))
    assert desk.situation.problems["PRB-1"].status == status
    effects = desk.command(701, "problem-set", "PRB-1", status=wanted, **GIVEN)
    allowed = wanted == status or wanted in PROBLEMS[status]
    assert refused(effects) is not allowed
    assert desk.situation.problems["PRB-1"].status == (wanted if allowed else status)


@pytest.mark.parametrize(("status", "names"), sorted(NEEDS.items()))
def test_what_a_state_needs_must_be_there(status: str, names: tuple[str, ...]) -> None:
    desk = a_desk()
    assert refused(desk.command(700, "problem-set", "PRB-1", status=status))
    known = {name: GIVEN[name] for name in names}
    assert not refused(desk.command(701, "problem-set", "PRB-1", status=status, **known))


def test_a_problem_ends_as_one_of_few_and_a_duplicate_names_the_other() -> None:
    desk = a_desk()
    do(desk, "accept")
    assert refused(desk.command(700, "problem-set", "PRB-2", status="closed", outcome="bored"))
    assert refused(desk.command(700, "problem-set", "PRB-2", status="closed", outcome="duplicate"))
    given = {"outcome": "duplicate", "duplicate_of": "PRB-1"}
    assert not refused(desk.command(701, "problem-set", "PRB-2", status="closed", **given))
    assert set(desk.situation.problems["PRB-1"].incidents) == {"INC-1", "INC-2"}
    assert desk.record("INC-2").problem == "PRB-1"
    assert "duplicate" in OUTCOMES


def test_who_wrote_of_several_incidents_of_a_fixed_problem_is_told_once_and_all_of_them_end() -> None:
    desk = TestDesk()
    for minute, service, resource in ((0, "ledger", "led-1"), (200, "intranet pages", "web-1")):
        desk.take(minute, alert(resource, resource=resource, title=f"Errors of {resource}"))
        desk.wait_until(minute + 5)
        for person in (ADA, BEN):
            text = f"The {service} shows nothing but errors."
            desk.take(minute + 10, mail(person, service, text, f"{person}.{minute}@x"))
    assert [{p.address for p in desk.situation.participants[n].values()} for n in ("INC-1", "INC-2")] == [
        {ADA, BEN}
    ] * 2
    suggested(desk, "SUG-1", "INC-1", "INC-2")
    do(desk, "accept")
    desk.command(700, "problem-set", "PRB-1", status="closed", outcome="fixed")
    assert [desk.record(number).status for number in ("INC-1", "INC-2")] == ["resolved", "resolved"]
    desk.take(720, alert("led-1", "resolved", resource="led-1"), alert("web-1", "resolved", resource="web-1"))
    desk.wait_until(900)
    told = [mail.outgoing.to for mail in desk.of(MailDue) if mail.outgoing.kind == "resolution"]
    assert sorted(told) == [ADA, BEN]


# --- after the fix ---


@pytest.mark.parametrize(
    ("since", "days", "expected"),
    [
        (0, 1, None), (0, 10, "gone"), (4, 1, "still there"), (8, 12, "still there"),
        (3, 20, "less"), (1, 30, "gone"), (0, 0, None),
    ],
)  # fmt: skip
def test_what_is_said_of_a_fix_where_there_was_half_an_incident_a_day(
    since: int, days: float, expected: str | None
) -> None:
    assert observing.verdict(since, days, 0.5) == expected


def test_where_a_fix_did_nothing_it_is_hardly_ever_called_gone() -> None:
    """Looked at every night for a quarter, from one incident a day on: at most one in twenty, by the test's design."""
    from random import Random

    random, wrong = Random(4), 0
    for _ in range(400):
        times, day = [], 0.0
        while (day := day + random.expovariate(1.0)) < 90:
            times.append(day)
        said = (observing.verdict(sum(t <= night for t in times), night, 1.0) for night in range(1, 91))
        wrong += next((found for found in said if found is not None), None) == "gone"
    assert wrong <= 20


def test_the_rate_before_is_counted_from_the_first_time() -> None:
    times = [START + timedelta(days=day) for day in range(10)]
    assert observing.rate_before(times, START + timedelta(days=20)) == pytest.approx(0.5)
    assert observing.rate_before(times[:2], START + timedelta(days=1)) == pytest.approx(2 / 7)
    assert observing.rate_before([], START) == 0.0


def test_a_workaround_that_fails_more_often_than_not_is_not_sent_any_more() -> None:
    problem = Problem(
        number="PRB-1", status="known error", title="t", service=None, opened_at=START, workaround="Restart it."
    )
    assert helps(problem)
    assert helps(replace(problem, failed=3))
    assert helps(replace(problem, failed=9, helped=9))
    assert not helps(replace(problem, failed=8))
    assert not helps(replace(problem, status="investigating"))
    assert not helps(replace(problem, workaround=None))
