"""What has to be forgotten: single inputs on request, and old ones by the retention that the settings ask for."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy import exc

from desk.config_sections import StorageSettings
from desk.database import overwrite, writing
from desk.forgetting import forget, policy_of
from desk.lab.jobs import Lab
from desk.processor import reading_of
from desk.store import processed_position
from ingest.event import InputKind
from ingest.journal import DamagedError, Journal, NotDurableError
from ingest.normalize import normalize

log = logging.getLogger(__name__)

EVERY_SECONDS = 6 * 3600.0


class Erased(Struct, frozen=True, kw_only=True):
    """What an erasure took away: the content in the journal, and its words in so many places of the records."""

    content: bool
    words: int


def erase_input(
    engine: sa.Engine, journal: Journal, position: int, reason: str, at: datetime, data_dir: Path | None = None
) -> Erased:
    """Take away the content of one input, and what was copied from it: the records stay, and what others said of them.
    The chain stays. `data_dir` has the trials of the rule lab, which copy it too.

    The words go first: if this is cut short, the same call finishes it. Raises `NotDurableError`.
    """
    found = journal.get(position)
    with engine.connect() as connection:
        policy = policy_of(connection)
        ahead = position > processed_position(connection)
    events = () if found is None or found.body is None else normalize(found, reading_of(policy))
    with writing(engine) as connection:
        copied, words = forget(connection, position, events)
    content = journal.erase(position, reason, at)
    if ahead:  # it may have been on its way into the records while it was there
        with writing(engine) as connection:
            words += forget(connection, position, events)[1]
    if data_dir is not None:
        words += Lab(data_dir).forget(copied)
    overwrite(engine)
    return Erased(content=content, words=words)


def apply_retention(
    engine: sa.Engine, journal: Journal, storage: StorageSettings, at: datetime
) -> Mapping[InputKind, int]:
    """Erase the content of processed inputs that are older than the settings keep them; how many of each kind.

    What the records say of them stays. Raises `NotDurableError`.
    """
    kept: dict[InputKind, int] = {"mail": storage.keep_mail_days, "webhook": storage.keep_alert_days}
    with engine.connect() as connection:
        through = processed_position(connection)
    return {
        kind: journal.erase_before(
            at - timedelta(days=days), f"kept for {days} days", at, kinds=[kind], through=through
        )
        for kind, days in kept.items()
        if days > 0
    }


class Retention:
    """Applies the retention now and every six hours, in a thread of its own until `stop` is set."""

    def __init__(
        self,
        engine: sa.Engine,
        journal: Journal,
        storage: StorageSettings,
        clock: Callable[[], datetime],
        stop: threading.Event,
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._storage = storage
        self._clock = clock
        self._stop = stop

    def run(self) -> None:
        """A database that is away only means that it is done later."""
        while not self._stop.is_set():
            try:
                erased = apply_retention(self._engine, self._journal, self._storage, self._clock())
            except (NotDurableError, DamagedError, exc.DBAPIError) as error:
                log.warning("Retention waits: %s", str(error).partition("\n")[0])
            else:
                for kind, count in erased.items():
                    if count:
                        log.info("the content of %d inputs of kind %s was erased by retention", count, kind)
            self._stop.wait(EVERY_SECONDS)
