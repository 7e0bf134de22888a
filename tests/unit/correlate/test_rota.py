"""Who is on call by a calendar: weeks, days, swaps, clocks that change, and files that nobody should trust."""

from datetime import UTC, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from correlate.declared import Member, Team
from correlate.duty import addresses_of, turns_between
from correlate.policy import Agent, Policy
from correlate.recurring import RuleError, rule_of
from correlate.rota import CalendarError, Rota, rota_of

HEAD = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x//EN\n"


def calendar(*events: str, head: str = "") -> str:
    bodies = (f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"{HEAD}{head}{''.join(bodies)}END:VCALENDAR\n"


def at(text: str, zone: str, *moment: int) -> list[str]:
    return [shift.words for shift in rota_of(text, zone).at(datetime(*moment, tzinfo=UTC))]  # type: ignore[arg-type,misc]


WEEKLY = calendar(
    "UID:1\nDTSTART;TZID=America/New_York:20261026T090000\nDTEND;TZID=America/New_York:20261102T090000\n"
    "RRULE:FREQ=WEEKLY\nSUMMARY:always"
)


@pytest.mark.parametrize("day", range(1, 30))
def test_week_after_week_there_is_no_gap_when_the_clocks_change(day: int) -> None:
    """They are put back on 1 November 2026 and forward on 14 March 2027."""
    for month in ((2026, 11), (2027, 3)):
        for hour in range(24):
            assert at(WEEKLY, "UTC", *month, day, hour) == ["always"]


def test_nights_last_until_the_morning_by_the_clock_on_the_wall() -> None:
    nights = calendar(
        "UID:1\nDTSTART;TZID=Europe/Berlin:20260301T200000\nDTEND;TZID=Europe/Berlin:20260302T080000\n"
        "RRULE:FREQ=DAILY\nSUMMARY:night"
    )
    assert at(nights, "UTC", 2026, 3, 29, 5, 59) == ["night"]  # 7:59 in Berlin, after the shortest night
    assert at(nights, "UTC", 2026, 3, 29, 6, 0) == []
    assert at(nights, "UTC", 2026, 10, 25, 6, 59) == ["night"]  # after the longest
    assert at(nights, "UTC", 2026, 10, 25, 7, 0) == []


def test_an_hour_that_is_skipped_and_one_that_comes_twice() -> None:
    odd = calendar(
        "UID:1\nDTSTART;TZID=Europe/Berlin:20260301T023000\nDURATION:PT1H\nRRULE:FREQ=DAILY\nSUMMARY:odd"
    )  # fmt: skip
    assert at(odd, "UTC", 2026, 3, 29, 1, 30) == ["odd"]  # half past two does not exist: it is half past three
    assert at(odd, "UTC", 2026, 10, 25, 0, 30) == ["odd"]  # the first half past two
    assert at(odd, "UTC", 2026, 10, 25, 1, 30) == []


def test_a_day_is_a_day_of_the_teams_zone_or_of_the_calendars_own() -> None:
    day = "UID:1\nDTSTART;VALUE=DATE:20260302\nSUMMARY:day"
    assert at(calendar(day), "Asia/Tokyo", 2026, 3, 1, 15, 0) == ["day"]
    assert at(calendar(day), "Asia/Tokyo", 2026, 3, 2, 15, 0) == []
    assert at(calendar(day, head="X-WR-TIMEZONE:America/New_York\n"), "Asia/Tokyo", 2026, 3, 2, 5, 0) == ["day"]


def test_days_off_and_extra_days() -> None:
    text = calendar(
        "UID:1\nDTSTART;TZID=Europe/Berlin:20260302T090000\nDTEND;TZID=Europe/Berlin:20260302T170000\n"
        "RRULE:FREQ=WEEKLY;BYDAY=MO\nEXDATE;TZID=Europe/Berlin:20260309T090000\n"
        "RDATE;TZID=Europe/Berlin:20260311T090000\nSUMMARY:mondays"
    )
    days = [shift.start.day for shift in rota_of(text, "UTC").between(_day(1), _day(20))]
    assert days == [2, 11, 16]


def test_a_day_off_may_be_a_day_or_a_time_in_any_zone() -> None:
    """RFC 5545 wants the form of DTSTART; programs write what they like, and nobody is woken on a day off."""
    text = calendar(
        "UID:1\nDTSTART;TZID=Europe/Berlin:20260302T090000\nDURATION:PT8H\nRRULE:FREQ=DAILY;COUNT=8\n"
        "EXDATE;VALUE=DATE:20260303\nEXDATE:20260304T080000Z,20260305T080000Z\n"
        "EXDATE;TZID=America/New_York:20260306T030000\nEXDATE:20260307T090000\nSUMMARY:daily"
    )
    days = [shift.start.day for shift in rota_of(text, "Europe/Berlin").between(_day(1), _day(20))]
    assert days == [2, 8, 9]


def test_a_series_that_is_changed_from_an_occurrence_on_stays_so() -> None:
    usual = (
        "UID:1\nDTSTART;TZID=Europe/Berlin:20260302T090000\nDTEND;TZID=Europe/Berlin:20260302T170000\n"
        "RRULE:FREQ=DAILY;COUNT=8\nEXDATE;TZID=Europe/Berlin:20260306T090000\nSUMMARY:ana"
    )
    change = (
        "UID:1\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:202603{0}T090000\n"
        "DTSTART;TZID=Europe/Berlin:202603{0}T120000\nDTEND;TZID=Europe/Berlin:202603{0}T140000\nSUMMARY:{1}"
    )
    off = change.format("09", "nobody") + "\nSTATUS:CANCELLED"
    text = calendar(usual, change.format("04", "bo"), change.format("07", "cy"), off)
    found = [
        (shift.start.day, shift.start.hour, shift.words) for shift in rota_of(text, "UTC").between(_day(1), _day(20))
    ]
    assert found == [(2, 8, "ana"), (3, 8, "ana"), (4, 11, "bo"), (5, 11, "bo"), (7, 11, "cy"), (8, 11, "cy")]


def test_a_calendar_with_a_byte_order_mark_is_read() -> None:
    text = calendar("UID:1\nDTSTART:20260302T090000Z\nDURATION:PT8H\nSUMMARY:day").replace("\n", "\r\n")
    assert len(rota_of("\ufeff" + text, "UTC").at(_day(2) + timedelta(hours=10))) == 1


def test_zones_by_the_names_that_outlook_gives_them() -> None:
    text = calendar(
        "UID:1\nDTSTART;TZID=W. Europe Standard Time:20260302T090000\n"
        "DTEND;TZID=W. Europe Standard Time:20260302T170000\nRRULE:FREQ=DAILY\nSUMMARY:day"
    )
    assert [at(text, "UTC", 2026, 3, *when) for when in ((2, 7, 30), (2, 8, 30), (30, 7, 30), (30, 15, 30))] == [
        [], ["day"], ["day"], [],
    ]  # fmt: skip


def test_a_changed_occurrence_takes_the_place_of_the_usual_one_and_the_newest_change_counts() -> None:
    usual = (
        "UID:1\nDTSTART;TZID=Europe/Berlin:20260302T090000\nDTEND;TZID=Europe/Berlin:20260302T170000\n"
        "RRULE:FREQ=DAILY;COUNT=3\nSUMMARY:ana"
    )
    change = (
        "UID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20260303T090000\nSEQUENCE:{}\nDTSTART:20260303T120000Z\n"
        "DTEND:20260303T130000Z\nSUMMARY:{}"
    )
    text = calendar(usual, change.format(2, "cy"), change.format(1, "bo"))
    found = [(shift.start.day, shift.words) for shift in rota_of(text, "UTC").between(_day(1), _day(10))]
    assert found == [(2, "ana"), (3, "cy"), (4, "ana")]


def test_what_was_called_off_or_declined_counts_for_nobody() -> None:
    text = calendar(
        "UID:1\nSTATUS:CANCELLED\nDTSTART:20260302T090000Z\nDURATION:PT8H\nSUMMARY:off",
        "UID:2\nDTSTART:20260302T090000Z\nDURATION:PT8H\nATTENDEE;PARTSTAT=DECLINED:mailto:no@x.example\n"
        "ATTENDEE;CUTYPE=ROOM:mailto:room@x.example\nATTENDEE:MAILTO:Yes@X.example\nSUMMARY:two",
    )
    (shift,) = rota_of(text, "UTC").at(_day(2) + timedelta(hours=10))
    assert shift.addresses == ("yes@x.example",)


def test_a_zone_that_the_calendar_describes_itself() -> None:
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Plant\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0530\n"
        "TZOFFSETTO:+0530\nEND:STANDARD\nEND:VTIMEZONE\n"
    )
    text = calendar("UID:1\nDTSTART;TZID=Plant:20260302T090000\nDURATION:PT1H\nSUMMARY:plant", head=zone)
    assert at(text, "UTC", 2026, 3, 2, 3, 30) == ["plant"]


