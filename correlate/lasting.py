"""How long a firing notice holds without a repeat: what its client says, else the lifetime of its source.

Clients of Alertmanager repeat what fires, each time with an `endsAt` somewhat in the future; a condition that they do
not repeat by then is over. Sources that never say that anything is over have a lifetime in the configuration. A notice
holds for as long after each repeat as it did at first, so that repeats need not be stored one by one.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from correlate import grouping
from correlate.flapping import noted
from correlate.packing import PackedAlert
from correlate.records import Condition, Reason
from correlate.situation import ACTIVE, Situation
from correlate.turn import Turn
from ingest.event import Alert

SAME = 0.1
"""A repeat that holds for as long as the notice before it, give or take this share, changes nothing."""
_AT_LEAST = timedelta(seconds=10)
DOORS = "doors"
"""The pulse that says whether the doors are open; missing while they are closed."""
_WHILE_CLOSED = timedelta(seconds=60)
"""After so long it is asked again whether they are open."""
_HOLDS = Reason("holds until it is repeated")
_EXCUSED = Reason("could not be heard while the doors were closed")


def expires_at(turn: Turn, alert: Alert, *, alone: bool = False) -> datetime | None:
    """When a condition is over of which this notice is all that is heard; None where that is not known.

    What is `alone` (part of no incident) is forgotten after the lifetime of the policy at the latest.
    """
    if alert.expires_at is not None:
        return max(alert.expires_at, turn.at)
    sources = turn.situation.sources
    source = sources.get(turn.route)
    if source is None and sources and not turn.route.startswith("hook:"):
        source = sources.get(f"hook:{alert.tool.removeprefix('mail_')}")  # by mail several tools share one address
    if source is not None and source.lifetime is not None:
        return turn.after(source.lifetime)
    return turn.after(turn.policy.condition_lifetime) if alone else None


def holds_as_before(condition: Condition, alert: Alert | PackedAlert, at: datetime) -> bool:
    """Whether the notice holds for as long as is known already."""
    if alert.expires_at is None:
        return True
    if condition.expires_at is None:
        return False
    known = condition.expires_at - condition.last_at
    return abs((alert.expires_at - at) - known) <= max(known * SAME, _AT_LEAST)


def watch(turn: Turn, condition: Condition) -> None:
    """See to it that the condition is over when it is not repeated in time."""
    if condition.expires_at is None:
        return
    known = turn.situation.deadlines.get(f"expire:{condition.fingerprint}")
    if known is None or known.due > condition.expires_at or known.due <= turn.at:
        turn.set_deadline("expire", condition.fingerprint, condition.expires_at, _HOLDS)


def due(turn: Turn, fingerprint: str) -> None:
    """The time by which a repeat was due: without one the condition is over."""
    condition = turn.situation.conditions.get(fingerprint)
    if condition is None or condition.status not in ACTIVE or condition.expires_at is None:
        return
    holds_until = end_of(turn.situation, condition)
    doors = turn.situation.pulses.get(DOORS)
    if doors is not None and doors.missing:
        holds_until = max(holds_until, turn.at + _WHILE_CLOSED)
    if holds_until > turn.at:
        turn.set_deadline("expire", fingerprint, holds_until, _HOLDS)
        return
    over = replace(
        condition,
        status="resolved",
        changed_at=turn.at,
        resolved_at=turn.at,
        expires_at=turn.at,
        levels=(),
        history=noted(condition.history, turn.at),
    )
    lasted = condition.expires_at - condition.last_at
    turn.condition(over, "expired", Reason("not repeated in time", {"seconds": round(lasted.total_seconds())}))
    grouping.condition_over(turn, over)


def excuse(turn: Turn, closed: datetime) -> None:
    """The doors are open again, and were closed since then: time in which no repeat could be heard does not count."""
    away = turn.at - closed
    for deadline in list(turn.situation.deadlines.until(turn.at + away)):
        condition = turn.situation.conditions.get(deadline.subject or "") if deadline.kind == "expire" else None
        if condition is None or condition.status not in ACTIVE or condition.expires_at is None:
            continue
        heard = max(condition.last_at, turn.situation.heard.get(condition.fingerprint, condition.last_at))
        until = end_of(turn.situation, condition)
        if until > turn.at + away or heard >= turn.at:
            continue
        later = turn.at - max(closed, heard)
        turn.condition(replace(condition, last_at=heard + later, expires_at=until + later), "excused", _EXCUSED)
        turn.set_deadline("expire", condition.fingerprint, until + later, _EXCUSED)


def end_of(situation: Situation, condition: Condition) -> datetime:
    """When the last notice or repeat ceases to hold; only for conditions that expire."""
    assert condition.expires_at is not None
    heard = situation.heard.get(condition.fingerprint)
    if heard is None or heard <= condition.last_at:
        return condition.expires_at
    return heard + (condition.expires_at - condition.last_at)
