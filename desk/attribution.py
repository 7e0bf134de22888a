"""What keys in a mail prove is marked at the door: which mail of ours it answers, and what its bearer may have done.

A key stands in the address that a mail went to, in the Message-IDs of ours that a reply names, or, with an action, in
the subject of a mail that a link in one of our mails made. The marks go into the envelope and so into the journal:
what was proven once is not asked again in a replay.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from desk.plus_addresses import STOP_WORD, PlusAddresses
from ingest.event import Draft

log = logging.getLogger(__name__)

HEAD = 65_536
"""Bytes of a mail in which its header is looked for."""
MOST_KEYS = 10
_TICKET = rb"[1-9][0-9]{0,17}-[a-z2-7]{16}"
_ADDRESS = re.compile(
    rb"^(?:to|cc|delivered-to|x-original-to|envelope-to):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE
)
_BETWEEN = re.compile(rb"[^A-Za-z0-9._+@-]+")
_THREAD = re.compile(rb"^(?:in-reply-to|references):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE)
_REFERENCE = re.compile(rb"\.(r" + _TICKET + rb")@", re.IGNORECASE)
_STOP = re.compile(
    rb"^subject:[ \t]*" + STOP_WORD.encode() + rb"[ \t]+(u" + _TICKET + rb")[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_ACTION = re.compile(
    rb"^subject:[ \t]*#?(accept|decline|confirm)[ \t]+([A-Z]{2,4}-[1-9][0-9]{0,8})[ \t]+(a" + _TICKET + rb")[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)

Accept = Callable[[Draft], Awaitable[int]]


class _Claims(Struct, frozen=True):
    """What a mail claims to prove."""

    addresses: tuple[str, ...]
    references: tuple[str, ...]
    stop: str | None
    action: tuple[str, str, str] | None
    """Action, number, ticket."""


def attributing(accept: Accept, engine: sa.Engine, keys: PlusAddresses) -> Accept:
    """An `accept` that does what `attributed` does."""

    async def accept_attributed(draft: Draft) -> int:
        claims = _claims(draft)
        return await accept(draft if claims is None else await asyncio.to_thread(_marked, draft, claims, engine, keys))

    return accept_attributed


def attributed(draft: Draft, engine: sa.Engine, keys: PlusAddresses) -> Draft:
    """The draft of a mail, with what a key in it proves in its envelope.

    `answers` is the Message-ID of the mail for which the key was made, `stops` the address that wants no more digests,
    `granted` the action of `ingest.event.Grant`. Where the database does not answer, the mail is accepted without: its
    own headers say much the same.
    """
    claims = _claims(draft)
    return draft if claims is None else _marked(draft, claims, engine, keys)


def _claims(draft: Draft) -> _Claims | None:
    head = draft.body[:HEAD]
    ends = [end for end in (head.find(b"\r\n\r\n"), head.find(b"\n\n")) if end >= 0]
    head = head[: min(ends) + 2] if ends else head
    addresses = [address for address in draft.envelope.get("rcpt_to", ()) if "+" in address]
    if b"+" in head:
        fields = b"\n".join(_ADDRESS.findall(head))
        addresses += [word.decode() for word in _BETWEEN.split(fields) if b"+" in word and b"@" in word]
    stop, action = _STOP.search(head), _ACTION.search(head)
    claims = _Claims(
        tuple(addresses[:MOST_KEYS]),
        tuple(found.decode() for found in _REFERENCE.findall(b"\n".join(_THREAD.findall(head)))[-MOST_KEYS:]),
        stop[1].decode() if stop else None,
        (action[1].decode().lower(), action[2].decode().upper(), action[3].decode().lower()) if action else None,
    )
    return claims if claims != _NONE else None


_NONE = _Claims((), (), None, None)


def _marked(draft: Draft, claims: _Claims, engine: sa.Engine, keys: PlusAddresses) -> Draft:
    try:
        with engine.connect() as connection:
            marks = dict(_marks(connection, claims, keys))
    except sa.exc.DBAPIError as error:
        log.warning("The keys of a mail could not be looked up: %s", error.orig)
        return draft
    return replace(draft, envelope={**draft.envelope, **marks}) if marks else draft


def _marks(connection: sa.Connection, claims: _Claims, keys: PlusAddresses) -> list[tuple[str, Any]]:
    marks: list[tuple[str, Any]] = []
    answered = [keys.resolve(connection, address) for address in claims.addresses]
    answered += [keys.made_for(connection, ticket) for ticket in reversed(claims.references)]
    proven = next((found for found in answered if found is not None), None)
    if proven is not None:
        marks.append(("answers", proven.message_id))
        if proven.digest is not None and proven.purpose == "reply":
            marks.append(("digest", proven.digest))
    if claims.stop is not None:
        stopped = keys.made_for(connection, claims.stop)
        if stopped is not None and stopped.purpose == "stop":
            marks.append(("stops", stopped.to))
    if claims.action is not None:
        granted = keys.granted(connection, *claims.action)
        if granted is not None:
            marks.append(("granted", granted))
    return marks
