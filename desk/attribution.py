"""Mail to a keyed address of the desk is marked, at the door, with the mail of ours that it answers.

The mark goes into the envelope and so into the journal: what was proven once is not asked again in a replay.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import sqlalchemy as sa
from msgspec.structs import replace

from desk.plus_addresses import PlusAddresses
from ingest.event import Draft

log = logging.getLogger(__name__)

Accept = Callable[[Draft], Awaitable[int]]


def attributing(accept: Accept, engine: sa.Engine, plus: PlusAddresses) -> Accept:
    """An `accept` that adds `answers` to the envelope: the Message-ID for which a recipient's key was made.

    Where the database does not answer, the mail is accepted without: its own headers say much the same.
    """

    async def accept_attributed(draft: Draft) -> int:
        keyed = [address for address in draft.envelope.get("rcpt_to", ()) if "+" in address]
        if keyed:
            answers = await asyncio.to_thread(_resolve, engine, plus, keyed)
            if answers is not None:
                draft = replace(draft, envelope={**draft.envelope, "answers": answers})
        return await accept(draft)

    return accept_attributed


def _resolve(engine: sa.Engine, plus: PlusAddresses, addresses: list[str]) -> str | None:
    try:
        with engine.connect() as connection:
            for address in addresses:
                answered = plus.resolve(connection, address)
                if answered is not None:
                    return answered.message_id
    except sa.exc.DBAPIError as error:
        log.warning("A keyed address could not be looked up: %s", error.orig)
    return None
