"""What users of other tools complain of about alerts and their incidents, and what happens here instead."""

from datetime import timedelta
from typing import Any

import pytest

from correlate.declared import Source
from desk.web.queries.earlier import earlier
from tests.behaviour.harness import START, Desk

OWNER = "apps@fernhill.example"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def statuses(desk: Desk) -> list[str]:
    return [record.status for record in desk.records()]


# --- pains -----------------------------------------------------------------------------------------------------------


def test_the_same_post_twice_and_a_mail_server_that_failed_give_one_mail(desk: Desk) -> None:
    """alertmanager#2222, #1005, #1550, #4152, #3865, #2447: duplicates after failed attempts and after the resolve."""
    body = desk.alertmanager("HighErrorRate", "erp-app-1", starts=START)
    desk.mail_server_is_down(True)
    desk.post("alertmanager", body)
    desk.post("alertmanager", body)
    desk.advance(5 * MINUTE)
    desk.mail_server_is_down(False)
    desk.advance(HOUR)
    desk.expect_mail(OWNER, "staff")
    over = desk.alertmanager("HighErrorRate", "erp-app-1", starts=START, ends=desk.now)
    desk.post("alertmanager", over)
    desk.advance(HOUR)
    desk.post("alertmanager", over)
    desk.advance(HOUR)
    desk.expect_mail(OWNER, "staff")


def test_one_green_member_does_not_resolve_the_others_and_the_list_of_resolved_ones_does_not_grow(desk: Desk) -> None:
    """grafana#66203, #42683, #37802: a member's status counts, not the group's."""
    alerts = [desk.alertmanager_alert("HighErrorRate", f"erp-app-{n}", starts=START) for n in (1, 2, 3)]
    desk.post("alertmanager", desk.alertmanager_group(alerts))
    desk.advance(5 * MINUTE)
    number = desk.expect_mail(OWNER, "staff").about
    green = desk.alertmanager_alert("HighErrorRate", "erp-app-1", starts=START, ends=desk.now)
    desk.post("alertmanager", desk.alertmanager_group([green, *alerts[1:]]))
    desk.advance(HOUR)
    assert desk.firing(number) == 2
    assert desk.record(number).status == "new"


def test_a_source_without_resolve_events_ends_by_its_lifetime(desk: Desk) -> None:
    """oncall#2335, #5091: duplicate groups that nothing ever resolves."""
    desk.configure(sources=(Source(name="alertmanager", lifetime=1800),))
    for _ in range(4):
        desk.fire("HighErrorRate", "erp-app-1")
        desk.advance(20 * MINUTE)
    assert statuses(desk) == ["new"]
    desk.advance(20 * MINUTE)
    assert statuses(desk) == ["resolved"]
    desk.advance(HOUR)
    desk.take_mail(OWNER)


def test_what_cron_mails_once_ends_by_the_lifetime_of_its_tool(desk: Desk) -> None:
    """oncall#2335, by mail: a job that failed never writes that all is well again."""
    desk.configure(sources=(Source(name="cron", lifetime=6 * 3600),))
    desk.mail(
        "root@erp-app-1.fernhill.example", "Cron <root@erp-app-1> /usr/local/bin/backup.sh",
        "backup.sh: error: cannot write to /mnt/backup: No space left on device", auto_submitted="auto-generated",
        headers={"X-Cron-Env": "<SHELL=/bin/sh>"},
    )  # fmt: skip
    desk.advance(5 * HOUR)
    assert statuses(desk) == ["new"]
    desk.advance(2 * HOUR)
    assert statuses(desk) == ["resolved"]
    desk.take_mail(OWNER)


def test_a_group_of_more_than_five_hundred_alerts_resolves_as_well(desk: Desk) -> None:
    """oncall#1779."""
    names = [f"Check{n}" for n in range(600)]
    desk.post("alertmanager", desk.alertmanager_group([desk.alertmanager_alert(n, "erp-app-1") for n in names]))
    desk.advance(5 * MINUTE)
    ends = desk.now
    desk.post(
        "alertmanager", desk.alertmanager_group([desk.alertmanager_alert(n, "erp-app-1", ends=ends) for n in names])
    )
    desk.advance(HOUR)
    assert statuses(desk) == ["resolved"]
    assert len(desk.take_mail(OWNER)) == 2


def test_alerts_of_one_trouble_attach_to_the_first_and_only_the_first_notifies(desk: Desk) -> None:
    """keep#2776, #4318, #6567: one-alert incidents; identity and relation are two keys."""
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(2 * MINUTE)
    desk.expect_mail(OWNER, "staff")
    for n, host in enumerate(("erp-app-2", "erp-app-3", "pg-orders-1")):
        desk.fire(f"Symptom{n}", host)
        desk.advance(MINUTE)
    (record,) = desk.records()
    assert desk.firing(record.number) == 4


