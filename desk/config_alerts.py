"""The tables of `desk.toml` about alerts: `[windows.NAME]`, `[inhibit.NAME]`, `[heartbeats.NAME]`, `[hooks.NAME]`; and
how they and those of `desk.staff_settings` are read.
"""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import Struct

from correlate.declared import Heartbeat, Inhibition, Source, Window
from correlate.matchers import MatcherError, parse_all, selects_something
from correlate.schedules import ScheduleError, rule_of
from desk import staff_settings
from desk.table_values import UnusableError, plain, positive, zone
from ingest.event import Severity

_NAME = re.compile(r"[A-Za-z0-9._-]{1,60}")
Texts = tuple[str, ...]


class _Window(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    services: Texts = ()
    matchers: Texts = ()
    start: datetime | None = None
    end: datetime | None = None
    schedule: str | None = None
    duration: int = 3600
    timezone: str | None = None
    comment: str = ""


class _Inhibition(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    source: Texts
    target: Texts
    equal: Texts = ()


class _Heartbeat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    period: int
    grace: int = 300
    service: str | None = None
    severity: str = "major"


class _Source(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    lifetime: int | None = None
    quiet_after: int | None = None
    service: str | None = None


def _window(name: str, raw: Any, zone_of_desk: str) -> Window:
    given = msgspec.convert(raw, _Window)
    matchers = parse_all(given.matchers)
    if not given.services and not selects_something(matchers):
        raise UnusableError("name services, or matchers that do not fit everything")
    if given.schedule is None and (given.start is None or given.end is None or given.end <= given.start):
        raise UnusableError("write a schedule (and a duration), or a start and a later end")
    for moment in (given.start, given.end):
        if moment is not None and moment.tzinfo is None:
            raise UnusableError("a time needs its offset, as in 2027-01-31T18:00:00+01:00")
    return Window(
        name=name,
        services=given.services,
        matchers=matchers,
        start=given.start,
        end=given.end,
        rule=None if given.schedule is None else rule_of(given.schedule),
        duration=positive(given.duration, "duration"),
        timezone=zone(given.timezone or zone_of_desk),
        comment=given.comment,
    )


def _inhibition(name: str, raw: Any, _zone_of_desk: str) -> Inhibition:
    given = msgspec.convert(raw, _Inhibition)
    source, target = parse_all(given.source), parse_all(given.target)
    if not source or not target:
        raise UnusableError("source and target need matchers")
    return Inhibition(name=name, source=source, target=target, equal=given.equal)


def _heartbeat(name: str, raw: Any, _zone_of_desk: str) -> Heartbeat:
    given = msgspec.convert(raw, _Heartbeat)
    severity: Severity | None = next((known for known in get_args(Severity) if known == given.severity), None)
    if severity is None:
        raise UnusableError(f"severity is one of {', '.join(get_args(Severity))}")
    return Heartbeat(
        name=name,
        period=positive(given.period, "period"),
        grace=max(given.grace, 0),
        service=given.service,
        severity=severity,
    )


def _source(name: str, raw: Any, _zone_of_desk: str) -> Source:
    given = msgspec.convert(raw, _Source)
    lifetime = None if given.lifetime is None else positive(given.lifetime, "lifetime")
    quiet_after = None if given.quiet_after is None else positive(given.quiet_after, "quiet_after")
    return Source(name=name, lifetime=lifetime, quiet_after=quiet_after, service=given.service)


_READERS: Mapping[str, tuple[Callable[[str, Any, str], Any], type[Struct]]] = {
    "windows": (_window, _Window),
    "inhibit": (_inhibition, _Inhibition),
    "heartbeats": (_heartbeat, _Heartbeat),
    "hooks": (_source, _Source),
    "routes": (staff_settings.route, staff_settings.RouteShape),
    "teams": (staff_settings.team, staff_settings.TeamShape),
    "escalations": (staff_settings.chain, staff_settings.ChainShape),
    "webhooks": (staff_settings.webhook, staff_settings.WebhookShape),
}
TABLES = tuple(_READERS)
"""The names of these tables."""


def read_tables(kind: str, content: Any, zone_of_desk: str, folder: Path, problems: list[str]) -> tuple[Any, ...]:
    """Every table of a kind, in the order of the file; paths are relative to `folder`. Sentences are added to
    `problems`."""
    return tuple(_read(kind, content, zone_of_desk, folder, problems))


def _read(kind: str, content: Any, zone_of_desk: str, folder: Path, problems: list[str]) -> Iterator[Any]:
    if not isinstance(content, dict) or not all(isinstance(table, dict) for table in content.values()):
        problems.append(f"[{kind}] has a table for each name: write [{kind}.NAME] and its settings below.")
        return
    read, shape = _READERS[kind]
    known = [field.name for field in msgspec.structs.fields(shape)]
    for name, raw in content.items():
        where = f"[{kind}.{name}]"
        if not _NAME.fullmatch(name):
            problems.append(f"{where}: a name has at most 60 letters, digits, hyphens, dots and underscores.")
            continue
        strange = [key for key in raw if key not in known]
        if strange:
            near = difflib.get_close_matches(strange[0], known, 1, 0.5)
            hint = f"did you mean '{near[0]}'?" if near else f"possible are {', '.join(known)}."
            problems.append(f"{where}: there is no setting '{strange[0]}': {hint}")
            continue
        try:
            yield read(name, {key: plain(key, value, folder) for key, value in raw.items()}, zone_of_desk)
        except msgspec.ValidationError as error:
            problems.append(f"{where}: {str(error).replace(' - at `$', ' in `')}.")
        except (UnusableError, MatcherError, ScheduleError) as error:
            problems.append(f"{where}: {str(error).rstrip('.')}.")
