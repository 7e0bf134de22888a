"""Labelled texts to a pipeline: linear support vector machines, calibrated and held to their promise on unseen texts.

For each target: the texts are folded so that near-duplicates (equal but for digits) stay together; scores of texts that
were left out calibrate the confidences; scores of later texts by a model of the earlier ones set the threshold from
which the model decides by itself. Everything is seeded: the same rows in the same order give the same model.
"""

import hashlib
import re
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from classify.abstention import NEVER, threshold
from classify.calibration import Calibration, calibration_error, fitted
from classify.classification import Text
from classify.features import SUBJECT_CHARACTERS, WORD_CHARACTERS, Space, normalized
from classify.pipeline import Head, Pipeline

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

Progress = Callable[[str], None]


class TrainingError(ValueError):
    """The rows cannot be trained on; the message says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to train. `promise` is the accuracy that decided answers must keep."""

    promise: float = 0.9
    terms: int = 400_000
    """Most columns of the space; the number of classes may bound it further, see WEIGHTS."""
    folds: int = 4
    cost: float = 0.3
    balance: float = 0.7
    """Exponent of class weighting: 0 counts rows, 1 counts classes."""
    prior: float = 50.0
    """Rows that every class is taken to have besides its own, so that a class of three is not weighted like a crowd."""
    in_order: bool = True
    """Whether the rows are in order of time, so that the promise can be checked on later rows."""
    decide_from: int = 5
    """Classes with fewer distinct examples than this are proposed, never decided."""


LARGE = 5_000
"""With more rows than this a few checks are exact enough: fewer folds and fewer cuts keep training under a minute."""
CUTS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
FEW_CUTS = (0.6, 0.8, 1.0)
"""Shares of the rows, oldest first: what lies between two of them is judged by a model of what comes before. At least
half of the rows come before, for a model of much fewer says little about the one in force."""

