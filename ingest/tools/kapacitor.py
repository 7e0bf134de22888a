"""Kapacitor: posts of the HTTP alert handler. The alert's id is its identity; its level is the state."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.alertmanager import resource_in
from ingest.tools.fields import dig, fields_of, has, items, labels, line, mapping, pairs, paragraphs, pick, text, word
from ingest.tools.notice import VAGUE, NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {"ok": "resolved", "info": "firing", "warning": "firing", "critical": "firing"}
SEVERITY: Mapping[str, Severity] = {"critical": "critical", "warning": "warning", "info": "info", "ok": "info"}


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict) or not pick(payload, "id", "message"):
        raise NotThisToolError('A Kapacitor post has "id", "message", "level" and "data".')
    tags, names = _series(payload)
    level = pick(payload, "level")
    status: AlertStatus = word(STATUS, level, "firing" if level is None else "unknown")
    moment = instant(payload.get("time"))
    ident = text(payload.get("id"))
    alert = notice(
        "kapacitor",
        key={"id": ident} if ident else {"message": line(payload.get("message")), "tags": tags},
        status=status,
        severity=word(SEVERITY, level, "unknown"),
        tool_severity=level,
        resource=resource_in(tags) or next(iter(tags.values()), None),
        service=tags.get("service") or tags.get("app") or pick(payload, "task", "taskName") or next(iter(names), None),
        title=ident or payload.get("message"),
        description=paragraphs(payload.get("message"), _plain(payload.get("details"))),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels({name: payload.get(name) for name in ("level", "previousLevel", "duration")}, tags),
    )
    return [alert]


def _plain(details: Any) -> str | None:
    """By default the details are the whole alert as HTML-escaped JSON, which says nothing more."""
    said = text(details)
    return None if said is None or said.startswith(("{&#34;", '{"', "{&quot;")) else said


def _series(payload: dict[str, Any]) -> tuple[dict[str, str], list[str]]:
    tags: dict[str, str] = {}
    names: list[str] = []
    for series in items(dig(payload, "data", "series"))[:50]:
        tags = {**pairs(mapping(series).get("tags")), **tags}
        if name := pick(series, "name"):
            names.append(name)
    return tags, names


def looks_like(payload: Payload) -> bool:
    if isinstance(dig(payload, "data"), dict) and "series" in payload["data"]:
        return True
    if has(payload, "id", "level", "data") and fields_of(payload, "message", "previousLevel", "duration", "details"):
        return True
    return has(payload, "id", "message", "data") and not fields_of(payload, "title", "name", "status", "type", "event")


TOOL = Tool("kapacitor", "Kapacitor", parse, looks_like, 'a Kapacitor post with "id", "level" and "data"', turn=VAGUE)
