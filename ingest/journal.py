"""The journal: the durable, ordered record of everything that can change state, and the group commit in front of it.

A `Journal` keeps inputs at positions 1, 2, 3, … without a gap. Each row carries a digest over the row before it, its
own metadata and the salted digest of its content, so that a changed, removed or reordered row is found out as long as
somebody keeps the head (`Chain`). Content (envelope and body) and salt can be erased; the chain still verifies.

`GroupCommit` gathers what many callers want to append and writes it as one transaction with one fsync.
`ingest.journal_sql.open_journal` opens the journal of SQLite and PostgreSQL.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from ingest.event import Draft, Input, InputKind

READ_BYTES = 64 * 1024 * 1024
"""How many bytes of content one `read` returns at most, unless the first row alone is larger."""

GENESIS = b"\0" * 32
"""The digest before the first row."""


class NotDurableError(Exception):
    """The journal could not be committed: nothing was accepted, and the sender must keep what it has."""


class BusyError(Exception):
    """More is waiting to be committed than the desk is willing to hold: the sender should come back later."""


class DamagedError(Exception):
    """The journal contradicts itself: a position is missing or a row cannot be read."""


class UnsafeStorageError(Exception):
    """The database is set up so that it can lose what it has acknowledged."""


class Head(Struct, frozen=True):
    """The last position (0 for an empty journal) and the chain's digest there, in hexadecimal."""

    position: int
    digest: str

    def __str__(self) -> str:
        return f"{self.position}:{self.digest}"


class Fault(Struct, frozen=True, kw_only=True):
    """The first place where the chain does not hold, and why, as a sentence."""

    position: int
    reason: str


class Verification(Struct, frozen=True, kw_only=True):
    """What `Journal.verify` found: rows checked, how many of them are erased, the head, and the first fault, if any."""

    rows: int
    erased: int
    head: Head
    fault: Fault | None = None


class Erasure(Struct, frozen=True, kw_only=True):
    """The mark that erased content leaves."""

    position: int
    at: datetime
    reason: str


class Journal(Protocol):
    """A durable, ordered log of inputs. Safe to use from several threads, and by several processes at once."""

    def append(self, drafts: Sequence[Draft], at: datetime) -> list[int]:
        """Append the drafts in one durable transaction and return their positions, consecutive and in order.

        `accepted_at` of all of them is `at`, or that of the row before where the clock stands behind it: time in the
        journal never runs backwards. Raises `NotDurableError` if it could not be committed; then nothing was appended.
        """

    def read(self, after: int, limit: int, max_bytes: int = READ_BYTES) -> list[Input]:
        """Return up to `limit` inputs after the position `after`, in order and without a gap.

        Fewer come back where their content would exceed `max_bytes`, but at least one if there is one.
        Raises `DamagedError` where a position is missing.
        """

    def get(self, position: int) -> Input | None:
        """Return the input at the position, or None where there is none."""

    def head(self) -> Head:
        """Return the last position and the chain's digest there."""

    def verify(self, expected: str | None = None) -> Verification:
        """Recompute the chain from the first row on, and compare it with a head noted earlier.

        `expected` is a head as `str(Head)` gives it, or its digest alone; it need not be the last one.
        """

    def erase(self, position: int, reason: str, at: datetime) -> bool:
        """Remove envelope, body and salt of one input for good; True if they were there. The chain still verifies."""

    def erase_before(
        self, before: datetime, reason: str, at: datetime, *, kinds: Sequence[InputKind], through: int | None = None
    ) -> int:
        """Erase every input of these kinds that was accepted before `before`; returns how many there were.

        Nothing after the position `through` is touched: what is not processed yet is still needed.
        """

    def erasure(self, position: int) -> Erasure | None:
        """Return the mark that an erasure left at the position, or None."""

    def close(self) -> None:
        """Release connections. Nothing else may be called afterwards."""


# --- the chain -----------------------------------------------------------------------------------

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """An aware time as whole microseconds since 1970-01-01 UTC."""
    return (at - _EPOCH) // _MICROSECOND


def from_microseconds(value: int) -> datetime:
    """The inverse of `microseconds`, in UTC."""
    return _EPOCH + timedelta(microseconds=value)


def encode_envelope(envelope: Mapping[str, Any]) -> bytes:
    """An envelope as JSON. Raises ValueError or TypeError where it cannot be written as such."""
    return msgspec.json.encode(envelope)


def content_digest(salt: bytes, envelope: bytes, body: bytes) -> bytes:
    """SHA-256 over salt, envelope and body: what can be erased. The salt keeps short bodies from being guessed."""
    digest = hashlib.sha256(b"%b%d:%b" % (salt, len(envelope), envelope))
    digest.update(body)
    return digest.digest()


def row_digest(
    previous: bytes, position: int, accepted_at: int, kind: str, route: str, schema: int, size: int, content: bytes
) -> bytes:
    """SHA-256 over the row before, the metadata that stays, and the digest of the content."""
    name = route.encode("utf-8", "surrogatepass")
    metadata = b"%d %d %b %d %d %d:%b" % (position, accepted_at, kind.encode(), schema, size, len(name), name)
    return hashlib.sha256(previous + content + metadata).digest()


def check(draft: Draft) -> None:
    """Raise ValueError where a draft could not be stored by every implementation: one such would fail a whole batch."""
    try:
        encode_envelope(draft.envelope)
        draft.route.encode()
    except (TypeError, UnicodeEncodeError) as error:
        raise ValueError(f"This input cannot be stored: {error}.") from error
    if "\0" in draft.route:
        raise ValueError("This input cannot be stored: its route contains a NUL character.")
