"""Payloads on which other programs stumble, posted to a whole desk."""

from datetime import timedelta

from tests.behaviour.harness import Desk

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_datadogs_default_payload_is_read_also_without_the_tag_monitor(desk: Desk) -> None:
    """Elsewhere a list that does not hold "monitor" ends the reader."""
    body = {
        "id": "1", "title": "[Triggered on {host:erp-app-1}] Latency", "event_type": "query_alert_monitor",
        "alert_type": "error", "alert_transition": "Triggered", "monitor_id": "77", "scope": "host:erp-app-1",
        "tags": "env:prod", "priority": "P1",
    }  # fmt: skip
    desk.post("datadog", body)
    desk.advance(5 * MINUTE)
    (record,) = desk.records()
    assert record.service == "erp"
    assert not desk.quarantine()
    desk.take_mail()


def test_every_occurrence_of_one_sentry_issue_is_one_condition_and_its_resolve_ends_it(desk: Desk) -> None:
    """Elsewhere the id of the event is the identity, and every occurrence a new alert."""

    def issue(event: str, action: str, status: str) -> dict[str, object]:
        return {
            "action": action,
            "data": {
                "issue": {
                    "id": "4401", "title": "KeyError: price", "culprit": "shop.cart in total", "level": "error",
                    "status": status, "project": {"id": "9", "name": "shop", "slug": "shop"}, "shortId": "SHOP-1",
                },
                "event": {"event_id": event},
            },
        }  # fmt: skip

    for n in range(5):
        desk.post("sentry", issue(f"e{n}", "created", "unresolved"))
        desk.advance(3 * MINUTE)
    (record,) = desk.records()
    assert desk.firing(record.number) == 1
    desk.post("sentry", issue("e9", "resolved", "resolved"))
    desk.advance(HOUR)
    assert desk.record(record.number).status == "resolved"
    desk.take_mail()


def test_identities_are_joined_with_a_separator(desk: Desk) -> None:
    """Elsewhere "ab" + "c" is "a" + "bc"."""
    desk.post("alertmanager", desk.labelled(alertname="ab", instance="cerp-app-1"))
    desk.post("alertmanager", desk.labelled(alertname="abc", instance="erp-app-1"))
    desk.advance(5 * MINUTE)
    assert sum(desk.firing(record.number) for record in desk.records()) == 2
    desk.take_mail()


def test_a_subscription_is_asked_for_and_opens_nothing(desk: Desk) -> None:
    """Elsewhere the URL in it is fetched, whoever sent it, or an alert opens."""
    desk.post(
        "cloudwatch",
        {
            "Type": "SubscriptionConfirmation", "MessageId": "1", "Token": "t",
            "TopicArn": "arn:aws:sns:eu-central-1:111122223333:desk",
            "SubscribeURL": "http://169.254.169.254/latest/meta-data/", "Message": "You have chosen to subscribe",
            "Timestamp": "2025-03-04T09:00:01Z", "SignatureVersion": "1", "Signature": "x",
            "SigningCertURL": "http://localhost/cert.pem",
        },
    )  # fmt: skip
    desk.advance(HOUR)
    assert not desk.records()


def test_a_matcher_with_parentheses_means_what_it_says(desk: Desk) -> None:
    """Elsewhere a rule is taken apart at ") || (", whatever stands around it."""
    matchers = 'alertname=~"((High)||(Low))ErrorRate", instance=~"(erp-app-1:9100)||(x)"'
    desk.command("silence-add", "kim", "", matchers=matchers, duration=3600, comment="both")
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(5 * MINUTE)
    assert desk.outbox_is_empty()
    desk.fire("HighErrorRate", "erp-app-2")
    desk.advance(HOUR)
    assert len(desk.take_mail()) == 1


def test_every_event_of_one_graylog_definition_on_one_host_is_one_condition(desk: Desk) -> None:
    """Elsewhere the id of the event is the identity: nothing is ever a repeat, and nothing can be resolved."""
    for number in range(5):
        event = {
            "id": f"01H{number}", "event_definition_id": "def-1", "timestamp": "2026-03-02T09:00:00.000Z",
            "message": "Too many errors", "source": "erp-app-1", "priority": 3, "alert": True,
            "fields": {"host": "erp-app-1"}, "key_tuple": [], "key": None,
        }  # fmt: skip
        desk.post("graylog", {"event_definition_id": "def-1", "event_definition_title": "Too many errors",
                              "event": event, "backlog": []})  # fmt: skip
        desk.advance(timedelta(minutes=1))
    assert desk.expect_mail("apps@fernhill.example", "staff").about == desk.records()[0].number
    assert desk.firing(desk.records()[0].number) == 1


