"""The bell across machines: PostgreSQL notifies in the transaction of the input, the worker listens."""

import logging
import time
from typing import Any

import psycopg
import sqlalchemy as sa

from desk.bell import LOOK_WITHOUT_BELL_SECONDS
from ingest.journal_database import CHANNEL

log = logging.getLogger(__name__)

_AGAIN_SECONDS = 5.0


class DatabaseBell:
    """A `Bell` on a connection of its own. Where it cannot listen, as behind a pooler, it looks more often instead."""

    def __init__(self, url: str) -> None:
        """`url` is the journal's, as SQLAlchemy writes it."""
        self._address = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg.Connection[Any] | None = None
        self._again_at = 0.0

    def wait(self, seconds: float) -> bool:
        """See `Bell.wait`."""
        connection = self._listening()
        if connection is None:
            time.sleep(min(seconds, LOOK_WITHOUT_BELL_SECONDS))
            return False
        try:
            return any(connection.notifies(timeout=seconds, stop_after=1))
        except psycopg.Error as error:
            self._lose(error)
            return False

    def close(self) -> None:
        """See `Bell.close`."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listening(self) -> psycopg.Connection[Any] | None:
        if self._connection is None and time.monotonic() >= self._again_at:
            try:
                self._connection = psycopg.connect(
                    self._address, autocommit=True, connect_timeout=10, application_name="quietdesk bell"
                )
                self._connection.execute(f"LISTEN {CHANNEL}".encode())
            except psycopg.Error as error:
                self._lose(error)
        return self._connection

    def _lose(self, error: Exception) -> None:
        log.warning("New inputs are looked for, not listened for: %s", str(error).partition("\n")[0])
        self._again_at = time.monotonic() + _AGAIN_SECONDS
        self.close()
