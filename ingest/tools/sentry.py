"""Sentry: the integration platform's posts (issues, event alerts, metric alerts) and the older webhook plugin.

An issue is the condition; the event's id is that of one occurrence and never part of the identity.
"""

import re
from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import dig, has, items, labels, line, links, mapping, pairs, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

SEVERITY: Mapping[str, Severity] = {
    "fatal": "critical", "critical": "critical", "error": "major", "warning": "warning", "info": "info",
    "debug": "info", "sample": "info", "high": "major", "medium": "minor", "low": "warning",
}  # fmt: skip
ACTION: Mapping[str, AlertStatus] = {
    "created": "firing", "triggered": "firing", "unresolved": "firing", "critical": "firing", "warning": "firing",
    "open": "firing", "resolved": "resolved", "assigned": "acknowledged", "ignored": "acknowledged",
    "archived": "acknowledged", "closed": "resolved",
}  # fmt: skip
STATUS: Mapping[str, AlertStatus] = {
    "unresolved": "firing",
    "resolved": "resolved",
    "ignored": "acknowledged",
    "archived": "acknowledged",
}
_ISSUE_IN_URL = re.compile(r"/(?:issues|groups?)/(\d{1,30})")


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict):
        raise NotThisToolError("A Sentry webhook posts one JSON object.")
    data = mapping(payload.get("data"))
    if isinstance(data.get("metric_alert"), dict):
        return [_metric_alert(payload, data)]
    if isinstance(data.get("issue"), dict):
        return [_issue(payload, data["issue"])]
    event = next((data[name] for name in ("event", "error") if isinstance(data.get(name), dict)), None)
    if event is not None:
        return [_event(payload, data, event)]
    if "installation" in data or "comment_id" in data or "installation" in payload:
        return [_control(payload)]
    if {"project", "project_name", "project_slug", "culprit", "event"} & payload.keys():
        return [_event(payload, payload, mapping(payload.get("event")))]
    raise NotThisToolError(
        'A Sentry post has "data" with an issue, event or metric alert, or "project" and "event" (plugin).'
    )


def _known(culprit: str | None) -> str | None:
    """Sentry's word for a place that it could not tell is "?"."""
    return None if culprit == "?" else culprit


def _event(payload: dict[str, Any], outer: dict[str, Any], event: dict[str, Any]) -> Alert:
    tags = pairs(event.get("tags"))
    culprit = _known(pick(outer, "culprit")) or _known(pick(event, "culprit", "location"))
    culprit = culprit or text(dig(event, "metadata", "filename"))
    title = _title(outer, event)
    rank = pick(event, "level") or pick(outer, "level") or tags.get("level")
    # The integration platform states a numeric project; its name is only in the addresses.
    project = pick(outer, "project_name", "project_slug", "project") or pick(event, "project_name", "project_slug")
    service = (
        project if project and not project.isdecimal() else _project_in(event, outer) or project or _project_id(event)
    )
    action = text(payload.get("action"))
    issue = _issue_id(outer, event)
    return notice(
        "sentry",
        key={"issue": issue} if issue else {"project": service, "culprit": culprit, "title": title},
        status=word(ACTION, action, "firing"),
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=tags.get("server_name") or culprit or tags.get("transaction"),
        service=service,
        title=title or culprit,
        description=paragraphs(
            pick(outer, "message"),
            pick(event, "message"),
            text(dig(event, "logentry", "formatted")),
            _exception(event),
            text(dig(outer, "triggered_rule")),
            pick(outer, "triggering_rules"),
        ),
        started_at=instant(event.get("timestamp"))
        or instant(event.get("datetime"), naive_is_utc=True)
        or instant(event.get("received")),
        labels=labels(
            {name: outer.get(name) for name in ("project", "logger", "culprit")},
            {name: event.get(name) for name in ("environment", "platform", "release", "event_id")},
            tags,
        ),
        links=links(
            event.get("web_url"), outer.get("url"), event.get("issue_url"), event.get("url"), dig(event, "web_url")
        ),
    )


def _title(outer: dict[str, Any], event: dict[str, Any]) -> str | None:
    kind, value = text(dig(event, "metadata", "type")), text(dig(event, "metadata", "value"))
    made = f"{kind}: {value}" if kind and value else None
    return line(pick(event, "title") or made or pick(outer, "title", "message") or pick(event, "message"))


