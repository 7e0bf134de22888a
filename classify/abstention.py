"""When a model decides and when it leaves the answer to a person: selective risk control."""

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

NEVER = 2.0
"""A threshold that no confidence reaches."""
_FEWEST = 25
"""Fewer answers than this prove nothing."""


def lower_bound(right: int, total: int, risk: float = 0.05) -> float:
    """The one-sided lower confidence bound of a share (Clopper and Pearson 1934) at level 1 - `risk`."""
    from scipy.special import betaincinv

    if right == 0 or total == 0:
        return 0.0
    return float(betaincinv(right, total - right + 1, risk))


def threshold(confidence: F64, right: NDArray[np.bool_], promise: float = 0.9, risk: float = 0.05) -> float:
    """The lowest confidence from which answers keep the promise, NEVER where none does.

    The answers at or above it were right often enough that the lower bound of their accuracy is at least `promise`
    (selection with guaranteed risk, Geifman and El-Yaniv 2017). Sets of answers are tried in steps of a hundredth of
    all, so that one lucky answer decides nothing; equal confidences are decided together.
    """
    total = len(confidence)
    order = np.argsort(-confidence, kind="stable")
    falling = -confidence[order]
    hits = np.cumsum(right[order])
    chosen = NEVER
    if total < _FEWEST:
        return NEVER
    for tried in (*range(_FEWEST, total, max(total // 100, 1)), total):
        count = int(np.searchsorted(falling, falling[tried - 1], side="right"))
        if lower_bound(int(hits[count - 1]), count, risk) >= promise:
            chosen = float(-falling[tried - 1])
    return chosen
