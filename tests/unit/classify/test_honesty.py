"""What the model says of itself holds: reasons, confidences and the promise, on texts that it was not trained on."""

import random
import re
from math import comb

import numpy as np
import pytest

from classify.calibration import calibration_error
from classify.classification import Text
from classify.features import occurrences
from classify.model import StoredModel, load
from classify.model_file import starter_model_path
from classify.reasons import LAYOUT
from classify.starting import starter_tickets
from classify.training import Settings, train
from tests.rounds import so_many


@pytest.fixture(scope="module")
def starter() -> StoredModel:
    return load(starter_model_path())


def shuffled(seed: int, learned: int, target: str = "category") -> tuple[list[Text], list[str], list[Text], list[str]]:
    """The tickets that ship, in an order of chance: those to learn from with their labels, and the others."""
    texts, labels = starter_tickets()
    order = list(range(len(texts)))
    random.Random(seed).shuffle(order)
    found = [(texts[i], str(labels[target][i])) for i in order]
    first, rest = found[:learned], found[learned:]
    return [t for t, _ in first], [c for _, c in first], [t for t, _ in rest], [c for _, c in rest]


def without(text: Text, word: str) -> Text:
    """The text with every occurrence of a word taken out."""
    gone = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    return Text(subject=gone.sub(" ", text.subject or "") or None, body=gone.sub(" ", text.body or "") or None)


def test_deleting_the_term_that_is_named_changes_the_score_as_promised(starter: StoredModel) -> None:
    """What a deletion changes is what was promised, but for words that move together and rows that are scaled anew."""
    texts = [text for text in starter_tickets()[0] if len(occurrences([text]).word_rows) > 12][:400]
    at = len(starter.pipeline.heads[0].classes)
    promised, changed = [], []
    for text, verdicts in zip(texts, starter.verdicts(texts), strict=True):
        verdict = verdicts["category"]
        column = at + starter.pipeline.heads[1].classes.index(str(verdict.value))
        reason = next(reason for reason in verdict.reasons if reason.term != LAYOUT)
        before, after = starter.pipeline.scores([text, without(text, reason.term)])[:, column]
        promised.append(reason.contribution)
        changed.append(before - after)
    assert np.mean(np.sign(promised) == np.sign(changed)) > 0.97
    assert np.corrcoef(promised, changed)[0, 1] > 0.8


def test_what_is_shown_of_an_answer_adds_up_to_its_score(starter: StoredModel) -> None:
    """Terms that are named, the other terms together, and what every text gets."""
    texts = starter_tickets()[0][:50]
    scores = starter.pipeline.scores(texts)
    for row, verdicts in zip(scores, starter.verdicts(texts), strict=True):
        at = 0
        for head in starter.pipeline.heads:
            verdict = verdicts[head.target]
            assert verdict.score == pytest.approx(row[at + head.classes.index(str(verdict.value))], abs=1e-3)
            assert verdict.base == pytest.approx(starter.pipeline.intercepts[at : at + len(head.classes)][
                head.classes.index(str(verdict.value))], abs=1e-3)  # fmt: skip
            at += len(head.classes)


@pytest.mark.slow
def test_confidences_hold_on_tickets_that_were_held_out() -> None:
    confidence, right = [], []
    for seed in range(4):
        texts, labels, fresh, truth = shuffled(seed, 1300)
        pipeline = train(texts, {"category": labels}, Settings(in_order=False)).pipeline
        verdicts = [found["category"] for found in pipeline.verdicts(fresh, reasons=False)]
        confidence += [verdict.confidence for verdict in verdicts]
        right += [verdict.value == label for verdict, label in zip(verdicts, truth, strict=True)]
    assert len(right) > 2000
    assert calibration_error(np.array(confidence), np.array(right)) < 0.05


@pytest.mark.slow
def test_the_promise_holds_on_tickets_that_were_held_out_across_seeds() -> None:
    promise, seeds, decided, right, broken = 0.9, so_many(6, in_ci=20), 0, 0, 0
    quick = Settings(promise=promise, costs=Settings().costs[:1], folds=4)
    for seed in range(seeds):
        texts, labels, fresh, truth = shuffled(seed, 900, "type")
        pipeline = train(texts, {"type": labels}, quick).pipeline
        pairs = zip(pipeline.verdicts(fresh, reasons=False), truth, strict=True)
        sure = [found["type"].value == label for found, label in pairs if found["type"].decided]
        decided, right = decided + len(sure), right + sum(sure)
        broken += _as_few_by_chance(sum(sure), len(sure), promise) < 0.05
    assert decided > seeds * 100, "deciding nothing keeps every promise"
    assert right / decided >= promise
    assert broken <= 1, "chance alone breaks one in twenty"


def _as_few_by_chance(hits: int, total: int, promise: float) -> float:
    return sum(comb(total, k) * promise**k * (1 - promise) ** (total - k) for k in range(hits + 1))
