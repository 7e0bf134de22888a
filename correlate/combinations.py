"""Two things at once: a kind of trouble of one service, at one place, for one group of people, and so on.

There are many more pairs than single values, nearly all of them chance. So they are only counted at first; events are
made of those alone that come together more often than their parts would by chance and that are not one of their parts
under another name. What is not looked at claims nothing, so this choice costs the promised rate nothing.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import sqrt

from msgspec import Struct

from correlate.records import Past

ValueOf = Callable[[Past], str | None]
"""What an incident has of one dimension, or None."""

FEWEST = 3
"""Below three times nothing recurs, whatever the figures say."""
ONE_EVENT = timedelta(minutes=30)
"""Incidents of one stream that begin within so short a time count once."""
SAME = 0.8
"""What has this share of another is the other."""
STANDS_OUT = 3.0
"""So many standard deviations above chance a pair must be to be looked at."""
MOST_PAIRS = 20_000
"""Of each dimension no more pairs are looked at: those that stand out most."""

PAIRS: Mapping[str, tuple[str, str]] = {
    "kind of service": ("kind", "service"),
    "service at place": ("service", "place"),
    "service for people": ("service", "people"),
    "kind at place": ("kind", "place"),
    "category at place": ("category", "place"),
    "kind for people": ("kind", "people"),
    "category for people": ("category", "people"),
}
"""Which dimensions are combined, and how: the name's middle word joins the two values."""


class Pair(Struct):
    """One combination while it is counted: `number` is its place among all of its dimension, by their first time.

    `count` counts events, `usual` those of them that nothing explained yet.
    """

    number: int
    first: str
    second: str
    last: datetime
    incidents: int = 1
    count: int = 1
    usual: int = 0


class Combined(Struct, frozen=True):
    """The pairs of one dimension: those worth looking at with their incidents, and what is usual among all."""

    pairs: Sequence[tuple[Pair, list[Past]]]
    number: int
    total: int
    squares: int


def joined(dimension: str, first: str, second: str) -> str:
    """The value of a combination, such as "disk full at graz.example.com"."""
    word = dimension.split()[1]
    return f"{first} {word} {second}"


def combined(
    past: Sequence[Past], first: ValueOf, second: ValueOf, alone: tuple[bool, bool], explained: Collection[str]
) -> Combined:
    """The combinations of two values, of incidents in the order of their times.

    `alone` says which of the two values are looked at by themselves too.
    """
    pairs: dict[tuple[str, str], Pair] = {}
    totals: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for a, b, incident in _both(past, first, second):
        totals[0][a] = totals[0].get(a, 0) + 1
        totals[1][b] = totals[1].get(b, 0) + 1
        pair = pairs.get((a, b))
        is_news = incident.number not in explained
        if pair is None:
            pairs[a, b] = Pair(len(pairs) + 1, a, b, incident.opened_at, usual=is_news)
            continue
        if incident.opened_at - pair.last >= ONE_EVENT:
            pair.count += 1
            pair.usual += is_news
        pair.incidents += 1
        pair.last = incident.opened_at
    counts = [pair.usual for pair in pairs.values()]
    chosen = _chosen(pairs.values(), *totals, alone)
    gathered: dict[tuple[str, str], list[Past]] = {(pair.first, pair.second): [] for pair in chosen}
    for a, b, incident in _both(past, first, second) if chosen else ():
        members = gathered.get((a, b))
        if members is not None:
            members.append(incident)
    return Combined(
        [(pair, gathered[pair.first, pair.second]) for pair in chosen],
        len(counts),
        sum(counts),
        sum(count * count for count in counts),
    )


def _both(past: Iterable[Past], first: ValueOf, second: ValueOf) -> Iterator[tuple[str, str, Past]]:
    for incident in past:
        if (a := first(incident)) and (b := second(incident)):
            yield a, b, incident


def _chosen(
    pairs: Collection[Pair], firsts: Mapping[str, int], seconds: Mapping[str, int], alone: tuple[bool, bool]
) -> list[Pair]:
    """The pairs that stand out, in the order of their numbers."""
    every = sum(firsts.values())
    found = []
    for pair in pairs:
        a, b, both = firsts[pair.first], seconds[pair.second], pair.incidents
        is_a_part = (alone[0] and both >= SAME * a) or (alone[1] and both >= SAME * b)
        if pair.count < FEWEST or is_a_part:
            continue
        # What either part has without the other, against everything that has neither: the pair is no part of what it
        # is measured by.
        chance = (a - both) * (b - both) / max(every - a - b + both, 1)
        beyond = (both - chance) / sqrt(max(chance, 1.0))
        if beyond >= STANDS_OUT:
            found.append((beyond, pair))
    found.sort(key=lambda entry: (-entry[0], entry[1].number))
    return sorted((pair for _, pair in found[:MOST_PAIRS]), key=lambda pair: pair.number)
