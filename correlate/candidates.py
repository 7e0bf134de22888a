"""What may recur: the past, arranged into streams by service, resource, kind of trouble, category, place and people,
and by two of them at once.

A stream is everything that shares one value of one dimension, or one of each of two. A service's own stream (for what
belongs to none, its resource's) is what most findings are about; a stream that is nearly the same incidents as one
service's is no candidate of its own.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from msgspec import Struct

from correlate.combinations import FEWEST, ONE_EVENT, PAIRS, SAME, Combined, Pair, ValueOf, combined, joined
from correlate.month_turns import MonthTurns
from correlate.nodes import common_stems
from correlate.policy import Policy
from correlate.records import Change, Past
from correlate.seasons import Calendar, Seasons
from correlate.services import ServiceMap
from correlate.words import tokens

LOOK_BACK = timedelta(days=400)
LARGEST = 0.2
"""A stream with a larger share of everything is what is usual."""
SERVICE = "service"
_FQDN = re.compile(r"(?:[a-z]+://)?[a-z0-9_-]+\.([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?=[:/]|$)", re.IGNORECASE)
_MOST_WORDS = 12


class Event(Struct, frozen=True):
    """One occurrence of trouble: an incident, or several that began together."""

    at: datetime
    incidents: tuple[Past, ...]


class Stream(Struct, frozen=True, kw_only=True):
    """Everything that shares one value. `number` is its place among those of its dimension, by their first time.

    `parts` are the two streams that a combination is common to, each with its dimension, and `usual` is how many of
    its events nothing explained yet, where that was counted already.
    """

    dimension: str
    value: str
    number: int
    events: Sequence[Event]
    parts: tuple[tuple[str, str], ...] = ()
    usual: int | None = None

    @property
    def key(self) -> str:
        """The name of the stream: a service's own is the service's name."""
        return key_of(self.dimension, self.value)

    @property
    def is_one_service(self) -> bool:
        """Whether it is about one service, or about a part of what one service has."""
        return self.dimension == SERVICE or any(dimension == SERVICE for dimension, _ in self.parts)


def key_of(dimension: str, value: str) -> str:
    """The name of a stream: a service's own is the service's name."""
    return value if dimension == SERVICE else f"{dimension}={value}"


class Usual(Struct, frozen=True):
    """How often things of one dimension happen: how many there are, the sum of their counts, and of the squares."""

    number: int
    total: int
    squares: int

    def without(self, count: int) -> "Usual":
        return Usual(self.number - 1, self.total - count, self.squares - count * count)


class Fleet:
    """Everything that the desk remembers, arranged for the search.

    `explained` are incidents that belong to what was suggested before: they say nothing of what is usual elsewhere.
    """

    def __init__(
        self,
        past: Iterable[Past],
        changes: Iterable[Change],
        services: ServiceMap,
        policy: Policy,
        at: datetime,
        explained: Collection[str] = (),
    ) -> None:
        self.at = at
        self.zone: tzinfo = ZoneInfo(policy.timezone)
        self.rate = policy.false_discovery_rate
        self.services = services
        self._explained = frozenset(explained)
        recent = sorted((p for p in past if _is_recent(p, at)), key=_order)
        counted = [p for p in recent if _counts(p)]
        self.changes = sorted((c for c in changes if at - LOOK_BACK < c.start <= at), key=lambda c: (c.start, c.id))
        self.changes_of: dict[str, list[Change]] = {}
        for change in self.changes:
            self.changes_of.setdefault(change.service or "", []).append(change)
        begins = [p.opened_at for p in counted[:1]] + [c.start for c in self.changes[:1]]
        self.start = min(begins, default=at)
        self.events = _events((p.service or p.resource or "", p) for p in counted)
        self.watched = {place for p in counted if p.origin == "alert" for place in (*p.services, p.service) if place}
        unseen = sum(1 for p in counted if p.origin == "mail")
        self.unseen_share = (unseen + 1) / (len(counted) + 3)
        self.by_dimension = {SERVICE: self.events, **_dimensions(recent, counted, _own_domains(policy))}
        self.combined = _combinations(recent, counted, _own_domains(policy), self._explained)
        self.common_stems = common_stems((p.service or "", p.resource) for p in counted)
        self._usual = {name: self._usual_of(name) for name in self.by_dimension}
        self._usual |= {name: Usual(c.number, c.total, c.squares) for name, c in self.combined.items()}
        calendar = Calendar(self.start, at, self.zone)
        self._calendar = calendar
        self.turns = MonthTurns(self.start, at, self.zone)
        self._counts = calendar.counts(event.at for events in self.events.values() for event in events)
        self._timeline = sorted(
            ((event.at, place, event) for place, events in self.events.items() for event in events),
            key=lambda entry: entry[:2],
        )
        self._moments = [at for at, _, _ in self._timeline]

    def streams(self) -> Iterator[Stream]:
        """Every candidate that happened often enough, those of services first."""
        for dimension, found in self.by_dimension.items():
            for number, (value, events) in enumerate(found.items(), 1):
                if len(events) >= FEWEST and (dimension == SERVICE or self._stands_out(events)):
                    yield Stream(dimension=dimension, value=value, number=number, events=events)
        for dimension, found_pairs in self.combined.items():
            for pair, incidents in found_pairs.pairs:
                stream = _combination(dimension, pair, incidents)
                if len(stream.events) >= FEWEST and (stream.is_one_service or self._stands_out(stream.events)):
                    yield stream

    def candidates(self) -> int:
        """At most so many streams are looked at."""
        alone = sum(len(events) >= FEWEST for found in self.by_dimension.values() for events in found.values())
        return alone + sum(len(found.pairs) for found in self.combined.values())

    def seasons_without(self, stream: Stream) -> Seasons:
        """The habits of everything else: a pattern must not be measured against itself."""
        own = self._calendar.counts(event.at for event in stream.events)
        counts = [max(every - mine, 0) for every, mine in zip(self._counts, own, strict=True)]
        return Seasons(counts, self._calendar)

    def usual_without(self, stream: Stream) -> Usual:
        """How often other things of this dimension happen."""
        own = self._usual_count(stream.events) if stream.usual is None else stream.usual
        return self._usual[stream.dimension].without(own)

    def near(self, at: datetime, apart: timedelta) -> Iterator[tuple[str, Event]]:
        """The events of services that began within reach of a moment, in the order of their times."""
        first, last = bisect_left(self._moments, at - apart), bisect_right(self._moments, at + apart)
        for _, place, event in self._timeline[first:last]:
            yield place, event

    def _usual_of(self, dimension: str) -> Usual:
        found = self.by_dimension[dimension]
        counts = [self._usual_count(events) for events in found.values()]
        silent = len(self.services.by_name.keys() - found.keys()) if dimension == SERVICE else 0
        return Usual(len(counts) + silent, sum(counts), sum(count * count for count in counts))

    def _usual_count(self, events: Iterable[Event]) -> int:
        if not self._explained:
            return sum(1 for _ in events)
        return sum(any(past.number not in self._explained for past in event.incidents) for event in events)

    def _stands_out(self, events: Sequence[Event]) -> bool:
        """Whether there is enough else to compare a stream with, and it is not just one service's."""
        if len(events) > LARGEST * len(self._timeline):
            return False
        places = Counter(past.service or past.resource for event in events for past in event.incidents)
        return max(places.values()) < SAME * places.total()


