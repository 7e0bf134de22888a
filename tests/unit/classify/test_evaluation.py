"""Figures of a model, as they are defined everywhere."""

import pytest

from classify.classification import Alternative, Verdict
from classify.evaluation import evaluate, score
from classify.model import StoredModel

from .conftest import sample


def test_figures_by_hand() -> None:
    verdicts = [
        Verdict("a", 0.9, decided=True, alternatives=(Alternative("b", 0.1),)),
        Verdict("a", 0.6, decided=False, alternatives=(Alternative("b", 0.4),)),
        Verdict("b", 0.8, decided=True, alternatives=(Alternative("a", 0.2),)),
        Verdict("a", 0.7, decided=True, alternatives=(Alternative("b", 0.3),)),
    ]
    found = score(verdicts, ["a", "b", "b", "c"])
    assert (found.n, found.accuracy, found.coverage) == (4, 0.5, 0.75)
    assert found.accuracy_decided == pytest.approx(2 / 3)
    # a: 1 hit, 1 true, 3 said; b: 1 hit, 2 true, 1 said; c: never said
    assert found.macro_f1 == pytest.approx((2 / 4 + 2 / 3 + 0) / 3)
    assert found.ece == pytest.approx((0.1 + 0.6 + 0.2 + 0.7) / 4)
    assert found.classes["a"].precision == pytest.approx(1 / 3)
    assert found.classes["c"].recall == 0


def test_nothing_decided_has_no_accuracy() -> None:
    assert score([Verdict("a", 0.5, decided=False)], ["a"]).accuracy_decided is None


def test_nothing_to_judge_is_an_error() -> None:
    with pytest.raises(ValueError, match="no labelled rows"):
        score([], [])


def test_targets_without_labels_are_left_out(model: StoredModel) -> None:
    texts, labels = sample(30, seed=8)
    scores = evaluate(model, texts, {"category": [*labels[:20], *[None] * 10], "urgency": [None] * 30})
    assert list(scores) == ["category"]
    assert scores["category"].n == 20
