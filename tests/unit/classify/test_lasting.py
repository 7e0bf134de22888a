"""A promise that may be asked after every night: bets against it, and which confidences they prove."""

import numpy as np
import pytest

from classify.lasting import LEVELS, evidence, lasting_bound, lowest_level, place_of, risk_of, tallies
from tests.rounds import so_many


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


def test_of_the_risk_most_is_spent_while_a_desk_is_young_and_none_is_overdrawn() -> None:
    """Exactly, by the probabilities of all ways that 1,200 answers can go; asked after every single one."""
    reached, ways = 0.0, np.array([1.0])
    for total in range(1, 1201):
        ways = np.append(ways * 0.1, 0.0) + np.append(0.0, ways * 0.9)
        right = np.arange(total * 9 // 10, total + 1)  # fewer are no evidence
        believed = right[evidence(right.astype(np.float64), np.full(len(right), float(total)), 0.9) >= np.log(20)]
        reached += float(ways[believed].sum())
        ways[believed] = 0.0
    assert 0.045 < reached < 0.05


def test_what_is_proven_stays_and_more_is_proven_below_it_later() -> None:
    sure, less = np.full(60, 0.96), np.full(200, 0.82)
    right = np.ones(260, dtype=bool)
    assert lowest_level(tallies(sure, right[:60]), 0.9, 0.02) == place_of(0.96), "nobody was less sure yet"
    right[60:90] = False
    both = tallies(np.concatenate([sure, less]), right)
    assert lowest_level(both, 0.9, 0.02) == place_of(0.96), "above what was wrong"
    assert lowest_level(both, 0.9, 0.02, held=0.98) == place_of(0.96)
    right[60:90] = True
    assert lowest_level(tallies(np.concatenate([sure, less]), right), 0.9, 0.02, held=0.96) == place_of(0.82)


def test_what_decides_already_is_not_asked_again_by_what_is_above_it() -> None:
    wrong = tallies(np.full(100, 0.99), np.arange(100) % 2 == 0)
    assert lowest_level(wrong, 0.9, 0.05) is None
    assert lowest_level(wrong, 0.9, 0.05, held=0.96) == place_of(0.95)
    assert lowest_level(wrong, 0.9, 0.05, held=0.0) == 0


def nightly(seed: int, labels: int, *, honest: bool) -> list[float | None]:
    """From which confidence a desk's first model decides, night by night with twelve labels each. Either it is right as
    often as it is sure (in 80 of 100 answers), or in nine of ten, be it 80 or 100 % sure."""
    draw = np.random.default_rng(seed)
    confidence = 1 - 0.75 * draw.beta(0.5, 1.4, labels) if honest else draw.uniform(0.8, 1.0, labels)
    right = draw.random(labels) < (confidence if honest else 0.9)
    limits: list[float | None] = [None]
    for night in range(12, labels + 1, 12):
        place = lowest_level(tallies(confidence[:night], right[:night]), 0.9, risk_of(1), limits[-1])
        limits.append(None if place is None else LEVELS[place])
    return limits


@pytest.mark.slow
def test_a_model_that_is_right_as_often_as_it_is_sure_soon_decides_most_of_what_it_may() -> None:
    """It may decide what it is 70 % sure of or more: 73 of 100 answers, of which 90.5 are right."""
    answers = 1 - 0.75 * np.random.default_rng(0).beta(0.5, 1.4, 100_000)
    lives = [nightly(seed, 1600, honest=True) for seed in range(so_many(40, in_ci=200))]
    covered = {
        labels: np.mean([0.0 if (limit := life[labels // 12]) is None else (answers >= limit).mean() for life in lives])
        for labels in (200, 400, 800, 1600)
    }
    assert covered[200] > 0.12
    assert covered[400] > 0.38
    assert covered[800] > 0.5
    assert covered[1600] > 0.57


@pytest.mark.slow
def test_over_ninety_nights_a_first_model_just_at_its_promise_is_believed_less_often_than_it_may_be() -> None:
    lives = [nightly(seed, 1080, honest=False) for seed in range(so_many(150, in_ci=1000))]
    assert np.mean([life[-1] is not None for life in lives]) <= risk_of(1)