def _is_recent(past: Past, at: datetime) -> bool:
    return past.merged_into is None and past.opened_at > at - LOOK_BACK


def _counts(past: Past) -> bool:
    """Whether an incident says anything of a service: not if it is one person's own trouble."""
    return (past.service or past.resource) is not None and (past.origin == "alert" or past.people >= 2)


def _order(past: Past) -> tuple[datetime, str]:
    return past.opened_at, past.number


def _own_domains(policy: Policy) -> frozenset[str]:
    return frozenset((*policy.own_domains, policy.address.rpartition("@")[2]))


def _events(named: Iterable[tuple[str, Past]]) -> dict[str, list[Event]]:
    """Name to its events, from incidents in the order of their times."""
    gathered: dict[str, list[list[Past]]] = {}
    for name, past in named:
        groups = gathered.setdefault(name, [])
        if groups and past.opened_at - groups[-1][-1].opened_at < ONE_EVENT:
            groups[-1].append(past)
        else:
            groups.append([past])
    return {name: [Event(group[0].opened_at, tuple(group)) for group in groups] for name, groups in gathered.items()}


def _dimensions(
    recent: Sequence[Past], counted: Sequence[Past], own_domains: frozenset[str]
) -> Mapping[str, dict[str, list[Event]]]:
    """The streams that go across services."""
    places = places_of(counted)
    return {
        "resource": _events((p.resource, p) for p in counted if p.resource and p.service),
        "kind": _events((p.template, p) for p in counted if p.template),
        "category": _events((p.category, p) for p in counted if p.category),
        "place": _events((place, p) for p in counted if (place := place_of_host(p.resource)) in places),
        "people": _events((p.group, p) for p in recent if p.group and p.group not in own_domains),
        "resolution": _events((done, p) for p in recent if p.resolution and (done := gist_of(p.resolution))),
    }


