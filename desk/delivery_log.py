"""The log of deliveries: what became of each attempt, at which server, with which answer, and when.

It is kept for people. Nothing is decided by it, so it is no input and no part of a replay.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from msgspec import Struct

from desk.tables import deliveries

_c = deliveries.c

Logged = Literal["sent", "deferred", "failed"]


class Attempt(Struct, frozen=True, kw_only=True):
    """`count` attempts in a row that ended alike, from `at` to `last_at`."""

    at: datetime
    last_at: datetime
    count: int
    outcome: Logged
    server: str | None
    answer: str | None


def note(
    connection: sa.Connection, mail: int, outcome: Logged, server: str | None, answer: str | None, now: datetime
) -> None:
    """Write down one attempt at the outbox row `mail`; one that ended like the one before it is counted with it."""
    if server is not None and answer is not None:
        answer = answer.removeprefix(f"{server}: ")
    newest = sa.select(deliveries).where(_c.outbox == mail).order_by(_c.id.desc()).limit(1)
    last = connection.execute(newest).mappings().first()
    if last is not None and (last["outcome"], last["server"], last["answer"]) == (outcome, server, answer):
        values = {"last_at": now, "count": last["count"] + 1}
        connection.execute(sa.update(deliveries).where(_c.id == last["id"]).values(values))
        return
    row = {"outbox": mail, "at": now, "last_at": now, "count": 1, "outcome": outcome, "server": server}
    connection.execute(sa.insert(deliveries).values(**row, answer=answer))


def attempts_at(connection: sa.Connection, mails: Iterable[int]) -> dict[int, Sequence[Attempt]]:
    """Outbox row to its attempts, the oldest first; nothing for a mail that nobody has tried to deliver."""
    found: dict[int, list[Attempt]] = {}
    rows = connection.execute(sa.select(deliveries).where(_c.outbox.in_(list(mails))).order_by(_c.id)).mappings()
    for row in rows:
        attempt = Attempt(**{name: row[name] for name in Attempt.__struct_fields__})
        found.setdefault(row["outbox"], []).append(attempt)
    return {mail: tuple(attempts) for mail, attempts in found.items()}
