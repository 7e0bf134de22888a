"""Whether the owner of an incident may be told of it now: silences, maintenance, and troubles that explain it.

It is decided when somebody is about to be told, never before: what is held back is recorded with who holds it back and
why, goes on as every other incident does, and is looked at again when that is over. What still fires then is told once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from correlate import quieting
from correlate.records import OPEN_STATUSES, Condition, Reason, Record, Silence
from correlate.turn import Turn
from ingest.event import SEVERITY_RANK

LOOKS_AGAIN = 60
"""Seconds after which it is asked again whether what explains a trouble is still there."""
_FAR = timedelta(days=3650)
"""When to look again at what is muted without a time."""
_GRAVE = SEVERITY_RANK["major"]
_OVER = Reason("what held it back is over")


class Held(Struct, frozen=True, kw_only=True):
    """What holds the notice of an incident back: `by` is a silence's id, or an incident or rule that explains it."""

    by: str
    reason: Reason
    until: datetime


def held_back(turn: Turn, record: Record) -> bool:
    """Whether nobody is to be told of this incident now. If so, that is recorded, and a time set to look again."""
    held = holding(turn, record)
    if held is None:
        if record.muted is not None:
            if not turn.situation.members[record.number].firing:
                # It may be over for good: that is known when the time of grace has passed.
                turn.set_deadline("announce", record.number, turn.after(turn.policy.resolve_grace + 1), _OVER)
                return True
            turn.changed(replace(record, muted=None), "unmuted", _OVER)
        return False
    if held.by != record.muted:
        turn.changed(replace(record, muted=held.by), "muted", held.reason)
        turn.withheld("staff", turn.situation.services.owner(record.service), record.number, held.reason)
    turn.set_deadline("announce", record.number, held.until, held.reason)
    return True


def holding(turn: Turn, record: Record) -> Held | None:
    """What holds back the incident: a person's mute, or what holds back every condition of it that fires; None where
    one of these is free, or none fires."""
    situation = turn.situation
    if record.mute is not None and record.status in OPEN_STATUSES:
        until = record.mute.until or turn.at + _FAR
        if until > turn.at:
            return Held(by=f"muted by {record.mute.by}", reason=quieting.reason_of(record.mute), until=until)
    if not (situation.mutes.by_id or situation.inhibitors.rules or situation.policy.inhibit_dependents):
        return None
    members = situation.members.get(record.number)
    if members is None or not members.firing or record.status not in OPEN_STATUSES:
        return None
    first: Held | None = None
    for fingerprint in sorted(members.firing):
        held = _of_condition(turn, record, situation.conditions[fingerprint])
        if held is None:
            return None
        if first is None or (held.until, held.by) < (first.until, first.by):
            first = held
    return first


def _of_condition(turn: Turn, record: Record, condition: Condition) -> Held | None:
    situation = turn.situation
    silence = situation.mutes.on(condition, turn.at)
    if silence is not None:
        return Held(by=silence.id, reason=reason_of(silence), until=silence.ends_at)
    until = turn.after(LOOKS_AGAIN)
    found = situation.inhibitors.over(condition, situation.conditions)
    if found is not None:
        rule, source = found
        evidence = {"source": source.title or source.resource, "on": source.resource, "by": rule.name}
        return Held(by=source.record or rule.name, reason=Reason("inhibited", evidence), until=until)
    if situation.policy.inhibit_dependents and condition.service is not None:
        down = _down(turn, record, condition.service)
        if down is not None:
            other, service = down
            evidence = {"service": service, "record": other.number, "of": condition.service}
            return Held(by=other.number, reason=Reason("depends on what is down", evidence), until=until)
    return None


def _down(turn: Turn, record: Record, service: str) -> tuple[Record, str] | None:
    """An older incident on a service that this one depends on, whose owner was told and which is grave there."""
    situation = turn.situation
    for needed in sorted(situation.services.needs(service)):
        for number in situation.by_service.get(needed, ()):
            other = turn.record(number)
            if other is None or not other.announced or other.status not in OPEN_STATUSES or number == record.number:
                continue
            if other.opened_at < record.opened_at and _grave_there(turn, number, needed):
                return other, needed
    return None


def _grave_there(turn: Turn, number: str, service: str) -> bool:
    firing: Iterable[str] = turn.situation.members[number].firing
    conditions = (turn.situation.conditions[fingerprint] for fingerprint in firing)
    return any(one.service == service and SEVERITY_RANK[one.severity] >= _GRAVE for one in conditions)


def reason_of(silence: Silence) -> Reason:
    """Who holds something back, until when and why."""
    evidence = {
        "id": silence.id,
        "author": silence.author,
        "comment": silence.comment,
        "until": silence.ends_at.isoformat(timespec="minutes"),
    }
    return Reason("silenced" if silence.kind == "silence" else "maintenance", evidence)
