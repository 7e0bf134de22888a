"""Copies of a desk on SQLite, made while it runs, and putting them back.

The database is copied first and the journal after it, so that the journal of a copy is never behind its database: what
the database has not processed yet, it processes after the restore. A restore begins a new epoch, because positions
after the journal's end are given anew, and Message-IDs derived from them must not be used twice.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from desk.config import Settings
from desk.database import migrate, open_database, writing
from desk.plus_addresses import SECRET_FILE
from desk.publish import epoch_of, publish
from desk.store import processed_position
from desk.tables import state
from ingest.journal import Head
from ingest.journal_sql import open_journal

DATABASE, JOURNAL, MANIFEST = "desk.db", "journal.db", "backup.json"


class BackupError(Exception):
    """The copy cannot be made or put back; the text says why and what to do."""


class Manifest(Struct, frozen=True, kw_only=True):
    """What a copy holds. `head` is the journal's, as `desk journal verify --head` takes it."""

    made_at: datetime
    processed: int
    head: str


class Restored(Struct, frozen=True, kw_only=True):
    """What a restore brought back. `unprocessed` inputs are processed when the desk starts."""

    manifest: Manifest
    epoch: int
    unprocessed: int
    waiting_mails: int


def back_up(settings: Settings, target: Path, clock: Callable[[], datetime]) -> Manifest:
    """Copy the desk into the new directory `target`; returns what it holds. Raises BackupError."""
    sources = _files(settings)
    for file in sources.values():
        if not file.is_file():
            raise BackupError(f"There is no desk to copy: {file} does not exist.")
    if target.exists():
        raise BackupError(f"{target} is there already: name a directory that is not.")
    under_way = target.with_name(f"{target.name}.part")
    try:
        if under_way.exists():
            shutil.rmtree(under_way)
        under_way.mkdir(parents=True, mode=0o700)
        for name, file in sources.items():  # the order matters, see above
            _copy(file, under_way / name)
        secret = settings.data_dir / SECRET_FILE
        if secret.is_file():
            _write(under_way / SECRET_FILE, secret.read_bytes())
        manifest = _manifest(under_way, clock())
        _write(under_way / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        _sync(under_way)
        under_way.replace(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"The copy could not be made: {error}.") from error
    return manifest


def restore(settings: Settings, source: Path, clock: Callable[[], datetime]) -> Restored:
    """Put a copy back where the settings say; never over anything that is there. Raises BackupError."""
    targets = _files(settings)
    for file in targets.values():
        for there in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
            if there.exists():
                raise BackupError(f"{there} is there already: stop the desk and move its files away first.")
    for name in (*targets, MANIFEST):
        if not (source / name).is_file():
            raise BackupError(f"{source} is no backup of a desk: it has no {name}.")
    try:
        manifest = msgspec.json.decode((source / MANIFEST).read_bytes(), type=Manifest)
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        parts = {file.with_name(f"{file.name}.part"): file for file in targets.values()}
        for name, file in targets.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            _copy(source / name, file.with_name(f"{file.name}.part"))
        _agree(*parts)
        for part, file in parts.items():
            part.replace(file)
        secret = settings.data_dir / SECRET_FILE
        if (source / SECRET_FILE).is_file() and not secret.exists():
            _write(secret, (source / SECRET_FILE).read_bytes())
        _sync(settings.data_dir)
    except (OSError, sqlite3.Error, msgspec.MsgspecError) as error:
        raise BackupError(f"The copy could not be put back: {error}.") from error
    return begin_epoch(settings, clock, manifest)


def begin_epoch(settings: Settings, clock: Callable[[], datetime], manifest: Manifest | None = None) -> Restored:
    """Begin a new epoch, check the journal's chain, and publish the policy with the new epoch. Raises BackupError."""
    engine = open_database(settings.database_url())
    journal = open_journal(settings.journal_url())
    try:
        verified = journal.verify(manifest.head if manifest else None)
        if verified.fault is not None:
            raise BackupError(
                f"The journal does not verify at position {verified.fault.position}: {verified.fault.reason}"
            )
        migrate(engine)
        epoch = epoch_of(engine) + 1
        with writing(engine) as connection:
            processed = processed_position(connection)
            if processed > verified.head.position:
                raise BackupError("The database is ahead of the journal: they are not of one backup.")
            connection.execute(sa.delete(state).where(state.c.name == "epoch"))
            connection.execute(sa.insert(state).values(name="epoch", value=str(epoch)))
            waiting = connection.execute(
                sa.text("SELECT count(*) FROM outbox WHERE status IN ('due', 'sending')")
            ).scalar_one()
        publish(settings, engine, journal, clock)
    finally:
        journal.close()
        engine.dispose()
    manifest = manifest or Manifest(made_at=clock(), processed=processed, head=str(verified.head))
    unprocessed = verified.head.position - processed
    return Restored(manifest=manifest, epoch=epoch, unprocessed=unprocessed, waiting_mails=waiting)


def on_sqlite(settings: Settings) -> bool:
    """Whether both databases are SQLite files, which this module copies."""
    urls = (settings.storage.database_url, settings.storage.journal_url)
    return all(url is None or url.startswith("sqlite") for url in urls)


def _files(settings: Settings) -> dict[str, Path]:
    """Name in a backup to file, in the order of copying."""
    urls = {DATABASE: settings.database_url(), JOURNAL: settings.journal_url()}
    return {name: Path(sa.make_url(url).database or "") for name, url in urls.items()}


def _copy(source: Path, target: Path) -> None:
    """A consistent copy of a database that others may be writing to.

    All pages in one step: a copy in several begins anew whenever somebody writes in between, and on a busy desk never
    ends. Writers are not held up, because the database is in WAL mode.
    """
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.close(descriptor)
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as there,
        closing(sqlite3.connect(target)) as here,
    ):
        there.backup(here, pages=-1)
        # The copy is one file: without a WAL of its own it can be moved.
        here.execute("PRAGMA journal_mode=DELETE")
        (verdict,) = here.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"{source} is damaged: {verdict}")
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _manifest(folder: Path, made_at: datetime) -> Manifest:
    processed, position, digest = _agree(folder / DATABASE, folder / JOURNAL)
    return Manifest(made_at=made_at, processed=processed, head=str(Head(position, digest)))


def _agree(database: Path, journal: Path) -> tuple[int, int, str]:
    """Position processed, and the journal's head; raises BackupError where the database is ahead."""
    with closing(sqlite3.connect(database)) as tables, closing(sqlite3.connect(journal)) as inputs:
        found = tables.execute("SELECT value FROM state WHERE name = 'position'").fetchone()
        last = inputs.execute("SELECT position, digest FROM journal ORDER BY position DESC LIMIT 1").fetchone()
    processed = int(found[0]) if found else 0
    position, digest = (last[0], bytes(last[1]).hex()) if last else (0, bytes(32).hex())
    if processed > position:
        raise BackupError(f"{database} is ahead of {journal}: they do not belong together.")
    return processed, position, digest


def _write(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
