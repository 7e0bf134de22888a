"""Evidence that may be looked at as often as one likes: when answers keep the promise, however many nights asked it.

A bound that holds with 95 % confidence once is passed by chance sooner or later where it is asked every night. Here the
evidence that answers are right more often than promised is a bet against the opposite: a mixture of likelihood ratios
(Robbins 1970). Its value is a nonnegative supermartingale as long as the running share of right answers is to be at
most what is promised, also where single answers differ in difficulty (Howard, Ramdas, McAuliffe and Sekhon 2021, the
sub-Bernoulli case); so the chance that it *ever* reaches 1/risk is at most the risk (Ville 1939).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

LEVELS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98)
"""Confidences from which a model may be let decide. They are fixed beforehand: what is chosen by the data is tested by
data that chose it."""
Tally = tuple[int, int]
"""Answers at or above a level, and how many of them were right."""
_A, _B = 3.0, 1.2
"""The mixture: a beta density over the shares above the promise. Its weight lies where models that keep a promise are,
at four tenths of the misses that are allowed, and not at those that keep it by a hair, which take thousands of answers
to tell: so of the risk nine tenths are spent in the first 1,200 answers, as by an exact boundary. A model that is
always right needs 47 answers for its first right to decide at a promise of 90 %."""
_FIRST, _SECOND = 0.75, 0.15
"""Shares of the risk with which the answers are asked whose misses are half of those allowed, and the surest ones; all
levels have equal parts of the rest."""


def risk_of(series: int, risk: float = 0.05) -> float:
    """What the `series`-th model of a desk (from 1) may risk, so that all that ever come risk no more than `risk`: half
    of it the first, a sixth the second, a twelfth the third."""
    return risk / (series * (series + 1))


def evidence(right: F64, total: F64, promise: float) -> F64:
    """The logarithm of the bet's value against "at most `promise` of such answers are right"; arrays of one length."""
    from scipy.special import betaincc, betaln

    missed, a = total - right, _A / (1 - promise)
    with np.errstate(divide="ignore"):
        left = np.log(betaincc(right + a, missed + _B, promise)) - np.log(betaincc(a, _B, promise))
    odds = right * np.log(promise) + missed * np.log(1 - promise)
    value: F64 = left + betaln(right + a, missed + _B) - betaln(a, _B) - odds
    return value


def lasting_bound(right: int, total: int, risk: float = 0.05) -> float:
    """The share of right answers above which the truth lies at every look, but for a chance of `risk` in all."""
    if right == 0 or total == 0:
        return 0.0
    low, high = 0.0, right / total
    for _ in range(40):
        middle = (low + high) / 2
        passed = float(evidence(np.array([float(right)]), np.array([float(total)]), middle)[0]) >= -np.log(risk)
        low, high = (middle, high) if passed else (low, middle)
    return low


def tallies(confidence: F64, right: NDArray[np.bool_]) -> tuple[Tally, ...]:
    """Answers and right ones at or above each of LEVELS."""
    return tuple((int((chosen := confidence >= level).sum()), int(right[chosen].sum())) for level in LEVELS)


def together(one: Sequence[Tally], other: Sequence[Tally]) -> tuple[Tally, ...]:
    """The sums of both; nothing on one side is nothing."""
    if not one or not other:
        return tuple(one or other)
    return tuple((n + m, h + k) for (n, h), (m, k) in zip(one, other, strict=True))


def lowest_level(counted: Sequence[Tally], promise: float, risk: float, held: float | None = None) -> int | None:
    """The place in LEVELS from which on answers keep the promise; None where none is proven.

    `held` is the confidence from which the model decides already, proven with the same `risk` on an earlier night:
    only what lies below is asked then, and where nothing of it is proven, the place is that of `held`.

    Levels are asked in a fixed sequence, so that many of them cost little (Maurer, Hothorn and Lehmacher 1995): from
    the middle between the promise and certainty downward, for there a model that keeps the promise shows it soonest.
    Small shares of the risk are for models that keep it among their surest answers only, or that are surer than they
    say. A level that is proven passes its share on to the next below (Wiens 2003), with the shares of all above: they
    are proven too, if surer answers are not less often right. So the chance of a wrong answer, ever, is at most `risk`.
    """
    total, right = (np.array(column, dtype=np.float64) for column in zip(*counted, strict=True))
    found = evidence(right, total, promise)
    shares = _shares(promise)
    highest = place = len(LEVELS) if held is None else place_of(held)
    while True:
        asked = shares[:place].copy()
        asked[-1:] = shares[place - 1 :].sum()
        proven = np.flatnonzero(found[:place] >= -np.log(risk * asked))
        if not len(proven):
            break
        place = int(proven[0])
    while place + 1 < min(highest + 1, len(LEVELS)) and total[place + 1] == total[place]:
        place += 1  # nobody was so little sure yet: what was never heard is not decided
    return place if place < len(LEVELS) else None


def place_of(confidence: float) -> int:
    """The place of the highest of LEVELS that is not above the confidence."""
    return max(place for place, level in enumerate(LEVELS) if level <= confidence)


def _shares(promise: float) -> F64:
    """Of the risk, for each of LEVELS."""
    shares = np.full(len(LEVELS), (1 - _FIRST - _SECOND) / len(LEVELS))
    shares[place_of((1 + promise) / 2 + 1e-9)] += _FIRST
    shares[-1] += _SECOND
    return shares
