"""Group commit: many callers append at once, one transaction and one fsync carry them all."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self

from ingest.event import Draft
from ingest.journal import BusyError, Journal, NotDurableError, check

log = logging.getLogger(__name__)

MAX_WAITING = 10_000
MAX_WAITING_BYTES = 256 * 1024 * 1024
MAX_BATCH = 1_000
MAX_BATCH_BYTES = 16 * 1024 * 1024

Answer = int | Exception


class _Waiting:
    """One draft that waits for its position, and who to tell."""

    __slots__ = ("draft", "future", "loop")

    def __init__(
        self, draft: Draft, future: "Future[int] | asyncio.Future[int]", loop: asyncio.AbstractEventLoop | None
    ) -> None:
        self.draft = draft
        self.future = future
        self.loop = loop


class GroupCommit:
    """A thread that appends to one journal what all callers hand in.

    `submit` is for threads, `accept` for event loops; both give the position once the input is durable, and raise
    `BusyError` at once when too much waits, `NotDurableError` when the commit failed, and ValueError for a draft no
    journal can store. `clock` tells the time at which a batch is accepted.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Callable[[], datetime],
        *,
        max_waiting: int = MAX_WAITING,
        max_waiting_bytes: int = MAX_WAITING_BYTES,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._max_waiting = max_waiting
        self._max_waiting_bytes = max_waiting_bytes
        self._queue: SimpleQueue[list[_Waiting] | None] = SimpleQueue()
        self._handfuls: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
        self._lock = threading.Lock()
        self._waiting = 0
        self._waiting_bytes = 0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="journal")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def waiting(self) -> int:
        """How many drafts wait for their commit."""
        return self._waiting

    def submit(self, draft: Draft) -> "Future[int]":
        """Hand in a draft from a thread; the future gives its position once it is durable."""
        future: Future[int] = Future()
        self._reserve(draft)
        self._queue.put([_Waiting(draft, future, None)])
        return future

    async def accept(self, draft: Draft) -> int:
        """Hand in a draft from an event loop and wait for its position: from then on it is durable.

        A caller that is cancelled while waiting does not take its draft back: it may become durable all the same.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[int] = loop.create_future()
        self._reserve(draft)
        # What one turn of the loop brings goes to the thread in one hand: it wakes once, and the loop keeps the
        # interpreter's lock until then.
        handful = self._handfuls.get(loop)
        if handful is None:
            handful = self._handfuls[loop] = []
            loop.call_soon(self._hand_over, loop)
        handful.append(_Waiting(draft, future, loop))
        return await future

    def close(self) -> None:
        """Commit what waits, then end the thread. Later callers get `BusyError`. The journal stays open."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _reserve(self, draft: Draft) -> None:
        check(draft)
        size = len(draft.body)
        with self._lock:
            if self._closed:
                raise BusyError("The desk is shutting down.")
            full = self._waiting >= self._max_waiting or self._waiting_bytes + size > self._max_waiting_bytes
            if full and self._waiting:
                raise BusyError("Too many inputs wait for the journal.")
            self._waiting += 1
            self._waiting_bytes += size

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        handful = self._handfuls.pop(loop)
        with self._lock:
            if not self._closed:
                self._queue.put(handful)
                return
        _resolve_all([(waiting, BusyError("The desk is shutting down.")) for waiting in handful])

    def _run(self) -> None:
        more = True
        while more:
            batch, more = self._gather()
            if not batch:
                continue
            answers = self._append([waiting.draft for waiting in batch])
            with self._lock:
                self._waiting -= len(batch)
                self._waiting_bytes -= sum(len(waiting.draft.body) for waiting in batch)
            _tell(batch, answers)

    def _gather(self) -> tuple[list[_Waiting], bool]:
        """Wait for the first draft, then take what else is there; False with the last batch."""
        batch: list[_Waiting] = []
        size = 0
        handful = self._queue.get()
        while handful is not None:
            batch += handful
            size += sum(len(waiting.draft.body) for waiting in handful)
            if len(batch) >= MAX_BATCH or size >= MAX_BATCH_BYTES:
                return batch, True
            try:
                handful = self._queue.get_nowait()
            except Empty:
                return batch, True
        return batch, False

    def _append(self, drafts: Sequence[Draft]) -> Sequence[Answer]:
        try:
            return self._journal.append(drafts, self._clock())
        except NotDurableError as error:
            log.warning("The journal did not accept %d inputs: %s", len(drafts), error)
            return [NotDurableError(str(error)) for _ in drafts]
        except Exception as error:
            # Whatever a driver raises, this thread has to outlive it.
            if len(drafts) == 1:
                log.exception("The journal failed on an input")
                return [NotDurableError(f"The journal failed: {error}")]
            # One draft may have spoilt it for the others: each gets its own transaction.
            return [answer for draft in drafts for answer in self._append([draft])]


def _tell(batch: Sequence[_Waiting], answers: Sequence[Answer]) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting, Answer]]] = {}
    for waiting, answer in zip(batch, answers, strict=True):
        if waiting.loop is None:
            _resolve(waiting, answer)
        else:
            loops.setdefault(waiting.loop, []).append((waiting, answer))
    for loop, pairs in loops.items():
        try:
            loop.call_soon_threadsafe(_resolve_all, pairs)
        except RuntimeError:
            log.warning("%d inputs became durable after their event loop had closed", len(pairs))


def _resolve_all(pairs: Sequence[tuple[_Waiting, Answer]]) -> None:
    for waiting, answer in pairs:
        _resolve(waiting, answer)


def _resolve(waiting: _Waiting, answer: Answer) -> None:
    future = waiting.future
    gone = not future.set_running_or_notify_cancel() if isinstance(future, Future) else future.cancelled()
    if gone:
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
