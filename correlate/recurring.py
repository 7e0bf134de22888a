"""When a shift comes round again: RRULE (RFC 5545, 3.3.10) by the day, week, month or year, looked at day by day.

A general library looks for the next occurrence until it finds one, and for a rule that never comes (30 February) that
is until the year 9999. Here a stretch of days is asked for, so every rule has its answer in so many steps.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_KNOWN = frozenset({
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS",
    "BYHOUR", "BYMINUTE", "BYSECOND",
})  # fmt: skip
_COUNTED_FOR = timedelta(days=10 * 366)
"""So far ahead the end of a rule that counts is looked for; after that it has come to its end."""
_DAY = timedelta(days=1)


class RuleError(ValueError):
    """A rule that cannot be used; the text says why, without its full stop."""


class Rule(NamedTuple):
    """A rule as it is asked. `days` are pairs of an ordinal (0: every one) and a weekday, `times` those of the day."""

    begin: datetime
    frequency: str
    interval: int
    first_weekday: int
    days: tuple[tuple[int, int], ...]
    months: frozenset[int]
    month_days: frozenset[int]
    year_days: frozenset[int]
    weeks: frozenset[int]
    places: tuple[int, ...]
    times: tuple[time, ...]
    until: datetime | None

    def between(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """The occurrences in this stretch, both ends included, by the wall clock."""
        if self.until is not None:
            until = min(until, self.until)
        day = max(since, self.begin).date()
        while day <= until.date():
            if self._on(day):
                for hour in self.times:
                    found = datetime.combine(day, hour)
                    if self.begin <= found and since <= found <= until:
                        yield found
            day += _DAY

    def _on(self, day: date) -> bool:
        if self._period(day) % self.interval or not self._fits(day):
            return False
        if not self.places:
            return True
        members = [each for each in self._days_of_period(day) if self._fits(each)]
        chosen = (members[place - 1 if place > 0 else place] for place in self.places if abs(place) <= len(members))
        return day in chosen

    def _period(self, day: date) -> int:
        """How many days, weeks, months or years lie between the beginning's and this one."""
        first = self.begin.date()
        if self.frequency == "DAILY":
            return (day - first).days
        if self.frequency == "WEEKLY":
            return (self._week(day) - self._week(first)).days // 7
        if self.frequency == "MONTHLY":
            return (day.year - first.year) * 12 + day.month - first.month
        return day.year - first.year

    def _week(self, day: date) -> date:
        return day - timedelta(days=(day.weekday() - self.first_weekday) % 7)

    def _days_of_period(self, day: date) -> Iterator[date]:
        if self.frequency == "DAILY":
            first, length = day, 1
        elif self.frequency == "WEEKLY":
            first, length = self._week(day), 7
        elif self.frequency == "MONTHLY":
            first, length = day.replace(day=1), monthrange(day.year, day.month)[1]
        else:
            first, length = date(day.year, 1, 1), _days_in(day.year)
        return (first + timedelta(days=offset) for offset in range(length))

    def _fits(self, day: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        length = monthrange(day.year, day.month)[1]
        if self.month_days and self.month_days.isdisjoint((day.day, day.day - length - 1)):
            return False
        if self.year_days:
            number = day.timetuple().tm_yday
            if self.year_days.isdisjoint((number, number - _days_in(day.year) - 1)):
                return False
        if self.weeks:
            year, week, _ = day.isocalendar()
            if self.weeks.isdisjoint((week, week - date(year, 12, 28).isocalendar().week - 1)):
                return False
        return not self.days or any(self._is(day, ordinal, weekday) for ordinal, weekday in self.days)

    def _is(self, day: date, ordinal: int, weekday: int) -> bool:
        """Whether it is the weekday, and the so many-th of its month or year."""
        if day.weekday() != weekday:
            return False
        if not ordinal:
            return True
        if self.frequency == "MONTHLY" or self.months:
            number, length = day.day, monthrange(day.year, day.month)[1]
        else:
            number, length = day.timetuple().tm_yday, _days_in(day.year)
        return ordinal == ((number - 1) // 7 + 1 if ordinal > 0 else -((length - number) // 7 + 1))


def rule_of(text: str, begin: datetime) -> Rule:
    """The rule that a text states ("FREQ=WEEKLY;BYDAY=MO"); UNTIL is by the same wall clock as `begin`, which is
    without a zone. Raises RuleError."""
    parts = dict(part.split("=", 1) for part in text.upper().split(";") if "=" in part)
    strange = sorted(parts.keys() - _KNOWN)
    if strange:
        raise RuleError(f"{strange[0]} in a rule is not known here")
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQUENCIES or "BYSECOND" in parts:
        raise RuleError("recurs more often than by the day: shifts do not")
    days = tuple(_weekday(word) for word in parts.get("BYDAY", "").split(",") if word)
    months, month_days = _numbers(parts, "BYMONTH", 1, 12), _numbers(parts, "BYMONTHDAY", -31, 31)
    year_days = _numbers(parts, "BYYEARDAY", -366, 366)
    weeks = _numbers(parts, "BYWEEKNO", -53, 53)
    if not (days or month_days or year_days or weeks):
        # What the rule does not say, the beginning says (RFC 5545, 3.3.10).
        if frequency == "WEEKLY":
            days = ((0, begin.weekday()),)
        elif frequency in ("MONTHLY", "YEARLY"):
            month_days = {begin.day}
            if frequency == "YEARLY":
                months = months or {begin.month}
    if any(ordinal for ordinal, _ in days) and frequency in ("DAILY", "WEEKLY"):
        raise RuleError("counts weekdays (as in 2MO) where there is no month to count them in")
    hours = sorted(_numbers(parts, "BYHOUR", 0, 23)) or [begin.hour]
    minutes = sorted(_numbers(parts, "BYMINUTE", 0, 59)) or [begin.minute]
    made = Rule(
        begin=begin,
        frequency=frequency,
        interval=next(iter(_numbers(parts, "INTERVAL", 1, 10_000)), 1),
        first_weekday=_DAYS.index(parts["WKST"]) if parts.get("WKST") in _DAYS else 0,
        days=days,
        months=frozenset(months),
        month_days=frozenset(month_days),
        year_days=frozenset(year_days),
        weeks=frozenset(weeks),
        places=tuple(sorted(_numbers(parts, "BYSETPOS", -366, 366))),
        times=tuple(time(hour, minute, begin.second) for hour in hours for minute in minutes),
        until=_moment(parts["UNTIL"]) if "UNTIL" in parts else None,
    )
    if made.places and len(made.times) > 1:
        raise RuleError("chooses places (BYSETPOS) among several times of a day")
    return made if "COUNT" not in parts else _counted(made, next(iter(_numbers(parts, "COUNT", 1, 100_000))))


def _counted(rule: Rule, count: int) -> Rule:
    """The same rule, with the time of its last occurrence in the place of their number."""
    last = rule.begin
    for place, last in enumerate(rule.between(rule.begin, rule.begin + _COUNTED_FOR), 1):  # noqa: B007 - the last one
        if place == count:
            break
    return rule._replace(until=last)


def _weekday(word: str) -> tuple[int, int]:
    number, name = word[:-2], word[-2:]
    if name not in _DAYS or (number and not number.lstrip("+-").isdecimal()) or len(number) > 3:
        raise RuleError(f"{word[:20]} is no day of the week")
    return int(number or 0), _DAYS.index(name)


def _numbers(parts: dict[str, str], name: str, low: int, high: int) -> set[int]:
    found = set()
    for word in parts.get(name, "").split(","):
        if not word:
            continue
        if not word.lstrip("+-").isdecimal() or len(word) > 6 or not low <= int(word) <= high:
            raise RuleError(f"{word[:20]} cannot be its {name}")
        found.add(int(word))
    return found


def _moment(text: str) -> datetime:
    try:
        if len(text) == 8:
            return datetime.combine(datetime.strptime(text, "%Y%m%d").date(), time.max)  # noqa: DTZ007 - wall clock
        return datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - likewise
    except ValueError:
        raise RuleError(f"{text[:20]} cannot be its UNTIL") from None


def _days_in(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days if year < date.max.year else 365
