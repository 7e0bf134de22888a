"""Dynatrace: problem notifications (default payload or a composed one), problems of its API and of Grail."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import dig, folded, items, labels, line, links, pairs, paragraphs, pick, text, word
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
    title = line(pick(flat, "problemtitle", "title", "eventname", "displayname"))
    problem = pick(flat, "pid", "problemid") or pick(flat, "displayid", "eventid")
    if title is None and problem is None:
        raise NotThisToolError('A Dynatrace notification has "ProblemTitle", "ProblemID" and "State".')
    details = _details(flat)
    rank = pick(flat, "problemseverity", "severitylevel", "severity", "eventcategory") or pick(details, "severityLevel")
    state = pick(flat, "state", "status", "problemstate", "problemstatus", "eventstatus") or pick(details, "status")
    tags = _tags(flat)
    alert = notice(
        "dynatrace",
        key={"problem": problem} if problem else {"title": title, "entity": _entity(flat)},
        status=word(STATUS, state, "resolved" if state is None and _told_as_over(flat) else "firing"),
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=_entity(flat)
        or text(dig(details, "rankedEvents", 0, "entityName"))
        or text(dig(details, "affectedEntities", 0, "name"))
        or text(dig(details, "impactedEntities", 0, "name")),
        service=tags.get("service") or tags.get("application") or text(dig(flat, "managementzones", 0, "name")),
        title=title or problem,
        description=paragraphs(
            flat.get("problemdetailstext"), flat.get("problemdetails"), flat.get("problemdetailsmarkdown")
        ),
        started_at=_moment(flat, details, "start"),
        ended_at=_moment(flat, details, "end"),
        labels=labels({name: value for name, value in payload.items() if not isinstance(value, (dict, list))}, tags),
        links=links(flat.get("problemurl"), flat.get("url")),
        kind="test" if "problem notification test" in (title or "").casefold() else "alert",
    )
    return [alert]


def _details(flat: dict[str, Any]) -> dict[str, Any]:
    """The whole problem: an object, or its JSON where the template put the placeholder between quotes."""
    for name in ("problemdetailsjsonv2", "problemdetailsjson"):
        held = flat.get(name)
        if isinstance(held, str) and held.lstrip().startswith("{"):
            try:
                held = json.loads(held)
            except (ValueError, RecursionError):
                continue
        if isinstance(held, dict) and held:
            return held
    return {}


def _told_as_over(flat: dict[str, Any]) -> bool:
    """Notices come without a state at times; then the first words of the text say it."""
    said = pick(flat, "problemdetailstext", "problemdetails") or ""
    return said.casefold().startswith(("resolved problem", "closed problem"))


def _moment(flat: dict[str, Any], details: dict[str, Any], edge: str) -> datetime | None:
    """An open problem ends at -1, which is no time."""
    stated = (flat.get(f"{edge}time"), flat.get(f"event{edge}"), details.get(f"{edge}Time"))
    return next((found for value in stated if (found := instant(value))), None)


def _entity(flat: dict[str, Any]) -> str | None:
    """The first impacted entity, by its name: Dynatrace lists several, with their types or without."""
    for entity in items(flat.get("impactedentities")) or items(flat.get("affectedentities")):
        if said := pick(entity, "name", "entity") or text(dig(entity, "entityId", "id")):
            return said
    listed = items(flat.get("affectedentitynames"))
    names = pick(flat, "impactedentitynames", "namesofimpactedentities", "impactedentity") or text(dig(listed, 0))
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
    if text(flat.get("eventtype")) == "davis.problem" or {"problemid", "severitylevel"} <= flat.keys():
        return True
    return "problemid" in flat and "impactedentities" in flat and bool({"state", "status"} & flat.keys())


TOOL = Tool(
    "dynatrace",
    "Dynatrace",
    parse,
    looks_like,
    'a Dynatrace problem notification: "ProblemTitle", "ProblemID", "State"',
)
