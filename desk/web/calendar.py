"""Silences and windows as a calendar: the weeks of a month, and on each day what holds mail back."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from correlate.records import Silence
from correlate.schedules import occurrences

ON_A_DAY = 8
"""Entries that a day shows; how many more there are is said."""
_RECURRING = 60
"""Recurring windows whose occurrences are reckoned; of the others the present or next one is shown."""
_OF_EACH = 200
_LONGEST = timedelta(days=35)
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A silence on one day; `begins` and `ends` are None where it began before or goes on."""

    silence: Silence
    begins: datetime | None
    ends: datetime | None


@dataclass(frozen=True, kw_only=True)
class Day:
    """`inside` is whether the day is of this month."""

    date: date
    inside: bool
    today: bool
    entries: list[Entry] = field(default_factory=list)

    @property
    def shown(self) -> Sequence[Entry]:
        return self.entries[:ON_A_DAY]

    @property
    def more(self) -> int:
        return max(0, len(self.entries) - ON_A_DAY)


@dataclass(frozen=True, kw_only=True)
class Month:
    """`weeks` begin on Monday; `begin` and `end` bound what they show; before and after are the neighbours' names."""

    first: date
    begin: datetime
    end: datetime
    weeks: Sequence[Sequence[Day]]

    @property
    def earlier(self) -> date:
        """A day of the month before."""
        return self.first - timedelta(days=1)

    @property
    def later(self) -> date:
        """A day of the month after."""
        return self.first + timedelta(days=31)

    @property
    def before(self) -> str:
        return f"{self.earlier:%Y-%m}"

    @property
    def after(self) -> str:
        return f"{self.later:%Y-%m}"


def month_of(text: str, now: datetime, zone: ZoneInfo) -> Month:
    """The month that an address names (2027-01), empty; the present one where it names none."""
    today = now.astimezone(zone).date()
    said = _MONTH.fullmatch(text)
    first = date(int(said[1]), int(said[2]), 1) if said else today.replace(day=1)
    monday = first - timedelta(days=first.weekday())
    following = (first + timedelta(days=31)).replace(day=1)
    count = -(-(following - monday).days // 7)
    days = [monday + timedelta(days=number) for number in range(7 * count)]
    weeks = [
        [Day(date=day, inside=day.month == first.month, today=day == today) for day in days[place : place + 7]]
        for place in range(0, len(days), 7)
    ]
    return Month(
        first=first, begin=_midnight(monday, zone), end=_midnight(days[-1] + timedelta(days=1), zone), weeks=weeks
    )


def fill(month: Month, silences: Sequence[Silence], zone: ZoneInfo) -> Month:
    """The month with these silences on its days, in the order of their beginning."""
    days = {day.date: day for week in month.weeks for day in week}
    recurring = [silence for silence in silences if silence.rule is not None and not silence.over][:_RECURRING]
    spans = sorted(
        (
            (start, end, silence)
            for silence in silences
            for start, end in _spans(silence, month, reckon=silence in recurring)
        ),
        key=lambda span: (span[0], span[2].id),
    )
    for start, end, silence in spans:
        for day, entry in _on_days(silence, start, end, month, zone):
            days[day].entries.append(entry)
    return month


def _spans(silence: Silence, month: Month, *, reckon: bool) -> Iterator[tuple[datetime, datetime]]:
    length = silence.ends_at - silence.starts_at
    if not reckon or silence.rule is None:
        yield silence.starts_at, silence.ends_at
        return
    first = silence.first_at or silence.starts_at
    begin = month.begin - min(length, _LONGEST)
    for start in occurrences(silence.rule, first, silence.timezone, begin, month.end, _OF_EACH):
        yield start, start + length


def _on_days(
    silence: Silence, start: datetime, end: datetime, month: Month, zone: ZoneInfo
) -> Iterator[tuple[date, Entry]]:
    begin, until = max(start, month.begin), min(end, month.end)
    if begin >= until:
        return
    day = begin.astimezone(zone).date()
    while (midnight := _midnight(day, zone)) < until:
        following = _midnight(day + timedelta(days=1), zone)
        yield (
            day,
            Entry(silence=silence, begins=start if start >= midnight else None, ends=end if end <= following else None),
        )
        day += timedelta(days=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
