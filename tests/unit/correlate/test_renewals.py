"""Wear among strays: found where it is, not claimed where failures come at any time."""

from itertools import pairwise
from math import exp, inf, log
from random import Random
from statistics import mean, median

import pytest

from correlate.renewals import MOST, worn
from correlate.statistics import wear


def gaps(random: Random, failures: int, strays: int) -> list[float]:
    times = [0.0]
    for _ in range(failures):
        times.append(times[-1] + random.gammavariate(40.0, 6.0 / 40.0))
    times += [random.uniform(0.0, times[-1]) for _ in range(strays)]
    return [b - a for a, b in pairwise(sorted(times))]


def test_wear_is_seen_among_strays_that_hide_it_from_the_intervals_alone() -> None:
    random = Random(1)
    worlds = [gaps(random, 14, 3) for _ in range(15)]
    assert median(worn(world) for world in worlds) > log(1_000)
    assert median(wear(world)[0] for world in worlds) < log(100)


def test_where_failures_come_at_any_time_the_bet_wins_nothing_on_average() -> None:
    random = Random(2)
    for count in (6, 12):
        won = [exp(worn([random.expovariate(1.0) for _ in range(count)])) for _ in range(400)]
        assert mean(won) < 1.3


def test_the_unit_of_time_does_not_matter() -> None:
    days = gaps(Random(3), 12, 2)
    assert worn([day * 86_400.0 for day in days]) == pytest.approx(worn(days))


def test_a_failure_that_nobody_noticed_is_forgiven() -> None:
    even = [6.0, 6.3, 5.8, 6.1, 5.9, 6.2, 6.0, 5.7]
    assert worn([*even[:4], 12.1, *even[4:]]) > log(1_000)


@pytest.mark.parametrize("intervals", [[1.0] * 3, [1.0] * (MOST + 1), [1.0, 0.0, 1.0, 1.0, 1.0, 1.0]])
def test_nothing_is_claimed_of_too_few_too_many_or_of_what_came_at_once(intervals: list[float]) -> None:
    assert worn(intervals) == -inf
