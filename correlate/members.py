"""What hangs on an open record and moves faster than the record itself, and where a condition is."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from correlate.hosts import host_stem
from correlate.records import Condition


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


def drop(index: dict[str, dict[str, None]], key: str, name: str) -> None:
    """Take a name out of an index that keeps no empty entries."""
    held = index.get(key)
    if held is not None:
        held.pop(name, None)
        if not held:
            del index[key]
