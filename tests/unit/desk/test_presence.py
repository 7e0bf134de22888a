"""The doors leave signs; a gap in them is stated in the journal before anything falls due."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from desk import presence
from desk.clock import MovableClock
from desk.database import migrate, open_database
from desk.scheduler import Scheduler
from ingest.event import Command
from ingest.journal import Journal
from ingest.journal_sql import open_journal

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    found = open_database(f"sqlite:///{tmp_path}/desk.db", durable=False)
    migrate(found)
    yield found
    found.dispose()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    found = open_journal(f"sqlite:///{tmp_path}/journal.db", durable=False)
    yield found
    found.close()


def commands(journal: Journal) -> list[tuple[str, str]]:
    found = [msgspec.json.decode(row.body or b"", type=Command) for row in journal.read(0, 10) if row.kind == "command"]
    return [(command.action, command.arguments["since"]) for command in found]


def test_a_first_start_says_nothing(engine: sa.Engine, journal: Journal) -> None:
    assert presence.after_a_gap(engine, journal, NOW) is None


def test_a_quick_restart_says_nothing(engine: sa.Engine, journal: Journal) -> None:
    presence.leave_sign(engine, NOW)
    assert presence.after_a_gap(engine, journal, NOW + timedelta(seconds=30)) is None


def test_after_a_long_gap_the_journal_knows_since_when(engine: sa.Engine, journal: Journal) -> None:
    presence.leave_sign(engine, NOW)
    assert presence.after_a_gap(engine, journal, NOW + timedelta(hours=3)) == 1
    assert commands(journal) == [("doors-opened", NOW.isoformat())]
    assert presence.after_a_gap(engine, journal, NOW + timedelta(hours=3)) is None


def test_a_worker_without_doors_says_so_once_before_time_passes(engine: sa.Engine, journal: Journal) -> None:
    presence.leave_sign(engine, NOW)
    clock = MovableClock(NOW + timedelta(hours=1))
    scheduler = Scheduler(journal, clock, presence.closed_doors(engine))
    assert scheduler.tick(NOW + timedelta(minutes=50)) == 2
    assert [row.kind for row in journal.read(0, 10)] == ["command", "tick"]
    assert scheduler.tick(NOW + timedelta(minutes=55)) == 3
    assert commands(journal) == [("doors-closed", NOW.isoformat())]


def test_while_the_doors_are_open_time_passes_by_itself(engine: sa.Engine, journal: Journal) -> None:
    presence.leave_sign(engine, NOW)
    scheduler = Scheduler(journal, MovableClock(NOW + timedelta(minutes=1)), presence.closed_doors(engine))
    assert scheduler.tick(NOW) == 1
    assert [row.kind for row in journal.read(0, 10)] == ["tick"]
