"""From the tables to a situation: what is open at the start, and what the events at hand need of the rest."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from classify.classification import Classification
from correlate.keys import Keys
from correlate.policy import Policy
from correlate.rates import Rate
from correlate.records import (
    OPEN_STATUSES,
    Change,
    Condition,
    Deadline,
    MailKind,
    Participant,
    Past,
    Problem,
    Pulse,
    Reason,
    Record,
    Silence,
    Suggestion,
)
from correlate.sending import COUNTED, what_of
from correlate.situation import REMEMBERED, FiledItem, Members, Situation
from desk.bounded import ADDRESS_BYTES, bounded
from desk.remembering import KEPT, forget_old, shared
from desk.tables import (
    changes,
    classifications,
    conditions,
    deadlines,
    entries,
    from_micros,
    outbox,
    participants,
    past,
    problems,
    pulses,
    records,
    repeats,
    silences,
    spent_tickets,
    state,
    suggestions,
    threads,
)

LIVE_STATUSES = ("firing", "acknowledged")

_LAST_POSITION = 2**63
_MAX_ITEMS = 1_000

T = TypeVar("T")

_record = msgspec.json.Decoder(Record).decode
_participant = msgspec.json.Decoder(Participant).decode
_places = msgspec.json.Decoder(dict[str, int]).decode
_OPEN = tuple(sorted(OPEN_STATUSES))
_CONDITION = sa.select(
    *(conditions.c[name] for name in Condition.__struct_fields__), repeats.c.last_at.label("repeated_at")
).outerjoin_from(conditions, repeats, repeats.c.fingerprint == conditions.c.fingerprint)


def read_state(connection: sa.Connection) -> dict[str, Any]:
    """Every row of `state`, its value decoded."""
    return {row.name: msgspec.json.decode(row.value) for row in connection.execute(sa.select(state))}


def locked_fence(connection: sa.Connection) -> int:
    """The number of the worker that took over last. No other can take over until the transaction ends."""
    query = sa.select(state.c.value).where(state.c.name == "fence").with_for_update()
    return int(connection.execute(query).scalar_one_or_none() or 0)


def open_situation(connection: sa.Connection) -> Situation:
    """What a worker keeps in memory: everything open, what is due, what was resolved not long ago, and the history
    that suggestions are made from."""
    known = read_state(connection)
    situation = Situation(msgspec.convert(known["policy"], Policy) if "policy" in known else None)
    situation.model = known.get("model")
    situation.counters.update(known.get("counters", {}))
    situation.aliases.update(known.get("aliases", {}))
    situation.lore.load(known.get("lore", {}))
    situation.rates.update(msgspec.convert(known.get("rates", {}), dict[str, Rate]))
    now = from_micros(known.get("time", 0))
    at_hand = sa.or_(
        records.c.status.in_(_OPEN), sa.and_(records.c.status == "resolved", records.c.resolved_at >= now - REMEMBERED)
    )
    numbers = sa.select(records.c.number).where(at_hand)
    live = sa.or_(conditions.c.status.in_(LIVE_STATUSES), conditions.c.record.in_(numbers))
    _put(
        situation,
        _Found(connection, _CONDITION.where(live).order_by(conditions.c.fingerprint)),
        _records(connection, at_hand),
        _participants(connection, participants.c.record.in_(numbers)),
    )
    situation.load(
        deadlines=(
            Deadline(id=row.id, due=row.due, kind=row.kind, subject=row.subject)
            for row in connection.execute(sa.select(deadlines).order_by(deadlines.c.due, deadlines.c.id))
        ),
        changes=_bodies(connection, changes, Change, changes.c.start),
        silences=_bodies(connection, silences, Silence, silences.c.ends_at, sa.not_(silences.c.over)),
        pulses=_bodies(connection, pulses, Pulse, pulses.c.name),
    )
    recent = _bodies(connection, past, Past, past.c.opened_at, past.c.opened_at >= now - KEPT)
    situation.past.update((p.number, p) for p in shared(recent))
    situation.suggestions.update(
        (s.id, s) for s in _bodies(connection, suggestions, Suggestion, suggestions.c.first_proposed_at)
    )
    for problem in _bodies(connection, problems, Problem, problems.c.serial):
        situation.problems.put(problem)
    _load_sent(connection, situation, now)
    return situation


def load(connection: sa.Connection, situation: Situation, keys: Iterable[Keys]) -> set[str]:
    """Add to the situation what these keys ask for and what belongs to it; returns the numbers of records added.

    What is in the situation already may be newer than the tables and stays as it is.
    """
    asked_for = list(keys)
    fingerprints = set[str]().union(*(key.fingerprints for key in asked_for))
    numbers = set[str]().union(*(key.numbers for key in asked_for if key.numbers))
    message_ids = set[str]().union(*(key.message_ids for key in asked_for if key.message_ids))
    addresses = set[str]().union(*(key.addresses for key in asked_for if key.addresses))
    positions = set[int]().union(*(key.positions for key in asked_for if key.positions))
    tickets = set[str]().union(*(key.tickets for key in asked_for if key.tickets))
    if tickets:
        t = spent_tickets.c
        situation.spent.update(connection.execute(sa.select(t.ticket).where(t.ticket.in_(tickets))).scalars())
    numbers |= _load_threads(connection, situation, message_ids)
    numbers |= _met(connection, addresses)
    asked = _Found(
        connection, *_conditions_by(connection, conditions.c.fingerprint, fingerprints - situation.conditions.keys())
    )
    numbers.update(c.record for c in asked.conditions if c.record)
    numbers.update(c.record for f in fingerprints if (c := situation.conditions.get(f)) and c.record)
    numbers |= _load_items(connection, situation, positions)
    added = _load_records(connection, situation, numbers)
    _put(situation, asked, [], [])
    return added


class Memory:
    """What a situation keeps of what is not open any more, and when it is forgotten.

    Decisions do not depend on it: they look at closed records by the keys of an event, and at resolved ones only while
    these are not older than REMEMBERED.
    """

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._resting = {number: None for number in situation.records if number not in situation.open_records}

    def forget(self, now: datetime, numbers: Iterable[str], changed: Iterable[Condition]) -> None:
        """After a batch that ended at `now` and touched these: forget what a fresh start would not load either."""
        situation = self._situation
        self._resting.update((n, None) for n in numbers if n in situation.records and n not in situation.open_records)
        for number in list(self._resting):
            record = situation.records.get(number)
            if record is not None and number not in situation.open_records:
                if record.status == "resolved" and record.resolved_at and record.resolved_at >= now - REMEMBERED:
                    continue
                situation.forget(number)
            del self._resting[number]
        for condition in changed:
            if condition.status not in LIVE_STATUSES and condition.record not in situation.records:
                situation.conditions.pop(condition.fingerprint, None)
                situation.heard.pop(condition.fingerprint, None)
        situation.threads.clear()
        situation.items.clear()
        forget_old(situation.past, now)


# --- records and what hangs on them ----------------------------------------------------------------------------------


class _Found:
    """Conditions as the tables have them, and which of them repeated since they changed last."""

    def __init__(self, connection: sa.Connection, *queries: sa.Select[*tuple[Any, ...]]) -> None:
        self.conditions: list[Condition] = []
        self.heard: dict[str, datetime] = {}
        for query in queries:
            for row in connection.execute(query):
                self._take(dict(row._mapping))  # noqa: SLF001 - the public name of a row's mapping

    def _take(self, fields: dict[str, Any]) -> None:
        repeated = fields.pop("repeated_at")
        if repeated is not None and repeated > fields["last_at"]:
            self.heard[fields["fingerprint"]] = repeated
        fields["levels"] = tuple(fields["levels"].split(",")) if fields["levels"] else ()
        fields["history"] = tuple(int(moment) for moment in fields["history"].split(",") if moment)
        self.conditions.append(Condition(**fields))


def _put(
    situation: Situation, found: _Found, loaded: Sequence[tuple[Record, Members]], people: Sequence[Participant]
) -> None:
    by_number = {record.number: members for record, members in loaded}
    for stored in found.conditions:
        condition = situation.conditions.get(stored.fingerprint, stored)
        members = by_number.get(condition.record or "")
        if members is not None:
            members.conditions.add(condition.fingerprint)
            if condition.status in LIVE_STATUSES:
                members.firing.add(condition.fingerprint)
    new = [condition for condition in found.conditions if condition.fingerprint not in situation.conditions]
    situation.load(records=loaded, conditions=new, participants=people)
    for condition in new:
        if condition.fingerprint in found.heard:
            situation.heard[condition.fingerprint] = found.heard[condition.fingerprint]


def _load_records(connection: sa.Connection, situation: Situation, numbers: Collection[str]) -> set[str]:
    """Load these records, those that they were merged into, and their conditions and people."""
    added: set[str] = set()
    wanted = set(numbers) - situation.records.keys()
    while wanted:
        asked = _listed(connection, sorted(wanted))
        loaded = _records(connection, records.c.number.in_(asked))
        people = _participants(connection, participants.c.record.in_(asked))
        _put(situation, _Found(connection, *_conditions_by(connection, conditions.c.record, wanted)), loaded, people)
        added |= wanted
        wanted = {r.merged_into for r, _ in loaded if r.merged_into} - situation.records.keys() - added
    return added


def _records(connection: sa.Connection, where: sa.ColumnElement[bool]) -> list[tuple[Record, Members]]:
    c = records.c
    query = sa.select(c.body, c.last_at, c.alerts, c.places).where(where).order_by(c.opened_at, c.serial, c.number)
    found: list[tuple[Record, Members]] = []
    for body, last_at, alerts, places in connection.execute(query):
        members = Members(last_at, alerts)
        members.places.update((place, from_micros(at)) for place, at in _places(places).items())
        found.append((_record(body), members))
    return found


def _conditions_by(
    connection: sa.Connection, column: sa.Column[Any], values: Collection[str]
) -> Iterator[sa.Select[*tuple[Any, ...]]]:
    if values:
        chosen = column.in_(_listed(connection, sorted(values)))
        yield _CONDITION.where(chosen).order_by(conditions.c.fingerprint)


def _participants(connection: sa.Connection, where: sa.ColumnElement[bool]) -> list[Participant]:
    query = sa.select(participants.c.body).where(where).order_by(participants.c.id)
    return [_participant(body) for (body,) in connection.execute(query)]


# --- ways that lead to records ---------------------------------------------------------------------------------------


def _load_threads(connection: sa.Connection, situation: Situation, message_ids: Iterable[str]) -> set[str]:
    full = {bounded(message_id): message_id for message_id in message_ids}
    if not full:
        return set()
    c = threads.c
    query = sa.select(c.message_id, c.record).where(c.message_id.in_(_listed(connection, sorted(full))))
    for row in connection.execute(query):
        situation.threads[full[row.message_id]] = row.record
    return {situation.threads[message_id] for message_id in full.values() if message_id in situation.threads}


def _met(connection: sa.Connection, addresses: Iterable[str]) -> set[str]:
    """Resolved records of these people; the open ones are in memory anyway."""
    known = sorted(bounded(address, ADDRESS_BYTES) for address in addresses)
    if not known:
        return set()
    query = (
        sa.select(participants.c.record)
        .join(records, records.c.number == participants.c.record)
        .where(participants.c.address.in_(_listed(connection, known)), records.c.status == "resolved")
    )
    return set(connection.execute(query).scalars())


def _load_items(connection: sa.Connection, situation: Situation, positions: Collection[int]) -> set[str]:
    """What these inputs became, so that a person can take one of them out of its record. Repeats are left out: which
    of them has a row depends on the batches."""
    asked = sorted(position for position in positions if 0 < position < _LAST_POSITION)[:_MAX_ITEMS]
    if not asked:
        return set()
    c = entries.c
    query = (
        sa.select(c.position, c.index, c.kind, c.record, c.subject, c.actor, c.detail, c.text)
        .where(c.position.in_(asked), c.kind.in_(("mail-filed", "condition-changed")), c.record.is_not(None))
        .order_by(c.id)
    )
    for position, index, kind, record, subject, sender, detail, text in connection.execute(query):
        said = msgspec.json.decode(detail) if detail else {}
        for name, place in said.get("conditions", {subject: index}).items():
            situation.items[position, place] = FiledItem(
                kind="mail" if kind == "mail-filed" else "alert",
                record=record,
                subject=name,
                sender=sender,
                title=said.get("subject"),
                text=text or "",
            )
    return {item.record for item in situation.items.values()}


class _Told(Struct, frozen=True):
    """The part of an outgoing mail on which the limits depend."""

    kind: MailKind
    template: str
    facts: Mapping[str, Any] = {}
    held: bool = False


def _load_sent(connection: sa.Connection, situation: Situation, now: datetime) -> None:
    c = outbox.c
    told = sa.case((c.kind.in_(("refusal", "acknowledgement")), c.body), else_=None)
    query = (
        sa.select(c["to"], c.created_at, c.about, c.kind, told.label("told"))
        .where(c.created_at >= now - COUNTED)
        .order_by(c.created_at, c.id)
    )
    for row in connection.execute(query):
        mail = None if row.told is None else msgspec.json.decode(row.told, type=_Told)
        what = row.kind if mail is None else what_of(mail.kind, mail.template, mail.facts)
        situation.sent.count(row.created_at, row.to, row.about, what, held=mail is not None and mail.held)


# --- plain reading ---------------------------------------------------------------------------------------------------


def _bodies(
    connection: sa.Connection,
    table: sa.Table,
    kind: type[T],
    order: sa.Column[Any],
    *where: sa.ColumnElement[bool],
) -> Iterator[T]:
    decode: Callable[[str], T] = msgspec.json.Decoder(kind).decode
    key = next(iter(table.primary_key.columns))
    for (body,) in connection.execute(sa.select(table.c.body).where(*where).order_by(order, key)):
        yield decode(body)


def _listed(connection: sa.Connection, values: Sequence[str]) -> sa.Select[str]:
    """A sub-query that gives these values: one parameter, whatever their number, and one statement to compile."""
    listed = sa.literal(msgspec.json.encode(values).decode(), sa.Text)
    if connection.dialect.name == "sqlite":
        each = sa.func.json_each(listed).table_valued("value")
    else:
        each = sa.func.json_array_elements_text(sa.cast(listed, sa.JSON)).table_valued("value")
    return sa.select(each.c.value)


# --- what pages ask ---------------------------------------------------------------------------------------------------

MODEL_TROUBLE = "warning:model"
"""The row of `state` that says, as a sentence, why mails are decided by rules alone; null when all is well."""


def processed_position(connection: sa.Connection) -> int:
    """The last position whose effects are in the tables; 0 before the first."""
    value = connection.execute(sa.select(state.c.value).where(state.c.name == "position")).scalar_one_or_none()
    return 0 if value is None else int(value)


def refusal_at(connection: sa.Connection, position: int) -> Reason | None:
    """Why the command at this position was refused; None where it was not."""
    query = (
        sa.select(entries.c.rule, entries.c.evidence)
        .where(entries.c.position == position, entries.c.kind == "command-refused")
        .order_by(entries.c.id)
    )
    row = connection.execute(query).first()
    return None if row is None else Reason(row.rule, msgspec.json.decode(row.evidence))


def recorded_classifications(connection: sa.Connection) -> dict[tuple[int, int], Classification]:
    """Everything that a model has said of mails, by position and index: what an audit uses instead of asking again."""
    c = classifications.c
    decode = msgspec.json.Decoder(Classification).decode
    return {
        (position, index): decode(body)
        for position, index, body in connection.execute(sa.select(c.position, c.index, c.body))
    }
