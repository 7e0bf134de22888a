"""Under chance a bet wins nothing on average; against its pattern, much. That is all that an e-value promises."""

from collections.abc import Callable
from itertools import pairwise
from math import exp, sqrt
from random import Random
from statistics import fmean, stdev

import pytest

from correlate import statistics as evidence_of

RUNS = 4_000


def poisson_times(random: Random, rate: float, now: float) -> list[float]:
    times: list[float] = []
    while (at := (times[-1] if times else 0.0) + random.expovariate(rate)) < now:
        times.append(at)
    return times


def chance_rate_rose(random: Random) -> float:
    shape, rate = 0.8, 10.0
    return evidence_of.rate_rose(
        poisson_times(random, random.gammavariate(shape, 1 / rate) + 1e-9, 30.0), 30.0, (shape, rate)
    )[0]


def chance_rising(random: Random) -> float:
    shape, rate = 0.8, 10.0
    return evidence_of.rising(
        poisson_times(random, random.gammavariate(shape, 1 / rate) + 1e-9, 30.0), 30.0, (shape, rate)
    )[0]


def chance_timed(random: Random) -> float:
    return evidence_of.timed([random.random() for _ in range(12)], [1.0] * 12, 1.0)


def chance_wear(random: Random) -> float:
    return evidence_of.wear([random.expovariate(0.3) for _ in range(10)])[0]


def chance_number_and_wear(random: Random) -> float:
    """How many there are and how evenly they come, on the same times."""
    shape, rate = 0.8, 10.0
    times = poisson_times(random, random.gammavariate(shape, 1 / rate) + 1e-9, 60.0)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return evidence_of.rate_stands(len(times), 60.0, (shape, rate)) + evidence_of.wear(gaps)[0]


def chance_number_and_hour(random: Random) -> float:
    shape, rate = 0.8, 10.0
    times = poisson_times(random, random.gammavariate(shape, 1 / rate) + 1e-9, 60.0)
    phases = [at % 1.0 for at in times]
    return evidence_of.rate_stands(len(times), 60.0, (shape, rate)) + evidence_of.timed(phases, [1.0] * len(times), 1.0)


def chance_more_often(random: Random) -> float:
    hits = sum(random.random() < 0.2 for _ in range(15))
    return evidence_of.more_often_than(hits, 15 - hits, 0.2)


BETS = (
    chance_rate_rose,
    chance_rising,
    chance_timed,
    chance_wear,
    chance_number_and_wear,
    chance_number_and_hour,
    chance_more_often,
)


@pytest.mark.parametrize("bet", BETS, ids=lambda bet: bet.__name__)
def test_under_chance_a_bet_wins_nothing_on_average(bet: Callable[[Random], float]) -> None:
    random = Random(20)
    won = [exp(bet(random)) for _ in range(RUNS)]
    assert fmean(won) <= 1.0 + 3.5 * stdev(won) / sqrt(RUNS)


@pytest.mark.parametrize("bet", BETS, ids=lambda bet: bet.__name__)
def test_under_chance_a_thousandfold_win_is_rarer_than_one_in_a_thousand(bet: Callable[[Random], float]) -> None:
    random = Random(21)
    wins = sum(exp(bet(random)) >= 1000 for _ in range(RUNS))
    assert wins <= RUNS / 1000 + 3.5 * sqrt(RUNS / 1000)


def test_a_nightly_trouble_is_certain_after_a_few_nights() -> None:
    phases = [0.09 + 0.004 * (night % 3) for night in range(5)]
    assert evidence_of.timed(phases, [1.0] * 5, 1.0) > 7


def test_midnight_is_no_border() -> None:
    assert evidence_of.timed([0.999, 0.001, 0.998, 0.002, 0.0], [1.0] * 5, 1.0) > 7


def test_wear_is_seen_in_even_intervals_whatever_their_length() -> None:
    short, _ = evidence_of.wear([5.0, 5.4, 4.7, 5.1, 4.9, 5.2, 5.0, 4.8])
    long, mean = evidence_of.wear([50.0, 54.0, 47.0, 51.0, 49.0, 52.0, 50.0, 48.0])
    assert short > 5
    assert long == pytest.approx(short)
    assert mean == pytest.approx(50.125)


def test_a_rate_that_rose_is_seen_with_its_day() -> None:
    times = [40.0 + 0.7 * i for i in range(28)]
    won, since, ratio = evidence_of.rate_rose(times, 60.0, (1.0, 20.0))
    assert won > 5
    assert 35 <= since <= 42
    assert ratio >= 4


def test_the_mean_of_logarithms_does_not_overflow() -> None:
    assert evidence_of.log_mean([1000.0, -1000.0]) == pytest.approx(1000.0 - 0.6931, abs=1e-3)


def test_what_comes_in_one_stretch_is_not_monthly() -> None:
    assert evidence_of.monthly([1] * 20, [10.0 + day / 100 for day in range(20)], [1 / 30] * 20) == 0.0


def test_the_last_of_every_month_is_seen_after_a_few_months() -> None:
    assert evidence_of.monthly([1, 2, 3, 4], [-0.1, -0.12, -0.11, -0.1], [1 / 30] * 4) > 8


def test_a_long_past_is_foretold_like_a_short_one() -> None:
    """From a histogram, where the first ones are foretold exactly."""
    random = Random(3)
    chance = [exp(evidence_of.timed([random.random() for _ in range(90)], [1.0] * 90, 1.0)) for _ in range(300)]
    assert fmean(chance) <= 1.0 + 3.5 * stdev(chance) / sqrt(300)
    assert evidence_of.timed([0.09 + 0.004 * (night % 3) for night in range(90)], [1.0] * 90, 1.0) > 100
