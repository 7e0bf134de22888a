"""What users of other tools complain of about silences, maintenance and inhibition, and what happens here instead."""

from datetime import timedelta
from typing import Any

from correlate.declared import Inhibition, Window
from correlate.matchers import parse
from correlate.policy import Service
from tests.behaviour.harness import START, Desk, company_policy

OWNER = "apps@fernhill.example"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def silence(desk: Desk, matchers: str, lasts: timedelta, **more: Any) -> str:
    desk.command("silence-add", "kim", "", matchers=matchers, duration=lasts.total_seconds(), comment="moving", **more)
    return desk.silences()[-1].id


def window(**fields: Any) -> tuple[Window, ...]:
    return (Window(name="weekly", comment="patching", **fields),)


def test_a_silence_keeps_the_mail_away_and_says_who_asked_for_it_and_why(desk: Desk) -> None:
    name = silence(desk, 'alertname="HighErrorRate", instance=~"erp-app-.*"', HOUR)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(5 * MINUTE)
    (record,) = desk.records()
    assert record.muted == name
    (why,) = desk.not_told(record.number)
    assert name in why
    assert "kim" in why
    assert "moving" in why
    desk.resolve("HighErrorRate", "erp-app-1")
    desk.advance(2 * HOUR)
    assert desk.record(record.number).status == "resolved"


def test_what_the_silence_does_not_match_is_told_as_ever(desk: Desk) -> None:
    silence(desk, 'severity="warning"', HOUR)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(5 * MINUTE)
    desk.expect_mail(OWNER, "staff")


def test_my_alert_that_still_fires_when_the_window_ends_is_told_once(desk: Desk) -> None:
    """keep#5257, keep#5321: suppressed for ever."""
    silence(desk, "service=erp", HOUR)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(50 * MINUTE)
    assert desk.outbox_is_empty()
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(15 * MINUTE)
    desk.expect_mail(OWNER, "staff", "HighErrorRate")
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(2 * HOUR)
    (record,) = desk.records()
    assert record.muted is None


def test_of_two_overlapping_windows_the_one_that_ends_later_counts(desk: Desk) -> None:
    """keep#1808, keep#4828."""
    silence(desk, "service=erp", HOUR)
    silence(desk, 'alertname="HighErrorRate"', 3 * HOUR)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(2 * HOUR)
    assert desk.outbox_is_empty()
    desk.advance(90 * MINUTE)
    desk.expect_mail(OWNER, "staff")


def test_the_ok_that_came_during_the_blackout_is_not_lost(desk: Desk) -> None:
    """alerta#176: the alert never closes."""
    silence(desk, "service=erp", HOUR)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(10 * MINUTE)
    desk.resolve("HighErrorRate", "erp-app-1")
    desk.advance(3 * HOUR)
    (record,) = desk.records()
    assert record.status == "resolved"


def test_an_alert_that_no_silence_fits_is_told_though_it_joins_an_incident_that_is_silenced(desk: Desk) -> None:
    silence(desk, 'alertname="HighErrorRate"', 4 * HOUR)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(5 * MINUTE)
    assert desk.outbox_is_empty()
    desk.fire("DataLoss", "erp-app-2")
    desk.advance(MINUTE)
    (record,) = desk.records()
    assert desk.expect_mail(OWNER, "staff").about == record.number
    assert record.muted is None
    desk.advance(5 * HOUR)


def test_another_silenced_alert_of_a_silenced_incident_stays_untold(desk: Desk) -> None:
    silence(desk, 'alertname=~"HighErrorRate|DataLoss"', 4 * HOUR)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(5 * MINUTE)
    desk.fire("DataLoss", "erp-app-2")
    desk.advance(3 * HOUR)
    assert desk.outbox_is_empty()
    (record,) = desk.records()
    assert len(desk.not_told(record.number)) == 1, "the same reason is recorded once"


def test_an_alert_that_outgrows_its_silence_is_told(desk: Desk) -> None:
    silence(desk, 'severity="major"', 4 * HOUR)
    alert = {"id": "erp", "host": "erp-app-1", "title": "ERP slow", "status": "firing"}
    desk.post("generic", {**alert, "severity": "major"})
    desk.advance(5 * MINUTE)
    assert desk.outbox_is_empty()
    desk.post("generic", {**alert, "severity": "critical"})
    desk.advance(MINUTE)
    desk.expect_mail(OWNER, "staff")


