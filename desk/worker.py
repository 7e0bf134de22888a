"""The worker: takes inputs from the journal into the tables, lets deadlines fall due, and has mail delivered."""

import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy import exc

from classify.classification import Model
from correlate.effects import MailDue
from desk.bell import LOOK_SECONDS, LOOK_WITHOUT_BELL_SECONDS, Bell
from desk.classifying import Models
from desk.clock import Clock, SystemClock
from desk.config import ConfigError, Settings
from desk.decided import Decided
from desk.leadership import leadership
from desk.processor import BeyondJournalError, FencedError, Observer, Processor
from desk.reader import ChildReader
from desk.scheduler import Scheduler
from desk.supervisor import WRONG_USAGE
from ingest.journal import DamagedError, Journal, NotDurableError

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.01
"""From one turn to the next, at least, once there was nothing to do: under load a turn takes what came meanwhile."""
LONGEST_PAUSE_SECONDS = 30.0
NICENESS = 5


class Companion(Protocol):
    """Something that runs in a thread of its own beside the processing, until it is told to stop."""

    def run(self) -> None:
        """Work until the event that it was made with is set."""


class Worker:
    """The loop of the worker process. `companions` run beside it, each in its thread."""

    def __init__(
        self,
        processor: Processor,
        scheduler: Scheduler,
        stop: threading.Event,
        companions: Sequence[Companion] = (),
        bell: Bell | None = None,
    ) -> None:
        """`bell` is rung when something was added to the journal; without one the journal is looked at often."""
        self._processor = processor
        self._scheduler = scheduler
        self._stop = stop
        self._companions = companions
        self._bell = bell
        self._turn_at = 0.0
        self._pause = GATHER_SECONDS

    def run(self) -> None:
        """Process until `stop` is set. Raises `FencedError` where another worker has taken over."""
        threads = [threading.Thread(target=self._accompany, args=(c,), name=type(c).__name__) for c in self._companions]
        for thread in threads:
            thread.start()
        try:
            while not self._stop.is_set():
                self._once()
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _once(self) -> None:
        try:
            self._turn_at = time.monotonic()
            if self._processor.step_batch() == 0:
                due = self._processor.next_due()
                if self._scheduler.tick(due) is None:
                    self._rest(due)
            self._pause = GATHER_SECONDS
        except (exc.OperationalError, exc.InterfaceError, exc.InternalError, DamagedError, NotDurableError) as error:
            # Nothing is lost: what was accepted stays in the journal until the database takes it again.
            self._pause = min(max(2 * self._pause, 0.5), LONGEST_PAUSE_SECONDS)
            log.warning("Processing waits %.1f seconds: %s", self._pause, str(error).partition("\n")[0])
            self._stop.wait(self._pause)

    def _rest(self, due: datetime | None) -> None:
        """Until something was added, a deadline is due, or it is time to look all the same."""
        longest = LOOK_SECONDS if self._bell is not None else LOOK_WITHOUT_BELL_SECONDS
        seconds = self._scheduler.seconds_until(due, longest)
        if self._bell is None:
            self._stop.wait(seconds)
        elif not self._stop.is_set():
            self._bell.wait(seconds)
            self._stop.wait(max(0.0, self._turn_at + GATHER_SECONDS - time.monotonic()))

    def _accompany(self, companion: Companion) -> None:
        try:
            companion.run()
        except Exception:
            log.exception("%s ended; the worker ends too, to be started again", type(companion).__name__)
            self._stop.set()


def run_worker(
    settings: Settings, engine: sa.Engine, journal: Journal, stop: threading.Event, bell: Bell | None = None
) -> int:
    """The worker's process, from standing by to a clean stop; returns its exit status. `bell` as for `Worker`."""
    from desk.deadman import DeadMan, trouble_of
    from desk.delivery import DeliveryLoop
    from desk.erasing import Retention
    from desk.night_search import SearchReport
    from desk.presence import closed_doors

    clock = SystemClock()
    let_doors_go_first()
    with leadership(engine, stop) as active:
        if not active:
            return 0
        reader = ChildReader()
        try:
            deliver = DeliveryLoop(engine, settings, clock, stop, journal)
            processor = Processor(
                journal, engine, models_of(settings, engine), reader, clock=clock, on_effects=_waking(deliver.wake),
                on_search=SearchReport(settings.data_dir),
            )  # fmt: skip
            processor.start()
            tune_memory()
            sys.setswitchinterval(_TURN)
            log.info("processing begins after position %d", processor.position)
            sign_of_life = DeadMan(settings.deadman, stop, trouble_of(engine, journal, clock))
            retention = Retention(engine, journal, settings.storage, clock, stop)
            companions: list[Companion] = [deliver, sign_of_life, retention]
            if settings.model.learn_nightly:
                from desk.learning.nightly import Nightly

                companions.append(Nightly(engine, settings, stop))
            if settings.mailboxes:
                from desk.mailbox_loop import MailboxLoop, marking

                companions.append(MailboxLoop(engine, settings, clock, stop, journal, marking(settings, engine)))
            companions += _for_the_staff(settings, engine, clock, stop, journal)
            Worker(processor, Scheduler(journal, clock, closed_doors(engine)), stop, companions, bell).run()
            processor.close()
        except (BeyondJournalError, ConfigError) as error:
            log.error("%s", error)  # noqa: TRY400 - the sentence says it all
            return WRONG_USAGE
        except FencedError as error:
            log.warning("%s", error)
            return 1
        finally:
            reader.close()
    return 0


def _for_the_staff(
    settings: Settings, engine: sa.Engine, clock: Clock, stop: threading.Event, journal: Journal
) -> list[Companion]:
    """What posts to webhooks, and what looks after the calendars of who is on call, where there are any."""
    from desk.calendars import CalendarWatch
    from desk.publish import publish
    from desk.webhook_loop import WebhookLoop
    from desk.webhook_outbox import targets

    found: list[Companion] = []
    if settings.webhooks or targets(engine):
        found.append(WebhookLoop(engine, settings, clock, stop, journal))
    if settings.teams:
        found.append(CalendarWatch(settings.teams, stop, lambda: publish(settings, engine, journal, clock)))
    return found


def _waking(wake: Callable[[], None]) -> Observer:
    """Whoever delivers is woken by a batch that made mail due."""

    def look(batch: Sequence[Decided]) -> None:
        if any(type(effect) is MailDue for decided in batch for effect in decided.effects):
            wake()

    return look


def models_of(settings: Settings, engine: sa.Engine) -> Models:
    """Models by digest: the desk's own, or that of the settings; what cannot be loaded is an error that the processor
    makes good."""

    def find(digest: str | None) -> Model | None:
        from desk.learning.shelf import model_for

        return model_for(engine, settings, digest)

    return find


def let_doors_go_first() -> None:
    """Lower this process's priority, and that of its children to come: thinking must not slow accepting."""
    os.nice(NICENESS)


def tune_memory() -> None:
    """Batches make many objects that live together and die together: look for cycles among them less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


_TURN = 0.001
"""Seconds after which a thread that decides lets another one have a turn, where one waits: what sends mail needs the
interpreter for moments and often, and would wait the usual five milliseconds each time while there is a backlog."""


__all__ = ["Clock", "Companion", "Worker", "let_doors_go_first", "models_of", "run_worker"]