def test_a_lone_blip_of_low_severity_opens_nothing_and_one_that_goes_on_for_hours_does(desk: Desk) -> None:
    """keep#2776, #4318: one incident for every alert that comes and goes by itself."""

    def warning(name: str, *, ends: bool = False) -> None:
        labels = {"alertname": name, "instance": "erp-app-1:9100", "severity": "warning"}
        desk.post("alertmanager", desk.labelled(ends=ends, **labels))

    warning("SlowDisk")
    desk.advance(2 * MINUTE)
    warning("SlowDisk", ends=True)
    desk.advance(HOUR)
    assert desk.records() == []
    warning("SlowQueue")
    desk.advance(2 * HOUR)
    assert desk.records() == [], "such alerts have come and gone by themselves here"
    for _ in range(3):
        warning("SlowQueue")
        desk.advance(2 * HOUR)
    assert [record.title for record in desk.records()] == ["SlowQueue"]
    desk.expect_mail(OWNER, "staff", "SlowQueue")


def test_a_warning_and_a_critical_rule_of_one_resource_do_not_close_and_reopen_each_other(desk: Desk) -> None:
    """alerta#344."""
    rule = {"alertname": "DiskFull", "instance": "erp-app-1:9100"}
    desk.post("alertmanager", desk.labelled(**rule, severity="warning"))
    desk.advance(10 * MINUTE)
    desk.post("alertmanager", desk.labelled(**rule, severity="critical"))
    desk.advance(10 * MINUTE)
    desk.take_mail(OWNER)
    assert [record.priority for record in desk.records()] == ["P1"]
    for _ in range(3):
        desk.post("alertmanager", desk.labelled(ends=True, **rule, severity="critical"))
        desk.advance(20 * MINUTE)
        assert statuses(desk) == ["new"]
        desk.post("alertmanager", desk.labelled(**rule, severity="warning"))
        desk.advance(20 * MINUTE)
        desk.post("alertmanager", desk.labelled(**rule, severity="critical"))
        desk.advance(20 * MINUTE)
    assert desk.outbox_is_empty()
    desk.post("alertmanager", desk.labelled(ends=True, **rule, severity="critical"))
    desk.post("alertmanager", desk.labelled(ends=True, **rule, severity="warning"))
    desk.advance(HOUR)
    assert statuses(desk) == ["resolved"]
    desk.expect_mail(OWNER, "staff")


def test_every_alert_of_an_incident_says_why_it_is_there(desk: Desk) -> None:
    """keep#5196: correlated incidents are not explained."""
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(MINUTE)
    desk.fire("ConnectionsExhausted", "pg-orders-1")
    desk.advance(5 * MINUTE)
    (record,) = desk.records()
    why = desk.reasons(record.number)
    assert any("which it depends on" in sentence for sentence in why)
    desk.take_mail()


def test_an_incident_shows_what_was_like_it_before_and_what_helped_then(desk: Desk) -> None:
    """keep#2056, pagerduty-mcp#21: past similar incidents and their notes are not shown."""

    def over(name: str, host: str, resolution: str | None) -> str:
        desk.fire(name, host)
        desk.advance(5 * MINUTE)
        number = desk.records()[-1].number
        if resolution:
            desk.command("resolve", "kim", number, resolution=resolution)
        desk.resolve(name, host)
        desk.advance(DAY)
        return number

    helped = over("HighErrorRate", "erp-app-1", "Restarted the connection pool.")
    unsaid = over("HighErrorRate", "erp-app-1", None)
    over("ConnectionsExhausted", "pg-orders-1", "Raised the limit.")
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(5 * MINUTE)
    with desk.database.connect() as connection:
        shown = earlier(connection, desk.records()[-1])
    assert [(one.number, one.resolution) for one in shown] == [
        (helped, "Restarted the connection pool."),
        (unsaid, None),
    ]
    assert shown[0].alike == ("the same trouble", "the same resource")
    desk.take_mail()


# --- defects of others -----------------------------------------------------------------------------------------------


def test_an_alert_without_any_identity_of_its_own_is_still_found_again_by_its_end(desk: Desk) -> None:
    """An empty grouping key becomes a random one elsewhere, and nothing can ever resolve it."""
    begin = {"title": "Backup failed", "resource": "erp-app-1", "severity": "critical", "status": "firing"}
    desk.post("generic", begin)
    desk.post("generic", begin)
    desk.advance(5 * MINUTE)
    desk.expect_mail(OWNER, "staff")
    desk.post("generic", {**begin, "status": "resolved"})
    desk.advance(HOUR)
    assert statuses(desk) == ["resolved"]
    desk.expect_mail(OWNER, "staff")


def test_the_same_check_on_two_hosts_are_two_conditions(desk: Desk) -> None:
    """Without identity fields the alert's name is the identity elsewhere."""
    desk.fire("HighErrorRate", "erp-app-1")
    desk.fire("HighErrorRate", "erp-app-2")
    desk.advance(5 * MINUTE)
    (record,) = desk.records()
    assert desk.firing(record.number) == 2
    desk.take_mail()


def test_the_alerts_own_label_counts_and_not_the_groups(desk: Desk) -> None:
    post = desk.alertmanager("HighErrorRate", "erp-app-1")
    post["commonLabels"] = {"instance": "pbx-1:9100", "severity": "info"}
    desk.post("alertmanager", post)
    desk.advance(5 * MINUTE)
    (record,) = desk.records()
    assert (record.service, record.resource) == ("erp", "erp-app-1:9100")
    desk.take_mail()


