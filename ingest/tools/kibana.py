"""Kibana alerting and Elastic Watcher: webhook connectors, whose bodies are templates over well-known variables."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus
from ingest.fingerprint import without_measurements
from ingest.tools.fields import (
    SEVERITY_WORDS,
    dig,
    fields_of,
    folded,
    labels,
    line,
    links,
    mapping,
    paragraphs,
    pick,
    text,
    word,
)
from ingest.tools.notice import VAGUE, NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "recovered": "resolved", "resolved": "resolved", "ok": "resolved", "closed": "resolved", "recovery": "resolved",
    "active": "firing", "alert": "firing", "firing": "firing", "open": "firing", "no data": "firing", "fired": "firing",
    "acknowledged": "acknowledged", "acked": "acknowledged",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict):
        raise NotThisToolError("A Kibana connector posts one JSON object.")
    if "watch_id" in payload or isinstance(dig(payload, "watch_record"), dict):
        return [_watch(payload)]
    flat = folded(payload)
    rule, member, context = mapping(flat.get("rule")), mapping(flat.get("alert")), mapping(flat.get("context"))
    name = line(pick(rule, "name") or pick(flat, "rulename", "alertname", "name", "title", "message"))
    if name is None:
        raise NotThisToolError(
            'A Kibana connector\'s body should hold {{rule.name}} as "ruleName" and {{alert.id}} as "alertId".'
        )
    status = _status(flat, member)
    host = (
        pick(context, "host", "hostname")
        or pick(dig(context, "host"), "name", "hostname")
        or pick(flat, "host", "hostname", "resource")
    )
    rank = (
        pick(flat, "severity", "priority", "level")
        or pick(context, "severity")
        or text(dig(rule, "params", "severity"))
    )
    instance = pick(member, "id") or pick(flat, "alertinstanceid", "alertid", "instanceid") or pick(context, "group")
    stated = (flat.get("date"), flat.get("timestamp"), context.get("timestamp"), flat.get("startedat"))
    moment = next((found for value in stated if (found := instant(value))), None)
    alert = notice(
        "kibana",
        key={
            "space": pick(flat, "spaceid") or pick(rule, "spaceId"),
            "rule": pick(rule, "id") or pick(flat, "ruleid") or without_measurements(name),
            "instance": instance or pick(flat, "fingerprint"),
            "host": None if instance else host,
        },
        status=status,
        severity=word(SEVERITY_WORDS, rank, "unknown"),
        tool_severity=rank,
        resource=host or (instance if instance not in {"*", "query matched", "query_matched"} else None),
        service=pick(flat, "service") or pick(context, "serviceName") or pick(dig(context, "service"), "name"),
        title=name,
        description=paragraphs(
            pick(context, "reason", "message", "title"),
            pick(flat, "reason", "contextreason", "contextmessage", "description", "message"),
        ),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(payload),
        links=links(
            *(flat.get(name) for name in ("ruleurl", "url", "alertdetailsurl", "kibanabaseurl", "link")),
            rule.get("url"),
            context.get("link"),
            context.get("alertDetailsUrl"),
            context.get("viewInAppUrl"),
        ),
    )
    return [alert]


def _status(flat: dict[str, Any], member: dict[str, Any]) -> AlertStatus:
    """An action group of "recovered" is the end; all other groups are names of the rule's own thresholds."""
    if text(flat.get("isrecovered")) == "true":
        return "resolved"
    groups = ("actiongroup", "alertactiongroup", "actiongroupname", "alertactiongroupname")
    group = pick(member, "actionGroup", "actionGroupName") or pick(flat, *groups)
    said = pick(flat, "status", "alertstate", "state", "eventaction")
    return word(STATUS, said, word(STATUS, group, "firing"))


def _watch(payload: dict[str, Any]) -> Alert:
    record = mapping(payload.get("watch_record")) or payload
    data = mapping(record.get("metadata"))
    name = pick(data, "name") or pick(record, "watch_id")
    rank = pick(data, "severity", "priority")
    return notice(
        "kibana",
        key={"watch": text(record.get("watch_id"))},
        status="firing",
        severity=word(SEVERITY_WORDS, rank, "unknown"),
        tool_severity=rank,
        resource=pick(data, "host", "resource"),
        service=pick(data, "service", "application"),
        title=name,
        description=paragraphs(data.get("description"), payload.get("message")),
        started_at=instant(dig(record, "trigger_event", "triggered_time")) or instant(record.get("execution_time")),
        labels=labels(data, {"watch_id": record.get("watch_id"), "state": record.get("state")}),
    )


def looks_like(payload: Payload) -> bool:
    if fields_of(payload, "watch_id", "watch_record") and fields_of(
        payload, "metadata", "trigger_event", "watch_record", "payload"
    ):
        return True
    if (
        fields_of(
            payload,
            "alertInstanceId",
            "alertActionGroup",
            "actionGroup",
            "actionGroupName",
            "spaceId",
            "ruleId",
            "ruleName",
            "kibanaBaseUrl",
        )
        >= 2
    ):
        return True
    return isinstance(dig(payload, "rule"), dict) and isinstance(dig(payload, "alert"), dict) and "context" in payload


TOOL = Tool(
    "kibana",
    "Kibana and Elastic Watcher",
    parse,
    looks_like,
    "a Kibana connector's body with the rule's name and the alert's id",
    turn=VAGUE,
)