@pytest.mark.parametrize(
    "text",
    [
        "", "nothing", HEAD, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR", "\x00\xff" * 50,
        calendar("UID:1\nDTSTART:20260302T090000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY"),
        calendar("UID:1\nDTSTART:20260302T090000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY;COUNT=9"),
        calendar("UID:1\nDTSTART:99999999T999999Z\nDURATION:PT1H"),
        calendar("UID:1\nDTSTART:20260302T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY"),
        calendar("UID:1\nDTSTART:20260302T090000Z\nDURATION:PT1H\nRRULE:FREQ=SOMETIMES"),
        calendar("UID:1\nDTSTART:20260302T090000Z\nDTEND:20260302T100000Z\nSEQUENCE:x") * 2,
        calendar(*(["UID:1\nDTSTART:20260302T090000Z"] * 6_000)),
        "x" * 3_000_000,
    ],
)  # fmt: skip
def test_what_is_no_calendar_is_a_sentence_or_has_no_shifts(text: str) -> None:
    try:
        found: Rota | None = rota_of(text, "UTC")
    except CalendarError as error:
        assert str(error).endswith(".") or "make an event for each" in str(error)
        found = None
    if found is not None:
        assert found.at(_day(2) + timedelta(hours=9)) is not None


def test_rules_that_never_come_or_began_long_ago_are_answered_at_once() -> None:
    never = "UID:1\nDTSTART:20260101T090000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
    counted = "UID:2\nDTSTART:20260101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5"
    old = "UID:3\nDTSTART:19700101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nSUMMARY:old"
    assert at(calendar(never, counted, old), "UTC", 2026, 3, 2, 9, 30) == ["old"]


