"""Atlassian Statuspage (and pages with its format): incidents and components of a supplier."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import dig, has, items, labels, line, links, mapping, paragraphs, pick, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

INCIDENT: Mapping[str, AlertStatus] = {
    "investigating": "firing", "identified": "firing", "monitoring": "firing", "resolved": "resolved",
    "postmortem": "resolved", "completed": "resolved", "scheduled": "unknown", "in_progress": "unknown",
    "verifying": "unknown",
}  # fmt: skip
"""Announced maintenance (scheduled, in_progress, verifying) is no trouble."""
COMPONENT: Mapping[str, AlertStatus] = {
    "operational": "resolved", "degraded_performance": "firing", "partial_outage": "firing", "major_outage": "firing",
    "under_maintenance": "unknown",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {
    "critical": "critical", "major": "major", "minor": "minor", "none": "info", "maintenance": "info",
    "major_outage": "critical", "partial_outage": "major", "degraded_performance": "warning", "operational": "info",
    "under_maintenance": "info",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    page = mapping(dig(payload, "page"))
    if isinstance(dig(payload, "incident"), dict):
        return [_incident(page, payload["incident"])]
    if isinstance(dig(payload, "component"), dict):
        return [_component(page, payload["component"], mapping(payload.get("component_update")), payload)]
    raise NotThisToolError('A Statuspage webhook has "page" and "incident" or "component_update".')


def _incident(page: dict[str, Any], incident: dict[str, Any]) -> Alert:
    # "none" is a word of this tool, not the absence of one.
    stated = (incident.get(name) for name in ("impact_override", "impact"))
    rank = next((impact for impact in stated if isinstance(impact, str) and impact), None)
    said = pick(incident, "status")
    update = mapping(dig(incident, "incident_updates", 0))
    components = [name for item in items(incident.get("components")) if (name := pick(item, "name"))]
    return notice(
        "statuspage",
        key={"page": pick(page, "id"), "incident": pick(incident, "id", "shortlink", "name")},
        status=word(INCIDENT, said, "unknown"),
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=next(iter(components), None),
        service=next(iter(components), None) or pick(page, "name"),
        title=line(pick(incident, "name")),
        description=paragraphs(update.get("body"), incident.get("postmortem_body")),
        started_at=instant(incident.get("started_at")) or instant(incident.get("created_at")),
        ended_at=instant(incident.get("resolved_at")) or instant(incident.get("updated_at")),
        labels=labels(
            {
                "page": page.get("id"),
                "status": said,
                "components": components,
                "status_description": page.get("status_description"),
            }
        ),
        links=links(incident.get("shortlink"), incident.get("url")),
    )


def _component(
    page: dict[str, Any], component: dict[str, Any], update: dict[str, Any], payload: dict[str, Any]
) -> Alert:
    now = pick(update, "new_status") or pick(component, "status")
    status: AlertStatus = word(COMPONENT, now, "unknown")
    moment = instant(update.get("created_at")) or instant(dig(payload, "meta", "generated_at"))
    name = pick(component, "name")
    return notice(
        "statuspage",
        key={"page": pick(page, "id"), "component": pick(component, "id") or pick(update, "component_id") or name},
        status=status,
        severity=word(SEVERITY, now, "unknown"),
        tool_severity=now,
        resource=name,
        service=name,
        title=name,
        description=paragraphs(page.get("status_description"), component.get("description")),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels({"page": page.get("id"), "old_status": update.get("old_status"), "new_status": now}),
    )


def looks_like(payload: Payload) -> bool:
    if not has(payload, "page"):
        return False
    return has(payload, "incident") or has(payload, "component_update") or has(payload, "component")


TOOL = Tool(
    "statuspage", "Statuspage", parse, looks_like, 'a Statuspage webhook with "page" and "incident" or "component"'
)