def test_every_alert_of_one_wazuh_rule_on_one_agent_is_one_condition(desk: Desk) -> None:
    for number in range(5):
        desk.post(
            "wazuh",
            {
                "timestamp": "2026-03-02T09:00:00.000+0000", "id": f"1772442000.{number}",
                "rule": {"id": "5712", "level": 12, "description": "sshd: brute force", "groups": ["sshd"]},
                "agent": {"id": "007", "name": "erp-app-1", "ip": "10.1.1.7"}, "manager": {"name": "wazuh"},
                "full_log": f"Failed password {number}", "location": "/var/log/auth.log",
            },
        )  # fmt: skip
        desk.advance(timedelta(minutes=1))
    assert desk.expect_mail("apps@fernhill.example", "staff").about == desk.records()[0].number
    assert desk.firing(desk.records()[0].number) == 1


def test_a_checkmk_service_is_one_condition_whatever_its_notification_number_and_its_ok_ends_it(desk: Desk) -> None:
    for number, state in enumerate(("CRITICAL", "CRITICAL", "OK"), 1):
        desk.post(
            "checkmk",
            {
                "NOTIFY_HOSTNAME": "erp-app-1", "NOTIFY_SERVICEDESC": "Filesystem /", "NOTIFY_SERVICESTATE": state,
                "NOTIFY_NOTIFICATIONTYPE": "RECOVERY" if state == "OK" else "PROBLEM", "NOTIFY_WHAT": "SERVICE",
                "NOTIFY_SERVICENOTIFICATIONNUMBER": str(number), "NOTIFY_SERVICEPROBLEMID": str(4711 + number),
                "NOTIFY_SERVICEOUTPUT": "98.1% used",
            },
        )  # fmt: skip
        desk.advance(timedelta(minutes=1))
    number = desk.expect_mail("apps@fernhill.example", "staff").about
    assert desk.condition_of(number).status == "resolved"
    desk.advance(timedelta(hours=1))
    desk.expect_mail("apps@fernhill.example", "staff", "resolved")


def test_each_member_of_a_grafana_group_has_its_own_status_and_title(desk: Desk) -> None:
    """Elsewhere every member gets the status and the title of its group."""

    def member(name: str, host: str, status: str) -> dict[str, object]:
        return {
            "status": status, "labels": {"alertname": name, "instance": host, "severity": "critical"},
            "annotations": {"summary": f"{name} on {host}"}, "startsAt": "2026-03-02T09:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z" if status == "firing" else "2026-03-02T09:03:00Z", "values": {},
            "fingerprint": f"{name}{host}",
        }  # fmt: skip

    def group(*alerts: dict[str, object]) -> dict[str, object]:
        return {
            "receiver": "desk", "status": "firing", "orgId": 1, "title": "[FIRING:1, RESOLVED:1] ERP (all of it)",
            "state": "alerting", "message": "**Firing**", "groupLabels": {}, "commonLabels": {},
            "commonAnnotations": {}, "externalURL": "http://grafana.fernhill.example/", "version": "1",
            "groupKey": "{}:{}", "truncatedAlerts": 0, "alerts": list(alerts),
        }  # fmt: skip

    desk.post("grafana", group(member("Latency", "erp-app-1", "firing"), member("Errors", "erp-app-2", "firing")))
    desk.advance(4 * MINUTE)
    number = desk.expect_mail("apps@fernhill.example", "staff").about
    desk.post("grafana", group(member("Latency", "erp-app-1", "firing"), member("Errors", "erp-app-2", "resolved")))
    desk.advance(HOUR)
    assert desk.firing(number) == 1
    assert desk.record(number).status == "new"
    assert "all of it" not in desk.record(number).title


def test_the_same_check_of_a_tool_without_labels_on_two_hosts_are_two_and_end_apart(desk: Desk) -> None:
    """Elsewhere the name of the monitor is the identity, and the second host's end is the first one's."""

    def beat(monitor: int, host: str, up: int) -> dict[str, object]:
        return {
            "heartbeat": {"monitorID": monitor, "status": up, "time": "2026-03-02 09:00:00", "msg": "timeout"},
            "monitor": {"id": monitor, "name": "HTTP", "hostname": host, "type": "http", "url": f"http://{host}/"},
            "msg": f"[HTTP] [{'Up' if up else 'Down'}] timeout",
        }  # fmt: skip

    for monitor, host in ((1, "erp-app-1"), (2, "erp-app-2")):
        desk.post("uptime_kuma", beat(monitor, host, 0))
    desk.advance(5 * MINUTE)
    number = desk.expect_mail("apps@fernhill.example", "staff").about
    assert desk.firing(number) == 2
    desk.post("uptime_kuma", beat(2, "erp-app-2", 1))
    desk.advance(HOUR)
    assert desk.firing(number) == 1
