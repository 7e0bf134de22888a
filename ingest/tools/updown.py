"""updown.io: a list of events about checks: down and up, certificates, performance."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import dig, has, labels, links, mapping, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "check.down": "firing", "check.still_down": "firing", "check.up": "resolved", "check.ssl_invalid": "firing",
    "check.ssl_expiration": "firing", "check.ssl_valid": "resolved", "check.ssl_renewed": "resolved",
    "check.performance_drop": "firing",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {
    "check.down": "critical",
    "check.ssl_expiration": "warning",
    "check.performance_drop": "warning",
}
FAMILY: Mapping[str, str] = {"ssl": "certificate", "performance": "performance"}


def parse(payload: Payload) -> list[Alert]:
    events = payload if isinstance(payload, list) else [payload]
    if not events or not all(has(event, "event") and isinstance(event.get("check"), dict) for event in events):
        raise NotThisToolError('An updown.io webhook is a list of events with "event" and "check".')
    return [_read(event) for event in events]


def _read(event: dict[str, Any]) -> Alert:
    kind = text(event.get("event")) or ""
    check, downtime = mapping(event["check"]), mapping(event.get("downtime"))
    url, alias = pick(check, "url"), pick(check, "alias")
    status: AlertStatus = word(STATUS, kind, "unknown")
    moment = instant(event.get("time"))
    return notice(
        "updown",
        key={"check": pick(check, "token") or url, "about": FAMILY.get(kind.removeprefix("check.").partition("_")[0])},
        status=status,
        severity=word(SEVERITY, kind, "unknown"),
        resource=url,
        service=alias or url,
        title=alias or url,
        description=paragraphs(
            event.get("description"),
            downtime.get("error"),
            check.get("error"),
            dig(event, "ssl", "error"),
            event.get("apdex_dropped"),
        ),
        started_at=instant(downtime.get("started_at"))
        or instant(check.get("down_since"))
        or (moment if status == "firing" else None),
        ended_at=instant(downtime.get("ended_at")) or moment,
        labels=labels(
            {"event": kind},
            {name: value for name, value in check.items() if not isinstance(value, (dict, list))},
            {"downtime": downtime},
        ),
        links=links(url),
        kind="alert" if kind in STATUS else "control",
    )


def looks_like(payload: Payload) -> bool:
    event = payload[0] if isinstance(payload, list) and payload else payload
    return (
        has(event, "event", "check")
        and isinstance(event["check"], dict)
        and (text(event["event"]) or "").startswith("check.")
    ) or (isinstance(payload, list) and has(event, "event", "check", "downtime"))


TOOL = Tool("updown", "updown.io", parse, looks_like, "an updown.io webhook: a list of events about checks")
