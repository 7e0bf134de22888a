"""Having inputs processed by whoever may: the worker of a running desk, or this very process where none runs."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from desk.config import Settings
from desk.leadership import leadership
from desk.store import processed_position
from ingest.journal import Journal

_TRY_SECONDS = 0.5


@contextmanager
def processing(
    settings: Settings, engine: sa.Engine, journal: Journal, clock: Callable[[], datetime]
) -> Iterator[Callable[[int], None]]:
    """Gives a function that returns once a position has been processed."""
    from desk.processor import Processor
    from desk.reader import ChildReader
    from desk.worker import models_of

    def wait(position: int) -> None:
        while True:
            with engine.connect() as connection:
                if processed_position(connection) >= position:
                    return
            time.sleep(0.05)

    running = threading.Event()
    timer = threading.Timer(_TRY_SECONDS, running.set)
    timer.start()
    with leadership(engine, running) as ours:
        timer.cancel()
        if not ours:
            yield wait
            return
        reader = ChildReader()
        try:
            processor = Processor(journal, engine, models_of(settings, engine), reader, clock=clock)
            processor.start()
            yield processor.run_until
            processor.close()
        finally:
            reader.close()
