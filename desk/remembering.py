"""What is kept in memory of the past for the nightly search: little for each incident, and nothing of what is too old.

Services, kinds and categories are few and incidents many, so equal texts are kept once.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from correlate.candidates import LOOK_BACK
from correlate.records import Past

KEPT = LOOK_BACK + timedelta(days=2)
"""Decisions look back less far, so that it makes no difference when something is forgotten."""
_SHARED = ("service", "template", "category", "origin", "resource", "resolution", "group")


def shared(found: Iterable[Past]) -> Iterator[Past]:
    """The same pasts, with equal texts being one object."""
    known: dict[object, object] = {}
    for past in found:
        same = {name: known.setdefault(value, value) for name in _SHARED if (value := getattr(past, name)) is not None}
        services = known.setdefault(past.services, past.services)
        yield replace(past, services=services, **same)


def forget_old(past: dict[str, Past], now: datetime) -> None:
    """Forget what the search does not look at any more. Incidents stand in the order in which they were opened, so only
    the first ones are looked at."""
    while past:
        number = next(iter(past))
        if past[number].opened_at >= now - KEPT:
            return
        del past[number]
