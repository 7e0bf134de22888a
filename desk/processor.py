"""The processing transaction: inputs from the journal are read, decided and written, once each and in order.

Records, outgoing mails and the position change in one transaction, so a crash at any instruction loses nothing and
doubles nothing. While a batch is decided here, the reader's process already reads the next ones.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy import exc

from correlate.keys import keys_of
from correlate.mapping_editing import in_force
from correlate.packing import events_in
from correlate.policy import Policy
from correlate.records import Deadline
from correlate.rules import mail_rules
from correlate.situation import Situation
from desk import store
from desk.classifying import Classifier, Models, Recorded
from desk.clock import Clock, SystemClock
from desk.database import is_passing, writing
from desk.decided import Batch, Decided, UndecidableError
from desk.poison import Poison
from desk.reader import AHEAD, Read, Reader, ReaderDiedError
from desk.tables import to_micros
from desk.write import STATEMENTS, write
from ingest.event import Command, Event, Input, Mail, Reading, Unreadable
from ingest.journal import Journal

log = logging.getLogger(__name__)

BATCH = 128
"""Inputs in one transaction at most."""
BATCH_BYTES = 2 * 1024 * 1024
_STEERING = ("config", "model")
"""Kinds of input that change how later ones are read or classified: a batch ends with them."""

Observer = Callable[[Sequence[Decided]], None]


class BeyondJournalError(Exception):
    """The tables know of inputs that the journal does not have: one of the two is not the right one."""


class FencedError(Exception):
    """Another worker has taken over; this one must stop."""


class _Pending(Struct, frozen=True):
    """A batch on its way: all its inputs, those that the reader was given, and its answer."""

    inputs: list[Input]
    given: list[Input]
    answer: "Future[Read]"


class Processor:
    """Takes inputs from a journal into the tables of one database. Not safe for use from several threads.

    `models` gives the model with the digest that the journal has put in force; `recorded` takes its place in an audit.
    `on_effects` sees what every batch brought about, after its commit, and `on_search` how far a nightly search is.
    `clock` is asked only when an input must be set aside. Call `start` first and `close` last; the reader is closed by
    whoever made it.
    """

    def __init__(
        self,
        journal: Journal,
        engine: sa.Engine,
        models: Models,
        reader: Reader,
        *,
        clock: Clock | None = None,
        limit: int = BATCH,
        recorded: Recorded | None = None,
        on_effects: Observer | None = None,
        on_search: Callable[[int, int], None] | None = None,
    ) -> None:
        self._on_search = on_search
        self._journal = journal
        self._engine = engine
        self._reader = reader
        self._classifier = Classifier(models, recorded)
        self._limit = limit
        self._on_effects = on_effects
        self._poison = Poison(engine, journal, reader, clock or SystemClock())
        self._fence = 0
        self._position = 0
        self._enter(Situation())
        self._ahead: deque[_Pending] = deque()
        self._undecidable: dict[int, str] = {}
        self._broken: dict[str, str] = {}
        self._trouble: str | None = None
        self._stale = False

    @property
    def position(self) -> int:
        """The last input that is processed."""
        return self._position

    @property
    def situation(self) -> Situation:
        """What is open. It changes with every batch: look, do not keep."""
        return self._situation

    def next_due(self) -> datetime | None:
        """When the earliest deadline is due."""
        deadline = self._situation.next_deadline()
        return None if deadline is None else deadline.due

    def start(self) -> None:
        """Take over from whoever processed before, and load what is open.

        Raises `BeyondJournalError` where the tables are ahead of the journal.
        """
        with writing(self._engine) as connection:
            known = store.read_state(connection)
            self._position = int(known.get("position", 0))
            head = self._journal.head().position
            if self._position > head:
                raise BeyondJournalError(
                    f"The desk has processed input {self._position}, but its journal ends at {head}: this is not the "
                    "journal that belongs to it. Restore both from the same backup ('desk restore')."
                )
            self._fence = int(known.get("fence", 0)) + 1
            began = known.get("running", False)
            stuck = began is not False and began == self._position
            upsert = STATEMENTS[self._engine.dialect.name].state
            connection.exec_driver_sql(upsert, [("fence", str(self._fence)), ("running", str(self._position))])
            self._enter(store.open_situation(connection))
            self._trouble = known.get(store.MODEL_TROUBLE)
        self._poison.prepare(self._position, head, stuck=stuck, window=(1 + AHEAD) * self._limit)

    def close(self) -> None:
        """Note that nothing was left half read."""
        self._drop_ahead()
        with writing(self._engine) as connection:
            try:
                self._check_fence(connection)
            except FencedError:
                return
            connection.exec_driver_sql(STATEMENTS[self._engine.dialect.name].state, [("running", "false")])

    def step_batch(self, limit: int | None = None, through: int | None = None) -> int:
        """Process up to `limit` inputs (none beyond position `through`) in one transaction; returns how many.

        0 means that there was nothing to do. Raises `FencedError` where another worker took over, and what the
        databases raise; then nothing of the batch is written, and it can be tried again.
        """
        if self._stale:
            self._load_again()
        batch = self._take(limit or self._limit, through)
        if batch is None:
            return 0
        if self._poison.suspects(batch.inputs[0].position):
            self._drop_ahead()
            return self._step_suspect(batch.inputs[0])
        self._look_ahead(batch, limit or self._limit, through)
        try:
            answers = batch.answer.result()
        except ReaderDiedError as error:
            self._drop_ahead()
            self._poison.suspect(batch.given[min(error.index, len(batch.given) - 1)].position, str(error))
            return self.step_batch(limit, through)
        return self._settle(batch.inputs, self._merged(batch, answers))

    def run_until(self, position: int) -> None:
        """Process everything up to and including this position, or to the journal's end."""
        while self._position < position and self.step_batch(through=position):
            pass

    # --- taking and reading ---

    def _take(self, limit: int, through: int | None) -> _Pending | None:
        if self._ahead:
            first = self._ahead.popleft()
            fits = len(first.inputs) <= limit and (through is None or first.inputs[-1].position <= through)
            if fits and first.inputs[0].position == self._position + 1:
                return first
            self._drop_ahead()
        return self._begin(self._position, limit, through)

    def _begin(self, after: int, limit: int, through: int | None) -> _Pending | None:
        if through is not None:
            limit = min(limit, through - after)
        if limit <= 0:
            return None
        inputs = self._journal.read(after, limit, BATCH_BYTES)
        if not inputs:
            return None
        inputs = self._cut(inputs)
        given = [item for item in inputs if self._known_events(item) is None]
        if self._poison.suspects(inputs[0].position):
            answer: Future[Read] = Future()  # it is read by itself, once that is on record
        else:
            answer = self._reader.submit(reading_of(self._situation.policy), given)
        return _Pending(inputs, given, answer)

    def _cut(self, inputs: list[Input]) -> list[Input]:
        """End the batch with what steers later ones, and before what must be read alone."""
        for place, item in enumerate(inputs):
            if self._poison.suspects(item.position):
                return inputs[: max(place, 1)]
            if item.kind in _STEERING:
                return inputs[: place + 1]
        return inputs

    def _look_ahead(self, batch: _Pending, limit: int, through: int | None) -> None:
        while len(self._ahead) < AHEAD:
            last = (self._ahead[-1] if self._ahead else batch).inputs[-1]
            following = None if last.kind in _STEERING else self._begin(last.position, limit, through)
            if following is None:
                return
            self._ahead.append(following)

    def _drop_ahead(self) -> None:
        """What was begun is read for nothing."""
        self._ahead.clear()

    def _known_events(self, item: Input) -> tuple[Event, ...] | None:
        """What is known of an input without reading it: it was set aside, or the rules failed on it."""
        aside = self._poison.aside(item.position)
        if aside is not None:
            return (aside,)
        reason = self._undecidable.get(item.position)
        return None if reason is None else (Unreadable(reason=reason),)

    def _merged(self, batch: _Pending, answers: Read) -> Read:
        if len(batch.given) == len(batch.inputs):
            return answers
        read = iter(answers)
        given = {item.position for item in batch.given}
        return [
            next(read) if item.position in given else self._known_events(item) or () for item in batch.inputs
        ]  # fmt: skip

    def _step_suspect(self, item: Input) -> int:
        known = self._known_events(item)
        events = self._poison.read(item, reading_of(self._situation.policy)) if known is None else known
        return self._settle([item], [events])

    # --- deciding and writing ---

    def _settle(self, inputs: Sequence[Input], events: Read) -> int:
        cut = _first_that_looks_back(inputs, events)
        if cut:
            done = self._settle(inputs[:cut], events[:cut])
            whole = self._position == inputs[cut - 1].position
            return done + self._settle(inputs[cut:], events[cut:]) if whole else done
        try:
            batch = self._decide(inputs, events)
            self._write(batch, inputs[-1])
        except UndecidableError as error:
            self._note_undecidable(error.position, str(error), error.deadline)
            return self.step_batch(len(inputs), inputs[-1].position)
        except Exception as error:
            self._give_up()
            if isinstance(error, FencedError) or (isinstance(error, exc.DBAPIError) and is_passing(error)):
                raise
            self._isolate(inputs, error)
            return self.step_batch(1)
        except BaseException:
            self._give_up()
            raise
        self._position = inputs[-1].position
        self._memory.forget(
            inputs[-1].accepted_at, {*batch.rows.records, *batch.loaded}, batch.rows.conditions.values()
        )
        if self._on_effects is not None:
            self._on_effects(batch.decided)
        return len(inputs)

    def _decide(self, inputs: Sequence[Input], events: Read) -> Batch:
        classified = self._classifier.classify(self._situation.model, inputs, events)
        with self._engine.connect() as connection:
            batch = Batch(connection, self._situation, self._broken)
            batch.load(inputs[-1].accepted_at, events)
            for item, each in zip(inputs, events, strict=True):
                batch.decide(item, each, classified)
        return batch

    def _write(self, batch: Batch, last: Input) -> None:
        statements = STATEMENTS[self._engine.dialect.name]
        reached = [("position", str(last.position)), ("time", str(to_micros(last.accepted_at)))]
        trouble = self._classifier.trouble
        if trouble != self._trouble:
            reached.append((store.MODEL_TROUBLE, msgspec.json.encode(trouble).decode()))
        with writing(self._engine) as connection:
            self._check_fence(connection)
            write(connection, batch.rows, self._situation)
            connection.exec_driver_sql(statements.state, reached)
            self._poison.forget(connection, last.position)
        self._trouble = trouble

    def _check_fence(self, connection: sa.Connection) -> None:
        """Raise where another worker has started since. The row stays locked until the commit."""
        if store.locked_fence(connection) != self._fence:
            raise FencedError("Another worker has taken over this desk.")

    def _isolate(self, inputs: Sequence[Input], error: Exception) -> None:
        """What followed from these inputs cannot be stored: find out of which, and put that one into quarantine."""
        log.error("What followed from inputs %d to %d could not be stored", *_ends(inputs), exc_info=error)
        if len(inputs) > 1:
            for item in inputs:
                self._poison.alone(item.position)
        elif inputs[0].position not in self._undecidable:
            self._undecidable[inputs[0].position] = f"What followed from it could not be stored: {_first(error)}"
        else:
            raise error

    def _note_undecidable(self, position: int, reason: str, deadline: Deadline | None) -> None:
        self._give_up()
        if deadline is not None and deadline.id not in self._broken:
            self._broken[deadline.id] = reason
        elif position not in self._undecidable:
            self._undecidable[position] = reason
        else:
            raise UndecidableError(position, reason, deadline)

    def _give_up(self) -> None:
        """What was decided in memory is void: go back to what is written, before anything else."""
        self._drop_ahead()
        self._stale = True

    def _enter(self, situation: Situation) -> None:
        self._situation = situation
        situation.on_search = self._on_search
        self._memory = store.Memory(situation)

    def _load_again(self) -> None:
        with self._engine.connect() as connection:
            self._enter(store.open_situation(connection))
        self._stale = False


