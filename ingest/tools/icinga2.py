"""Icinga 2: JSON of a notification script, and the event stream of its API (types StateChange, Notification…)."""

from collections.abc import Mapping

from ingest.event import Alert
from ingest.tools import nagios
from ingest.tools.fields import dig, folded, has, mapping, text
from ingest.tools.notice import VAGUE, Payload, Tool

# Event streams have a type of their own and numbers for states.
STREAM: Mapping[str, str] = {
    "AcknowledgementSet": "ACKNOWLEDGEMENT", "AcknowledgementCleared": "CUSTOM", "Flapping": "FLAPPINGSTART",
    "DowntimeStarted": "DOWNTIMESTART", "DowntimeTriggered": "DOWNTIMESTART", "DowntimeRemoved": "DOWNTIMEEND",
    "CommentAdded": "CUSTOM",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    if has(payload, "type") and isinstance(payload["type"], str):
        stream = dict(payload)
        stream["type"] = STREAM.get(payload["type"], payload.get("notification_type") or payload["type"])
        if isinstance(stream.get("state"), float) and stream["state"] in (0.0, 1.0, 2.0, 3.0):
            stream["state"] = int(stream["state"])
        return [nagios.read(stream, "icinga2")]
    return [nagios.read(payload, "icinga2")]


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    if has(payload, "check_result", "host") and ("service" in payload or "state" in payload):
        return True
    named = any(isinstance(dig(payload, name, "name"), str) for name in ("host", "service"))
    flat = mapping(folded(payload))
    macros = {"notificationtype", "servicestate", "hoststate"} & flat.keys()
    return (named and "state" in payload) or (
        bool(macros) and "icinga" in (text(flat.get("source")) or text(flat.get("origin")) or "")
    )


TOOL = Tool("icinga2", "Icinga 2", parse, looks_like, "an Icinga 2 notification or event", turn=VAGUE)
