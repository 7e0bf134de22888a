"""How far the nightly search for what recurs is: written by the worker while it searches, read by the pages.

One small file in the desk's folder, there only while a search runs. It says nothing that decides anything.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

log = logging.getLogger(__name__)

_FILE = "night-search.json"
_WRITE_EVERY = 0.5
_SAY_EVERY = 10.0
_FORGOTTEN_AFTER = 120.0
"""Seconds: whoever wrote last and said nothing since was cut off."""


class SearchState(Struct, frozen=True):
    """`done` of `total` streams of the past are looked at. `said_at` is in seconds of the machine's steady clock."""

    done: int
    total: int
    said_at: float

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return min(1.0, self.done / max(1, self.total))


class SearchReport:
    """Called with (done, total) while the worker searches. The file goes when all is done.

    A folder that cannot be written costs the display, never the search.
    """

    def __init__(self, data_dir: str | Path, steady: Callable[[], float] = time.monotonic) -> None:
        self._file = Path(data_dir) / _FILE
        self._steady = steady
        self._written_at: float | None = None
        self._said_at = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = self._steady()
        if done >= total:
            self._end(total)
        elif self._written_at is None or now - self._written_at >= _WRITE_EVERY:
            if self._written_at is None:
                self._said_at = now
            elif now - self._said_at >= _SAY_EVERY:
                self._said_at = now
                log.info("Searching the past for what recurs: %d of %d (%d %%)", done, total, 100 * done // total)
            self._written_at = now
            self._write(SearchState(done, total, now))

    def _end(self, total: int) -> None:
        self._written_at = None
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s cannot be removed: %s", self._file, error)
        log.info("The past was searched for what recurs: %d candidates", total)

    def _write(self, state: SearchState) -> None:
        fresh = self._file.with_suffix(".new")
        try:
            fresh.write_bytes(msgspec.json.encode(state))
            fresh.replace(self._file)
        except OSError as error:
            log.warning("How far the nightly search is cannot be shown: %s", error)


def running(data_dir: str | Path, steady: Callable[[], float] = time.monotonic) -> SearchState | None:
    """The search that runs now, or None."""
    try:
        state = msgspec.json.decode((Path(data_dir) / _FILE).read_bytes(), type=SearchState)
    except (OSError, msgspec.MsgspecError):
        # Not there, or not ours: no search is known to run.
        return None
    return state if 0 <= steady() - state.said_at <= _FORGOTTEN_AFTER else None
