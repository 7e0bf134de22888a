"""Opsgenie (and Jira Service Management): webhooks of alert actions, and the request bodies of its alert API."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.fingerprint import is_fingerprint
from ingest.tools.fields import dig, has, labels, line, links, mapping, pairs, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

ACTION: Mapping[str, AlertStatus] = {
    "create": "firing", "close": "resolved", "delete": "resolved", "acknowledge": "acknowledged",
    "unacknowledge": "firing", "escalate": "firing", "escalatenext": "firing", "updatepriority": "firing",
    "updatemessage": "firing", "updatedescription": "firing", "unsnooze": "firing", "resolve": "resolved",
}  # fmt: skip
"""Notes, tags, owners, recipients and custom actions say nothing of the state: unknown."""
STATUS: Mapping[str, AlertStatus] = {
    "open": "firing",
    "closed": "resolved",
    "acked": "acknowledged",
    "acknowledged": "acknowledged",
}
SEVERITY: Mapping[str, Severity] = {
    "p1": "critical", "p2": "major", "p3": "minor", "p4": "warning", "p5": "info",
    "1": "critical", "2": "major", "3": "minor", "4": "warning", "5": "info",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict):
        raise NotThisToolError("Opsgenie posts one JSON object.")
    alert = payload.get("alert")
    bare = bool({"message", "alias", "alertId", "tinyId"} & payload.keys())
    found = alert if isinstance(alert, dict) else payload if bare else mapping(payload.get("data"))
    if not pick(found, "message", "alias", "alertId", "id", "tinyId"):
        raise NotThisToolError(
            'An Opsgenie post has "alert" with "message" and "alias", or is the body of a create request.'
        )
    return [_read(payload, found)]


def _read(payload: dict[str, Any], alert: dict[str, Any]) -> Alert:
    action = text(payload.get("action"))
    details = mapping(alert.get("details")) or mapping(alert.get("extraProperties"))
    tags = pairs(alert.get("tags"))
    rank = pick(alert, "priority")
    status = _status(action, alert)
    moment = instant(alert.get("updatedAt"))
    return notice(
        "opsgenie",
        key=_key(alert),
        identity=_identity(alert),
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=pick(alert, "entity") or pick(details, "host", "hostname", "instance"),
        service=pick(details, "service", "application", "component") or tags.get("service"),
        title=line(pick(alert, "message")),
        description=paragraphs(alert.get("description"), alert.get("note")),
        started_at=instant(alert.get("createdAt")),
        ended_at=moment,
        labels=labels(
            {
                name: alert.get(name)
                for name in ("alias", "alertId", "id", "tinyId", "source", "username", "tags", "teams", "responders")
            },
            {name: payload.get(name) for name in ("action", "integrationName")},
            details,
            tags,
        ),
        links=links(alert.get("url"), dig(details, "url"), *_addresses(details)),
        kind="test" if (action or "").casefold() == "testaction" else "alert",
        released=(action or "").casefold() == "unacknowledge",
    )


def _addresses(details: dict[str, Any]) -> list[Any]:
    return [value for value in details.values() if isinstance(value, str)][:20]


def _key(alert: dict[str, Any]) -> dict[str, object]:
    alias = text(alert.get("alias"))
    if alias:
        return {"alias": alias}
    stated = pick(alert, "alertId", "id")
    return {"alert": stated} if stated else {"entity": text(alert.get("entity")), "message": text(alert.get("message"))}


def _identity(alert: dict[str, Any]) -> str | None:
    """The desk's own identity, which it gives to clients as the id of an alert."""
    stated = pick(alert, "alertId", "id") or ""
    return stated if is_fingerprint(stated, "opsgenie") and not text(alert.get("alias")) else None


def of_call(action: str, identifier: str, kind: str, said: Payload) -> dict[str, Any]:
    """A call of the alert API about one alert, as the webhook that would tell of it."""
    name = {"alias": "alias", "tiny": "tinyId"}.get(kind, "alertId")
    return {"action": action, "alert": {**mapping(said), name: identifier}}


def _status(action: str | None, alert: dict[str, Any]) -> AlertStatus:
    if action:
        return ACTION.get(action.casefold(), "unknown")
    if alert.get("acknowledged") is True and text(alert.get("status")) == "open":
        return "acknowledged"
    return word(STATUS, alert.get("status"), "firing")


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    alert = payload.get("alert")
    if isinstance(alert, dict) and "action" in payload:
        return bool({"alertId", "tinyId", "alias"} & alert.keys()) or "integrationId" in payload
    own = {
        "alias",
        "priority",
        "details",
        "responders",
        "visibleTo",
        "entity",
        "user",
        "tags",
        "tinyId",
        "source",
        "note",
        "description",
    }
    return (
        has(payload, "message")
        and len(own & payload.keys()) >= 3
        and text(payload.get("priority") or "P3") in {"P1", "P2", "P3", "P4", "P5", "None"}
    )


TOOL = Tool("opsgenie", "Opsgenie", parse, looks_like, 'an Opsgenie webhook ("action" and "alert") or a create request')
