"""From a call of another product's API to events, where the path says what the body does not."""

from ingest.alerts import read_payload
from ingest.event import Event, Input, Reading, Unreadable
from ingest.payload import PayloadError, decode_payload
from ingest.standins import alertmanager_silences, posted_alerts
from ingest.tools import opsgenie, pagerduty


def read_call(item: Input, body: bytes, reading: Reading) -> tuple[Event, ...]:
    """The events of an input whose envelope names a `call`. Pure, and never raises."""
    envelope = item.envelope
    api, _, action = str(envelope["call"]).partition(".")
    try:
        payload = decode_payload(body, "application/json") if body.strip() else {}
    except PayloadError as problem:
        return (Unreadable(reason=str(problem)),)
    if api == "pagerduty":
        change = pagerduty.change_in(payload)
        return (change or Unreadable(reason="The change event does not say what was changed."),)
    if api == "opsgenie":
        identifier, kind = str(envelope.get("identifier")), str(envelope.get("identifier_type"))
        return read_payload("opsgenie", opsgenie.of_call(action, identifier, kind, payload), reading)
    if api == "alertmanager" and action == "Alerts":
        return posted_alerts.read_partly(payload, envelope.get("faulty"), reading, item.accepted_at)
    if api == "alertmanager" and action in alertmanager_silences.CALLS:
        return alertmanager_silences.commands(item)
    return (Unreadable(reason=f"This version of the desk does not know the call {api[:40]}.{action[:40]}."),)
