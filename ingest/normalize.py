"""One journal row to the events in it: the only place that switches on the kind of an input.

Pure, and never raises on any input: what cannot be understood comes back as `Unreadable`. (`MemoryError` alone is let
through: how much memory there is says nothing about the input, and the reader's process is set aside by its limits.)
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ingest.alert_mail import alerts_in_mail
from ingest.alerts import elements, read_webhook
from ingest.event import (
    ChangeNotice,
    Command,
    Configured,
    Delivered,
    Draft,
    Event,
    Input,
    InputKind,
    Mail,
    ModelInForce,
    Reading,
    SetAside,
    Tick,
    Unreadable,
)
from ingest.judging import is_kept_out
from ingest.mail import read_mail
from ingest.standins.reading import read_call
from ingest.tools.alertmanager_post import Elements
from ingest.trusted_tool import alert_of

ERASED = "The content of this input was erased."

Stated = ChangeNotice | Command | Configured | Delivered | SetAside | ModelInForce | Tick
"""Events that the desk itself puts into the journal; the body of their input is the event as JSON."""

_KINDS: Mapping[type, InputKind] = {
    ChangeNotice: "change",
    Command: "command",
    Configured: "config",
    Delivered: "delivery",
    SetAside: "set-aside",
    ModelInForce: "model",
    Tick: "tick",
}


def normalize(item: Input, reading: Reading) -> tuple[Event, ...]:
    """The events of an input, in order; none for one that says nothing.

    `reading` is the part of the configuration in force at its position. Every string in the result can be stored:
    no NUL characters and no halves of surrogate pairs.
    """
    if item.body is None:
        return (Unreadable(reason=ERASED),)
    reader = _READERS.get(item.kind)
    if reader is None:
        return (Unreadable(reason=f"This version of the desk knows no input of the kind '{item.kind[:40]}'."),)
    try:
        events = reader(item, item.body, reading)
        return _storable(events) if _is_suspect(item.kind, item.body, events) else events
    except MemoryError:
        raise
    except msgspec.MsgspecError as error:
        return (Unreadable(reason=f"The body does not fit its kind '{item.kind}': {_sentence(error)}"),)
    except Exception as error:  # noqa: BLE001 - a reader's own fault must not stop the next input; it is shown
        return (Unreadable(reason=f"The reader failed: {type(error).__name__}: {_sentence(error)}"),)


def elements_of(item: Input, reading: Reading) -> Elements | None:
    """The alerts of an ordinary post, each of which can be read by itself: together they are what `normalize` gives.

    None for every other input.
    """
    tool = item.envelope.get("tool")
    if item.kind != "webhook" or item.body is None or not isinstance(tool, str) or "call" in item.envelope:
        return None
    if _spells_unstorable(item.body):
        return None
    return elements(tool, item.body, reading)


def draft_of(event: Stated, route: str, envelope: Mapping[str, Any] | None = None) -> Draft:
    """The input that states this event: what `normalize` reads back from it is equal to `event`."""
    body = b"" if isinstance(event, Tick) else msgspec.json.encode(event)
    return Draft(kind=_KINDS[type(event)], route=route, envelope=envelope or {}, body=body)


# --- one reader for each kind ----------------------------------------------------------------------------------------


class _Announced(Struct, frozen=True, kw_only=True):
    """What somebody says of a change; most of it may be missing."""

    id: str | int | None = None
    service: str | None = None
    title: str | None = None
    start: datetime | None = None
    end: datetime | None = None


def _mail(item: Input, body: bytes, reading: Reading) -> tuple[Event, ...]:
    left = item.envelope.get("not_fetched")
    if isinstance(left, str):  # the door left it in its mailbox; the body is what is known of its header
        return (Unreadable(reason=left), *_too_large(item, body, reading))
    stops = item.envelope.get("stops")
    if isinstance(stops, str):  # the door knows the ticket with which a digest is stopped
        return (Command(action="digest-stop", actor=stops),)
    mail = read_mail(body, reading, {**item.envelope, "route": item.route} if reading.rules else item.envelope)
    imported = item.envelope.get("imported_at")
    if isinstance(imported, str):
        kind = mail.automatic or ("notification" if alerts_in_mail(mail, reading) else None)
        return (replace(mail, imported_at=_in_utc(datetime.fromisoformat(imported)), automatic=kind),)
    trust = mail.ruled.trust if mail.ruled is not None else None
    if is_kept_out(mail) or trust == "person":
        return (mail,)
    return alerts_in_mail(mail, reading) or ((alert_of(mail),) if trust == "tool" else (mail,))


def _too_large(item: Input, header: bytes, reading: Reading) -> tuple[Event, ...]:
    """What the header of a mail says that was too large to be taken, so that its sender can be told."""
    if not header or not isinstance(item.envelope.get("too_large"), int):
        return ()
    return (replace(read_mail(header, reading, item.envelope), refused="too_large"),)


def _webhook(item: Input, body: bytes, reading: Reading) -> tuple[Event, ...]:
    tool, content_type = item.envelope.get("tool"), item.envelope.get("content_type")
    if "call" in item.envelope:
        return read_call(item, body, reading)
    return read_webhook(
        tool if isinstance(tool, str) else "auto",
        body,
        reading,
        content_type if isinstance(content_type, str) else None,
        item.accepted_at,
    )


def _change(_item: Input, body: bytes, _reading: Reading) -> tuple[Event, ...]:
    said = msgspec.json.decode(body, type=_Announced)
    if not (said.service or said.title or said.id):
        return (Unreadable(reason="A change must have a service, a title or an id."),)
    return (
        ChangeNotice(
            id=str(said.id) if said.id not in (None, "") else None,
            service=said.service or None,
            title=said.title or None,
            start=_in_utc(said.start),
            end=_in_utc(said.end),
        ),
    )


def _stated(kind: type) -> Callable[[Input, bytes, Reading], tuple[Event, ...]]:
    decode: Callable[[bytes], Event] = msgspec.json.Decoder(kind).decode
    return lambda _item, body, _reading: (decode(body),)


def _tick(_item: Input, _body: bytes, _reading: Reading) -> tuple[Event, ...]:
    return (Tick(),)


_READERS: Mapping[str, Callable[[Input, bytes, Reading], tuple[Event, ...]]] = {
    "mail": _mail,
    "webhook": _webhook,
    "change": _change,
    "command": _stated(Command),
    "config": _stated(Configured),
    "delivery": _stated(Delivered),
    "set-aside": _stated(SetAside),
    "model": _stated(ModelInForce),
    "tick": _tick,
}
if set(_READERS) != set(get_args(InputKind)):
    raise TypeError("There must be one reader for each kind of input.")


def _in_utc(moment: datetime | None) -> datetime | None:
    """Aware and in UTC; what states no offset is taken to be UTC."""
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# --- strings that every database can hold ----------------------------------------------------------------------------

_EVENTS = tuple[Event, ...]


def _is_suspect(kind: str, body: bytes, events: tuple[Event, ...]) -> bool:
    """Whether a string of `events` may hold what PostgreSQL or UTF-8 cannot. Cheap, and may say so too often."""
    if kind == "webhook":
        return _spells_unstorable(body)
    if not any(isinstance(event, Mail | Command | Configured | ChangeNotice | Delivered) for event in events):
        return False
    try:
        return any(b"\\u0000" in msgspec.json.encode(_without_texts(event)) for event in events)
    except UnicodeEncodeError:
        return True


def _spells_unstorable(payload: bytes) -> bool:
    """A string of a payload can only hold a NUL or half a pair where the payload spells one."""
    return b"\0" in payload or _spells(payload, b"\\", (b"u0000", b"ud", b"uD")) or _spells(payload, b"%", (b"00",))


def _spells(payload: bytes, mark: bytes, rests: tuple[bytes, ...]) -> bool:
    """Whether the mark, a single byte, is followed by one of these. Single bytes are found many times faster than
    longer patterns, unless there are very many."""
    place = payload.find(mark)
    for _ in range(_FEW):
        if place < 0:
            return False
        if payload.startswith(rests, place + 1):
            return True
        place = payload.find(mark, place + 1)
    return any(mark + rest in payload for rest in rests)


_FEW = 1_000


def _without_texts(event: Event) -> Event:
    """The rest of a mail, for its texts can be looked through faster. UnicodeEncodeError for half a character."""
    if not isinstance(event, Mail):
        return event
    for text in (event.text, event.new_text, event.quoted_text):
        if text is not None and "\0" in text:
            return event
        if text is not None and not text.isascii():
            text.encode()
    return msgspec.structs.replace(event, text=None, new_text=None, quoted_text=None)


def _storable(events: tuple[Event, ...]) -> tuple[Event, ...]:
    plain = msgspec.to_builtins(events, builtin_types=(datetime,))
    return msgspec.convert(_scrubbed(plain), _EVENTS)


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_scrubbed(key): _scrubbed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(item) for item in value]
    return value


_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+\b")


def _sentence(error: Exception) -> str:
    """What an error says, without what differs from run to run: the same input is to give the same result."""
    words = str(error).encode("utf-8", "replace").decode().replace("\0", " ").split()
    return _ADDRESS.sub("0x", " ".join(words)[:300]) or "no details."