RULES = (
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;BYDAY=MO,FR;COUNT=7", "FREQ=DAILY;BYMONTH=4,6",
    "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
    "FREQ=WEEKLY;UNTIL=20260601T090000", "FREQ=WEEKLY;BYSETPOS=-1;BYDAY=MO,TU,FR",
    "FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYDAY=1MO,-1FR",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;INTERVAL=5;BYDAY=SA", "FREQ=MONTHLY;COUNT=4",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
    "FREQ=YEARLY;BYDAY=20MO", "FREQ=YEARLY;BYYEARDAY=1,100,-1", "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=DAILY;BYHOUR=8,20;BYMINUTE=0,30", "FREQ=YEARLY;BYMONTH=1;BYDAY=MO;BYSETPOS=2",
    "FREQ=YEARLY;BYWEEKNO=20,30;BYDAY=MO", "FREQ=YEARLY;BYWEEKNO=-5;BYDAY=FR",
)  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("begin", [datetime(2026, 1, 31, 9), datetime(2024, 2, 29, 9), datetime(2026, 3, 2, 9)])  # noqa: DTZ001
def test_a_rule_comes_round_as_another_library_says(rule: str, begin: datetime) -> None:
    since, until = datetime(2026, 2, 1), datetime(2029, 3, 1)  # noqa: DTZ001 - by the wall clock
    known = rrulestr(rule, dtstart=begin)
    assert list(rule_of(rule, begin).between(since, until)) == list(known.between(since, until, inc=True))


@pytest.mark.parametrize(
    "rule",
    ["FREQ=HOURLY", "FREQ=DAILY;BYEASTER=0", "FREQ=DAILY;BYMONTH=13", "FREQ=WEEKLY;BYDAY=2MO", "FREQ=DAILY;UNTIL=soon",
     "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;BYDAY=XX", "BYDAY=MO", "",
     "FREQ=DAILY;INTERVAL=9999999"],
)  # fmt: skip
def test_a_rule_that_cannot_be_used(rule: str) -> None:
    with pytest.raises(RuleError):
        rule_of(rule, datetime(2026, 3, 2, 9))  # noqa: DTZ001 - by the wall clock


@pytest.mark.parametrize(
    "event",
    ["DTSTART:99991231T000000Z\nDURATION:P300D", "DTSTART;TZID=Asia/Tokyo:00010101T000000\nDURATION:P300D",
     "DTSTART:20260302T090000Z\nRDATE:99991231T000000Z\nDURATION:P300D",
     ("DTSTART:20260302T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\n"
      "RECURRENCE-ID;RANGE=THISANDFUTURE:99991231T090000Z\nDTSTART:19000302T090000Z\nDURATION:PT1H")],
)  # fmt: skip
def test_a_shift_at_the_end_of_time_takes_nobody_elses_away(event: str) -> None:
    usual = "UID:2\nDTSTART:20260302T090000Z\nDURATION:PT8H\nSUMMARY:usual"
    assert "usual" in at(calendar(f"UID:1\n{event}", usual), "UTC", 2026, 3, 2, 10)


def test_names_are_found_in_the_title_of_a_shift() -> None:
    team = Team(name="t", people=(Member(address="ana@x.example", name="Ana Olsen"), Member(address="bo@x.example")))
    policy = Policy(agents=(Agent(login="kim", name="Kim Li", address="kim@x.example"),))
    text = calendar("UID:1\nDTSTART:20260302T090000Z\nDURATION:PT8H\nSUMMARY:{}")
    for words, address in (
        ("On call: ANA OLSEN (L1)", "ana@x.example"),
        ("bo", "bo@x.example"),
        ("Kim Li", "kim@x.example"),
        ("bob", None),
        ("Ana", None),
    ):
        (shift,) = rota_of(text.replace("{}", words), "UTC").at(_day(2) + timedelta(hours=9))
        assert addresses_of(policy, team, shift) == ((address,) if address else ())


def test_the_turns_to_come_leave_out_what_is_swapped() -> None:
    usual = calendar("UID:1\nDTSTART:20260302T080000Z\nDTEND:20260302T180000Z\nSUMMARY:a@x.example")
    swaps = calendar("UID:1\nDTSTART:20260302T120000Z\nDTEND:20260302T130000Z\nSUMMARY:b@x.example")
    turns = turns_between(Policy(), Team(name="t", calendar=usual, swaps=swaps), _day(1), _day(5))
    assert [(turn.shift.start.hour, turn.shift.end.hour, turn.addresses[0][0]) for turn in turns] == [
        (8, 12, "a"),
        (12, 13, "b"),
        (13, 18, "a"),
    ]


def _day(day: int) -> datetime:
    return datetime(2026, 3, day, tzinfo=UTC)
