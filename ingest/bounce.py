"""Bounces: mails that came back (RFC 3464, RFC 3461, RFC 3463), and those of servers that never read a standard."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ingest.event import Bounce
from ingest.mime import Message


class Found(NamedTuple):
    """A bounce and the rules by which it is one."""

    bounce: Bounce
    rules: tuple[str, ...]


def read_bounce(message: Message, subject: str | None, text: str, envelope: Mapping[str, Any]) -> Found | None:
    """The bounce that a mail is, or None."""
    report = message.root.content_type == "multipart/report" and message.root.params.get("report-type") == "delivery-status"
    return Found(Bounce(message_id=None), ("delivery-status",)) if report else None
