"""Recorded input from files: JSON Lines, mbox, Maildir, a journal. Each record becomes an input of the journal."""

import base64
import binascii
import mailbox
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ingest.event import Input, InputKind
from ingest.journal_sql import open_journal

ROUTE_OF_MAIL = "replay"
_SQLITE = b"SQLite format 3\0"
_ROWS = 500


class SourceError(Exception):
    """The path cannot be read at all; the message is a sentence."""


class Recorded(Struct, frozen=True):
    """One input with its line (counted from 0), or why the line is none."""

    line: int
    item: Input | None
    trouble: str | None = None


class _Line(Struct, kw_only=True):
    at: datetime
    kind: str
    raw: str | None = None
    raw_base64: str | None = None
    tool: str | None = None
    body: msgspec.Raw = msgspec.Raw()
    route: str | None = None


_decode = msgspec.json.Decoder(_Line).decode


def read_source(path: Path) -> Iterator[Recorded]:
    """Every record of the path, in its order. Raises `SourceError` where there is nothing to read."""
    if path.is_dir():
        if not (path / "cur").is_dir():
            raise SourceError(f"{path} is a directory, but no Maildir: it has no folder 'cur'.")
        with closing(mailbox.Maildir(str(path), create=False)) as maildir:
            yield from _mails(maildir)
        return
    try:
        with path.open("rb") as file:
            head = file.read(5)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    if is_journal(path):
        yield from _journal(path)
    elif head == b"From ":
        with closing(mailbox.mbox(str(path), create=False)) as mbox:
            yield from _mails(mbox)
    else:
        yield from _lines(path)


def is_journal(path: Path) -> bool:
    """Whether the file is a journal of the desk on SQLite."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _journal(path: Path) -> Iterator[Recorded]:
    """Every row of a journal; positions count from 1, lines from 0. The journal is copied: it may be in use."""
    with tempfile.TemporaryDirectory(prefix="desk-replay-") as folder:
        copy = Path(folder) / "journal.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as old, closing(sqlite3.connect(copy)) as new:
            old.backup(new)
        journal = open_journal(f"sqlite:///{copy}", durable=False)
        try:
            position = 0
            while items := journal.read(position, _ROWS):
                for item in items:
                    line = item.position - 1
                    if item.body is None:
                        yield Recorded(line, None, "Its body has been erased.")
                    else:
                        yield Recorded(line, replace(item, position=line))
                position = items[-1].position
        finally:
            journal.close()


def _lines(path: Path) -> Iterator[Recorded]:
    with path.open("rb") as file:
        for number, line in enumerate(file):
            if not line.strip():
                yield Recorded(number, None, "The line is empty.")
                continue
            try:
                yield Recorded(number, _input(number, line, _decode(line)))
            except (msgspec.MsgspecError, ValueError) as error:
                yield Recorded(number, None, f"The line is no recorded input: {error}.")


def _input(number: int, line: bytes, said: _Line) -> Input:
    at = said.at.astimezone(UTC) if said.at.tzinfo is not None else said.at.replace(tzinfo=UTC)
    if said.kind == "mail":
        if said.raw is None and said.raw_base64 is None:
            raise ValueError('a mail needs "raw" or "raw_base64"')
        return _made(number, at, "mail", said.route or ROUTE_OF_MAIL, _bytes(said), {})
    if said.kind == "webhook":
        if not bytes(said.body):
            raise ValueError('a webhook needs "body"')
        envelope = {"tool": said.tool or "auto", "content_type": "application/json"}
        return _made(number, at, "webhook", said.route or f"hook:{said.tool or 'auto'}", bytes(said.body), envelope)
    if said.kind == "change":
        return _made(number, at, "change", said.route or "hook:change", line, {})
    raise ValueError(f'"{said.kind[:40]}" is none of the kinds mail, webhook and change')


def _bytes(said: _Line) -> bytes:
    if said.raw is not None:
        return said.raw.encode("utf-8", "surrogateescape")
    try:
        return base64.b64decode(said.raw_base64 or "", validate=True)
    except binascii.Error as error:
        raise ValueError(f'"raw_base64" is not base64 ({error})') from error


def _mails(box: mailbox.Mailbox[Any]) -> Iterator[Recorded]:
    found: list[tuple[datetime, bytes]] = []
    for key in box.iterkeys():
        raw = box.get_bytes(key)
        found.append((_date(box, key), raw))
    found.sort(key=lambda pair: pair[0])
    for number, (at, raw) in enumerate(found):
        yield Recorded(number, _made(number, at, "mail", ROUTE_OF_MAIL, raw, {}))


def _date(box: mailbox.Mailbox[Any], key: Any) -> datetime:
    """When a stored mail came: its last Received field, else its Date, else the beginning of time."""
    message = box.get_message(key)
    received = message.get_all("Received") or []
    for text in (str(received[0]).rpartition(";")[2] if received else None, message.get("Date")):
        if text:
            try:
                found = parsedate_to_datetime(str(text))
            except ValueError:
                continue
            return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return datetime(1970, 1, 1, tzinfo=UTC)


def _made(number: int, at: datetime, kind: InputKind, route: str, body: bytes, envelope: dict[str, Any]) -> Input:
    return Input(position=number, accepted_at=at, kind=kind, route=route, envelope=envelope, body=body)
