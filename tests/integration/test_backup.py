"""A copy of a desk that is being written to, put back elsewhere: nothing of it is lost, and no id is used twice."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.backups import BackupError, back_up, begin_epoch, restore
from desk.commands.backup import postgresql_commands
from desk.config import Settings
from desk.config_file import parse_settings
from desk.tables import outbox, records
from ingest.journal_sql import open_journal
from tests.integration.rig import DESK, Rig, Urls


def settings_in(folder: Path) -> Settings:
    folder.mkdir(exist_ok=True)
    return parse_settings({"desk": {"address": DESK}, "storage": {"data_dir": str(folder)}}, folder)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "one")


@pytest.fixture
def desk(settings: Settings) -> Iterator[Rig]:
    """A desk with three mails and two alerts, all processed."""
    rig = Rig(Urls(settings.journal_url(), settings.database_url()))
    rig.configure()
    for n in range(3):
        rig.mail(f"ana{n}@example.com", f"Printer {n} is stuck", "It does not print.")
    rig.alerts("HighLoad", "DiskFull")
    with rig.processor() as processor:
        processor.run_until(rig.journal.head().position)
    yield rig
    rig.journal.close()
    rig.engine.dispose()


def ids(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(outbox.c.message_id).order_by(outbox.c.id)).scalars())


def test_a_copy_is_put_back_whole(desk: Rig, settings: Settings, tmp_path: Path) -> None:
    (settings.data_dir / "address.key").write_bytes(b"k" * 32)
    manifest = back_up(settings, tmp_path / "copy", desk.clock)
    there = settings_in(tmp_path / "two")

    done = restore(there, tmp_path / "copy", desk.clock)

    assert manifest.head == str(desk.journal.head())
    assert (done.epoch, done.unprocessed) == (1, 0)
    assert done.waiting_mails == len(ids(desk.engine))
    again = Rig(Urls(there.journal_url(), there.database_url()))
    with desk.engine.connect() as one, again.engine.connect() as two:
        assert one.execute(sa.select(records)).all() == two.execute(sa.select(records)).all()
    assert ids(again.engine) == ids(desk.engine)
    assert again.journal.verify(manifest.head).fault is None
    assert (there.data_dir / "address.key").read_bytes() == b"k" * 32
    for name in ("desk.db", "journal.db", "address.key", "backup.json"):
        assert (tmp_path / "copy" / name).stat().st_mode & 0o077 == 0
    again.journal.close()
    again.engine.dispose()


def test_after_a_restore_no_message_id_is_used_twice(desk: Rig, settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "copy", desk.clock)
    there = settings_in(tmp_path / "two")
    restore(there, tmp_path / "copy", desk.clock)
    # The same positions are given in both lives: in the lost one, and in the one after the restore.
    lives = []
    for place in (settings, there):
        rig = Rig(Urls(place.journal_url(), place.database_url()))
        rig.configure(epoch=1 if place is there else 0)
        before = set(ids(rig.engine))
        rig.mail("ben@example.com", "The network is down", "Nothing works.")
        with rig.processor() as processor:
            processor.run_until(rig.journal.head().position)
        lives.append(set(ids(rig.engine)) - before)
        rig.journal.close()
        rig.engine.dispose()

    assert lives[0]
    assert lives[1]
    assert lives[0].isdisjoint(lives[1])


def test_the_new_epoch_is_the_first_thing_in_the_journal(desk: Rig, settings: Settings, tmp_path: Path) -> None:
    manifest = back_up(settings, tmp_path / "copy", desk.clock)
    there = settings_in(tmp_path / "two")
    restore(there, tmp_path / "copy", desk.clock)

    journal = open_journal(there.journal_url())
    first = journal.read(int(manifest.head.partition(":")[0]), 1)[0]
    journal.close()

    assert first.kind == "config"
    assert b'"epoch":1' in (first.body or b"")


def test_a_copy_made_while_others_write_is_consistent(desk: Rig, settings: Settings, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with desk.processor() as processor:
            while not stop.is_set():
                desk.mail("busy@example.com", "Again", "x" * 20_000)
                processor.run_until(desk.journal.head().position)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            manifest = back_up(settings, tmp_path / f"copy{n}", desk.clock)
            assert manifest.processed <= int(manifest.head.partition(":")[0])
    finally:
        stop.set()
        writer.join()

    there = settings_in(tmp_path / "two")
    done = restore(there, tmp_path / "copy2", desk.clock)
    rig = Rig(Urls(there.journal_url(), there.database_url()))
    with rig.processor() as processor:
        assert processor.run_until(rig.journal.head().position) is not False
    rig.journal.close()
    rig.engine.dispose()
    assert done.epoch == 1


def test_nothing_is_overwritten(desk: Rig, settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "copy", desk.clock)

    with pytest.raises(BackupError, match="is there already: name a directory"):
        back_up(settings, tmp_path / "copy", desk.clock)
    with pytest.raises(BackupError, match="is there already: stop the desk"):
        restore(settings, tmp_path / "copy", desk.clock)
    leftover = settings_in(tmp_path / "two")
    (leftover.data_dir / "journal.db-wal").write_bytes(b"")
    with pytest.raises(BackupError, match=r"journal\.db-wal is there already"):
        restore(leftover, tmp_path / "copy", desk.clock)


def test_what_is_no_whole_backup_is_refused(desk: Rig, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="is no backup of a desk"):
        restore(settings_in(tmp_path / "two"), tmp_path, desk.clock)
    with pytest.raises(BackupError, match="There is no desk to copy"):
        back_up(settings_in(tmp_path / "three"), tmp_path / "copy", desk.clock)


def test_files_of_two_backups_do_not_go_together(desk: Rig, settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "old", desk.clock)
    desk.mail("ben@example.com", "Later", "x")
    with desk.processor() as processor:
        processor.run_until(desk.journal.head().position)
    back_up(settings, tmp_path / "new", desk.clock)
    shutil.copy(tmp_path / "old" / "journal.db", tmp_path / "new" / "journal.db")
    there = settings_in(tmp_path / "two")

    with pytest.raises(BackupError, match="they do not belong together"):
        restore(there, tmp_path / "new", desk.clock)

    assert not (there.data_dir / "desk.db").exists()


def test_a_journal_that_was_changed_is_found_out(desk: Rig, settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "copy", desk.clock)
    with sqlite3.connect(tmp_path / "copy" / "journal.db") as journal:
        journal.execute("UPDATE journal SET body = 'another' WHERE position = 2")
    journal.close()

    with pytest.raises(BackupError, match="does not verify at position 2"):
        restore(settings_in(tmp_path / "two"), tmp_path / "copy", desk.clock)


def test_a_damaged_file_is_found_out(desk: Rig, settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "copy", desk.clock)
    file = tmp_path / "copy" / "desk.db"
    file.write_bytes(file.read_bytes()[:40_000])

    with pytest.raises(BackupError, match="could not be put back"):
        restore(settings_in(tmp_path / "two"), tmp_path / "copy", desk.clock)


def test_on_postgresql_the_commands_are_told_in_order() -> None:
    def told(**storage: str) -> str:
        return postgresql_commands(parse_settings({"storage": {"data_dir": "/d", **storage}}, Path("/d")))

    one = told(journal_url="postgresql+psycopg://u@h/d", database_url="postgresql+psycopg://u@h/d")
    two = told(journal_url="postgresql+psycopg://u@h/journal", database_url="postgresql+psycopg://u@h/desk")
    mixed = told(database_url="postgresql+psycopg://u@h/desk")

    assert one.count("pg_dump") == 1
    assert all("/d/address.key" in commands for commands in (one, two, mixed))
    assert 0 < two.index("'postgresql://u@h/desk'") < two.index("'postgresql://u@h/journal'")
    assert mixed.index("pg_dump") < mixed.index("sqlite3 '/d/journal.db'")


def test_a_new_epoch_begins_on_either_database(urls: Urls, tmp_path: Path) -> None:
    storage = {"journal_url": urls.journal, "database_url": urls.database, "data_dir": str(tmp_path)}
    settings = parse_settings({"desk": {"address": DESK}, "storage": storage}, tmp_path)
    rig = Rig(urls)
    rig.configure()
    rig.mail("ana@example.com", "Printer", "Stuck.")
    with rig.processor() as processor:
        processor.run_until(rig.journal.head().position)

    first, second = (begin_epoch(settings, rig.clock) for _ in range(2))

    assert (first.epoch, second.epoch) == (1, 2)
    assert (first.unprocessed, second.unprocessed) == (0, 2), "the new epoch itself, and the model in force, wait"
    rig.journal.close()
    rig.engine.dispose()
