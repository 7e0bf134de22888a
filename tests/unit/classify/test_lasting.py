"""A promise that may be asked after every night: bets against it, and which confidences they prove."""

import numpy as np
import pytest

from classify.lasting import LEVELS, evidence, lasting_bound, lowest_level, risk_of, tallies


def value(right: int, total: int, promise: float = 0.9) -> float:
    return float(np.exp(evidence(np.array([float(right)]), np.array([float(total)]), promise)[0]))


def test_no_answers_are_no_evidence_and_each_right_one_is_a_little() -> None:
    assert value(0, 0) == pytest.approx(1.0)
    assert value(10, 10) > value(9, 9) > 1.0
    assert value(9, 10) < value(10, 10)


def test_the_bet_is_fair_where_the_promise_is_only_just_kept() -> None:
    """The mean of what it is worth after the next answer is what it is worth now."""
    for right, total in ((0, 0), (17, 20), (90, 100), (400, 410)):
        after = 0.9 * value(right + 1, total + 1) + 0.1 * value(right, total + 1)
        assert after == pytest.approx(value(right, total))


def test_the_lasting_bound_is_where_the_bet_is_won_and_lies_below_the_bound_of_one_look() -> None:
    from classify.abstention import lower_bound

    bound = lasting_bound(190, 200)
    assert value(190, 200, bound) == pytest.approx(20.0, rel=1e-3)
    assert 0.85 < bound < lower_bound(190, 200) < 0.95
    assert lasting_bound(0, 5) == lasting_bound(0, 0) == 0.0


def test_all_models_that_ever_come_risk_no_more_than_one_was_to() -> None:
    parts = [risk_of(series) for series in range(1, 2000)]
    assert sum(parts) < 0.05
    assert parts == sorted(parts, reverse=True)


def test_the_level_that_is_taken_parts_what_keeps_the_promise_from_what_does_not() -> None:
    confidence = np.concatenate([np.full(300, 0.96), np.full(300, 0.55)])
    right = np.concatenate([np.ones(300, dtype=bool), np.arange(300) % 2 == 0])
    place = lowest_level(tallies(confidence, right), 0.9, 0.05)
    assert place is not None
    assert 0.55 < LEVELS[place] < 0.96
    assert lowest_level(tallies(confidence[300:], right[300:]), 0.9, 0.05) is None


@pytest.mark.parametrize("sure", [0.6, 0.9])
def test_over_a_thousand_looks_a_coin_that_breaks_the_promise_by_a_hair_is_almost_never_believed(sure: float) -> None:
    believed = 0
    for seed in range(200):
        draw = np.random.default_rng(seed)
        total = np.arange(1, 1001, dtype=np.float64)
        right = np.cumsum(draw.random(1000) < sure).astype(np.float64)
        believed += bool((evidence(right, total, sure) >= np.log(20)).any())
    assert believed <= 10
