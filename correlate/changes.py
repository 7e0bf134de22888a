"""Changes that somebody announced, and whether one of them came before a trouble more often than chance has it.

A change shortly before a trouble is suspected. Where much is deployed, there is a change shortly before anything: so
the same question is asked of placebo times, the same hour of earlier days, and a change that is no rarer before the
trouble than before those is not blamed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from correlate.records import Change, Reason
from correlate.situation import Situation

SUSPECT_FOR = timedelta(hours=3)
"""How long after its start a change on the same service is named beside a new incident."""
PLACEBO_DAYS = 28
"""So many earlier days are asked, as far as changes are known."""
FEWEST_PLACEBOS = 3
"""With fewer placebo times nothing is known about chance: the change is named, and that it is not tested."""
CHANCE = 0.25
"""The share of placebo times with a change as shortly before, from which on it is coincidence."""


class Suspicion(Struct, frozen=True):
    """A change before a trouble: at `hits` of `asked` placebo times there was one as shortly before."""

    change: Change
    delay: timedelta
    hits: int
    asked: int

    @property
    def chance(self) -> float:
        """How likely it is by chance, from the placebo times; one where nothing was asked."""
        return (1 + self.hits) / (1 + self.asked)

    @property
    def blamed(self) -> bool:
        """Whether it may be named as the probable cause."""
        return self.asked < FEWEST_PLACEBOS or self.chance <= CHANCE


def before(situation: Situation, service: str | None, at: datetime) -> Suspicion | None:
    """The last change on the service, or on one that it directly needs, within SUSPECT_FOR before `at`, as far as it is
    no coincidence."""
    found = suspicion(situation, service, at)
    return found if found is not None and found.blamed else None


def suspicion(situation: Situation, service: str | None, at: datetime) -> Suspicion | None:
    """The same, blamed or not."""
    if service is None:
        return None
    known = situation.services.by_name.get(service)
    for name in (service, *(known.depends_on if known is not None else ())):
        suspect = last_before(situation.changes_on.get(name, ()), at, SUSPECT_FOR)
        if suspect is not None:
            return tested(suspect, situation.changes_on.get(name, ()), at, known_since(situation, suspect))
    return None


def last_before(changes: Iterable[Change], at: datetime, within: timedelta) -> Change | None:
    """The last of the changes that began before this time, and not long before."""
    suspects = [change for change in changes if timedelta() <= at - change.start <= within]
    return max(suspects, key=lambda change: (change.start, change.id), default=None)


def known_since(situation: Situation, suspect: Change) -> datetime:
    """Since when changes are known at all."""
    return min((change.start for change in situation.changes.values()), default=suspect.start)


def tested(suspect: Change, changes: Iterable[Change], at: datetime, since: datetime) -> Suspicion:
    """The suspect against the placebo times after `since`, as far as `changes` (those of its service) cover them."""
    kept = tuple(changes)
    delay = at - suspect.start
    if len(kept) >= MOST_KEPT:
        since = min(change.start for change in kept)  # older ones of this service are forgotten
    times = [at - timedelta(days=day) for day in range(1, PLACEBO_DAYS + 1)]
    asked = [time for time in times if time - delay >= since]
    hits = sum(last_before(kept, time, delay) is not None for time in asked)
    return Suspicion(suspect, delay, hits, len(asked))


MOST_KEPT = 20
"""Changes that are kept of one service (`Situation.changes_on`)."""


def reason_of(found: Suspicion) -> Reason:
    """Why the change is named: how long before it began, and how often there is one as shortly before anyway."""
    evidence = {
        "change": found.change.id,
        "title": found.change.title,
        "minutes": round(found.delay.total_seconds() / 60),
    }
    if found.asked < FEWEST_PLACEBOS:
        return Reason("change shortly before", evidence)
    return Reason("change shortly before, rarely so", {**evidence, "hits": found.hits, "asked": found.asked})
