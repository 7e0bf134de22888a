"""The delivery loop: takes due mails from the outbox, hands them on, and tells the journal what became of them.

While the mail server is down nothing is tried but a single mail now and then; when it is back, delivery begins with one
connection and doubles with success, so that a backlog does not arrive as a flood.
"""

import logging
import queue
import secrets
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from msgspec.structs import replace

from correlate.records import Outgoing
from desk.config import Settings
from desk.drawing import Painter
from desk.handout import Handout
from desk.maildir import Maildir
from desk.outbox import (
    LEASE,
    Due,
    Final,
    Result,
    domain_of,
    lease,
    renew,
    reported,
    settle,
    take_over,
    tell_of_templates,
    unreported,
)
from desk.plus_addresses import PlusAddresses, secret_in
from desk.replies import Composer, Letter, UnsendableError
from desk.smtp_out import Handed, smarthosts
from desk.template_trial import problems_of
from ingest.event import Delivered, Draft
from ingest.journal import Journal, NotDurableError
from ingest.normalize import draft_of

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
IDLE_SECONDS = 20.0
"""After so long without a letter a connection is closed."""
QUEUED_PER_CONNECTION = 8
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=10)


class Way(Protocol):
    """A way out for letters, of one thread."""

    def hand(self, letter: Letter) -> Handed: ...

    def close(self) -> None: ...


