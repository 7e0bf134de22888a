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
_A, _B = 1.0, 0.5
"""The mixture: a beta density over the shares above the promise, densest near 1. A model that is always right needs 48
answers for its first right to decide at a promise of 90 %."""


def risk_of(series: int, risk: float = 0.05) -> float:
    """What the `series`-th model of a desk (from 1) may risk, so that all that ever come risk no more than `risk`."""
    return risk * 2 / ((series + 1) * (series + 2))


def evidence(right: F64, total: F64, promise: float) -> F64:
    """The logarithm of the bet's value against "at most `promise` of such answers are right"; arrays of one length."""
    from scipy.special import betaincc, betaln

    missed = total - right
    with np.errstate(divide="ignore"):
        left = np.log(betaincc(right + _A, missed + _B, promise)) - np.log(betaincc(_A, _B, promise))
    odds = right * np.log(promise) + missed * np.log(1 - promise)
    value: F64 = left + betaln(right + _A, missed + _B) - betaln(_A, _B) - odds
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


def lowest_level(counted: Sequence[Tally], promise: float, risk: float) -> int | None:
    """The place in LEVELS from which on answers keep the promise; None where none is proven.

    All levels are asked at once, and still the chance of a wrong answer, ever, is at most `risk`, if surer answers are
    not less often right. Then the levels that break the promise are all those up to some level; for each such set the
    mean of its bets is a bet against all of them, and a level is taken only where every set that it is in is refused
    (closed testing with means of e-values: Vovk and Wang 2021).
    """
    total, right = (np.array(column, dtype=np.float64) for column in zip(*counted, strict=True))
    worth = np.exp(np.minimum(evidence(right, total, promise), 300.0))
    refused = [_mean(worth[: place + 1]) >= 1 / risk for place in range(len(LEVELS))]
    for place in range(len(LEVELS)):
        if worth[place] >= 1 / risk and all(refused[place:]):
            return place
    return None


def _mean(worth: F64) -> float:
    """Weighted by nearness to the highest, where the truth most likely parts what keeps the promise from what does
    not."""
    weights = 1 / np.arange(len(worth), 0, -1)
    return float(weights @ worth / weights.sum())
