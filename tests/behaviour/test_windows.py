"""Maintenance windows: by the wall clock, when the clocks change, edited while they are open, and from changes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from correlate.declared import Window
from correlate.policy import Policy
from tests.behaviour.harness import START, Desk

OWNER = "apps@fernhill.example"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _nobody_gets_a_digest(desk: Desk) -> None:
    desk.configure(problem_managers=())


def window(rule: str | None = None, **fields: Any) -> Window:
    given = {"services": ("erp",), "timezone": "Europe/Berlin", "comment": "patching", **fields}
    return Window(name="patches", rule=rule, **given)


def fails_at(desk: Desk, moment: datetime) -> None:
    """ERP fails at this time, and for good."""
    desk.advance(moment - desk.now)
    desk.fire("HighErrorRate", "erp-app-1")


def over(desk: Desk) -> None:
    """It is fine again, and stays so; what was told of it meanwhile does not matter here."""
    desk.resolve("HighErrorRate", "erp-app-1")
    desk.advance(3 * HOUR)
    desk.take_mail(OWNER)


@pytest.mark.parametrize(
    ("day", "hour"),
    [pytest.param(28, 1, id="winter"), pytest.param(29, 1, id="skipped"), pytest.param(30, 0, id="summer")],
)
def test_an_hour_that_is_skipped_opens_a_window_all_the_same_and_for_as_long(desk: Desk, day: int, hour: int) -> None:
    """Half past two in Berlin, in UTC, around 29 March 2026: on that night it is half past three."""
    begin = datetime(2026, 3, day, hour, 30, tzinfo=UTC)
    desk.configure(windows=(window("FREQ=DAILY;BYHOUR=2;BYMINUTE=30", start=begin - 2 * DAY, duration=7200),))
    fails_at(desk, begin + MINUTE)
    desk.advance(2 * HOUR - 5 * MINUTE)
    assert desk.outbox_is_empty()
    desk.advance(5 * MINUTE)
    desk.expect_mail(OWNER, "staff")
    over(desk)
    assert desk.silences()[-1].starts_at == datetime(2026, 3, day + 1, 0 if day > 28 else 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hour"),
    [pytest.param(24, 0, id="summer"), pytest.param(25, 0, id="twice"), pytest.param(26, 1, id="winter")],
)
def test_an_hour_that_comes_twice_opens_a_window_once(desk: Desk, day: int, hour: int) -> None:
    """Half past two in Berlin, in UTC, around 25 October 2026: on that night the first of the two."""
    begin = datetime(2026, 10, day, hour, 30, tzinfo=UTC)
    desk.configure(windows=(window("FREQ=DAILY;BYHOUR=2;BYMINUTE=30", start=begin - 2 * DAY, duration=1800),))
    fails_at(desk, begin + MINUTE)
    desk.advance(25 * MINUTE)
    assert desk.outbox_is_empty()
    desk.advance(5 * MINUTE)
    desk.expect_mail(OWNER, "staff")
    over(desk)
    assert desk.silences()[-1].starts_at == datetime(2026, 10, day + 1, 0 if day < 25 else 1, 30, tzinfo=UTC)


def test_what_fires_through_two_windows_is_told_once_after_each_and_not_in_them(desk: Desk) -> None:
    desk.configure(windows=(window("FREQ=DAILY;BYHOUR=10;BYMINUTE=0", duration=3600),), repeat_interval=84_600)
    fails_at(desk, START + 10 * MINUTE)
    desk.advance(49 * MINUTE)
    assert desk.outbox_is_empty()
    desk.advance(2 * MINUTE)
    desk.expect_mail(OWNER, "staff", "is open")
    desk.advance(START + DAY + 59 * MINUTE - desk.now)  # the repeat was due half an hour ago
    assert desk.outbox_is_empty()
    desk.advance(2 * MINUTE)
    desk.expect_mail(OWNER, "staff", "still goes on")
    desk.advance(20 * HOUR)


def test_an_ok_within_a_window_counts_and_a_trouble_after_it_is_a_new_one(desk: Desk) -> None:
    desk.configure(windows=(window(start=START, end=START + 2 * HOUR),))
    fails_at(desk, START + MINUTE)
    desk.advance(10 * MINUTE)
    desk.resolve("HighErrorRate", "erp-app-1")
    desk.advance(2 * HOUR)
    assert [record.status for record in desk.records()] == ["resolved"]
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(MINUTE)
    told = desk.expect_mail(OWNER, "staff", "is open")
    assert told.about == desk.records()[-1].number == "INC-2"


def test_what_comes_back_within_a_window_after_its_end_there_is_told_when_the_window_ends(desk: Desk) -> None:
    """It was told before the window, ended and came back in it: the status at the window's end counts."""
    fails_at(desk, START)
    desk.advance(5 * MINUTE)
    desk.expect_mail(OWNER, "staff", "is open")
    desk.configure(windows=(window(start=START + 5 * MINUTE, end=START + 4 * HOUR),))
    desk.resolve("HighErrorRate", "erp-app-1")
    desk.advance(HOUR)
    desk.expect_mail(OWNER, "staff", "resolved")
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(2 * HOUR)
    assert desk.outbox_is_empty()
    desk.advance(HOUR)
    desk.expect_mail(OWNER, "staff", "is open")


