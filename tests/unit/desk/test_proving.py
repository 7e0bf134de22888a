"""What a model may decide follows from labels of this desk, and from nothing else."""

from datetime import UTC, datetime

import numpy as np

from classify.abstention import NEVER
from classify.calibration import Calibration
from classify.classification import Text, Verdict
from classify.features import Space
from classify.model import StoredModel
from classify.pipeline import Head, Pipeline
from desk.learning.folds import Answers
from desk.learning.material import Row
from desk.learning.proving import proven, reconsidered

AT = datetime(2026, 3, 2, tzinfo=UTC)


def pipeline(limit: float, cold: frozenset[str] = frozenset()) -> Pipeline:
    """One target; only its limit matters here."""
    head = Head("category", ("network", "printing"), Calibration(1.0), limit, cold)
    space = Space.of(np.zeros(1, np.uint64), np.ones(1, np.float32))
    return Pipeline(space, (head,), np.zeros((1, 2), np.float32), np.zeros(2, np.float32))


def model(limit: float) -> StoredModel:
    return StoredModel(pipeline(limit), "d" * 64, {"data": "starter tickets", "verified": {}})


def labelled(right: int, wrong: int, confidence: float = 0.95, value: str = "printing") -> tuple[list[Row], Answers]:
    """So many labels that an answer of this confidence has right, and so many that it has wrong."""
    rows, answers = [], {}
    for number in range(right + wrong):
        truth = value if number < right else "other"
        key = f"{confidence}-{value}-{number}"
        rows.append(Row(key=key, text=Text(body="x"), labels={"category": truth}, actor="kim", at=AT, position=number,
                        origin="corrected"))  # fmt: skip
        answers[key] = {"category": Verdict(value=value, confidence=confidence, decided=False)}
    return rows, answers


def test_few_labels_prove_nothing_however_right_the_answers_are() -> None:
    found, proofs = proven(pipeline(NEVER), *labelled(24, 0), 0.9)
    assert found.heads[0].threshold == NEVER
    assert (proofs["category"].rows, proofs["category"].confidence) == (24, None)


def test_what_was_right_often_enough_is_decided_and_what_was_not_is_proposed() -> None:
    sure, surely = labelled(60, 1)
    rows, answers = labelled(20, 20, 0.6)
    found, proofs = proven(pipeline(NEVER), [*rows, *sure], {**answers, **surely}, 0.9)
    assert found.heads[0].threshold == 0.95
    proof = proofs["category"]
    assert (proof.rows, proof.decided, proof.right) == (101, 61, 60)
    assert 0.9 < proof.lower < 60 / 61


def test_what_training_held_back_is_not_let_loose_by_the_labels() -> None:
    found, _ = proven(pipeline(0.97), *labelled(60, 1), 0.9)
    assert found.heads[0].threshold == 0.97


def test_who_only_ever_says_one_thing_proves_nothing() -> None:
    found, proofs = proven(pipeline(NEVER), *labelled(60, 0), 0.9)
    assert found.heads[0].threshold == NEVER
    assert proofs["category"].decided == 0


def test_a_cold_class_proves_nothing() -> None:
    found, proofs = proven(pipeline(NEVER, frozenset({"printing"})), *labelled(60, 0), 0.9)
    assert found.heads[0].threshold == NEVER
    assert proofs["category"].rows == 0


def test_the_model_in_force_decides_once_it_is_proven_and_says_on_what() -> None:
    found = reconsidered(model(NEVER), *labelled(60, 1), 0.9)
    assert found is not None
    changed, card, (why,) = found
    assert changed.heads[0].threshold == 0.95
    assert card["data"] == "starter tickets"
    assert "60 of 61 such answers" in why
    assert "category" in card["verified"]  # type: ignore[operator]


def test_limits_that_hold_stand_and_those_whose_promise_is_broken_fall() -> None:
    assert reconsidered(model(0.9), *labelled(56, 4), 0.9) is None
    assert reconsidered(model(NEVER), *labelled(10, 0), 0.9) is None
    found = reconsidered(model(0.9), *labelled(30, 30), 0.9)
    assert found is not None
    assert found[0].heads[0].threshold == NEVER
    assert "only 30 of 60 were right" in found[2][0]
