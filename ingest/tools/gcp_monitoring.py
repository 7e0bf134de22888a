"""Google Cloud Monitoring (once Stackdriver): incidents, by webhook or pushed by Pub/Sub."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus
from ingest.tools.fields import (
    SEVERITY_WORDS,
    dig,
    items,
    labels,
    line,
    links,
    mapping,
    pairs,
    paragraphs,
    pick,
    text,
    word,
)
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {"open": "firing", "closed": "resolved", "acknowledged": "acknowledged"}


def parse(payload: Payload) -> list[Alert]:
    outer = _pushed(payload) if isinstance(payload, dict) and "incident" not in payload else payload
    incident = outer.get("incident") if isinstance(outer, dict) else None
    if not isinstance(incident, dict) or not incident:
        raise NotThisToolError('A Google Cloud Monitoring post has an "incident".')
    return [_read(incident, text(outer.get("version")))]


def _pushed(payload: dict[str, Any]) -> Any:
    """The message of a Pub/Sub push: base64 of the same JSON."""
    data = dig(payload, "message", "data")
    if not isinstance(data, str):
        return None
    try:
        return json.loads(base64.b64decode(data, validate=True))
    except (ValueError, binascii.Error, RecursionError):
        return None


def _read(incident: dict[str, Any], version: str | None) -> Alert:
    state = text(incident.get("state"))
    policy, condition = pick(incident, "policy_name"), mapping(incident.get("condition"))
    resource_labels = pairs(dig(incident, "resource", "labels"))
    metric_labels = pairs(dig(incident, "metric", "labels"))
    user_labels = pairs(incident.get("policy_user_labels")) | pairs(dig(incident, "metadata", "user_labels"))
    system_labels = pairs(dig(incident, "metadata", "system_labels"))
    rank = pick(incident, "severity") or user_labels.get("severity") or system_labels.get("severity")
    name = pick(incident, "condition_name") or pick(condition, "displayName")
    resource = pick(incident, "resource_display_name", "resource_name") or next(iter(resource_labels.values()), None)
    return notice(
        "gcp_monitoring",
        key=_key(incident, policy, name, resource_labels, metric_labels),
        status=word(STATUS, state, "unknown"),
        severity=word(SEVERITY_WORDS, rank, "unknown"),
        tool_severity=rank,
        resource=_short(resource),
        service=_service(incident, policy, resource_labels, user_labels),
        title=line(name) or pick(incident, "summary") or policy,
        description=paragraphs(
            incident.get("summary"),
            dig(incident, "documentation", "subject"),
            dig(incident, "documentation", "content"),
        ),
        started_at=instant(incident.get("started_at")),
        ended_at=instant(incident.get("ended_at")),
        labels=labels(
            {
                name: incident.get(name)
                for name in (
                    "incident_id",
                    "policy_name",
                    "scoping_project_id",
                    "resource_type_display_name",
                    "observed_value",
                )
            },
            {"metric": dig(incident, "metric", "type")},
            resource_labels,
            metric_labels,
            user_labels,
            system_labels,
        ),
        links=links(
            incident.get("url"), *(dig(link, "url") for link in items(dig(incident, "documentation", "links")))
        ),
        kind="test" if version == "test" else "alert",
    )


def _short(resource: str | None) -> str | None:
    return resource.rsplit("/", 1)[-1] if resource and resource.startswith("projects/") else resource


def _key(
    incident: dict[str, Any],
    policy: str | None,
    name: str | None,
    resource: Mapping[str, str],
    metric: Mapping[str, str],
) -> dict[str, object]:
    """An incident's id is that of one occurrence; policy, condition and time series are the condition."""
    series = dict(resource) or pick(incident, "resource_id", "resource_name")
    if name and series:
        return {"policy": policy, "condition": name, "resource": series, "metric": dict(metric)}
    return {"incident": text(incident.get("incident_id")), "condition": name}


def _service(
    incident: dict[str, Any], policy: str | None, resource: Mapping[str, str], user: Mapping[str, str]
) -> str | None:
    stated = user.get("service") or user.get("app") or resource.get("service_name") or resource.get("module_id")
    if stated:
        return stated
    if policy and not policy.startswith("projects/"):
        return policy
    return pick(incident, "resource_type_display_name") or text(dig(incident, "resource", "type"))


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    incident = payload.get("incident")
    if isinstance(incident, dict):
        return bool(
            {"condition_name", "policy_name", "scoping_project_id", "resource_id", "condition"} & incident.keys()
        )
    return isinstance(dig(payload, "message", "data"), str) and isinstance(payload.get("subscription"), str)


TOOL = Tool(
    "gcp_monitoring", "Google Cloud Monitoring", parse, looks_like, 'a Google Cloud Monitoring post with an "incident"'
)
