"""How good a model is on labelled texts."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from classify.calibration import calibration_error
from classify.classification import Text, Verdict
from classify.model import StoredModel


class Score(Struct, frozen=True, kw_only=True):
    """Figures of one target on labelled texts. Those that need an answer decided are None where none was."""

    n: int
    accuracy: float
    macro_f1: float
    log_loss: float
    ece: float
    coverage: float
    accuracy_decided: float | None
    classes: dict[str, "ClassScore"]


class ClassScore(Struct, frozen=True, kw_only=True):
    """One class: texts that have it, the share of answers with it that are right, the share of its texts found."""

    n: int
    precision: float | None
    recall: float | None


_LEAST = 1e-6
"""What a class that was not among the alternatives counts as in the log-loss."""


def score(verdicts: Sequence[Verdict], truth: Sequence[str]) -> Score:
    """Figures over pairs of verdict and right value. Macro-F1 counts every class that occurs or is answered.

    Raises ValueError where there is nothing to judge.
    """
    if not truth:
        raise ValueError("There are no labelled rows to judge with.")
    given = [verdict.value for verdict in verdicts]
    right = np.array([value == label for value, label in zip(given, truth, strict=True)])
    decided = np.array([verdict.decided for verdict in verdicts])
    confidence = np.array([verdict.confidence for verdict in verdicts])
    hits = Counter(label for label, hit in zip(truth, right, strict=True) if hit)
    seen, said = Counter(truth), Counter(value for value in given if value is not None)
    every = sorted({*seen, *said})
    losses = [
        -np.log(max(_probability(verdict, label), _LEAST)) for verdict, label in zip(verdicts, truth, strict=True)
    ]
    return Score(
        n=len(truth),
        accuracy=float(right.mean()),
        macro_f1=float(np.mean([2 * hits[label] / (seen[label] + said[label]) for label in every])),
        log_loss=float(np.mean(losses)),
        ece=calibration_error(confidence, right),
        coverage=float(decided.mean()),
        accuracy_decided=float(right[decided].mean()) if decided.any() else None,
        classes={
            label: ClassScore(
                n=seen[label],
                precision=hits[label] / said[label] if said[label] else None,
                recall=hits[label] / seen[label] if seen[label] else None,
            )
            for label in every
        },
    )


def _probability(verdict: Verdict, label: str) -> float:
    if verdict.value == label:
        return verdict.confidence
    return next((other.confidence for other in verdict.alternatives if other.value == label), 0.0)


def evaluate(model: StoredModel, texts: Sequence[Text], labels: Mapping[str, Sequence[str | None]]) -> dict[str, Score]:
    """A score for each target of the model that `labels` has values for; None marks a text without a label."""
    verdicts = model.verdicts(texts, reasons=False)
    scores: dict[str, Score] = {}
    for target in model.targets:
        pairs = [(v[target], label) for v, label in zip(verdicts, labels.get(target, ()), strict=False) if label]
        if pairs:
            scores[target] = score([verdict for verdict, _ in pairs], [label for _, label in pairs])
    return scores
