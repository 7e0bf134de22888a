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
    """One `[hooks.NAME]`: what is known of a source of alerts; for those that come by mail, NAME is their tool's.
    Durations are in seconds."""

    name: str
    lifetime: int | None = None
    """An alert that is not repeated for so long is over: its tool never says so."""
    quiet_after: int | None = None
    """A source that has said nothing at all for so long is itself in trouble."""
    service: str | None = None


class Route(Struct, frozen=True, kw_only=True):
    """One `[routes.NAME]`: how the staff hears of incidents of these services, or with an alert that fits. What is
    None is as for all others; of several that fit, the first counts."""

    name: str
    services: tuple[str, ...] = ()
    matchers: tuple[Matcher, ...] = ()
    group_wait: int | None = None
    group_interval: int | None = None
    repeat_interval: int | None = None
    escalation: str | None = None


class Member(Struct, frozen=True, kw_only=True):
    """Somebody of a team: the address, and the name by which a calendar may know them."""

    address: str
    name: str | None = None


class Team(Struct, frozen=True, kw_only=True):
    """One `[teams.NAME]`. `calendar` is the text of the file that says who is on call; where one of `swaps` has a
    shift, only that counts. `timezone` holds for times that name no other."""

    name: str
    people: tuple[Member, ...] = ()
    calendar: str | None = None
    swaps: str | None = None
    timezone: str = "UTC"


class Level(Struct, frozen=True, kw_only=True):
    """Whom a chain tells `after` so many seconds: addresses, "team:NAME", "on-call:NAME" and "webhook:NAME"."""

    to: tuple[str, ...]
    after: int = 900


class Chain(Struct, frozen=True, kw_only=True):
    """One `[escalations.NAME]`: its levels in order, gone through so many times."""

    name: str
    levels: tuple[Level, ...]
    rounds: int = 1
