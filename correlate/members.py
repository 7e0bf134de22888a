"""What hangs on an open record and moves faster than the record itself, and where a condition is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from correlate.hosts import host_stem
from correlate.records import Condition

ACTIVE = frozenset({"firing", "acknowledged"})


def place_of(condition: Condition) -> str:
    """Where a condition is: its service; for want of a known one its host without the number, its resource, itself."""
    return condition.service or host_stem(condition.resource) or condition.resource or condition.fingerprint


class FiledItem(Struct, frozen=True, kw_only=True):
    """What one event of an input became: a mail (`subject` is its Message-ID) or an alert (its fingerprint)."""

    kind: Literal["mail", "alert"]
    record: str
    subject: str | None
    sender: str | None = None
    title: str | None = None
    text: str = ""


class Members:
    """What moves within an open record faster than the record itself."""

    __slots__ = ("alerts", "conditions", "firing", "last_at", "places")

    def __init__(self, last_at: datetime, alerts: int = 0) -> None:
        self.conditions: set[str] = set()
        self.firing: set[str] = set()
        self.places: dict[str, datetime] = {}
        """Service (or what stands in for one, see `place_of`) to when a condition last began there."""
        self.alerts = alerts
        self.last_at = last_at

    def put(self, condition: Condition, at: datetime | None, *, began: bool) -> str | None:
        """A condition of the record as it is now; `at` is None where nothing happened to it. What it gives is the
        place, where none of the record's conditions has been there before."""
        self.conditions.add(condition.fingerprint)
        if condition.status in ACTIVE:
            self.firing.add(condition.fingerprint)
        else:
            self.firing.discard(condition.fingerprint)
        if at is None:
            return None
        place = place_of(condition)
        known = self.places.get(place)
        # What a merge or a split brings along began when it began.
        if (began and (known is None or known < at)) or known is None:
            self.places[place] = at if began else condition.first_at
        if at > self.last_at and condition.status == "firing":
            self.last_at = at  # that it ends is no sign that it goes on
        self.alerts += 1
        return place if known is None else None

    def follow(self, others: Mapping[str, Condition]) -> None:
        """Conditions by fingerprint that begin with the one that was put last, and where it did."""
        self.conditions.update(others)
        self.firing.update(others)
        self.alerts += len(others)


def drop(index: dict[str, dict[str, None]], key: str, name: str) -> None:
    """Take a name out of an index that keeps no empty entries."""
    held = index.get(key)
    if held is not None:
        held.pop(name, None)
        if not held:
            del index[key]
