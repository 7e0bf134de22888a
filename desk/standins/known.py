"""The conditions that came in by one hook, and what their last payload said of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from correlate.matchers import labels_of
from correlate.records import Condition
from correlate.situation import ACTIVE
from desk.tables import conditions, entries, repeats
from desk.web.queries.alerts import condition_of
from ingest.journal import Journal
from ingest.payload import PayloadError, decode_payload
from ingest.tools.alertmanager import members
from ingest.tools.fields import mapping

MOST = 1_000
"""Alerts or silences in one answer; the pages show all of them."""
FIRING = tuple(sorted(ACTIVE))
_ENTRIES = 5_000
_LOOKED_BACK = 200_000
"""Among the newest so many entries those are looked for that belong to no incident."""
_PAYLOADS = 300
"""So many posts are read again for one answer."""
_c = conditions.c


class Known(Struct, frozen=True, kw_only=True):
    """A condition, when it was last heard of, and how often."""

    condition: Condition
    heard_at: datetime
    notices: int

    @property
    def labels(self) -> Mapping[str, str]:
        return labels_of(self.condition)


def known(
    connection: sa.Connection, tool: str, hook: str, statuses: Sequence[str] = FIRING, fingerprint: str | None = None
) -> list[Known]:
    """Those of this tool and hook in these states, the last heard of first; or the one with this fingerprint."""
    query = sa.select(
        *_c, repeats.c.last_at.label("repeated_at"), sa.func.coalesce(repeats.c["count"], 0).label("repeated")
    ).outerjoin_from(conditions, repeats, repeats.c.fingerprint == _c.fingerprint)
    query = query.where(_c.tool == tool, _c.source == f"hook:{hook}", _c.status.in_(statuses))
    if fingerprint is not None:
        query = query.where(_c.fingerprint == fingerprint)
    rows = connection.execute(query.order_by(_c.last_at.desc()).limit(MOST)).mappings()
    return [
        Known(
            condition=condition_of(row),
            heard_at=max(row["last_at"], row["repeated_at"] or row["last_at"]),
            notices=row["notices"] + row["repeated"],
        )
        for row in rows
    ]


def places(connection: sa.Connection, found: Sequence[Condition]) -> dict[str, tuple[int, int]]:
    """Fingerprint to the input, and the place in it, in which each of these last changed; where that is known."""
    result: dict[str, tuple[int, int]] = {}
    for row, fingerprint, index in _entries(connection, found, ("condition-changed",)):
        result.setdefault(fingerprint, (row.position, index))
    return result


def heard(connection: sa.Connection, found: Sequence[Condition]) -> dict[str, list[tuple[int, int]]]:
    """Fingerprint to the first and last input of each stretch in which something was heard of it, the newest first."""
    result: dict[str, list[tuple[int, int]]] = {}
    for row, fingerprint, _ in _entries(connection, found, ("condition-changed", "alert-repeated", "alert-ignored")):
        result.setdefault(fingerprint, []).append((row.position, row.last_position))
    return result


def _entries(
    connection: sa.Connection, found: Sequence[Condition], kinds: Sequence[str]
) -> Iterator[tuple[Any, str, int]]:
    """The newest entries about these conditions: each with a fingerprint, and its place in the input where known."""
    wanted = {one.fingerprint for one in found}
    numbers = sorted({one.record for one in found if one.record is not None})
    e = entries.c
    groups: list[sa.ColumnElement[bool]] = [
        e.record.in_(numbers[place : place + 400]) for place in range(0, len(numbers), 400)
    ]
    if any(one.record is None for one in found):
        newest = connection.scalar(sa.select(sa.func.max(e.id))) or 0
        groups.append(sa.and_(e.record.is_(None), e.id > newest - _LOOKED_BACK))
    for group in groups:
        query = sa.select(e.subject, e.position, e.last_position, e.index, e.detail)
        query = query.where(group, e.kind.in_(kinds)).order_by(e.id.desc()).limit(_ENTRIES)
        for row in connection.execute(query):
            for fingerprint, index in _named(row):
                if fingerprint in wanted:
                    yield row, fingerprint, index


def _named(row: Any) -> Iterable[tuple[str, int]]:
    """The conditions of an entry, each with its place in the input."""
    if row.subject is not None:
        return [(row.subject, row.index)]
    detail = msgspec.json.decode(row.detail) if row.detail else {}
    return list(mapping(detail.get("conditions")).items())


class Posts:
    """The posts of Alertmanager's API and webhooks as they were, read again once for each answer."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._read = lru_cache(maxsize=_PAYLOADS)(self._members)
        self._left = _PAYLOADS

    def alert(self, place: tuple[int, int] | None, labels: Mapping[str, str]) -> Mapping[str, Any]:
        """The alert as it stood in its post; empty where that is not known, or was erased."""
        if place is None:
            return {}
        alerts = self._read(place[0])
        said = mapping(alerts[place[1]]) if 0 <= place[1] < len(alerts) else {}
        told = {name: value for name, value in mapping(said.get("labels")).items() if value}
        return said if told == labels else {}

    def _members(self, position: int) -> list[Any]:
        self._left -= 1
        item = self._journal.get(position) if self._left >= 0 else None
        if item is None or item.body is None or item.kind != "webhook":
            return []
        try:
            return members(decode_payload(item.body, "application/json"))
        except PayloadError:
            return []
