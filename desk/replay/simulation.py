"""The desk itself over recorded input: its journal, its processor and its tables in a scratch folder, on a clock that
the input moves, with nothing sent."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from classify.classification import Model
from correlate.packing import PackedAlert
from correlate.policy import Policy
from correlate.records import Record, Suggestion
from desk import tables
from desk.clock import MovableClock
from desk.database import migrate, open_database
from desk.decided import Decided
from desk.digest import digest
from desk.processor import Processor
from desk.reader import InProcessReader
from desk.replay.outcome import Outcome
from desk.replay.source import Recorded
from ingest.event import Alert, Configured, Draft, Event, Input, ModelInForce, Reading
from ingest.journal import Journal
from ingest.journal_sql import open_journal
from ingest.mail import read_mail
from ingest.normalize import draft_of

BATCH = 500
"""Inputs that are read, decided and written together; what comes out does not depend on it."""
_READ_OF_A_MAIL = 65_536
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_STEERING = frozenset({"config", "model"})


class Result:
    """What has become of the input: every record by number, every suggestion, and the digest over all of it."""

    def __init__(self, records: Mapping[str, Record], suggestions: Sequence[Suggestion], checksum: str) -> None:
        self.records = records
        self.suggestions = suggestions
        self.digest = checksum

    def survivor(self, number: str) -> str:
        """The record that this one was merged into, at the end of the chain."""
        while (record := self.records.get(number)) is not None and record.merged_into:
            number = record.merged_into
        return number


class Simulation:
    """One run. `policy` is None where the recording itself says what is configured (a journal does)."""

    def __init__(self, policy: Policy | None, model: Model | None, *, batch: int = BATCH) -> None:
        self.outcome = Outcome()
        self.inputs = 0
        self.result = Result({}, (), "")
        self._policy = policy
        self._model = model
        self._batch = batch
        self._now: datetime | None = None
        self._lines: dict[int, int] = {}

    def run(self, records: Iterable[Recorded], progress: Callable[[int], None] | None = None) -> None:
        """Take every record in order, then stop the clock at the last one. `progress` hears of every batch."""
        with tempfile.TemporaryDirectory(prefix="desk-replay-") as folder:
            journal = open_journal(f"sqlite:///{folder}/journal.db", durable=False)
            engine = open_database(f"sqlite:///{folder}/desk.db", durable=False)
            try:
                migrate(engine)
                self._play(journal, engine, records, progress)
                self.result = _result(engine)
            finally:
                journal.close()
                engine.dispose()

    def _play(
        self,
        journal: Journal,
        engine: sa.Engine,
        records: Iterable[Recorded],
        progress: Callable[[int], None] | None,
    ) -> None:
        found = iter(records)
        first = next(found, None)
        if first is None:
            return
        begin = first.item.accepted_at if first.item is not None else _BEGINNING
        reader = InProcessReader()
        processor = Processor(
            journal,
            engine,
            lambda _: self._model,
            reader,
            clock=MovableClock(begin),
            limit=self._batch,
            on_effects=self._follow,
        )
        processor.start()
        self._configure(journal, begin)
        chunk = [first, *islice(found, self._batch - 1)]
        while chunk:
            for record in chunk:
                self._append(journal, record)
            processor.run_until(journal.head().position)
            if progress is not None:
                progress(self.inputs)
            chunk = list(islice(found, self._batch))
        processor.close()
        reader.close()

    def _configure(self, journal: Journal, at: datetime) -> None:
        if self._policy is not None:
            journal.append([draft_of(Configured(settings=msgspec.to_builtins(self._policy)), "config")], at)
            digest_of_model = self._model.digest if self._model is not None else None
            journal.append([draft_of(ModelInForce(digest=digest_of_model), "config")], at)

    def _append(self, journal: Journal, record: Recorded) -> None:
        self.inputs += 1
        item = record.item
        if item is None:
            self.outcome.quarantined.append((record.line, record.trouble or "It cannot be read."))
            return
        if item.body is None or (self._policy is not None and _is_replaced(item, item.body)):
            return
        # The journal's time never goes back; neither does a recording's.
        self._now = item.accepted_at if self._now is None else max(item.accepted_at, self._now)
        (position,) = journal.append([_draft(item, item.body)], self._now)
        self._lines[position] = record.line

    def _follow(self, batch: Sequence[Decided]) -> None:
        for decided in batch:
            line = self._lines.get(decided.input.position)
            indexes = [_index(event, place) for place, event in enumerate(decided.events)]
            self.outcome.follow(decided.effects, line, indexes, self._lines)


def _index(event: Event | PackedAlert, place: int) -> int:
    """The number of the alert within its payload; 0 for what is no alert."""
    if isinstance(event, PackedAlert):
        return place
    return event.index if isinstance(event, Alert) else 0


def _is_replaced(item: Input, body: bytes) -> bool:
    """Whether an input of the recording steers what another policy is to steer; what was edited on pages is no part of
    it."""
    if item.kind != "config":
        return item.kind in _STEERING
    stated = msgspec.json.decode(body, type=Configured)
    return stated.edit is None and stated.mapping is None


def _draft(item: Input, body: bytes) -> Draft:
    return Draft(kind=item.kind, route=item.route, envelope=item.envelope, body=body, schema=item.schema)


def _result(engine: sa.Engine) -> Result:
    r, s = tables.records, tables.suggestions
    with engine.connect() as connection:
        bodies = connection.execute(sa.select(r.c.body).order_by(r.c.opened_at, r.c.serial, r.c.number)).scalars()
        records = [msgspec.json.decode(body, type=Record) for body in bodies]
        bodies = connection.execute(sa.select(s.c.body).order_by(s.c.first_proposed_at, s.c.id)).scalars()
        suggestions = [msgspec.json.decode(body, type=Suggestion) for body in bodies]
        return Result({record.number: record for record in records}, suggestions, digest(connection))


def likely_policy(records: Sequence[Recorded], policy: Policy) -> Policy:
    """Where nothing is configured: the address that most mails are sent to is the desk's own, and its domain the
    organisation's."""
    counted: Counter[str] = Counter()
    for record in records:
        if record.item is not None and record.item.kind == "mail" and record.item.body is not None:
            mail = read_mail(record.item.body[:_READ_OF_A_MAIL], Reading(), {})
            counted.update({recipient.address for recipient in mail.to})
    if not counted:
        return policy
    address = max(counted, key=lambda found: (counted[found], found))
    domain = address.rpartition("@")[2]
    return replace(
        policy, address=address, own_addresses=(address,), own_domains=(domain,), message_id_domain=f"desk.{domain}"
    )
