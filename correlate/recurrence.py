"""What keeps coming back: every stream of the past is bet against chance, and what wins enough is a finding.

Each stream (a service; a resource, a kind of trouble, a category, a place, a group of people, a resolution, two of
them at once) is one hypothesis, "nothing recurs here", and one bet spread over the patterns below. A finding needs
evidence of at least 1 / (rate × share × (findings so far + 1)), where the shares of all streams that will ever be
looked at sum to one: e-LOND (Xu and Ramdas, "Online multiple testing with e-values", 2024), with the promised false
discovery rate over the desk's whole life. Everything here is a pure function of the past.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import exp, log

from msgspec import Struct
from msgspec.structs import replace

from correlate import statistics as evidence_of
from correlate.candidates import SERVICE, Event, Fleet, Stream, key_of
from correlate.combinations import FEWEST, PAIRS
from correlate.nodes import one_node
from correlate.records import Change, SuggestionKind
from correlate.renewals import worn
from correlate.seasons import Seasons
from correlate.together import Together, together_with

__all__ = ["Event", "Finding", "Fleet", "Pattern", "search"]

EVEN_SHARES = 32
FEWEST_OTHERS = 20
AFTER_CHANGE = (timedelta(hours=1), timedelta(hours=4))
IN_PHASE_DAYS = 0.07
IN_PHASE_OF_MONTH_DAYS = 0.75
APART_IN_MONTH = timedelta(days=2)
MOST_IN_MONTHS = 60
"""What happens on more days in four hundred is nothing monthly."""

_DAY = 86_400.0
_MONTH = 30.44
_WEIGHTS: Mapping[str, float] = {
    "recurring": 0.18, "daily": 0.12, "weekly": 0.2, "monthly": 0.04, "month's turn": 0.04, "wear": 0.09,
    "rising": 0.14, "after-change": 0.1, "together": 0.09,
}  # fmt: skip
"""How a bet is spread. What comes once a week gives little evidence in a month, so it has more than what shows soon."""
_KINDS: Mapping[str, SuggestionKind] = {
    "recurring": "recurring", "daily": "periodic", "weekly": "periodic", "monthly": "periodic", "wear": "periodic",
    "month's turn": "periodic", "rising": "rising", "after-change": "after-change", "together": "co-occurring",
}  # fmt: skip
_DIMENSIONS: Mapping[str, float] = {
    SERVICE: 0.69, "resource": 0.04, "kind": 0.04, "category": 0.04, "place": 0.04, "people": 0.04, "resolution": 0.04,
    **dict.fromkeys(PAIRS, 0.01),
}  # fmt: skip
"""How the promised rate is shared among the dimensions."""


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

    stream: Stream
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
        return f"{self.stream.key}|{self.kind}"

    @property
    def numbers(self) -> frozenset[str]:
        """The incidents that show it."""
        return frozenset(past.number for event in self.pattern.events for past in event.incidents)

    @property
    def place(self) -> str:
        """The service (or resource without one) that it is about, or the value that its incidents share."""
        return self.stream.value

    @property
    def service(self) -> str | None:
        """The service, where it is about one."""
        if self.stream.dimension == SERVICE:
            return self.place
        services = {past.service for event in self.pattern.events for past in event.incidents}
        return services.pop() if len(services) == 1 else None


def search(fleet: Fleet, found_so_far: int, progress: Callable[[int], None] | None = None) -> list[Finding]:
    """Every finding at this time, strongest first. `found_so_far` counts what was ever suggested; `progress` hears how
    many streams have been looked at."""
    findings = []
    for looked_at, stream in enumerate(fleet.streams()):
        if progress is not None:
            progress(looked_at)
        needed = -log(fleet.rate * _share(stream) * (found_so_far + 1))
        finding = _finding(fleet, stream, needed)
        if finding is not None and (stream.is_one_service or _holds_without_one(fleet, stream, needed)):
            findings.append(finding)
    findings.sort(key=lambda finding: (-finding.log_evidence, finding.stream.key))
    return _folded(fleet, findings)


def _holds_without_one(fleet: Fleet, stream: Stream, needed: float) -> bool:
    """Whether a claim about many services holds without the one that has most of it: else it is that one's."""
    places = Counter(past.service or past.resource for event in stream.events for past in event.incidents)
    most = max(sorted(places, key=str), key=places.__getitem__)
    events = [event for event in stream.events if any((p.service or p.resource) != most for p in event.incidents)]
    rest = replace(stream, events=events)
    return len(events) >= FEWEST and _finding(fleet, rest, needed) is not None


