"""Tools that page through Alertmanager, PagerDuty or Opsgenie send to the desk, and notice no difference."""

from datetime import timedelta
from typing import Any

import msgspec

from ingest.event import Draft
from ingest.tools import opsgenie, pagerduty
from tests.behaviour.harness import Desk

OWNER = "apps@fernhill.example"
RESEND = timedelta(minutes=1)


def prometheus_sends(desk: Desk, *, over: bool = False, began: timedelta = timedelta()) -> None:
    """What Prometheus posts each minute while an alert fires, and for a while after: no status, only an end."""
    ends = desk.now if over else desk.now + 4 * RESEND
    labels = {"alertname": "HighErrorRate", "instance": "erp-app-1:9100", "severity": "critical"}
    alert = {"labels": labels, "annotations": {}, "startsAt": "2026-03-02T08:59:00Z", "endsAt": ends.isoformat()}
    desk.post("alertmanager", [alert])


def call(desk: Desk, hook: str, body: dict[str, Any], **envelope: str) -> None:
    """A call that says something in its path, as the door puts it into the journal."""
    known = {"tool": hook, "hook": hook, "content_type": "application/json", **envelope}
    desk._accept(Draft(kind="webhook", route=f"hook:{hook}", envelope=known, body=msgspec.json.encode(body)))


def statuses(desk: Desk) -> list[str]:
    return [record.status for record in desk.records()]


def test_an_alert_that_prometheus_repeats_stays_one_incident_and_ends_when_it_says_so(desk: Desk) -> None:
    for _ in range(20):
        prometheus_sends(desk)
        desk.advance(RESEND)
    desk.expect_mail(OWNER, "staff", "HighErrorRate")
    assert statuses(desk) == ["new"]
    for _ in range(15):
        prometheus_sends(desk, over=True)
        desk.advance(RESEND)
    assert statuses(desk) == ["resolved"]
    desk.expect_mail(OWNER)


def test_an_alert_that_is_no_longer_repeated_is_over_at_its_end(desk: Desk) -> None:
    for _ in range(3):
        prometheus_sends(desk)
        desk.advance(RESEND)
    desk.expect_mail(OWNER, "staff")
    desk.advance(timedelta(hours=1))
    assert statuses(desk) == ["resolved"]
    desk.expect_mail(OWNER)


def test_an_alert_that_was_not_repeated_in_time_goes_on_in_the_same_incident(desk: Desk) -> None:
    """Prometheus was away, or the desk was; the alert never stopped and says so by its start."""
    prometheus_sends(desk)
    desk.advance(timedelta(minutes=4, seconds=10))
    prometheus_sends(desk)
    desk.advance(RESEND)
    prometheus_sends(desk)
    desk.advance(RESEND)
    desk.expect_mail(OWNER, "staff")
    assert statuses(desk) == ["new"]


def test_a_pagerduty_event_is_acknowledged_and_resolved_by_its_key(desk: Desk) -> None:
    event = {"event_action": "trigger", "dedup_key": "disk", "payload": {"summary": "Disk", "source": "erp-app-1"}}
    call(desk, "pagerduty", event)
    desk.advance(timedelta(minutes=5))
    desk.expect_mail(OWNER, "staff", "Disk")
    call(desk, "pagerduty", {"event_action": "acknowledge", "dedup_key": "disk"})
    call(desk, "pagerduty", {"event_action": "resolve", "dedup_key": "disk"})
    desk.advance(timedelta(minutes=30))
    assert statuses(desk) == ["resolved"]
    desk.expect_mail(OWNER)


def test_a_pagerduty_change_event_is_a_change(desk: Desk) -> None:
    payload = {"summary": "Release 7", "source": "erp", "timestamp": desk.now.isoformat()}
    call(desk, "pagerduty", {"payload": payload}, call="pagerduty.change")
    assert desk.records() == []
    assert desk.quarantine() == []


def test_an_acknowledgement_that_is_taken_back_counts_no_more_and_a_repeat_takes_none_back(desk: Desk) -> None:
    disk = {"message": "Disk", "alias": "disk", "entity": "erp-app-1", "priority": "P1"}
    about_it = {"identifier": "disk", "identifier_type": "alias"}
    call(desk, "opsgenie", disk)
    desk.advance(timedelta(minutes=5))
    number = desk.expect_mail(OWNER, "staff").about or ""
    call(desk, "opsgenie", {}, call="opsgenie.Acknowledge", **about_it)
    call(desk, "opsgenie", disk)
    assert desk.condition_of(number).status == "acknowledged"
    call(desk, "opsgenie", {}, call="opsgenie.UnAcknowledge", **about_it)
    assert desk.condition_of(number).status == "firing"
    event = {"event": {"event_type": "incident.unacknowledged", "data": {"id": "P1", "title": "Disk", "status": "x"}}}
    assert pagerduty.parse(event)[0].released


def test_an_opsgenie_alert_is_closed_by_its_alias_or_by_the_id_that_the_desk_gave(desk: Desk) -> None:
    call(desk, "opsgenie", {"message": "Disk", "alias": "disk", "entity": "erp-app-1", "priority": "P1"})
    unnamed = {"message": "Queue", "entity": "erp-app-1", "priority": "P1"}
    call(desk, "opsgenie", unnamed)
    desk.advance(timedelta(minutes=5))
    told = desk.expect_mail(OWNER, "staff")
    assert desk.firing(told.about or "") == 2
    call(desk, "opsgenie", {}, call="opsgenie.Close", identifier="disk", identifier_type="alias")
    assert desk.firing(told.about or "") == 1
    given = opsgenie.parse(unnamed)[0].fingerprint
    call(desk, "opsgenie", {}, call="opsgenie.Close", identifier=given, identifier_type="id")
    assert desk.firing(told.about or "") == 0
    desk.advance(timedelta(minutes=30))
    assert statuses(desk) == ["resolved"]
    desk.expect_mail(OWNER)
