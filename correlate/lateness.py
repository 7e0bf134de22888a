"""What it says that somebody names another service long after a trouble began: what spreads is felt elsewhere soon."""

from collections.abc import Mapping
from datetime import timedelta

from correlate.naming import CALLED
from correlate.records import Record
from correlate.turn import Turn
from correlate.words import stem, tokens

_SPREADS_BY_THEN = timedelta(minutes=12)
"""What suffers from a trouble is told of by then; whoever names another service later may tell of another trouble."""
_BY_RELATION = frozenset({"dependency", "dependent", "far dependency", "far dependent", "sibling"})


def may_be_another(turn: Turn, number: str, pieces: Mapping[str, float], named: Mapping[str, float]) -> bool:
    """Whether a mail that is held to be about an incident, by these pieces of evidence, may be the first of another
    trouble: it names a service that nobody named before and that only is related, long after the trouble began.

    Such a mail opens an incident of its own, which is joined with the other one soon if no more people tell of it.
    """
    record = turn.record(number)
    if record is None or _BY_RELATION.isdisjoint(pieces) or "service" in pieces:
        return False
    if "said time" in pieces or max(named.values(), default=0.0) < CALLED or spoken_of(record, named):
        return False
    members = turn.situation.members[record.number]
    return turn.at - min([record.opened_at, *members.places.values()]) > _SPREADS_BY_THEN


def spoken_of(record: Record, named: Mapping[str, float]) -> bool:
    """Whether somebody has written to this incident of one of these services before."""
    return spoken_by(record, named) > 0


def spoken_by(record: Record, named: Mapping[str, float]) -> int:
    """How many wrote to this incident of the one of these services that most wrote of; 1 where only a part of a name
    was written."""
    counts = [[record.topic.get(stem(word), 0) for word in tokens(service)] for service in named]
    return max((max(min(each), int(any(each))) for each in counts if each), default=0)
