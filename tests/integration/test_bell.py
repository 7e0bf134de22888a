"""The bell between doors and worker: a ring is heard at once, by whoever listens now, and may be lost."""

import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from desk.bell import Bell, PipeBell
from desk.database_bell import DatabaseBell
from ingest.event import Tick
from ingest.journal_sql import open_journal
from ingest.normalize import draft_of
from tests.integration.rig import START, Urls

LONG = 60.0


@pytest.fixture
def bell(urls: Urls) -> Iterator[Bell]:
    made = DatabaseBell(urls.journal) if urls.journal.startswith("postgresql") else PipeBell()
    with closing(made):
        yield made


def added(urls: Urls, bell: Bell) -> None:
    """One more input, as the doors add it."""
    with closing(open_journal(urls.journal, appended=bell.ring if isinstance(bell, PipeBell) else None)) as journal:
        journal.append([draft_of(Tick(), "clock")], START)


def test_who_waits_hears_of_an_input(urls: Urls, bell: Bell) -> None:
    bell.wait(0.0)
    for _ in range(3):
        added(urls, bell)
        assert bell.wait(LONG)


def test_a_bell_that_nobody_hears_never_holds_up_who_rings() -> None:
    with closing(PipeBell()) as bell:
        for _ in range(100_000):
            bell.ring()
        assert bell.wait(LONG)


def test_a_bell_is_shared_with_a_process_that_was_forked_and_with_the_next_one() -> None:
    with closing(PipeBell()) as bell:
        for _ in range(2):
            child = os.fork()
            if not child:
                bell.ring()
                os._exit(0)
            assert bell.wait(LONG)
            os.waitpid(child, 0)


def test_who_cannot_listen_looks_instead(caplog: pytest.LogCaptureFixture) -> None:
    with closing(DatabaseBell("postgresql+psycopg://nobody@127.0.0.1:1/nothing")) as bell:
        assert not bell.wait(LONG)
    assert "looked for, not listened for" in caplog.text
