"""Scores to probabilities that mean what they say."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

LOGISTIC_FROM = 150
"""Fewer answers than this bear no correction of the confidence beyond the scale of the scores."""
ISOTONIC_FROM = 10_000
"""From here on the shape of what is left to correct is left to the data. Isotonic regression wants many answers
(Niculescu-Mizil and Caruana 2005)."""
_KNOTS = 21
_OFFSET_PRIOR = 3.0
"""How strongly a class's own correction is pulled to nothing: a class needs some dozen answers to get most of it."""


def softmax(scores: F64) -> F64:
    """Probabilities over the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    probabilities: F64 = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities


@dataclass(frozen=True, slots=True)
class Calibration:
    """`scale` multiplies the scores before softmax. The winner's probability is then corrected on the logit:

        shift + slope·logit(p₁) + margin·ln(p₁ / p₂) + offset of the winning class

    with p₁ and p₂ the two best probabilities; `offsets` has a number for each class, or is empty. At last `seen` ->
    `meant` maps the result: both lists rise and run from 0 to 1; between their knots the map is linear.
    """

    scale: float
    shift: float = 0.0
    slope: float = 1.0
    margin: float = 0.0
    offsets: tuple[float, ...] = ()
    seen: tuple[float, ...] = (0.0, 1.0)
    meant: tuple[float, ...] = (0.0, 1.0)

    def probabilities(self, scores: F64) -> F64:
        """Calibrated probabilities, one row per text; the winner of each row is that of the scores.

        The others share what the winner leaves as their scores say, drawn together as far as none passes the winner.
        """
        raw = softmax(self.scale * scores)
        classes = raw.shape[1]
        if classes == 1 or not len(raw):
            return raw
        top = raw.argmax(axis=1)[:, None]
        winner = np.take_along_axis(raw, top, axis=1)
        meant = np.interp(_sigmoid(self.logits(raw, top[:, 0])), self.seen, self.meant)[:, None]
        meant = np.maximum(meant, 1 / classes)
        others = raw.copy()
        np.put_along_axis(others, top, 0.0, axis=1)
        others *= (1 - meant) / np.maximum(1 - winner, 1e-12)
        even, most = (1 - meant) / (classes - 1), others.max(axis=1, keepdims=True)
        drawn = np.clip((most - meant) / np.maximum(most - even, 1e-12), 0.0, 1.0)
        calibrated: F64 = others + drawn * (even - others)
        np.put_along_axis(calibrated, top, meant, axis=1)
        return calibrated

    def logits(self, raw: F64, top: NDArray[np.int64]) -> F64:
        """The corrected logits of the winners `top` of softmax probabilities, before `seen` -> `meant`."""
        first, lead = _features(raw)
        logits: F64 = self.shift + self.slope * first + self.margin * lead
        if self.offsets:
            logits += np.array(self.offsets)[top]
        return logits


def _features(raw: F64) -> tuple[F64, F64]:
    """The logit of the best probability, and its logarithmic lead over the second."""
    best = np.maximum(np.partition(raw, -2, axis=1)[:, -2:], 1e-12)
    lead: F64 = np.log(best[:, 1] / best[:, 0])
    return _logit(best[:, 1]), lead


def fitted(scores: F64, truth: NDArray[np.int64]) -> Calibration:
    """The calibration for scores of texts that the model was not trained on.

    The scale is the one of least log-loss (temperature scaling, Guo et al. 2017). With enough answers the winner's
    probability is corrected by a logistic regression (after Platt 1999) that also knows how far the second is away and
    which class won, for some classes are believed too easily; with many answers isotonic regression follows.
    `truth` holds the column of the right class, -1 where the model does not know it.
    """
    known = truth >= 0
    scale = _scale(scores[known], truth[known]) if known.any() else 1.0
    raw = softmax(scale * scores)
    top = raw.argmax(axis=1)
    right = top == truth
    if len(truth) < LOGISTIC_FROM or right.all() or not right.any():
        return Calibration(scale)
    calibration = _logistic(scale, raw, top, right)
    if len(truth) < ISOTONIC_FROM:
        return calibration
    seen, meant = _isotonic(_sigmoid(calibration.logits(raw, top)), right)
    return replace(calibration, seen=seen, meant=meant)


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


def _sigmoid(z: F64) -> F64:
    p: F64 = 1 / (1 + np.exp(-z))
    return p


def _logistic(scale: float, raw: F64, top: NDArray[np.int64], right: NDArray[np.bool_]) -> Calibration:
    """Pulled towards 'leave it' by a prior worth a few answers."""
    from scipy.optimize import minimize

    first, lead = _features(raw)
    classes = raw.shape[1]
    usual = np.concatenate([[0.0, 1.0, 0.0], np.zeros(classes)])
    prior = np.concatenate([np.ones(3), np.full(classes, _OFFSET_PRIOR)])

    def loss(given: F64) -> tuple[float, F64]:
        z = given[0] + given[1] * first + given[2] * lead + given[3:][top]
        error = _sigmoid(z) - right
        slopes = np.concatenate(
            [[error.sum(), error @ first, error @ lead], np.bincount(top, weights=error, minlength=classes)]
        )
        away = given - usual
        return float(np.logaddexp(0, np.where(right, -z, z)).sum() + prior @ away**2), slopes + 2 * prior * away

    bounds = [(None, None), (0.0, None), (0.0, None), *[(None, None)] * classes]
    shift, slope, margin, *offsets = map(float, minimize(loss, usual, jac=True, method="L-BFGS-B", bounds=bounds).x)
    return Calibration(scale, shift, slope, margin, tuple(offsets))


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
