"""Kim and Raj, the company's two agents, work off their queue: they take what is new and resolve what is taken."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import msgspec
import sqlalchemy as sa

from correlate.records import Record
from desk.tables import records
from ingest.event import Command

_RESOLUTIONS = (
    "Replaced, works again.",
    "Set up as asked. Please sign out and in once.",
    "Cleared the queue and restarted the spooler.",
    "Driver updated; tested together.",
    "Permission given until the end of the year.",
    "Explained by phone, nothing broken.",
    "Restored from last night's backup.",
    "Restarted the service, watched it for half an hour.",
)
_TAKE_AFTER = timedelta(minutes=25)
_RESOLVE_AFTER = timedelta(hours=3)
_WORKING_HOURS = range(8, 18)


class Agents:
    """`commands(at)` is what they do now; `hurry` divides their patience (the demo squeezes hours into minutes)."""

    def __init__(self, engine: sa.Engine, seed: int = 5, *, hurry: int = 1, around_the_clock: bool = False) -> None:
        self._engine = engine
        self._random = Random(seed)  # noqa: S311 - a simulation, not a secret
        self._hurry = hurry
        self._around_the_clock = around_the_clock

    def commands(self, at: datetime) -> Iterator[Command]:
        working = at.weekday() < 5 and at.hour in _WORKING_HOURS
        if not (working or self._around_the_clock):
            return
        for record in self._open_mails():
            age = at - record.opened_at
            actor = record.assignee or self._random.choice(("kim", "raj"))
            if record.status == "new" and age > _TAKE_AFTER / self._hurry:
                yield Command(action="take", actor=actor, subject=record.number)
            elif record.status == "assigned" and age > _RESOLVE_AFTER / self._hurry and self._random.random() < 0.5:
                text = self._random.choice(_RESOLUTIONS)
                yield Command(action="resolve", actor=actor, subject=record.number, arguments={"resolution": text})

    def _open_mails(self) -> list[Record]:
        query = (
            sa.select(records.c.body)
            .where(records.c.status.in_(("new", "assigned")), records.c.origin == "mail")
            .order_by(records.c.serial)
            .limit(40)
        )
        with self._engine.connect() as connection:
            return [msgspec.json.decode(row.body, type=Record) for row in connection.execute(query)]
