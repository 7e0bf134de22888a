"""Splunk Observability Cloud (SignalFx): detector webhooks. The status counts; severity stays when it clears."""

from collections.abc import Mapping

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.alertmanager import resource_in
from ingest.tools.fields import fields_of, labels, line, links, pairs, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "anomalous": "firing", "too high": "firing", "too low": "firing", "ok": "resolved", "manually resolved": "resolved",
    "stopped": "resolved", "resolved": "resolved", "auto resolved": "resolved",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {
    "critical": "critical",
    "major": "major",
    "minor": "minor",
    "warning": "warning",
    "info": "info",
}
_OVER = ("manually resolved", "cleared at", "auto resolved", "back to normal", "alert cleared", "stopped:", "cleared:")


def parse(payload: Payload) -> list[Alert]:
    if isinstance(payload, dict) and isinstance(payload.get("inputs"), dict):
        # Inputs are objects; plain values among them are fields that a template's braces misplaced.
        payload = {name: value for name, value in payload["inputs"].items() if not isinstance(value, dict)} | payload
    if not isinstance(payload, dict) or not fields_of(
        payload, "rule", "detector", "incidentId", "messageTitle", "detectorId"
    ):
        raise NotThisToolError('A SignalFx webhook has "rule", "detector" and "status".')
    dimensions = pairs(payload.get("dimensions"))
    rank = pick(payload, "severity")
    rule, detector = pick(payload, "rule"), pick(payload, "detectorId", "detector", "detectorUrl")
    moment = instant(payload.get("timestamp"))
    prose = " ".join(part for name in ("messageTitle", "messageBody") if (part := text(payload.get(name)))).casefold()[
        :4000
    ]
    status: AlertStatus = word(STATUS, pick(payload, "status", "statusExtended"), "unknown")
    # A manual resolve may keep the extended status of the anomaly.
    if any(sign in prose for sign in _OVER):
        status = "resolved"
    alert = notice(
        "signalfx",
        key={"detector": detector, "rule": rule, "dimensions": dimensions}
        if rule or detector
        else {"incident": text(payload.get("incidentId"))},
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=resource_in(dimensions),
        service=dimensions.get("service") or dimensions.get("sf_service") or pick(payload, "detector"),
        title=rule or line(payload.get("messageTitle")) or pick(payload, "detector"),
        description=paragraphs(payload.get("messageBody"), payload.get("description"), payload.get("tip")),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(
            {name: value for name, value in payload.items() if not isinstance(value, (dict, list))}, dimensions
        ),
        links=links(payload.get("detectorUrl"), payload.get("runbookUrl"), payload.get("imageUrl")),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    own = (
        "sf_schema",
        "detectorUrl",
        "statusExtended",
        "originatingMetric",
        "detectOnCondition",
        "detectorId",
        "messageTitle",
        "triggeredWhileMuted",
    )
    return fields_of(payload, *own) >= 3


TOOL = Tool(
    "signalfx",
    "Splunk Observability (SignalFx)",
    parse,
    looks_like,
    'a detector webhook with "rule", "detector" and "status"',
)
