"""Grafana: unified alerting (since 8, Alertmanager's shape with more links) and the legacy webhook.

In unified posts each alert has its own status. A legacy post is about one rule: its "ok" names no series, so the
identity is the rule and all matching series are one alert.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from ingest.event import Alert, AlertStatus
from ingest.fingerprint import fingerprint
from ingest.tools import alertmanager
from ingest.tools.fields import SEVERITY_WORDS, dig, items, labels, line, links, mapping, pairs, pick, text, word
from ingest.tools.notice import EARLY, NotThisToolError, Payload, Tool, notice

LEGACY_STATUS: Mapping[str, AlertStatus] = {
    "alerting": "firing", "firing": "firing", "no_data": "firing", "nodata": "firing", "error": "firing",
    "ok": "resolved", "resolved": "resolved", "normal": "resolved", "paused": "unknown", "pending": "unknown",
    "unknown": "unknown",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    if isinstance(payload, dict) and isinstance(payload.get("alerts"), list):
        return [_unified(payload, alert) for alert in payload["alerts"]]
    if isinstance(payload, dict) and ("ruleName" in payload or "ruleId" in payload or "evalMatches" in payload):
        return [_legacy(payload)]
    raise NotThisToolError('A Grafana post has a list "alerts" (unified alerting) or "ruleName" and "state" (legacy).')


def _unified(payload: dict[str, Any], alert: Any) -> Alert:
    if not isinstance(alert, dict):
        raise NotThisToolError('Each member of "alerts" in a Grafana post must be an object.')
    read = alertmanager.read_alert(alert, tool="grafana", scheme="grafana", external=payload.get("externalURL"))
    named = "alertname" in read.labels
    title = (
        read.title if named else line(payload.get("title")) if len(payload["alerts"]) == 1 else line(alert.get("title"))
    )
    said = read.tool_severity or (line(payload.get("severity"), 100) if len(payload["alerts"]) == 1 else None)
    key = read.fingerprint
    if not named:  # no name among the labels: the labels alone would mix up rules
        key = fingerprint("grafana", {"rule": line(alert.get("title")) or title, "labels": _lasting(read.labels)})
    values = mapping(alert.get("values"))
    return msgspec.structs.replace(
        read,
        title=title or read.title,
        description=read.description or text(alert.get("message")) or text(alert.get("valueString")),
        tool_severity=said,
        severity=word(SEVERITY_WORDS, said, "unknown"),
        fingerprint=key,
        basis=("labels",) if named else ("rule", "labels"),
        labels=dict(read.labels) | {f"value.{name}": value for name, value in pairs(values).items()},
    )


def _lasting(found: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in found.items() if name not in alertmanager.NOT_IDENTITY}


def _legacy(payload: dict[str, Any]) -> Alert:
    is_test = text(payload.get("ruleName")) == "Test notification" and payload.get("ruleId") in (0, None)
    if text(payload.get("state")) is None and not is_test:
        raise NotThisToolError(
            'A legacy Grafana post says in "state" whether the rule is alerting or ok; this one does not.'
        )
    matches = [match for match in items(payload.get("evalMatches")) if isinstance(match, dict)]
    series = [(text(match.get("metric")), pairs(match.get("tags"))) for match in matches]
    shared = _shared([tags for _, tags in series])
    own = pairs(payload.get("tags"))
    tags = shared | own
    metrics = {metric for metric, _ in series if metric}
    resource = alertmanager.resource_in(tags) or (metrics.pop() if len(metrics) == 1 else None)
    said = pick(tags, "severity", "priority", "level")
    return notice(
        "grafana",
        key={
            "org": text(payload.get("orgId")) if payload.get("orgId") else None,
            "rule": (text(payload.get("ruleId")) if payload.get("ruleId") else None) or text(payload.get("ruleName")),
            "dashboard": text(payload.get("dashboardId")),
            "panel": text(payload.get("panelId")),
        },
        status=word(LEGACY_STATUS, payload.get("state"), "unknown"),
        severity=word(SEVERITY_WORDS, said, "unknown"),
        tool_severity=said,
        resource=resource,
        service=pick(tags, "service", "app", "application", "component", "job", "group"),
        title=pick(payload, "ruleName", "title"),
        description=payload.get("message"),
        labels=labels(tags, {"metric": dig(matches, 0, "metric"), "value": dig(matches, 0, "value")}),
        links=links(payload.get("ruleUrl"), payload.get("imageUrl")),
        kind="test" if is_test else "alert",
    )


def _shared(tags: list[dict[str, str]]) -> dict[str, str]:
    """What all matching series agree on."""
    if not tags:
        return {}
    return {name: value for name, value in tags[0].items() if all(other.get(name) == value for other in tags)}


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    if "ruleName" in payload and ("ruleUrl" in payload or "evalMatches" in payload or "state" in payload):
        return True
    if not isinstance(payload.get("alerts"), list):
        return False
    member = dig(payload, "alerts", 0)
    own = {
        "silenceURL",
        "dashboardURL",
        "panelURL",
        "valueString",
        "imageURL",
        "folderUID",
        "ruleGroup",
        "noDataState",
        "values",
        "orgId",
    }
    known = {"orgId", "state", "title", "message", "appVersion"} & payload.keys() if "groupLabels" in payload else ()
    return bool(known) or (
        isinstance(member, dict) and isinstance(member.get("labels"), dict) and bool(own & member.keys())
    )


TOOL = Tool(
    "grafana",
    "Grafana",
    parse,
    looks_like,
    "a Grafana webhook post, of unified alerting or of the legacy kind",
    turn=EARLY,
)
