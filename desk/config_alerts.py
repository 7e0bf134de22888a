"""The tables of `desk.toml` about alerts: `[windows.NAME]`, `[inhibit.NAME]`, `[heartbeats.NAME]`, `[hooks.NAME]`."""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Struct

from correlate.declared import Heartbeat, Inhibition, Source, Window
from correlate.matchers import MatcherError, parse_all, selects_something
from correlate.schedules import ScheduleError, rule_of
from ingest.event import Severity

_DURATION = re.compile(r"(\d{1,9})\s*([smhdw]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_NAME = re.compile(r"[A-Za-z0-9._-]{1,60}")
_DURATIONS = frozenset({"duration", "period", "grace", "lifetime", "quiet_after"})
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


class _UnusableError(ValueError):
    """What is wrong with one table, as a sentence."""


def _window(name: str, raw: Any, zone: str) -> Window:
    given = msgspec.convert(raw, _Window)
    matchers = parse_all(given.matchers)
    if not given.services and not selects_something(matchers):
        raise _UnusableError("name services, or matchers that do not fit everything")
    if given.schedule is None and (given.start is None or given.end is None or given.end <= given.start):
        raise _UnusableError("write a schedule (and a duration), or a start and a later end")
    for moment in (given.start, given.end):
        if moment is not None and moment.tzinfo is None:
            raise _UnusableError("a time needs its offset, as in 2027-01-31T18:00:00+01:00")
    return Window(
        name=name,
        services=given.services,
        matchers=matchers,
        start=given.start,
        end=given.end,
        rule=None if given.schedule is None else rule_of(given.schedule),
        duration=_positive(given.duration, "duration"),
        timezone=_zone(given.timezone or zone),
        comment=given.comment,
    )


def _inhibition(name: str, raw: Any, _zone_of_desk: str) -> Inhibition:
    given = msgspec.convert(raw, _Inhibition)
    source, target = parse_all(given.source), parse_all(given.target)
    if not source or not target:
        raise _UnusableError("source and target need matchers")
    return Inhibition(name=name, source=source, target=target, equal=given.equal)


def _heartbeat(name: str, raw: Any, _zone_of_desk: str) -> Heartbeat:
    given = msgspec.convert(raw, _Heartbeat)
    severity: Severity | None = next((known for known in get_args(Severity) if known == given.severity), None)
    if severity is None:
        raise _UnusableError(f"severity is one of {', '.join(get_args(Severity))}")
    return Heartbeat(
        name=name,
        period=_positive(given.period, "period"),
        grace=max(given.grace, 0),
        service=given.service,
        severity=severity,
    )


def _source(name: str, raw: Any, _zone_of_desk: str) -> Source:
    given = msgspec.convert(raw, _Source)
    lifetime = None if given.lifetime is None else _positive(given.lifetime, "lifetime")
    quiet_after = None if given.quiet_after is None else _positive(given.quiet_after, "quiet_after")
    return Source(name=name, lifetime=lifetime, quiet_after=quiet_after, service=given.service)


_READERS: Mapping[str, tuple[Callable[[str, Any, str], Any], type[Struct]]] = {
    "windows": (_window, _Window),
    "inhibit": (_inhibition, _Inhibition),
    "heartbeats": (_heartbeat, _Heartbeat),
    "hooks": (_source, _Source),
}
TABLES = tuple(_READERS)
"""The names of these tables."""


def read_tables(kind: str, content: Any, zone: str, problems: list[str]) -> tuple[Any, ...]:
    """Every table of a kind, in the order of the file; `zone` is the desk's. Sentences are added to `problems`."""
    return tuple(_read(kind, content, zone, problems))


def _read(kind: str, content: Any, zone: str, problems: list[str]) -> Iterator[Any]:
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
            yield read(name, {key: _plain(key, value) for key, value in raw.items()}, zone)
        except msgspec.ValidationError as error:
            problems.append(f"{where}: {str(error).replace(' - at `$', ' in `')}.")
        except (_UnusableError, MatcherError, ScheduleError) as error:
            problems.append(f"{where}: {str(error).rstrip('.')}.")


def _plain(key: str, value: Any) -> Any:
    """A duration in seconds, a single text as a list of one."""
    if key in _DURATIONS and isinstance(value, str):
        found = _DURATION.fullmatch(value.strip().lower())
        if found is None:
            example = '"5m", "12h" or "14d"'
            raise _UnusableError(f"{key}: '{value}' cannot be read: write a number of seconds, or {example}")
        return int(found[1]) * _SECONDS[found[2]]
    if key in ("services", "matchers", "source", "target", "equal") and isinstance(value, str):
        return [value]
    return value


def _positive(seconds: int, what: str) -> int:
    if not 0 < seconds <= 3650 * 86_400:
        raise _UnusableError(f"{what} is at least a second, and at most ten years")
    return seconds


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _UnusableError(f'there is no time zone {name}: write it as in "Europe/Berlin"') from None
    return name
