"""The journal in one SQL table: SQLite (its own file) or PostgreSQL.

SQLite runs in WAL mode with `synchronous=FULL`: a commit returns after the fsync of the WAL. In PostgreSQL positions
are given out under an advisory lock that is held until the commit, so that they become visible in order: with identity
values a reader could see 12, go on, and never see 11. A PostgreSQL that may lose commits is refused.
"""

import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

import msgspec
import sqlalchemy as sa
from sqlalchemy.pool import PoolProxiedConnection

from ingest.event import Draft, Input, InputKind
from ingest.journal import (
    GENESIS,
    READ_BYTES,
    DamagedError,
    Erasure,
    Fault,
    Head,
    Journal,
    NotDurableError,
    Verification,
    content_digest,
    encode_envelope,
    from_microseconds,
    microseconds,
    row_digest,
)
from ingest.journal_database import become_only_appender, durably, open_engine, prepare, reading, sentence_of

metadata = sa.MetaData()
table = sa.Table(
    "journal",
    metadata,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("accepted_at", sa.BigInteger),
    sa.Column("kind", sa.Text),
    sa.Column("route", sa.Text),
    sa.Column("schema", sa.Integer),
    sa.Column("size", sa.BigInteger),
    sa.Column("content", sa.LargeBinary),
    sa.Column("digest", sa.LargeBinary),
    sa.Column("erased_at", sa.BigInteger),
    sa.Column("erased_reason", sa.Text),
    sa.Column("salt", sa.LargeBinary),
    sa.Column("envelope", sa.LargeBinary),
    sa.Column("body", sa.LargeBinary),
)
retention = sa.Table(
    "journal_retention",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("through", sa.BigInteger),
)
_c = table.c
_READ = (_c.position, _c.accepted_at, _c.kind, _c.route, _c.schema, _c.envelope, _c.body)
_INSERTED = "position, accepted_at, kind, route, schema, size, content, digest, salt, envelope, body"
_INSERT = {
    "sqlite": f"INSERT INTO journal ({_INSERTED}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constants
    "postgresql": f"INSERT INTO journal ({_INSERTED}) VALUES (%s, %s, %s, %s, %s, %s, %b, %b, %b, %b, %b)",  # noqa: S608
}
_HEAD = "SELECT position, accepted_at, digest FROM journal ORDER BY position DESC LIMIT 1"


class _Tip(NamedTuple):
    """The last row, as an appender needs it."""

    position: int
    accepted_at: int
    digest: bytes


_EMPTY = _Tip(0, 0, GENESIS)


def open_journal(url: str, *, durable: bool = True, appended: Callable[[], None] | None = None) -> "Journal":
    """Open the journal at an SQLAlchemy URL, and create or upgrade its table.

    `sqlite:////var/lib/desk/journal.db` or `postgresql+psycopg://user@host/database`. Where it is not `durable`, SQLite
    does not wait for the disk: for what is made up and can be made again, never behind a door. `appended` is called
    after each commit, in the thread that appends.

    Raises `UnsafeStorageError` where the database could lose what it has acknowledged, or is newer than this program;
    `NotDurableError` where it cannot be reached; ValueError for another kind of database.
    """
    engine = open_engine(url, durable=durable)
    try:
        prepare(engine)
    except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
        engine.dispose()
        raise NotDurableError(sentence_of(error)) from error
    except BaseException:
        engine.dispose()
        raise
    return SqlJournal(engine, appended)


