"""One SHA-256 over everything that was decided: equal for the same journal, whatever the batches and restarts were.

What the shell does by itself (deliveries under way, attempts, accounts) is no part of it. Repeats about one record
share a row for each batch, so they are added up. What a deadline brought about counts by its deadline, not by the input
whose arrival let it be decided.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from desk import tables

_encode = msgspec.json.Encoder(order="sorted").encode
_REPEATS = ("alert-repeated", "alert-ignored")
_STATE = ("policy", "model", "counters", "aliases", "rates", "lore")


def digest(connection: sa.Connection) -> str:
    """The digest of the records in this database, in hexadecimal."""
    found = hashlib.sha256()
    for name, rows in _parts(connection):
        for line in sorted(rows):
            found.update(name.encode() + b"\0" + line + b"\n")
    return found.hexdigest()


def differences(one: sa.Connection, other: sa.Connection, limit: int = 20) -> list[str]:
    """Lines that only one of two databases has, for a person who asks why their digests differ."""
    told: list[str] = []
    for (name, left), (_, right) in zip(_parts(one), _parts(other), strict=True):
        lines = set(left), set(right)
        told += [f"- {name} {line.decode()}" for line in sorted(lines[0] - lines[1])]
        told += [f"+ {name} {line.decode()}" for line in sorted(lines[1] - lines[0])]
    return told[:limit]


def _parts(connection: sa.Connection) -> Iterator[tuple[str, Iterator[bytes]]]:
    for table, left_out in _PLAIN:
        yield table.name, _rows(connection, table, left_out)
    yield "entries", _entries(connection)
    yield "repeats", _repeats(connection)
    yield "state", _state(connection)


_PLAIN = (
    (tables.records, ()),
    (tables.conditions, ()),
    (tables.repeats, ()),
    (tables.participants, ("id",)),
    (tables.threads, ()),
    (tables.classifications, ()),
    # The rest of a mail's row is how its delivery went.
    (tables.outbox, ("id", "position", "status", "attempts", "next_at", "lease", "finished_at", "answer")),
    (tables.deadlines, ()),
    (tables.changes, ()),
    (tables.suggestions, ()),
    (tables.silences, ()),
    (tables.pulses, ()),
    (tables.problems, ()),
    (tables.past, ()),
    (tables.labels, ("id",)),
    (tables.examples, ("id",)),
    (tables.label_verdicts, ()),
    (tables.trials, ()),
    (tables.quarantine, ("status",)),
    (tables.ignored, ("status",)),
)
_JSON = {"body", "evidence", "detail"}


def _rows(connection: sa.Connection, table: sa.Table, left_out: tuple[str, ...]) -> Iterator[bytes]:
    columns = [column for column in table.columns if column.name not in left_out]
    for row in connection.execute(sa.select(*columns)):
        yield _line(zip((column.name for column in columns), row, strict=True))


def _line(fields: Any) -> bytes:
    return _encode([_canonical(msgspec.json.decode(v) if v and name in _JSON else v) for name, v in fields])


def _canonical(value: Any) -> Any:
    """Causes that are deadlines without the position at which they happened to be decided."""
    if isinstance(value, dict):
        if value.get("deadline") is not None and "position" in value:
            value = {**value, "position": None}
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    return value


def _entries(connection: sa.Connection) -> Iterator[bytes]:
    columns = [c for c in tables.entries.columns if c.name not in {"id", "count", "last_position"}]
    names = [column.name for column in columns]
    query = sa.select(*columns).where(tables.entries.c.kind.not_in(_REPEATS))
    for row in connection.execute(query):
        fields = dict(zip(names, row, strict=True))
        if fields["detail"] and "deadline" in msgspec.json.decode(fields["detail"]):
            fields["position"] = fields["index"] = None
        yield _line(fields.items())


def _repeats(connection: sa.Connection) -> Iterator[bytes]:
    c = tables.entries.c
    key = (c.kind, c.record, c.rule)
    query = (
        sa.select(*key, sa.func.sum(c["count"]), sa.func.min(c.position), sa.func.max(c.last_position))
        .where(c.kind.in_(_REPEATS))
        .group_by(*key)
    )
    for row in connection.execute(query):
        # PostgreSQL adds up to a decimal, SQLite to an integer.
        yield _encode([int(value) if place >= len(key) else value for place, value in enumerate(row)])


def _state(connection: sa.Connection) -> Iterator[bytes]:
    query = sa.select(tables.state).where(tables.state.c.name.in_(_STATE))
    for row in connection.execute(query):
        yield _encode([row.name, msgspec.json.decode(row.value)])
