"""The worker: one at a time, awake when something comes or falls due, and patient with a database that is away."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from desk.bell import Bell
from desk.database import open_database
from desk.decided import Decided
from desk.leadership import leadership
from desk.processor import FencedError, Processor
from desk.scheduler import Scheduler
from desk.worker import Companion, Worker
from tests.integration.rig import Rig, Urls, a_rig

PATIENCE = 30.0


@pytest.fixture
def rig(urls: Urls) -> Iterator[Rig]:
    with a_rig(urls) as rig:
        rig.configure()
        yield rig


class Seen:
    """What the worker did, for a test that waits for it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._effects: list[str] = []

    def __call__(self, batch: Sequence[Decided]) -> None:
        with self._changed:
            self._effects += [type(effect).__name__ for decided in batch for effect in decided.effects]
            self._effects += [decided.input.kind for decided in batch]
            self._changed.notify_all()

    def wait_for(self, name: str, times: int = 1) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._effects.count(name) >= times, PATIENCE)


@contextmanager
def working(rig: Rig, seen: Seen, *companions: Companion, bell: Bell | None = None) -> Iterator[threading.Event]:
    stop = threading.Event()
    with rig.processor(on_effects=seen) as processor:
        worker = Worker(processor, Scheduler(rig.journal, rig.clock), stop, companions, bell)
        thread = threading.Thread(target=worker.run)
        thread.start()
        try:
            yield stop
        finally:
            stop.set()
            thread.join(PATIENCE)
            assert not thread.is_alive()


def test_it_wakes_when_something_comes(rig: Rig) -> None:
    seen = Seen()
    with working(rig, seen):
        rig.mail("ada@example.com", "Printer jam", "The printer eats my paper.")
        assert seen.wait_for("RecordOpened")
        rig.alerts("shop-1")
        assert seen.wait_for("ConditionChanged")


class DeafBell:
    """Nobody rings it, and nobody hears it."""

    def wait(self, seconds: float) -> bool:
        return threading.Event().wait(seconds)

    def close(self) -> None:
        """It holds nothing."""


def test_a_ring_that_is_lost_loses_nothing(rig: Rig) -> None:
    seen = Seen()
    with working(rig, seen, bell=DeafBell()):
        rig.mail("ada@example.com", "Printer jam", "The printer eats my paper.")
        assert seen.wait_for("RecordOpened")
        rig.alerts("shop-1")
        assert seen.wait_for("ConditionChanged")


def test_a_deadline_falls_due_while_nothing_comes(rig: Rig) -> None:
    seen = Seen()
    with working(rig, seen):
        rig.alerts("shop-1")
        assert seen.wait_for("RecordOpened")
        rig.clock.advance(timedelta(minutes=5))
        assert seen.wait_for("tick")
        assert seen.wait_for("MailDue")
    assert rig.value("SELECT kind FROM outbox") == "staff"


def test_a_companion_that_fails_ends_the_worker_so_that_it_is_started_again(rig: Rig) -> None:
    class Failing:
        def run(self) -> None:
            raise OSError("no room")

    with working(rig, Seen(), Failing()) as stop:
        assert stop.wait(PATIENCE)


def test_a_database_that_is_away_is_waited_for(rig: Rig) -> None:
    """Two transactions fail; the third goes through, and nothing was lost or done twice."""
    failures = [2]

    def refuse(connection: sa.Connection) -> None:
        if failures[0] and connection.get_execution_options().get("writes"):
            failures[0] -= 1
            raise sa.exc.OperationalError("BEGIN", None, Exception("database is locked"))

    seen = Seen()
    with working(rig, seen):
        assert seen.wait_for("config")
        sa.event.listen(rig.engine, "begin", refuse)
        rig.mail("ada@example.com", "Printer jam", "The printer eats my paper.")
        assert seen.wait_for("RecordOpened")
        sa.event.remove(rig.engine, "begin", refuse)
    assert failures == [0]
    assert rig.value("SELECT count(*) FROM records") == 1
    assert rig.value("SELECT count(*) FROM outbox") == 1


def test_only_one_leads_and_the_next_takes_over(rig: Rig) -> None:
    other = open_database(rig.urls.database)
    led, gone = threading.Event(), threading.Event()

    def second() -> None:
        with leadership(other, gone) as active:
            if active:
                led.set()

    with leadership(rig.engine, threading.Event()) as active:
        assert active
        thread = threading.Thread(target=second)
        thread.start()
        assert not led.wait(0.7)
    assert led.wait(PATIENCE)
    thread.join()
    other.dispose()


def test_who_waits_in_vain_stops_when_told(rig: Rig) -> None:
    other = open_database(rig.urls.database)
    stop = threading.Event()
    with leadership(rig.engine, threading.Event()):
        stop.set()
        with leadership(other, stop) as active:
            assert not active
    other.dispose()


def test_a_worker_that_was_overtaken_ends(rig: Rig) -> None:
    stop = threading.Event()
    first = Processor(rig.journal, rig.engine, lambda _digest: None, rig.reader)
    first.start()
    with rig.processor() as second:
        second.run_until(1)
        with pytest.raises(FencedError):
            Worker(first, Scheduler(rig.journal, rig.clock), stop).run()
    assert stop.is_set()
