"""Amazon SNS: what is neither a CloudWatch alarm nor an EventBridge event; those are read as what they are."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from ingest.event import Alert
from ingest.fingerprint import without_measurements
from ingest.tools import cloudwatch, eventbridge, generic
from ingest.tools.fields import dig, has, labels, line, mapping, pairs, pick, text
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.sns_post import envelopes, handshake, is_envelope, message_of
from ingest.tools.times import instant


def parse(payload: Payload) -> list[Alert]:
    found = envelopes(payload)
    if not found:
        raise NotThisToolError('An SNS post has "Type", "TopicArn" and "Message".')
    return [alert for envelope in found for alert in _read(envelope)]


def _read(envelope: dict[str, Any]) -> Iterator[Alert]:
    control = handshake(envelope, "aws_sns")
    if control is not None:
        yield control
        return
    message = message_of(envelope)
    subject, topic = line(envelope.get("Subject")), text(envelope.get("TopicArn"))
    if has(message, "AlarmName"):
        yield from _as_sns(cloudwatch.parse(envelope))
        return
    if has(message, "detail-type"):
        yield from _as_sns(eventbridge.parse(message))
        return
    if isinstance(message, dict):
        yield _structured(envelope, message, subject, topic)
        return
    said = text(message)
    if said is None and subject is None:
        raise NotThisToolError("This SNS message has neither a subject nor a text.")
    title = subject or line(said)
    yield notice(
        "aws_sns",
        key={"topic": topic, "title": without_measurements(title or "")},
        status="firing",
        resource=_topic_name(topic),
        title=title,
        description=said,
        started_at=instant(envelope.get("Timestamp")),
        labels=_labels(envelope),
    )


def _as_sns(alerts: Iterable[Alert]) -> Iterator[Alert]:
    return (msgspec.structs.replace(alert, tool="aws_sns") for alert in alerts)


def _structured(envelope: dict[str, Any], message: dict[str, Any], subject: str | None, topic: str | None) -> Alert:
    """Some other program's JSON: read by the common names, under the subject where it has no title of its own."""
    read = generic.read(
        message
        if pick(message, "title", "name", "summary", "subject") or subject is None
        else {"title": subject, **message},
        "aws_sns",
    )
    return notice(
        "aws_sns",
        key={"topic": topic, "inner": read.fingerprint},
        status=read.status,
        severity=read.severity,
        tool_severity=read.tool_severity,
        resource=read.resource or _topic_name(topic),
        service=read.service,
        title=read.title,
        description=read.description,
        started_at=read.started_at or instant(envelope.get("Timestamp")),
        ended_at=read.ended_at,
        labels={**_labels(envelope), **read.labels},
        links=read.links,
    )


def _topic_name(topic: str | None) -> str | None:
    return topic.rsplit(":", 1)[-1] or None if topic else None


def _labels(envelope: dict[str, Any]) -> dict[str, str]:
    attributes = {
        name: dig(value, "Value") or dig(value, "StringValue")
        for name, value in mapping(envelope.get("MessageAttributes")).items()
    }
    return labels({name: envelope.get(name) for name in ("TopicArn", "MessageId", "Subject")}, pairs(attributes))


TOOL = Tool("aws_sns", "Amazon SNS", parse, is_envelope, 'an SNS post with "Type", "TopicArn" and "Message"')
