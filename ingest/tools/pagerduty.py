"""PagerDuty: webhooks of all three versions, bare incidents, and what tools send to its Events API (v1 and v2).

The identity is the key under which the incident was triggered; only where it is empty, the incident's own id, and
for events without a key what the event says of itself.
"""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertKind, AlertStatus, ChangeNotice, Severity
from ingest.fingerprint import is_fingerprint, without_measurements
from ingest.tools.fields import (
    SEVERITY_WORDS,
    dig,
    has,
    items,
    labels,
    line,
    links,
    mapping,
    paragraphs,
    pick,
    text,
    word,
)
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

ACTION: Mapping[str, AlertStatus] = {"trigger": "firing", "acknowledge": "acknowledged", "resolve": "resolved"}
STATUS: Mapping[str, AlertStatus] = {
    "triggered": "firing",
    "acknowledged": "acknowledged",
    "resolved": "resolved",
    "open": "firing",
}
EVENT: Mapping[str, AlertStatus] = {
    "trigger": "firing", "triggered": "firing", "acknowledge": "acknowledged", "acknowledged": "acknowledged",
    "unacknowledge": "firing", "unacknowledged": "firing", "resolve": "resolved", "resolved": "resolved",
    "reopened": "firing", "reopen": "firing", "escalate": "firing", "escalated": "firing", "delegate": "firing",
    "delegated": "firing",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {**SEVERITY_WORDS, "error": "major", "high": "major", "low": "warning"}


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict):
        raise NotThisToolError("PagerDuty posts one JSON object.")
    if isinstance(payload.get("messages"), list):
        return [_message(message) for message in payload["messages"] if isinstance(message, dict)]
    if isinstance(payload.get("event"), dict) and ("event_type" in payload["event"] or "data" in payload["event"]):
        return [_event_v3(payload["event"])]
    if "event_action" in payload or (isinstance(payload.get("payload"), dict) and "routing_key" in payload):
        return [_sent_v2(payload)]
    if "service_key" in payload or "event_type" in payload:
        return [_sent_v1(payload)]
    incident = payload["incident"] if isinstance(payload.get("incident"), dict) else payload
    if _is_incident(incident):
        return [_incident(incident, None, urgent_first=True)]
    raise NotThisToolError(
        'A PagerDuty post is a webhook ("event" or "messages") or an event ("event_action" and "payload").'
    )


# --- webhooks --------------------------------------------------------------------------------------


def _message(message: dict[str, Any]) -> Alert:
    """Versions 1 (`type`, `data.incident`) and 2 (`event`, `incident`, `log_entries`)."""
    incident = mapping(dig(message, "data", "incident")) or mapping(message.get("incident"))
    if not incident:
        raise NotThisToolError('Each PagerDuty message must hold an "incident".')
    entry = dig(message, "log_entries", 0)
    said = text(dig(entry, "channel", "details")) or text(dig(entry, "channel", "details", "description"))
    return _incident(incident, pick(message, "event", "type"), urgent_first=True, said=said)


def _event_v3(event: dict[str, Any]) -> Alert:
    kind = pick(event, "event_type") or ""
    data = mapping(event.get("data"))
    if not kind.startswith("incident") or not (_is_incident(data) or "incident" in data):
        return _other_v3(event, kind, data)
    incident = data if _is_incident(data) else mapping(data.get("incident"))
    return _incident(incident, kind, urgent_first=False, said=text(data.get("content")))


def _other_v3(event: dict[str, Any], kind: str, data: dict[str, Any]) -> Alert:
    """Pings of the test button, and news of services and schedules."""
    title = text(data.get("message")) or text(data.get("summary")) or f"PagerDuty: {kind}"
    return notice(
        "pagerduty",
        key={"event": kind},
        status="unknown",
        title=title,
        labels=labels({"event_type": kind, "id": event.get("id")}),
        kind="test" if kind == "pagey.ping" else "control",
    )


def _is_incident(data: Any) -> bool:
    return (
        isinstance(data, dict)
        and "status" in data
        and bool({"incident_number", "number", "incident_key", "title", "service"} & data.keys())
    )


def _status(incident: dict[str, Any], event: str | None) -> AlertStatus:
    """The event's word counts over the status, which in version 1 may lag behind; other events are updates."""
    happened = (event or "").rpartition(".")[2].casefold()
    if happened in EVENT:
        return EVENT[happened]
    return word(STATUS, incident.get("status"), "unknown")


_RELEASED = frozenset({"unacknowledge", "unacknowledged"})


def _incident(incident: dict[str, Any], event: str | None, *, urgent_first: bool, said: str | None = None) -> Alert:
    status = _status(incident, event)
    priority = text(dig(incident, "priority", "summary")) or text(dig(incident, "priority", "name"))
    urgency = text(incident.get("urgency"))
    rank = (urgency or priority) if urgent_first else (priority or urgency)
    service = mapping(incident.get("service"))
    title = _title(incident)
    summary = incident.get("trigger_summary_data")
    return notice(
        "pagerduty",
        key={
            "incident": text(incident.get("incident_key"))
            or text(incident.get("id"))
            or text(incident.get("incident_number"))
        },
        status=status,
        released=(event or "").rpartition(".")[2].casefold() in _RELEASED,
        severity=word(SEVERITY, priority or urgency, "unknown"),
        tool_severity=rank,
        resource=text(dig(incident, "body", "details", "source"))
        or text(dig(incident, "first_trigger_log_entry", "channel", "details", "source")),
        service=pick(service, "summary", "name"),
        title=title,
        description=paragraphs(said, incident.get("description"), dig(summary, "description"), _details(incident)),
        started_at=instant(incident.get("created_at")) or instant(incident.get("created_on")),
        ended_at=instant(incident.get("resolved_at"))
        or instant(incident.get("last_status_change_at"))
        or instant(incident.get("last_status_change_on")),
        labels=labels(
            {
                name: incident.get(name)
                for name in ("id", "incident_number", "number", "incident_key", "urgency", "status")
            },
            {
                "event": event,
                "priority": priority,
                "service": pick(service, "summary", "name"),
                "service_id": service.get("id"),
                "teams": [dig(team, "summary") for team in items(incident.get("teams"))],
            },
        ),
        links=links(incident.get("html_url"), dig(incident, "trigger_details_html_url")),
        kind=_kind(incident, event),
    )


