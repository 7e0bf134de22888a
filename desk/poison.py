"""Inputs that hang, crash or starve their reader: counted before each try, and set aside after two that failed.

In normal running nothing is counted input by input: the desk notes once that it runs. A reader that dies makes the
input that it was reading a suspect; a desk that ended before it got any further makes suspects of all that may have
been in the reader's hands. (One that was killed amid its work goes on as before: to read each input alone is slow.) A
suspect is read alone, and only once its try has been noted durably.

A try in which the whole desk ended may have had nothing to do with it (somebody killed the desk): it takes more of
these until an input is set aside.
"""

import logging
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from correlate.packing import Passed
from desk.database import writing
from desk.reader import Reader, ReaderDiedError
from desk.tables import attempts
from ingest.event import Input, Reading, SetAside
from ingest.journal import Journal
from ingest.normalize import draft_of, normalize

log = logging.getLogger(__name__)

MAX_FAILED = 2
"""Tries that the desk saw fail."""
MAX_TRIES = 5
"""Tries in all, those included in which the desk ended."""
ROUTE = "reader"
_SCAN = 1_000
_UNKNOWN = "Reading it was begun again and again and never ended."


class Poison:
    """What is known of inputs that must not be read together with others, or not at all."""

    def __init__(self, engine: sa.Engine, journal: Journal, reader: Reader, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._journal = journal
        self._reader = reader
        self._clock = clock
        self._aside: dict[int, SetAside] = {}
        self._alone: set[int] = set()
        self._careful_through = 0
        self._counts: dict[int, int] = {}
        self._failed: dict[int, int] = {}
        self._reasons: dict[int, str] = {}

    def prepare(self, position: int, head: int, *, stuck: bool, window: int) -> None:
        """Learn what earlier runs found out about the inputs after `position`.

        `stuck` says that the last run began here too and did not end by itself; it may have had `window` inputs in
        hand.
        """
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(attempts.c.position, attempts.c["count"]))
            self._counts.update((position, count) for position, count in rows)
        self._alone |= {number for number in self._counts if number > position}
        if stuck and self._reader.isolated:
            self._careful_through = min(position + window, head)
        after = position
        while after < head and (inputs := self._journal.read(after, _SCAN)):
            for item in inputs:
                if item.kind == "set-aside":
                    self._learn(item)
            after = inputs[-1].position

    def _learn(self, item: Input) -> None:
        for event in normalize(item, Reading()):
            if isinstance(event, SetAside):
                self._aside[event.position] = event

    def suspects(self, position: int) -> bool:
        """Whether the input at this position is to be read alone."""
        return position <= self._careful_through or position in self._alone

    def aside(self, position: int) -> SetAside | None:
        """The mark of an input that is not to be read any more."""
        return self._aside.get(position)

    def alone(self, position: int) -> None:
        """Have this input processed by itself."""
        self._alone.add(position)

    def suspect(self, position: int, reason: str) -> None:
        """The reader died over this input: note the failed try."""
        self._alone.add(position)
        self._count(position)
        self._note_failure(position, reason)

    def read(self, item: Input, reading: Reading) -> Passed:
        """Read a suspect by itself. After two failed tries it is set aside, by an entry in the journal."""
        position = item.position
        while self._failed.get(position, 0) < MAX_FAILED and self._counts.get(position, 0) < MAX_TRIES:
            if self._reader.isolated:
                # The reader takes a moment to start, in which the desk may end for other reasons.
                self._reader.submit(reading, []).result()
                self._count(position)
            try:
                events = self._reader.submit(reading, [item]).result()[0]
            except ReaderDiedError as error:
                self._note_failure(position, str(error))
            else:
                self._clear(position)
                return events
        reason = self._reasons.get(position, _UNKNOWN)
        event = SetAside(position=position, attempts=self._counts.get(position, 0), reason=reason)
        self._journal.append([draft_of(event, ROUTE)], self._clock())
        log.error("Input %d is set aside: %s", position, reason)
        self._aside[position] = event
        return (event,)

    def _note_failure(self, position: int, reason: str) -> None:
        log.warning("Reading input %d failed: %s", position, reason)
        self._failed[position] = self._failed.get(position, 0) + 1
        self._reasons[position] = reason

    def forget(self, connection: sa.Connection, position: int) -> None:
        """Everything up to this position is processed: drop what was noted of it, within the caller's transaction."""
        done = [number for number in self._counts if number <= position]
        if done:
            connection.execute(sa.delete(attempts).where(attempts.c.position <= position))
        for number in done:
            del self._counts[number]
            self._failed.pop(number, None)
        if self._alone:
            self._alone = {number for number in self._alone if number > position}

    def _clear(self, position: int) -> None:
        """It can be read after all: whatever ended the desk before was something else, and may do so again. (A single
        try is left to the transaction that processes it.)"""
        if self._counts.get(position, 0) > 1:
            with writing(self._engine) as connection:
                connection.execute(sa.delete(attempts).where(attempts.c.position == position))
            del self._counts[position]

    def _count(self, position: int) -> None:
        count = self._counts.get(position, 0) + 1
        with writing(self._engine) as connection:
            connection.execute(sa.delete(attempts).where(attempts.c.position == position))
            connection.execute(sa.insert(attempts).values(position=position, count=count))
        self._counts[position] = count
