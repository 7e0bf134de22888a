"""Datadog: the webhooks integration, with the default payload or one that the customer composed of $VARIABLES."""

import re
from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.fingerprint import without_measurements
from ingest.tools.fields import SEVERITY_WORDS, dig, folded, labels, line, links, links_within, pairs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

TRANSITION: Mapping[str, AlertStatus] = {
    "triggered": "firing", "re-triggered": "firing", "warn": "firing", "re-warn": "firing", "no data": "firing",
    "re-no data": "firing", "renotify": "firing", "alert": "firing", "re-alert": "firing", "error": "firing",
    "warning": "firing", "recovered": "resolved", "ok": "resolved", "success": "resolved", "info": "unknown",
    "warn recovered": "resolved", "no data recovered": "resolved", "test": "unknown", "new": "firing", "open": "firing",
    "resolved": "resolved", "closed": "resolved", "acknowledged": "acknowledged",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {
    **SEVERITY_WORDS, "p1": "critical", "p2": "major", "p3": "minor", "p4": "warning", "p5": "info", "success": "info",
    "error": "major", "normal": "unknown",
}  # fmt: skip
_PREFIX = re.compile(r"^\[(?P<state>[A-Za-z][\w -]{1,30}?)(?: on (?P<scope>[^\]]{1,300}))?\]\s*")
_LEVEL = re.compile(r"^\[(?:P[1-5]|TEST)\]\s*")
HOST_TAGS = ("host", "hostname", "instance", "device", "pod_name", "container_name", "url", "node", "name")


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict):
        raise NotThisToolError("A Datadog webhook posts one JSON object.")
    flat = folded(payload)
    full = line(pick(flat, "title", "eventtitle", "alerttitle", "name", "monitorname")) or line(flat.get("msgtitle"))
    if full is None:
        raise NotThisToolError('A Datadog post should hold the event\'s title ("title": "$EVENT_TITLE").')
    level = _LEVEL.match(full)
    bare = full[level.end() :] if level else full
    prefix = _PREFIX.match(bare)
    title = (bare[prefix.end() :] or bare) if prefix else bare
    tags = pairs(flat.get("tags"))
    scope = pick(flat, "alertscope", "scope", "scopes", "monitorscope") or (prefix["scope"] if prefix else None)
    scope = scope.strip("{}") if scope else None
    rank = (
        pick(flat, "priority", "alertpriority", "severity")
        or (level.group().strip("[] ") if level else None)
        or pick(flat, "alerttype")
    )
    status = _status(flat, prefix["state"] if prefix else None)
    moment = _moment(flat)
    alert = notice(
        "datadog",
        key=_key(flat, scope, title),
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=_resource(flat, scope, tags),
        service=tags.get("service") or pairs(scope).get("service") or pick(flat, "service", "application"),
        title=title,
        description=_prose(flat),
        started_at=instant(flat.get("alertstarted")) or (moment if status == "firing" else None),
        ended_at=moment,
        labels=labels({name: value for name, value in payload.items() if name != "tags"}, tags),
        links=_links(flat),
        kind="test" if full.startswith("[TEST]") or "[TEST]" in full[:20] else "alert",
    )
    return [alert]


def _status(flat: dict[str, Any], state: str | None) -> AlertStatus:
    for said in (
        pick(flat, "alerttransition", "transition"),
        state,
        pick(flat, "alertstatus", "status"),
        pick(flat, "alerttype"),
    ):
        if said and said.casefold() in TRANSITION:
            return TRANSITION[said.casefold()]
    return "firing"


def _resource(flat: dict[str, Any], scope: str | None, tags: Mapping[str, str]) -> str | None:
    """The host of the group that fired; a scope without a host stands for itself, "*" for nothing."""
    group = pairs(scope)
    for name in HOST_TAGS[:-1]:
        if said := group.get(name) or tags.get(name):
            return said
    if said := pick(flat, "hostname", "host", "resource"):
        return said
    return scope if scope not in (None, "*", "all") else None


def _key(flat: dict[str, Any], scope: str | None, title: str) -> dict[str, object]:
    """Monitor and group. The title is part of it, for two monitors can hide behind one id."""
    monitor = pick(flat, "monitorid", "alertid") or text(dig(flat, "monitor", "id"))
    return {"monitor": monitor, "scope": scope, "title": without_measurements(title)}


def _prose(flat: dict[str, Any]) -> str | None:
    said = pick(flat, "body", "message", "eventmsg", "textonlymsg", "alertmessage", "description", "msg")
    return said.replace("%%%", "").strip() if said else None


def _links(flat: dict[str, Any]) -> tuple[str, ...]:
    stated = links(*(flat.get(name) for name in ("link", "url", "alerturl", "eventurl", "snapshot", "incidenturl")))
    return tuple(dict.fromkeys((*stated, *(link for link in links_within(_prose(flat)) if "datadoghq" in link))))


def _moment(flat: dict[str, Any]) -> Any:
    return next(
        (moment for name in ("date", "lastupdated", "dateposix", "timestamp") if (moment := instant(flat.get(name)))),
        None,
    )


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    flat = folded(payload)
    if {"alerttransition", "alertcyclekey", "aggregkey", "alertscope"} & flat.keys():
        return True
    kind = text(flat.get("eventtype")) or text(flat.get("type")) or ""
    if kind.endswith(("_alert_monitor", "alert_monitor")) or (
        kind in {"metric alert", "query alert", "service check"} and "title" in flat
    ):
        return True
    if {"lastupdated", "eventtype", "title", "body", "org"} <= flat.keys():
        return True
    if "alerttitle" in flat and {"alerttype", "transition", "monitorid"} & flat.keys():
        return True
    return "monitorid" in flat and "title" in flat and bool({"scopes", "scope", "query"} & flat.keys())


TOOL = Tool("datadog", "Datadog", parse, looks_like, "the payload of Datadog's webhooks integration")
