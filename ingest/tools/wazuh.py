"""Wazuh: alerts of its integrator (as in alerts.json), and the shortened form of custom integration scripts."""

import re
from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, Severity
from ingest.tools.fields import (
    SEVERITY_WORDS,
    dig,
    fields_of,
    items,
    labels,
    line,
    mapping,
    pairs,
    paragraphs,
    pick,
    text,
    word,
)
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

_LINES: Mapping[str, re.Pattern[str]] = {
    "rule": re.compile(r"^Rule ID:?\s+(\S{1,40})", re.MULTILINE | re.IGNORECASE),
    "level": re.compile(r"^Level:?\s+(\d{1,2})", re.MULTILINE | re.IGNORECASE),
    "agent_id": re.compile(r"^Agent ID:?\s+(\S{1,40})", re.MULTILINE | re.IGNORECASE),
    "agent": re.compile(r"^Agent Name:?\s+([^\n]{1,200})", re.MULTILINE | re.IGNORECASE),
}


def parse(payload: Payload) -> list[Alert]:
    whole = mapping(dig(payload, "all_fields"))
    if isinstance(whole.get("rule"), dict):
        return [_native(whole)]
    if lines := _attached(payload):
        return [_shortened(lines)]
    if isinstance(dig(payload, "rule"), dict):
        return [_native(payload)]
    if fields_of(payload, "message", "description", "title", "severity") >= 2:
        return [_shortened(payload)]
    raise NotThisToolError('A Wazuh alert has "rule" (with "id" and "level") and "agent".')


def _attached(payload: Payload) -> dict[str, Any]:
    """What Wazuh's integration for Slack posts: an attachment with titled fields."""
    attachment = mapping(dig(payload, "attachments", 0))
    told = pairs(attachment.get("fields"), key="title")
    if "Rule ID" not in told:
        return {}
    number, _, level = told["Rule ID"].partition(" ")
    agent = told.get("Agent", "").partition(" - ")
    return {
        "title": attachment.get("title"),
        "description": f"Rule ID: {number}\nAgent ID: {agent[0].strip('() ')}\nAgent Name: {agent[2] or agent[0]}\n\n"
        + (text(attachment.get("text")) or ""),
        "level": "".join(sign for sign in level if sign.isdigit()) or None,
        "location": told.get("Location"),
    }


def _by_level(level: str | None) -> Severity:
    """Rule levels go from 0 to 15; the bounds are those of Wazuh's own dashboard."""
    if level is None or not level.isdecimal():
        return "unknown"
    number = int(level[:3])
    return "critical" if number >= 15 else "major" if number >= 12 else "warning" if number >= 7 else "info"


def _native(payload: dict[str, Any]) -> Alert:
    rule, agent = mapping(payload.get("rule")), mapping(payload.get("agent"))
    level = text(rule.get("level"))
    return notice(
        "wazuh",
        key={
            "rule": text(rule.get("id")),
            "agent": pick(agent, "id", "name"),
            "title": None if rule.get("id") else line(rule.get("description")),
        },
        status="firing",
        severity=_by_level(level),
        tool_severity=level,
        resource=pick(agent, "name", "ip", "id") or pick(mapping(payload.get("manager")), "name"),
        service=text(dig(payload, "decoder", "name"))
        or next((said for item in items(rule.get("groups")) if (said := text(item))), None),
        title=pick(rule, "description"),
        description=paragraphs(payload.get("full_log"), rule.get("info")),
        started_at=instant(payload.get("timestamp")),
        labels=labels(
            {
                "rule": {name: rule.get(name) for name in ("id", "level", "groups", "mitre")},
                "agent": agent,
                "manager": payload.get("manager"),
            },
            {"location": payload.get("location")},
            {f"data.{name}": value for name, value in mapping(payload.get("data")).items()},
        ),
    )


def _prose(payload: dict[str, Any]) -> tuple[str, str | None]:
    """The lines and the title: scripts put either into "message" and the other into "description"."""
    description, message = pick(payload, "description", "text") or "", pick(payload, "message", "title")
    if message and _LINES["rule"].search(message[:8000]) and not _LINES["rule"].search(description[:8000]):
        return message, line(description)
    return description, line(message)


def _shortened(payload: dict[str, Any]) -> Alert:
    """Title, severity and a text of "Rule ID …", "Agent Name …" lines."""
    said, title = _prose(payload)
    found = {name: match[1].strip() for name, pattern in _LINES.items() if (match := pattern.search(said[:8000]))}
    rank = pick(payload, "severity", "level") or found.get("level")
    severity = word(SEVERITY_WORDS, rank, "unknown")
    return notice(
        "wazuh",
        key={
            "rule": found.get("rule") or title,
            "agent": found.get("agent_id") or found.get("agent") or pick(payload, "agent", "host"),
        },
        status="firing",
        severity=_by_level(rank) if severity == "unknown" else severity,
        tool_severity=rank,
        resource=found.get("agent") or pick(payload, "agent", "agent_name", "host", "hostname"),
        service=pick(payload, "service", "group"),
        title=title,
        description=said or None,
        started_at=instant(payload.get("created_at")) or instant(payload.get("timestamp")),
        labels=labels(
            found, {name: value for name, value in payload.items() if name not in {"description", "message"}}
        ),
    )


def looks_like(payload: Payload) -> bool:
    rule = dig(payload, "rule")
    if (
        isinstance(rule, dict)
        and "level" in rule
        and ("agent" in payload or "manager" in payload or "decoder" in payload)
    ):
        return True
    if isinstance(dig(payload, "all_fields", "rule"), dict) or _attached(payload):
        return True
    if fields_of(payload, "message", "severity", "created_at") < 2:
        return False
    return bool(_LINES["rule"].search(_prose(payload)[0][:8000]))


TOOL = Tool("wazuh", "Wazuh", parse, looks_like, 'a Wazuh alert with "rule" and "agent"')
