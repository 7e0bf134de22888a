"""When a recurring window is open: RRULE (RFC 5545) or five fields of cron, by the wall clock of a time zone.

A rule is asked for its next occurrence only, when one is over. What could make that endless is refused: rules by the
second, minute or hour; how far it looks back and ahead is bounded.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from correlate import recurring

LOOKS_AHEAD = timedelta(days=3 * 366)
_MAX_RULE = 500
_YEARS = range(1900, 9999)
"""Outside of these a time cannot be moved to another zone, and need not be."""
_TOO_OFTEN = re.compile(r"FREQ=(?:SECONDLY|MINUTELY|HOURLY)|BYSECOND|BYEASTER|BYSETPOS|COUNT", re.IGNORECASE)
_UNTIL = re.compile(r"UNTIL=(\d{8}T\d{6})Z")
_PARTS = re.compile(r"[A-Z]+=[A-Z0-9,+:-]+(?:;[A-Z]+=[A-Z0-9,+:-]+)*;?")
_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_CRON_FIELDS = (("BYMINUTE", 0, 59), ("BYHOUR", 0, 23), ("BYMONTHDAY", 1, 31), ("BYMONTH", 1, 12), ("BYDAY", 0, 7))
_CRON_NAMES = {
    **{name: str(number) for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))},
    **{
        name: str(number)
        for number, name in enumerate(
            ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
        )
    },
}


class ScheduleError(ValueError):
    """A rule that cannot be used; the text is a sentence for whoever wrote it."""


def rule_of(text: str) -> str:
    """The RRULE for what somebody wrote: an RRULE, or the five fields of cron. Raises ScheduleError."""
    words = text.strip()
    if len(words) > _MAX_RULE:
        raise ScheduleError(f"A rule has at most {_MAX_RULE} characters.")
    rule = words.upper().removeprefix("RRULE:") if "=" in words else _from_cron(words)
    if not _PARTS.fullmatch(rule) or "FREQ=" not in rule:
        raise ScheduleError(f"“{text[:80]}” is no rule: write FREQ=WEEKLY;BYDAY=SU, or a line of cron as in 0 3 * * 0.")
    if _TOO_OFTEN.search(rule):
        raise ScheduleError(
            "A window recurs by the day at most (BYHOUR names several hours); UNTIL names its end, not COUNT."
        )
    try:
        recurring.rule_of(rule, datetime(2026, 1, 1))  # noqa: DTZ001 - wall-clock time, its zone comes later
    except recurring.RuleError as error:
        raise ScheduleError(f"“{text[:80]}” cannot be used: it {str(error)[:120]}.") from None
    return rule


def next_start(rule: str, first: datetime, zone: str, after: datetime) -> datetime | None:
    """The first occurrence at or after `after`; None where none comes within LOOKS_AHEAD.

    `first` is when the rule begins. Both are aware. An hour that the clocks skip counts as the one after it, one that
    they repeat as its first.
    """
    return next(_starts(rule, first, zone, after, after + LOOKS_AHEAD), None)


def occurrences(rule: str, first: datetime, zone: str, begin: datetime, end: datetime, most: int) -> list[datetime]:
    """The starts of the occurrences from `begin` up to before `end`, in UTC; the first `most` of them."""
    until = min(end, begin + LOOKS_AHEAD)
    return [start for start in islice(_starts(rule, first, zone, begin, until), most) if start < until]


def _starts(rule: str, first: datetime, zone: str, since: datetime, until: datetime) -> Iterator[datetime]:
    where = ZoneInfo(zone)
    made = recurring.rule_of(_UNTIL.sub(lambda found: _until(found[1], where), rule), _wall(first, where))
    for wall in made.between(_wall(since, where) - timedelta(hours=3), _wall(until, where)):
        start = wall.replace(tzinfo=where, fold=0).astimezone(UTC)
        if start >= since:
            yield start


def _until(moment: str, where: ZoneInfo) -> str:
    """An end in UTC (RFC 5545, 3.3.10) by the wall clock, as the rule is counted."""
    end = datetime.strptime(moment, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    if end.year in _YEARS:
        moment = end.astimezone(where).strftime("%Y%m%dT%H%M%S")
    return f"UNTIL={moment}"


def _wall(moment: datetime, where: ZoneInfo) -> datetime:
    return moment.astimezone(where).replace(tzinfo=None, second=0, microsecond=0)


# --- cron ------------------------------------------------------------------------------------------------------------


def _from_cron(line: str) -> str:
    fields = line.lower().split()
    if len(fields) != len(_CRON_FIELDS):
        raise ScheduleError(f"“{line[:80]}” is no rule: a line of cron has five fields, as in 0 3 * * 0.")
    if fields[2] != "*" and fields[4] != "*":
        raise ScheduleError("Cron takes a day of the month or one of the week for either: give only one of them here.")
    parts = ["FREQ=DAILY"]
    for field, (name, low, high) in zip(fields, _CRON_FIELDS, strict=True):
        if field == "*" and name in ("BYMONTHDAY", "BYMONTH", "BYDAY"):
            continue
        numbers = sorted({number for part in field.split(",") for number in _numbers(part, low, high)})
        if name == "BYDAY":
            parts.append("BYDAY=" + ",".join(dict.fromkeys(_DAYS[number % 7] for number in numbers)))
        else:
            parts.append(f"{name}={','.join(map(str, numbers))}")
    return ";".join(parts)


def _numbers(part: str, low: int, high: int) -> Iterable[int]:
    span, _, step = part.partition("/")
    first, dash, last = span.partition("-")
    first, last = _CRON_NAMES.get(first, first), _CRON_NAMES.get(last, last)
    if span == "*":
        begin, end = low, high
    elif first.isdecimal() and (not dash or last.isdecimal()) and len(first) < 3 and len(last) < 3:
        begin = int(first)
        end = int(last) if dash else (high if step else begin)
    else:
        raise ScheduleError(f"“{part[:40]}” cannot be read in a line of cron.")
    every = int(step) if step.isdecimal() and int(step[:4]) > 0 else 0 if step else 1
    if not every or not low <= begin <= end <= high:
        raise ScheduleError(f"“{part[:40]}” is out of range in a line of cron: {low} to {high} are possible.")
    return range(begin, end + 1, every)
