"""The promise: what a model decides by itself is right often enough."""

import numpy as np
import pytest

from classify.abstention import NEVER, lower_bound, threshold


def test_the_bound_is_that_of_clopper_and_pearson() -> None:
    assert lower_bound(59, 59) == pytest.approx(0.05 ** (1 / 59))
    assert lower_bound(90, 100) == pytest.approx(0.8363, abs=1e-3)
    assert lower_bound(0, 10) == lower_bound(0, 0) == 0.0


def test_too_few_answers_decide_nothing() -> None:
    assert threshold(np.linspace(0.9, 1, 20), np.ones(20, dtype=bool), promise=0.9) == NEVER


def test_a_model_that_is_always_right_decides_everything() -> None:
    assert threshold(np.linspace(0.5, 1, 400), np.ones(400, dtype=bool), promise=0.9) == 0.5


def test_a_model_that_guesses_decides_nothing() -> None:
    draw = np.random.default_rng(1)
    assert threshold(draw.random(2000), draw.random(2000) < 0.5, promise=0.9) == NEVER


def test_equal_confidences_are_decided_together_or_not_at_all() -> None:
    confidence = np.concatenate([np.full(200, 0.95), np.full(200, 0.6)])
    right = np.concatenate([np.ones(200, dtype=bool), np.arange(200) % 2 == 0])
    assert threshold(confidence, right, promise=0.9) == 0.95


@pytest.mark.parametrize("promise", [0.8, 0.9, 0.95])
def test_the_promise_is_kept_across_seeds(promise: float) -> None:
    """Of a hundred models whose confidences are honest, no more than a handful break it on fresh answers."""
    broken = 0
    for seed in range(100):
        draw = np.random.default_rng(seed)
        seen = draw.beta(3, 1, 800)
        limit = threshold(seen, draw.random(800) < seen, promise)
        fresh = draw.beta(3, 1, 20_000)
        decided = fresh[fresh >= limit]
        broken += len(decided) > 0 and decided.mean() < promise - 0.005
    assert broken <= 10
