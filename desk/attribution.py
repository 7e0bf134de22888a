"""Mail to a keyed address of the desk is marked, at the door, with the mail of ours that it answers.

So is a mail whose subject bears the ticket with which a digest is stopped (RFC 2369, List-Unsubscribe).
The mark goes into the envelope and so into the journal: what was proven once is not asked again in a replay.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable

import sqlalchemy as sa
from msgspec.structs import replace

from desk.plus_addresses import STOP_WORD, Answered, PlusAddresses
from ingest.event import Draft

log = logging.getLogger(__name__)

HEAD = 8_192
"""Bytes of a mail in which its subject is looked for."""
_STOP = re.compile(
    rb"^subject:[ \t]*unsubscribe[ \t]+(u[0-9]{1,18}-[a-z2-7]{16})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE
)

Accept = Callable[[Draft], Awaitable[int]]


def attributing(accept: Accept, engine: sa.Engine, plus: PlusAddresses) -> Accept:
    """An `accept` that adds to the envelope what a key in it proves.

    `answers` is the Message-ID for which a recipient's key was made, `stops` the address that wants no more digests.

    Where the database does not answer, the mail is accepted without: its own headers say much the same.
    """

    async def accept_attributed(draft: Draft) -> int:
        keyed = [address for address in draft.envelope.get("rcpt_to", ()) if "+" in address]
        if keyed:
            answers = await asyncio.to_thread(_resolve, engine, plus, keyed)
            if answers is not None:
                draft = replace(draft, envelope={**draft.envelope, "answers": answers.message_id})
        ticket = _STOP.search(draft.body[:HEAD]) if STOP_WORD.encode() in draft.body[:HEAD] else None
        if ticket is not None:
            stops = await asyncio.to_thread(_stops, engine, plus, ticket[1].decode())
            if stops is not None:
                draft = replace(draft, envelope={**draft.envelope, "stops": stops})
        return await accept(draft)

    return accept_attributed


def _resolve(engine: sa.Engine, plus: PlusAddresses, addresses: list[str]) -> Answered | None:
    try:
        with engine.connect() as connection:
            for address in addresses:
                answered = plus.resolve(connection, address)
                if answered is not None:
                    return answered
    except sa.exc.DBAPIError as error:
        log.warning("A keyed address could not be looked up: %s", error.orig)
    return None


def _stops(engine: sa.Engine, plus: PlusAddresses, ticket: str) -> str | None:
    try:
        with engine.connect() as connection:
            answered = plus.made_for(connection, ticket)
    except sa.exc.DBAPIError as error:
        log.warning("The ticket of a digest could not be looked up: %s", error.orig)
        return None
    return answered.to if answered is not None and answered.purpose == "stop" else None
