"""Posting what is due to webhooks: one thread for each, so that a slow receiver keeps nobody else waiting.

The journal hears of each final result, as it does of mails: what was given up shows in its record's history.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from correlate.duty import WEBHOOK
from desk.config import Settings
from desk.delivery import result_of
from desk.outbox import Due, Final, reported, settle, unreported
from desk.smtp_out import Handed
from desk.webhook_outbox import hurry, lease_next, retry_delay, take_over, targets
from desk.webhook_post import Poster
from ingest.event import Delivered, Draft
from ingest.journal import Journal, NotDurableError
from ingest.normalize import draft_of

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
_ROUTE = "outbox"


class Posts(Protocol):
    """What takes one notice to its webhook."""

    def post(self, due: Due, now: datetime) -> Handed: ...


class Messenger:
    """Takes what is due to its targets, in the caller's thread. `clock` gives the time."""

    def __init__(self, engine: sa.Engine, posts: Posts, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._posts = posts
        self._clock = clock
        self._holder = secrets.token_hex(8)

    def now(self) -> datetime:
        return self._clock()

    def deliver(self, target: str, until: Callable[[], bool] = lambda: False) -> list[Final]:
        """Post everything that is due for one target; a failure leaves what comes after it for the next time. Returns
        the final results, which the journal has to hear of."""
        finals: list[Final] = []
        while not until():
            due = lease_next(self._engine, self._holder, target, self._clock())
            if due is None:
                return finals
            handed = self._handed(due)
            now = self._clock()
            finals += settle(self._engine, self._holder, [result_of(due, handed)], now, retry_delay)
            if handed.outcome == "sent":
                hurry(self._engine, target, now)
            elif handed.down:
                return finals
        return finals

    def deliver_all(self) -> list[Draft]:
        """The same for every target, with the inputs that tell the journal."""
        finals = [final for target in targets(self._engine) for final in self.deliver(target)]
        reported(self._engine, [final.id for final in finals])
        return [drafted(final) for final in finals]

    def _handed(self, due: Due) -> Handed:
        try:
            return self._posts.post(due, self._clock())
        except Exception:  # whatever a notice is made of, the thread has to outlive it
            log.exception("The notice %s could not be posted", due.outgoing.message_id)
            return Handed("again", "The notice could not be posted: the log has the reason.")


class WebhookLoop:
    """Runs in a thread of its own until `stop` is set, with one more for each webhook."""

    def __init__(
        self,
        engine: sa.Engine,
        settings: Settings,
        clock: Callable[[], datetime],
        stop: threading.Event,
        journal: Journal,
    ) -> None:
        self._engine = engine
        self._names = [f"{WEBHOOK}{webhook.name}" for webhook in settings.webhooks]
        self._stop = stop
        self._journal = journal
        self._messenger = Messenger(engine, Poster(settings), clock)
        self._ready = threading.Event()
        self._telling = threading.Lock()
        self._untold: list[Final] = []

    def run(self) -> None:
        """Post until stopped; a database that is busy or gone is waited for."""
        threads = [
            threading.Thread(target=self._serve, args=(name,), name=f"webhook-{place}")
            for place, name in enumerate(self._names)
        ]
        for thread in threads:
            thread.start()
        try:
            self._begin()
            while not self._stop.wait(POLL_SECONDS):
                # What was meant for a webhook that is not configured any more is given up, and seen.
                self._guarded(self._leftovers)
        finally:
            for thread in threads:
                thread.join()

    def _begin(self) -> None:
        while not self._ready.is_set() and not self._stop.is_set():
            if self._guarded(self._take_over):
                self._ready.set()
            else:
                self._stop.wait(POLL_SECONDS)

    def _take_over(self) -> None:
        take_over(self._engine)
        self._report(unreported(self._engine))

    def _serve(self, target: str) -> None:
        while not self._stop.wait(POLL_SECONDS):
            if self._ready.is_set():
                self._guarded(lambda: self._report(self._messenger.deliver(target, self._stop.is_set)))

    def _leftovers(self) -> None:
        for target in targets(self._engine):
            if target not in self._names:
                self._report(self._messenger.deliver(target, self._stop.is_set))

    def _guarded(self, work: Callable[[], None]) -> bool:
        """Whether it could be done."""
        try:
            work()
        except sa.exc.DBAPIError as error:
            log.warning("The outbox cannot be used at the moment: %s", error.orig)
            return False
        except NotDurableError as error:
            log.warning("The journal has not heard of a delivery yet: %s", error)
            return False
        return True

    def _report(self, finals: Sequence[Final]) -> None:
        """Tell the journal; what it cannot take now is told again with the next."""
        with self._telling:
            self._untold += finals
            if self._untold:
                self._journal.append([drafted(final) for final in self._untold], self._messenger.now())
                reported(self._engine, [final.id for final in self._untold])
                self._untold = []


def drafted(final: Final) -> Draft:
    """The input that tells the journal of a final result."""
    return draft_of(Delivered(message_id=final.message_id, result=final.result, answer=final.answer), _ROUTE)
