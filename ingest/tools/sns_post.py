"""The envelope in which Amazon SNS delivers: one message, or the records that a Lambda function gets.

A subscription handshake is a control message. Its SubscribeURL is never fetched and is no link either: anybody can
post one.
"""

import json
from typing import Any

from ingest.event import Alert
from ingest.tools.fields import has, items, labels, mapping, text
from ingest.tools.notice import Payload, notice

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


def is_envelope(payload: Payload) -> bool:
    found = envelopes(payload)
    if not found:
        return False
    return "TopicArn" in found[0] or ("Type" in found[0] and "MessageId" in found[0])
