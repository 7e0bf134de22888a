"""When the fleet's incidents come: by hour, on working days and on others."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

_PRIOR = 3.0
"""Incidents' worth of belief, for each hour, that all hours are alike."""
_HOURS = 24


class Seasons:
    """How likely an incident is at a moment, from those that came so far; one on average over the week."""

    def __init__(self, moments: Iterable[datetime], zone: tzinfo) -> None:
        self._zone = zone
        counts = [[0.0] * _HOURS, [0.0] * _HOURS]
        for moment in moments:
            local = moment.astimezone(zone)
            counts[local.weekday() >= 5][local.hour] += 1.0
        total = sum(map(sum, counts))
        share = [sum(counts[0]) + 5 * _PRIOR, sum(counts[1]) + 2 * _PRIOR]
        even = total + 7 * _PRIOR
        self.factors = [
            [share[kind] / even * days_in_week / days * factor for factor in _smoothed(counts[kind])]
            for kind, days, days_in_week in ((0, 5, 7), (1, 2, 7))
        ]

    def at(self, moment: datetime) -> float:
        """How many times more likely than on average an incident is at this moment."""
        local = moment.astimezone(self._zone)
        return self.factors[local.weekday() >= 5][local.hour]

    def of_day(self, moment: datetime) -> float:
        """The same among the hours of the day alone."""
        local = moment.astimezone(self._zone)
        return (5 * self.factors[0][local.hour] + 2 * self.factors[1][local.hour]) / 7

    def elapsed(self, start: datetime, moments: Iterable[datetime]) -> list[float]:
        """Days from `start` to each moment (in order) on a scale on which incidents come evenly."""
        result: list[float] = []
        at, passed = start, 0.0
        for moment in moments:
            while at < moment:
                following = (at + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
                step = min(following, moment)
                passed += (step - at).total_seconds() / 86_400 * self.at(at)
                at = step
            result.append(passed)
        return result


def _smoothed(counts: list[float]) -> list[float]:
    """Factors with a mean of one: counts of neighbouring hours shared out, and drawn to evenness."""
    weights = (0.15, 0.2, 0.3, 0.2, 0.15)
    near = [
        sum(weight * counts[(hour + shift) % _HOURS] for weight, shift in zip(weights, range(-2, 3), strict=True))
        for hour in range(_HOURS)
    ]
    total = sum(near) + _HOURS * _PRIOR
    return [_HOURS * (value + _PRIOR) / total for value in near]