class SqlJournal:
    """The `Journal` protocol on one SQL table."""

    def __init__(self, engine: sa.Engine, appended: Callable[[], None] | None = None) -> None:
        self._engine = engine
        self._reads = engine.execution_options(only_reads=True)
        self._sqlite = engine.dialect.name == "sqlite"
        self._appended = appended
        self._appender: PoolProxiedConnection | None = None
        self._lock = threading.Lock()

    # --- writing ---

    def append(self, drafts: Sequence[Draft], at: datetime) -> list[int]:
        """See `Journal.append`."""
        if not drafts:
            return []
        with self._lock, durably():
            first = self._append_sqlite(drafts, at) if self._sqlite else self._append_postgresql(drafts, at)
        if self._appended is not None:
            self._appended()
        return list(range(first, first + len(drafts)))

    def _append_postgresql(self, drafts: Sequence[Draft], at: datetime) -> int:
        with self._engine.begin() as connection:
            become_only_appender(connection)
            row = connection.exec_driver_sql(_HEAD).one_or_none()
            tip = _EMPTY if row is None else _Tip(*row)
            connection.exec_driver_sql(_INSERT["postgresql"], _rows(drafts, tip, at))
        return tip.position + 1

    def _append_sqlite(self, drafts: Sequence[Draft], at: datetime) -> int:
        """On a driver's connection of its own: what SQLAlchemy adds for each commit costs a fifth of the throughput."""
        if self._appender is None:
            self._appender = self._engine.raw_connection()
        connection = self._appender
        cursor = connection.cursor()
        try:
            cursor.execute("BEGIN IMMEDIATE")
            row = cursor.execute(_HEAD).fetchone()
            tip = _EMPTY if row is None else _Tip(*row)
            cursor.executemany(_INSERT["sqlite"], _rows(drafts, tip, at))
            cursor.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise
        finally:
            cursor.close()
        return tip.position + 1

    def erase(self, position: int, reason: str, at: datetime) -> bool:
        """See `Journal.erase`."""
        with durably(), self._engine.begin() as connection:
            erased = _erase(connection, [position], reason, at)
        self._scrub()
        return erased > 0

    def erase_before(
        self, before: datetime, reason: str, at: datetime, *, kinds: Sequence[InputKind], through: int | None = None
    ) -> int:
        """See `Journal.erase_before`. What an earlier run has been through is not read again."""
        erased = 0
        due = [_c.accepted_at < microseconds(before)]
        if through is not None:
            due.append(_c.position <= through)
        for kind in kinds:
            more = True
            while more:
                with durably(), self._engine.begin() as connection:
                    count, more = _erase_some(connection, kind, due, reason, at)
                erased += count
        if erased:
            self._scrub()
        return erased

    def _scrub(self) -> None:
        """Let go of the copies of erased content that the database keeps for itself."""
        if self._sqlite:
            with self._reads.connect() as connection:
                # Readers in the way make this incomplete; the next checkpoint catches up.
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM journal")

    # --- reading ---

    def read(self, after: int, limit: int, max_bytes: int = READ_BYTES) -> list[Input]:
        """See `Journal.read`."""
        with reading(), self._reads.connect() as connection:
            last = _last_within(connection, after, limit, max_bytes)
            query = sa.select(*_READ).where(_c.position > after, _c.position <= last).order_by(_c.position)
            inputs = [_input(row) for row in connection.execute(query)]
        for expected, found in enumerate(inputs, after + 1):
            if found.position != expected:
                raise DamagedError(f"The journal lacks position {expected}: run 'desk journal verify'.")
        return inputs

    def get(self, position: int) -> Input | None:
        """See `Journal.get`."""
        with reading(), self._reads.connect() as connection:
            row = connection.execute(sa.select(*_READ).where(_c.position == position)).one_or_none()
        return None if row is None else _input(row)

    def head(self) -> Head:
        """See `Journal.head`."""
        with reading(), self._reads.connect() as connection:
            row = connection.exec_driver_sql(_HEAD).one_or_none()
        return Head(0, GENESIS.hex()) if row is None else Head(row[0], bytes(row[2]).hex())

    def erasure(self, position: int) -> Erasure | None:
        """See `Journal.erasure`."""
        query = sa.select(_c.erased_at, _c.erased_reason).where(_c.position == position, _c.erased_at.is_not(None))
        with reading(), self._reads.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Erasure(position=position, at=from_microseconds(row[0]), reason=row[1])

    def verify(self, expected: str | None = None) -> Verification:
        """See `Journal.verify`."""
        wanted = _parse_head(expected)
        tip, rows, erased, fault = _EMPTY, 0, 0, None
        seen = wanted is None or wanted.digest == GENESIS.hex()
        for row in self._all_rows():
            fault = _fault(row, tip)
            if fault is None and wanted is not None and wanted.position in {0, row.position}:
                seen = seen or bytes(row.digest).hex() == wanted.digest
                if not seen and wanted.position:
                    fault = Fault(
                        position=row.position, reason="This is not the head that was noted: it was rewritten."
                    )
            if fault is not None:
                break
            tip = _Tip(row.position, row.accepted_at, bytes(row.digest))
            rows += 1
            erased += row.salt is None
        if fault is None and not seen:
            fault = Fault(
                position=tip.position, reason="The head that was noted is not in this journal: rows are missing."
            )
        return Verification(rows=rows, erased=erased, head=Head(tip.position, tip.digest.hex()), fault=fault)

    def _all_rows(self) -> Iterator[sa.Row[*tuple[Any, ...]]]:
        after = 0
        while True:
            with reading(), self._reads.connect() as connection:
                last = _last_within(connection, after, 1_000, READ_BYTES)
                query = sa.select(table).where(_c.position > after, _c.position <= last).order_by(_c.position)
                rows = connection.execute(query).all()
            if not rows:
                return
            yield from rows
            after = rows[-1].position

    def close(self) -> None:
        """See `Journal.close`."""
        if self._appender is not None:
            self._appender.close()
        self._engine.dispose()


# --- rows ----------------------------------------------------------------------------------------


