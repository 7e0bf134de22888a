"""What keeps coming back: every service's past is bet against chance, and what wins enough is a finding.

Each service is one hypothesis, "nothing recurs here", and one bet spread over the patterns below. A finding needs
evidence of at least 1 / (rate × share × (findings so far + 1)), where the shares of all services that will ever be
looked at sum to one: e-LOND (Xu and Ramdas, "Online multiple testing with e-values", 2024), with the promised false
discovery rate over the desk's whole life. Everything here is a pure function of the past.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from math import exp, log
from zoneinfo import ZoneInfo

from msgspec import Struct

from correlate import statistics as evidence_of
from correlate.nodes import one_node
from correlate.policy import Policy
from correlate.records import Change, Past, SuggestionKind
from correlate.seasons import Seasons
from correlate.services import ServiceMap
from correlate.together import Together, together_with

LOOK_BACK = timedelta(days=400)
ONE_EVENT = timedelta(minutes=30)
"""Incidents on one service that begin within so short a time count once."""
FEWEST = 3
"""Below three times nothing recurs, whatever the figures say."""
EVEN_SHARES = 32
AFTER_CHANGE = (timedelta(hours=1), timedelta(hours=4))
IN_PHASE_DAYS = 0.07

_DAY = 86_400.0
_WEIGHTS: Mapping[str, float] = {
    "recurring": 0.2, "daily": 0.15, "weekly": 0.15, "wear": 0.1, "rising": 0.15, "after-change": 0.15, "together": 0.1,
}  # fmt: skip
_KINDS: Mapping[str, SuggestionKind] = {
    "recurring": "recurring", "daily": "periodic", "weekly": "periodic", "wear": "periodic", "rising": "rising",
    "after-change": "after-change", "together": "co-occurring",
}  # fmt: skip


class Event(Struct, frozen=True):
    """One occurrence of trouble on a service: an incident, or several that began together."""

    at: datetime
    incidents: tuple[Past, ...]


class Pattern(Struct, frozen=True, kw_only=True):
    """One way in which trouble may recur, and what a bet on it has won."""

    name: str
    log_evidence: float
    events: tuple[Event, ...] = ()
    period_s: float | None = None
    rate_ratio: float | None = None
    since: datetime | None = None
    change: str | None = None
    partners: tuple[str, ...] = ()


class Finding(Struct, frozen=True, kw_only=True):
    """A pattern whose evidence is strong enough to be put before a person."""

    place: str
    pattern: Pattern
    kind: SuggestionKind
    log_evidence: float
    needed: float
    expected: float
    """How many incidents the fleet's habits would have given."""
    days: float

    @property
    def key(self) -> str:
        """What the finding is about, whatever its members are today."""
        return f"{self.place}|{self.kind}"


class Fleet:
    """Everything that the desk remembers, arranged for the search.

    `explained` are incidents that belong to what was suggested before: they say nothing of what is usual elsewhere.
    """

    def __init__(
        self,
        past: Sequence[Past],
        changes: Sequence[Change],
        services: ServiceMap,
        policy: Policy,
        at: datetime,
        explained: Collection[str] = (),
    ) -> None:
        self.at = at
        self.zone: tzinfo = ZoneInfo(policy.timezone)
        self.rate = policy.false_discovery_rate
        self.services = services
        self.explained = frozenset(explained)
        recent = sorted((p for p in past if _counts(p) and p.opened_at > at - LOOK_BACK), key=_order)
        self.events = _events(recent)
        self.changes = sorted((c for c in changes if at - LOOK_BACK < c.start <= at), key=lambda c: (c.start, c.id))
        begins = [p.opened_at for p in recent[:1]] + [c.start for c in self.changes[:1]]
        self.start = min(begins, default=at)
        self.watched = {place for p in recent if p.origin == "alert" for place in (*p.services, p.service) if place}
        unseen = sum(1 for p in recent if p.origin == "mail")
        self.unseen_share = (unseen + 1) / (len(recent) + 3)

    def seasons_without(self, place: str) -> Seasons:
        """The habits of all other services: a pattern must not be measured against itself."""
        return Seasons((e.at for name, events in self.events.items() if name != place for e in events), self.zone)

    def counts_without(self, place: str) -> list[int]:
        known = {*self.services.by_name, *self.events} - {place}
        return [sum(map(self._is_usual, self.events.get(name, ()))) for name in sorted(known)]

    def _is_usual(self, event: Event) -> bool:
        return any(past.number not in self.explained for past in event.incidents)


