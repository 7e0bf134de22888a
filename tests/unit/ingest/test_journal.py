"""The journal on SQLite, and the group commit in front of it."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from ingest import journal_database
from ingest.event import Draft
from ingest.group_commit import GroupCommit
from ingest.journal import BusyError, Journal, NotDurableError, UnsafeStorageError
from ingest.journal_sql import open_journal
from tests.journal_conformance import MINUTE, MORNING, JournalConformance, mail, tick


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture
def journal(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    monkeypatch.setattr(journal_database, "SQLITE_LOCK_WAIT_MS", 50)
    journal = open_journal(url)
    yield journal
    journal.close()


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Another process is writing and does not come to an end."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


class TestSqlite(JournalConformance):
    def test_a_commit_reaches_the_disk(self, journal: Journal, url: str) -> None:
        engine = journal_database.open_engine(url)
        with engine.connect() as connection:
            found = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous")
            ]
            page = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
        engine.dispose()
        assert found == ["wal", 2]
        assert page == 16 * 1024

    def test_only_what_can_be_made_again_is_not_waited_for(self, url: str) -> None:
        with closing(open_journal(url, durable=False)) as journal:
            assert journal.append([mail()], MORNING) == [1]
        with closing(open_journal(url)) as journal:
            assert journal.append([mail()], MORNING) == [2]
            assert journal.verify().fault is None

    def test_what_is_erased_is_gone_from_the_files(self, journal: Journal, file: Path) -> None:
        secret = b"the-word-that-must-go"
        journal.append([mail(secret * n) for n in (1, 2_000)], MORNING)
        assert any(secret in part.read_bytes() for part in file.parent.iterdir())
        for position in (1, 2):
            journal.erase(position, "asked", MORNING)
        assert not any(secret in part.read_bytes() for part in file.parent.iterdir())

    def test_a_journal_of_a_newer_version_is_refused(self, journal: Journal, url: str) -> None:
        self.tamper(url, "UPDATE journal_version SET version_num = 'j9999'")
        with pytest.raises(UnsafeStorageError, match="newer version"):
            open_journal(url)

    @pytest.mark.parametrize("url_", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/desk"])
    def test_what_cannot_hold_a_journal_is_refused(self, url_: str) -> None:
        with pytest.raises(ValueError, match="journal"):
            open_journal(url_)


def test_a_locked_database_accepts_nothing_and_works_again_afterwards(journal: Journal, file: Path) -> None:
    with locked(file), pytest.raises(NotDurableError, match="locked"):
        journal.append([mail()], MORNING)
    assert journal.append([mail()], MORNING) == [1]


def test_every_caller_of_a_failed_commit_is_told(journal: Journal, file: Path) -> None:
    with GroupCommit(journal, lambda: MORNING) as commit:
        with locked(file):
            for future in [commit.submit(mail()) for _ in range(3)]:
                with pytest.raises(NotDurableError, match="locked"):
                    future.result(30)
        assert commit.submit(mail()).result(30) == 1
        assert commit.waiting == 0


def test_more_than_it_can_hold_is_refused_at_once(journal: Journal, file: Path) -> None:
    with GroupCommit(journal, lambda: MORNING, max_waiting=2) as commit:
        with locked(file):
            waiting = [commit.submit(mail()) for _ in range(2)]
            with pytest.raises(BusyError):
                commit.submit(mail())
        assert all(
            future.exception(30) is None or isinstance(future.exception(), NotDurableError) for future in waiting
        )


def test_bytes_count_too_but_one_large_mail_always_finds_room(journal: Journal, file: Path) -> None:
    with GroupCommit(journal, lambda: MORNING, max_waiting_bytes=1_000) as commit:
        with locked(file):
            first = commit.submit(mail(b"x" * 2_000))
            with pytest.raises(BusyError):
                commit.submit(mail(b"x"))
            assert isinstance(first.exception(30), NotDurableError)
        assert commit.submit(mail(b"x" * 2_000)).result(30) == 1


def test_an_event_loop_gets_its_positions(journal: Journal) -> None:
    async def accept_many(commit: GroupCommit) -> list[int]:
        return await asyncio.gather(*(commit.accept(tick()) for _ in range(100)))

    with GroupCommit(journal, lambda: MORNING) as commit:
        positions = asyncio.run(accept_many(commit))
    assert positions == list(range(1, 101))


def test_a_caller_who_went_away_leaves_the_others_alone(journal: Journal) -> None:
    async def accept_and_go(commit: GroupCommit) -> int:
        gone = asyncio.create_task(commit.accept(mail(b"gone")))
        stays = asyncio.create_task(commit.accept(mail(b"stays")))
        await asyncio.sleep(0)
        gone.cancel()
        return await stays

    with GroupCommit(journal, lambda: MORNING) as commit:
        position = asyncio.run(accept_and_go(commit))
    found = journal.get(position)
    assert found is not None
    assert found.body == b"stays"


@pytest.mark.parametrize(
    "draft",
    [
        Draft(kind="mail", route="\udcff@example.com", body=b""),
        Draft(kind="mail", route="desk\0@example.com", body=b""),
        Draft(kind="mail", route="desk@example.com", envelope={"helo": "\udcff"}, body=b""),
        Draft(kind="mail", route="desk@example.com", envelope={"peer": object()}, body=b""),
    ],
)
def test_what_no_journal_can_store_spoils_it_for_nobody_else(journal: Journal, draft: Draft) -> None:
    with GroupCommit(journal, lambda: MORNING) as commit:
        before = commit.submit(tick())
        with pytest.raises(ValueError, match="cannot be stored"):
            commit.submit(draft)
        assert {before.result(30), commit.submit(tick()).result(30)} == {1, 2}


def test_closing_commits_what_waits_and_lets_nobody_in(journal: Journal) -> None:
    commit = GroupCommit(journal, lambda: MORNING)
    futures = [commit.submit(tick()) for _ in range(50)]
    commit.close()
    assert [future.result(0) for future in futures] == list(range(1, 51))
    with pytest.raises(BusyError):
        commit.submit(tick())
    commit.close()


def test_the_clock_is_asked_for_each_batch(journal: Journal) -> None:
    times = iter([MORNING, MORNING + MINUTE])
    with GroupCommit(journal, lambda: next(times)) as commit:
        commit.submit(tick()).result(30)
        commit.submit(tick()).result(30)
    assert [found.accepted_at for found in journal.read(0, 10)] == [MORNING, MORNING + MINUTE]


def test_a_file_that_is_no_journal_is_refused_with_a_sentence(file: Path, url: str) -> None:
    file.write_bytes(b"This is a letter and no database. " * 100)
    with pytest.raises(NotDurableError, match="not a database"):
        open_journal(url)
