"""Who falls silent is noticed: jobs that check in, hooks, and alerts that always fire."""

from datetime import timedelta

from correlate.declared import Heartbeat, Source
from tests.behaviour.harness import Desk

OWNER = "apps@fernhill.example"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BACKUP = (Heartbeat(name="backup", period=86_400, grace=3600, service="erp"),)


def test_a_job_that_does_not_check_in_is_an_incident_that_its_next_check_in_closes(desk: Desk) -> None:
    desk.configure(heartbeats=BACKUP)
    desk.check_in("backup")
    desk.advance(DAY + 30 * MINUTE)
    assert not desk.records()
    desk.advance(HOUR)
    desk.expect_mail(OWNER, "staff", "backup")
    desk.check_in("backup")
    desk.advance(30 * MINUTE)
    (record,) = desk.records()
    assert record.status == "resolved"
    desk.expect_mail(OWNER, "staff")
    desk.advance(12 * HOUR)


def test_a_job_that_never_checks_in_is_noticed_too(desk: Desk) -> None:
    desk.configure(heartbeats=BACKUP)
    desk.advance(2 * DAY)
    desk.expect_mail(OWNER, "staff", "backup")


def test_a_job_that_checks_in_on_time_is_never_heard_of(desk: Desk) -> None:
    desk.configure(heartbeats=BACKUP)
    for _ in range(5):
        desk.check_in("backup")
        desk.advance(DAY)
    assert not desk.records()
    desk.configure(heartbeats=())
    desk.advance(10 * DAY)
    assert not desk.records()
    desk.take_mail("pm@fernhill.example")


def test_each_job_has_an_incident_of_its_own(desk: Desk) -> None:
    desk.configure(heartbeats=(*BACKUP, Heartbeat(name="report", period=86_400, grace=3600, service="erp")))
    desk.advance(2 * DAY)
    assert len(desk.records()) == 2
    desk.take_mail()


def test_a_silent_job_and_a_silent_hook_stay_two_however_close_they_are(desk: Desk) -> None:
    desk.configure(
        heartbeats=(Heartbeat(name="backup", period=3600, grace=0),),
        sources=(Source(name="alertmanager", quiet_after=3600),),
    )
    desk.fire("RadiusTimeout", "wlc-1")
    desk.resolve("RadiusTimeout", "wlc-1")
    desk.check_in("backup")
    desk.advance(3 * HOUR)
    silent = [record for record in desk.records() if "alertmanager" in record.title or "backup" in record.title]
    assert [record.status for record in silent] == ["new", "new"]
    desk.take_mail()


def test_a_hook_that_has_been_quiet_for_too_long_is_noticed(desk: Desk) -> None:
    desk.configure(sources=(Source(name="alertmanager", quiet_after=3600, service="erp"),))
    for _ in range(4):
        desk.fire("RadiusTimeout", "wlc-1")
        desk.advance(50 * MINUTE)
    desk.take_mail()
    desk.advance(30 * MINUTE)
    desk.expect_mail(OWNER, "staff", "Nothing comes from alertmanager")
    desk.fire("RadiusTimeout", "wlc-1")
    desk.advance(30 * MINUTE)
    desk.expect_mail(OWNER, "staff")


def test_prometheus_watchdog_that_stops_is_an_incident(desk: Desk) -> None:
    desk.configure(staff=("kim@fernhill.example",))
    for _ in range(10):
        desk.post("alertmanager", desk.alertmanager("Watchdog", "prometheus-1", severity="none"))
        desk.advance(5 * MINUTE)
    assert not desk.records()
    desk.advance(2 * HOUR)
    (record,) = desk.records()
    assert "Watchdog" in record.title
    desk.expect_mail("kim@fernhill.example", "staff", "Watchdog")
    desk.post("alertmanager", desk.alertmanager("Watchdog", "prometheus-1", severity="none"))
    desk.advance(30 * MINUTE)
    assert desk.record(record.number).status == "resolved"
    desk.expect_mail("kim@fernhill.example", "staff")


def test_a_watchdog_that_is_repeated_every_four_hours_is_not_missed_in_between(desk: Desk) -> None:
    for _ in range(8):
        desk.post("alertmanager", desk.alertmanager("Watchdog", "prometheus-1", severity="none"))
        desk.advance(4 * HOUR)
    assert not desk.records()


def test_the_desks_own_downtime_does_not_open_everything_at_once(desk: Desk) -> None:
    desk.configure(
        heartbeats=tuple(Heartbeat(name=f"job-{n}", period=3600, grace=600, service="erp") for n in range(20)),
        sources=(Source(name="alertmanager", quiet_after=3600),),
    )
    for n in range(20):
        desk.check_in(f"job-{n}")
    desk.fire("RadiusTimeout", "wlc-1")
    desk.advance(10 * MINUTE)
    desk.take_mail()
    desk.down(12 * HOUR)
    before = len(desk.records())
    desk.advance(50 * MINUTE)
    assert len(desk.records()) == before
    for n in range(19):
        desk.check_in(f"job-{n}")
    desk.advance(30 * MINUTE)
    missed = [record for record in desk.records() if "check-in" in record.title]
    assert [record.title for record in missed] == ["No check-in from job-19"]
    desk.take_mail()


def test_a_check_in_that_nobody_waits_for_changes_nothing(desk: Desk) -> None:
    desk.check_in("unknown")
    desk.advance(30 * DAY)
    assert not desk.records()
    desk.take_mail("pm@fernhill.example")