def _exception(event: dict[str, Any]) -> str | None:
    value = dig(event, "exception", "values", -1)
    kind, said = text(dig(value, "type")), text(dig(value, "value"))
    return f"{kind}: {said}" if kind and said else said


def _issue_id(outer: dict[str, Any], event: dict[str, Any]) -> str | None:
    stated = (
        pick(event, "issue_id", "group_id", "groupID")
        or text(dig(event, "issue", "id"))
        or (text(outer.get("id")) if "event" in outer else None)
    )
    if stated:
        return stated
    for link in (event.get("issue_url"), event.get("web_url"), outer.get("url"), outer.get("issue_url")):
        if isinstance(link, str) and (found := _ISSUE_IN_URL.search(link[:2000])):
            return found[1]
    return None


def _project_in(event: dict[str, Any], outer: dict[str, Any]) -> str | None:
    for link in (event.get("url"), event.get("issue_url"), outer.get("url")):
        found = re.search(r"/projects/[^/]{1,100}/([^/]{1,100})/", link[:2000]) if isinstance(link, str) else None
        if found:
            return found[1]
    return None


def _project_id(event: dict[str, Any]) -> str | None:
    return text(dig(event, "project", "slug")) or text(event.get("project"))


def _issue(payload: dict[str, Any], issue: dict[str, Any]) -> Alert:
    action = text(payload.get("action"))
    rank = pick(issue, "level", "priority")
    status: AlertStatus = word(ACTION, action, word(STATUS, issue.get("status"), "unknown"))
    return notice(
        "sentry",
        key={"issue": text(issue.get("id"))},
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=_known(pick(issue, "culprit")) or dig(issue, "metadata", "filename"),
        service=dig(issue, "project", "name") or dig(issue, "project", "slug"),
        title=issue.get("title"),
        description=paragraphs(dig(issue, "metadata", "value"), issue.get("shortId")),
        started_at=instant(issue.get("firstSeen"), naive_is_utc=True),
        ended_at=instant(dig(issue, "statusDetails", "inNextRelease"))
        or instant(issue.get("lastSeen"), naive_is_utc=True),
        labels=labels(
            {
                name: issue.get(name)
                for name in ("shortId", "type", "platform", "status", "substatus", "count", "userCount")
            }
        ),
        links=links(issue.get("web_url"), issue.get("permalink"), issue.get("url")),
    )


def _metric_alert(payload: dict[str, Any], data: dict[str, Any]) -> Alert:
    found = mapping(data["metric_alert"])
    rule = mapping(found.get("alert_rule"))
    action = text(payload.get("action"))
    status: AlertStatus = word(ACTION, action, "unknown")
    return notice(
        "sentry",
        key={
            "rule": text(rule.get("id")) or text(rule.get("name")),
            "organization": text(found.get("organization_id")),
        },
        status=status,
        severity="critical" if action == "critical" else word(SEVERITY, action, "unknown"),
        tool_severity=action if action in {"critical", "warning"} else None,
        resource=None,
        service=text(dig(found, "projects", 0)),
        title=rule.get("name") or data.get("description_title") or found.get("title"),
        description=paragraphs(data.get("description_text"), rule.get("query")),
        started_at=instant(found.get("date_started"), naive_is_utc=True),
        ended_at=instant(found.get("date_closed"), naive_is_utc=True),
        labels=labels(
            {name: rule.get(name) for name in ("environment", "dataset", "aggregate", "query")},
            {"projects": items(found.get("projects"))},
        ),
        links=links(data.get("web_url")),
    )


def _control(payload: dict[str, Any]) -> Alert:
    return notice(
        "sentry",
        key={"action": text(payload.get("action"))},
        status="unknown",
        title=f"Sentry: {text(payload.get('action')) or 'notice'}",
        labels=labels({"action": payload.get("action")}),
        kind="control",
    )


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    data = payload.get("data")
    if isinstance(data, dict) and "action" in payload:
        return bool({"issue", "metric_alert", "event", "error", "installation", "comment_id"} & data.keys()) or has(
            payload, "installation", "actor"
        )
    return isinstance(payload.get("event"), dict) and bool({"project_slug", "culprit", "project_name"} & payload.keys())


TOOL = Tool("sentry", "Sentry", parse, looks_like, "a Sentry webhook: an issue, event alert or metric alert")
