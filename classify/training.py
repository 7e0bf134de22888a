"""Labelled texts to a pipeline: linear machines, calibrated and held to their promise on unseen texts.

For each target: the texts are folded so that near-duplicates (equal but for digits) stay together; scores of texts that
were left out choose how the machines are weighted; with those of later texts by models of the earlier ones they
calibrate the confidences, and together they must keep the promise from the threshold on from which the model decides by
itself.
Everything is seeded: the same rows in the same order give the same model.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classify.abstention import threshold
from classify.calibration import Calibration, calibration_error, fitted
from classify.classification import Text
from classify.features import SUBJECT_CHARACTERS, WORD_CHARACTERS, Space, as_if_new, normalized
from classify.machines import MACHINES, Costs, machines
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
    folds: int = 8
    """With many rows fewer are enough, see SMALL and LARGE."""
    costs: tuple[Costs, ...] = (
        Costs(cost=0.3, balance=0.6, prior=50.0),
        Costs(cost=0.1, balance=0.6, prior=50.0),
    )
    """What is tried on texts left out; with many rows and classes only the first is."""
    in_order: bool = True
    """Whether the rows are in order of time, so that the promise can be checked on later rows."""
    decide_from: int = 6
    """Classes with fewer distinct examples than this are proposed, never decided."""


SMALL = 2_000
LARGE = 5_000
"""With more rows than this a few checks are exact enough: fewer folds and fewer cuts keep training under a minute."""
CUTS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
FEW_CUTS = (0.6, 0.8, 1.0)
"""Shares of the rows, oldest first: what lies between two of them is judged by a model of what comes before. At least
half of the rows come before, for a model of much fewer says little about the one in force."""

SHARES = (0.2, 0.0, 0.4)
"""What is tried as the weight of naive Bayes, and of the means, beside the support vectors; the first is preferred."""
CLEARLY = 0.002
"""What is tried later must be better by this to be taken."""
CHOOSE_FROM = 150
"""With fewer rows than this the preferred costs and shares are taken: there is too little to choose by."""
TRIED = 150_000
"""Rows times classes up to which more than one of the costs is tried: training must end within a minute."""

PROVEN, EVEN = 0.05, 0.5
"""The risk, where later rows alone are judged, that they do not keep the promise: proven, or even odds."""
TOGETHER = 1_000
"""With fewer rows than this later ones must prove the promise by themselves: a confidence that a hundred answers
calibrated looks better on these than it is, and earlier rows add to that."""

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
    assert space.blocks is not None
    keys = [near_duplicate_key(text) for text in texts]
    heads, weights, intercepts, figures = [], [], [], []
    for target, values in labels.items():
        rows = np.array([i for i, value in enumerate(values) if value is not None])
        part = _Part(matrix[rows], space.blocks, [str(values[i]) for i in rows], [keys[i] for i in rows], settings)
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


@dataclass(frozen=True, slots=True)
class _Blend:
    """The costs of the support vectors, and what each machine's scores are multiplied by before they are added."""

    costs: Costs
    factors: tuple[float, ...]


def _worth(given: I64, truth: I64) -> float:
    """What answers are worth: the mean of their accuracy and their macro-F1, for rare classes count too."""
    size = int(max(given.max(initial=0), truth.max(initial=0))) + 1
    hits = np.bincount(truth[given == truth], minlength=size)
    either = np.bincount(truth, minlength=size) + np.bincount(given, minlength=size)
    return (
        float(np.mean(given == truth) + np.mean(2 * hits[either > 0] / either[either > 0])) / 2 if len(truth) else 0.0
    )