def _counts(past: Past) -> bool:
    """Whether an incident says anything of a service: not if it was merged, nor if it is one person's own trouble."""
    if past.merged_into is not None or (past.service or past.resource) is None:
        return False
    return past.origin == "alert" or past.people >= 2


def _order(past: Past) -> tuple[datetime, str]:
    return past.opened_at, past.number


def _events(recent: Sequence[Past]) -> dict[str, list[Event]]:
    by_place: dict[str, list[Event]] = {}
    for past in recent:
        events = by_place.setdefault(past.service or past.resource or "", [])
        if events and past.opened_at - events[-1].incidents[-1].opened_at < ONE_EVENT:
            events[-1] = Event(events[-1].at, (*events[-1].incidents, past))
        else:
            events.append(Event(past.opened_at, (past,)))
    return by_place


def search(fleet: Fleet, found_so_far: int) -> list[Finding]:
    """Every finding at this time, strongest first. `found_so_far` counts what was ever suggested."""
    findings = []
    for number, (place, events) in enumerate(fleet.events.items(), 1):
        if len(events) >= FEWEST:
            needed = -log(fleet.rate * _share(number) * (found_so_far + 1))
            finding = _finding(fleet, place, events, needed)
            if finding is not None:
                findings.append(finding)
    findings.sort(key=lambda finding: (-finding.log_evidence, finding.place))
    return _folded(findings)


def _share(number: int) -> float:
    """The share of the promised rate that the n-th service gets: even ones first, then ever smaller; they sum to 1."""
    if number <= EVEN_SHARES:
        return 0.75 / EVEN_SHARES
    return 0.25 * EVEN_SHARES / (number * (number - 1))


def _finding(fleet: Fleet, place: str, events: Sequence[Event], needed: float) -> Finding | None:
    seasons = fleet.seasons_without(place)
    *moments, now = seasons.elapsed(fleet.start, [*(event.at for event in events), fleet.at])
    prior = evidence_of.fleet_prior(fleet.counts_without(place), now)
    patterns = [
        *_rates(fleet, place, events, moments, now, prior),
        *_timed(fleet, events, seasons),
        _wear(events),
        _after_change(fleet, place, events, seasons, now),
        _together(fleet, place, moments, now, prior),
    ]
    patterns = [pattern for pattern in patterns if len(pattern.events) >= FEWEST]
    if not patterns:
        return None
    won = [pattern.log_evidence + log(_WEIGHTS[pattern.name]) for pattern in patterns]
    best = max(range(len(patterns)), key=won.__getitem__)
    total = evidence_of.log_mean(won, [1.0] * len(won))
    if total < needed:
        return None
    pattern = patterns[best]
    return Finding(
        place=place,
        pattern=pattern,
        kind=_KINDS[pattern.name],
        log_evidence=total,
        needed=needed,
        expected=now * prior[0] / prior[1],
        days=(fleet.at - fleet.start).total_seconds() / _DAY,
    )


def _rates(
    fleet: Fleet,
    place: str,
    events: Sequence[Event],
    moments: Sequence[float],
    now: float,
    prior: tuple[float, float],
) -> list[Pattern]:
    rose, since, ratio = evidence_of.rate_rose(moments, now, prior)
    members = tuple(event for event, moment in zip(events, moments, strict=True) if moment >= since)
    bets = [rose]
    if place in fleet.watched:
        unseen = sum(1 for event in members if all(p.origin == "mail" for p in event.incidents))
        chance = max(0.15, fleet.unseen_share)
        bets.append(rose + evidence_of.more_often_than(unseen, len(members) - unseen, chance, (0.6, 0.9)))
    bets.append(rose + one_node([[past.resource for past in event.incidents] for event in members]))
    grows, _ = evidence_of.rising(moments, now, prior)
    return [
        Pattern(
            name="recurring",
            log_evidence=evidence_of.log_mean(bets),
            events=members,
            rate_ratio=ratio,
            since=members[0].at if since and members else None,
        ),
        Pattern(name="rising", log_evidence=grows, events=tuple(events), rate_ratio=_growth(moments, now)),
    ]


def _growth(moments: Sequence[float], now: float) -> float:
    """The rate of the later half of the time against that of the earlier one."""
    later = sum(1 for moment in moments if moment > now / 2)
    return later / max(len(moments) - later, 0.5)


