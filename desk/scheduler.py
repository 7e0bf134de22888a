"""Time enters through the journal like everything else: a tick, when a deadline is due and nothing else came."""

from collections.abc import Callable
from datetime import datetime, timedelta

from desk.clock import Clock
from ingest.event import Draft, Tick
from ingest.journal import Journal
from ingest.normalize import draft_of

ROUTE = "clock"
PATIENCE = timedelta(seconds=60)
"""How long the same deadline may stay due before it is ticked for once more."""


class Scheduler:
    """Appends ticks. Every input lets what is due be decided, so one is needed only while the desk is idle."""

    def __init__(
        self, journal: Journal, clock: Clock, doors_closed: Callable[[datetime], Draft | None] = lambda _: None
    ) -> None:
        """`doors_closed(now)` gives the input to state first where the doors are closed, else None."""
        self._journal = journal
        self._doors_closed = doors_closed
        self._clock = clock
        self._ticked: tuple[datetime, datetime] | None = None

    def tick(self, due: datetime | None) -> int | None:
        """Append a tick if `due`, the earliest deadline, has come; returns its position.

        Raises `NotDurableError` where the journal did not take it.
        """
        now = self._clock()
        if due is None or due > now:
            return None
        if self._ticked is not None and self._ticked[0] == due and now - self._ticked[1] < PATIENCE:
            return None
        before = self._doors_closed(now)
        drafts = [draft_of(Tick(), ROUTE)] if before is None else [before, draft_of(Tick(), ROUTE)]
        position = self._journal.append(drafts, now)[-1]
        self._ticked = (due, now)
        return position

    def seconds_until(self, due: datetime | None, longest: float) -> float:
        """How long until `due`, at most `longest`; what is due already has been ticked for."""
        if due is None or (left := (due - self._clock()).total_seconds()) <= 0:
            return longest
        return min(left, longest)
