"""Values in the tables of `desk.toml` that have a name each: durations, lists of one, zones, people, files."""

import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DURATION = re.compile(r"(\d{1,9})\s*([smhdw]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DURATIONS = frozenset({
    "duration", "period", "grace", "lifetime", "quiet_after", "group_wait", "group_interval", "repeat_interval",
    "after", "timeout",
})  # fmt: skip
_LISTS = frozenset({"services", "matchers", "source", "target", "equal", "people", "to"})
_FILES = frozenset({"calendar", "swaps", "secret_file", "second_secret_file", "ca_file"})


class UnusableError(ValueError):
    """What is wrong with one table, as a sentence."""


def plain(key: str, value: Any, folder: Path) -> Any:
    """A duration in seconds, a single text as a list of one, a file's whole path; the same within lists of tables.

    Raises UnusableError for what cannot be read.
    """
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return [{name: plain(name, inner, folder) for name, inner in each.items()} for each in value]
    if key in _DURATIONS and isinstance(value, str):
        found = _DURATION.fullmatch(value.strip().lower())
        if found is None:
            example = '"5m", "12h" or "14d"'
            raise UnusableError(f"{key}: '{value}' cannot be read: write a number of seconds, or {example}")
        return int(found[1]) * _SECONDS[found[2]]
    if key in _LISTS and isinstance(value, str):
        return [value]
    if key in _FILES and isinstance(value, str):
        return str((folder / Path(value).expanduser()).resolve())
    return value


def positive(seconds: int, what: str) -> int:
    if not 0 < seconds <= 3650 * 86_400:
        raise UnusableError(f"{what} is at least a second, and at most ten years")
    return seconds


def zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnusableError(f'there is no time zone {name}: write it as in "Europe/Berlin"') from None
    return name