def _timed(fleet: Fleet, events: Sequence[Event], seasons: Seasons) -> list[Pattern]:
    local = [event.at.astimezone(fleet.zone) for event in events]
    hours = [(m.hour * 3600 + m.minute * 60 + m.second) / _DAY for m in local]
    weeks = [m.weekday() + hour for m, hour in zip(local, hours, strict=True)]
    daily = evidence_of.timed(hours, [seasons.of_day(event.at) for event in events], 1.0)
    weekly = evidence_of.timed(weeks, [seasons.at(event.at) / 7 for event in events], 7.0)
    return [
        Pattern(name="daily", log_evidence=daily, events=_in_phase(events, hours, 1.0), period_s=_DAY),
        Pattern(name="weekly", log_evidence=weekly, events=_in_phase(events, weeks, 7.0), period_s=7 * _DAY),
    ]


def _in_phase(events: Sequence[Event], phases: Sequence[float], period: float) -> tuple[Event, ...]:
    """The events about the phase that most of them share."""

    def near(centre: float) -> list[int]:
        apart = (abs(phase - centre) for phase in phases)
        return [index for index, gap in enumerate(apart) if min(gap, period - gap) <= IN_PHASE_DAYS]

    best = max((near(phase) for phase in phases), key=len)
    return tuple(events[index] for index in best)


def _wear(events: Sequence[Event]) -> Pattern:
    gaps = [(b.at - a.at).total_seconds() / _DAY for a, b in pairwise(events)]
    won, mean = evidence_of.wear(gaps)
    return Pattern(name="wear", log_evidence=won, events=tuple(events), period_s=mean * _DAY)


def _after_change(fleet: Fleet, place: str, events: Sequence[Event], seasons: Seasons, now: float) -> Pattern:
    """Whether incidents follow changes of the service, or of one that it needs, more often than placebo times."""
    bets, weights, patterns = [], [], []
    needs = sorted(fleet.services.needs(place))
    for changed in (place, *needs):
        starts = [c for c in fleet.changes if c.service == changed]
        for window in AFTER_CHANGE if starts else ():
            hits = [(event, cause) for event in events if (cause := _changed_before(starts, event.at, window))]
            covered = sum(seasons.at(c.start + window / 2) for c in starts) * window.total_seconds() / _DAY
            chance = 1.0 - exp(-1.3 * covered / max(now, 1.0))
            bets.append(evidence_of.more_often_than(len(hits), len(events) - len(hits), chance))
            weights.append((0.5 if changed == place else 0.5 / len(needs)) / len(AFTER_CHANGE))
            patterns.append((hits, changed))
    if not bets:
        return Pattern(name="after-change", log_evidence=0.0)
    best = max(range(len(bets)), key=lambda index: bets[index] + log(weights[index]))
    hits, _ = patterns[best]
    return Pattern(
        name="after-change",
        log_evidence=evidence_of.log_mean(bets, weights),
        events=tuple(event for event, _ in hits),
        change=hits[-1][1].id if hits else None,
    )


def _changed_before(changes: Sequence[Change], at: datetime, window: timedelta) -> Change | None:
    for change in reversed(changes):
        if timedelta(0) <= at - change.start <= window:
            return change
    return None


def _together(fleet: Fleet, place: str, moments: Sequence[float], now: float, prior: tuple[float, float]) -> Pattern:
    found: Together = together_with(fleet.events, fleet.services, place, now)
    if not found.partners:
        return Pattern(name="together", log_evidence=0.0)
    own = [moment for moment, kept in zip(moments, found.kept, strict=True) if kept]
    rose, _, ratio = evidence_of.rate_rose(own, now, prior)
    return Pattern(
        name="together",
        log_evidence=rose + found.log_evidence,
        events=tuple(Event(incidents[0].opened_at, incidents) for incidents in found.members),
        rate_ratio=ratio,
        partners=found.partners,
    )


def _folded(findings: Sequence[Finding]) -> list[Finding]:
    """Of findings that share most of their incidents, the strongest: it explains the others."""
    kept: list[Finding] = []
    taken: set[str] = set()
    for finding in findings:
        numbers = {past.number for event in finding.pattern.events for past in event.incidents}
        if 2 * len(numbers & taken) < len(numbers):
            kept.append(finding)
            taken |= numbers
    return kept
