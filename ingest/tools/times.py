"""Moments as monitoring tools write them: RFC 3339 and its relatives, epochs in every unit, dates of people.

Result: an aware time in UTC, or None where the tool says nothing (zero, year 0001, empty) or nothing certain
(a local time without an offset, unless the caller knows that the tool means UTC).
"""

import math
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""What lies before is not a time but a default value: the epoch itself, year 0001, a counter."""
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

_ISO = re.compile(
    r"""(?P<date>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})
        (?: [T ,]\s* (?P<clock>\d{1,2}:\d{2}(?::\d{2})?) (?:[.,](?P<fraction>\d{1,12}))? )?
        \s* (?P<zone>Z|UTC|GMT|[-+]\d{2}(?:[:.]?\d{2}){0,2}Z?)? (?:\s+[A-Za-z]{1,5})? (?:\s+m=[-+][\d.]+)?""",
    re.VERBOSE,
)
_AMERICAN = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M")
_WORDY = (
    "%a %b %d %H:%M:%S %Y", "%b %d %Y %H:%M:%S", "%b %d, %Y %H:%M:%S", "%b %d %H:%M:%S %Y", "%d %b %Y %H:%M:%S",
    "%d %b %Y %H:%M", "%b %d, %Y %I:%M:%S %p", "%b %d, %Y %I:%M %p", "%B %d, %Y %I:%M %p", "%B %d, %Y %I:%M:%S %p",
    "%d %B %Y %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%H:%M:%S %Y.%m.%d", "%Y.%m.%d %H:%M:%S",
)  # fmt: skip
_ZONES = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "BST": 60,
    "CET": 60,
    "CEST": 120,
    "EST": -300,
    "EDT": -240,
    "PST": -480,
    "PDT": -420,
}
_TRAILING_ZONE = re.compile(r"\s+\(?(?P<zone>[A-Z]{1,4}|[-+]\d{2}:?\d{2})\)?(?P<year>\s+\d{4})?$")


def instant(value: Any, *, naive_is_utc: bool = False) -> datetime | None:
    """Read one moment. Numbers are epochs: seconds, milliseconds, microseconds or nanoseconds by their size."""
    if isinstance(value, str):
        return _from_text(value, naive_is_utc) if 4 <= len(value) <= 64 else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return _from_epoch(value)


def _sane(moment: datetime) -> datetime | None:
    return moment if EARLIEST <= moment <= LATEST else None


def _from_epoch(number: float) -> datetime | None:
    if isinstance(number, float) and not math.isfinite(number):
        return None
    if number < 0 or number >= 1e20:
        return None
    for limit, unit in ((1e11, 1), (1e14, 10**3), (1e17, 10**6), (1e20, 10**9)):
        if number < limit:
            # Whole microseconds in integer arithmetic: a float of nanoseconds has no exact seconds.
            micros = number * 10**6 // unit if isinstance(number, int) else round(number * 10**6 / unit)
            return _sane(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros))
    return None


@lru_cache(maxsize=4096)
def _from_text(text: str, naive_is_utc: bool) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _from_odd_text(text.strip(), naive_is_utc)
    return _placed(moment, naive_is_utc)


def _placed(moment: datetime, naive_is_utc: bool) -> datetime | None:
    if moment.tzinfo is None:
        if not naive_is_utc:
            return None
        moment = moment.replace(tzinfo=UTC)
    elif moment.tzinfo is not UTC:
        try:
            moment = moment.astimezone(UTC)
        except OverflowError:  # year 0001 with an offset to the east
            return None
    return _sane(moment)


def _from_odd_text(text: str, naive_is_utc: bool) -> datetime | None:
    if re.fullmatch(r"\d{5,20}(?:\.\d{1,9})?", text):
        return _from_epoch(float(text) if "." in text else int(text))
    if found := _ISO.fullmatch(text):
        return _from_iso_parts(found, naive_is_utc)
    if worded := _from_wordy_text(text):
        return _placed(worded, naive_is_utc)
    try:
        return _placed(parsedate_to_datetime(text), naive_is_utc)  # RFC 5322; "-0000" gives a naive time
    except (ValueError, IndexError, OverflowError):
        return None


def _from_iso_parts(found: re.Match[str], naive_is_utc: bool) -> datetime | None:
    year, month, day = (int(number) for number in re.split(r"[-/.]", found["date"]))
    hour, minute, second = (*(int(number) for number in (found["clock"] or "0:0:0").split(":")), 0)[:3]
    try:
        moment = datetime(year, month, day, hour, minute, second, int((found["fraction"] or "0")[:6].ljust(6, "0")))  # noqa: DTZ001
    except ValueError:
        return None
    return _placed(_with_zone(moment, found["zone"]), naive_is_utc)


def _with_zone(moment: datetime, zone: str | None) -> datetime:
    if zone is None or (zone.isalpha() and zone not in _ZONES):
        return moment
    if zone.isalpha():
        return moment.replace(tzinfo=timezone(timedelta(minutes=_ZONES[zone])))
    digits = re.sub(r"\D", "", zone)
    minutes = int(digits[:2]) * 60 + int(digits[2:4] or 0)
    if minutes >= 24 * 60:
        return moment
    return moment.replace(tzinfo=timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes)))


def _from_wordy_text(text: str) -> datetime | None:
    zone = None
    if (found := _TRAILING_ZONE.search(text)) and found["zone"] not in {"AM", "PM"}:
        zone, text = found["zone"], text[: found.start()] + (found["year"] or "")
    for form in (*_WORDY, *_AMERICAN):
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue
        return _with_zone(moment, zone)
    return None