def test_ending_a_silence_early_tells_at_once_what_it_held_back(desk: Desk) -> None:
    name = silence(desk, "service=erp", DAY)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(10 * MINUTE)
    desk.command("silence-expire", "kim", name)
    desk.advance(MINUTE)
    desk.expect_mail(OWNER, "staff")


def test_a_silence_survives_a_restart_and_so_does_what_it_holds_back(desk: Desk) -> None:
    """alertmanager#4064, #2229: after a restart what was held back is sent."""
    silence(desk, "service=erp", HOUR)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(10 * MINUTE)
    desk.restart()
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(10 * MINUTE)
    assert desk.outbox_is_empty()
    desk.advance(HOUR)
    desk.expect_mail(OWNER, "staff")


def imported(desk: Desk, name: str, lasts: timedelta, *matchers: tuple[str, str, bool, bool]) -> None:
    """A silence of an Alertmanager, as its API v2 gives it; each matcher has name, value, isRegex and isEqual."""
    given = [dict(zip(("name", "value", "isRegex", "isEqual"), one, strict=True)) for one in matchers]
    desk.command(
        "silence-add", "kim", "", origin_id=name, author="ops", comment="new switches", matchers=given,
        starts_at=desk.now.isoformat(), ends_at=(desk.now + lasts).isoformat(),
    )  # fmt: skip


def test_a_silence_from_alertmanager_means_here_what_it_meant_there(desk: Desk) -> None:
    """Patterns match the whole value, in RE2's syntax; a matcher may ask for what is not so, or for an empty label."""
    imported(
        desk, "a-1", HOUR, ("alertname", r"(?i:HIGH)\pL+|x", True, True), ("instance", r".*-app-[1-2]:\d+", True, True),
        ("severity", "info|warning", True, False), ("team", "", False, True),
    )  # fmt: skip
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(5 * MINUTE)
    assert desk.outbox_is_empty()
    (why,) = desk.not_told(desk.records()[0].number)
    assert "ops: new switches" in why
    desk.fire("HighErrorRate", "erp-app-12")
    desk.advance(MINUTE)
    desk.expect_mail(OWNER, "staff")  # the whole value must fit


def test_a_silence_that_is_taken_over_again_is_changed_and_not_doubled(desk: Desk) -> None:
    imported(desk, "a-1", HOUR, ("alertname", "High.*", True, True))
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(30 * MINUTE)
    imported(desk, "a-1", 2 * HOUR, ("alertname", "High.*", True, True))
    assert len(desk.silences()) == 1
    desk.advance(115 * MINUTE)
    assert desk.outbox_is_empty()
    desk.advance(6 * MINUTE)
    desk.expect_mail(OWNER, "staff")


def test_no_pattern_of_a_silence_can_hang_the_desk(desk: Desk) -> None:
    imported(desk, "a-1", HOUR, ("path", "(a+)+b", True, True))
    desk.post("alertmanager", desk.labelled(alertname="DiskFull", instance="erp-app-1:9100", path="a" * 5000))
    desk.advance(MINUTE)
    desk.expect_mail(OWNER, "staff")
    backwards = [{"name": "a", "value": r"(x)\1", "isRegex": True}]
    said = desk.refused("silence-add", "kim", "", matchers=backwards, duration=60, comment="no")
    assert "cannot be used" in said


def test_a_silence_that_would_match_everything_is_refused(desk: Desk) -> None:
    said = desk.refused("silence-add", "kim", "", matchers='alertname=~".*"', duration=3600, comment="quiet please")
    assert "does not fit everything" in said


def test_a_pattern_that_cannot_be_used_is_refused_with_a_sentence(desk: Desk) -> None:
    said = desk.refused("silence-add", "kim", "", matchers='alertname=~"(a"', duration=3600, comment="typo")
    assert "cannot be used" in said


