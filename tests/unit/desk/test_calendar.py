"""The calendar of silences and windows: weeks from Monday, occurrences by the clock on the wall."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from correlate.records import Silence
from correlate.schedules import occurrences
from desk.web.calendar import Month, fill, month_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)


def silence(name: str, starts: datetime, length: timedelta, **more: object) -> Silence:
    given = {"kind": "silence", "author": "ann", "comment": "why", "created_at": starts, **more}
    return Silence(id=name, starts_at=starts, ends_at=starts + length, **given)  # type: ignore[arg-type]


def told(month: Month) -> dict[int, list[tuple[str, str, str]]]:
    """Days of the month to what stands there: id, beginning and end by Berlin's clock."""

    def clock(moment: datetime | None) -> str:
        return "" if moment is None else f"{moment.astimezone(BERLIN):%H:%M}"

    return {
        day.date.day: [(entry.silence.id, clock(entry.begins), clock(entry.ends)) for entry in day.entries]
        for week in month.weeks
        for day in week
        if day.inside and day.entries
    }


def test_weeks_begin_on_monday_and_hold_the_whole_month() -> None:
    month = month_of("", NOW, BERLIN)
    assert month.weeks[0][0].date == date(2026, 2, 23)
    assert month.weeks[-1][-1].date == date(2026, 4, 5)
    assert [day.date.day for week in month.weeks for day in week if day.today] == [18]
    assert (month.before, month.after) == ("2026-02", "2026-04")


@pytest.mark.parametrize("said", ["2026-13", "x", "1999-01", "2026-3", "2026-03-01"])
def test_a_month_that_is_none_is_the_present_one(said: str) -> None:
    assert month_of(said, NOW, BERLIN).first == date(2026, 3, 1)


def test_a_silence_stands_on_each_day_that_it_touches() -> None:
    begins = datetime(2026, 3, 10, 21, tzinfo=UTC)
    month = fill(month_of("2026-03", NOW, BERLIN), [silence("SIL-1", begins, timedelta(hours=28))], BERLIN)
    assert told(month) == {10: [("SIL-1", "22:00", "")], 11: [("SIL-1", "", "")], 12: [("SIL-1", "", "02:00")]}


def test_one_that_ends_at_midnight_does_not_touch_the_next_day() -> None:
    begins = datetime(2026, 3, 10, 21, tzinfo=UTC)
    month = fill(month_of("2026-03", NOW, BERLIN), [silence("SIL-1", begins, timedelta(hours=2))], BERLIN)
    assert told(month) == {10: [("SIL-1", "22:00", "00:00")]}


def test_a_recurring_window_keeps_its_hour_when_the_clocks_change() -> None:
    window = silence(
        "MNT-1", datetime(2026, 3, 1, 1, tzinfo=UTC), timedelta(hours=1), kind="maintenance",
        rule="FREQ=WEEKLY;BYDAY=SU", first_at=datetime(2026, 3, 1, 1, tzinfo=UTC), timezone="Europe/Berlin",
    )  # fmt: skip
    month = fill(month_of("2026-03", NOW, BERLIN), [window], BERLIN)
    assert [(day, entries[0][1]) for day, entries in told(month).items()] == [
        (1, "02:00"), (8, "02:00"), (15, "02:00"), (22, "02:00"), (29, "03:00"),
    ]  # fmt: skip


def test_a_crowded_day_says_how_many_more_there_are() -> None:
    crowd = [silence(f"SIL-{n}", NOW, timedelta(hours=1)) for n in range(11)]
    month = fill(month_of("", NOW, BERLIN), crowd, BERLIN)
    (day,) = [day for week in month.weeks for day in week if day.today]
    assert (len(day.shown), day.more) == (8, 3)


def test_occurrences_are_bounded() -> None:
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    found = occurrences("FREQ=DAILY", begin, "UTC", begin, begin + timedelta(days=900), 5)
    assert found == [begin + timedelta(days=number) for number in range(5)]
    assert occurrences("FREQ=DAILY;UNTIL=20260302", begin, "UTC", begin, begin + timedelta(days=9), 50) == [
        begin, begin + timedelta(days=1),
    ]  # fmt: skip
