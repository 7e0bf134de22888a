"""Amazon SNS: the envelope in which CloudWatch, EventBridge and many others deliver, and what else comes in it.

A subscription handshake is a control message. Its SubscribeURL is never fetched and is no link either: anybody can
post one.
"""

import json
from collections.abc import Iterator
from typing import Any

from ingest.event import Alert
from ingest.fingerprint import without_measurements
from ingest.tools import generic
from ingest.tools.fields import dig, has, items, labels, line, mapping, pairs, pick, text
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

HANDSHAKES = frozenset({"SubscriptionConfirmation", "UnsubscribeConfirmation"})


def envelopes(payload: Payload) -> list[dict[str, Any]]:
    """The SNS messages in a post: one, or the Records that a Lambda function gets."""
    if has(payload, "Records"):
        found = [
            mapping(record.get("Sns")) or mapping(record.get("sns"))
            for record in items(payload["Records"])
            if isinstance(record, dict)
        ]
        return [envelope for envelope in found if envelope]
    return [payload] if isinstance(payload, dict) and ("TopicArn" in payload or "Message" in payload) else []


def message_of(envelope: dict[str, Any]) -> Any:
    """The message inside: an object where it is JSON (raw or as a string), else the text."""
    said = envelope.get("Message")
    if isinstance(said, str) and said.lstrip()[:1] in {"{", "["}:
        try:
            inner = json.loads(said, strict=False)
        except (ValueError, RecursionError):
            return said
        # A message structure of "json" has one text for each protocol.
        return (
            inner["default"]
            if isinstance(inner, dict)
            and set(inner) <= {"default", "email", "http", "https", "sms", "lambda", "sqs"}
            and "default" in inner
            else inner
        )
    return said


def handshake(envelope: dict[str, Any], tool: str) -> Alert | None:
    if text(envelope.get("Type")) not in HANDSHAKES:
        return None
    return notice(
        tool,
        key={"topic": text(envelope.get("TopicArn")), "type": text(envelope.get("Type"))},
        status="unknown",
        resource=envelope.get("TopicArn"),
        title=f"{envelope.get('Type')} of {text(envelope.get('TopicArn')) or 'an SNS topic'}",
        description=envelope.get("Message"),
        labels=labels({name: envelope.get(name) for name in ("Type", "TopicArn", "MessageId", "SubscribeURL")}),
        kind="control",
    )


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


def looks_like(payload: Payload) -> bool:
    found = envelopes(payload)
    if not found:
        return False
    return "TopicArn" in found[0] or ("Type" in found[0] and "MessageId" in found[0])


TOOL = Tool("aws_sns", "Amazon SNS", parse, looks_like, 'an SNS post with "Type", "TopicArn" and "Message"')