def _rows(drafts: Sequence[Draft], tip: _Tip, at: datetime) -> list[tuple[Any, ...]]:
    """The rows to insert, in the order of `_INSERTED`, each chained to the one before."""
    rows = []
    accepted_at = max(microseconds(at), tip.accepted_at)
    salts = os.urandom(16 * len(drafts))
    position, previous = tip.position, tip.digest
    for index, draft in enumerate(drafts):
        position += 1
        envelope = encode_envelope(draft.envelope)
        salt = salts[16 * index : 16 * index + 16]
        size = len(envelope) + len(draft.body)
        content = content_digest(salt, envelope, draft.body)
        previous = row_digest(previous, position, accepted_at, draft.kind, draft.route, draft.schema, size, content)
        rows.append((
            position, accepted_at, draft.kind, draft.route, draft.schema, size,
            content, previous, salt, envelope, draft.body,
        ))  # fmt: skip
    return rows


def _input(row: sa.Row[*tuple[Any, ...]]) -> Input:
    position, accepted_at, kind, route, schema, envelope, body = row
    try:
        return Input(
            position=position,
            accepted_at=from_microseconds(accepted_at),
            kind=cast("InputKind", kind),
            route=route,
            envelope={} if envelope is None else msgspec.json.decode(envelope),
            body=None if body is None else bytes(body),
            schema=schema,
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise DamagedError(f"The journal's row {position} cannot be read: run 'desk journal verify'.") from error


def _last_within(connection: sa.Connection, after: int, limit: int, max_bytes: int) -> int:
    """The last position to read so that content stays within `max_bytes`: at least one row, at most `limit`."""
    query = sa.select(_c.position, _c.size).where(_c.position > after).order_by(_c.position).limit(limit)
    last, total = after, 0
    for position, size in connection.execute(query):
        total += size
        if total > max_bytes and last > after:
            break
        last = position
    return last


def _fault(row: sa.Row[*tuple[Any, ...]], before: _Tip) -> Fault | None:
    """What is wrong with a row that should follow `before`."""
    if row.position != before.position + 1:
        return Fault(position=before.position + 1, reason="This position is missing.")
    try:
        reason = _contradiction(row, before)
    except (TypeError, ValueError, AttributeError):
        reason = "The row cannot be read: a column holds what was never written there."
    return None if reason is None else Fault(position=row.position, reason=reason)


def _contradiction(row: sa.Row[*tuple[Any, ...]], before: _Tip) -> str | None:
    if row.accepted_at < before.accepted_at:
        return "Time runs backwards here."
    if row.salt is None:
        if row.erased_at is None or row.body is not None or row.envelope is not None:
            return "The content is gone without the mark of an erasure."
    elif row.body is None or row.envelope is None:
        return "The content is incomplete."
    elif content_digest(bytes(row.salt), bytes(row.envelope), bytes(row.body)) != bytes(row.content):
        return "The content is not what was accepted."
    digest = row_digest(
        before.digest, row.position, row.accepted_at, row.kind, row.route, row.schema, row.size, bytes(row.content)
    )
    if digest != bytes(row.digest):
        return "The row does not follow from the one before: one of them was changed."
    return None


def _parse_head(text: str | None) -> Head | None:
    """`N:hex` or `hex` (position 0: anywhere). Raises ValueError with a sentence for what is neither."""
    if text is None:
        return None
    position, _, digest = text.strip().rpartition(":")
    if not re.fullmatch(r"(\d{1,18}:)?[0-9a-fA-F]{64}", text.strip(), re.ASCII):
        raise ValueError(f"'{text}' is not a head of the journal: it looks like 41873:9f2c… or is the digest alone.")
    return Head(int(position or 0), digest.lower())


# --- erasing -------------------------------------------------------------------------------------


def _erase(connection: sa.Connection, positions: Sequence[int], reason: str, at: datetime) -> int:
    statement = (
        sa.update(table)
        .where(_c.position.in_(positions), _c.erased_at.is_(None))
        .values(erased_at=microseconds(at), erased_reason=reason, salt=None, envelope=None, body=None)
    )
    return connection.execute(statement).rowcount


def _erase_some(
    connection: sa.Connection, kind: str, due: Sequence[sa.ColumnElement[bool]], reason: str, at: datetime
) -> tuple[int, bool]:
    """Erase the next rows of a kind that are due; returns how many were erased, and whether there may be more."""
    r = retention.c
    through = connection.execute(sa.select(r.through).where(r.kind == kind)).scalar_one_or_none()
    query = sa.select(_c.position, _c.kind, _c.erased_at).where(_c.position > (through or 0), *due)
    rows = connection.execute(query.order_by(_c.position).limit(1_000)).all()
    if not rows:
        return 0, False
    positions = [row.position for row in rows if row.kind == kind and row.erased_at is None]
    count = _erase(connection, positions, reason, at) if positions else 0
    last = rows[-1].position
    if through is None:
        connection.execute(sa.insert(retention).values(kind=kind, through=last))
    else:
        connection.execute(sa.update(retention).where(r.kind == kind).values(through=last))
    return count, True
