"""ThousandEyes: classic webhooks (`eventType` and `alert`) and the default form of custom webhooks."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import dig, has, items, labels, links, mapping, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "alert_notification_trigger": "firing", "alert_notification_clear": "resolved", "trigger": "firing",
    "clear": "resolved", "2": "firing", "1": "resolved", "active": "firing", "cleared": "resolved",
    "triggered": "firing",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {
    "critical": "critical",
    "major": "major",
    "minor": "minor",
    "info": "info",
    "unknown": "unknown",
}


def parse(payload: Payload) -> list[Alert]:
    kind = text(dig(payload, "eventType")) or text(dig(payload, "type", "id")) or text(dig(payload, "type")) or ""
    found = mapping(dig(payload, "alert"))
    if not found and "TEST" in kind.upper():
        return [
            notice(
                "thousandeyes",
                key={"event": kind},
                status="unknown",
                title="ThousandEyes: test of the webhook",
                labels=labels(payload),
                kind="test",
            )
        ]
    if not found:
        raise NotThisToolError('A ThousandEyes webhook has "eventType" and "alert".')
    return [_read(payload, found, kind)]


def _read(payload: dict[str, Any], found: dict[str, Any], kind: str) -> Alert:
    rank = pick(found, "severity") or text(dig(found, "severity", "displayName"))
    rule, test = _named(found, "rule"), _named(found, "test")
    status: AlertStatus = word(STATUS, kind, word({"1": "firing", "0": "resolved"}, found.get("active"), "unknown"))
    targets = [said for item in items(found.get("testTargetsDescription")) if (said := text(item))]
    agent = mapping(dig(found, "agents", 0))
    ids = (
        text(found.get("ruleId")) or text(dig(found, "rule", "id")),
        text(found.get("testId")) or text(dig(found, "test", "id")),
    )
    return notice(
        "thousandeyes",
        key={"rule": ids[0], "test": ids[1]} if all(ids) else {"alert": pick(found, "alertId", "id"), "rule": rule},
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=next(iter(targets), None)
        or text(dig(found, "targets", 0))
        or pick(agent, "agentName", "name")
        or test,
        service=test,
        title=rule or test,
        description=paragraphs(
            found.get("ruleExpression"),
            dig(found, "rule", "expression"),
            agent.get("metricsAtStart"),
            found.get("details"),
        ),
        started_at=instant(found.get("dateStartZoned"))
        or instant(found.get("dateStart"), naive_is_utc=True)
        or instant(found.get("firstSeen")),
        ended_at=instant(found.get("dateEndZoned")) or instant(found.get("dateEnd"), naive_is_utc=True),
        labels=labels(
            {name: found.get(name) for name in ("alertId", "ruleId", "testId", "type", "violationCount")},
            {
                "agents": [pick(agent, "agentName", "name") for agent in items(found.get("agents"))],
                "testLabels": [pick(label, "name") for label in items(found.get("testLabels"))],
            },
        ),
        links=links(found.get("permalink"), payload.get("permalink"), dig(found, "links", "appLink", "href")),
        kind="test" if "TEST" in kind.upper() else "alert",
    )


def _named(found: dict[str, Any], what: str) -> str | None:
    return pick(found, f"{what}Name") or pick(mapping(found.get(what)), "name")


def looks_like(payload: Payload) -> bool:
    kind = text(dig(payload, "eventType")) or ""
    if kind.startswith(("ALERT_NOTIFICATION", "WEBHOOK_TEST")):
        return True
    found = dig(payload, "alert")
    return (
        has(found, "ruleExpression")
        or has(found, "testId")
        or (has(found, "rule", "test") and isinstance(found["rule"], dict))
    )


TOOL = Tool("thousandeyes", "ThousandEyes", parse, looks_like, 'a ThousandEyes webhook with "eventType" and "alert"')
