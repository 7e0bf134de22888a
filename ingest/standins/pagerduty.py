"""In PagerDuty's place: the Events API v2 (`/v2/enqueue`, `/v2/change/enqueue`) and v1 (`create_event.json`).

The key of the hook is the routing key. Answers are PagerDuty's: 202 with the `dedup_key`, 400 with a list of errors,
429 (developer.pagerduty.com, Events API v2). An event without a `dedup_key` gets one that names the desk's identity
for what it says, so that the same event again is a repeat, and a resolve by that key ends it.
"""

from datetime import datetime
from typing import Any

import msgspec

from ingest.alerts import LARGE, UNREADABLE
from ingest.http_body import Refusal
from ingest.payload import PayloadError, decode_payload
from ingest.standins.call import Answer, Call
from ingest.tools import pagerduty
from ingest.tools.fields import text

_PATHS = {
    "/v2/enqueue": Call(action="event"),
    "/v2/change/enqueue": Call(action="change", envelope={"call": "pagerduty.change"}),
    "/generic/2010-04-15/create_event.json": Call(action="event-v1"),
}


class PagerDuty:
    """The stand-in."""

    tool = "pagerduty"
    key_in_body = True

    def call(self, method: str, path: str, query: str) -> Call | None:
        found = _PATHS.get(path.rstrip("/"))
        if found is not None and method != "POST":
            raise Refusal(405, "An event is sent with POST.", {"allow": "POST"})
        return found

    def key_of(self, body: bytes) -> str | None:
        event = _decoded(body)
        said = event.get("routing_key") or event.get("service_key")
        return said if isinstance(said, str) and said.isascii() else None

    def examined(self, call: Call, body: bytes, at: datetime) -> Call:
        if (sentence := self._problem(call, body)) is not None:
            raise Refusal(400, sentence)
        return call

    def _problem(self, call: Call, body: bytes) -> str | None:
        if len(body) > LARGE:
            return "An event is at most 1 MB (PagerDuty itself takes 512 KB)."
        event = _decoded(body)
        if call.action == "change":
            return None if pagerduty.change_in(event) else 'A change event needs "payload" with a "summary".'
        action = text(event.get("event_action"))
        if call.action == "event" and action not in pagerduty.ACTION:
            return '"event_action" must be trigger, acknowledge or resolve.'
        if action in {"acknowledge", "resolve"} and text(event.get("dedup_key")) is None:
            return 'To acknowledge or resolve, name the event by its "dedup_key".'
        try:
            pagerduty.parse(event)
        except UNREADABLE as problem:
            return str(problem)
        return None

    def accepted(self, call: Call, body: bytes, position: int) -> Answer:
        event = _decoded(body)
        said: dict[str, Any] = {"status": "success", "message": "Event processed"}
        if call.action == "change":
            return Answer(202, msgspec.json.encode({"status": "success", "message": "Change event processed"}))
        if call.action == "event":
            said["dedup_key"] = pagerduty.dedup_key_of(event)
            return Answer(202, msgspec.json.encode(said))
        said["incident_key"] = text(event.get("incident_key")) or pagerduty.parse(event)[0].fingerprint
        return Answer(200, msgspec.json.encode(said))

    def refused(self, status: int, sentence: str) -> Answer:
        invalid = {"status": "invalid event", "message": "Event object is invalid", "errors": [sentence]}
        return Answer(400 if status == 401 else status, msgspec.json.encode(invalid))


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        event = decode_payload(body, "application/json")
    except PayloadError:
        return {}
    return event if isinstance(event, dict) else {}
