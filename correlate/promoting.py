"""Second thoughts about what people wrote: a question that others share is a trouble, and troubles with one thing are
one as soon as somebody says which service that thing is."""

from datetime import timedelta

from msgspec.structs import replace

from correlate import history, naming, resolving, similarity
from correlate.likeness import likeness
from correlate.naming import CALLED
from correlate.records import OPEN_STATUSES, Reason, Record
from correlate.turn import Turn

_ABSORBED_WITHIN = timedelta(hours=1)
_BEGAN_TOGETHER = timedelta(minutes=25)
"""That another trouble begins within so short a time, and is told of in the same words, is rare."""
_ALIKE = 6.0
"""The logarithm of how much likelier words must be in one incident's mails than in any."""
_WORDS_COMPARED, _INCIDENTS_COMPARED = 15, 40
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
    number = evidence.number if found and evidence is not None else _opened(turn, record, naming.plainly_named(named))
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
    """A mail named the service of this incident: young incidents that people alone opened become part of it where
    they mean the thing that the mail calls it, or began with it and are told of in the mail's words."""
    situation, kept = turn.situation, turn.record(number)
    if kept is None or kept.status not in OPEN_STATUSES:
        return
    found = {other for word in words for other in situation.by_word.get(word, ()) if word[0] != "~"}
    for other in sorted(found - {number}, key=_serial):
        gone, kept = turn.record(other), turn.record(number)
        if gone is None or kept is None or not _nameless(turn, gone) or kept.number in gone.apart:
            continue
        apart = abs(gone.opened_at - kept.opened_at)
        people = len(turn.participants(other))
        thing = next((word for word in words if word[0] == "=" and 2 * gone.topic.get(word, 0) >= people), None)
        if thing is not None and apart <= _ABSORBED_WITHIN and _is_of_both_alone(turn, thing, {kept.number, other}):
            resolving.merge(turn, kept, gone, Reason("one thing by two names", {"thing": thing[1:]}), None)
        elif apart <= _BEGAN_TOGETHER and _in_these_words(turn, kept, gone, words):
            resolving.merge(turn, kept, gone, Reason("the same words at the same time"), None)


def _is_of_both_alone(turn: Turn, thing: str, both: set[str]) -> bool:
    """Whether people write of the thing to no third incident that goes on: else it is a place, or everywhere."""
    known = turn.situation.by_word.get(thing, {})
    others = (turn.record(number) for number in known if number not in both)
    return not any(record is not None and record.status in OPEN_STATUSES and record.service for record in others)


def _in_these_words(turn: Turn, kept: Record, gone: Record, words: list[str]) -> bool:
    """Whether a mail about one incident could as well be about the other, and about no third one."""
    lore = turn.situation.lore
    if (likeness(lore, gone.topic, len(turn.participants(gone.number)), words) or 0.0) < _ALIKE:
        return False
    said = sorted(gone.topic, key=lambda word: -gone.topic[word])[:_WORDS_COMPARED]
    here = likeness(lore, kept.topic, len(turn.participants(kept.number)), said) or 0.0
    others = (
        likeness(lore, record.topic, len(turn.participants(record.number)), said) or 0.0
        for record in turn.situation.open_incidents()[-_INCIDENTS_COMPARED:]
        if record.number not in (kept.number, gone.number)
    )
    return here - max(others, default=0.0) >= _ALIKE / 2


def _nameless(turn: Turn, record: Record) -> bool:
    """Whether people alone opened it, nobody has taken it up, and no service is known of it."""
    if record.kind != "incident" or record.status not in OPEN_STATUSES or record.service is not None:
        return False
    if turn.situation.members[record.number].places or record.assignee is not None:
        return False
    return "person" not in record.decided_by.values()


def _serial(number: str) -> int:
    return int(number.rpartition("-")[2])
