"""Second thoughts about what people wrote: a question that others share is a trouble, and troubles with one thing are
one as soon as somebody says which service that thing is."""

from datetime import timedelta

from msgspec.structs import replace

from correlate import history, resolving, similarity
from correlate.naming import CALLED
from correlate.records import OPEN_STATUSES, Reason, Record
from correlate.turn import Turn

_ABSORBED_WITHIN = timedelta(hours=1)
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
    found = evidence is not None and evidence is not similarity.AMBIGUOUS
    number = (
        evidence.number if found and evidence is not None else _opened(turn, record, similarity.plainly_named(named))
    )
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


def absorb(turn: Turn, number: str, words: list[str]) -> None:
    """A mail named the service of this incident and what people call it: young incidents that people alone opened
    about the same thing become part of it."""
    situation, kept = turn.situation, turn.record(number)
    things = [word for word in words if word.startswith("=")]
    if kept is None or kept.status not in OPEN_STATUSES:
        return
    for thing in things:
        for other in sorted(situation.by_word.get(thing, ()), key=_serial):
            gone, kept = turn.record(other), turn.record(number)
            if gone is None or kept is None or other == number or not _nameless(turn, gone, thing):
                continue
            if abs(gone.opened_at - kept.opened_at) <= _ABSORBED_WITHIN:
                resolving.merge(turn, kept, gone, Reason("one thing by two names", {"thing": thing[1:]}), None)


def _nameless(turn: Turn, record: Record, thing: str) -> bool:
    """Whether people alone opened it, no service is known of it, and most of them mean this thing."""
    if record.kind != "incident" or record.status not in OPEN_STATUSES or record.service is not None:
        return False
    if turn.situation.members[record.number].places or record.assignee is not None:
        return False
    if "person" in record.decided_by.values():
        return False
    return 2 * record.topic.get(thing, 0) >= len(turn.participants(record.number))


def _serial(number: str) -> int:
    return int(number.rpartition("-")[2])
