"""What keeps people from being told of an alert now: silences and windows, what inhibits it, a mute of its incident."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from correlate.inhibiting import Sources
from correlate.muting import Mutes
from correlate.records import OPEN_STATUSES, Condition, Record, Silence
from desk.standins.known import FIRING
from desk.tables import conditions, records, silences
from desk.web.queries.alerts import condition_of
from desk.web.queries.counts import policy

_SILENCES = 10_000
_SOURCES = 100_000


class Held(Struct, frozen=True, kw_only=True):
    """What holds the notice of an alert back; all empty where nothing does."""

    silences: tuple[Silence, ...] = ()
    source: Condition | None = None
    """The alert that inhibits it by a rule."""
    record: str | None = None
    """The incident that explains it."""
    muted: str | None = None
    """Its incident, where somebody muted that."""


class Suppressions:
    """Asks once for all alerts of an answer. `now` is when it is asked."""

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._mutes = Mutes()
        current = sa.and_(silences.c.over.is_(False), silences.c.starts_at <= now, silences.c.ends_at > now)
        for body in connection.scalars(sa.select(silences.c.body).where(current).limit(_SILENCES)):
            self._mutes.put(msgspec.json.decode(body, type=Silence))
        self._records: dict[str, Record | None] = {}

    def of(self, condition: Condition) -> Held:
        """What holds this one back now."""
        record = self._record(condition.record)
        source = self._inhibiting(condition)
        muted = by = None
        if record is not None:
            until = record.mute.until if record.mute is not None else None
            muted = record.number if record.mute is not None and (until is None or until > self._now) else None
            by = record.muted if self._is_explained(record) and source is None else None
        return Held(silences=tuple(self._mutes.every(condition, self._now)), source=source, record=by, muted=muted)

    def _is_explained(self, record: Record) -> bool:
        """Whether another incident was found to explain it, which `muted` names like silences and persons."""
        by = record.muted
        return by is not None and record.mute is None and by not in self._mutes.by_id and self._record(by) is not None

    def _record(self, number: str | None) -> Record | None:
        """The open incident of this number."""
        if number is None:
            return None
        if number not in self._records:
            body = self._connection.scalar(sa.select(records.c.body).where(records.c.number == number))
            record = None if body is None else msgspec.json.decode(body, type=Record)
            self._records[number] = record if record is not None and record.status in OPEN_STATUSES else None
        return self._records[number]

    def _inhibiting(self, condition: Condition) -> Condition | None:
        sources, known = self._sources
        found = sources.over(condition, known) if sources.rules else None
        return None if found is None else found[1]

    @cached_property
    def _sources(self) -> tuple[Sources, Mapping[str, Condition]]:
        """What fires and may inhibit, of every hook; nothing is read where there are no rules."""
        sources = Sources(policy(self._connection).inhibit)
        known: dict[str, Condition] = {}
        if sources.rules:
            query = sa.select(conditions).where(conditions.c.status.in_(FIRING)).order_by(conditions.c.last_at.desc())
            for row in self._connection.execute(query.limit(_SOURCES)).mappings():
                one = known[row["fingerprint"]] = condition_of(row)
                sources.put(one)
        return sources, known
