"""Three linear machines over one space of terms, and their sum, which is linear again.

Support vectors draw the lines, naive Bayes and the classes' means steady them where examples are few. As each
machine's score is a sum over terms, so is any weighted sum of theirs: a model keeps one weight per term and class,
answers as fast as a single machine, and its reasons add up to its score exactly.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

MACHINES = 3
_SMOOTHING = 0.3
_MEAN_OF_NOTHING = 3
"""Texts that every class' mean is taken to have beside its own, all of them empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """How the support vectors are weighted.

    `cost` is C. `balance` is the exponent of class weighting: 0 counts rows, 1 counts classes; `prior` are rows that
    every class is taken to have besides its own, so that a class of three is not weighted like a crowd.
    """

    cost: float
    balance: float
    prior: float


def machines(matrix: sparse.csr_matrix, truth: I64, classes: int, costs: Costs) -> Iterator[tuple[F64, F64]]:
    """Weights (classes × terms) and intercepts of each machine in turn, centred over the classes that have a row.

    Centring changes no difference between classes; it makes a contribution say how much a term speaks for this class
    rather than for the average one. A class without a row gets scores as low as any.
    """
    present = np.unique(truth)
    if len(present) == 1:
        intercepts = np.full(classes, -1.0)
        intercepts[present] = 1.0
        yield from [(np.zeros((classes, matrix.shape[1])), intercepts)] * MACHINES
        return
    for weights, intercepts in (
        _support_vectors(matrix, truth, costs),
        _naive_bayes(matrix, truth),
        _means(matrix, truth, present),
    ):
        every, bases = np.zeros((classes, matrix.shape[1])), np.full(classes, -1.0)
        every[present] = weights - weights.mean(axis=0)
        bases[present] = intercepts - intercepts.mean()
        yield every, bases


def _support_vectors(matrix: sparse.csr_matrix, truth: I64, costs: Costs) -> tuple[F64, F64]:
    """One against the rest."""
    present, counts = np.unique(truth, return_counts=True)
    factors = (1 / (counts + costs.prior)) ** costs.balance
    factors /= (factors * counts).sum() / len(truth)
    weighting = {int(value): float(factor) for value, factor in zip(present, factors, strict=True)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # six rounds give the accuracy of a thousand
        machine = LinearSVC(C=costs.cost, class_weight=weighting, tol=1e-2, max_iter=6, random_state=0)
        machine.fit(matrix, truth)
    if len(present) == 2:
        return (
            np.concatenate([-machine.coef_, machine.coef_]) / 2,
            np.concatenate([-machine.intercept_, machine.intercept_]) / 2,
        )
    return machine.coef_, machine.intercept_


def _naive_bayes(matrix: sparse.csr_matrix, truth: I64) -> tuple[F64, F64]:
    """What a term says by how rare it is in all other classes (complement naive Bayes, Rennie et al. 2003)."""
    weights: F64 = ComplementNB(alpha=_SMOOTHING).fit(matrix, truth).feature_log_prob_
    return weights, np.zeros(len(weights))


def _means(matrix: sparse.csr_matrix, truth: I64, present: I64) -> tuple[F64, F64]:
    """How like a text is to the mean text of each class."""
    numbers = np.searchsorted(present, truth)
    belongs = sparse.csr_matrix((np.ones(len(truth)), (numbers, np.arange(len(truth)))))
    sums: F64 = (belongs @ matrix).toarray()
    return sums / (np.bincount(numbers) + _MEAN_OF_NOTHING)[:, None], np.zeros(len(present))
