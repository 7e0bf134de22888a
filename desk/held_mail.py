"""Mail that is held because its source is only observed."""

import getpass
from collections.abc import Iterator
from datetime import datetime

import msgspec
import sqlalchemy as sa

from correlate.records import Outgoing, Record
from desk.tables import outbox, records
from ingest.event import Command
from ingest.journal import Journal
from ingest.normalize import draft_of


def held_from(engine: sa.Engine, journal: Journal, route: str) -> list[str]:
    """Message-IDs of held mails about records that this route opened, oldest first."""
    return list(_held(engine, journal, route))


def release(journal: Journal, message_ids: list[str], by: str, now: datetime) -> None:
    """Let held mails out: as inputs, like everything that changes something. `by` is the command that was called."""
    actor = f"{getpass.getuser()} ({by})"
    commands = [Command(action="mail-release", actor=actor, subject=message_id) for message_id in message_ids]
    journal.append([draft_of(command, "console") for command in commands], now)


def _held(engine: sa.Engine, journal: Journal, route: str) -> Iterator[str]:
    query = (
        sa.select(outbox.c.body, records.c.body.label("record"))
        .join(records, records.c.number == outbox.c.about)
        .where(outbox.c.status == "held")
        .order_by(outbox.c.id)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    routes: dict[int, str | None] = {}
    for row in rows:
        position = msgspec.json.decode(row.record, type=Record).opened_by.position
        if position not in routes:
            item = journal.get(position)
            routes[position] = item.route if item else None
        if routes[position] == route:
            yield msgspec.json.decode(row.body, type=Outgoing).message_id
