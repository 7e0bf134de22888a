"""Splunk: the webhook alert action (first result of a saved search), and Splunk On-Call's REST events."""

import json
from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import (
    SEVERITY_WORDS,
    fields_of,
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

SEVERITY: Mapping[str, Severity] = {
    **SEVERITY_WORDS,
    "1": "info",
    "2": "info",
    "3": "warning",
    "4": "minor",
    "5": "major",
    "6": "critical",
}
"""Splunk's alert severities count upwards: 1 debug, 2 info, 3 warn, 4 error, 5 severe, 6 fatal."""
ON_CALL: Mapping[str, AlertStatus] = {
    "critical": "firing", "warning": "firing", "info": "unknown", "acknowledgement": "acknowledged",
    "recovery": "resolved", "ok": "resolved",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict):
        raise NotThisToolError("A Splunk webhook posts one JSON object.")
    if has(payload, "message_type", "entity_id"):
        return [_on_call(payload)]
    if not fields_of(payload, "search_name", "sid", "results_link", "result"):
        raise NotThisToolError('A Splunk webhook has "search_name", "sid" and "result".')
    return [_saved_search(payload)]


def _saved_search(payload: dict[str, Any]) -> Alert:
    result = mapping(payload.get("result")) or mapping(payload.get("_result"))
    raw = _raw(result)
    name = pick(payload, "search_name") or pick(result, "search_name", "savedsearch_name")
    host = pick(result, "host", "dest", "orig_host", "hostname", "instance") or pick(raw, "host", "hostname")
    rank = pick(result, "severity", "log_level", "level", "urgency", "alert_severity") or pick(
        raw, "severity", "log_level", "level"
    )
    said = text(result.get("_raw")) or pick(result, "message", "msg")
    return notice(
        "splunk",
        key={
            "app": text(payload.get("app")),
            "search": name,
            "host": host,
            "source": None if name else pick(result, "source"),
        },
        status="firing",
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=host,
        service=pick(result, "service", "app", "application") or pick(raw, "service") or pick(payload, "app"),
        title=name or pick(result, "message") or line(said, 120) or "Splunk alert",
        description=paragraphs(said, pick(result, "message"), pick(raw, "message")),
        started_at=instant(result.get("_time")),
        labels=labels(
            {name: payload.get(name) for name in ("app", "owner", "sid")},
            {f"result.{name}": value for name, value in result.items() if name != "_raw"},
        ),
        links=links(payload.get("results_link")),
    )


def _raw(result: dict[str, Any]) -> dict[str, Any]:
    said = result.get("_raw")
    if isinstance(said, str) and said.lstrip().startswith("{"):
        try:
            return mapping(json.loads(said))
        except (ValueError, RecursionError):
            return {}
    return {}


def _on_call(payload: dict[str, Any]) -> Alert:
    kind = text(payload.get("message_type"))
    status: AlertStatus = word(ON_CALL, kind, "unknown")
    moment = instant(payload.get("state_start_time")) or instant(payload.get("timestamp"))
    return notice(
        "splunk",
        key={"entity": text(payload.get("entity_id"))},
        status=status,
        severity=word(SEVERITY, kind, "unknown"),
        tool_severity=kind,
        resource=pick(payload, "host_name", "hostname", "host"),
        service=pick(payload, "service", "monitoring_tool"),
        title=pick(payload, "entity_display_name", "entity_id"),
        description=payload.get("state_message"),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(payload),
        links=links(payload.get("alert_url")),
    )


def looks_like(payload: Payload) -> bool:
    if has(payload, "message_type", "entity_id"):
        return True
    return fields_of(payload, "search_name", "sid", "results_link", "owner", "app") >= 2 and (
        "result" in payload or "sid" in payload
    )


TOOL = Tool("splunk", "Splunk", parse, looks_like, 'a Splunk webhook with "search_name", "sid" and "result"')
