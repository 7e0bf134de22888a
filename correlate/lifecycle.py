"""What may be done to a record in which state, and what state follows: a table, and a sentence where nothing may."""

from collections.abc import Mapping
from typing import Literal

from correlate.records import Record, RecordStatus

Verb = Literal[
    "take", "assign", "note", "reply", "wait", "resume", "resolve", "reopen", "close", "join", "split", "move", "set",
    "mute", "unmute",
]  # fmt: skip
Next = RecordStatus | Literal["same", "back"]
"""`same`: it stays as it is; `back`: to whoever has it, assigned or new."""

TRANSITIONS: Mapping[str, Mapping[str, Next]] = {
    "take": {"new": "assigned", "assigned": "assigned", "waiting": "assigned"},
    "assign": {"new": "assigned", "assigned": "assigned", "waiting": "waiting"},
    "note": {"new": "same", "assigned": "same", "waiting": "same", "resolved": "same", "closed": "same"},
    "reply": {"new": "same", "assigned": "same", "waiting": "same", "resolved": "same"},
    "wait": {"new": "waiting", "assigned": "waiting", "waiting": "waiting"},
    "resume": {"waiting": "back"},
    "resolve": {"new": "resolved", "assigned": "resolved", "waiting": "resolved"},
    "reopen": {"resolved": "back", "closed": "back"},
    "close": {"resolved": "closed"},
    "join": {"new": "merged", "assigned": "merged", "waiting": "merged", "resolved": "merged"},
    "split": {"new": "same", "assigned": "same", "waiting": "same", "resolved": "same"},
    "move": {"new": "same", "assigned": "same", "waiting": "same", "resolved": "same"},
    "set": {"new": "same", "assigned": "same", "waiting": "same", "resolved": "same"},
    "mute": {"new": "same", "assigned": "same", "waiting": "same"},
    "unmute": {"new": "same", "assigned": "same", "waiting": "same", "resolved": "same"},
}
"""Verb to the states in which it may be done, each with the state that follows. A merged record has none left."""

_CANNOT: Mapping[str, str] = {
    "take": "be taken",
    "assign": "be assigned",
    "note": "get a note",
    "reply": "be answered",
    "wait": "wait for anybody",
    "resume": "be resumed",
    "resolve": "be resolved",
    "reopen": "be reopened",
    "close": "be closed",
    "join": "be joined to another",
    "split": "be split",
    "move": "give anything away",
    "set": "be corrected",
    "mute": "be muted",
    "unmute": "be unmuted",
}


_DONE: Mapping[str, str] = {"resolve": "resolved", "close": "closed", "wait": "waiting"}


def after(verb: str, record: Record) -> RecordStatus | None:
    """The state of the record after the verb; None where it cannot be done."""
    following = TRANSITIONS[verb].get(record.status)
    if following == "same":
        return record.status
    if following == "back":
        return "assigned" if record.assignee else "new"
    return following


def refusal(verb: str, record: Record) -> str:
    """Why the verb cannot be done: one sentence for the person who asked."""
    if record.status == "merged":
        return f"{record.number} was joined to {record.merged_into}: work on that one."
    if record.status == _DONE.get(verb):
        return f"{record.number} is {record.status} already."
    return f"{record.number} is {record.status}: it cannot {_CANNOT[verb]}."
