"""Answers about labelled texts by models that never saw them: each fold is answered by a model of the others."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from classify.classification import TARGETS, Verdict
from classify.doubts import words_of
from classify.training import Settings, Trained, train
from desk.learning.material import Row

FOLDS = 3
FEWEST = 8
"""A target with fewer labelled rows is not learned."""

Answers = Mapping[str, Mapping[str, Verdict]]
"""Key of a row to target to answer."""
Progress = Callable[[str], None]


def fold_of(row: Row) -> int:
    """The fold of a text: near-equal texts, which differ in numbers only, are always together."""
    words = " ".join(sorted(words_of(row.text)))
    return hashlib.blake2b(words.encode(), digest_size=4).digest()[0] % FOLDS


def targets_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """The targets that can be learned from these rows: with enough labels, and of more than one kind."""
    found = []
    for target in TARGETS:
        values = Counter(row.labels[target] for row in rows if target in row.labels)
        if values.total() >= FEWEST and len(values) > 1:
            found.append(target)
    return tuple(found)


def trained(
    rows: Sequence[Row], settings: Settings, progress: Progress = lambda _: None, only: Collection[str] = TARGETS
) -> Trained:
    """A model of these rows. Raises classify.training.TrainingError where nothing can be learned from them."""
    targets = [target for target in targets_of(rows) if target in only]
    columns: dict[str, list[str | None]] = {t: [row.labels.get(t) for row in rows] for t in targets}
    return train([row.text for row in rows], columns, settings, progress)


def left_out(
    rows: Sequence[Row], settings: Settings, only: Collection[str], progress: Progress = lambda _: None
) -> Answers:
    """For every row what a model says that was trained on the other folds, about the targets of `only`."""
    folds: list[list[Row]] = [[] for _ in range(FOLDS)]
    for row in rows:
        folds[fold_of(row)].append(row)
    answers: dict[str, Mapping[str, Verdict]] = {}
    for number, outside in enumerate(folds):
        inside = [row for place, fold in enumerate(folds) if place != number for row in fold]
        if not outside or not set(targets_of(inside)).intersection(only):
            continue
        inside.sort(key=lambda row: (row.at, row.position, row.key))
        progress(f"judging fold {number + 1} of {FOLDS}")
        pipeline = trained(inside, settings, only=only).pipeline
        said = pipeline.verdicts([row.text for row in outside], reasons=False)
        answers.update({row.key: each for row, each in zip(outside, said, strict=True)})
    return answers
