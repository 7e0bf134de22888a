"""Whether the doors are open, for who is to be heard of: time in which nobody could be heard does not count.

The doors leave a sign in the table `state` every few seconds. Where signs were missing for a while (a crash, a restart,
a machine that slept), an input in the journal says since when, so that a replay knows it too.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from desk.clock import Clock
from desk.database import writing
from desk.scheduler import ROUTE
from desk.tables import from_micros, state, to_micros
from ingest.event import Command, Draft
from ingest.journal import BusyError, Journal, NotDurableError
from ingest.normalize import draft_of

log = logging.getLogger(__name__)

EVERY = 15.0
"""Seconds between two signs."""
GAP = timedelta(seconds=90)
"""Without a sign for so long the doors count as closed."""
_ROW = "doors"
_ACTOR = "desk"


def last_sign(engine: sa.Engine) -> datetime | None:
    """When the doors were open last; None where they never left a sign."""
    with engine.connect() as connection:
        value = connection.execute(sa.select(state.c.value).where(state.c.name == _ROW)).scalar_one_or_none()
    return None if value is None else from_micros(int(value))


def leave_sign(engine: sa.Engine, now: datetime) -> None:
    """Note that the doors are open now."""
    with writing(engine) as connection:
        changed = connection.execute(sa.update(state).where(state.c.name == _ROW).values(value=str(to_micros(now))))
        if not changed.rowcount:
            connection.execute(sa.insert(state).values(name=_ROW, value=str(to_micros(now))))


def opened(since: datetime) -> Draft:
    """The input that says that the doors are open again, and since when they were closed."""
    arguments = {"since": since.isoformat()}
    return draft_of(Command(action="doors-opened", actor=_ACTOR, arguments=arguments), ROUTE)


def closed(since: datetime) -> Draft:
    """The input that says that the doors are closed."""
    arguments = {"since": since.isoformat()}
    return draft_of(Command(action="doors-closed", actor=_ACTOR, arguments=arguments), ROUTE)


def after_a_gap(engine: sa.Engine, journal: Journal, now: datetime) -> int | None:
    """For the start: say so where the doors were closed until now; the position of the input that says it.

    It is in the journal before a worker lets anything fall due. Raises `NotDurableError`.
    """
    seen = last_sign(engine)
    if seen is None or now - seen < GAP:
        return None
    leave_sign(engine, now)
    (position,) = journal.append([opened(seen)], now)
    return position


def closed_doors(engine: sa.Engine) -> Callable[[datetime], Draft | None]:
    """For the worker, which may run while the doors do not: what to state before time passes, where they are closed.

    It is stated once for each time that they are closed.
    """
    stated: list[datetime] = []

    def look(now: datetime) -> Draft | None:
        seen = last_sign(engine)
        if seen is None or now - seen < GAP or seen in stated:
            return None
        stated[:] = [seen]
        return closed(seen)

    return look


async def stay_present(engine: sa.Engine, accept: Callable[[Draft], Awaitable[int]], clock: Clock) -> None:
    """Leave signs until cancelled, and say so where there was a gap."""
    while True:
        now = clock()
        try:
            seen = await asyncio.to_thread(last_sign, engine)
            if seen is not None and now - seen >= GAP:
                await accept(opened(seen))
            await asyncio.to_thread(leave_sign, engine, now)
        except (sa.exc.DBAPIError, BusyError, NotDurableError, msgspec.DecodeError) as error:
            log.warning("The doors could not leave a sign: %s", str(error).partition("\n")[0])
        await asyncio.sleep(EVERY)
