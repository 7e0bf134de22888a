"""The tables of states, whole: what may be done to a record, and what a notice does to a condition."""

from typing import get_args

import pytest

from correlate.alerts import TRANSITIONS as NOTICES
from correlate.effects import AlertIgnored, AlertRepeated, CommandRefused, ConditionChanged, RecordOpened
from correlate.lifecycle import TRANSITIONS, Verb, after, refusal
from correlate.records import RecordStatus
from ingest.event import AlertStatus
from tests.unit.correlate.world import ADA, TestDesk, alert, mail

STATUSES = get_args(RecordStatus)
ARGUMENTS = {
    "assign": {"assignee": "kim"},
    "note": {"text": "n"},
    "reply": {"text": "r"},
    "resolve": {"resolution": "done"},
    "join": {"into": "INC-2"},
    "split": {"items": [[1, 0]]},
    "move": {"items": [[1, 0]], "into": "INC-2"},
    "set": {"field": "category", "value": "hardware"},
}


def brought_to(status: str) -> TestDesk:
    """A desk with INC-1 in this state and INC-2 beside it."""
    desk = TestDesk()
    desk.take(0, mail(ADA, "Mouse", "The wheel of my mouse squeaks.", "1@x"))
    desk.take(60, mail(ADA, "Chair", "One wheel fell off the chair.", "2@x"))
    ways = {
        "new": (),
        "assigned": (("take", {}),),
        "waiting": (("wait", {}),),
        "resolved": (("resolve", {"resolution": "done"}),),
        "closed": (("resolve", {"resolution": "done"}), ("close", {})),
        "merged": (("join", {"into": "INC-2"}),),
    }
    for action, arguments in ways[status]:
        desk.command(61, action, "INC-1", **arguments)
    assert desk.record("INC-1").status == status
    return desk


def test_the_table_knows_every_verb_and_only_known_states() -> None:
    assert set(TRANSITIONS) == set(get_args(Verb))
    for following in TRANSITIONS.values():
        assert set(following) <= set(STATUSES)
        assert set(following.values()) <= {*STATUSES, "same", "back"}


@pytest.mark.parametrize("verb", sorted(TRANSITIONS))
@pytest.mark.parametrize("status", STATUSES)
def test_each_verb_in_each_state(verb: str, status: str) -> None:
    desk = brought_to(status)
    record = desk.record("INC-1")
    expected = after(verb, record)
    effects = desk.command(62, verb, "INC-1", **ARGUMENTS.get(verb, {}))
    refused = [effect for effect in effects if isinstance(effect, CommandRefused)]
    if expected is None:
        assert refused
        assert refusal(verb, record).startswith("INC-1")
        assert desk.record("INC-1") == record
    elif verb in ("split", "move"):
        assert refused, "nothing of these items is known here"
    elif (verb, status) == ("take", "assigned"):
        assert refused, "it is theirs already"
    elif verb == "unmute":
        assert refused, "nobody muted it"
    else:
        assert not refused
        assert desk.record("INC-1").status == expected


def test_a_merged_record_names_the_survivor_in_its_refusals() -> None:
    assert "INC-2" in refusal("take", brought_to("merged").record("INC-1"))


def conditions_in(state: str) -> TestDesk:
    desk = TestDesk()
    if state != "unseen":
        desk.take(0, alert())
    if state == "acknowledged":
        desk.take(1, alert(status="acknowledged"))
    if state == "resolved":
        desk.take(1, alert(status="resolved"))
    return desk


def test_the_notices_table_is_whole() -> None:
    states = ("unseen", "firing", "acknowledged", "resolved")
    assert set(NOTICES) == {(state, status) for state in states for status in get_args(AlertStatus)}


@pytest.mark.parametrize(("state", "status"), sorted(NOTICES))
def test_each_notice_in_each_state(state: str, status: str) -> None:
    desk = conditions_in(state)
    before = desk.situation.conditions.get("a")
    effects = desk.direct(2, alert(status=status))
    outcome = NOTICES[state, status]
    kinds = {type(effect) for effect in effects}
    after_it = desk.situation.conditions.get("a")
    if outcome == "begin":
        assert after_it is not None
        assert after_it.status == "firing"
        assert ConditionChanged in kinds
    elif outcome == "repeat":
        assert kinds == {AlertRepeated}
        assert after_it is before
    elif outcome == "end":
        assert after_it is not None
        assert after_it.status == "resolved"
    elif outcome == "acknowledge":
        assert after_it is not None
        assert after_it.status == "acknowledged"
    else:
        assert kinds == {AlertIgnored}
        assert after_it is before
        assert RecordOpened not in kinds
