"""When the fleet's incidents come: by hour, on working days and on others."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import accumulate

_PRIOR = 3.0
"""Incidents' worth of belief, for each hour, that all hours are alike."""
_HOURS = 24
_HOUR = timedelta(hours=1)
_SLACK = 48
"""Hours beyond the end for which the calendar is known too."""


class Calendar:
    """The hours from `start` to `end`: which hour of the day each is by the clocks of `zone`, on what kind of day.

    Made once for a search: every candidate's seasons are read off it. A kind of hour is a number under 48, those of
    days off from 24 on.
    """

    def __init__(self, start: datetime, end: datetime, zone: tzinfo) -> None:
        self.start = start
        self._zero = start.replace(minute=0, second=0, microsecond=0)
        hours = int((end - self._zero) / _HOUR) + _SLACK
        self.kinds = [_kind(self._zero + _HOUR * hour, zone) for hour in range(hours)]

    def hours_to(self, moment: datetime) -> float:
        """Hours from the beginning of the first hour."""
        return (moment - self._zero) / _HOUR

    def hour(self, moment: datetime) -> int:
        """The place of a moment's hour; moments outside have that of the nearest one."""
        return min(max(int(self.hours_to(moment)), 0), len(self.kinds) - 1)

    def kind(self, moment: datetime) -> int:
        return self.kinds[self.hour(moment)]

    def counts(self, moments: Iterable[datetime]) -> list[int]:
        """How many of these fall into each kind of hour."""
        counts = [0] * (2 * _HOURS)
        for moment in moments:
            counts[self.kind(moment)] += 1
        return counts


def _kind(hour: datetime, zone: tzinfo) -> int:
    local = hour.astimezone(zone)
    return local.hour + (_HOURS if local.weekday() >= 5 else 0)


class Seasons:
    """How likely an incident is at a moment, from those that came so far; one on average over the week.

    `counts` are incidents by kind of hour.
    """

    def __init__(self, counts: Sequence[float], calendar: Calendar) -> None:
        self._calendar = calendar
        kinds = counts[:_HOURS], counts[_HOURS:]
        share = [sum(kinds[0]) + 5 * _PRIOR, sum(kinds[1]) + 2 * _PRIOR]
        even = sum(counts) + 7 * _PRIOR
        self.factors = [
            share[kind] / even * 7 / days * factor
            for kind, days in ((0, 5), (1, 2))
            for factor in _smoothed(kinds[kind])
        ]
        self._passed: list[float] | None = None

    def at(self, moment: datetime) -> float:
        """How many times more likely than on average an incident is at this moment."""
        return self.factors[self._calendar.kind(moment)]

    def of_day(self, moment: datetime) -> float:
        """The same among the hours of the day alone."""
        hour = self._calendar.kind(moment) % _HOURS
        return (5 * self.factors[hour] + 2 * self.factors[hour + _HOURS]) / 7

    def elapsed(self, moments: Iterable[datetime]) -> list[float]:
        """Days from the calendar's start to each moment on a scale on which incidents come evenly."""
        before = self._until(self._calendar.start)
        return [self._until(moment) - before for moment in moments]

    def _until(self, moment: datetime) -> float:
        calendar = self._calendar
        if self._passed is None:
            self._passed = list(accumulate(map(self.factors.__getitem__, calendar.kinds), initial=0.0))
        hours = calendar.hours_to(moment)
        place = min(max(int(hours), 0), len(calendar.kinds) - 1)
        return (self._passed[place] + (hours - place) * self.factors[calendar.kinds[place]]) / _HOURS


def _smoothed(counts: Sequence[float]) -> list[float]:
    """Factors with a mean of one: counts of neighbouring hours shared out, and drawn to evenness."""
    weights = (0.15, 0.2, 0.3, 0.2, 0.15)
    near = [
        sum(weight * counts[(hour + shift) % _HOURS] for weight, shift in zip(weights, range(-2, 3), strict=True))
        for hour in range(_HOURS)
    ]
    total = sum(near) + _HOURS * _PRIOR
    return [_HOURS * (value + _PRIOR) / total for value in near]