def _share(stream: Stream) -> float:
    """The share of the promised rate that a stream gets: within its dimension the first ones an even share, then ever
    smaller ones; they sum to 1."""
    number = stream.number
    within = 0.75 / EVEN_SHARES if number <= EVEN_SHARES else 0.25 * EVEN_SHARES / (number * (number - 1))
    return _DIMENSIONS[stream.dimension] * within


def _finding(fleet: Fleet, stream: Stream, needed: float) -> Finding | None:
    events = stream.events
    seasons = fleet.seasons_without(stream)
    *moments, now = seasons.elapsed([*(event.at for event in events), fleet.at])
    usual = fleet.usual_without(stream)
    prior = evidence_of.fleet_prior(usual.number, usual.total, usual.squares, now)
    by_their_times = [*_timed(fleet, events, seasons), _at_the_turn(fleet, events, seasons), _wear(events)]
    if stream.dimension == SERVICE:
        by_their_times.append(_after_change(fleet, stream, seasons, now))
    patterns = [*_rates(fleet, stream, moments, now, prior, usual.number), *by_their_times]
    if _stands_by_itself(stream, usual.number):
        stands = evidence_of.rate_stands(len(events), now, prior)
        patterns[-len(by_their_times) :] = [_also_many(pattern, stands) for pattern in by_their_times]
    if stream.dimension == SERVICE:
        patterns.append(_together(fleet, stream, moments, now, prior))
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
        stream=stream,
        pattern=pattern,
        kind=_KINDS[pattern.name],
        log_evidence=total,
        needed=needed,
        expected=now * prior[0] / prior[1],
        days=(fleet.at - fleet.start).total_seconds() / _DAY,
    )


def _stands_by_itself(stream: Stream, others: int) -> bool:
    """Whether a rate that was always high is news: where there are few others nobody knows what is usual."""
    return stream.dimension == SERVICE or others >= FEWEST_OTHERS


def _also_many(pattern: Pattern, stands: float) -> Pattern:
    """A pattern of times, on which a bet is placed alone and together with how many there are of them at all."""
    alone = pattern.log_evidence
    return replace(pattern, log_evidence=evidence_of.log_mean([alone, alone + stands]))


def _rates(
    fleet: Fleet, stream: Stream, moments: Sequence[float], now: float, prior: tuple[float, float], others: int
) -> list[Pattern]:
    events = stream.events
    standing = _stands_by_itself(stream, others)
    rose, since, ratio = evidence_of.rate_rose(moments, now, prior, standing=standing)
    members = tuple(event for event, moment in zip(events, moments, strict=True) if moment >= since)
    bets = [rose]
    if stream.dimension == SERVICE and stream.value in fleet.watched:
        unseen = sum(1 for event in members if all(p.origin == "mail" for p in event.incidents))
        chance = max(0.15, fleet.unseen_share)
        bets.append(rose + evidence_of.more_often_than(unseen, len(members) - unseen, chance, (0.6, 0.9)))
    if stream.dimension == SERVICE:
        resources = [[past.resource for past in event.incidents] for event in members]
        bets.append(rose + one_node(resources, fleet.common_stems))
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
    likely = [seasons.at(event.at) for event in events]
    daily = evidence_of.timed(hours, [seasons.of_day(event.at) for event in events], 1.0)
    weekly = evidence_of.timed(weeks, [factor / 7 for factor in likely], 7.0)
    return [
        Pattern(name="daily", log_evidence=daily, events=_in_phase(events, hours, 1.0), period_s=_DAY),
        Pattern(name="weekly", log_evidence=weekly, events=_in_phase(events, weeks, 7.0), period_s=7 * _DAY),
        _monthly(fleet, events, seasons),
    ]


