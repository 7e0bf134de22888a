"""The worker's companion for learning: at night it starts a process that learns, with the lowest priority.

The night is told by the journal. So a night that was missed, because the desk was down, is made up for; and one for
which a trial is in the journal already is not done twice.
"""

import contextlib
import logging
import os
import subprocess
import sys
import threading
from datetime import timedelta

import msgspec
import sqlalchemy as sa

from desk.clock import SystemClock
from desk.config import Settings
from desk.logs import start_logging
from desk.tables import entries, trials

log = logging.getLogger(__name__)

BY_NIGHT = "the desk, at night"
LAST_IN_LINE = 19
"""The lowest priority that a process can have: whoever else wants the machine comes first."""
LOOK_SECONDS = 60.0
LONGEST = timedelta(hours=3)
"""A round that takes longer is ended: the next night tries again."""


def is_due(connection: sa.Connection) -> bool:
    """Whether a night has come since the last trial."""
    night = _night(connection)
    return night > (connection.scalar(sa.select(sa.func.max(trials.c.position))) or 0)


def _night(connection: sa.Connection) -> int:
    """The position of the last night; 0 before the first."""
    e = entries.c
    return connection.scalar(sa.select(sa.func.max(e.position)).where(e.kind == "learning-due")) or 0


class Nightly:
    """Looks every minute whether it is time."""

    def __init__(self, engine: sa.Engine, settings: Settings, stop: threading.Event) -> None:
        self._engine = engine
        self._settings = settings
        self._stop = stop
        self._tried: int | None = None

    def run(self) -> None:
        """Until the desk stops."""
        while not self._stop.wait(LOOK_SECONDS):
            try:
                with self._engine.connect() as connection:
                    night, due = _night(connection), is_due(connection)
            except sa.exc.DBAPIError as error:
                log.warning("Learning waits: the database does not answer: %s", str(error).partition("\n")[0])
                continue
            if due and night != self._tried:
                self._tried = night  # where it fails, the next night tries again
                self._learn()

    def _learn(self) -> None:
        log.info("A model is trained from what people corrected")
        process = start(self._settings)
        for _ in range(int(LONGEST.total_seconds())):
            if process.poll() is not None or self._stop.wait(1.0):
                break
        if process.poll() is None:
            process.terminate()
            log.warning("Learning was ended before it was done; the next night tries again")
        elif process.returncode:
            log.error("Learning ended with status %s; the model in force stays", process.returncode)
        process.wait()


def start(settings: Settings) -> "subprocess.Popen[bytes]":
    """A process that learns for the desk with these settings. It has no secrets but those that they name."""
    process = subprocess.Popen([sys.executable, "-m", "desk.learning.nightly"], stdin=subprocess.PIPE)
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError), process.stdin:
        process.stdin.write(msgspec.json.encode(settings))
    return process


def main() -> int:
    """The learning process: settings on standard input, then one round."""
    os.nice(LAST_IN_LINE)
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    settings = msgspec.json.decode(sys.stdin.buffer.read(), type=Settings)
    start_logging(settings.log, "learning")
    from desk.database import open_database
    from desk.learning.round import Round, promotes_by_itself
    from ingest.journal_sql import open_journal

    engine = open_database(settings.database_url())
    journal = open_journal(settings.journal_url())
    try:
        with engine.connect() as connection:
            promote = promotes_by_itself(connection)
        trial = Round(settings, engine, journal, SystemClock()).run(BY_NIGHT, promote=promote)
        log.info("%s: %s", trial.outcome, " ".join(trial.why))
    finally:
        journal.close()
        engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
