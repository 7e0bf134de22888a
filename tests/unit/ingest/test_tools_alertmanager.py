"""Alertmanager's particulars: identity by labels, ends in the future, and clients of its API."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.alerts import read_webhook
from ingest.event import Alert, Reading

NOW = datetime(2025, 3, 4, 9, tzinfo=UTC)
LABELS = {"alertname": "Lag", "instance": "db1:9187", "job": "postgres", "severity": "warning"}


def api(**fields: Any) -> Alert:
    """What a client posts to /api/v2/alerts."""
    body = json.dumps([{"labels": LABELS, "annotations": {}, **fields}]).encode()
    (event,) = read_webhook("alertmanager", body, Reading(), at=NOW)
    assert isinstance(event, Alert)
    return event


def webhook(labels: dict[str, str], **fields: Any) -> Alert:
    alert = {"status": "firing", "labels": labels, "annotations": {}, "startsAt": "2025-03-04T08:00:00Z", **fields}
    (event,) = read_webhook("alertmanager", json.dumps({"version": "4", "alerts": [alert]}).encode(), Reading())
    assert isinstance(event, Alert)
    return event


def test_an_end_in_the_future_is_an_expiry() -> None:
    alert = api(startsAt="2025-03-04T08:00:00Z", endsAt=(NOW + timedelta(minutes=4)).isoformat())
    assert (alert.status, alert.ended_at) == ("firing", None)
    assert alert.expires_at == NOW + timedelta(minutes=4)


def test_an_end_that_has_come_is_a_resolve() -> None:
    alert = api(endsAt=(NOW - timedelta(seconds=1)).isoformat())
    assert (alert.status, alert.ended_at, alert.expires_at) == ("resolved", NOW - timedelta(seconds=1), None)


def test_an_alert_of_the_api_without_an_end_holds_for_five_minutes() -> None:
    for ends in ({}, {"endsAt": "0001-01-01T00:00:00.000Z"}, {"endsAt": ""}):
        assert api(**ends).expires_at == NOW + timedelta(minutes=5)


def test_a_webhook_is_not_repeated_and_so_never_expires() -> None:
    assert webhook(LABELS, endsAt=(NOW + timedelta(minutes=4)).isoformat()).expires_at is None


@pytest.mark.parametrize("status", [{}, {"status": "firing"}, {"status": {"state": "active"}}])
@pytest.mark.parametrize("ends", [{}, {"endsAt": NOW.isoformat()}, {"endsAt": (NOW + timedelta(hours=1)).isoformat()}])
@pytest.mark.parametrize("more", [{}, {"annotations": {"summary": "slow"}, "generatorURL": "http://p.example/g"}])
def test_the_fast_way_and_the_careful_way_read_the_same(
    status: dict[str, Any], ends: dict[str, Any], more: dict[str, Any]
) -> None:
    body = json.dumps([{"labels": LABELS, "startsAt": "2025-03-04T08:00:00Z", **status, **ends, **more}] * 2).encode()
    careful = read_webhook("alertmanager", b" " + body, Reading(), at=NOW)

    assert read_webhook("alertmanager", body, Reading(), at=NOW) == careful
    assert len(careful) == 2


def test_the_api_and_the_webhook_name_one_condition() -> None:
    assert api().fingerprint == webhook(LABELS).fingerprint


@pytest.mark.parametrize("changed", [{"severity": "critical"}, {"prometheus_replica": "b"}])
def test_what_changes_with_the_state_is_no_identity(changed: dict[str, str]) -> None:
    assert webhook({**LABELS, **changed}).fingerprint == webhook(LABELS).fingerprint


@pytest.mark.parametrize("changed", [{"instance": "db2:9187"}, {"alertname": "Down"}, {"datname": "orders"}])
def test_what_tells_conditions_apart_is(changed: dict[str, str]) -> None:
    assert webhook({**LABELS, **changed}).fingerprint != webhook(LABELS).fingerprint


@pytest.mark.parametrize("name", ["Watchdog", "DeadMansSwitch"])
def test_a_dead_mans_switch_is_a_heartbeat(name: str) -> None:
    assert webhook({"alertname": name}).kind == "heartbeat"


def test_kube_state_metrics_reports_on_others() -> None:
    labels = {
        "alertname": "Crash",
        "instance": "10.0.0.1:8080",
        "job": "kube-state-metrics",
        "namespace": "shop",
        "pod": "cart-1",
    }
    assert webhook(labels).resource == "cart-1"


def test_a_thousand_alerts_are_read_once_each() -> None:
    alerts = [
        {"status": "firing", "labels": {**LABELS, "instance": f"h{n}"}, "startsAt": "2025-03-04T08:00:00Z"}
        for n in range(1000)
    ]
    events = read_webhook("alertmanager", json.dumps({"version": "4", "alerts": alerts}).encode(), Reading())
    assert len({event.fingerprint for event in events if isinstance(event, Alert)}) == 1000