class _Part:
    """The rows of one target."""

    def __init__(
        self,
        matrix: sparse.csr_matrix,
        blocks: NDArray[np.uint8],
        labels: list[str],
        keys: list[str],
        settings: Settings,
    ) -> None:
        self.matrix = matrix
        self.blocks = blocks
        self.classes = tuple(sorted(set(labels)))
        number = {value: i for i, value in enumerate(self.classes)}
        self.truth = np.array([number[label] for label in labels], dtype=np.int64)
        self.keys = keys
        self.settings = settings
        distinct = Counter(label for label, _ in {*zip(labels, keys, strict=True)})
        self.cold = frozenset(value for value in self.classes if distinct[value] < settings.decide_from)
        self.counts = Counter(labels)
        self.folds = settings.folds if len(labels) <= SMALL else 4 if len(labels) <= LARGE else 3

    def trained(self, target: str, progress: Progress) -> tuple[Head, F64, F64, Figures]:
        progress(f"{target}: learning {len(self.classes)} classes from {len(self.truth)} rows")
        unseen, blend, scores = self._chosen(progress, target)
        weights, intercepts = self._fit(np.arange(len(self.truth)), blend)
        later, truth = self._later(blend, progress, target)
        every = np.concatenate([scores, later]), np.concatenate([self.truth[unseen], truth])
        calibration = fitted(*every) if len(every[1]) else Calibration(1.0)
        limit = self._threshold(calibration, unseen, scores, later, truth)
        head = Head(target, self.classes, calibration, limit, self.cold)
        return head, weights, intercepts, self._figures(head, unseen, scores)

    def _fit(self, rows: I64, blend: "_Blend") -> tuple[F64, F64]:
        """Weights (classes × terms) and intercepts of the machines' weighted sum, learned from these rows."""
        weights, intercepts = np.zeros((len(self.classes), self.matrix.shape[1])), np.zeros(len(self.classes))
        found = machines(self.matrix[rows], self.truth[rows], len(self.classes), blend.costs)
        for factor, (w, b) in zip(blend.factors, found, strict=True):
            w *= factor
            weights += w
            intercepts += factor * b
        return weights, intercepts

    def _as_if_new(self, rows: I64, learned: I64) -> sparse.csr_matrix:
        """Rows as a model would read them that learned from the others alone."""
        counts = np.bincount(self.matrix[learned].indices, minlength=self.matrix.shape[1])
        return as_if_new(self.matrix[rows], counts, self.blocks)

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

    def _chosen(self, progress: Progress, target: str) -> tuple[I64, "_Blend", F64]:
        """The texts that were left out once, the best blend for them, and its scores of them."""
        enough = len(self.truth) >= CHOOSE_FROM
        tried = (
            self.settings.costs if enough and len(self.truth) * len(self.classes) <= TRIED else self.settings.costs[:1]
        )
        best: tuple[float, I64, _Blend, F64] | None = None
        for costs in tried:
            unseen, each = self._left_out(costs, progress, target)
            spread = [float(scores.std()) or 1.0 for scores in each]
            for shares in product(SHARES, repeat=MACHINES - 1) if enough else [(SHARES[0],) * (MACHINES - 1)]:
                blend = _Blend(costs, tuple(share / s for share, s in zip((1.0, *shares), spread, strict=True)))
                scores = sum(f * s for f, s in zip(blend.factors, each, strict=True)) + np.zeros_like(each[0])
                worth = _worth(scores.argmax(axis=1), self.truth[unseen])
                if best is None or worth > best[0] + CLEARLY:
                    best = worth, unseen, blend, scores
        assert best is not None
        return best[1:]

    def _left_out(self, costs: Costs, progress: Progress, target: str) -> tuple[I64, list[F64]]:
        """Scores of every text by each machine, trained without the text's fold."""
        folds = self._folds()
        each = [np.zeros((len(self.truth), len(self.classes))) for _ in range(MACHINES)]
        done = np.zeros(len(self.truth), dtype=bool)
        for fold in range(self.folds):
            inside = np.flatnonzero(folds != fold)
            outside = np.flatnonzero(folds == fold)
            if not len(inside) or not len(outside):
                continue
            progress(f"{target}: checking on rows left out, {fold + 1} of {self.folds}")
            fresh = self._as_if_new(outside, inside)
            found = machines(self.matrix[inside], self.truth[inside], len(self.classes), costs)
            for scores, (weights, intercepts) in zip(each, found, strict=True):
                scores[outside] = fresh @ weights.T + intercepts
            done[outside] = True
        unseen = np.flatnonzero(done)
        return unseen, [scores[unseen] for scores in each]

    def _later(self, blend: "_Blend", progress: Progress, target: str) -> tuple[F64, I64]:
        """Scores of later rows by models of earlier ones, and what is right; nothing where rows have no order."""
        scores, truth = [np.zeros((0, len(self.classes)))], [np.zeros(0, dtype=np.int64)]
        cuts = [int(share * len(self.truth)) for share in (FEW_CUTS if len(self.truth) > LARGE else CUTS)]
        for number, (start, end) in enumerate(pairwise(cuts if self.settings.in_order else []), 1):
            if start and start < end:
                progress(f"{target}: checking on later rows, {number} of {len(cuts) - 1}")
                earlier = np.arange(start)
                weights, intercepts = self._fit(earlier, blend)
                scores.append(self._as_if_new(np.arange(start, end), earlier) @ weights.T + intercepts)
                truth.append(self.truth[start:end])
        return np.concatenate(scores), np.concatenate(truth)

    def _threshold(self, calibration: Calibration, unseen: I64, scores: F64, later: F64, truth: I64) -> float:
        """Where the promise holds, with the lower bound of the accuracy, on every row judged once.

        Rows that have been later than others count as judged by models of the earlier ones, the rest as left out: no
        row twice, for its two judgements go together and would make the bound look surer than it is. Where time
        changes what is right, later rows alone must keep the promise as well: proven, or as likely as not.
        """
        earlier = unseen < len(self.truth) - len(truth)
        once = np.concatenate([scores[earlier], later]), np.concatenate([self.truth[unseen[earlier]], truth])
        confidence, right = calibration.probabilities(once[0]).max(axis=1), once[0].argmax(axis=1) == once[1]
        promise, end = self.settings.promise, len(confidence) - len(truth)
        limit = threshold(confidence, right, promise)
        risk = EVEN if len(self.truth) >= TOGETHER else PROVEN
        return max(limit, threshold(confidence[end:], right[end:], promise, risk)) if len(truth) else limit

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
