"""Evidence that trouble recurs, as e-values: what a bet against chance would have won, in natural logarithms.

Every function returns the logarithm of a ratio of likelihoods, some pattern's against chance's, each averaged over its
unknowns. Under chance the expected ratio is at most one at any time one chooses to look (Ville's inequality), so it
may be looked at every night: a ratio of 1,000 comes about with a probability of at most 1/1,000, ever. Averages of
such ratios are such ratios again. (Grünwald, de Heide, Koolen, "Safe testing", 2024; Vovk and Wang, "E-values:
calibration, combination and applications", 2021.)

Times are in days since observation began, on a scale on which the fleet's incidents come evenly (see `Seasons`).
"""

from bisect import bisect_left
from collections.abc import Sequence
from math import exp, lgamma, log

RATIOS = (2.0, 4.0, 8.0, 16.0)
"""By how much a rate may have risen; a bet is placed on each."""
DOUBLINGS = (7.0, 14.0, 30.0, 60.0)
"""Days in which a rising rate may double."""
SHARES_OF_DOUBLINGS = (0.1, 0.25, 0.4, 0.25)
WIDTHS = (0.010, 0.035)
"""Days (a quarter of an hour, fifty minutes) by which a timed trouble may scatter about its hour."""
WIDTHS_OF_MONTH = (0.035, 0.4)
"""Days by which a monthly trouble may scatter: fifty minutes, or most of a working day."""
SHAPES = (8.0, 30.0, 100.0)
"""Shapes of the gamma intervals of wear: they scatter by 35, 18 and 10 per cent."""
STRAY = 0.25
"""The share of a timed trouble's incidents that may come at any time."""
_LOG_RATIOS = tuple((ratio, log(ratio)) for ratio in RATIOS)
_MOST_DAYS = 100
"""Days on which a rate may have risen that are tried; of a longer past every second, third … day."""
_EXACT = 16
"""Incidents that are foretold from each one before them."""
_FIRST_DAY_NORM = 2.11
"""Sum over d of 1 / ((d + 2) ln²(d + 2)): the prior over the day on which a rate rose."""


def log_mean(values: Sequence[float], weights: Sequence[float] | None = None) -> float:
    """The logarithm of the (weighted) mean of what these are the logarithms of."""
    shares = weights or [1.0 / len(values)] * len(values)
    top = max(values)
    if top == float("-inf"):
        return top
    return top + log(sum(share * exp(value - top) for share, value in zip(shares, values, strict=True)))


def fleet_prior(number: int, total: int, squares: int, days: float) -> tuple[float, float]:
    """Shape and rate of the gamma distribution of incidents a day over services, from how many there are, the sum of
    their counts and the sum of their counts squared.

    By moments, with four services that had half an incident each added, and a shape of at most one: services differ
    widely, and a prior that is too narrow would call a busy service a problem.
    """
    days = max(days, 1.0)
    n = number + 4
    mean = (total + 2.0) / n
    variance = max(squares + 4 * 0.25 - n * mean**2, 0.0) / (n - 1)
    shape = min(1.0, max(0.2, mean**2 / max(variance - mean, 0.05 * mean)))
    return shape, shape * days / mean


