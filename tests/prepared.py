"""Empty databases that are up to date, made once in a run and copied: a migration takes longer than most tests."""

import atexit
import itertools
import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url

from desk.database import migrate, open_database
from ingest.journal_sql import open_journal

FILES = ("desk.db", "journal.db")
_numbers = itertools.count(1)


def make(database: str, journal: str) -> None:
    engine = open_database(database, durable=False)
    migrate(engine)
    engine.dispose()
    open_journal(journal, durable=False).close()


@cache
def _pattern() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="desk-empty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make(*(f"sqlite:///{folder / name}" for name in FILES))
    return folder


def prepare_sqlite(folder: Path) -> Path:
    """Put an empty `desk.db` and `journal.db` into the folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in FILES:
        shutil.copyfile(_pattern() / name, folder / name)
    return folder


@cache
def _pattern_in(cluster: str) -> str:
    run_alone(cluster, "CREATE DATABASE pattern")
    url = url_of(cluster, "pattern")
    make(url, url)
    return "pattern"


def prepared_database(cluster: str) -> str:
    """Create a database for tables and journal in a PostgreSQL cluster, given by a URL, and return its URL."""
    name = f"desk{next(_numbers)}"
    _copy(cluster, name, _pattern_in(cluster))
    return url_of(cluster, name)


def copied_database(url: str) -> str:
    """Create a database that is a copy of another, which nobody uses now, and return its URL."""
    parsed, name = make_url(url), f"desk{next(_numbers)}"
    _copy(url, name, str(parsed.database))
    return url_of(url, name)


def _copy(cluster: str, name: str, pattern: str) -> None:
    # File by file: what is written to the log as well, as PostgreSQL does it otherwise, costs twice as much.
    run_alone(cluster, f'CREATE DATABASE "{name}" TEMPLATE "{pattern}" STRATEGY FILE_COPY')


def run_alone(cluster: str, statement: str) -> None:
    """Run a statement that no transaction may hold."""
    with _administration(url_of(cluster, "postgres")).connect() as connection:
        connection.exec_driver_sql(statement)


@cache
def _administration(cluster: str) -> Engine:
    return create_engine(cluster, isolation_level="AUTOCOMMIT")


def leave(cluster: str) -> None:
    """Close what `run_alone` keeps open, before the cluster ends."""
    _administration(url_of(cluster, "postgres")).dispose()


def url_of(cluster: str, name: str) -> str:
    return make_url(cluster).set(database=name).render_as_string(hide_password=False)
