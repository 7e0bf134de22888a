"""One active worker for each journal; others stand by.

In SQLite a lock on a file beside the database, in PostgreSQL an advisory lock of a connection: both end with the
process that holds them, however it ends. The fencing number that every processing transaction checks covers the rest.
"""

import fcntl
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

log = logging.getLogger(__name__)

POSTGRESQL_LOCK = 0x51_44_57_4F_52_4B_45_52
"""The advisory lock of the active worker ("QDWORKER")."""
_PAUSE_SECONDS = 0.5


@contextmanager
def leadership(engine: sa.Engine, stop: threading.Event) -> Iterator[bool]:
    """Wait until this process is the active worker: True within the block, or False where `stop` came first."""
    hold = _postgresql_lock if engine.dialect.name == "postgresql" else _file_lock
    with hold(engine, stop) as active:
        yield active


@contextmanager
def _file_lock(engine: sa.Engine, stop: threading.Event) -> Iterator[bool]:
    path = Path(f"{engine.url.database}.worker")
    with path.open("ab") as file:
        waited = False
        while not stop.is_set():
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waited = _say_once(waited)
                stop.wait(_PAUSE_SECONDS)
            else:
                yield True
                return
    yield False


@contextmanager
def _postgresql_lock(engine: sa.Engine, stop: threading.Event) -> Iterator[bool]:
    waited = False
    while not stop.is_set():
        try:
            connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        except exc.OperationalError as error:
            log.warning("The database cannot be reached: %s", error.orig)
            stop.wait(_PAUSE_SECONDS)
            continue
        with connection:
            if connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({POSTGRESQL_LOCK})").scalar_one():
                try:
                    yield True
                finally:
                    # Closing would only hand the connection, and the lock with it, back to the pool.
                    connection.invalidate()
                return
        waited = _say_once(waited)
        stop.wait(_PAUSE_SECONDS)
    yield False


def _say_once(said: bool) -> bool:
    if not said:
        log.info("Another worker is active: standing by")
    return True
