"""Silences, maintenance windows and who is to be heard of, for pages and the API."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, and_, not_, or_, select

from correlate.records import Pulse, Silence
from desk.tables import pulses, silences

PAST = timedelta(days=14)
"""So far back what is over is listed."""
MOST = 500


def find(connection: Connection, now: datetime, *, past: bool = False) -> Sequence[Silence]:
    """What is in force or to come, by its beginning; with `past` also what ended lately."""
    wanted = not_(silences.c.over)
    if past:
        wanted = or_(wanted, silences.c.ends_at >= now - PAST)
    query = select(silences.c.body).where(wanted).order_by(silences.c.starts_at, silences.c.id).limit(MOST)
    return [msgspec.json.decode(body, type=Silence) for body in connection.execute(query).scalars()]


def between(connection: Connection, begin: datetime, end: datetime) -> Sequence[Silence]:
    """What held or will hold something back in this time, and what recurs."""
    c = silences.c
    meets = and_(c.starts_at < end, c.ends_at >= begin)
    query = select(c.body).where(or_(meets, not_(c.over))).order_by(c.starts_at, c.id).limit(MOST)
    return [msgspec.json.decode(body, type=Silence) for body in connection.execute(query).scalars()]


def state_of(silence: Silence, now: datetime) -> str:
    """In force, to come, or over."""
    if silence.over or silence.ends_at <= now:
        return "over"
    return "to come" if silence.starts_at > now else "in force"


def awaited(connection: Connection) -> Sequence[Pulse]:
    """Everybody who is to be heard of, the missing first."""
    query = select(pulses.c.body).where(pulses.c.kind != "doors").order_by(pulses.c.missing.desc(), pulses.c.name)
    return [msgspec.json.decode(body, type=Pulse) for body in connection.execute(query.limit(MOST)).scalars()]