def test_instances_of_one_signal_are_kept_apart_by_what_they_are_about(desk: Desk) -> None:
    """Elsewhere all instances of a signal within an hour are one case, whatever they are about."""
    desk.fire("Unreachable", "pbx-1")
    desk.fire("Unreachable", "prn-hq")
    desk.advance(5 * MINUTE)
    assert len(desk.records()) == 2
    desk.take_mail()


# --- the lifecycle ---------------------------------------------------------------------------------------------------


def posted(desk: Desk, until: timedelta) -> list[dict[str, Any]]:
    """What Prometheus posts to an Alertmanager: no status, and an end somewhat in the future."""
    return [
        {
            "labels": {"alertname": "HighErrorRate", "instance": "erp-app-1:9100", "severity": "critical"},
            "startsAt": START.isoformat(),
            "endsAt": (desk.now + until).isoformat(),
        }
    ]


def test_what_prometheus_repeats_goes_on_and_what_it_does_not_repeat_is_over_at_its_end(desk: Desk) -> None:
    for _ in range(10):
        desk.post("alertmanager", posted(desk, 4 * MINUTE))
        desk.advance(MINUTE)
    last = desk.now - MINUTE
    assert statuses(desk) == ["new"]
    desk.restart()
    desk.advance(2 * MINUTE)
    (record,) = desk.records()
    assert desk.firing(record.number) == 1
    desk.advance(2 * MINUTE)
    assert desk.firing(record.number) == 0
    assert desk.condition_of(record.number).resolved_at == last + 4 * MINUTE
    desk.advance(HOUR)
    assert statuses(desk) == ["resolved"]
    desk.take_mail(OWNER)


def prometheus_goes_on(desk: Desk, minutes: int) -> None:
    for _ in range(minutes):
        desk.post("alertmanager", posted(desk, 4 * MINUTE))
        desk.advance(MINUTE)


def test_what_prometheus_goes_on_to_repeat_after_it_was_away_is_the_same_incident_again(desk: Desk) -> None:
    """Prometheus was started anew, after it had repeated the alert for a while."""
    prometheus_goes_on(desk, 10)
    number = desk.expect_mail(OWNER, "staff").about
    desk.advance(6 * MINUTE)
    assert desk.firing(number) == 0
    prometheus_goes_on(desk, 30)
    assert desk.firing(number) == 1
    assert statuses(desk) == ["new"]


def test_the_desks_own_downtime_ends_no_alert(desk: Desk) -> None:
    """alertmanager#4064, #2229: after a restart what went on all the time is told as over, or anew."""
    prometheus_goes_on(desk, 10)
    number = desk.expect_mail(OWNER, "staff").about
    desk.down(40 * MINUTE)
    desk.advance(30 * timedelta(seconds=1))
    assert desk.firing(number) == 1
    prometheus_goes_on(desk, 30)
    assert statuses(desk) == ["new"]
    desk.advance(HOUR)
    desk.expect_mail(OWNER, "staff", "resolved")  # now Prometheus is silent, and the desk is not


def test_a_lifetime_does_not_run_while_the_desk_is_down(desk: Desk) -> None:
    desk.configure(sources=(Source(name="alertmanager", lifetime=1800),))
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(10 * MINUTE)
    number = desk.expect_mail(OWNER, "staff").about
    desk.down(2 * HOUR)
    desk.advance(15 * MINUTE)
    assert desk.firing(number) == 1
    desk.advance(10 * MINUTE)
    assert desk.firing(number) == 0
    desk.fire("HighErrorRate", "erp-app-1")  # it went on after all
    desk.advance(MINUTE)
    assert desk.firing(number) == 1


def test_an_unknown_state_changes_nothing(desk: Desk) -> None:
    alarm = {"title": "CPU", "resource": "erp-app-1", "severity": "critical", "status": "firing", "id": "cpu-1"}
    desk.post("generic", alarm)
    desk.advance(5 * MINUTE)
    number = desk.expect_mail(OWNER, "staff").about
    desk.post("generic", {**alarm, "status": "INSUFFICIENT_DATA"})
    desk.advance(HOUR)
    assert desk.firing(number) == 1


@pytest.mark.parametrize("severity", ["warning", "critical"])
def test_an_acknowledged_alert_fires_again_only_when_it_gets_worse(desk: Desk, severity: str) -> None:
    alarm = {"title": "CPU", "resource": "erp-app-1", "severity": "warning", "status": "firing", "id": "cpu-1"}
    desk.post("generic", alarm)
    desk.advance(10 * MINUTE)
    desk.post("generic", {**alarm, "status": "acknowledged"})
    desk.advance(MINUTE)
    desk.post("generic", {**alarm, "severity": severity})
    desk.advance(10 * MINUTE)
    (record,) = desk.records()
    assert desk.condition_of(record.number).status == ("firing" if severity == "critical" else "acknowledged")
    desk.take_mail()
