"""The databases that can hold a journal: how each is set up so that a commit is durable, and what is refused."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import exc

from ingest.journal import DamagedError, NotDurableError, UnsafeStorageError

SQLITE_PAGE = 16 * 1024
SQLITE_LOCK_WAIT_MS = 5_000
POSTGRESQL_LOCK_WAIT_MS = 10_000
CHANNEL = "quietdesk_journal"
"""On which PostgreSQL tells that inputs were added, once they are durable."""
POSTGRESQL_LOCK = 0x51_44_4A_4F_55_52_4E_4C
"""The advisory lock that an appender holds ("QDJOURNL")."""

SCHEMA = "j0001"
"""The newest migration; `ingest/migrations` has the steps."""


def open_engine(url: str, *, durable: bool = True) -> sa.Engine:
    """An engine for an SQLAlchemy URL; raises ValueError for a database that cannot hold a journal."""
    parsed = sa.make_url(url)
    dialect = parsed.get_backend_name()
    if dialect == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise ValueError("A journal in memory would lose every input: give the path of a file.")
    if dialect == "sqlite":
        return _sqlite_engine(parsed, durable=durable)
    if dialect == "postgresql":
        return _postgresql_engine(parsed)
    raise ValueError(f"The journal knows sqlite and postgresql, not {dialect}.")


def prepare(engine: sa.Engine) -> None:
    """Create or upgrade the journal's tables, one process at a time; refuse what is not safe (`UnsafeStorageError`)."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            become_only_appender(connection)
        found = _schema(connection)
        if found is not None and found > SCHEMA:
            raise UnsafeStorageError(
                f"The journal was written by a newer version of the desk (schema {found}): use that version."
            )
        if found != SCHEMA:
            _migrate(connection)


def _sqlite_engine(url: sa.URL, *, durable: bool) -> sa.Engine:
    engine = sa.create_engine(url)

    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours
        cursor = connection.cursor()
        for name, value in {
            "page_size": SQLITE_PAGE,  # counts only before the file exists, and before WAL
            "busy_timeout": SQLITE_LOCK_WAIT_MS,
            "journal_mode": "WAL",
            "synchronous": "FULL" if durable else "OFF",
            "fullfsync": 1,  # macOS: its fsync alone does not reach the disk
            "checkpoint_fullfsync": 1,
            "secure_delete": 1,  # what is erased is overwritten
        }.items():
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        if not connection.get_execution_options().get("only_reads"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql_engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": 10, "tcp_user_timeout": 20_000, "application_name": "quietdesk journal"},
        pool_size=4,
        max_overflow=4,
    )

    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        # An appender whose machine died must not hold the lock for ever.
        connection.execute(f"SET lock_timeout = {POSTGRESQL_LOCK_WAIT_MS}")
        connection.execute("SET idle_in_transaction_session_timeout = '30s'")
        connection.autocommit = False

    return engine


_NOT_DURABLE = (
    exc.OperationalError,
    exc.InterfaceError,
    exc.InternalError,
    exc.TimeoutError,
    sqlite3.OperationalError,
    sqlite3.InternalError,
    UnsafeStorageError,
)


@contextmanager
def durably() -> Iterator[None]:
    """Turn what a database says about being full, locked or gone into `NotDurableError`."""
    try:
        yield
    except _NOT_DURABLE as error:
        raise NotDurableError(sentence_of(error)) from error


@contextmanager
def reading() -> Iterator[None]:
    """Turn what a database says while reading into `DamagedError`."""
    try:
        yield
    except exc.DatabaseError as error:
        raise DamagedError(f"The journal could not be read: {sentence_of(error)}") from error


def sentence_of(error: Exception) -> str:
    """What a database says, as a sentence for people."""
    if isinstance(error, UnsafeStorageError):
        return str(error)
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    return f"The journal's database says: {str(cause).strip().splitlines()[0]}."


def become_only_appender(connection: sa.Connection) -> None:
    """In PostgreSQL: become the only appender until the commit, which rings for whoever listens.

    A reload can change the settings: look every time.
    """
    fsync, synchronous, *_ = connection.exec_driver_sql(
        "SELECT current_setting('fsync'), current_setting('synchronous_commit'), "
        f"pg_advisory_xact_lock({POSTGRESQL_LOCK}), pg_notify('{CHANNEL}', '')"
    ).one()
    if fsync != "on" or synchronous == "off":
        name = "fsync" if fsync != "on" else "synchronous_commit"
        raise UnsafeStorageError(
            f"PostgreSQL runs with {name} = off and can lose mails that were already accepted: "
            f"set {name} = on in postgresql.conf (and for the role and database), then start the desk again."
        )


def _schema(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("journal_version"):
        return None
    return cast(
        "str | None", connection.exec_driver_sql("SELECT version_num FROM journal_version").scalar_one_or_none()
    )


def _migrate(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
