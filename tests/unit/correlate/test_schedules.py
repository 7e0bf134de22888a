"""Recurring windows by the wall clock, as RRULE or as a line of cron; what could be endless is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from correlate.schedules import LOOKS_AHEAD, ScheduleError, next_start, rule_of

WINTER = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("0 3 * * 0", "FREQ=DAILY;BYMINUTE=0;BYHOUR=3;BYDAY=SU"),
        ("*/30 22-23 1,15 * *", "FREQ=DAILY;BYMINUTE=0,30;BYHOUR=22,23;BYMONTHDAY=1,15"),
        ("5 4 * jan-mar mon-fri", "FREQ=DAILY;BYMINUTE=5;BYHOUR=4;BYMONTH=1,2,3;BYDAY=MO,TU,WE,TH,FR"),
        ("RRULE:freq=weekly;byday=su", "FREQ=WEEKLY;BYDAY=SU"),
    ],
)
def test_what_people_write(line: str, rule: str) -> None:
    assert rule_of(line) == rule


@pytest.mark.parametrize(
    "line",
    ["", "now and then", "60 3 * * 0", "0 3 1 * 1", "0 3 * *", "*/0 3 * * *", "FREQ=SECONDLY", "FREQ=HOURLY",
     "FREQ=DAILY;BYSECOND=1", "FREQ=DAILY;COUNT=2",
     "FREQ=NEVER", "FREQ=DAILY;X=1", "INTERVAL=2", "FREQ=DAILY\nRDATE:20260101", "5-3 1 * * *"],
)  # fmt: skip
def test_what_cannot_be_used_is_an_error_with_a_sentence(line: str) -> None:
    with pytest.raises(ScheduleError, match=r"\."):
        rule_of(line)


def test_the_wall_clock_counts() -> None:
    rule = rule_of("30 10 * * mon")
    assert next_start(rule, WINTER, "Europe/Berlin", WINTER) == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    summer = WINTER + timedelta(days=35)
    assert next_start(rule, WINTER, "Europe/Berlin", summer) == datetime(2026, 4, 13, 8, 30, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_comes_all_the_same() -> None:
    rule = rule_of("30 2 * * *")
    eve = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert next_start(rule, eve, "Europe/Berlin", eve) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_every_other_week_counts_from_the_beginning() -> None:
    rule = "FREQ=WEEKLY;INTERVAL=2"
    found = next_start(rule, WINTER, "UTC", WINTER + timedelta(days=8))
    assert found == WINTER + timedelta(days=14)


def test_what_never_comes_is_none() -> None:
    assert next_start("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", WINTER, "UTC", WINTER) is None
    assert next_start("FREQ=DAILY;UNTIL=20260304T000000Z", WINTER, "UTC", WINTER + timedelta(days=5)) is None


@given(
    st.integers(0, 59),
    st.integers(0, 23),
    st.integers(0, 400),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]),
)
def test_the_next_occurrence_is_never_in_the_past(minute: int, hour: int, days: int, zone: str) -> None:
    after = WINTER + timedelta(days=days, minutes=7)
    found = next_start(rule_of(f"{minute} {hour} * * *"), WINTER, zone, after)
    assert found is not None
    assert after <= found <= after + timedelta(days=1, hours=2) < after + LOOKS_AHEAD


def test_a_window_that_never_comes_is_answered_with_never() -> None:
    begin = datetime(2026, 3, 2, tzinfo=UTC)
    assert next_start(rule_of("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), begin, "UTC", begin) is None
