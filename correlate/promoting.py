"""A question that others have as well is a trouble: the request becomes part of an incident."""

from msgspec.structs import replace

from correlate import history, resolving, similarity
from correlate.naming import CALLED
from correlate.records import Reason, Record
from correlate.turn import Turn

_SHARED = Reason("others have it as well")
_SURE = 0.9
"""What a model took for a request with such confidence stays one."""


def is_shared_trouble(turn: Turn, record: Record, sender: str, words: list[str]) -> bool:
    """Whether a reply makes a trouble of a request: somebody else writes nothing but that it is the same for them."""
    return (
        record.kind == "request"
        and record.decided_by.get("type") != "person"
        and record.confidence.get("type", 0.0) < _SURE
        and len(words) <= 1
        and turn.participant(record.number, sender) is None
    )


def to_incident(turn: Turn, record: Record) -> str:
    """Make the request part of the incident that it is probably about, else of a new one; returns its number.

    Nobody is answered again: whoever was told the request's number keeps it, and it leads to the incident.
    """
    named = turn.situation.services.names.in_text(record.title)
    evidence = similarity.best_incident(turn, named, list(record.topic))
    number = evidence.number if evidence is not None else _opened(turn, record, similarity.plainly_named(named))
    kept = turn.record(number)
    if kept is not None:
        resolving.merge(turn, kept, record, _SHARED, None)
    return number


def _opened(turn: Turn, record: Record, service: str | None) -> str:
    number = turn.next_number("INC")
    known = turn.situation.services.names.in_text(record.title).get(service or "", 0.0) >= CALLED
    incident = replace(
        record,
        number=number,
        kind="incident",
        type="incident",
        status="new",
        opened_at=turn.at,
        service=service if known else None,
        decided_by={**record.decided_by, "type": "rule"},
        related=(),
        opened_by=turn.cause,
        reasons=(_SHARED,),
    )
    turn.opened(incident, _SHARED)
    history.remember(turn, incident, _SHARED)
    return number
