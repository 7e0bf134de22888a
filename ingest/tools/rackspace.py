"""Rackspace Monitoring: webhook notifications of alarms ("Webhook notification type" of its API reference)."""

from collections.abc import Mapping

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import dig, has, labels, line, links, mapping, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "critical": "firing",
    "warning": "firing",
    "ok": "resolved",
    "disabled": "unknown",
    "unknown": "unknown",
}
SEVERITY: Mapping[str, Severity] = {"critical": "critical", "warning": "warning", "ok": "info"}


def parse(payload: Payload) -> list[Alert]:
    details, entity = mapping(dig(payload, "details")), mapping(dig(payload, "entity"))
    check, alarm = mapping(dig(payload, "check")), mapping(dig(payload, "alarm"))
    if not details or not (entity or alarm or check):
        raise NotThisToolError('A Rackspace Monitoring webhook has "details", "entity", "check" and "alarm".')
    state = pick(details, "state")
    status: AlertStatus = word(STATUS, state, "unknown")
    moment = instant(details.get("timestamp"))
    ids = {
        "entity": pick(entity, "id", "label"),
        "check": pick(check, "id", "label"),
        "alarm": pick(alarm, "id", "label"),
    }
    alert = notice(
        "rackspace",
        key=ids,
        status=status,
        severity=word(SEVERITY, state, "unknown"),
        tool_severity=state,
        resource=pick(entity, "label", "id") or pick(details, "target"),
        service=pick(check, "label", "type"),
        title=line(pick(alarm, "label") or pick(check, "label", "type")),
        description=paragraphs(details.get("status")),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(
            {
                "event_id": payload.get("event_id"),
                "target": details.get("target"),
                "check_type": check.get("type"),
                "tenant": payload.get("tenant_id"),
            },
            {f"id.{name}": value for name, value in ids.items()},
            mapping(entity.get("metadata")),
        ),
        links=links(payload.get("dashboard_link"), text(dig(check, "details", "url"))),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    return (
        has(payload, "details", "entity", "check")
        or has(payload, "details", "alarm", "check")
        or has(payload, "event_id", "log_entry_id", "details")
    )


TOOL = Tool(
    "rackspace",
    "Rackspace Monitoring",
    parse,
    looks_like,
    'a Rackspace webhook with "details", "entity", "check" and "alarm"',
)
