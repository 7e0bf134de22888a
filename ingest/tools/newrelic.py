"""New Relic: workflow notifications of issues, and the policy webhooks before them."""

import re
from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import (
    SEVERITY_WORDS,
    dig,
    fields_of,
    folded,
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

STATUS: Mapping[str, AlertStatus] = {
    "open": "firing", "opened": "firing", "created": "firing", "activated": "firing", "active": "firing",
    "acknowledged": "acknowledged", "closed": "resolved", "deactivated": "resolved", "resolved": "resolved",
    "test": "firing",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {**SEVERITY_WORDS, "high": "major", "medium": "minor", "low": "warning"}


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict):
        raise NotThisToolError("A New Relic webhook posts one JSON object.")
    flat = folded(payload)
    if isinstance(flat.get("alert"), dict) and "title" not in flat:
        return [_first_generation(flat["alert"])]
    if "currentstate" in flat or ("conditionname" in flat and not {"issueid", "issuetitle", "issueurl"} & flat.keys()):
        return [_policy_webhook(payload, flat)]
    if {"issueid", "issueurl", "issuetitle", "impactedentities", "title"} & flat.keys():
        return [_issue(payload, flat)]
    raise NotThisToolError(
        'A New Relic post has "condition_name" (policies) or "title", "state" and "issueUrl" (workflows).'
    )


def _policy_webhook(payload: dict[str, Any], flat: dict[str, Any]) -> Alert:
    """Incidents of alert policies. Ids may be 0, which is an id."""
    target = mapping(dig(flat, "targets", 0))
    state, rank = pick(flat, "currentstate", "state"), pick(flat, "severity", "priority")
    status: AlertStatus = word(STATUS, state, "unknown" if state else "firing")
    moment = instant(flat.get("timestamp"))
    tags = pairs(target.get("labels"))
    return notice(
        "newrelic",
        key={
            "account": text(flat.get("accountid")),
            "policy": pick(flat, "policyname", "policyid"),
            "condition": pick(flat, "conditionid") or pick(flat, "conditionname"),
            "target": pick(target, "name", "id"),
        },
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=pick(target, "name") or pick(flat, "entityname", "host"),
        service=pick(flat, "accountname", "policyname"),
        title=pick(flat, "conditionname", "details", "title"),
        description=paragraphs(flat.get("details"), flat.get("description")),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(
            {name: value for name, value in payload.items() if not isinstance(value, (dict, list))},
            tags,
            {"product": target.get("product"), "target_type": target.get("type")},
        ),
        links=links(
            *(flat.get(name) for name in ("incidenturl", "policyurl", "runbookurl", "violationcallbackurl")),
            target.get("link"),
        ),
        kind="test"
        if (state or "").casefold() == "test" or "test" in (text(flat.get("eventtype")) or "").casefold().split("_")
        else "alert",
    )


def _issue(payload: dict[str, Any], flat: dict[str, Any]) -> Alert:
    rank = pick(flat, "priority", "severity", "issuepriority")
    state = pick(flat, "state", "issuestate", "status")
    status: AlertStatus = word(STATUS, state, "unknown" if state else "firing")
    if status == "firing" and pick(flat, "owner"):  # an acknowledged issue stays ACTIVATED and gets an owner
        status = "acknowledged"
    entities = _names(flat, "impactedentities", "entitiesdataname", "entities", "entityname") or _names(
        folded(mapping(flat.get("entitiesdata"))), "names", "entities"
    )
    policies = _names(flat, "alertpolicynames", "policyname", "policynames")
    conditions = _names(flat, "alertconditionnames", "conditionname", "conditionnames")
    title = (
        line(pick(flat, "title", "issuetitle"))
        or line(next(iter(items(flat.get("title")) or items(flat.get("issuetitle"))), None))
        or next(iter(conditions), None)
    )
    issue = pick(flat, "id", "issueid") or _issue_in(pick(flat, "issueurl"))
    return notice(
        "newrelic",
        key={"issue": issue} if issue else {"conditions": conditions, "entities": entities},
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=next(iter(entities), None),
        service=next(iter(policies), None) or pick(flat, "workflowname"),
        title=title,
        description=paragraphs(
            flat.get("description"), flat.get("details"), *items(flat.get("annotations")), ", ".join(conditions)
        ),
        started_at=instant(flat.get("createdat")) or instant(flat.get("activatedat")),
        ended_at=instant(flat.get("closedat")) or instant(flat.get("updatedat")),
        labels=labels({name: value for name, value in payload.items() if not isinstance(value, dict)}),
        links=links(
            flat.get("issueurl"), flat.get("issuepageurl"), flat.get("violationcharturl"), flat.get("runbookurl")
        ),
        kind="test"
        if text(flat.get("trigger")) == "TEST" or "test notification" in (title or "").casefold()
        else "alert",
    )


def _issue_in(link: str | None) -> str | None:
    found = re.search(r"/issues/([0-9a-f-]{8,60})", link or "")
    return found[1] if found else None


def _names(flat: dict[str, Any], *fields: str) -> list[str]:
    for name in fields:
        value = flat.get(name)
        found = [said for item in items(value) if (said := text(item) or pick(item, "name"))]
        if found or (said := text(value)):
            return found or [said or ""]
    return []


def _first_generation(alert: dict[str, Any]) -> Alert:
    """The form field `alert` of the first webhooks: the message stays the same from open to close."""
    said = pick(alert, "long_description", "short_description") or ""
    status: AlertStatus = (
        "resolved" if any(part in said.casefold() for part in ("closed", "ended", "recovered")) else "firing"
    )
    rank = pick(alert, "severity")
    return notice(
        "newrelic",
        key={
            "account": text(alert.get("account_id")),
            "application": pick(alert, "application_name"),
            "message": pick(alert, "message"),
        },
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=pick(alert, "servers", "application_name"),
        service=pick(alert, "application_name", "account_name"),
        title=pick(alert, "message", "short_description"),
        description=said or None,
        started_at=instant(alert.get("created_at")),
        ended_at=instant(alert.get("created_at")),
        labels=labels(alert),
        links=links(alert.get("alert_url")),
    )


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    if (
        fields_of(
            payload, "condition_name", "policy_name", "current_state", "incident_id", "condition_id", "account_name"
        )
        >= 3
    ):
        # Google's incidents have these names one level deeper.
        return "incident" not in payload
    own = (
        "issueUrl",
        "issueId",
        "issueTitle",
        "impactedEntities",
        "alertPolicyNames",
        "alertConditionNames",
        "totalIncidents",
        "workflowName",
        "entitiesData",
    )
    return fields_of(payload, *own) >= 2 or "newrelic.com" in (text(payload.get("issueUrl")) or "")


TOOL = Tool("newrelic", "New Relic", parse, looks_like, "a New Relic workflow or policy webhook")
