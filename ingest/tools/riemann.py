"""Riemann: events as JSON, one or a list. Host and service are the identity, the state is the status."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus
from ingest.tools.fields import SEVERITY_WORDS, fields_of, has, labels, pick, text, word
from ingest.tools.notice import VAGUE, NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "ok": "resolved", "up": "resolved", "normal": "resolved", "warning": "firing", "critical": "firing",
    "error": "firing", "down": "firing", "warn": "firing", "failure": "firing", "expired": "unknown",
    "unknown": "unknown",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    events = payload if isinstance(payload, list) else [payload]
    if not all(isinstance(event, dict) and fields_of(event, "host", "service") for event in events):
        raise NotThisToolError('A Riemann event has "host", "service" and "state".')
    return [_read(event) for event in events]


def _read(event: dict[str, Any]) -> Alert:
    state = pick(event, "state")
    status: AlertStatus = word(STATUS, state, "unknown")
    moment = instant(event.get("time"))
    host, service = pick(event, "host"), pick(event, "service")
    return notice(
        "riemann",
        key={"host": host, "service": service},
        status=status,
        severity=word(SEVERITY_WORDS, state, "unknown"),
        tool_severity=state,
        resource=host,
        service=service,
        title=service or host,
        description=event.get("description"),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels({name: value for name, value in event.items() if name != "description"}),
    )


def looks_like(payload: Payload) -> bool:
    event = payload[0] if isinstance(payload, list) and payload else payload
    if not has(event, "host", "service", "state") or fields_of(
        event, "type", "notification_type", "output", "check_result"
    ):
        return False
    return (
        text(event.get("state")) is not None
        and fields_of(event, "metric", "time", "ttl", "metric_f", "description", "tags") >= 1
    )


TOOL = Tool("riemann", "Riemann", parse, looks_like, 'a Riemann event with "host", "service" and "state"', turn=VAGUE)