def reading_of(policy: Policy) -> Reading:
    """The part of the policy on which reading an input depends."""
    return Reading(
        own_addresses=policy.own_addresses,
        own_domains=policy.own_domains,
        message_id_domain=policy.message_id_domain,
        authserv_ids=policy.authserv_ids,
        relays=policy.relays,
        mappings=in_force(policy),
        rules=mail_rules(policy),
        spam_headers=policy.spam_headers,
        spam_score=policy.spam_score,
        spam_actions=policy.spam_actions,
    )


def _first_that_looks_back(inputs: Sequence[Input], events: Read) -> int:
    """The place of the first command about what an earlier input of the same batch became: that must be written first.
    0 where there is none."""
    first = inputs[0].position
    for place, each in enumerate(events):
        for event in events_in(each):
            looks_back = type(event) is Command or (type(event) is Mail and event.granted is not None)
            if looks_back and any(first <= p < first + place for p in keys_of(event).positions):
                return place
    return 0


def _ends(inputs: Sequence[Input]) -> tuple[int, int]:
    return inputs[0].position, inputs[-1].position


def _first(error: Exception) -> str:
    said = str(error.orig if isinstance(error, exc.DBAPIError) else error)
    return f"{type(error).__name__}: {said.strip().partition(chr(10))[0][:200]}"