class DeliveryLoop:
    """Runs in a thread of its own until `stop` is set. There is one for each outbox.

    Final results are appended to `journal`. `count` hears of each outcome by name: "sent", "again", "failed". Raises
    ConfigError where templates or keys cannot be used, OSError where the secret cannot be made.
    """

    def __init__(
        self,
        engine: sa.Engine,
        settings: Settings,
        clock: Callable[[], datetime],
        stop: threading.Event,
        journal: Journal,
        count: Callable[[str], None] = lambda _outcome: None,
    ) -> None:
        self._engine = engine
        self._settings = settings.delivery
        self._clock = clock
        self._stop = stop
        self._journal = journal
        self._count = count
        keys = PlusAddresses(settings.desk.address, secret_in(settings.data_dir))
        self._composer = Composer(settings, keys, self._fell_back, Painter())
        self._own_templates = Path(settings.delivery.templates) if settings.delivery.templates else None
        self._template_trouble: str | None = None
        self._told_trouble: str | None = ""
        self._make_way = _ways(settings)
        self._holder = secrets.token_hex(8)
        self._most = 1 if settings.delivery.maildir else settings.delivery.connections
        self._successes = 0
        self._pause = FIRST_PAUSE
        self._down_until: datetime | None = None
        self._down = threading.Event()
        self._work: Handout[Due] = Handout(self._most)
        self._done: queue.SimpleQueue[tuple[Result, bool] | None] = queue.SimpleQueue()
        self._under_way: dict[int, Due] = {}
        self._settling: list[Result] = []
        self._reporting: list[Final] = []
        self._renewed_at: datetime | None = None
        self._spent: list[datetime] = []

    @property
    def is_down(self) -> bool:
        """Whether the last thing heard of the mail server is that it cannot be used."""
        return self._down.is_set()

    def wake(self) -> None:
        """Mail is due: look at once. Safe to call from any thread."""
        self._done.put(None)

    def run(self) -> None:
        """Deliver until stopped; a database that is busy or gone is waited for."""
        if self._make_way is None:
            log.warning("Neither [delivery] host nor maildir is set: mail is kept until one of them is.")
            self._stop.wait()
            return
        threads = [threading.Thread(target=self._carry, args=(n,), name=f"delivery-{n}") for n in range(self._most)]
        for thread in threads:
            thread.start()
        fresh = True
        try:
            while not self._stop.is_set():
                try:
                    if fresh:
                        take_over(self._engine)
                        self._reporting = unreported(self._engine)
                        self._look_at_templates()
                        fresh = False
                    self._turn()
                except sa.exc.DBAPIError as error:
                    log.warning("The outbox cannot be used at the moment: %s", error.orig)
                    self._stop.wait(1.0)
        finally:
            self._finish(threads)

    # --- the loop's own thread ---

    def _turn(self) -> None:
        self._fill()
        self._collect(POLL_SECONDS)
        self._write_down()
        self._tell_of_templates()
        self._report()
        now = self._clock()
        if self._under_way and (self._renewed_at is None or now - self._renewed_at >= LEASE / 4):
            renew(self._engine, self._holder, sorted(self._under_way), now)
            self._renewed_at = now

    def _fill(self) -> None:
        now = self._clock()
        if self._down_until is not None and now < self._down_until:
            return
        probing = self._down.is_set()
        if probing and self._under_way:
            return
        room = 1 if probing else self._work.allowed * QUEUED_PER_CONNECTION - len(self._under_way)
        room = min(room, self._room_in_this_minute(now))
        if room <= 0:
            return
        busy = Counter(domain_of(due.outgoing.to) for due in self._under_way.values())
        limited = self._settings.per_domain < self._most
        per_domain = self._settings.per_domain if limited else room + len(self._under_way)
        for due in lease(self._engine, self._holder, now, room, per_domain=per_domain, busy=busy):
            if due.id not in self._under_way:
                self._under_way[due.id] = due
                self._spent.append(now)
                self._work.put(due)

    def _room_in_this_minute(self, now: datetime) -> int:
        self._spent = [at for at in self._spent if now - at < timedelta(minutes=1)]
        limit = self._settings.per_minute
        return limit - len(self._spent) if limit else 1_000_000

    def _collect(self, timeout: float) -> None:
        try:
            done = [self._done.get(timeout=timeout)]
            while not self._done.empty():
                done.append(self._done.get())
        except queue.Empty:
            return
        for result, down in filter(None, done):
            self._under_way.pop(result.id, None)
            self._settling.append(result)
            if down:
                self._went_down(result.answer)
            elif result.outcome == "sent":
                self._came_through()

    def _went_down(self, answer: str | None) -> None:
        now = self._clock()
        if self._down_until is not None and now < self._down_until:
            return
        if self._down_until is None:
            log.warning("No mail can be delivered: %s", answer)
        self._down.set()
        self._work.allow(1)
        self._successes = 0
        self._down_until = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def _came_through(self) -> None:
        if self._down.is_set():
            log.info("Mail is being delivered again.")
        self._down.clear()
        self._down_until = None
        self._pause = FIRST_PAUSE
        self._successes += 1
        if self._successes >= 5 * self._work.allowed < 5 * self._most:
            self._work.allow(min(self._work.allowed * 2, self._most))

    def _look_at_templates(self) -> None:
        problems = problems_of(self._own_templates) if self._own_templates is not None else []
        self._template_trouble = problems[0] if problems else None

    def _fell_back(self, words: str) -> None:
        """Called by the threads that carry."""
        self._template_trouble = words

    def _tell_of_templates(self) -> None:
        trouble = self._template_trouble
        if trouble != self._told_trouble:
            tell_of_templates(self._engine, trouble)
            self._told_trouble = trouble

    def _write_down(self) -> None:
        if not self._settling:
            return
        finals = settle(self._engine, self._holder, self._settling, self._clock())
        for result in self._settling:
            if result.outcome != "untried":
                self._count(result.outcome)
        self._settling = []
        self._reporting += finals

    def _report(self) -> None:
        """Tell the journal; what it cannot take now is told again in the next turn."""
        if not self._reporting:
            return
        try:
            self._journal.append([_draft(final) for final in self._reporting], self._clock())
        except NotDurableError as error:
            log.warning("The journal has not heard of a delivery yet: %s", error)
            return
        reported(self._engine, [final.id for final in self._reporting])
        self._reporting = []

    def _finish(self, threads: list[threading.Thread]) -> None:
        """Let letters that are being handed over come to their end; give back those that wait."""
        for _ in threads:
            self._work.put(None)
        for thread in threads:
            thread.join()
        self._collect(0.01)
        try:
            self._write_down()
            self._report()
        except sa.exc.DBAPIError as error:
            log.warning("The last deliveries are not written down; their leases will end: %s", error.orig)

    # --- the threads that carry ---

    def _carry(self, number: int) -> None:
        """The thread of one connection; where fewer are allowed just now, those of the higher numbers rest."""
        assert self._make_way is not None
        way = self._make_way()
        while True:
            try:
                due = self._work.take(number, IDLE_SECONDS)
            except TimeoutError:
                way.close()
                continue
            if due is None:
                way.close()
                return
            handed = self._hand(way, due)
            if handed is not None and handed.down:
                self._down.set()  # at once: the other threads have letters too
            self._done.put((result_of(due, handed), handed is not None and handed.down))

    def _with_head(self, outgoing: Outgoing) -> Outgoing:
        """A digest carries the journal's head out of the house, so that a rewritten journal is found out."""
        if outgoing.kind != "digest":
            return outgoing
        return replace(outgoing, facts={**outgoing.facts, "head": str(self._journal.head())})

    def _hand(self, way: Way, due: Due) -> Handed | None:
        """What became of it; None where it was not tried."""
        if self._stop.is_set() or (self._down.is_set() and len(self._under_way) > 1):
            return None
        try:
            letter = self._composer.compose(self._with_head(due.outgoing), due.created_at, due.id)
        except UnsendableError as error:
            return Handed("failed", str(error))
        except Exception:  # whatever a mail is made of, the thread has to outlive it
            log.exception("The mail %s cannot be made", due.outgoing.message_id)
            return Handed("again", "The mail could not be made: the log has the reason.")
        try:
            return way.hand(letter)
        except Exception:  # likewise
            log.exception("The mail %s could not be handed over", due.outgoing.message_id)
            way.close()
            return Handed("again", "The mail could not be handed over: the log has the reason.")


def result_of(due: Due, handed: Handed | None) -> Result:
    """What the outbox has to know; None for a letter that was not tried."""
    if handed is None:
        return Result(id=due.id, attempts=due.attempts, outcome="untried", due_at=due.due_at)
    return Result(
        id=due.id, attempts=due.attempts, outcome=handed.outcome, due_at=due.due_at,
        server=handed.server, answer=handed.answer,
    )  # fmt: skip


def _ways(settings: Settings) -> Callable[[], Way] | None:
    if settings.delivery.maildir:
        folder = Path(settings.delivery.maildir)
        return lambda: Maildir(folder)
    return smarthosts(settings) if settings.delivery.host else None


def _draft(final: Final) -> Draft:
    return draft_of(Delivered(message_id=final.message_id, result=final.result, answer=final.answer), "outbox")
