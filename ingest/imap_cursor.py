"""How far a folder of a mailbox has been read: pure, beside the door that does the reading (`ingest.imap`).

A server numbers the mails of a folder with UIDs that only grow, and names the numbering (UIDVALIDITY, RFC 3501,
2.3.1.1). While the name stays, everything from `next_uid` on is new. When it changes, every number is void: what has
come since the folder was last read is then told from what was taken already by its own marks.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

HANDFUL_MAILS = 50
HANDFUL_BYTES = 8 * 1024 * 1024
"""Mails are fetched and journalled by the handful: one that is larger goes alone."""
MARGIN = timedelta(days=1)
"""Clocks differ, and IMAP searches by whole days in a zone that nobody names."""
KEY_FIELDS = ("message-id", "date", "from", "subject")
"""What tells a mail from others without its body: asked of the server when it has numbered its mails anew."""


class FolderState(Struct, frozen=True, kw_only=True):
    """What a server says when a folder is opened."""

    uidvalidity: int
    uidnext: int
    """The UID that the next mail will get at least."""


class Cursor(Struct, frozen=True, kw_only=True):
    """How far one folder has been read. Mails below `next_uid` were taken, or lay there when it was connected.

    `read_at` is when it was last read to its end. An intent is written before a handful is fetched: `intent_after` is
    the journal's head at that time, `intent_through` the handful's last UID. `unsettled` are the UIDs of mails in the
    journal that are not flagged or moved yet.
    """

    uidvalidity: int
    next_uid: int
    read_at: datetime
    intent_after: int | None = None
    intent_through: int | None = None
    unsettled: tuple[int, ...] = ()


class Listed(Struct, frozen=True):
    """One mail of a folder before it is fetched. `size` is in bytes, as the server states it."""

    uid: int
    size: int
    received_at: datetime | None = None
    headers: bytes = b""


Opening = Literal["new", "same", "renumbered"]


def opened(cursor: Cursor | None, state: FolderState, now: datetime) -> tuple[Cursor, Opening]:
    """The cursor to go on with. A folder that nobody has read yet is read from now on.

    After "renumbered" the cursor keeps its old numbering until what came meanwhile is found (`unknown`) and taken: then
    `renumbered` gives the new one. A folder whose numbers ran backwards under one name was replaced as well.
    """
    if cursor is None:
        return Cursor(uidvalidity=state.uidvalidity, next_uid=state.uidnext, read_at=now), "new"
    if cursor.uidvalidity != state.uidvalidity or state.uidnext < cursor.next_uid:
        return cursor, "renumbered"
    return cursor, "same"


def renumbered(cursor: Cursor, state: FolderState, now: datetime) -> Cursor:
    """The cursor once everything that came before the new numbering is taken. Old UIDs mean nothing any more."""
    return replace(
        cursor, uidvalidity=state.uidvalidity, next_uid=state.uidnext, read_at=now,
        intent_after=None, intent_through=None, unsettled=(),
    )  # fmt: skip


def unknown(cursor: Cursor, listed: Iterable[Listed], known: frozenset[bytes]) -> list[Listed]:
    """Of mails that were numbered anew, those that came since the folder was last read and were not taken then.

    `known` are the keys of mails that were taken. A mail came at the earlier of two times: a server that copies a
    mailbox may well say that everything in it came today.
    """
    since = cursor.read_at - MARGIN
    new = (mail for mail in listed if key_of(mail.headers) not in known and came_at(mail, since) >= since)
    return sorted(new, key=lambda mail: mail.uid)


def handfuls(listed: Sequence[Listed]) -> Iterator[list[Listed]]:
    """The mails in order, in lots that are fetched together."""
    lot: list[Listed] = []
    size = 0
    for mail in listed:
        if lot and (len(lot) >= HANDFUL_MAILS or size + mail.size > HANDFUL_BYTES):
            yield lot
            lot, size = [], 0
        lot.append(mail)
        size += mail.size
    if lot:
        yield lot


# --- what tells one mail from another --------------------------------------------------------------------------------


def digest_of_mail(raw: bytes) -> bytes:
    """The same bytes are the same mail."""
    return hashlib.sha256(raw).digest()


def key_of(raw: bytes) -> bytes:
    """What a mail, or its header alone, is known by: a digest over KEY_FIELDS, however they are folded."""
    fields = header_fields(raw, (*KEY_FIELDS,))
    said = b"\0".join(fields.get(name, b"") for name in KEY_FIELDS)
    return hashlib.sha256(said).digest()


def came_at(mail: Listed, otherwise: datetime) -> datetime:
    """When a mail reached its mailbox: the earlier of what the server says and what the mail's own header says."""
    fields = header_fields(mail.headers, ("received", "date"))
    own = _time(fields.get("received", b"").rpartition(b";")[2]) or _time(fields.get("date", b""))
    times = [moment for moment in (mail.received_at, own) if moment is not None]
    return min(times, default=otherwise)


def header_fields(raw: bytes, names: Sequence[str]) -> Mapping[str, bytes]:
    """The first field of each of these names, unfolded, its white space made single. Never raises."""
    wanted = {name.encode(): name for name in names}
    found: dict[str, bytes] = {}
    current: str | None = None
    for line in raw.splitlines():
        if not line.strip() and not line[:1].isspace():
            break
        if line[:1] in (b" ", b"\t"):
            if current is not None:
                found[current] += b" " + line
            continue
        name = wanted.get(line.partition(b":")[0].strip().lower())
        current = name if name is not None and name not in found else None
        if current is not None:
            found[current] = line.partition(b":")[2]
    return {name: b" ".join(value.split()) for name, value in found.items()}


def _time(value: bytes) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value.decode("ascii", "replace"))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


# --- when things go wrong --------------------------------------------------------------------------------------------

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 300.0
LOGIN_PAUSE = 60.0
"""After a refused login: providers lock out whoever knocks too often."""
LONGEST_LOGIN_PAUSE = 1800.0


def pause(failures: int, *, login: bool, chance: float) -> float:
    """Seconds to wait before the next try after so many failures in a row (1 or more).

    Doubles up to a limit; `chance` (0 to 1) takes away up to half of it, so that many desks and mailboxes do not come
    back to a server in step.
    """
    first, longest = (LOGIN_PAUSE, LONGEST_LOGIN_PAUSE) if login else (FIRST_PAUSE, LONGEST_PAUSE)
    whole = min(longest, first * 2.0 ** min(failures - 1, 20))
    return whole * (1.0 - chance / 2)