def test_a_weekly_window_comes_round_again_by_the_wall_clock(desk: Desk) -> None:
    """Half past ten in Berlin is 9:30 UTC in winter and 8:30 in summer."""
    rule = "FREQ=WEEKLY;BYDAY=MO;BYHOUR=10;BYMINUTE=30"
    desk.configure(windows=window(services=("erp",), rule=rule, duration=1800, timezone="Europe/Berlin"))
    in_winter, in_summer = START + 40 * MINUTE, START + 35 * DAY - 25 * MINUTE
    for monday in (in_winter, in_summer):
        desk.advance(monday - desk.now)
        desk.take_mail("pm@fernhill.example")
        desk.fire("HighErrorRate", "erp-app-1")
        desk.advance(15 * MINUTE)
        assert desk.outbox_is_empty()
        desk.advance(15 * MINUTE)
        desk.expect_mail(OWNER, "staff", "HighErrorRate")
        desk.resolve("HighErrorRate", "erp-app-1")
        desk.advance(HOUR)
        desk.expect_mail(OWNER, "staff")


def test_an_announced_change_is_a_maintenance_window_where_that_is_wanted(desk: Desk) -> None:
    desk.configure(change_windows=True)
    desk.change("erp", "new release", START, START + HOUR)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(30 * MINUTE)
    (record,) = desk.records()
    assert "new release" in desk.not_told(record.number)[0]
    desk.advance(HOUR)
    desk.expect_mail(OWNER, "staff")


def test_what_a_dead_host_explains_is_not_told_and_is_told_when_the_host_is_back(desk: Desk) -> None:
    """alertmanager#891, #1153: what was inhibited is sent as resolved, or never told afterwards."""
    rule = Inhibition(
        name="dead hosts", source=parse("alertname=HostDown"), target=parse("alertname!=HostDown"), equal=("instance",)
    )
    services = tuple(
        Service(name=name, owner=f"{name}@fernhill.example", resources=()) for name in ("hosts", "mailing")
    )
    desk.configure(inhibit=(rule,), services=(*company_policy().services, *services))
    desk.post("alertmanager", desk.labelled(alertname="HostDown", instance="box-7:9100", service="hosts"))
    desk.post("alertmanager", desk.labelled(alertname="QueueStuck", instance="box-7:9100", service="mailing"))
    desk.advance(10 * MINUTE)
    desk.expect_mail("hosts@fernhill.example", "staff")
    held = next(record for record in desk.records() if record.service == "mailing")
    (why,) = desk.not_told(held.number)
    assert "HostDown" in why
    desk.post("alertmanager", desk.labelled(ends=True, alertname="HostDown", instance="box-7:9100", service="hosts"))
    desk.advance(30 * MINUTE)
    desk.expect_mail("mailing@fernhill.example", "staff", "QueueStuck")
    desk.take_mail("hosts@fernhill.example")


def test_what_was_inhibited_and_is_over_is_never_told_as_resolved(desk: Desk) -> None:
    rule = Inhibition(
        name="r", source=parse("alertname=HostDown"), target=parse("alertname!=HostDown"), equal=("instance",)
    )
    services = tuple(
        Service(name=name, owner=f"{name}@fernhill.example", resources=()) for name in ("hosts", "mailing")
    )
    desk.configure(inhibit=(rule,), services=(*company_policy().services, *services))
    desk.post("alertmanager", desk.labelled(alertname="HostDown", instance="box-7:9100", service="hosts"))
    desk.post("alertmanager", desk.labelled(alertname="QueueStuck", instance="box-7:9100", service="mailing"))
    desk.advance(10 * MINUTE)
    desk.post(
        "alertmanager", desk.labelled(ends=True, alertname="QueueStuck", instance="box-7:9100", service="mailing")
    )
    desk.advance(HOUR)
    assert not desk.take_mail("mailing@fernhill.example")
    desk.take_mail()


