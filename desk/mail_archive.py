"""Old mails where they lie: mbox files, Maildirs, folders of .eml files, and folders of a mailbox. Oldest first.

A mail is only loaded when its turn comes: an archive may be larger than the machine's memory.
"""

import mailbox
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from ingest.imap import ImapConnection, ImapError
from ingest.imap_cursor import Cursor, Listed, came_at, handfuls, opened

_HEADER = 64 * 1024
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""What claims to be older was written by a machine without a clock."""


class ArchiveError(Exception):
    """There is nothing to read; the text is a sentence."""


class OldMail(Struct, frozen=True):
    """A mail and when it came, or why there is none."""

    place: str
    at: datetime
    raw: bytes
    trouble: str | None = None


class Archive(Struct, frozen=True):
    """How many mails there are, and the mails, oldest first."""

    count: int
    mails: Iterable[OldMail]


def archive_at(path: Path, now: datetime) -> Archive:
    """The archive at a path. Raises ArchiveError. A mail without a usable date is taken to be as old as its file."""
    if path.is_dir():
        if (path / "cur").is_dir() or (path / "new").is_dir():
            return _files([*path.glob("cur/*"), *path.glob("new/*")], now)
        found = [file for file in path.rglob("*") if file.suffix.lower() in (".eml", ".msg", ".mail")]
        if not found:
            raise ArchiveError(f"{path} is no Maildir (it has no folder 'cur'), and there are no .eml files in it.")
        return _files(found, now)
    try:
        with path.open("rb") as file:
            is_mbox = file.read(5) == b"From "
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror}.") from error
    return _mbox(path, now) if is_mbox else _files([path], now)


def archive_of_folder(
    connection: ImapConnection, folder: str, now: datetime, limit: int, read: Cursor | None
) -> Archive:
    """The folder of a mailbox, which stays as it is. Mails over `limit` bytes are named and not fetched.

    Where the desk reads this folder, `read` says how far: what it has yet to take is no history. Raises ImapError, and
    ArchiveError where that cannot be told.
    """
    state = connection.open_folder(folder, readonly=True)
    if read is not None and opened(read, state, now)[1] != "same":
        raise ArchiveError(f"The server has numbered {folder} anew: import it once the running desk has read it.")
    listed = connection.listed(1, state.uidnext if read is None else read.next_uid, headers=True)
    dated = sorted(((_bounded(came_at(mail, now), now), mail) for mail in listed), key=lambda pair: pair[0])
    return Archive(len(dated), _of_folder(connection, folder, dated, limit))


def _of_folder(
    connection: ImapConnection, folder: str, dated: list[tuple[datetime, Listed]], limit: int
) -> Iterator[OldMail]:
    times = {mail.uid: at for at, mail in dated}
    for lot in handfuls([mail for _, mail in dated]):
        fetched = _fetched(connection, [mail.uid for mail in lot if mail.size <= limit])
        for mail in lot:
            place, raw = f"{folder}, UID {mail.uid}", fetched.get(mail.uid)
            if mail.size > limit:
                yield OldMail(place, times[mail.uid], b"", f"it has {mail.size / 1_048_576:.0f} MB")
            elif isinstance(raw, bytes):
                yield OldMail(place, times[mail.uid], raw)
            else:
                yield OldMail(place, times[mail.uid], b"", raw or "it is gone by now")


def _fetched(connection: ImapConnection, uids: list[int]) -> dict[int, bytes | str]:
    """The mails; for what the server refuses its words."""
    try:
        return {**connection.fetch(uids)} if uids else {}
    except ImapError as error:
        if error.lost:
            raise
    found: dict[int, bytes | str] = {}
    for uid in uids:
        try:
            found |= connection.fetch([uid])
        except ImapError as error:
            if error.lost:
                raise
            found[uid] = str(error)
    return found


def _files(files: Iterable[Path], now: datetime) -> Archive:
    dated: list[tuple[datetime, str, Path]] = []
    for file in files:
        if file.is_file():
            with file.open("rb") as opened:
                head = opened.read(_HEADER)
            modified = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            dated.append((_date(head, modified, now), file.name, file))
    dated.sort()
    return Archive(len(dated), _of_files(dated))


def _of_files(dated: list[tuple[datetime, str, Path]]) -> Iterator[OldMail]:
    for at, _, file in dated:
        try:
            yield OldMail(str(file), at, file.read_bytes())
        except OSError as error:
            yield OldMail(str(file), at, b"", f"it cannot be read ({error.strerror})")


def _mbox(path: Path, now: datetime) -> Archive:
    modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    dated: list[tuple[datetime, int, Any]] = []
    with closing(mailbox.mbox(str(path), create=False)) as box:
        for number, key in enumerate(box.iterkeys()):
            with closing(box.get_file(key)) as opened:
                dated.append((_date(opened.read(_HEADER), modified, now), number, key))
    dated.sort()
    return Archive(len(dated), _of_mbox(path, dated))


def _of_mbox(path: Path, dated: list[tuple[datetime, int, Any]]) -> Iterator[OldMail]:
    with closing(mailbox.mbox(str(path), create=False)) as box:
        for at, number, key in dated:
            yield OldMail(f"{path}, mail {number + 1}", at, box.get_bytes(key))


def _date(head: bytes, otherwise: datetime, now: datetime) -> datetime:
    return _bounded(came_at(Listed(0, 0, None, head), otherwise), now)


def _bounded(at: datetime, now: datetime) -> datetime:
    """Not in the future, and not before there was mail: such a mail is taken to have come now."""
    return at if _EARLIEST <= at <= now else now
