"""Keep: alerts in its own form, as its workflows and webhooks pass them on."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus
from ingest.tools.fields import (
    SEVERITY_WORDS,
    fields_of,
    items,
    labels,
    line,
    links,
    mapping,
    paragraphs,
    pick,
    text,
    word,
)
from ingest.tools.notice import VAGUE, NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "firing": "firing", "resolved": "resolved", "acknowledged": "acknowledged", "suppressed": "firing",
    "pending": "unknown", "maintenance": "unknown",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    alerts = payload if isinstance(payload, list) else [payload]
    if not all(isinstance(alert, dict) and pick(alert, "name") for alert in alerts):
        raise NotThisToolError('A Keep alert has "name", "status" and "fingerprint".')
    return [_read(alert) for alert in alerts]


def _read(alert: dict[str, Any]) -> Alert:
    found = mapping(alert.get("labels"))
    rank = pick(alert, "severity")
    status: AlertStatus = word(STATUS, alert.get("status"), "firing")
    moment = instant(alert.get("lastReceived"))
    host = pick(alert, "host", "hostname", "instance", "resource", "pod") or pick(
        found, "instance", "host", "hostname", "pod"
    )
    sources = [said for item in items(alert.get("source")) if (said := text(item))]
    mark = pick(alert, "fingerprint")
    return notice(
        "keep",
        key={"fingerprint": mark, "source": sources}
        if mark
        else {"name": pick(alert, "name"), "resource": host, "source": sources},
        status=status,
        severity=word(SEVERITY_WORDS, rank, "unknown"),
        tool_severity=rank,
        resource=host,
        service=pick(alert, "service") or pick(found, "service", "job"),
        title=line(pick(alert, "name")),
        description=paragraphs(alert.get("message"), alert.get("description")),
        started_at=instant(alert.get("firingStartTime"))
        or instant(alert.get("startedAt"))
        or (moment if status == "firing" else None),
        ended_at=moment,
        labels=labels({"source": sources, "environment": alert.get("environment")}, found),
        links=links(alert.get("url"), alert.get("generatorURL"), alert.get("imageUrl")),
    )


def looks_like(payload: Payload) -> bool:
    alert = payload[0] if isinstance(payload, list) and payload else payload
    own = fields_of(
        alert,
        "lastReceived",
        "fingerprint",
        "source",
        "pushed",
        "isDuplicate",
        "isFullDuplicate",
        "providerId",
        "apiKeyRef",
    )
    return own >= 3 and fields_of(alert, "name", "status") == 2


TOOL = Tool(
    "keep",
    "Keep",
    parse,
    looks_like,
    'a Keep alert with "name", "status", "fingerprint" and "lastReceived"',
    turn=VAGUE,
)
