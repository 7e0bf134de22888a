"""Scores to probabilities that mean what they say."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

SIGMOID_FROM = 150
"""Fewer answers than this bear no correction of the confidence beyond the scale of the scores."""
ISOTONIC_FROM = 10_000
"""From here on the shape of the correction is left to the data. Isotonic regression wants many answers (Niculescu-Mizil
and Caruana 2005); on real tickets a sigmoid was as good or better up to several thousand."""
_KNOTS = 21


def softmax(scores: F64) -> F64:
    """Probabilities over the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    probabilities: F64 = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities


@dataclass(frozen=True, slots=True)
class Calibration:
    """`scale` multiplies the scores before softmax; `seen` -> `meant` then maps the winner's probability.

    Both lists rise and run from 0 to 1; between their knots the map is linear. Equal lists leave it as it is.
    """

    scale: float
    seen: tuple[float, ...] = (0.0, 1.0)
    meant: tuple[float, ...] = (0.0, 1.0)

    def probabilities(self, scores: F64) -> F64:
        """Calibrated probabilities, one row per text; the winner of each row is that of the scores."""
        raw = softmax(self.scale * scores)
        top = raw.argmax(axis=1)[:, None]
        winner = np.take_along_axis(raw, top, axis=1)
        meant = np.interp(winner, self.seen, self.meant)
        rest = np.where(winner < 1, (1 - meant) / np.maximum(1 - winner, 1e-12), 0.0)
        calibrated = raw * rest
        np.put_along_axis(calibrated, top, meant, axis=1)
        return calibrated


def fitted(scores: F64, truth: NDArray[np.int64]) -> Calibration:
    """The calibration for scores of texts that the model was not trained on.

    The scale is the one of least log-loss (temperature scaling, Guo et al. 2017). With enough answers the winner's
    probability is then corrected by a sigmoid (Platt 1999) or, with many, by isotonic regression.
    `truth` holds the column of the right class, -1 where the model does not know it.
    """
    known = truth >= 0
    scale = _scale(scores[known], truth[known]) if known.any() else 1.0
    raw = softmax(scale * scores)
    winner, right = raw.max(axis=1), raw.argmax(axis=1) == truth
    if len(truth) < SIGMOID_FROM or right.all() or not right.any():
        return Calibration(scale)
    seen, meant = _isotonic(winner, right) if len(truth) >= ISOTONIC_FROM else _sigmoid(winner, right)
    return Calibration(scale, seen, meant)


def _scale(scores: F64, truth: NDArray[np.int64]) -> float:
    """The factor of least log-loss, found on a logarithmic axis; a weak prior keeps perfect scores finite."""
    rows = np.arange(len(truth))

    from scipy.optimize import minimize  # slow to import, and needed in training only

    def loss(log_scale: F64) -> float:
        probabilities = softmax(float(np.exp(log_scale[0])) * scores)
        prior = 0.05 * float(log_scale[0] - np.log(3.0)) ** 2
        return float(-np.log(np.maximum(probabilities[rows, truth], 1e-12)).sum()) + prior

    best = minimize(loss, x0=np.array([np.log(3.0)]), method="Nelder-Mead", options={"xatol": 1e-4, "maxiter": 80})
    return float(np.exp(np.clip(best.x[0], np.log(0.05), np.log(200.0))))


def _logit(p: F64) -> F64:
    p = np.clip(p, 1e-6, 1 - 1e-6)
    logit: F64 = np.log(p / (1 - p))
    return logit


def _sigmoid(winner: F64, right: NDArray[np.bool_]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Two numbers on the logit, pulled towards 'leave it' by a prior worth a few answers."""
    from scipy.optimize import minimize

    x = _logit(winner)

    def loss(parameters: F64) -> float:
        z = parameters[0] + np.exp(parameters[1]) * x
        return float(np.logaddexp(0, np.where(right, -z, z)).sum() + 2 * (parameters**2).sum())

    shift, log_slope = minimize(loss, x0=np.zeros(2), method="L-BFGS-B").x
    inner = np.linspace(0.02, 0.98, _KNOTS)
    meant = 1 / (1 + np.exp(-(shift + np.exp(log_slope) * _logit(inner))))
    return _knots(inner, meant)


def _isotonic(winner: F64, right: NDArray[np.bool_]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Pooled adjacent violators over bins of equal size, so that no knot stands on a handful of answers."""
    order = np.argsort(winner, kind="stable")
    bins = np.array_split(order, min(_KNOTS, len(order) // 50))
    pools: list[tuple[float, float, int]] = []
    for part in bins:
        pools.append((float(winner[part].mean()), float((right[part].sum() + 0.5) / (len(part) + 1)), len(part)))
        while len(pools) > 1 and pools[-2][1] >= pools[-1][1]:
            (x1, y1, n1), (x2, y2, n2) = pools[-2:]
            n = n1 + n2
            pools[-2:] = [((x1 * n1 + x2 * n2) / n, (y1 * n1 + y2 * n2) / n, n)]
    return _knots(np.array([p[0] for p in pools]), np.array([p[1] for p in pools]))


def _knots(seen: F64, meant: F64) -> tuple[tuple[float, ...], tuple[float, ...]]:
    meant = np.maximum.accumulate(np.clip(meant, 0.0, 1.0))
    return (0.0, *map(float, seen), 1.0), (0.0, *map(float, meant), 1.0)


def calibration_error(confidence: F64, right: NDArray[np.bool_], bins: int = 15) -> float:
    """Expected calibration error over bins of equal width: mean gap between confidence and accuracy (0 is perfect)."""
    if not len(confidence):
        return 0.0
    which = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(which, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidence))
