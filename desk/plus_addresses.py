"""Addresses of the desk that say which of its mails they answer: `desk+b17-…@` takes bounces, `desk+r17-…@` replies.

A ticket, `u17-…`, is the same without an address: it stands in the link with which a digest is stopped, or, `a17-…`,
with which something is done by mail: such a one is for one person, one record and one action, and is used once.

The key is an HMAC of the desk's secret over the mail, so that nobody can make one up. The pure part of the desk never
sees the secret: the shell resolves such an address to the Message-ID of the mail that it was made for.
"""

import base64
import contextlib
import hashlib
import hmac
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    import sqlalchemy as sa

SECRET_FILE = "address.key"  # noqa: S105 - the name of the file
STOP_WORD = "unsubscribe"
"""What stands before the ticket in the subject of a mail that stops the digest."""
_SECRET_BYTES = 32
LONGEST_LOCAL_PART = 64
"""RFC 5321, 4.5.3.1.1."""
Purpose = Literal["bounce", "reply", "stop"]
_LETTERS: dict[Purpose, str] = {"bounce": "b", "reply": "r", "stop": "u"}
_PURPOSES = {letter: purpose for purpose, letter in _LETTERS.items()}
_KEYED = re.compile(r"(?P<base>[^@+]+)\+(?P<ticket>[br][^@+]{1,40})@(?P<domain>[^@]+)")
_GRANT = re.compile(r"a(?P<id>[1-9][0-9]{0,17})-[a-z2-7]{16}")
_TICKET = re.compile(r"(?P<letter>[bru])(?P<id>[1-9][0-9]{0,17})-(?P<key>[a-z2-7]{16})")


class Answered(Struct, frozen=True):
    """What a keyed address was made for, and who got the mail."""

    purpose: Purpose
    message_id: str
    to: str = ""
    digest: dict[str, Any] | None = None
    """Where the mail was a digest: what its reader may decide on, as `ingest.event.DigestReply` has it."""


class PlusAddresses:
    """Makes and resolves keyed addresses of `address`."""

    def __init__(self, address: str, secret: bytes) -> None:
        self._local, _, self._domain = address.rpartition("@")
        self._secret = secret

    def make(self, purpose: Purpose, outbox_id: int, message_id: str) -> str:
        """The address for one mail; the bare address where the keyed one would be too long."""
        local = f"{self._local}+{self.ticket(purpose, outbox_id, message_id)}"
        return f"{local if len(local) <= LONGEST_LOCAL_PART else self._local}@{self._domain}"

    def ticket(self, purpose: Purpose, outbox_id: int, message_id: str) -> str:
        """Proof that its bearer got this mail."""
        letter = _LETTERS[purpose]
        return f"{letter}{outbox_id}-{self._key(letter, outbox_id, message_id)}"

    def resolve(self, connection: "sa.Connection", recipient: str) -> Answered | None:
        """What the address answers; None where it bears no key or a wrong one."""
        match = _KEYED.fullmatch(recipient.lower())
        if match is None or (match["base"], match["domain"]) != (self._local.lower(), self._domain.lower()):
            return None
        return self.made_for(connection, match["ticket"])

    def made_for(self, connection: "sa.Connection", ticket: str) -> Answered | None:
        """What the ticket was made for; None where it has a wrong key."""
        match = _TICKET.fullmatch(ticket.lower())
        if match is None:
            return None
        row = _mail(connection, int(match["id"]))
        if row is None:
            return None
        expected = self._key(match["letter"], int(match["id"]), row.message_id)
        if not hmac.compare_digest(expected, match["key"]):
            return None
        return Answered(_PURPOSES[match["letter"]], row.message_id, row.to, _digest(row, int(match["id"])))

    def grant(self, action: str, subject: str, outbox_id: int, message_id: str) -> str:
        """A ticket for whoever gets this mail to have this done to this record or suggestion."""
        return f"a{outbox_id}-{self._key(f'a:{action}:{subject}', outbox_id, message_id)}"

    def granted(self, connection: "sa.Connection", action: str, subject: str, ticket: str) -> dict[str, Any] | None:
        """What such a ticket allows, as `ingest.event.Grant` has it; None where it was not made for that."""
        match = _GRANT.fullmatch(ticket)
        if match is None:
            return None
        row = _mail(connection, int(match["id"]))
        if row is None:
            return None
        expected = self.grant(action, subject, int(match["id"]), row.message_id)
        if not hmac.compare_digest(expected, ticket):
            return None
        made = row.created_at.isoformat()
        return {
            "ticket": ticket, "action": action, "subject": subject, "person": row.to, "made_at": made,
            "position": row.position,
        }  # fmt: skip

    def _key(self, letter: str, outbox_id: int, message_id: str) -> str:
        said = f"{letter}:{outbox_id}:{message_id}".encode()
        return base64.b32encode(hmac.digest(self._secret, said, hashlib.sha256)[:10]).decode().lower()


def _mail(connection: "sa.Connection", outbox_id: int) -> "sa.Row[Any, Any, Any, Any, Any] | None":
    import sqlalchemy as sa

    from desk.tables import outbox

    c = outbox.c
    body = sa.case((c.kind == "digest", c.body), else_=None).label("digest")
    query = sa.select(c.message_id, c.to, c.created_at, c.position, body).where(c.id == outbox_id)
    return connection.execute(query).first()


def _digest(row: "sa.Row[Any, Any, Any, Any, Any]", outbox_id: int) -> dict[str, Any] | None:
    if row.digest is None:
        return None
    rows = msgspec.json.decode(row.digest).get("facts", {}).get("suggestions", ())
    names = [suggestion.get("id") for suggestion in rows if isinstance(suggestion, dict)]
    return {"ticket": f"d{outbox_id}", "person": row.to, "made_at": row.created_at.isoformat(), "suggestions": names}


def secret_in(data_dir: Path) -> bytes:
    """The secret of this desk, made when first asked for. Raises OSError where it can be neither read nor made.

    The file is there with all its bytes or not at all: with a part of a secret, or none, anybody could make keys. One
    that is too short was left by a kill or a full disk, and is replaced.
    """
    file = data_dir / SECRET_FILE
    found = _secret(file)
    if found is not None:
        return found
    under_way = data_dir / f"{SECRET_FILE}.{os.getpid()}-{os.urandom(4).hex()}.part"
    descriptor = os.open(under_way, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(os.urandom(_SECRET_BYTES))
            opened.flush()
            os.fsync(opened.fileno())
        if file.exists() and _secret(file) is None:
            under_way.replace(file)
        else:
            with contextlib.suppress(FileExistsError):  # somebody else was first: theirs holds
                os.link(under_way, file)
    finally:
        under_way.unlink(missing_ok=True)
    return file.read_bytes()


def _secret(file: Path) -> bytes | None:
    try:
        found = file.read_bytes()
    except FileNotFoundError:
        return None
    return found if len(found) >= _SECRET_BYTES else None
