"""Dynatrace: problem notifications (custom integration, default or composed payload) and problems of its API."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import dig, folded, items, labels, line, links, mapping, pairs, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "open": "firing", "active": "firing", "resolved": "resolved", "closed": "resolved", "merged": "resolved",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {
    "availability": "critical", "error": "major", "error_event": "major", "performance": "minor", "slowdown": "minor",
    "resource": "warning", "resource_contention": "warning", "resource contention": "warning", "custom": "unknown",
    "custom_alert": "unknown", "info": "info", "monitoring_unavailable": "warning", "monitoring unavailable": "warning",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict):
        raise NotThisToolError("A Dynatrace notification is one JSON object.")
    flat = folded(payload)
    title = line(pick(flat, "problemtitle", "title"))
    problem = pick(flat, "pid", "problemid") or pick(flat, "displayid")
    if title is None and problem is None:
        raise NotThisToolError('A Dynatrace notification has "ProblemTitle", "ProblemID" and "State".')
    details = mapping(flat.get("problemdetailsjsonv2")) or mapping(flat.get("problemdetailsjson"))
    rank = pick(flat, "problemseverity", "severitylevel", "severity") or pick(details, "severityLevel")
    state = pick(flat, "state", "status", "problemstate", "problemstatus") or pick(details, "status")
    tags = _tags(flat)
    alert = notice(
        "dynatrace",
        key={"problem": problem} if problem else {"title": title, "entity": _entity(flat)},
        status=word(STATUS, state, "firing"),
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=_entity(flat)
        or text(dig(details, "rankedEvents", 0, "entityName"))
        or text(dig(details, "affectedEntities", 0, "name")),
        service=tags.get("service") or tags.get("application") or text(dig(flat, "managementzones", 0, "name")),
        title=title or problem,
        description=paragraphs(
            flat.get("problemdetailstext"), flat.get("problemdetails"), flat.get("problemdetailsmarkdown")
        ),
        started_at=instant(flat.get("starttime")) or instant(details.get("startTime")),
        ended_at=instant(flat.get("endtime")) or instant(details.get("endTime")),
        labels=labels({name: value for name, value in payload.items() if not isinstance(value, (dict, list))}, tags),
        links=links(flat.get("problemurl"), flat.get("url")),
        kind="test" if "problem notification test" in (title or "").casefold() else "alert",
    )
    return [alert]


def _entity(flat: dict[str, Any]) -> str | None:
    """The first impacted entity, by its name: Dynatrace lists several, with their types or without."""
    for entity in items(flat.get("impactedentities")) or items(flat.get("affectedentities")):
        if said := pick(entity, "name", "entity") or text(dig(entity, "entityId", "id")):
            return said
    names = pick(flat, "impactedentitynames", "namesofimpactedentities", "impactedentity")
    return names.split(",")[0].strip() if names else None


def _tags(flat: dict[str, Any]) -> dict[str, str]:
    stated = flat.get("tags") or flat.get("entitytags")
    return pairs(stated, key="key") if isinstance(stated, (str, list)) else {}


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    flat = folded(payload)
    if {"problemtitle", "problemid", "problemurl", "problemseverity", "problemimpact"} & flat.keys() >= {
        "problemtitle"
    }:
        return True
    return {"problemid", "severitylevel"} <= flat.keys() or (
        {"problemid", "state"} <= flat.keys() and "impactedentities" in flat
    )


TOOL = Tool(
    "dynatrace",
    "Dynatrace",
    parse,
    looks_like,
    'a Dynatrace problem notification: "ProblemTitle", "ProblemID", "State"',
)