def _monthly(fleet: Fleet, events: Sequence[Event], seasons: Seasons) -> Pattern:
    """Whether incidents come on one day of the month, counted from its beginning or its end; days after each other are
    one time."""
    apart: list[tuple[Event, datetime]] = []
    for event in events:
        local = event.at.astimezone(fleet.zone)
        if not apart or event.at - apart[-1][0].at >= APART_IN_MONTH:
            apart.append((event, local))
    if len(apart) > MOST_IN_MONTHS:
        return Pattern(name="monthly", log_evidence=0.0)
    months = [local.year * 12 + local.month for _, local in apart]
    starts = [local.day - 1 + (local.hour * 60 + local.minute) / 1440 for _, local in apart]
    ends = [start - monthrange(at.year, at.month)[1] for start, (_, at) in zip(starts, apart, strict=True)]
    likely = [seasons.at(event.at) / _MONTH for event, _ in apart]
    bets = [evidence_of.monthly(months, phases, likely) for phases in (starts, ends)]
    phases = starts if bets[0] >= bets[1] else ends
    members = _in_phase([event for event, _ in apart], phases, _MONTH, IN_PHASE_OF_MONTH_DAYS)
    lasting = len({(local.year, local.month) for event, local in apart if event in members}) >= FEWEST
    return Pattern(
        name="monthly",
        log_evidence=evidence_of.log_mean(bets) if lasting else 0.0,
        events=members if lasting else (),
        period_s=_MONTH * _DAY,
    )


def _at_the_turn(fleet: Fleet, events: Sequence[Event], seasons: Seasons) -> Pattern:
    """Whether incidents come about the turn of the month."""
    won, places = fleet.turns.bet([event.at for event in events], seasons)
    return Pattern(
        name="month's turn",
        log_evidence=won,
        events=tuple(events[place] for place in places),
        period_s=_MONTH * _DAY,
    )


def _in_phase(
    events: Sequence[Event], phases: Sequence[float], period: float, reach: float = IN_PHASE_DAYS
) -> tuple[Event, ...]:
    """The events about the phase that most of them share; of equal ones the phase of the earliest event."""
    order = sorted((phase, index) for index, phase in enumerate(phases))
    around = [(phase + shift, index) for shift in (-period, 0.0, period) for phase, index in order]
    values = [phase for phase, _ in around]
    best: tuple[int, int] = (0, 0)
    chosen: list[int] = []
    for phase, index in order:
        first, last = bisect_left(values, phase - reach), bisect_left(values, phase + reach + 1e-12)
        if (last - first, -index) > best or not chosen:
            best = (last - first, -index)
            chosen = sorted({place for _, place in around[first:last]})
    return tuple(events[index] for index in chosen)


def _wear(events: Sequence[Event]) -> Pattern:
    gaps = [(b.at - a.at).total_seconds() / _DAY for a, b in pairwise(events)]
    won, mean = evidence_of.wear(gaps)
    won = evidence_of.log_mean([won, worn(gaps)])
    return Pattern(name="wear", log_evidence=won, events=tuple(events), period_s=mean * _DAY)


def _after_change(fleet: Fleet, stream: Stream, seasons: Seasons, now: float) -> Pattern:
    """Whether incidents follow changes of the service, or of one that it needs, more often than placebo times."""
    place, events = stream.value, stream.events
    bets, weights, patterns = [], [], []
    needs = sorted(fleet.services.needs(place))
    for changed in (place, *needs):
        starts = fleet.changes_of.get(changed, [])
        begins = [change.start for change in starts]
        for window in AFTER_CHANGE if starts else ():
            hits = [(event, cause) for event in events if (cause := _changed_before(starts, begins, event.at, window))]
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


def _changed_before(
    changes: Sequence[Change], begins: Sequence[datetime], at: datetime, window: timedelta
) -> Change | None:
    """The last change at or before a moment, where it is within the window."""
    place = bisect_right(begins, at) - 1
    return changes[place] if place >= 0 and at - begins[place] <= window else None


def _together(
    fleet: Fleet, stream: Stream, moments: Sequence[float], now: float, prior: tuple[float, float]
) -> Pattern:
    found: Together = together_with(fleet, stream.value, now)
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


def _folded(fleet: Fleet, findings: Sequence[Finding]) -> list[Finding]:
    """Of findings that share most of their incidents, the strongest: it explains the others.

    What a stronger combination is a part of stays only if it holds without the combination's incidents.
    """
    kept: list[Finding] = []
    taken: set[str] = set()
    for finding in findings:
        parts = [other for other in kept if finding.stream.key in {key_of(*part) for part in other.stream.parts}]
        if 2 * len(finding.numbers & taken) < len(finding.numbers) and _holds_beside(fleet, finding, parts):
            kept.append(finding)
            taken |= finding.numbers
    return kept


def _holds_beside(fleet: Fleet, finding: Finding, stronger: Sequence[Finding]) -> bool:
    if not stronger:
        return True
    told = frozenset().union(*(other.numbers for other in stronger))
    rest = [event for event in finding.stream.events if any(past.number not in told for past in event.incidents)]
    return len(rest) >= FEWEST and _finding(fleet, replace(finding.stream, events=rest), finding.needed) is not None
