"""When a model decides and when it leaves the answer to a person: selective risk control."""

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

NEVER = 2.0
"""A threshold that no confidence reaches."""


def lower_bound(right: int, total: int, risk: float = 0.05) -> float:
    """The one-sided lower confidence bound of a share (Clopper and Pearson 1934) at level 1 - `risk`."""
    from scipy.special import betaincinv

    if right == 0 or total == 0:
        return 0.0
    return float(betaincinv(right, total - right + 1, risk))


def threshold(confidence: F64, right: NDArray[np.bool_], promise: float = 0.9, risk: float = 0.05) -> float:
    """The lowest confidence from which answers keep the promise, NEVER where none does.

    Answers at or above it were right often enough that the lower bound of their accuracy is at least `promise`;
    every larger threshold that was tried on the way up from it is not asked (fixed sequence from the surest answers
    down, stopping at the first failure after the bound could first be met: Angelopoulos et al. 2021, Learn then Test).
    The grid steps by twentieths of the answers, so that one lucky answer decides nothing.
    """
    total = len(confidence)
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(right[order])
    chosen, met = NEVER, False
    step = max(total // 40, 1)
    for count in range(step, total + 1, step):
        if count < total and confidence[order[count - 1]] == confidence[order[count]]:
            count = int(np.searchsorted(-confidence[order], -confidence[order[count - 1]], side="right"))
        if lower_bound(int(hits[count - 1]), count, risk) >= promise:
            chosen, met = float(confidence[order[count - 1]]), True
        elif met:
            break
    return chosen
