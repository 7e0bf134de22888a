"""Where the shell gets the time from. Decisions never ask: their time is an argument."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that knows what time it is."""

    def __call__(self) -> datetime:
        """The time, aware and in UTC."""


class SystemClock:
    """The machine's own clock."""

    def __call__(self) -> datetime:
        """The time, aware and in UTC."""
        return datetime.now(UTC)


class MovableClock:
    """A clock that stands still until it is moved, for replays and tests. Safe to use from several threads."""

    def __init__(self, start: datetime) -> None:
        self._lock = threading.Lock()
        self._now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        """The time it was last moved to."""
        with self._lock:
            return self._now

    def move_to(self, moment: datetime) -> None:
        """Set the time. It never runs backwards: an earlier moment changes nothing."""
        with self._lock:
            self._now = max(self._now, moment.astimezone(UTC))

    def advance(self, by: timedelta | float) -> datetime:
        """Move forward by a timedelta or by seconds, and return the new time."""
        step = by if isinstance(by, timedelta) else timedelta(seconds=by)
        self.move_to(self() + step)
        return self()
