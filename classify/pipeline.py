"""Texts to verdicts: one shared space of terms, one linear head per target, all heads in one multiplication."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classify.abstention import NEVER
from classify.calibration import Calibration
from classify.classification import Alternative, Reason, Text, Verdict
from classify.features import Space, chunks, occurrences
from classify.reasons import contributions, strongest, terms_of

ALTERNATIVES = 4
"""How many further values a person is offered."""


@dataclass(frozen=True, slots=True)
class Head:
    """What turns the scores of one target into a verdict.

    `threshold` is the confidence from which the model decides by itself. `cold` are classes with too few examples:
    they are proposed, never decided.
    """

    target: str
    classes: tuple[str, ...]
    calibration: Calibration
    threshold: float = NEVER
    cold: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A trained model. `weights` has a row per term and a column per class of each head, head after head."""

    space: Space
    heads: tuple[Head, ...]
    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]

    def scores(self, texts: Sequence[Text]) -> NDArray[np.float64]:
        """The linear scores: a row per text, a column per class of each head."""
        return self._scores_of(self.space.transform(texts))

    def _scores_of(self, matrix: object) -> NDArray[np.float64]:
        product: NDArray[np.float32] = matrix @ self.weights  # type: ignore[operator]
        return (product + self.intercepts).astype(np.float64)

    def verdicts(self, texts: Sequence[Text], reasons: bool = True) -> list[dict[str, Verdict]]:
        """One verdict per head for each text, in order. A text's answer does not depend on the rest of the batch."""
        answers: list[dict[str, Verdict]] = []
        for chunk in chunks(texts):
            answers += self._verdicts(chunk, reasons)
        return answers

    def _verdicts(self, texts: Sequence[Text], reasons: bool) -> list[dict[str, Verdict]]:
        seen = occurrences(texts)
        matrix, places = self.space.matrix(seen, len(texts))
        scores = self._scores_of(matrix)
        chosen, decided = [], []
        at = 0
        for head in self.heads:
            part = scores[:, at : at + len(head.classes)]
            chosen.append(part.argmax(axis=1) + at)
            decided.append(head.calibration.probabilities(part))
            at += len(head.classes)
        columns = np.stack(chosen, axis=1)
        why: list[list[tuple[Reason, ...]]] = [[()] * len(self.heads)] * len(texts)
        if reasons and matrix.nnz:
            rows = np.repeat(np.arange(len(texts)), np.diff(matrix.indptr))
            weights = self.weights[matrix.indices[:, None], columns[rows]]
            terms = terms_of(seen)
            added = contributions(seen, terms, matrix, places, weights)
            why = strongest(seen, terms, added)
        reached = np.take_along_axis(scores, columns, axis=1).round(4).tolist()
        bases = self.intercepts[columns].astype(np.float64).round(4).tolist()
        ranked = [_ranked(head, probabilities) for head, probabilities in zip(self.heads, decided, strict=True)]
        return [
            {
                head.target: _verdict(
                    head, ranked[number][row], why[row][number], reached[row][number], bases[row][number]
                )
                for number, head in enumerate(self.heads)
            }
            for row in range(len(texts))
        ]


def _ranked(head: Head, probabilities: NDArray[np.float64]) -> list[list[tuple[str, float]]]:
    """For each text the likeliest values with their probabilities, likeliest first."""
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, : ALTERNATIVES + 1]
    best = np.take_along_axis(probabilities, order, axis=1)
    return [
        [(head.classes[number], value) for number, value in zip(numbers, values, strict=True)]
        for numbers, values in zip(order.tolist(), best.tolist(), strict=True)
    ]


def _verdict(
    head: Head, ranked: list[tuple[str, float]], reasons: tuple[Reason, ...], score: float, base: float
) -> Verdict:
    value, confidence = ranked[0]
    return Verdict(
        value=value,
        confidence=confidence,
        decided=confidence >= head.threshold and value not in head.cold,
        alternatives=tuple(Alternative(other, p) for other, p in ranked[1:]),
        reasons=reasons,
        score=score,
        base=base,
    )