def _combinations(
    recent: Sequence[Past], counted: Sequence[Past], own_domains: frozenset[str], explained: frozenset[str]
) -> Mapping[str, Combined]:
    """The streams that share two things. A person's own trouble counts where it is about a group of people."""
    places = places_of(counted)
    values: Mapping[str, ValueOf] = {
        SERVICE: lambda past: past.service,
        "kind": lambda past: past.template,
        "category": lambda past: past.category,
        "place": lambda past: place if (place := place_of_host(past.resource)) in places else None,
        "people": lambda past: past.group if past.group not in own_domains else None,
    }
    return {
        name: combined(
            recent if second == "people" else counted,
            values[first],
            values[second],
            # What is not a service's own is looked at only where it goes across services: so is its combination.
            (first == SERVICE or second != SERVICE, second == SERVICE or first != SERVICE),
            explained,
        )
        for name, (first, second) in PAIRS.items()
    }


def _combination(dimension: str, pair: Pair, incidents: Sequence[Past]) -> Stream:
    value = joined(dimension, pair.first, pair.second)
    first, second = PAIRS[dimension]
    return Stream(
        dimension=dimension,
        value=value,
        number=pair.number,
        events=_events((value, past) for past in incidents)[value],
        parts=((first, pair.first), (second, pair.second)),
        usual=pair.usual,
    )


def place_of_host(resource: str | None) -> str | None:
    """Where a host stands: the domain of a full name, as in shop-02.berlin.example.com; None for other names."""
    found = _FQDN.match(resource or "")
    return found[1].lower() if found and found[1].count(".") >= 2 else None


def places_of(incidents: Iterable[Past]) -> frozenset[str]:
    """The places that incidents tell of; none that most hosts are at, for that is the name of the house itself."""
    hosts: dict[str, set[str]] = {}
    for past in incidents:
        if past.resource is not None and (place := place_of_host(past.resource)) is not None:
            hosts.setdefault(place, set()).add(past.resource)
    all_hosts = sum(map(len, hosts.values()))
    return frozenset(place for place, there in hosts.items() if 2 * len(there) <= all_hosts)


def gist_of(resolution: str) -> str:
    """What was done, whatever else the sentence says: its words without numbers, sorted."""
    words = {word for word in tokens(resolution) if word.isalpha() and len(word) > 3}
    return " ".join(sorted(words)[:_MOST_WORDS]) if len(words) >= 2 else ""
