"""The ring of changes: younger ones weigh more, and two thresholds keep it from flapping about flapping."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from correlate.flapping import BEGINS_AT, ENDS_BELOW, KEPT, WINDOW, calm_at, flaps, noted, share
from tests.unit.correlate.world import START, at

NOW = int(START.timestamp())


def history(*minutes: float) -> tuple[int, ...]:
    found: tuple[int, ...] = ()
    for minute in minutes:
        found = noted(found, at(minute))
    return found


def test_younger_changes_weigh_more() -> None:
    assert share((NOW,), NOW) > share((NOW - WINDOW // 2,), NOW) > share((NOW - WINDOW + 1,), NOW) > 0
    assert share((NOW - WINDOW,), NOW) == 0


def test_a_few_changes_are_no_flapping_and_many_are() -> None:
    assert not flaps(history(0, 4, 8), at(8), False)
    assert flaps(history(0, 4, 8, 12, 16, 20), at(20), False)


def test_between_the_thresholds_it_stays_what_it_was() -> None:
    between = history(0, 8, 16, 24, 32)
    assert ENDS_BELOW <= share(between, int(at(36).timestamp())) < BEGINS_AT
    assert flaps(between, at(36), True)
    assert not flaps(between, at(36), False)


def test_the_ring_is_bounded() -> None:
    assert len(history(*(n / 10 for n in range(200)))) == KEPT


@given(st.lists(st.integers(0, WINDOW), max_size=30))
def test_when_it_will_be_calm_it_is_and_not_before(seconds: list[int]) -> None:
    found: tuple[int, ...] = ()
    for second in sorted(seconds):
        found = noted(found, START + timedelta(seconds=second))
    now = START + timedelta(seconds=WINDOW)
    when = calm_at(found, now)
    if when > now:
        assert not flaps(found, when, True)
    else:
        assert not found or not any(moment + WINDOW > int(now.timestamp()) for moment in found)
