"""From a call of another product's API to events, where the path says what the body does not."""

from collections.abc import Mapping
from typing import Any

from ingest.alerts import read_payload
from ingest.event import Event, Reading, Unreadable
from ingest.payload import PayloadError, decode_payload
from ingest.tools import opsgenie, pagerduty


def read_call(envelope: Mapping[str, Any], body: bytes, reading: Reading) -> tuple[Event, ...]:
    """The events of an input whose envelope names a `call`. Pure, and never raises."""
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
    return (Unreadable(reason=f"This version of the desk does not know the call {api[:40]}.{action[:40]}."),)
