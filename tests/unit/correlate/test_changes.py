"""Changes before troubles: named where chance does not explain it, and only there."""

from datetime import timedelta

from correlate.effects import ChangeRecorded
from correlate.reasons import sentence
from ingest.event import ChangeNotice
from tests.unit.correlate.world import ADA, TestDesk, alert, at, mail

DAY = 24 * 60


def notice(minutes: float, ident: str | None, service: str = "ledger") -> ChangeNotice:
    return ChangeNotice(id=ident, service=service, title="New release", start=at(minutes), end=None)


def told(desk: TestDesk, number: str = "INC-1") -> str:
    return " ".join(sentence(reason) for reason in desk.record(number).reasons)


def test_a_change_shortly_before_is_named() -> None:
    desk = TestDesk()
    desk.take(0, notice(0, "C-1"))
    desk.take(20, alert("a", resource="led-1"))
    assert desk.record("INC-1").change == "C-1"
    assert "20 minutes before" in told(desk)


def test_a_change_beneath_it_is_named_too_and_in_what_people_write() -> None:
    desk = TestDesk()
    desk.take(0, notice(0, "C-1", "ledger-db"))
    desk.take(20, mail(ADA, "ledger", "ledger shows nothing but errors", "1@x"))
    assert desk.record("INC-1").change == "C-1"


def test_where_there_is_a_change_before_anything_none_is_blamed() -> None:
    desk = TestDesk()
    for day in range(12):
        desk.take(day * DAY, notice(day * DAY, f"C-{day}"))
    desk.take(11 * DAY + 20, alert("a", resource="led-1"))
    assert desk.record("INC-1").change is None


def test_a_rare_change_is_blamed_and_says_how_rare_it_is() -> None:
    desk = TestDesk()
    desk.take(0, notice(0, "C-0", "intranet-pages"))
    desk.take(11 * DAY, notice(11 * DAY, "C-1"))
    desk.take(11 * DAY + 20, alert("a", resource="led-1"))
    assert desk.record("INC-1").change == "C-1"
    assert "at 0 of 11 other times" in told(desk)


def test_a_change_that_is_told_of_late_is_named_at_the_incident_that_it_came_before() -> None:
    desk = TestDesk()
    desk.take(20, alert("a", resource="led-1"))
    desk.take(25, notice(0, "C-1", "ledger-db"))
    assert desk.record("INC-1").change == "C-1"


def test_a_second_notice_says_that_it_is_over_and_keeps_what_was_said() -> None:
    desk = TestDesk()
    desk.take(0, notice(0, "C-1"))
    desk.take(9, ChangeNotice(id="C-1", service=None, title=None, start=None, end=at(9)))
    change = desk.situation.changes["C-1"]
    assert (change.service, change.title, change.start) == ("ledger", "New release", at(0))
    assert change.end == at(0) + timedelta(minutes=9)


def test_changes_without_an_id_are_counted() -> None:
    desk = TestDesk()
    desk.take(0, notice(0, None))
    desk.take(5, notice(5, None))
    assert [effect.change.id for effect in desk.of(ChangeRecorded)] == ["CHG-1", "CHG-2"]


def test_an_unproven_mail_announces_nothing() -> None:
    desk = TestDesk()
    desk.take(0, mail(ADA, "Change: new release", "Service: ledger\nStart: 2026-03-02T09:00:00Z", "1@x"))
    assert not desk.of(ChangeRecorded)