# --- how they are written --------------------------------------------------------------------------------------------


def test_a_window_that_is_written_down_in_the_middle_of_itself_holds_at_once(desk: Desk) -> None:
    desk.advance(HOUR)  # eleven o'clock in Berlin
    desk.configure(windows=(window("FREQ=WEEKLY;BYDAY=MO;BYHOUR=10;BYMINUTE=0", duration=4 * 3600),))
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(2 * HOUR)
    assert desk.outbox_is_empty()
    desk.advance(HOUR + 2 * MINUTE)
    desk.expect_mail(OWNER, "staff")


def test_a_recurring_window_that_somebody_adds_in_the_middle_of_it_holds_at_once(desk: Desk) -> None:
    desk.configure(timezone="Europe/Berlin")
    desk.advance(HOUR)
    desk.command("silence-add", "kim", "", services=["erp"], rule="0 10 * * mon", duration=14_400, comment="patching")
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(2 * HOUR)
    assert desk.outbox_is_empty()
    desk.advance(HOUR + 2 * MINUTE)
    desk.expect_mail(OWNER, "staff")
    assert desk.silences()[-1].starts_at == START + 7 * DAY


def test_a_window_that_is_made_longer_while_it_is_open_stays_open(desk: Desk) -> None:
    made = window("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYHOUR=10;BYMINUTE=0", duration=4 * 3600)
    desk.configure(windows=(made,))
    desk.advance(30 * MINUTE)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(3 * HOUR)
    desk.configure(windows=(replace(made, duration=5 * 3600, comment="it takes longer"),))
    desk.advance(80 * MINUTE)
    assert desk.outbox_is_empty()
    (after,) = desk.silences()
    assert after.ends_at == START + 5 * HOUR
    desk.advance(HOUR)
    desk.expect_mail(OWNER, "staff")
    assert desk.silences()[-1].starts_at == START + 14 * DAY, "every other week still counts from the same one"


def test_a_service_that_is_taken_out_of_an_open_window_is_told_of_at_once(desk: Desk) -> None:
    made = window(services=("erp", "telephony"), start=START, end=START + 6 * HOUR)
    desk.configure(windows=(made,))
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(HOUR)
    assert desk.outbox_is_empty()
    desk.configure(windows=(replace(made, services=("telephony",)),))
    desk.advance(MINUTE)
    desk.expect_mail(OWNER, "staff")


def test_the_end_of_a_rule_may_be_in_utc_as_calendars_write_it(desk: Desk) -> None:
    """The last window begins at midnight in Berlin, which is 23:00 UTC on the day before."""
    rule = "FREQ=DAILY;BYHOUR=0;BYMINUTE=0;UNTIL=20260302T230000Z"
    desk.configure(windows=(window(rule, duration=4 * 3600),))
    assert desk.silences()[-1].starts_at == datetime(2026, 3, 2, 23, tzinfo=UTC)
    fails_at(desk, datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    desk.advance(3 * HOUR)
    assert desk.outbox_is_empty()
    desk.advance(HOUR)
    desk.expect_mail(OWNER, "staff")
    assert desk.silences()[-1].over


# --- from changes ----------------------------------------------------------------------------------------------------


@pytest.fixture
def _windows_from_changes(desk: Desk) -> Policy:
    desk.configure(change_windows=True)
    return desk.policy()


@pytest.mark.usefixtures("_windows_from_changes")
@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(START, START + 30 * MINUTE, id="done early"),
        pytest.param(START + DAY, START + DAY + HOUR, id="put off until tomorrow"),
        pytest.param(START + HOUR, START + HOUR, id="called off"),
    ],
)
def test_a_change_that_is_over_or_put_off_ends_its_window(desk: Desk, start: datetime, end: datetime) -> None:
    desk.change("erp", "new release", START, START + 4 * HOUR)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(30 * MINUTE)
    assert desk.outbox_is_empty()
    desk.change("erp", "new release", start, end)
    desk.advance(MINUTE)
    desk.expect_mail(OWNER, "staff")


@pytest.mark.usefixtures("_windows_from_changes")
def test_a_change_that_takes_longer_keeps_its_window_open(desk: Desk) -> None:
    desk.change("erp", "new release", START, START + HOUR)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(30 * MINUTE)
    desk.change("erp", "new release", START, START + 3 * HOUR)
    desk.advance(2 * HOUR)
    assert desk.outbox_is_empty()
    assert len(desk.silences()) == 1
    desk.advance(HOUR)
    desk.expect_mail(OWNER, "staff")
