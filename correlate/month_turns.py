"""Trouble at the turn of the month, as working days are counted: closings, pay runs, the first bookings.

Calendar days miss it: the last working day is anything from the 26th to the 31st. So stretches of working days around
the turn are tried, and incidents that fall into one are bet against the share of the time that it takes up.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from math import log

from correlate.seasons import Seasons
from correlate.statistics import log_mean

STRETCHES = ((1, 0), (2, 0), (2, 1), (3, 1), (1, 1), (0, 1), (0, 2))
"""So many last working days of a month, and so many first ones of the next; what lies between belongs to it."""
FEWEST_TURNS = 3
"""At fewer turns it may be one long trouble."""
_SHARE = 0.75
"""Of the incidents of such a trouble so many come at the turn."""
_FRIDAY = 4


class MonthTurns:
    """The days from `start` to `end` by the clocks of `zone`, and which lie in which stretch. Made once a search."""

    def __init__(self, start: datetime, end: datetime, zone: tzinfo) -> None:
        self._zone = zone
        first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        self._turns: list[dict[date, date]] = [{} for _ in STRETCHES]
        for turn in _turns(first, last):
            for days, stretch in zip(self._turns, STRETCHES, strict=True):
                days.update((day, turn) for day in _days(turn, *stretch) if first <= day <= last)
        self._counts = [_by_kind(days) for days in self._turns]
        self._all = _by_kind(_from(first, last))

    def bet(self, moments: Sequence[datetime], seasons: Seasons) -> tuple[float, tuple[int, ...]]:
        """The logarithm of the evidence that these come at the turn of the month, and the places of those that do."""
        days = [moment.astimezone(self._zone).date() for moment in moments]
        weights = sum(seasons.factors[:24]), sum(seasons.factors[24:])
        whole = _weighed(self._all, weights)
        bets: list[float] = []
        for turns, counts in zip(self._turns, self._counts, strict=True):
            hits = [turns[day] for day in days if day in turns]
            chance = min(_weighed(counts, weights) / whole, _SHARE)
            missed = len(days) - len(hits)
            bet = len(hits) * log(_SHARE / chance) + missed * log((1.0 - _SHARE) / (1.0 - chance)) if chance else 0.0
            bets.append(bet if len(set(hits)) >= FEWEST_TURNS else min(bet, 0.0))
        best = max(range(len(bets)), key=bets.__getitem__)
        members = tuple(place for place, day in enumerate(days) if day in self._turns[best]) if bets[best] > 0.0 else ()
        return log_mean(bets), members


def _turns(first: date, last: date) -> Iterator[date]:
    """The first days of the months whose turn may reach into the time between."""
    turn = first.replace(day=1)
    while turn <= last + timedelta(days=31):
        yield turn
        turn += timedelta(days=monthrange(turn.year, turn.month)[1])


def _days(turn: date, before: int, after: int) -> Iterator[date]:
    """The stretch about the first day of a month."""
    return _from(_worked(turn, -before), _worked(turn - timedelta(days=1), after))


def _worked(day: date, count: int) -> date:
    """The day that is so many working days later, or earlier where negative."""
    step = timedelta(days=1 if count > 0 else -1)
    while count:
        day += step
        count -= (1 if count > 0 else -1) if day.weekday() <= _FRIDAY else 0
    return day


def _from(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _by_kind(days: Iterator[date] | dict[date, date]) -> tuple[int, int]:
    """How many are working days, and how many are not."""
    kinds = [day.weekday() <= _FRIDAY for day in days]
    return sum(kinds), len(kinds) - sum(kinds)


def _weighed(counts: tuple[int, int], weights: tuple[float, float]) -> float:
    return counts[0] * weights[0] + counts[1] * weights[1]
