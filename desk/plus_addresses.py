"""Addresses of the desk that say which of its mails they answer: `desk+b17-…@` takes bounces, `desk+r17-…@` replies.

The key is an HMAC of the desk's secret over the mail, so that nobody can make one up. The pure part of the desk never
sees the secret: the shell resolves such an address to the Message-ID of the mail that it was made for.
"""

import base64
import hashlib
import hmac
import os
import re
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from msgspec import Struct

from desk.tables import outbox

SECRET_FILE = "address.key"  # noqa: S105 - the name of the file
LONGEST_LOCAL_PART = 64
"""RFC 5321, 4.5.3.1.1."""
Purpose = Literal["bounce", "reply"]
_LETTERS: dict[Purpose, str] = {"bounce": "b", "reply": "r"}
_KEYED = re.compile(
    r"(?P<base>[^@+]+)\+(?P<letter>[br])(?P<id>[1-9][0-9]{0,17})-(?P<key>[a-z2-7]{16})@(?P<domain>[^@]+)"
)


class Answered(Struct, frozen=True):
    """What a keyed address was made for."""

    purpose: Purpose
    message_id: str


class PlusAddresses:
    """Makes and resolves keyed addresses of `address`."""

    def __init__(self, address: str, secret: bytes) -> None:
        self._local, _, self._domain = address.rpartition("@")
        self._secret = secret

    def make(self, purpose: Purpose, outbox_id: int, message_id: str) -> str:
        """The address for one mail; the bare address where the keyed one would be too long."""
        letter = _LETTERS[purpose]
        local = f"{self._local}+{letter}{outbox_id}-{self._key(letter, outbox_id, message_id)}"
        return f"{local if len(local) <= LONGEST_LOCAL_PART else self._local}@{self._domain}"

    def resolve(self, connection: sa.Connection, recipient: str) -> Answered | None:
        """What the address answers; None where it bears no key or a wrong one."""
        match = _KEYED.fullmatch(recipient.lower())
        if match is None or (match["base"], match["domain"]) != (self._local.lower(), self._domain.lower()):
            return None
        query = sa.select(outbox.c.message_id).where(outbox.c.id == int(match["id"]))
        message_id = connection.execute(query).scalar_one_or_none()
        if message_id is None:
            return None
        expected = self._key(match["letter"], int(match["id"]), message_id)
        if not hmac.compare_digest(expected, match["key"]):
            return None
        return Answered("bounce" if match["letter"] == "b" else "reply", message_id)

    def _key(self, letter: str, outbox_id: int, message_id: str) -> str:
        said = f"{letter}:{outbox_id}:{message_id}".encode()
        return base64.b32encode(hmac.digest(self._secret, said, hashlib.sha256)[:10]).decode().lower()


def secret_in(data_dir: Path) -> bytes:
    """The secret of this desk, made when first asked for. Raises OSError where it can be neither read nor made."""
    file = data_dir / SECRET_FILE
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_bytes()
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(os.urandom(32))
        opened.flush()
        os.fsync(opened.fileno())
    return file.read_bytes()
