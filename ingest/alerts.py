"""From a webhook's bytes to Alerts. Pure, and never raises: what cannot be read comes back as `Unreadable`."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

import msgspec

from ingest import mapping
from ingest.changes.reading import CHANGE_TOOLS, check_change, read_change
from ingest.event import Alert, Event, Reading, Unreadable
from ingest.payload import PayloadError, decode_payload, is_form, is_json
from ingest.standins import heartbeat
from ingest.tools import alertmanager, alertmanager_post
from ingest.tools.alertmanager_post import Elements
from ingest.tools.notice import Payload, Tool
from ingest.tools.registry import TOOLS, recognise

MAX_ALERTS = 10_000
"""Of one post. More are counted in one `Unreadable`, which keeps the whole post in quarantine."""

UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
"""What a reader may fail with on a payload of hostile shape; each becomes a reason."""


def read_webhook(
    tool: str, body: bytes, reading: Reading, content_type: str | None = None, at: datetime | None = None
) -> tuple[Event, ...]:
    """Read one post.

    `tool` is a name of the registry, a name in `reading.mappings`, or "auto". `at` is when the post was accepted;
    only Alertmanager's API needs it, whose alerts are over when their `endsAt` has come. The result holds Alerts
    (none for a post that says nothing) and an Unreadable for what could not be understood.
    """
    if tool == heartbeat.TOOL:
        return (heartbeat.check_in(),)
    if tool in CHANGE_TOOLS and tool not in reading.mappings:
        return read_change(tool, body, content_type)
    ordinary = tool in alertmanager_post.SCHEMES and tool not in reading.mappings
    if ordinary and (alerts := alertmanager_post.read_post(tool, body, at)) is not None:
        return _bounded(alerts)
    try:
        payload = decode_payload(body, content_type)
    except PayloadError as problem:
        return (Unreadable(reason=str(problem)),)
    return read_payload(tool, payload, reading, at)


def elements(tool: str, body: bytes, reading: Reading) -> Elements | None:
    """The alerts of an ordinary post of one of the commonest tools, to be read one by one; None for all else."""
    if tool not in alertmanager_post.SCHEMES or tool in reading.mappings:
        return None
    found = alertmanager_post.elements(tool, body)
    return found if found is not None and len(found.elements) <= MAX_ALERTS else None


def read_payload(tool: str, payload: Payload, reading: Reading, at: datetime | None = None) -> tuple[Event, ...]:
    """The same for a payload that is already decoded."""
    reader = _reader(tool, payload, reading)
    if isinstance(reader, Unreadable):
        return (reader,)
    members = len(payload) if isinstance(payload, list) else 0
    try:
        alerts = _parsed(reader, payload[: MAX_ALERTS + 1] if members else payload, at)
    except UNREADABLE as problem:
        return (Unreadable(reason=_sentence(reader, problem)),)
    return _bounded(
        [msgspec.structs.replace(alert, index=index) if index else alert for index, alert in enumerate(alerts)],
        members,
    )


def _parsed(reader: Tool, payload: Payload, at: datetime | None = None) -> list[Alert]:
    """The alerts of a payload, or of the members of a list where the tool itself posts one at a time: relays batch."""
    try:
        return alertmanager.parse(payload, at) if reader.name == "alertmanager" else reader.parse(payload)
    except UNREADABLE:
        if not isinstance(payload, list) or not payload or not all(isinstance(member, dict) for member in payload):
            raise
    return [alert for member in payload[: MAX_ALERTS + 1] for alert in reader.parse(member)]


def _reader(tool: str, payload: Payload, reading: Reading) -> Tool | Unreadable:
    table = reading.mappings.get(tool)
    if table is not None and not mapping.is_for_mails(table):
        return _mapped(tool, table)
    if tool in TOOLS:
        return TOOLS[tool]
    if tool == "auto":
        return _mapped_by_shape(payload, reading) or recognise(payload) or UNKNOWN_SHAPE
    return Unreadable(reason=f'No tool is called "{tool[:60]}"; known are: {", ".join(sorted(TOOLS))}.')


LARGE = 1_000_000
"""Bytes; whether a longer body has the right shape is seen when it is read, so that the door is not held up by it."""
LOOKED_INTO = 20
"""Members of a list that are read to see whose it is."""

UNKNOWN_SHAPE = Unreadable(reason="No tool that the desk knows sends a payload of this shape.")


def _mapped(name: str, table: Mapping[str, str]) -> Tool | Unreadable:
    """The administrator's mapping as a tool; it comes before a built-in tool of the same name."""
    try:
        compiled = mapping.compile_mapping(name, tuple(sorted(table.items())))
    except mapping.MappingError as problem:
        return Unreadable(reason=str(problem))
    if not isinstance(compiled, mapping.JsonMapping):
        return Unreadable(reason=f'The mapping "{name}" reads mails, not payloads.')
    return Tool(name, name, partial(mapping.read_json, compiled), lambda _: True, f'what the mapping "{name}" reads')


def _mapped_by_shape(payload: Payload, reading: Reading) -> Tool | None:
    """The first mapping with a condition that this payload meets."""
    for name in sorted(reading.mappings):
        table = reading.mappings[name]
        if "when" not in table or mapping.is_for_mails(table):
            continue
        tool = _mapped(name, table)
        if isinstance(tool, Tool) and mapping.meets(name, table, payload):
            return tool
    return None


def _sentence(reader: Tool, problem: Exception) -> str:
    said = str(problem)
    if isinstance(problem, ValueError) and said.endswith("."):
        return said
    why = f"{type(problem).__name__}: {said[:120]}"
    return f"This {reader.title} payload has a shape that its reader does not know ({why})."


def _bounded(alerts: list[Alert], members: int = 0) -> tuple[Event, ...]:
    """`members` is how many a list had before it was cut."""
    if len(alerts) <= MAX_ALERTS:
        return tuple(alerts)
    excess = Unreadable(
        reason=f"The post has {max(len(alerts), members)} alerts; only the first {MAX_ALERTS} were read.",
        index=MAX_ALERTS,
    )
    return (*alerts[:MAX_ALERTS], excess)


def _can_read(tool: Tool, payload: Payload) -> bool:
    """Customers change templates: what the reader understands is welcome in any shape."""
    try:
        return bool(_parsed(tool, _start_of(payload)))
    except UNREADABLE:
        return False


def _start_of(payload: Payload) -> Payload:
    """The same with its lists cut: the first members tell whose it is."""
    if isinstance(payload, list):
        return payload[:LOOKED_INTO]
    if isinstance(payload, dict):
        return {name: said[:LOOKED_INTO] if isinstance(said, list) else said for name, said in payload.items()}
    return payload


def check_webhook(tool: str, body: bytes, content_type: str | None = None) -> str | None:
    """For the door: None where the body is what `tool` sends, else one sentence for the answer 400. Never raises."""
    if len(body) > LARGE:
        sound = is_form(body, content_type) or is_json(body)
        return None if sound else "A body over 1 MB must be JSON without a fault."
    if tool in alertmanager_post.SCHEMES and alertmanager_post.is_post(body):
        return None
    if tool in CHANGE_TOOLS:
        return check_change(tool, body, content_type)
    try:
        payload = decode_payload(body, content_type)
    except PayloadError as problem:
        return str(problem)
    known = TOOLS.get(tool)
    if known is None or known.looks_like(payload) or _can_read(known, payload):
        return None
    other = recognise(payload)
    hint = (
        f" It looks like {other.title}: use that tool's hook." if other is not None and other.name != "generic" else ""
    )
    return f"This hook expects {known.expects}.{hint}"
