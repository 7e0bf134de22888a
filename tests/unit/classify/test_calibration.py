"""A confidence of 0.8 means: eight of ten such answers are right."""

import numpy as np
import pytest

from classify.calibration import Calibration, calibration_error, fitted, softmax


def scored(rows: int, seed: int, stretch: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Scores whose softmax is exactly the chance of each of five classes, stretched out of shape, and the truth."""
    draw = np.random.default_rng(seed)
    logits = draw.normal(0, 2, (rows, 5))
    chances = softmax(logits)
    truth = (chances.cumsum(axis=1) > draw.random((rows, 1))).argmax(axis=1)
    return logits * stretch, truth


@pytest.mark.parametrize("rows", [140, 600, 4000])
@pytest.mark.parametrize("stretch", [0.2, 1.0, 5.0])
def test_it_holds_on_texts_that_were_not_seen(rows: int, stretch: float) -> None:
    calibration = fitted(*scored(rows, 1, stretch))
    scores, truth = scored(20_000, 2, stretch)
    probabilities = calibration.probabilities(scores)
    error = calibration_error(probabilities.max(axis=1), probabilities.argmax(axis=1) == truth)
    assert error < {140: 0.08, 600: 0.05, 4000: 0.03}[rows]


def test_probabilities_add_up_to_one_and_keep_the_winner() -> None:
    scores, truth = scored(2000, 3)
    probabilities = fitted(scores, truth).probabilities(scores)
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert (probabilities >= 0).all()


def test_answers_that_are_all_right_stay_finite() -> None:
    scores = np.eye(3)[np.arange(300) % 3] * 2
    calibration = fitted(scores, np.arange(300) % 3)
    assert 0.9 < calibration.probabilities(scores).max() <= 1


def test_a_single_class_is_certain() -> None:
    assert Calibration(1.0).probabilities(np.zeros((2, 1))).tolist() == [[1.0], [1.0]]


def test_the_error_is_the_mean_gap() -> None:
    assert calibration_error(np.full(10, 0.9), np.array([True] * 5 + [False] * 5)) == pytest.approx(0.4)
    assert calibration_error(np.zeros(0), np.zeros(0, dtype=bool)) == 0.0