def test_what_was_inhibited_is_not_told_because_the_desk_was_restarted(desk: Desk) -> None:
    """alertmanager#4064, #2229: after a restart an old alert skips the group wait and what inhibits it."""
    rule = Inhibition(
        name="r", source=parse("alertname=HostDown"), target=parse("alertname!=HostDown"), equal=("instance",)
    )
    services = tuple(
        Service(name=name, owner=f"{name}@fernhill.example", resources=()) for name in ("hosts", "mailing")
    )
    desk.configure(inhibit=(rule,), services=(*company_policy().services, *services))
    host = desk.labelled(alertname="HostDown", instance="box-7:9100", service="hosts")
    queue = desk.labelled(alertname="QueueStuck", instance="box-7:9100", service="mailing")
    desk.post("alertmanager", host)
    desk.post("alertmanager", queue)
    desk.restart()
    desk.advance(10 * MINUTE)
    desk.expect_mail("hosts@fernhill.example", "staff")
    desk.down(10 * MINUTE)
    desk.post("alertmanager", queue)
    desk.post("alertmanager", host)
    desk.advance(HOUR)
    assert not desk.take_mail("mailing@fernhill.example")


def test_a_rule_of_which_only_the_target_fires_inhibits_nothing(desk: Desk) -> None:
    """alertmanager#2783."""
    rule = Inhibition(name="r", source=parse("alertname=HostDown"), target=parse("severity=critical"))
    desk.configure(inhibit=(rule,))
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(5 * MINUTE)
    desk.expect_mail(OWNER, "staff")


def test_an_alert_that_fits_both_sides_does_not_inhibit_itself(desk: Desk) -> None:
    rule = Inhibition(name="r", source=parse("severity=critical"), target=parse("service=erp"))
    desk.configure(inhibit=(rule,))
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(5 * MINUTE)
    desk.expect_mail(OWNER, "staff")


def test_nobody_hears_of_a_service_while_what_it_needs_is_known_to_be_down(desk: Desk) -> None:
    desk.fire("ReplicationLag", "pg-orders-1")
    desk.advance(3 * HOUR)
    desk.expect_mail("platform@fernhill.example", "staff")
    desk.fire("ReplicationLag", "pg-orders-1")
    desk.fire("NightlyLoadLate", "bi-1")
    desk.advance(10 * MINUTE)
    reporting = next(record for record in desk.records() if record.service == "reporting")
    assert "orders-db" in desk.not_told(reporting.number)[0]
    desk.resolve("ReplicationLag", "pg-orders-1")
    desk.advance(30 * MINUTE)
    desk.expect_mail("platform@fernhill.example")
    desk.expect_mail("business-apps@fernhill.example", "staff")


def test_what_needs_it_by_way_of_others_is_held_back_too_but_not_what_began_before_it(desk: Desk) -> None:
    """warehouse-scanners need erp, which needs orders-db, which needs storage."""
    desk.configure(repeat_interval=6 * 3600, problem_managers=())
    desk.fire("ScannerOffline", "scan-gw-1")
    desk.advance(5 * MINUTE)
    scanners = desk.take_mail()[0].about
    desk.fire("StorageDown", "san-01")
    desk.advance(3 * HOUR)
    desk.expect_mail("platform@fernhill.example", "staff", "is open")
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(2 * HOUR)
    erp = next(record for record in desk.records() if record.service == "erp")
    assert "storage" in desk.not_told(erp.number)[0]
    desk.restart()
    desk.advance(50 * MINUTE)
    desk.take_mail("platform@fernhill.example")
    assert desk.outbox_is_empty()
    desk.advance(30 * MINUTE)
    assert [mail.about for mail in desk.take_mail() if mail.to != "platform@fernhill.example"] == [scanners]
    desk.resolve("StorageDown", "san-01")
    desk.advance(10 * MINUTE)
    desk.expect_mail(OWNER, "staff", "is open")
    desk.take_mail("platform@fernhill.example")


def test_the_longer_of_two_silences_may_be_ended_and_the_other_holds_on(desk: Desk) -> None:
    longer = silence(desk, "service=erp", 3 * HOUR)
    shorter = silence(desk, 'alertname="HighErrorRate"', 2 * HOUR)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(5 * MINUTE)
    desk.command("silence-expire", "kim", longer)
    desk.advance(HOUR)
    assert desk.outbox_is_empty()
    (record,) = desk.records()
    assert record.muted == shorter
    assert [why.split()[0] for why in desk.not_told(record.number)] == [longer, shorter]
    desk.advance(HOUR)
    desk.expect_mail(OWNER, "staff")
