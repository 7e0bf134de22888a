"""What follows when a condition begins to come and go, and when it has calmed down: one notice each, one incident."""

from msgspec.structs import replace

from correlate import flapping, holding, notices, resolving
from correlate.records import OPEN_STATUSES, Condition, Reason, Record
from correlate.situation import ACTIVE
from correlate.turn import Turn

_CALM = Reason("calm again")


def turned(turn: Turn, record: Record, condition: Condition) -> None:
    """It begins to flap, or is known to be calm again: the owner hears of the first and of the last of an incident."""
    if not condition.flapping:
        _calm(turn, record, condition)
        return
    resolving.await_calm(turn, condition)
    if not _others_flap(turn, record, condition):
        _tell(turn, record, Reason("flaps", {"changes": len(condition.history)}), "flapping")


def due(turn: Turn, fingerprint: str) -> None:
    """It is calm unless it has changed meanwhile."""
    condition = turn.situation.conditions.get(fingerprint)
    if condition is None or not condition.flapping:
        return
    if flapping.flaps(condition.history, turn.at, True):
        resolving.await_calm(turn, condition)
        return
    calm = replace(condition, flapping=False)
    turn.condition(calm, "calm", _CALM)
    record = turn.record(turn.situation.survivor(condition.record or ""))
    if record is not None and record.status in OPEN_STATUSES:
        _calm(turn, record, calm)


def _calm(turn: Turn, record: Record, condition: Condition) -> None:
    """Where nothing fires any more, the end of the incident is the notice."""
    if _others_flap(turn, record, condition):
        return
    members = turn.situation.members[record.number]
    others = members.firing - {condition.fingerprint}
    if others or condition.status in ACTIVE:
        _tell(turn, record, _CALM, "calm")
    else:
        resolving.one_over(turn, record.number, condition)


def _others_flap(turn: Turn, record: Record, condition: Condition) -> bool:
    members = turn.situation.members[record.number].conditions
    return any(turn.situation.conditions[name].flapping for name in members if name != condition.fingerprint)


def _tell(turn: Turn, record: Record, reason: Reason, happened: str) -> None:
    if not record.announced:
        return  # its owner has heard of nothing yet: the first notice will do
    held = holding.holding(turn, record)
    if held is not None:
        turn.withheld("staff", turn.situation.services.owner(record.service), record.number, held.reason)
        return
    notices.again(turn, record, reason, happened)
