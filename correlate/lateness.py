"""What it says that somebody writes long after a trouble began: people write soon, as a rule, and what spreads is felt
elsewhere soon."""

from collections.abc import Mapping
from datetime import timedelta
from math import exp, log

from correlate.naming import CALLED
from correlate.records import Record
from correlate.turn import Turn
from correlate.words import stem, tokens

_WRITERS = ((0.85, 22.0), (0.15, 90.0))
"""Shares of those who write of a trouble, and after how many minutes each of them does on average."""
_SPREADS_BY_THEN = timedelta(minutes=12)
"""What suffers from a trouble is told of by then; whoever names another service later may tell of another trouble."""
_BY_RELATION = frozenset({"dependency", "dependent", "far dependency", "far dependent", "sibling"})


def so_late(turn: Turn, record: Record) -> float:
    """The logarithm of how much rarer it is that somebody writes so long after a trouble began than at once."""
    began = min([record.opened_at, *turn.situation.members[record.number].places.values()])
    minutes = max(0.0, (turn.at - began).total_seconds() / 60)
    at_once = sum(share / mean for share, mean in _WRITERS)
    return log(sum(share / mean * exp(-minutes / mean) for share, mean in _WRITERS) / at_once)


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
    return any(stem(word) in record.topic for service in named for word in tokens(service))