def _kind(incident: dict[str, Any], event: str | None) -> AlertKind:
    return "test" if (event or "").startswith("pagey.") or text(incident.get("type")) == "ping" else "alert"


def _title(incident: dict[str, Any]) -> str | None:
    summary = incident.get("trigger_summary_data")
    return line(
        pick(incident, "title")
        or pick(summary, "subject", "description")
        or pick(incident, "summary", "description", "id")
    )


def _details(incident: dict[str, Any]) -> str | None:
    details = dig(incident, "body", "details")
    return (
        "\n".join(f"{name}: {said}" for name, said in labels(details).items())
        if isinstance(details, dict)
        else text(details)
    )


# --- what tools send to PagerDuty --------------------------------------------------------------------


def _sent_v2(event: dict[str, Any]) -> Alert:
    """Events API v2. Without `event_action` it is a change event, which is no alert."""
    body = mapping(event.get("payload"))
    action = text(event.get("event_action"))
    dedup = text(event.get("dedup_key"))
    summary, source, component = pick(body, "summary"), pick(body, "source"), pick(body, "component")
    if summary is None and dedup is None:
        raise NotThisToolError('A PagerDuty event needs "payload" with "summary", or a "dedup_key".')
    rank = pick(body, "severity")
    status: AlertStatus = word(ACTION, action, "unknown")
    moment = instant(body.get("timestamp"), naive_is_utc=True)
    fallback = {
        "source": source,
        "component": component,
        "class": pick(body, "class"),
        "summary": without_measurements(summary or ""),
    }
    details = body.get("custom_details")
    return notice(
        "pagerduty",
        key={"dedup": dedup} if dedup else fallback,
        identity=dedup if dedup and is_fingerprint(dedup, "pagerduty") else None,
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=source,
        service=component or pick(body, "group"),
        title=summary,
        description=_custom(details),
        started_at=moment if status != "resolved" else None,
        ended_at=moment,
        labels=labels(
            {name: body.get(name) for name in ("class", "component", "group")},
            {name: event.get(name) for name in ("client", "dedup_key")},
            details if isinstance(details, dict) else {},
        ),
        links=links(event.get("client_url"), *(dig(link, "href") for link in items(event.get("links")))),
        kind="alert" if action else "control",
    )


def dedup_key_of(event: Any) -> str:
    """The key by which an event is known from here on: its own, else the desk's identity for what it says."""
    return text(dig(event, "dedup_key")) or parse(event)[0].fingerprint


def change_in(event: Any) -> ChangeNotice | None:
    """A change event (Events API v2, /v2/change/enqueue); None where it does not say what was changed."""
    body = mapping(dig(event, "payload"))
    title = line(body.get("summary"))
    if title is None:
        return None
    details = mapping(body.get("custom_details"))
    moment = instant(body.get("timestamp"), naive_is_utc=True)
    return ChangeNotice(
        id=pick(details, "id", "change_id", "build_number", "build", "version", "commit", "sha"),
        service=pick(details, "service", "service_name", "application", "component") or line(body.get("source")),
        title=title,
        start=moment,
        end=moment,
    )


def _custom(details: Any) -> str | None:
    if isinstance(details, dict):
        return "\n".join(f"{name}: {said}" for name, said in labels(details).items()) or None
    return text(details)


def _sent_v1(event: dict[str, Any]) -> Alert:
    details = event.get("details")
    key = text(event.get("incident_key"))
    title = pick(event, "description") or pick(details, "summary", "subject")
    status: AlertStatus = word(ACTION, event.get("event_type"), "unknown")
    rank = pick(details, "severity", "priority")
    if title is None and key is None:
        raise NotThisToolError('A PagerDuty event needs a "description" or an "incident_key".')
    return notice(
        "pagerduty",
        key={"dedup": key}
        if key
        else {"client": text(event.get("client")), "summary": without_measurements(title or "")},
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=pick(details, "host", "hostname", "HOSTNAME", "instance", "source"),
        service=pick(details, "service", "SERVICEDESC", "component"),
        title=title,
        description=_custom(details),
        labels=labels({name: event.get(name) for name in ("client", "incident_key", "event_type")}, details),
        links=links(event.get("client_url"), *(dig(context, "href") for context in items(event.get("contexts")))),
    )


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    if (
        has(payload, "event_action", "payload")
        or has(payload, "event_action", "dedup_key")
        or has(payload, "service_key", "event_type")
    ):
        return True
    if has(payload, "routing_key", "payload"):
        return True
    event = payload.get("event")
    if isinstance(event, dict) and "event_type" in event and ("occurred_at" in event or "resource_type" in event):
        return True
    message = dig(payload, "messages", 0)
    if isinstance(message, dict) and ("incident" in message or isinstance(dig(message, "data", "incident"), dict)):
        return True
    link = text(payload.get("html_url")) or text(dig(payload, "incident", "html_url")) or ""
    return _is_incident(payload) and (has(payload, "incident_number") or "pagerduty.com" in link)


TOOL = Tool("pagerduty", "PagerDuty", parse, looks_like, 'a PagerDuty webhook or event ("event_action" with "payload")')
