"""Wear that is not alone: something fails after about so long each time, and now and then something else fails between.

A renewal process with gamma intervals, beside which strays come at any time, against a process of one constant rate.
Which of the events are strays is not known: all ways are summed up by going from renewal to renewal. The one scale of
each side is integrated over its Haar measure, so the ratio holds for every rate (as in `statistics.wear`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from math import exp, inf, lgamma, log

from correlate.statistics import log_mean

SHAPES = (20.0, 60.0)
"""Shapes of the gamma intervals: they scatter by 22 and 13 per cent."""
STRAYS = (0.12, 0.45)
"""Strays that come in the time of one interval."""
MISSED = 0.08
"""The share of intervals that are two, because nobody noticed the failure between."""
FEWEST, MOST = 5, 80
"""Intervals: with fewer there is nothing to go by, and what fails more often is nothing that wears out."""
_NEAR = (0.75, 1.3)
_ALIKE = 0.45
_MOST_STRAYS = 5
"""Strays in a row that are reckoned with."""
_STEP, _REACH = 0.03, 8
"""Scales that are tried: steps of their logarithm, and how many to each side."""


def worn(intervals: Sequence[float]) -> float:
    """The logarithm of the evidence that these intervals (any unit, in their order) are those of wear among strays.

    No evidence is claimed where fewer than `_ALIKE` of the intervals are about as long as one of them: that spares the
    work where nothing wears out, and can only lower the ratio.
    """
    n = len(intervals)
    if not FEWEST <= n <= MOST or min(intervals) <= 0:
        return -inf
    usual = _usual(intervals)
    if usual is None:
        return -inf
    total = sum(intervals)
    chance = lgamma(n) - n * log(total)
    times = [0.0]
    for interval in intervals:
        times.append(times[-1] + interval)
    bets = []
    for shape in SHAPES:
        for strays in STRAYS:
            found = [
                _likelihood(times, usual * exp(_STEP * step), shape, strays) for step in range(-_REACH, _REACH + 1)
            ]
            bets.append(log_mean(found, [_STEP] * len(found)) - chance)
    return log_mean(bets)


def _usual(intervals: Sequence[float]) -> float | None:
    """The mean of the largest group of intervals that are about alike; None where that is a small one."""
    order = sorted(intervals)
    first, last = max(
        ((bisect_left(order, x * _NEAR[0]), bisect_right(order, x * _NEAR[1])) for x in order),
        key=lambda found: found[1] - found[0],
    )
    return sum(order[first:last]) / (last - first) if last - first >= max(4.0, _ALIKE * len(order)) else None


def _likelihood(times: Sequence[float], scale: float, shape: float, strays: float) -> float:
    """The logarithm of the density of these times; the first is taken for a renewal."""
    rate = strays / scale
    log_rate = log(rate)
    renewed = [0.0]
    last = len(times) - 1
    for place in range(1, last + 1):
        ways = list(_ways(times, renewed, place, scale, shape, rate, log_rate))
        renewed.append(log_mean(ways, [1.0] * len(ways)))
    # The next renewal is yet to come: at least an even chance before the median, which is beyond this bound.
    median = scale * (1.0 - 1.0 / (3.0 * shape))
    ends = [renewed[last]]
    ends += [
        renewed[place] + (last - place) * log_rate - rate * (times[last] - times[place]) + log(0.5)
        for place in range(max(0, last - _MOST_STRAYS), last)
        if times[last] - times[place] <= median
    ]
    return log_mean(ends, [1.0] * len(ends))


def _ways(
    times: Sequence[float],
    renewed: Sequence[float],
    place: int,
    scale: float,
    shape: float,
    rate: float,
    log_rate: float,
) -> Iterator[float]:
    """The logarithms of how an event may be a renewal: from each earlier one, with strays between."""
    for before in range(max(0, place - 1 - _MOST_STRAYS), place):
        apart = times[place] - times[before]
        density = (1.0 - MISSED) * exp(_gamma(apart, shape, scale)) + MISSED * exp(_gamma(apart, 2 * shape, 2 * scale))
        if density > 0.0:
            yield renewed[before] + (place - before - 1) * log_rate - rate * apart + log(density)
    yield -inf


def _gamma(interval: float, shape: float, mean: float) -> float:
    each = shape / mean
    return shape * log(each) + (shape - 1.0) * log(interval) - each * interval - lgamma(shape)
