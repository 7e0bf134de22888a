"""Trouble at the turn of the month: by working days, at several turns, and against the share of time that they take."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from correlate.month_turns import MonthTurns, _days
from correlate.seasons import Calendar, Seasons

START = datetime(2026, 2, 2, tzinfo=UTC)
END = datetime(2026, 5, 4, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
TURNS = MonthTurns(START, END, ZONE)
EVEN = Seasons([0.0] * 48, Calendar(START, END, ZONE))
OFFICE = Seasons([0.0] * 7 + [20.0] * 10 + [0.0] * 31, Calendar(START, END, ZONE))


def on(*days: str) -> list[datetime]:
    return [datetime.fromisoformat(f"2026-{day}T13:00+00:00") for day in days]


@pytest.mark.parametrize(
    ("stretch", "days"),
    [
        ((1, 0), ["02-27", "02-28"]),
        ((2, 1), ["02-26", "02-27", "02-28", "03-01", "03-02"]),
        ((0, 2), ["03-01", "03-02", "03-03"]),
    ],
)
def test_a_stretch_is_counted_in_working_days_and_holds_what_lies_between(
    stretch: tuple[int, int], days: list[str]
) -> None:
    assert [f"{day:%m-%d}" for day in _days(date(2026, 3, 1), *stretch)] == days


@pytest.mark.parametrize("seasons", [EVEN, OFFICE])
def test_what_comes_with_every_closing_stands_out_beside_a_few_others(seasons: Seasons) -> None:
    closing = on("02-02", "02-27", "03-02", "03-30", "03-31", "04-01", "04-29", "04-30", "05-01")
    others = on("02-20", "03-11", "04-14")
    moments = sorted(closing + others)
    won, places = TURNS.bet(moments, seasons)
    assert won > 5
    assert [moments[place] for place in places] == closing


def test_one_long_trouble_at_one_turn_is_no_evidence() -> None:
    assert TURNS.bet(on("03-30", "03-30", "03-31", "03-31", "04-01", "04-01", "04-01"), EVEN)[0] <= 0.0


def test_what_comes_evenly_wins_nothing() -> None:
    """The mean of the ratio over worlds without a pattern is at most one (Markov): a big one is as rare as it says."""
    chance, ratios = Random(7), []
    for _ in range(2_000):
        moments = sorted(START + timedelta(days=chance.uniform(0, 91)) for _ in range(chance.randint(3, 25)))
        ratios.append(TURNS.bet(moments, EVEN)[0])
    assert sum(won > 3.0 for won in ratios) / len(ratios) <= 0.05
    assert sum(won > 5.0 for won in ratios) <= 14
