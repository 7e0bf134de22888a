"""What the desk remembers of its mailboxes: how far each folder has been read, what came from it, and how it is.

It lies outside the journal: what a mailbox brought is there, and this only says where to go on.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from desk.database import writing
from desk.own_tables import mailbox_folders, mailbox_mails, mailboxes
from ingest.imap_cursor import Cursor

NOTED_EVERY = timedelta(minutes=1)
"""How often it is written down that all is well."""
_AT_ONCE = 500

Marks = Mapping[bytes, bytes]
"""Digests of mails to their keys (`ingest.imap_cursor`)."""


class Condition(Struct, frozen=True, kw_only=True):
    """How a mailbox is: a row of `mailboxes`."""

    name: str
    observing: bool
    created_at: datetime
    account: str
    well_at: datetime | None = None
    failing_since: datetime | None = None
    trouble: str | None = None
    """Why it cannot be read, or not all of it; None where all is well."""
    told_at: datetime | None = None


class MailboxStore:
    """The rows of one mailbox. Used by one thread at a time."""

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self._engine = engine
        self._name = name

    # --- how it is ---

    def condition(self) -> Condition | None:
        return conditions(self._engine).get(self._name)

    def connect(self, account: str, now: datetime) -> Condition:
        """The mailbox's row, made where there is none. With another account everything begins anew, observed."""
        known = self.condition()
        if known is not None and known.account == account:
            return known
        new = Condition(name=self._name, observing=True, created_at=now, account=account)
        with writing(self._engine) as connection:
            for table in (mailbox_folders, mailbox_mails):
                connection.execute(sa.delete(table).where(table.c.mailbox == self._name))
            connection.execute(sa.delete(mailboxes).where(mailboxes.c.name == self._name))
            connection.execute(sa.insert(mailboxes).values(**msgspec.structs.asdict(new)))
        return new

    def set(self, **values: Any) -> None:
        """Change the mailbox's row."""
        with writing(self._engine) as connection:
            connection.execute(sa.update(mailboxes).where(mailboxes.c.name == self._name).values(**values))

    # --- how far it has been read ---

    def cursor(self, folder: str) -> Cursor | None:
        c = mailbox_folders.c
        query = sa.select(mailbox_folders).where(c.mailbox == self._name, c.folder == folder)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        unsettled = msgspec.json.decode(row["unsettled"], type=tuple[int, ...])
        names = [name for name in Cursor.__struct_fields__ if name != "unsettled"]
        return Cursor(unsettled=unsettled, **{name: row[name] for name in names})

    def keep(
        self, folder: str, cursor: Cursor, marks: Marks | None = None, taken: int = 0, at: datetime | None = None
    ) -> None:
        """Write the cursor, and what came with it at that time, in one transaction."""
        c = mailbox_folders.c
        values = {**msgspec.structs.asdict(cursor), "unsettled": msgspec.json.encode(cursor.unsettled).decode()}
        with writing(self._engine) as connection:
            changed = connection.execute(
                sa.update(mailbox_folders)
                .where(c.mailbox == self._name, c.folder == folder)
                .values(**values, taken=c.taken + taken)
            )
            if not changed.rowcount:
                row = {"mailbox": self._name, "folder": folder, "taken": taken, **values}
                connection.execute(sa.insert(mailbox_folders).values(**row))
            if marks and at is not None:
                self._mark(connection, marks, at)

    def _mark(self, connection: sa.Connection, marks: Marks, at: datetime) -> None:
        known = _known(connection, self._name, mailbox_mails.c.digest, marks)
        rows = [
            {"mailbox": self._name, "digest": digest, "key": key, "at": at}
            for digest, key in marks.items()
            if digest not in known
        ]
        if rows:
            connection.execute(sa.insert(mailbox_mails), rows)

    # --- what came from it ---

    def remember(self, marks: Marks, at: datetime) -> None:
        """Note what was brought in without a folder that is read on."""
        with writing(self._engine) as connection:
            self._mark(connection, marks, at)

    def forget(self, before: datetime) -> None:
        """What was taken before this time is no longer known again by its marks."""
        c = mailbox_mails.c
        with writing(self._engine) as connection:
            connection.execute(sa.delete(mailbox_mails).where(c.mailbox == self._name, c.at < before))

    def known_digests(self, digests: Collection[bytes]) -> frozenset[bytes]:
        """Which of these mails the mailbox has brought before, by digest."""
        with self._engine.connect() as connection:
            return _known(connection, self._name, mailbox_mails.c.digest, digests)

    def known_keys(self, keys: Collection[bytes]) -> frozenset[bytes]:
        """Which of these it has brought before, by key."""
        with self._engine.connect() as connection:
            return _known(connection, self._name, mailbox_mails.c.key, keys)


def conditions(engine: sa.Engine) -> dict[str, Condition]:
    """How every mailbox is that was ever connected, by name."""
    with engine.connect() as connection:
        rows = connection.execute(sa.select(mailboxes).order_by(mailboxes.c.name)).mappings().all()
    return {row["name"]: Condition(**row) for row in rows}


def taken(connection: sa.Connection) -> Mapping[tuple[str, str], tuple[int, datetime]]:
    """Mailbox and folder to how many mails came in by it, and when it was last read to its end."""
    c = mailbox_folders.c
    rows = connection.execute(sa.select(c.mailbox, c.folder, c.taken, c.read_at).order_by(c.mailbox, c.folder))
    return {(row.mailbox, row.folder): (row.taken, row.read_at) for row in rows}


class Health:
    """Writes down how a mailbox is, and says when the administrators are to hear of it."""

    def __init__(self, store: MailboxStore, condition: Condition, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self.condition = condition

    def well(self) -> None:
        """Every folder was read to its end."""
        now, known = self._clock(), self.condition
        if known.trouble is None and known.well_at is not None and now - known.well_at < NOTED_EVERY:
            return
        # Who was told of the failure is told of its end: until then its beginning is kept.
        self._change(well_at=now, trouble=None, failing_since=known.failing_since if known.told_at else None)

    def failed(self, words: str) -> None:
        """It cannot be read, or not all of it; `words` is a sentence."""
        if self.condition.trouble != words:
            self._change(failing_since=self.condition.failing_since or self._clock(), trouble=words)

    def untold(self, after: timedelta) -> bool:
        """Whether it has failed for so long, and nobody has been told."""
        known = self.condition
        if known.trouble is None or known.failing_since is None or known.told_at is not None:
            return False
        return self._clock() - known.failing_since >= after

    def told(self) -> None:
        self._change(told_at=self._clock())

    @property
    def recovered(self) -> bool:
        """Whether it is well again after people were told that it was not."""
        return self.condition.trouble is None and self.condition.told_at is not None

    def told_recovered(self) -> None:
        self._change(told_at=None, failing_since=None)

    def _change(self, **values: Any) -> None:
        self._store.set(**values)
        self.condition = msgspec.structs.replace(self.condition, **values)


def _known(
    connection: sa.Connection, mailbox: str, column: sa.Column[Any], values: Collection[bytes]
) -> frozenset[bytes]:
    found: set[bytes] = set()
    asked: Sequence[bytes] = list(values)
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        query = sa.select(column).where(mailbox_mails.c.mailbox == mailbox, column.in_(some))
        found.update(bytes(value) for value in connection.execute(query).scalars())
    return frozenset(found)
