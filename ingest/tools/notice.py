"""What a tool's file gives to the registry (`Tool`), and the one place where Alerts are made (`notice`)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from ingest.event import Alert, AlertKind, AlertStatus, Mail, Severity
from ingest.fingerprint import fingerprint, without_measurements
from ingest.tools.fields import MAX_TEXT, line, text

Payload = Any
"""What JSON can hold, or a mapping of strings from a form."""


EARLY, TELLING, VAGUE, LAST = 5, 10, 20, 30
"""Turns of `auto`: a special case of another tool's shape, a shape that only one tool has, one that others have as
well, and what fits almost anything."""


class NotThisToolError(ValueError):
    """The payload is not what the tool sends; the message is one sentence for the person who connects it."""


class Tool(Struct, frozen=True):
    """One monitoring tool: how to read its payload, and how to tell by its shape that a payload is its own.

    `parse` raises `NotThisToolError` (or another ValueError) for a payload it cannot read, and gives an empty list for
    one that says nothing. `looks_like` is cheap and never raises. `expects` completes "this hook expects …".
    `turn` says when `auto` asks about this shape: lower first, then by name. A shape that others have comes later.
    """

    name: str
    title: str
    parse: Callable[[Payload], list[Alert]]
    looks_like: Callable[[Payload], bool]
    expects: str
    turn: int = TELLING


class MailTool(Struct, frozen=True):
    """A tool that is known by its notification mails: `read` gives None for a mail that is not one of them."""

    name: str
    read: Callable[[Mail], Alert | None]
    turn: int = TELLING


def notice(
    tool: str,
    *,
    key: Mapping[str, object],
    status: AlertStatus,
    severity: Severity = "unknown",
    tool_severity: Any = None,
    resource: Any = None,
    service: Any = None,
    title: Any = None,
    description: Any = None,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    labels: Mapping[str, str] | None = None,
    links: Iterable[str] = (),
    kind: AlertKind = "alert",
    scheme: str | None = None,
    identity: str | None = None,
    released: bool = False,
) -> Alert:
    """Make an Alert from raw fields.

    `key` names and holds what identifies the condition. Where the tool left all of it out, resource, service and
    title stand in. `identity` is a fingerprint that the desk gave out before. What says nothing becomes None; titles
    and names become one line.
    """
    resource, service, title = line(resource), line(service), line(title)
    named = {name: part for name, part in key.items() if part not in (None, "", (), [], {})}
    if not named:
        named = {"resource": resource, "service": service, "title": without_measurements(title or "")}
    said = text(description)
    return Alert(
        tool=tool,
        status=status,
        severity=severity,
        tool_severity=line(tool_severity, 100) or ("none" if tool_severity == "none" else None),
        resource=resource,
        service=service,
        title=title,
        description=None if said is None or said == title else said[:MAX_TEXT],
        fingerprint=identity or fingerprint(scheme or tool, named),
        basis=tuple(sorted(named)),
        started_at=started_at,
        ended_at=ended_at if status == "resolved" else None,
        labels=labels or {},
        links=tuple(links),
        kind=kind,
        released=released,
    )
