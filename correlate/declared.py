"""What an administrator declares about alerts: maintenance, what explains what, and who is to be heard of."""

from datetime import datetime

from msgspec import Struct

from correlate.records import Matcher
from ingest.event import Severity


class Window(Struct, frozen=True, kw_only=True):
    """One `[windows.NAME]`: maintenance from `start` to `end`, or recurring by `rule` for `duration` seconds each."""

    name: str
    services: tuple[str, ...] = ()
    matchers: tuple[Matcher, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    rule: str | None = None
    duration: int = 3600
    timezone: str = "UTC"
    comment: str = ""


class Inhibition(Struct, frozen=True, kw_only=True):
    """One `[inhibit.NAME]`: while what fits `source` fires, nobody is told of what fits `target`, where the labels in
    `equal` have the same values in both."""

    name: str
    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...] = ()


class Heartbeat(Struct, frozen=True, kw_only=True):
    """One `[heartbeats.NAME]`: the hook of that name hears from its sender every `period` seconds, give or take
    `grace`."""

    name: str
    period: int
    grace: int = 300
    service: str | None = None
    severity: Severity = "major"


class Source(Struct, frozen=True, kw_only=True):
    """One `[hooks.NAME]`: what is known of a source of alerts. Durations are in seconds."""

    name: str
    lifetime: int | None = None
    """An alert that is not repeated for so long is over: its tool never says so."""
    quiet_after: int | None = None
    """A source that has said nothing at all for so long is itself in trouble."""
    service: str | None = None
