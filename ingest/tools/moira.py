"""Moira: one post about a trigger with one event for each metric. Each metric is a condition of its own."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import has, items, labels, links, mapping, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "ok": "resolved", "warn": "firing", "error": "firing", "nodata": "firing", "exception": "firing", "del": "resolved",
    "test": "unknown",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {
    "error": "critical", "exception": "major", "nodata": "minor", "warn": "warning", "ok": "info",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    if not has(payload, "events") or not isinstance(payload["events"], list):
        raise NotThisToolError('A Moira post has "trigger" and a list "events".')
    trigger = mapping(payload.get("trigger"))
    return [_read(trigger, event) for event in payload["events"] if isinstance(event, dict)]


def _read(trigger: dict[str, Any], event: dict[str, Any]) -> Alert:
    state = pick(event, "state")
    status: AlertStatus = word(STATUS, state, "unknown")
    moment = instant(event.get("timestamp"))
    metric = pick(event, "metric")
    tags = [said for item in items(trigger.get("tags")) if (said := text(item))]
    return notice(
        "moira",
        # An event about the trigger itself (an exception, no data at all) names the trigger as its metric.
        key={"trigger": pick(trigger, "id") or pick(event, "trigger_id") or pick(trigger, "name"), "metric": metric},
        status=status,
        severity=word(SEVERITY, state, "unknown"),
        tool_severity=state,
        resource=metric,
        title=pick(trigger, "name") or metric,
        description=pick(event, "message", "msg") or pick(trigger, "description", "desc"),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(
            {"trigger_id": trigger.get("id"), "tags": tags, "old_state": event.get("old_state")},
            {"values": event.get("values")},
        ),
        links=links(trigger.get("url"), trigger.get("trigger_url")),
        kind="test" if state == "TEST" else "alert",
    )


def looks_like(payload: Payload) -> bool:
    if not has(payload, "trigger", "events") or not isinstance(payload["events"], list):
        return False
    return (
        "contact" in payload
        or "throttled" in payload
        or any(has(event, "old_state") for event in payload["events"][:1])
    )


TOOL = Tool("moira", "Moira", parse, looks_like, 'a Moira post with "trigger" and "events"')
