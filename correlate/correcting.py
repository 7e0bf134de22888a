"""A person says what is right: the value holds, is never overwritten by the machine, and is learned from."""

from typing import Any, get_args

from msgspec.structs import replace

from correlate import categories
from correlate.effects import LabelLearned
from correlate.opening import MAX_TITLE
from correlate.priorities import priority_of
from correlate.records import Level, Priority, Reason, Record, RecordType
from correlate.turn import Turn
from ingest.event import Command

_CORRECTED = Reason("corrected by a person")
_ALLOWED: dict[str, tuple[str, ...]] = {
    "impact": get_args(Level),
    "urgency": get_args(Level),
    "priority": get_args(Priority),
    "type": get_args(RecordType),
}
_FREE = ("category", "service", "team", "title")


def correct(turn: Turn, record: Record, command: Command) -> Reason | None:
    """Set a field of a record to what a person says; the reason why not where it cannot be."""
    field, value = command.arguments.get("field"), command.arguments.get("value")
    if not isinstance(field, str) or (field not in _ALLOWED and field not in _FREE):
        return Reason("unknown field", {"name": str(field)[:40]})
    if not isinstance(value, str) or not value.strip():
        return Reason("argument missing", {"name": "value"})
    value = value.strip()[:MAX_TITLE]
    if field in _ALLOWED and value not in _ALLOWED[field]:
        return Reason("value not allowed", {"name": field, "value": value, "allowed": list(_ALLOWED[field])})
    if field == "type" and (value == "incident") != (record.kind == "incident"):
        return Reason("type of the other kind", {"number": record.number, "value": value})
    if field == "category":
        value = categories.named(turn.situation, value) or value
    previous = getattr(record, field)
    decided = {**record.decided_by, field: "person"}
    fields: dict[str, Any] = {field: value, "decided_by": decided}
    corrected = replace(record, **fields)
    if field in ("impact", "urgency", "service") and record.decided_by.get("priority") != "person":
        worked_out = priority_of(turn.situation, corrected.impact, corrected.urgency, corrected.service)
        corrected = replace(corrected, priority=worked_out)
    turn.changed(corrected, field, _CORRECTED, command.actor)
    turn.effects.append(
        LabelLearned(
            cause=turn.cause,
            at=turn.at,
            reason=_CORRECTED,
            record=record.number,
            target=field,
            value=value,
            previous=previous,
            actor=command.actor,
        )
    )
    return None
