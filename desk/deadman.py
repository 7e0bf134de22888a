"""A sign of life: a URL is fetched while the desk is well, so that somebody notices when it is not.

What waits for the fetches (Healthchecks, Dead Man's Snitch, an uptime monitor) tells people when they stay away.
"""

import http.client
import logging
import threading
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.config_sections import DeadmanSettings
from desk.store import processed_position
from ingest.journal import DamagedError, Journal, NotDurableError

log = logging.getLogger(__name__)

FETCH_SECONDS = 10
LAG = timedelta(minutes=5)
"""An input that waits for longer means that the desk does not do its work."""


class DeadMan:
    """Runs in a thread of its own until `stop` is set. `trouble` says why the desk is not well, or None."""

    def __init__(self, settings: DeadmanSettings, stop: threading.Event, trouble: Callable[[], str | None]) -> None:
        self._settings = settings
        self._stop = stop
        self._trouble = trouble

    def run(self) -> None:
        """Fetch, wait, fetch again. Nothing that happens here ends the desk."""
        if self._settings.url is None:
            self._stop.wait()
            return
        while True:
            self.beat(self._settings.url)
            if self._stop.wait(self._settings.every):
                return

    def beat(self, url: str) -> bool:
        """Fetch once if the desk is well; True if it was and the fetch came through."""
        trouble = self._trouble()
        if trouble is not None:
            log.warning("No sign of life is given: %s", trouble)
            return False
        try:
            request = urllib.request.Request(url, headers={"User-Agent": "quietdesk"})  # noqa: S310 - the administrator's own URL, http(s) by check
            with urllib.request.urlopen(request, timeout=FETCH_SECONDS) as answer:  # noqa: S310 - likewise; TLS is verified
                answer.read(1024)
        except (OSError, http.client.HTTPException, ValueError) as error:
            log.warning("The sign of life did not arrive: %s", error)
            return False
        return True


def trouble_of(engine: sa.Engine, journal: Journal, clock: Callable[[], datetime]) -> Callable[[], str | None]:
    """Says whether what is accepted is also processed: the check that a running process alone does not answer."""

    def trouble() -> str | None:
        try:
            with engine.connect() as connection:
                position = processed_position(connection)
            if journal.head().position <= position:
                return None
            oldest = journal.get(position + 1)
        except sa.exc.DBAPIError as error:
            return f"the database does not answer: {error.orig}"
        except (DamagedError, NotDurableError) as error:
            return str(error)
        if oldest is not None and clock() - oldest.accepted_at > LAG:
            return f"the input at position {position + 1} has waited since {oldest.accepted_at:%H:%M:%S} UTC"
        return None

    return trouble
