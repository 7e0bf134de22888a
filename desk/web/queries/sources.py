"""Where input comes from, and what could not be understood."""

import threading
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, func, select

from desk.tables import conditions, quarantine
from ingest.journal import Journal

HOUR = timedelta(hours=1)
_TAIL = 3_000
"""Inputs before the journal's head that are looked through at the first question."""
_STEP = 500
_BYTES = 64 * 1024 * 1024
"""So much is read for one answer; what is left is read for the next."""
_OUTSIDE = frozenset({"mail", "webhook", "change"})
_ROUTES = 500
UNREADABLE = 50
"""Inputs in quarantine whose source is looked up."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What came by one route lately. `last_hour` counts inputs."""

    route: str
    kind: str
    last_at: datetime
    last_position: int
    last_hour: int


class Arrivals:
    """Reads on in the journal when asked, and remembers when each route last brought something.

    The journal is the only place that knows the routes, and only its tail is read at first, so a route that has been
    quiet for thousands of inputs is not known until it brings something again. Safe to use from several threads.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._position: int | None = None
        self._times: dict[str, deque[datetime]] = {}
        self._last: dict[str, tuple[str, datetime, int]] = {}
        self._by_position: dict[int, str] = {}

    def latest(self, now: datetime) -> list[Arrival]:
        """The routes from outside, the one that brought something last first."""
        with self._lock:
            self._read_on()
            found = [
                Arrival(
                    route=route,
                    kind=kind,
                    last_at=at,
                    last_position=position,
                    last_hour=self._within(route, now - HOUR),
                )
                for route, (kind, at, position) in self._last.items()
            ]
        return sorted(found, key=lambda arrival: -arrival.last_position)

    def by_route(self, now: datetime) -> Mapping[str, Arrival]:
        return {arrival.route: arrival for arrival in self.latest(now)}

    def routes_of(self, positions: Sequence[int]) -> Mapping[int, str]:
        """Positions to the routes by which those inputs came; for a few dozen positions."""
        with self._lock:
            for position in positions:
                if position not in self._by_position:
                    found = self._journal.get(position)
                    self._by_position[position] = "" if found is None else found.route
                    if len(self._by_position) > _ROUTES:
                        del self._by_position[next(iter(self._by_position))]
            return {position: self._by_position.get(position, "") for position in positions}

    def _within(self, route: str, since: datetime) -> int:
        times = self._times[route]
        while times and times[0] < since:
            times.popleft()
        return len(times)

    def _read_on(self) -> None:
        head = self._journal.head().position
        position = max(0, head - _TAIL) if self._position is None else max(self._position, head - 20 * _TAIL)
        seen = 0
        while position < head and seen < _BYTES:
            found = self._journal.read(position, min(_STEP, head - position))
            if not found:
                break
            for item in found:
                seen += len(item.body or b"")
                if item.kind in _OUTSIDE and (item.route in self._last or len(self._last) < _ROUTES):
                    self._last[item.route] = (item.kind, item.accepted_at, item.position)
                    self._times.setdefault(item.route, deque(maxlen=20_000)).append(item.accepted_at)
            position = found[-1].position
        self._position = position


def unreadable(connection: Connection, arrivals: Arrivals) -> Mapping[str, int]:
    """Routes to how many of the newest inputs in quarantine came by them."""
    newest = select(quarantine.c.position).where(quarantine.c.status == "waiting")
    positions = connection.scalars(newest.order_by(quarantine.c.position.desc()).limit(UNREADABLE)).all()
    return Counter(arrivals.routes_of(positions).values())


def firing_by_source(connection: Connection) -> Mapping[str, int]:
    """Routes to how many conditions that came by them fire now."""
    rows = connection.execute(
        select(conditions.c.source, func.count())
        .where(conditions.c.status.in_(("firing", "acknowledged")), conditions.c.source.is_not(None))
        .group_by(conditions.c.source)
        .limit(_ROUTES)
    )
    return dict(rows.all())


def quarantined(connection: Connection, status: str, limit: int = 100) -> Sequence[RowMapping]:
    """Inputs that were set aside, newest first."""
    return (
        connection.execute(
            select(quarantine).where(quarantine.c.status == status).order_by(quarantine.c.position.desc()).limit(limit)
        )
        .mappings()
        .all()
    )


def quarantined_at(connection: Connection, position: int) -> RowMapping | None:
    return connection.execute(select(quarantine).where(quarantine.c.position == position)).mappings().one_or_none()
