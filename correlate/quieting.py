"""A person wants to hear no more of an incident: for a while, or until it is over.

It ends by its time, by the same or another hand, when the incident becomes graver than it was, and with the incident.
Who did it, why and until when is kept with the record. Only the incident's own end is told all the same.
"""

import re

from msgspec.structs import replace

from correlate.records import OPEN_STATUSES, Condition, Mute, Reason, Record
from correlate.turn import Turn
from ingest.event import SEVERITY_RANK, Severity

LONGEST = 90 * 86_400
"""Seconds for which an incident may be muted."""
_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(\d{1,5}) ?(m|h|d|w)(?:in|ins|inutes?|rs?|ours?|ays?|ks?|eeks?)?(?![a-z0-9])", re.IGNORECASE)
_TIME_OVER = Reason("the mute's time is over")


def duration_in(text: str) -> tuple[int | None, str]:
    """The seconds that a text begins with ("4h", "30 min"), and the rest of it; None where it begins with no time."""
    found = _DURATION.match(text.strip())
    if found is None:
        return None, text.strip()
    return int(found[1]) * _UNITS[found[2].lower()], text.strip()[found.end() :].strip(" ,:;-–—")


def mute(turn: Turn, record: Record, actor: str, seconds: int | None, why: str | None) -> None:
    """From now on nobody of the staff hears of the incident; seconds are from 1 to LONGEST, None: until it is over."""
    until = None if seconds is None else turn.after(seconds)
    made = Mute(by=actor, at=turn.at, until=until, why=why, severity=_gravest(turn, record))
    turn.changed(replace(record, mute=made), "muted", reason_of(made), actor)
    if until is None:
        turn.clear_deadline("unmute", record.number, reason_of(made))
    else:
        turn.set_deadline("unmute", record.number, until, reason_of(made))


def unmute(turn: Turn, record: Record, reason: Reason, actor: str | None = None) -> None:
    """It may be told of again; what was held back meanwhile is looked at at once.

    Where no person did it, those who know of the incident hear that it still goes on.
    """
    if record.mute is None:
        return
    turn.clear_deadline("unmute", record.number, reason)
    turn.changed(replace(record, mute=None), "unmuted", reason, actor)
    if record.status not in OPEN_STATUSES:
        return
    if record.muted is not None:
        turn.set_deadline("announce", record.number, turn.at, reason)
    elif record.announced and actor is None:
        turn.set_deadline("resume", record.number, turn.at, reason)


def due(turn: Turn, number: str) -> None:
    """The time of a mute is over."""
    record = turn.record(number)
    if record is not None and record.mute is not None and record.mute.until is not None:
        unmute(turn, record, _TIME_OVER)


def risen(turn: Turn, record: Record, condition: Condition) -> Record:
    """The record without its mute where this alert is graver than all that fired when it was muted."""
    muted = record.mute
    if muted is None or SEVERITY_RANK[condition.severity] <= SEVERITY_RANK[muted.severity]:
        return record
    unmute(
        turn, record, Reason("graver than when it was muted", {"severity": condition.severity, "was": muted.severity})
    )
    return turn.record(record.number) or record


def over_with_it(turn: Turn, number: str, reason: Reason) -> None:
    """The incident has stayed over: a mute without a time ends with it."""
    record = turn.record(number)
    if record is not None and record.mute is not None and record.mute.until is None:
        unmute(turn, record, reason)


def reason_of(muted: Mute) -> Reason:
    until = "it is over" if muted.until is None else muted.until.isoformat(timespec="minutes")
    return Reason("muted by a person", {"who": muted.by, "until": until, "why": muted.why or "no reason given"})


def _gravest(turn: Turn, record: Record) -> Severity:
    members = turn.situation.members.get(record.number)
    firing = members.firing if members is not None else ()
    found: list[Severity] = [turn.situation.conditions[name].severity for name in firing]
    return max(found, key=lambda severity: SEVERITY_RANK[severity], default="info")
