"""What breaks in a quarter: faults by chance, and causes that bring trouble again, each in its own way."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from bench.worlds.company import SYMPTOMS, Company, Site

_DAY = timedelta(days=1)
_OFFICE = [0.3] * 6 + [0.6, 1.0, 1.7, 2.0, 2.0, 1.7, 1.3, 1.5, 1.7, 1.6, 1.3, 1.0, 0.7, 0.6, 0.5, 0.4, 0.4, 0.3]
_NIGHT = [1.4, 1.5, 1.6, 1.6, 1.4, 1.2] + [0.8] * 16 + [1.0, 1.2]
_A_QUARTER = 91.0
_CAUSES_OF_A_QUARTER = 4
_BY_CHANCE = 45.0


@dataclass(frozen=True)
class Fault:
    """One trouble, of `site` and of `others` at the same time. `host`: the only one to show it; `change` broke it."""

    at: datetime
    site: str
    minutes: float
    seen: bool = True
    crowd: float = 0.0
    symptom: str | None = None
    host: str | None = None
    change: str | None = None
    others: tuple[str, ...] = ()
    cause: str = "independent"


@dataclass(frozen=True)
class Deploy:
    id: str
    site: str
    at: datetime


@dataclass
class Cause:
    """A planted cause: how it comes back, and the kinds of suggestion that name it rightly."""

    id: str
    kind: str
    claims: tuple[str, ...]
    site: str
    faults: list[Fault] = field(default_factory=list)


class Plan:
    """A quarter of a company; `planted` is whether anything recurs in it. Everything is drawn from `random`."""

    def __init__(self, company: Company, random: Random, start: datetime, days: int, *, planted: bool) -> None:
        self._company, self._random = company, random
        self._start, self._end = start, start + timedelta(days=days)
        self._days = days
        self.deploys: list[Deploy] = []
        self.causes: list[Cause] = []
        self._taken: set[str] = set()
        if planted:
            for kind in random.sample(list(_KINDS), _CAUSES_OF_A_QUARTER):
                self._plant(kind)
        chance = list(self._by_chance())
        self.faults = sorted([*chance, *(f for cause in self.causes for f in cause.faults)], key=lambda f: f.at)
        self._deploy_by_chance()
        self.deploys.sort(key=lambda deploy: deploy.at)

    # --- what comes by chance ---

    def _by_chance(self) -> Iterator[Fault]:
        """At rates that differ by service, hour and weekday."""
        random, sites = self._random, list(self._company.sites.values())
        weights = [random.gammavariate(0.8, 1.0) for _ in sites]
        for site, weight in zip(sites, weights, strict=True):
            habits = _OFFICE if random.random() < 0.75 else _NIGHT
            weekend = random.uniform(0.2, 0.9)
            mean = min(20.0, _BY_CHANCE * weight / sum(weights)) * self._days / _A_QUARTER
            for _ in range(self._poisson(mean)):
                yield self._fault(self._some_time(habits, weekend), site)

    def _some_time(self, habits: list[float], weekend: float) -> datetime:
        random = self._random
        while True:
            day = self._start + _DAY * random.randrange(self._days)
            if day.weekday() < 5 or random.random() < weekend:
                return day + timedelta(hours=random.choices(range(24), habits)[0] + random.random())

    def _fault(self, at: datetime, site: Site, **about: object) -> Fault:
        random = self._random
        seen = not site.users or random.random() < 0.92
        crowd = random.choice((0, 0, 1, 3, 6)) if seen else random.choice((3, 5, 8))
        usual = Fault(at, site.name, 12 + random.lognormvariate(3.2, 0.6), seen, crowd)
        return replace(usual, **about)  # type: ignore[arg-type]

    def _deploy_by_chance(self) -> None:
        for _ in range(self._poisson(3.0 * self._days)):
            name = self._random.choice(list(self._company.sites))
            day = self._start + _DAY * self._random.randrange(self._days)
            if day.weekday() < 5:
                at = day + timedelta(hours=self._random.uniform(8, 18))
                self.deploys.append(Deploy(f"REL-{len(self.deploys) + 1:04d}", name, at))

    # --- what comes again ---

    def _plant(self, kind: str) -> None:
        method, claims = _KINDS[kind]
        people = kind == "people"
        free = [s for s in self._company.sites.values() if s.name not in self._taken and (s.users or not people)]
        if kind == "node":
            free = [s for s in free if len(s.hosts) > 1]
        if not free:
            return
        site = self._random.choice(free)
        self._taken |= {site.name}
        cause = Cause(f"K{len(self.causes)}", kind, claims, site.name)
        faults = sorted(method(self, site), key=lambda fault: fault.at)
        cause.faults = [replace(f, cause=cause.id) for f in faults if self._start <= f.at < self._end - _DAY / 24]
        if len(cause.faults) >= 3:
            self.causes.append(cause)

    def _nightly(self, site: Site) -> Iterator[Fault]:
        hour, symptom, misses = self._random.uniform(0, 24), self._symptom(), self._random.uniform(0.05, 0.6)
        for day in range(self._days):
            if self._random.random() > misses:
                yield self._fault(self._about(day, hour), site, symptom=symptom, seen=True)

    def _weekly(self, site: Site) -> Iterator[Fault]:
        weekday, hour, symptom = self._random.randrange(7), self._random.uniform(0, 24), self._symptom()
        for day in range(weekday, self._days, 7):
            if self._random.random() < 0.9:
                yield self._fault(self._about(day, hour), site, symptom=symptom, seen=True)

    def _month_end(self, site: Site) -> Iterator[Fault]:
        """On the last day of a month or the first, at about one hour."""
        last, hour, symptom = self._random.random() < 0.5, self._random.uniform(6, 20), self._symptom()
        for day in range(self._days):
            at = self._start + _DAY * day
            if (at + _DAY).day == 1 if last else at.day == 1:
                yield self._fault(self._about(day, hour), site, symptom=symptom, seen=True)

    def _wear(self, site: Site) -> Iterator[Fault]:
        mean, shape, symptom = self._random.uniform(3, 8), self._random.uniform(25, 80), self._symptom()
        at = self._start + timedelta(days=self._random.uniform(0, mean))
        while at < self._end:
            yield self._fault(at, site, symptom=symptom, seen=True)
            at += timedelta(days=self._random.gammavariate(shape, mean / shape))

    def _rising(self, site: Site) -> Iterator[Fault]:
        doubling, count, symptom = self._random.uniform(18, 30), self._random.randint(18, 34), self._symptom()
        for _ in range(count):
            share = self._random.random()
            days = doubling * math.log2(1 + share * (2 ** (self._days / doubling) - 1))
            yield self._fault(self._start + _DAY * days, site, symptom=symptom, seen=True)

    def _after_change(self, site: Site) -> Iterator[Fault]:
        breaks, symptom = self._random.uniform(0.5, 0.9), self._symptom()
        for _ in range(self._random.randint(12, 20)):
            day = self._random.randrange(self._days)
            at = self._start + _DAY * day + timedelta(hours=self._random.uniform(8, 18))
            deploy = Deploy(f"REL-{len(self.deploys) + 1:04d}", site.name, at)
            self.deploys.append(deploy)
            if self._random.random() < breaks:
                soon = at + timedelta(minutes=self._random.uniform(3, 45))
                yield self._fault(soon, site, symptom=symptom, seen=True, change=deploy.id)

    def _together(self, site: Site) -> Iterator[Fault]:
        """A service and one or two that have nothing to do with it."""
        sites = self._company.sites
        related = {site.name, *beneath(self._company, site.name)}
        apart = [s for s in sites if s not in related | self._taken and site.name not in beneath(self._company, s)]
        others = tuple(self._random.sample(apart, min(len(apart), self._random.choice((1, 2, 2, 3)))))
        self._taken |= set(others)
        for _ in range(self._random.randint(8, 14)):
            at = self._some_time(_OFFICE if self._random.random() < 0.7 else _NIGHT, 0.5)
            yield self._fault(at, site, seen=True, others=others)

    def _people(self, site: Site) -> Iterator[Fault]:
        symptom = self._symptom()
        for _ in range(self._random.randint(14, 26)):
            yield self._fault(self._some_time(_OFFICE, 0.1), site, symptom=symptom, seen=False, crowd=5)

    def _node(self, site: Site) -> Iterator[Fault]:
        """One bad machine, each time with another symptom."""
        host = self._random.choice(site.hosts)
        for _ in range(self._random.randint(11, 19)):
            yield self._fault(self._some_time(_OFFICE, 0.5), site, host=host, seen=True)

    def _again(self, site: Site) -> Iterator[Fault]:
        """Fails at any time, and often, since some day."""
        since, symptom = self._random.uniform(0.35, 0.7) * self._days, self._symptom()
        for _ in range(self._random.randint(14, 22)):
            at = self._start + timedelta(days=self._random.uniform(since, self._days))
            yield self._fault(at, site, symptom=symptom, seen=True)

    def _symptom(self) -> str:
        return self._random.choice(SYMPTOMS)

    def _about(self, day: int, hour: float) -> datetime:
        return self._start + _DAY * day + timedelta(hours=hour, minutes=self._random.gauss(0, 12))

    def _poisson(self, mean: float) -> int:
        limit, count, product = math.exp(-mean), 0, self._random.random()
        while product > limit:
            count += 1
            product *= self._random.random()
        return count


def beneath(company: Company, name: str) -> set[str]:
    """Every service that this one needs, directly or not."""
    found: set[str] = set()
    edge = [name]
    while edge:
        new = set(company.sites[edge.pop()].depends_on) - found
        found |= new
        edge += sorted(new)
    return found


_Again = Callable[[Plan, Site], Iterator[Fault]]
_KINDS: dict[str, tuple[_Again, tuple[str, ...]]] = {
    "nightly": (Plan._nightly, ("periodic",)),  # noqa: SLF001 - the table of its own methods
    "weekly": (Plan._weekly, ("periodic",)),  # noqa: SLF001
    "month end": (Plan._month_end, ("periodic",)),  # noqa: SLF001
    "wear": (Plan._wear, ("periodic",)),  # noqa: SLF001
    "rising": (Plan._rising, ("rising",)),  # noqa: SLF001
    "after-change": (Plan._after_change, ("after-change",)),  # noqa: SLF001
    "co-occurring": (Plan._together, ("co-occurring",)),  # noqa: SLF001
    "people": (Plan._people, ("recurring",)),  # noqa: SLF001
    "node": (Plan._node, ("recurring",)),  # noqa: SLF001
    "again": (Plan._again, ("recurring", "rising")),  # noqa: SLF001
}
