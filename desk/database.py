"""The desk's own database: how it is opened, and how its tables come up to date.

SQLite (a file of its own, beside the journal's) and PostgreSQL 15 or newer. In SQLite a transaction that will write
takes the write lock at its start (`writing`): one that reads first and writes later could find the lock taken by
then and would fail at once, without waiting.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import exc

SQLITE_PAGE = 16 * 1024
SQLITE_LOCK_WAIT_MS = 10_000
SQLITE_CACHE_KIB = 64 * 1024
MIGRATION_LOCK = 0x51_44_44_45_53_4B_4D_49
"""The advisory lock that a migration holds in PostgreSQL ("QDDESKMI")."""

SCHEMA = "d0001"
"""The newest migration; `desk/migrations` has the steps."""


class NewerSchemaError(Exception):
    """The database was written by a newer version of the desk."""


def open_database(url: str, *, durable: bool = True) -> sa.Engine:
    """An engine for an SQLAlchemy URL (`sqlite:////var/lib/desk/desk.db`, `postgresql+psycopg://user@host/desk`).

    `durable=False` is for scratch databases that nobody misses after a power failure, and which do not go away while
    they are used: no connection is asked whether it still lives. Raises ValueError for another kind of database, or
    for SQLite without a file. Nothing is read or created yet: see `migrate`.
    """
    parsed = sa.make_url(url)
    dialect = parsed.get_backend_name()
    if dialect == "sqlite":
        if parsed.database in {None, "", ":memory:"}:
            raise ValueError("A database in memory cannot be shared by threads: give the path of a file.")
        return _sqlite_engine(parsed, durable=durable)
    if dialect == "postgresql":
        return _postgresql_engine(parsed, durable=durable)
    raise ValueError(f"The desk knows sqlite and postgresql, not {dialect}.")


def _sqlite_engine(url: sa.URL, *, durable: bool) -> sa.Engine:
    engine = sa.create_engine(url)
    pragmas = {
        "page_size": SQLITE_PAGE,  # counts only before the file exists, and before WAL
        "busy_timeout": SQLITE_LOCK_WAIT_MS,
        "journal_mode": "WAL",
        "synchronous": "FULL" if durable else "OFF",
        "fullfsync": 1,  # macOS: its fsync alone does not reach the disk
        "checkpoint_fullfsync": 1,
        "cache_size": -SQLITE_CACHE_KIB,
        "temp_store": "MEMORY",
    }

    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours
        cursor = connection.cursor()
        for name, value in pragmas.items():
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        immediate = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _postgresql_engine(url: sa.URL, *, durable: bool) -> sa.Engine:
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": 10, "tcp_user_timeout": 20_000, "application_name": "quietdesk"},
        pool_pre_ping=durable,
    )


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that writes: committed at the end of the block, rolled back when it raises."""
    with engine.execution_options(writes=True).begin() as connection:
        yield connection


def overwrite(engine: sa.Engine) -> None:
    """Let go of the copies of changed rows that the database keeps for itself: in pages that are free, in its log.

    SQLite writes the file anew for it, with as much room beside it for the time; readers go on meanwhile.
    """
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as raw, closing(raw.cursor()) as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")


def migrate(engine: sa.Engine) -> None:
    """Create the tables or bring them up to date, one process at a time.

    Raises `NewerSchemaError` where the database belongs to a newer version of the desk.
    """
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        found = schema_of(connection)
        if found is not None and found > SCHEMA:
            raise NewerSchemaError(
                f"The database was written by a newer version of the desk (schema {found}): use that version."
            )
        if found != SCHEMA:
            _upgrade(connection)


def schema_of(connection: sa.Connection) -> str | None:
    """The last migration that this database has seen; None for an empty one."""
    if not sa.inspect(connection).has_table("desk_version"):
        return None
    return cast("str | None", connection.exec_driver_sql("SELECT version_num FROM desk_version").scalar_one_or_none())


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_passing(error: exc.DBAPIError) -> bool:
    """Whether waiting may help: the database is locked, full or gone, and the statement itself is not at fault."""
    return isinstance(error, exc.OperationalError | exc.InterfaceError | exc.InternalError)
