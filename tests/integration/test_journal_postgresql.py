"""The journal on PostgreSQL: the same conformance as on SQLite, and what only PostgreSQL can do wrong."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
import sqlalchemy as sa

from ingest import journal_database
from ingest.group_commit import GroupCommit
from ingest.journal import NotDurableError, UnsafeStorageError
from ingest.journal_database import POSTGRESQL_LOCK
from ingest.journal_sql import open_journal
from tests.integration.postgresql import new_database
from tests.journal_conformance import MORNING, JournalConformance, mail, tick

pytestmark = pytest.mark.server
_names = itertools.count(1)


@pytest.fixture
def url(postgresql: str) -> str:
    return new_database(postgresql, f"journal{next(_names)}")


def connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    parsed = sa.make_url(url)
    return psycopg.connect(
        host=str(parsed.query["host"]), user=parsed.username, dbname=parsed.database, autocommit=True
    )


class TestPostgresql(JournalConformance):
    """See `JournalConformance`."""


def test_the_plain_scheme_works_too(url: str) -> None:
    with closing(open_journal(url.replace("postgresql+psycopg://", "postgresql://"))) as journal:
        assert journal.append([tick()], MORNING) == [1]


def test_a_server_that_does_not_wait_for_the_disk_is_refused(url: str) -> None:
    with connect(url) as connection:
        connection.execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', "
                           "current_database()); END $$")  # fmt: skip
    with pytest.raises(UnsafeStorageError, match=r"synchronous_commit = off .* set synchronous_commit = on"):
        open_journal(url)


@pytest.fixture
def without_fsync(url: str) -> Iterator[None]:
    with connect(url) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
        yield
        connection.execute("ALTER SYSTEM RESET fsync")
        connection.execute("SELECT pg_reload_conf()")


def settled(url: str, fsync: str) -> None:
    """Wait until new connections see the setting: a reload reaches the server's processes one by one."""
    for _ in range(10_000):
        with connect(url) as connection:
            if connection.execute("SHOW fsync").fetchone() == (fsync,):
                return
    raise AssertionError("the reload was not noticed")


def test_a_server_without_fsync_is_refused(url: str, without_fsync: None) -> None:
    settled(url, "off")
    with pytest.raises(UnsafeStorageError, match="fsync = off"):
        open_journal(url)


def test_a_server_that_stops_waiting_for_the_disk_is_noticed_while_running(url: str) -> None:
    with closing(open_journal(url)) as journal, connect(url) as connection:
        assert journal.append([mail()], MORNING) == [1]
        connection.execute("ALTER ROLE desk SET synchronous_commit = off")
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                           "WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        try:
            for _ in range(2):  # the first finds its connection gone
                with pytest.raises(NotDurableError):
                    journal.append([mail()], MORNING)
        finally:
            connection.execute("ALTER ROLE desk RESET synchronous_commit")
        assert journal.head().position == 1


def test_it_recovers_from_a_lost_connection(url: str) -> None:
    with closing(open_journal(url)) as journal, connect(url) as connection:
        journal.append([mail()], MORNING)
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                           "WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        with GroupCommit(journal, lambda: MORNING) as commit:
            with pytest.raises(NotDurableError):
                commit.submit(mail()).result(30)
            assert commit.submit(mail()).result(30) == 2


def test_an_appender_that_is_held_up_gives_up_after_a_while(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_database, "POSTGRESQL_LOCK_WAIT_MS", 100)
    with closing(open_journal(url)) as journal, connect(url) as other:
        with other.transaction():
            other.execute(f"SELECT pg_advisory_xact_lock({POSTGRESQL_LOCK})")
            with pytest.raises(NotDurableError, match="lock timeout"):
                journal.append([mail()], MORNING)
        assert journal.append([mail()], MORNING) == [1]


def test_positions_become_visible_in_order_even_when_a_commit_is_slow(url: str) -> None:
    """An appender stands between insert and commit; a second one must not overtake it."""
    with closing(open_journal(url)) as journal, connect(url) as slow:
        journal.append([mail()], MORNING)
        got: list[int] = []
        second = threading.Thread(target=lambda: got.extend(journal.append([mail()], MORNING)))
        with slow.transaction():
            slow.execute(f"SELECT pg_advisory_xact_lock({POSTGRESQL_LOCK})")
            slow.execute("INSERT INTO journal SELECT 2, accepted_at, kind, route, schema, size, content, digest, "
                         "erased_at, erased_reason, salt, envelope, body FROM journal WHERE position = 1")  # fmt: skip
            second.start()
            assert [found.position for found in journal.read(0, 10)] == [1]
        second.join(30)
        assert got == [3]
        assert [found.position for found in journal.read(0, 10)] == [1, 2, 3]


def test_a_server_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(NotDurableError, match="The journal's database says: "):
        open_journal("postgresql+psycopg://desk@/desk?host=/nonexistent")