def rate_rose(
    times: Sequence[float], now: float, prior: tuple[float, float], *, standing: bool = True
) -> tuple[float, float, float]:
    """Whether incidents come more often than the service's own past and the fleet explain.

    Returns the logarithm of the evidence, the day since which (0: always), and the ratio of the rates. The chance
    hypothesis: one constant rate, drawn from the fleet's gamma distribution. Without `standing` a rate that was always
    high is no evidence: then only the times count, whatever the fleet's rates are.
    """
    shape, rate = prior
    n, first = len(times), 0 if standing else 1
    step = max(1, int(now) // _MOST_DAYS)
    days = [*range(first, 1), *range(1, int(now) + 1, step)]
    bets: list[float] = []
    weights: list[float] = []
    for day in days:
        since = n - bisect_left(times, day)
        share = (0.5 if day == 0 else 0.5 / ((day + 2) * log(day + 2) ** 2 * _FIRST_DAY_NORM)) / len(RATIOS)
        for ratio, of_ratio in _LOG_RATIOS:
            bets.append(since * of_ratio + (shape + n) * log((rate + now) / (rate + day + ratio * (now - day))))
            weights.append(share)
    if not bets:
        return 0.0, 0.0, 1.0
    best = max(range(len(bets)), key=lambda index: bets[index] + log(weights[index]))
    return log_mean(bets, weights), float(days[best // len(RATIOS)]), RATIOS[best % len(RATIOS)]


def rate_stands(number: int, now: float, prior: tuple[float, float]) -> float:
    """Whether there are more incidents than the fleet explains, whenever they came: their number alone counts.

    Where rates are constant, times say nothing of how many there are, nor the other way round: this evidence may be
    added to any that is of their times alone.
    """
    shape, rate = prior
    return log_mean(
        [
            number * of_ratio + (shape + number) * log((rate + now) / (rate + ratio * now))
            for ratio, of_ratio in _LOG_RATIOS
        ]
    )


def rising(times: Sequence[float], now: float, prior: tuple[float, float]) -> tuple[float, float]:
    """Whether incidents come ever more often. Returns the evidence and the days in which the rate doubles."""
    shape, rate = prior
    n = len(times)
    bets = []
    for doubling in DOUBLINGS:
        growth = log(2.0) / doubling
        exposure = (exp(min(growth * now, 500.0)) - 1.0) / growth
        bets.append(growth * sum(times) + (shape + n) * log((rate + now) / (rate + exposure)))
    best = max(range(len(bets)), key=bets.__getitem__)
    return log_mean(bets, SHARES_OF_DOUBLINGS), DOUBLINGS[best]


def timed(phases: Sequence[float], chance: Sequence[float], period: float) -> float:
    """Whether incidents come at one hour of the day, or of the week.

    `phases` are times modulo the period, in the order of their coming; `chance` is how likely each was under the
    fleet's own habits (a density, per day). Each incident is foretold from those before it: the first ones exactly,
    further ones from a histogram, so that the work grows with their number and not with its square.
    """
    return log_mean([_foretold(phases, chance, period, width) for width in WIDTHS])


def monthly(months: Sequence[int], phases: Sequence[float], chance: Sequence[float]) -> float:
    """Whether incidents come on one day of the month: each is foretold from those of earlier months alone, so that what
    comes in one stretch is no evidence."""
    bets = []
    for width in WIDTHS_OF_MONTH:
        total = 0.0
        for index, phase in enumerate(phases):
            earlier = [phases[before] for before in range(index) if months[before] < months[index]]
            if earlier:
                near = sum(exp(-abs(phase - past) / width) for past in earlier) / (2.0 * width * len(earlier))
                total += log(STRAY + (1.0 - STRAY) * near / chance[index])
        bets.append(total)
    return log_mean(bets)


def _foretold(phases: Sequence[float], chance: Sequence[float], period: float, width: float) -> float:
    total = 0.0
    exact = min(len(phases), _EXACT)
    for index in range(1, exact):
        near = sum(_kernel(phases[index], past, width, period) for past in phases[:index]) / index
        total += log(STRAY + (1.0 - STRAY) * near / chance[index])
    if exact == len(phases):
        return total
    histogram = _Histogram(period, width)
    for index, phase in enumerate(phases):
        if index >= exact:
            total += log(STRAY + (1.0 - STRAY) * histogram.density(phase) / index / chance[index])
        histogram.add(phase)
    return total


class _Histogram:
    """The sum of the kernels about earlier phases, constant within half of the kernel's width."""

    def __init__(self, period: float, width: float) -> None:
        self._bins = max(1, round(period / width * 2))
        self._size = period / self._bins
        self._sums = [0.0] * self._bins
        reach = min(8, (self._bins - 1) // 2)
        shares = [exp(-abs(place) * self._size / width) for place in range(-reach, reach + 1)]
        whole = sum(shares) * self._size
        self._kernel = [(place - reach, share / whole) for place, share in enumerate(shares)]

    def density(self, phase: float) -> float:
        return self._sums[int(phase / self._size) % self._bins]

    def add(self, phase: float) -> None:
        centre = int(phase / self._size)
        for apart, share in self._kernel:
            self._sums[(centre + apart) % self._bins] += share


def _kernel(phase: float, past: float, width: float, period: float) -> float:
    """The density of a Laplace distribution about an earlier phase: heavier in the tails than a normal one."""
    apart = abs(phase - past)
    apart = min(apart, period - apart)
    return exp(-apart / width) / (2.0 * width)


def wear(intervals: Sequence[float]) -> tuple[float, float]:
    """Whether something fails after about so long each time. Returns the evidence and the mean interval.

    Gamma intervals against exponential ones, the scale unknown and integrated over its Haar measure on both sides: the
    ratio depends on proportions alone, and holds for every rate.
    """
    n = len(intervals)
    if n < 2 or min(intervals) <= 0:
        return 0.0, 0.0
    total = sum(intervals)
    logs = sum(log(interval / total) for interval in intervals)
    bets = [lgamma(n * shape) - n * lgamma(shape) - lgamma(n) + (shape - 1.0) * logs for shape in SHAPES]
    return log_mean(bets), total / n


def more_often_than(hits: int, misses: int, chance: float, shares: Sequence[float] = (0.3, 0.6, 0.9)) -> float:
    """Whether something holds of more incidents than the share `chance` of them that chance would give."""
    chance = min(max(chance, 1e-4), 0.999)
    bets = [
        hits * log(share / chance) + misses * log((1.0 - share) / (1.0 - chance)) for share in shares if share > chance
    ]
    return log_mean(bets) if bets else 0.0