WEIGHTS = 20_000_000
"""Most weights in a model: 40 MB stored as half floats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What training found out about one target, on texts left out."""

    target: str
    rows: int
    classes: Mapping[str, int]
    accuracy: float
    ece: float
    coverage: float
    accuracy_decided: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A pipeline and what is known of it."""

    pipeline: Pipeline
    figures: tuple[Figures, ...] = field(default=())


def train(
    texts: Sequence[Text],
    labels: Mapping[str, Sequence[str | None]],
    settings: Settings = Settings(),
    progress: Progress = lambda _: None,
) -> Trained:
    """A pipeline with one head per target of `labels`; None marks a text without a label. Texts are in order of time.

    Raises TrainingError where a target has fewer than two labelled texts.
    """
    for target, values in labels.items():
        if sum(value is not None for value in values) < 2:
            raise TrainingError(f"{target!r} has fewer than two labelled rows: nothing can be learned from that.")
    columns = sum(len({v for v in values if v is not None}) for values in labels.values())
    progress(f"reading {len(texts)} texts")
    space = Space.learned(texts, most=min(settings.terms, WEIGHTS // columns))
    matrix = sparse.csr_matrix(space.transform(texts), dtype=np.float64)
    keys = [near_duplicate_key(text) for text in texts]
    heads, weights, intercepts, figures = [], [], [], []
    for target, values in labels.items():
        rows = np.array([i for i, value in enumerate(values) if value is not None])
        part = _Part(matrix[rows], [str(values[i]) for i in rows], [keys[i] for i in rows], settings)
        head, w, b, found = part.trained(target, progress)
        heads.append(head)
        weights.append(w)
        intercepts.append(b)
        figures.append(found)
    stored = np.concatenate(weights, axis=0).T.astype(np.float16).astype(np.float32)
    pipeline = Pipeline(
        space, tuple(heads), np.ascontiguousarray(stored), np.concatenate(intercepts).astype(np.float32)
    )
    return Trained(pipeline=pipeline, figures=tuple(figures))


def near_duplicate_key(text: Text) -> str:
    """Equal for texts that differ in digits, white space or case only."""
    whole = f"{normalized(text.subject, SUBJECT_CHARACTERS)} {normalized(text.body, WORD_CHARACTERS)}"
    return hashlib.blake2b(re.sub(r"\d+", "#", whole).encode(), digest_size=12).hexdigest()


class _Part:
    """The rows of one target."""

    def __init__(self, matrix: sparse.csr_matrix, labels: list[str], keys: list[str], settings: Settings) -> None:
        self.matrix = matrix
        self.classes = tuple(sorted(set(labels)))
        number = {value: i for i, value in enumerate(self.classes)}
        self.truth = np.array([number[label] for label in labels], dtype=np.int64)
        self.keys = keys
        self.settings = settings
        distinct = Counter(label for label, _ in {*zip(labels, keys, strict=True)})
        self.cold = frozenset(value for value in self.classes if distinct[value] < settings.decide_from)
        self.counts = Counter(labels)
        self.folds = settings.folds if len(labels) <= LARGE else min(settings.folds, 3)

    def trained(self, target: str, progress: Progress) -> tuple[Head, F64, F64, Figures]:
        progress(f"{target}: learning {len(self.classes)} classes from {len(self.truth)} rows")
        everything = np.arange(len(self.truth))
        weights, intercepts = self._fit(everything)
        unseen, scores = self._left_out(progress, target)
        calibration = fitted(scores, self.truth[unseen]) if len(unseen) else Calibration(1.0)
        limit = self._threshold(calibration, unseen, scores, progress, target)
        head = Head(target, self.classes, calibration, limit, self.cold)
        return head, weights, intercepts, self._figures(head, unseen, scores)

    def _fit(self, rows: I64) -> tuple[F64, F64]:
        """Weights (classes × terms) and intercepts of one-against-rest machines, centred over the classes.

        A class without a row gets the lowest score there is among the others. Centring changes no difference between
        classes; it makes a contribution say how much a term speaks for this class rather than for the average one.
        """
        present = np.unique(self.truth[rows])
        weights = np.zeros((len(self.classes), self.matrix.shape[1]))
        intercepts = np.full(len(self.classes), -1.0)
        if len(present) == 1:
            intercepts[present] = 1.0
            return weights, intercepts
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # six rounds give the accuracy of a thousand
            machine = LinearSVC(
                C=self.settings.cost, class_weight=self._class_weight(rows), tol=1e-2, max_iter=6, random_state=0
            ).fit(self.matrix[rows], self.truth[rows])
        if len(present) == 2:
            weights[present] = np.concatenate([-machine.coef_, machine.coef_]) / 2
            intercepts[present] = np.concatenate([-machine.intercept_, machine.intercept_]) / 2
        else:
            weights[present], intercepts[present] = machine.coef_, machine.intercept_
        weights[present] -= weights[present].mean(axis=0)
        intercepts[present] -= intercepts[present].mean()
        return weights, intercepts

    def _class_weight(self, rows: I64) -> dict[int, float]:
        present, counts = np.unique(self.truth[rows], return_counts=True)
        factor = (1 / (counts + self.settings.prior)) ** self.settings.balance
        factor /= (factor * counts).sum() / len(rows)
        return {int(value): float(f) for value, f in zip(present, factor, strict=True)}

    def _folds(self) -> I64:
        """A fold for each row: near-duplicates together, each class spread evenly, in the order of a hash."""
        first: dict[str, int] = {}
        for row, key in enumerate(self.keys):
            first.setdefault(key, row)
        dealt: Counter[int] = Counter()
        fold_of: dict[str, int] = {}
        for key in sorted(first):
            label = int(self.truth[first[key]])
            fold_of[key] = (dealt[label] + label) % self.folds
            dealt[label] += 1
        return np.array([fold_of[key] for key in self.keys], dtype=np.int64)

    def _left_out(self, progress: Progress, target: str) -> tuple[I64, F64]:
        """Scores of every text by a model that was trained without its fold."""
        folds = self._folds()
        scores = np.zeros((len(self.truth), len(self.classes)))
        done = np.zeros(len(self.truth), dtype=bool)
        for fold in range(self.folds):
            inside = np.flatnonzero(folds != fold)
            outside = np.flatnonzero(folds == fold)
            if not len(inside) or not len(outside):
                continue
            progress(f"{target}: checking on rows left out, {fold + 1} of {self.folds}")
            weights, intercepts = self._fit(inside)
            scores[outside] = self.matrix[outside] @ weights.T + intercepts
            done[outside] = True
        unseen = np.flatnonzero(done)
        return unseen, scores[unseen]

    def _threshold(self, calibration: Calibration, unseen: I64, scores: F64, progress: Progress, target: str) -> float:
        """Where the promise holds both on texts left out and on later texts than those trained on."""
        if not len(unseen):
            return NEVER
        promise = self.settings.promise
        confidence = calibration.probabilities(scores).max(axis=1)
        limit = threshold(confidence, scores.argmax(axis=1) == self.truth[unseen], promise)
        if limit == NEVER or not self.settings.in_order:
            return limit
        given: list[tuple[F64, NDArray[np.bool_]]] = []
        cuts = [int(share * len(self.truth)) for share in (FEW_CUTS if len(self.truth) > LARGE else CUTS)]
        for number, (start, end) in enumerate(pairwise(cuts)):
            progress(f"{target}: checking on later rows, {number + 1} of {len(cuts) - 1}")
            weights, intercepts = self._fit(np.arange(start))
            found = self.matrix[start:end] @ weights.T + intercepts
            given.append((calibration.probabilities(found).max(axis=1), found.argmax(axis=1) == self.truth[start:end]))
        later = threshold(np.concatenate([g[0] for g in given]), np.concatenate([g[1] for g in given]), promise)
        return max(limit, later)

    def _figures(self, head: Head, unseen: I64, scores: F64) -> Figures:
        if not len(unseen):
            return Figures(target=head.target, rows=len(self.truth), classes=self.counts, accuracy=0.0, ece=0.0,
                           coverage=0.0, accuracy_decided=None)  # fmt: skip
        winner, confidence = scores.argmax(axis=1), head.calibration.probabilities(scores).max(axis=1)
        right = winner == self.truth[unseen]
        decided = (confidence >= head.threshold) & ~np.isin(winner, [head.classes.index(c) for c in head.cold])
        return Figures(
            target=head.target,
            rows=len(self.truth),
            classes=dict(self.counts),
            accuracy=float(right.mean()),
            ece=calibration_error(confidence, right),
            coverage=float(decided.mean()),
            accuracy_decided=float(right[decided].mean()) if decided.any() else None,
        )
