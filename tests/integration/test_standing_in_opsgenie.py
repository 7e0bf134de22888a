"""The desk in Opsgenie's place, asked by Opsgenie's own Python client."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import opsgenie_sdk
import pytest

from tests.integration.running_desk import RunningDesk, a_desk, until

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.waits]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    with a_desk(tmp_path) as desk:
        yield desk


def client(desk: RunningDesk, key: str) -> opsgenie_sdk.AlertApi:
    settings = opsgenie_sdk.Configuration()
    settings.host = f"http://127.0.0.1:{desk.http_port}"
    settings.api_key["Authorization"] = key
    settings.retry_enabled = False
    return opsgenie_sdk.AlertApi(api_client=opsgenie_sdk.ApiClient(configuration=settings))


def create(alerts: opsgenie_sdk.AlertApi, **fields: object) -> opsgenie_sdk.Alert:
    """Create an alert, and give it back as it is then."""
    made = alerts.create_alert(opsgenie_sdk.CreateAlertPayload(**fields))
    done = until(lambda: (found := alerts.get_request_status(made.request_id).data).is_success and found)
    return alerts.get_alert(done.alert_id).data


def carried_out(alerts: opsgenie_sdk.AlertApi, made: opsgenie_sdk.SuccessResponse) -> None:
    until(lambda: alerts.get_request_status(made.request_id).data.is_success)


def test_an_alert_is_given_back_with_everything_that_it_was_created_with(desk: RunningDesk) -> None:
    key = desk.hook("opsgenie")
    desk.start()
    alerts = client(desk, key)
    made = create(
        alerts,
        message="Disk almost full", alias="disk erp/app-1", description="91 % of /var is used", entity="erp-app-1",
        source="check-disk", priority="P2", tags=["erp", "disk, var"], details={"used": "91", "mount": "/var"},
        actions=["Restart"], user="ada@fernhill.example", note="Second time this week",
        responders=[{"type": "team", "name": "apps"}, {"type": "user", "username": "bo@fernhill.example"}],
    )  # fmt: skip
    assert (made.message, made.alias, made.description) == (
        "Disk almost full",
        "disk erp/app-1",
        "91 % of /var is used",
    )
    assert (made.entity, made.source, made.priority, made.status) == ("erp-app-1", "check-disk", "P2", "open")
    assert (made.tags, made.actions) == (["erp", "disk, var"], ["Restart"])
    assert made.details == {"used": "91", "mount": "/var"}
    assert (made.acknowledged, made.snoozed, made.count, made.integration.type) == (False, False, 1, "API")
    assert [one.type for one in made.responders] == ["team", "user"]

    for identifier, kind in ((made.id, "id"), ("disk erp/app-1", "alias"), (made.tiny_id, "tiny")):
        assert alerts.get_alert(identifier, identifier_type=kind).data.id == made.id
    (listed,) = alerts.list_alerts().data
    assert (listed.id, listed.tags, listed.message) == (made.id, made.tags, made.message)
    (note,) = alerts.list_notes(made.id).data
    assert (note.note, note.owner) == ("Second time this week", "ada@fernhill.example")
    with pytest.raises(opsgenie_sdk.exceptions.ApiException, match="not found"):
        alerts.get_alert("never created", identifier_type="alias")


def test_what_is_done_to_an_alert_shows_in_it_whichever_way_it_is_named(desk: RunningDesk) -> None:
    key = desk.hook("opsgenie")
    desk.start()
    alerts = client(desk, key)
    made = create(alerts, message="Queue is stuck", alias="queue", entity="erp-queue", priority="P1", tags=["erp"])
    same = create(alerts, message="Queue is stuck", alias="queue", entity="erp-queue", priority="P1")
    assert (same.id, same.count, same.tags) == (made.id, 2, ["erp"])

    carried_out(
        alerts, alerts.add_tags("queue", opsgenie_sdk.AddTagsToAlertPayload(tags=["night"]), identifier_type="alias")
    )
    details = opsgenie_sdk.AddDetailsToAlertPayload(details={"runbook": "R7"})
    carried_out(alerts, alerts.add_details(made.id, details))
    carried_out(alerts, alerts.remove_tags(made.tiny_id, ["erp"], identifier_type="tiny"))
    carried_out(
        alerts, alerts.add_note("queue", opsgenie_sdk.AddNoteToAlertPayload(note="Looking"), identifier_type="alias")
    )
    taken = opsgenie_sdk.AcknowledgeAlertPayload(user="ada@fernhill.example")
    carried_out(alerts, alerts.acknowledge_alert(made.tiny_id, identifier_type="tiny", acknowledge_alert_payload=taken))
    now = alerts.get_alert(made.id).data
    assert (now.tags, now.details, now.acknowledged) == (["night"], {"runbook": "R7"}, True)
    assert now.report.acknowledged_by == "ada@fernhill.example"
    assert [note.note for note in alerts.list_notes(made.id).data] == ["Looking"]

    carried_out(alerts, alerts.un_acknowledge_alert(made.id))
    assert not alerts.get_alert(made.id).data.acknowledged
    later = datetime.now(UTC) + timedelta(hours=2)
    carried_out(alerts, alerts.snooze_alert(made.id, opsgenie_sdk.SnoozeAlertPayload(end_time=later)))
    assert alerts.get_alert(made.id).data.snoozed
    carried_out(alerts, alerts.close_alert(made.tiny_id, identifier_type="tiny"))
    closed = alerts.get_alert(made.id).data
    assert (closed.status, closed.snoozed) == ("closed", False)

    again = create(alerts, message="Queue is stuck again", alias="queue", entity="erp-queue", priority="P1")
    assert (again.message, again.count, again.status) == ("Queue is stuck again", 1, "open")
    made = alerts.delete_alert("queue", identifier_type="alias")
    until(lambda: alerts.list_alerts().data == [])
    with pytest.raises(opsgenie_sdk.exceptions.ApiException, match="not found"):
        alerts.get_alert("queue", identifier_type="alias")


def test_lists_are_asked_for_by_query_page_and_order(desk: RunningDesk) -> None:
    key = desk.hook("opsgenie")
    desk.start()
    alerts = client(desk, key)
    for number in range(5):
        create(
            alerts, message=f"Disk {number} almost full", alias=f"disk-{number}", entity=f"erp-app-{number}",
            priority="P1" if number < 2 else "P4", tags=["even" if number % 2 == 0 else "odd"],
        )  # fmt: skip
    carried_out(alerts, alerts.close_alert("disk-4", identifier_type="alias"))

    def found(query: str, **more: object) -> list[str]:
        return [one.alias for one in alerts.list_alerts(query=query, sort="alias", order="asc", **more).data]

    assert found("status: open") == ["disk-0", "disk-1", "disk-2", "disk-3"]
    assert found("status: closed") == ["disk-4"]
    assert found("priority: P1 AND tag: odd") == ["disk-1"]
    assert found("message: almost AND NOT (tag: odd OR status: closed)") == ["disk-0", "disk-2"]
    assert found("alias: disk*", limit=2, offset=2) == ["disk-2", "disk-3"]
    assert found(f"createdAt > {int(datetime.now(UTC).timestamp() * 1000) + 60_000}") == []
    assert alerts.count_alerts(query="tag: even").data.count == 3
    assert [one.alias for one in alerts.list_alerts(limit=1).data] == ["disk-4"]
    with pytest.raises(opsgenie_sdk.exceptions.ConfigurationException) as refused:
        alerts.list_alerts(query="status: (open")
    assert refused.value.status == 422


def test_what_is_asked_of_an_alert_that_never_was_did_not_happen(desk: RunningDesk) -> None:
    key = desk.hook("opsgenie")
    desk.start()
    alerts = client(desk, key)
    made = alerts.close_alert("never", identifier_type="alias")
    until(lambda: "Waiting" not in alerts.get_request_status(made.request_id).data.status)
    done = alerts.get_request_status(made.request_id).data
    assert (done.is_success, done.status, done.action) == (False, "Alert does not exist", "Close")
