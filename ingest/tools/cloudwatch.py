"""Amazon CloudWatch alarms, as SNS delivers them (also bare, and inside the Records of a Lambda function)."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import SEVERITY_WORDS, dig, has, items, labels, paragraphs, pick, text, word
from ingest.tools.notice import EARLY, NotThisToolError, Payload, Tool, notice
from ingest.tools.sns_post import HANDSHAKES, envelopes, handshake, is_envelope, message_of
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {"alarm": "firing", "ok": "resolved", "insufficient_data": "unknown"}
"""INSUFFICIENT_DATA says that nothing is known: neither a trouble nor its end."""


def parse(payload: Payload) -> list[Alert]:
    found = envelopes(payload)
    if not found and has(payload, "AlarmName"):
        return [_alarm(payload, {})]
    if not found:
        raise NotThisToolError('A CloudWatch alarm comes as an SNS post whose "Message" holds "AlarmName".')
    return [_read(envelope) for envelope in found]


def _read(envelope: dict[str, Any]) -> Alert:
    control = handshake(envelope, "cloudwatch")
    if control is not None:
        return control
    message = message_of(envelope)
    if not has(message, "AlarmName"):
        raise NotThisToolError('This SNS message is no CloudWatch alarm (no "AlarmName"); use a hook for aws_')
    return _alarm(message, envelope)


def _alarm(alarm: dict[str, Any], envelope: dict[str, Any]) -> Alert:
    said = text(alarm.get("NewStateValue"))
    status: AlertStatus = word(STATUS, said, "unknown") if said else "firing"
    moment = instant(alarm.get("StateChangeTime")) or instant(envelope.get("Timestamp"))
    dimensions = _dimensions(alarm)
    rank = pick(alarm, "Priority", "Severity") or _severity_in(alarm)
    severity: Severity = word(SEVERITY_WORDS, rank, "unknown")
    return notice(
        "cloudwatch",
        # Not the ARN: older posts lack it, and it says the same.
        key={
            "account": text(alarm.get("AWSAccountId")),
            "region": text(alarm.get("Region")),
            "alarm": text(alarm.get("AlarmName")),
            "dimensions": dimensions,
        },
        status=status,
        severity=severity,
        tool_severity=rank,
        resource=_resource(dimensions),
        title=alarm.get("AlarmName"),
        description=paragraphs(alarm.get("AlarmDescription"), alarm.get("NewStateReason")),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(
            {
                name: alarm[name]
                for name in ("AWSAccountId", "Region", "AlarmArn", "OldStateValue", "AlarmRule")
                if name in alarm
            },
            {
                name: dig(alarm, "Trigger", name) or alarm.get(name)
                for name in ("MetricName", "Namespace", "Statistic", "Threshold")
            },
            dimensions,
        ),
    )


def _dimensions(alarm: dict[str, Any]) -> dict[str, str]:
    """Of the alarm's metric, or of the first metric in a metric-math alarm. Keys come in both cases."""
    found = items(dig(alarm, "Trigger", "Dimensions")) or items(alarm.get("Dimensions"))
    if not found:
        metrics = items(dig(alarm, "Trigger", "Metrics"))
        lists = (items(dig(metric, "MetricStat", "Metric", "Dimensions")) for metric in metrics)
        found = next((dimensions for dimensions in lists if dimensions), [])
    pairs = ((pick(item, "name", "Name"), pick(item, "value", "Value")) for item in found)
    return {name: value for name, value in pairs if name and value}


# A dimension that narrows a resource down (a disk, a path) comes beside the one that names it.
NAMING = (
    "InstanceId", "InstanceName", "DBInstanceIdentifier", "DBClusterIdentifier", "FunctionName", "LoadBalancer",
    "LoadBalancerName", "QueueName", "TopicName", "TableName", "BucketName", "ClusterName", "ServiceName",
    "CacheClusterId", "StreamName", "ApiName", "ApiId", "AutoScalingGroupName", "DomainName", "VolumeId",
    "NatGatewayId", "host",
)  # fmt: skip


def _resource(dimensions: Mapping[str, str]) -> str | None:
    named = next((dimensions[name] for name in NAMING if name in dimensions), None)
    return named or next(iter(dimensions.values()), None)


def _severity_in(alarm: dict[str, Any]) -> str | None:
    """CloudWatch has no severities; tags on the alarm are the custom."""
    tags = alarm.get("Tags") or alarm.get("tags")
    return pick(tags, "severity", "Severity", "priority", "Priority") if isinstance(tags, dict) else None


def looks_like(payload: Payload) -> bool:
    if has(payload, "AlarmName") and ("NewStateValue" in payload or "Trigger" in payload or "AlarmArn" in payload):
        return True
    found = envelopes(payload)
    if not found:
        return False
    inner = message_of(found[0])
    if has(inner, "AlarmName"):
        return True
    return text(found[0].get("Type")) in HANDSHAKES and is_envelope(payload)


TOOL = Tool("cloudwatch", "Amazon CloudWatch", parse, looks_like, "an SNS post of a CloudWatch alarm", turn=EARLY)
