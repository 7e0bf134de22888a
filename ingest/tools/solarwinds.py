"""SolarWinds: alert actions of the Orion platform (bodies over its variables) and AppOptics/Librato webhooks."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.fingerprint import without_measurements
from ingest.tools.fields import (
    SEVERITY_WORDS,
    dig,
    folded,
    has,
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

STATUS: Mapping[str, AlertStatus] = {
    "triggered": "firing", "active": "firing", "down": "firing", "critical": "firing", "warning": "firing",
    "unreachable": "firing", "fired": "firing", "firing": "firing", "open": "firing", "trigger": "firing",
    "alert": "firing", "problem": "firing", "reset": "resolved", "cleared": "resolved", "clear": "resolved",
    "up": "resolved", "ok": "resolved", "resolved": "resolved", "normal": "resolved", "closed": "resolved",
    "acknowledged": "acknowledged", "unmanaged": "unknown", "unknown": "unknown",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {
    **SEVERITY_WORDS, "serious": "major", "0": "info", "1": "warning", "2": "critical", "3": "major", "4": "info",
}  # fmt: skip
"""Orion counts 0 information, 1 warning, 2 critical, 3 serious, 4 notice."""
MOMENT = ("alerttriggertime", "triggertime", "triggereddatetime", "triggertimestamp", "timeofalert", "alerttime",
    "triggeredat", "timestamp", "time", "datetime")  # fmt: skip
NODE = ("node", "nodename", "nodecaption", "caption", "host", "hostname", "sysname", "entityname", "entity",
    "objectname", "relatednodecaption", "triggeringobject", "ipaddress")  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    if (
        has(payload, "alert")
        and isinstance(payload["alert"], dict)
        and {"violations", "incident_key", "clear", "trigger_time"} & payload.keys()
    ):
        return [_appoptics(payload, payload["alert"])]
    if not isinstance(payload, dict):
        raise NotThisToolError("A SolarWinds alert action posts one JSON object.")
    if _is_rows(payload.get("results")):
        return [_orion(row) for row in payload["results"]]
    return [_orion(payload)]


def _is_rows(value: Any) -> bool:
    """The answer to a query for Orion's active alerts, which scripts pass on as it is."""
    return isinstance(value, list) and bool(value) and all(_is_row(row) for row in value)


def _is_row(value: Any) -> bool:
    return isinstance(value, dict) and bool({"AlertActiveID", "AlertObjectID"} & value.keys())


def _orion(payload: dict[str, Any]) -> Alert:
    inner = {} if not isinstance(payload.get("alert"), dict) else payload["alert"]
    flat = folded({**inner, **{name: value for name, value in payload.items() if not isinstance(value, dict)}})
    name = line(pick(flat, "alertname", "name", "alert", "title", "alerttitle"))
    message = pick(flat, "message", "alertmessage", "description", "alertdescription", "details", "notificationmessage")
    if name is None and message is None:
        raise NotThisToolError('A SolarWinds action should post ${N=Alerting;M=AlertName} as "alertName".')
    node = pick(flat, *NODE)
    rank = pick(flat, "severity", "alertseverity", "priority")
    said = pick(flat, "alertstatus", "status", "state", "action", "type", "alertstate", "eventtype")
    status = _switched(flat, word(STATUS, said, "firing"))
    moment = next((found for field in MOMENT if (found := instant(flat.get(field)))), None)
    return notice(
        "solarwinds",
        key={
            "alert": pick(flat, "alertdefid", "alertdefinitionid") or name or without_measurements(message or ""),
            "node": node,
            "object": pick(
                flat,
                "objectid",
                "alertobjectid",
                "interface",
                "interfacename",
                "volume",
                "componentname",
                "applicationname",
            ),
        },
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=node,
        service=pick(flat, "application", "applicationname", "service", "componentname", "objecttype", "group"),
        title=name or line(message),
        description=paragraphs(message, flat.get("alertdescription"), flat.get("description")),
        started_at=moment if status != "resolved" else None,
        ended_at=moment,
        labels=labels(payload),
        links=links(*(flat.get(field) for field in ("alertdetailsurl", "detailsurl", "nodedetailsurl", "url", "link"))),
    )


def _switched(flat: dict[str, Any], status: AlertStatus) -> AlertStatus:
    """What Orion's own switches make of the stated status: no longer active is over, acknowledged is in hand."""
    if (pick(flat, "isactive", "active") or "").casefold() in {"false", "no", "0"}:
        return "resolved"
    switch = (pick(flat, "acknowledged", "isacknowledged") or "").casefold()
    if status == "firing" and (
        switch in {"true", "yes", "1", "acknowledged"} or instant(flat.get("acknowledgeddatetime"))
    ):
        return "acknowledged"
    return status


def _appoptics(payload: dict[str, Any], alert: dict[str, Any]) -> Alert:
    violations = mapping(payload.get("violations"))
    source = next(iter(violations), None)
    cleared = text(payload.get("clear"))
    moment = instant(payload.get("trigger_time"))
    status: AlertStatus = "resolved" if cleared else "firing"
    return notice(
        "solarwinds",
        # The notice of the end may lack the violations: the alert is the condition, not the sources that violate it.
        key={"incident": text(alert.get("id")) or text(alert.get("name")) or text(payload.get("incident_key"))},
        status=status,
        resource=source,
        service=pick(payload, "service_type"),
        title=pick(alert, "name"),
        description=paragraphs(alert.get("description"), dig(violations, source or "", 0, "metric")),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels({"alert": alert, "account": payload.get("account"), "clear": cleared}),
        links=links(alert.get("runbook_url"), payload.get("alert_url")),
    )


_APPOPTICS = {"violations", "conditions", "incident_key", "clear", "trigger_time", "triggered_by_user_test"}


def looks_like(payload: Payload) -> bool:
    if isinstance(dig(payload, "alert"), dict) and len(_APPOPTICS & payload.keys()) >= 2:
        return True
    if not isinstance(payload, dict):
        return False
    if _is_row(payload) or _is_rows(payload.get("results")):
        return True
    names = folded(payload).keys()
    return (
        "alertname" in names
        and bool(set(NODE[:4]) & names)
        and not {"rule", "alertinstanceid", "labels", "alerts"} & names
    )


TOOL = Tool(
    "solarwinds", "SolarWinds", parse, looks_like, 'a SolarWinds alert action with "alertName", "node" and "severity"'
)
