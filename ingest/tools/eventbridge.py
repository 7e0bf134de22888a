"""Amazon EventBridge: events of any AWS service, bare or inside SNS.

Most events are no alerts. Their own words decide: a state that failed fires, one that succeeded or is under way opens
nothing (control), a CloudWatch alarm state is read as such.
"""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertKind, AlertStatus
from ingest.tools.fields import (
    SEVERITY_WORDS,
    dig,
    folded,
    has,
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
from ingest.tools.notice import EARLY, NotThisToolError, Payload, Tool, notice
from ingest.tools.sns_post import envelopes, message_of
from ingest.tools.times import instant

_FIRING = """failed failure fail error errored timed_out timeout timed-out aborted alarm unhealthy rejected critical
    stopped_with_error impaired degraded open unsuccessful rolled_back faulted fault insufficient_capacity
    deactivated_by_error"""
_DONE = """succeeded success successful completed complete ok running pending started in_progress in-progress queued
    submitted starting creating created stopping stopped terminated shutting-down healthy available cancelled
    canceled superseded resumed provisioning stopped-by-user"""
_RESOLVED = "resolved closed archived fixed passed compliant"
WORDS: Mapping[str, AlertStatus] = {
    **dict.fromkeys(_DONE.split(), "unknown"),
    **dict.fromkeys(_RESOLVED.split(), "resolved"),
    **dict.fromkeys(_FIRING.split(), "firing"),
}
_TELLING = (
    "failed",
    "failure",
    "unsuccessful",
    "error",
    "alarm",
    "finding",
    "interruption",
    "issue",
    "health",
    "insight",
    "unhealthy",
    "abuse",
)
_STATE_NAMES = (
    "status", "state", "statuscode", "buildstatus", "laststatus", "executionstatus", "jobstatus", "currentphase",
    "eventtypecode", "result", "outcome", "statevalue",
)  # fmt: skip
_RESOURCE_NAMES = (
    "ec2instanceid", "instanceid", "dbinstanceidentifier", "sourceidentifier", "functionname", "projectname",
    "pipeline", "jobname", "bucketname", "containerinstancearn", "taskarn", "clusterarn", "executionarn",
    "statemachinearn", "resourceid", "resource", "repositoryname", "certificatearn", "keyid", "affectedentity",
)  # fmt: skip
_SERVICE_NAMES = (
    "autoscalinggroupname",
    "group",
    "servicename",
    "service",
    "clustername",
    "pipeline",
    "projectname",
    "application",
    "jobname",
)


def parse(payload: Payload) -> list[Alert]:
    found = _events(payload)
    if not found:
        raise NotThisToolError('An EventBridge event has "detail-type", "source" and "detail".')
    return [_read(part) for event in found for part in _parts(event)]


def _events(payload: Payload) -> list[dict[str, Any]]:
    if has(payload, "detail-type"):
        return [payload]
    if isinstance(payload, list):
        return [event for event in payload if has(event, "detail-type")]
    inner = (message_of(envelope) for envelope in envelopes(payload))
    return [event for event in inner if has(event, "detail-type")]


def _parts(event: dict[str, Any]) -> list[dict[str, Any]]:
    """An event for each finding: Security Hub sends several in one."""
    findings = [finding for finding in items(dig(event, "detail", "findings"))[:100] if isinstance(finding, dict)]
    return [{**event, "detail": finding} for finding in findings] or [event]


def _read(event: dict[str, Any]) -> Alert:
    detail = mapping(event.get("detail"))
    flat = folded(detail)
    title = line(event.get("detail-type"))
    alarm = has(detail, "alarmName")
    status, said = _status(detail, flat, title or "")
    kind: AlertKind = "alert" if status in {"firing", "resolved"} or alarm else "control"
    moment = instant(event.get("time"))
    resource = _resource(event, detail, flat)
    rank = _rank(flat)
    return notice(
        "aws_eventbridge",
        key={
            "account": text(event.get("account")),
            "region": text(event.get("region")),
            "source": text(event.get("source")),
            "what": text(detail.get("alarmName")) or _without_outcome(title or ""),
            # An event of AWS Health goes on while the list of what it affects changes.
            "resource": None if detail.get("eventArn") else resource,
            "finding": pick(detail, "id", "Id", "eventArn", "findingId") if rank else pick(detail, "eventArn"),
        },
        status=status,
        severity=word(SEVERITY_WORDS, rank, "unknown") if not _is_number(rank) else _by_number(float(rank or 0)),
        tool_severity=rank,
        resource=resource,
        service=pick(flat, *_SERVICE_NAMES, "productname"),
        title=text(detail.get("alarmName")) or _with_its_own(title, pick(flat, "title")),
        description=paragraphs(
            pick(flat, "cause", "statusmessage", "errormessage", "message", "title"),
            pick(flat, "description", "statusreason", "stoppedreason", "reason")
            or text(dig(detail, "state", "reason")),
            text(dig(detail, "eventDescription", 0, "latestDescription")),
        ),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(
            {name: event.get(name) for name in ("source", "account", "region", "detail-type")},
            {"state": said},
            _shallow(detail),
        ),
        links=links(dig(detail, "additional-information", "logs", "deep-link")),
        kind=kind,
    )


def _with_its_own(kind: str | None, title: str | None) -> str | None:
    """What kind of event it is, with the words of this one where it has any."""
    return f"{kind}: {title}" if kind and title else kind or title


def _without_outcome(title: str) -> str:
    """ "Launch Unsuccessful" and "Launch Successful" are notices of one thing."""
    return " ".join(
        part for part in title.split() if part.casefold() not in {"successful", "unsuccessful", "succeeded", "failed"}
    )


def _shallow(detail: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in detail.items() if not isinstance(value, (dict, list))}


def _status(detail: dict[str, Any], flat: dict[str, Any], title: str) -> tuple[AlertStatus, str | None]:
    finding = text(dig(detail, "Workflow", "Status")) or text(detail.get("RecordState"))
    said = text(dig(detail, "state", "value")) or pick(flat, *_STATE_NAMES) or finding
    if has(detail, "alarmName"):
        return word({"alarm": "firing", "ok": "resolved"}, said, "unknown"), said
    if said and said.casefold() in WORDS:
        return WORDS[said.casefold()], said
    telling = any(part in title.casefold() for part in _TELLING)
    return ("firing" if telling else "unknown"), said


def _resource(event: dict[str, Any], detail: dict[str, Any], flat: dict[str, Any]) -> str | None:
    dimensions = dig(detail, "configuration", "metrics", 0, "metricStat", "metric", "dimensions")
    if isinstance(dimensions, dict) and (
        named := next((said for value in dimensions.values() if (said := text(value))), None)
    ):
        return named
    stated = (
        pick(flat, *_RESOURCE_NAMES)
        or text(dig(detail, "resource", "instanceDetails", "instanceId"))
        or text(dig(detail, "Resources", 0, "Id"))
        or text(dig(detail, "affectedEntities", 0, "entityValue"))
    )
    arns = [arn for arn in items(event.get("resources")) if text(arn)]
    return _last_of_arn(stated or text(arns[-1] if arns else None))


def _last_of_arn(said: str | None) -> str | None:
    if said is None or not said.startswith("arn:"):
        return said
    return said.split(":", 5)[-1].split("/", 1)[-1] or said


def _rank(flat: dict[str, Any]) -> str | None:
    stated = flat.get("severity")
    return pick(stated, "Label", "label") if isinstance(stated, dict) else text(stated) or pick(flat, "priority")


def _is_number(said: str | None) -> bool:
    return said is not None and said.replace(".", "", 1).isdecimal()


def _by_number(score: float) -> Any:
    """GuardDuty counts to 10: low below 4, medium below 7, high below 9."""
    return "critical" if score >= 9 else "major" if score >= 7 else "minor" if score >= 4 else "warning"


def looks_like(payload: Payload) -> bool:
    found = _events(payload)
    return bool(found) and "source" in found[0] and "detail" in found[0]


TOOL = Tool(
    "aws_eventbridge",
    "Amazon EventBridge",
    parse,
    looks_like,
    'an EventBridge event with "detail-type" and "detail"',
    turn=EARLY,
)
