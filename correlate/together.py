"""Services that fail together although nothing declares that one needs the other."""

from collections.abc import Sequence
from datetime import timedelta
from math import log

from msgspec import Struct

from correlate.candidates import Event, Fleet
from correlate.records import Past

APART = timedelta(minutes=10)
UNDECLARED = 0.05
"""How likely it is that a dependency exists and nobody declared it: then failing together is no sign of trouble."""
MOST_PARTNERS = 3
FEWEST_TOGETHER = 3


class Together(Struct, frozen=True, kw_only=True):
    """What failed together with a service. `kept` marks those of its events at which a partner failed as well."""

    log_evidence: float = 0.0
    partners: tuple[str, ...] = ()
    kept: tuple[bool, ...] = ()
    members: tuple[tuple[Past, ...], ...] = ()


def together_with(fleet: Fleet, place: str, now: float) -> Together:
    """The partners of a service, and the logarithm of the evidence that this is neither chance nor a dependency.

    `now` is the length of the observation in days. Chance for one event: that a partner's own events fall within
    reach of it. A dependency that nobody declared would make them fail together at any share of the events alike.
    """
    mine = fleet.events.get(place, ())
    related = fleet.services.needs(place) | fleet.services.carries(place) | {place}
    found: dict[str, dict[int, Event]] = {}
    for index, event in enumerate(mine):
        for other, candidate in fleet.near(event.at, APART):
            found.setdefault(other, {}).setdefault(index, candidate)
        for other in {name for past in event.incidents for name in past.services}:
            found.setdefault(other, {})[index] = event
    ranked = []
    for other in sorted(found.keys() - related):
        hits, count = found[other], len(found[other])
        if count >= FEWEST_TOGETHER:
            own = len(fleet.events.get(other, ()))
            chance = min(0.5, (own + 1) * 2 * APART.total_seconds() / 86_400 / max(now, 1.0))
            won = count * log(0.8 / chance) + (len(mine) - count) * log(0.2 / (1 - chance))
            dependency = log(1 / UNDECLARED) + log(count + 1)
            ranked.append((min(won, dependency), other, hits))
    ranked.sort(key=lambda entry: (-entry[0], entry[1]))
    best = [entry for entry in ranked[:MOST_PARTNERS] if entry[0] > 0]
    if not best:
        return Together()
    kept = tuple(any(index in hits for _, _, hits in best) for index in range(len(mine)))
    members = tuple(
        (*event.incidents, *_others(event, [hits.get(index) for _, _, hits in best]))
        for index, event in enumerate(mine)
        if kept[index]
    )
    return Together(
        log_evidence=sum(won for won, _, _ in best),
        partners=tuple(other for _, other, _ in best),
        kept=kept,
        members=members,
    )


def _others(event: Event, hits: Sequence[Event | None]) -> list[Past]:
    own = {past.number for past in event.incidents}
    found = {past.number: past for hit in hits if hit is not None for past in hit.incidents if past.number not in own}
    return list(found.values())
