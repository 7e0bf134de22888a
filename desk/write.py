"""A batch's rows into the tables: one statement for each table that the batch touches, whatever its size.

Statements are made once for each dialect and handed to the driver as they are: building them anew, or passing
dictionaries, would cost more than the database itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from correlate.effects import InputIgnored
from correlate.records import Condition, Record
from correlate.situation import Members, Situation
from desk import tables
from desk.apply import Entry, Repeats, Rows, Together
from desk.bounded import ADDRESS_BYTES, NAME_BYTES, bounded, bounded_or_none
from desk.tables import to_micros

Row = tuple[Any, ...]

_NUMBER_LENGTH = 20


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


_micros = lru_cache(maxsize=64)(to_micros)
"""The moments of a batch are few."""


_NOTHING: Mapping[str, str] = {}
_BEGUN: Mapping[str, str] = {
    "resolved_at": "NULL", "suppressed_by": "NULL", "history": "''", "flapping": "FALSE", "expires_at": "NULL",
}  # fmt: skip
"""Of a condition that only began (`Rows.begun`). Python's sqlite3 is slow to bind what is neither string nor number."""


class Statements:
    """The statements of one dialect."""

    def __init__(self, dialect: str) -> None:
        self._place = "?" if dialect == "sqlite" else "%s"
        self.entries = self.insert(tables.entries, without=("id",))
        self.records = self.upsert(tables.records)
        self.conditions = self.upsert(tables.conditions)
        self.begun = self.insert(tables.conditions, stated=_BEGUN)
        # Repeats do not touch the condition: they are counted beside it.
        self.repeats = self.upsert(tables.repeats, keep=("count",)) + ', "count" = repeats."count" + excluded."count"'
        self.participants = self.upsert(tables.participants, key=("record", "address"), without=("id",))
        self.incoming = self.insert(tables.threads, "ON CONFLICT DO NOTHING")
        self.outgoing = self.upsert(tables.threads)
        self.classifications = self.upsert(tables.classifications)
        self.outbox = self.insert(tables.outbox, "ON CONFLICT DO NOTHING", without=("id",))
        self.deadlines = self.upsert(tables.deadlines)
        self.changes = self.upsert(tables.changes)
        self.suggestions = self.upsert(tables.suggestions)
        self.problems = self.upsert(tables.problems)
        self.past = self.upsert(tables.past)
        self.silences = self.upsert(tables.silences)
        self.pulses = self.upsert(tables.pulses)
        self.labels = self.insert(tables.labels, without=("id",))
        self.learning = {
            "examples": self.insert(tables.examples, "ON CONFLICT DO NOTHING", without=("id",)),
            "label_verdicts": self.upsert(tables.label_verdicts),
            "trials": self.upsert(tables.trials),
        }
        self.quarantine = self.upsert(tables.quarantine, keep=("at", "status"))
        self.state = self.upsert(tables.state)
        place = self._place
        self.no_pulse = f"DELETE FROM pulses WHERE name = {place}"  # noqa: S608
        self.no_deadline = f"DELETE FROM deadlines WHERE id = {place}"  # noqa: S608 - no value is in the text
        self.delivered = (
            f"UPDATE outbox SET status = {place}, finished_at = {place}, answer = {place} "  # noqa: S608
            f"WHERE message_id = {place} AND status NOT IN ('sent', 'failed')"
        )
        self.let_go = (
            f"UPDATE outbox SET status = {place}, next_at = {place}, finished_at = {place} "  # noqa: S608
            f"WHERE message_id = {place} AND status = 'held'"
        )
        self.ignored = self.upsert(tables.ignored, keep=("at", "status"))
        self.unignored = f"UPDATE ignored SET status = {place} WHERE position = {place}"  # noqa: S608
        self.spent = self.upsert(tables.spent_tickets)
        self.settled = f"UPDATE quarantine SET status = {place} WHERE position = {place}"  # noqa: S608

    def insert(
        self, table: sa.Table, conflict: str = "", without: Sequence[str] = (), stated: Mapping[str, str] = _NOTHING
    ) -> str:
        """An INSERT of all columns in the order of the table; the statement itself says what is in those `stated`."""
        names = [column.name for column in table.columns if column.name not in without]
        listed = ", ".join(f'"{name}"' for name in names)
        places = ", ".join(stated.get(name, self._place) for name in names)
        return f'INSERT INTO "{table.name}" ({listed}) VALUES ({places}) {conflict}'.rstrip()  # noqa: S608

    def upsert(
        self,
        table: sa.Table,
        keep: Sequence[str] = (),
        key: Sequence[str] = (),
        without: Sequence[str] = (),
    ) -> str:
        """The same; a row with that key takes the new values, except those of the columns in `keep`."""
        key = key or [column.name for column in table.primary_key.columns]
        changed = [c.name for c in table.columns if c.name not in (*key, *keep, *without)]
        values = ", ".join(f'"{name}" = excluded."{name}"' for name in changed)
        on = ", ".join(f'"{name}"' for name in key)
        return self.insert(table, f"ON CONFLICT ({on}) DO UPDATE SET {values}", without)


STATEMENTS: Mapping[str, Statements] = {name: Statements(name) for name in ("sqlite", "postgresql")}


def write(connection: sa.Connection, rows: Rows, situation: Situation) -> None:
    """Write what a batch leaves, within the caller's transaction. `situation` is that at the end of the batch."""
    s = STATEMENTS[connection.dialect.name]
    execute = connection.exec_driver_sql

    def each(statement: str, values: Iterable[Row]) -> None:
        listed = list(values)
        if listed:
            execute(statement, listed)

    each(s.entries, map(_entry, rows.entries))
    each(s.entries, (_repeats(key, repeats) for key, repeats in rows.repeats.items()))
    each(
        s.records,
        (
            _record(situation.records[number], situation.members[number], at)
            for number, at in rows.records.items()
            if number in situation.records
        ),
    )
    # In the order of the key: neighbours lie on the same page.
    each(s.begun, (_begun(rows.begun[f]) for f in sorted(rows.begun)))
    each(s.conditions, map(_condition, rows.conditions.values()))
    each(s.repeats, ((f, _micros(rows.heard[f]), rows.heard_times[f]) for f in sorted(rows.heard)))
    each(s.participants, ((p.record, bounded(p.address, ADDRESS_BYTES), _json(p)) for p in rows.participants.values()))
    each(s.incoming, ((bounded(m), record, "in") for m, record in rows.incoming.items()))
    each(s.outgoing, ((bounded(m), record, "in") for m, record in rows.moved.items()))
    each(s.outgoing, ((bounded(m), record, "out") for m, record in rows.outgoing.items()))
    _write_mail(each, s, rows)
    _write_history(each, s, rows)
    each(s.state, _state(rows, situation))


_Each = Callable[[str, Iterable[Row]], None]


def _write_mail(each: _Each, s: Statements, rows: Rows) -> None:
    each(
        s.outbox,
        (
            (
                mail.message_id, mail.kind, mail.to, _number(mail.about), mail.subject,
                to_micros(effect.at), effect.cause.position, "held" if mail.held else "due", 0, to_micros(effect.at),
                None, None, None, effect.reason.rule, _json(effect.reason.evidence), _json(mail),
            )
            for effect in rows.due.values()
            for mail in (effect.outgoing,)
        ),
    )  # fmt: skip
    each(
        s.let_go,
        (
            (status, to_micros(at), to_micros(at) if status == "dropped" else None, message_id)
            for message_id, (status, at) in rows.let_go.items()
        ),
    )
    each(s.delivered, ((e.result, to_micros(e.at), e.answer, bounded(e.message_id)) for e in rows.delivered))
    each(
        s.classifications,
        (
            (position, index, rows.record_of.get((position, index)), c.model, _json(c))
            for (position, index), c in rows.classifications.items()
        ),
    )


def _write_history(each: _Each, s: Statements, rows: Rows) -> None:
    set_deadlines = (d for d in rows.deadlines.values() if d is not None)
    each(s.deadlines, ((bounded(d.id, NAME_BYTES), to_micros(d.due), d.kind, d.subject) for d in set_deadlines))
    each(s.no_deadline, ((bounded(name, NAME_BYTES),) for name, d in rows.deadlines.items() if d is None))
    each(
        s.changes,
        ((bounded(c.id, NAME_BYTES), c.service, to_micros(c.start), _json(c)) for c in rows.changes.values()),
    )
    each(
        s.suggestions,
        (
            (
                x.id, x.key, x.kind, x.status, x.title, x.service,
                to_micros(x.first_proposed_at), to_micros(x.updated_at), _json(x),
            )
            for x in rows.suggestions.values()
        ),
    )  # fmt: skip
    each(
        s.problems,
        (
            (
                p.number, _serial(p.number), p.status, p.title, p.service,
                to_micros(p.opened_at), _micros_or_none(p.closed_at), _json(p),
            )
            for p in rows.problems.values()
        ),
    )  # fmt: skip
    each(
        s.silences,
        (
            (x.id, x.kind, x.over, to_micros(x.starts_at), to_micros(x.ends_at), _json(x))
            for x in rows.silences.values()
        ),
    )
    _write_pulses(each, s, rows)
    each(s.past, ((p.number, to_micros(p.opened_at), _json(p)) for p in rows.past.values()))
    each(
        s.labels,
        (
            (x.record, x.target, x.value, x.previous, x.actor, to_micros(x.at), x.cause.position)
            for x in rows.labels
        ),
    )  # fmt: skip
    for name, learned in rows.learning.items():
        each(s.learning[name], learned)
    each(
        s.quarantine,
        (
            (q.position, to_micros(q.at), q.reason.rule, _json(q.reason.evidence), "waiting")
            for q in rows.quarantine.values()
        ),
    )
    each(s.spent, ((ticket, to_micros(at)) for ticket, at in rows.spent.items()))
    each(s.settled, ((status, position) for position, status in rows.settled.items()))
    each(s.ignored, map(_ignored, rows.ignored.values()))
    each(s.unignored, ((status, position) for position, status in rows.unignored.items()))


def _write_pulses(each: _Each, s: Statements, rows: Rows) -> None:
    known = (p for p in rows.pulses.values() if p is not None)
    each(s.pulses, ((p.name, p.kind, p.missing, to_micros(p.last_at), _json(p)) for p in known))
    each(s.no_pulse, ((name,) for name, p in rows.pulses.items() if p is None))


def _state(rows: Rows, situation: Situation) -> Iterable[Row]:
    yield ("counters", _json(situation.counters))
    yield ("aliases", _json(situation.aliases))
    if rows.records and situation.lore.mails:
        yield ("lore", _json(situation.lore.stored()))
    if situation.rates:
        yield ("rates", _json(situation.rates))
    if rows.policy:
        yield ("policy", _json(situation.policy))
    if rows.model:
        yield ("model", _json(situation.model))


# --- rows ------------------------------------------------------------------------------------------------------------


def _entry(entry: Entry | Together) -> Row:
    if isinstance(entry, Together):
        return _together(entry)
    cause, detail = entry.cause, entry.detail
    if cause.deadline is not None:
        detail = {**detail, "deadline": cause.deadline}
    return (
        _number(entry.record), to_micros(entry.at), cause.position, cause.index, entry.kind,
        entry.change, entry.subject, entry.actor, entry.internal, entry.text, _json(detail) if detail else None,
        1, cause.position, entry.reason.rule, _json(entry.reason.evidence),
    )  # fmt: skip


def _together(together: Together) -> Row:
    cause, places, reason = together.cause, together.places, together.reason
    detail: dict[str, Any] = {} if cause.deadline is None else {"deadline": cause.deadline}
    if len(places) > 1:
        detail["conditions"] = places
    return (
        together.record, _micros(together.at), cause.position, cause.index, "condition-changed",
        together.change, next(iter(places)) if len(places) == 1 else None, None, True, None,
        _json(detail) if detail else None,
        len(places), cause.position, reason.rule, _json(reason.evidence),
    )  # fmt: skip


def _repeats(key: tuple[str, str | None, str], repeats: Repeats) -> Row:
    kind, record, rule = key
    counts = repeats.counts
    alone = next(iter(counts)) if len(counts) == 1 else None
    return (
        record, _micros(repeats.at), repeats.first.position, repeats.first.index, kind, None, alone, None,
        True, None, None if alone else _json({"conditions": counts}), counts.total(), repeats.last_position, rule,
        _json(repeats.reason.evidence),
    )  # fmt: skip


def _record(record: Record, members: Members, at: datetime) -> Row:
    return (
        record.number, _serial(record.number), record.kind, record.type, record.status, record.title,
        to_micros(record.opened_at), to_micros(at), to_micros(members.last_at), _micros_or_none(record.resolved_at),
        _micros_or_none(record.closed_at), record.origin, bounded_or_none(record.service), record.category,
        record.priority, bounded_or_none(record.requester), record.assignee, record.team, record.merged_into,
        record.problem, record.held, members.alerts, _places(members), _json(record),
    )  # fmt: skip


def _ignored(effect: InputIgnored) -> Row:
    kept, reason = effect.kept, effect.reason
    assert kept is not None
    return (
        effect.cause.position, to_micros(effect.at), kept.why, kept.sender, kept.subject, _number(effect.record),
        reason.rule, _json(reason.evidence), "ignored",
    )  # fmt: skip


def _places(members: Members) -> str:
    return _json({place: to_micros(at) for place, at in members.places.items()})


def _begun(c: Condition) -> Row:
    first = _micros(c.first_at)
    return (
        c.fingerprint, c.status, c.tool, c.severity, c.resource, c.service, c.title, c.template, first,
        first if c.last_at is c.first_at else _micros(c.last_at),
        first if c.changed_at is c.first_at else _micros(c.changed_at),
        c.notices, c.record, c.labels, c.source, ",".join(c.levels),
    )  # fmt: skip


def _condition(c: Condition) -> Row:
    return (
        c.fingerprint, c.status, c.tool, c.severity, c.resource, c.service, c.title, c.template,
        _micros(c.first_at), _micros(c.last_at), _micros(c.changed_at),
        None if c.resolved_at is None else _micros(c.resolved_at),
        c.notices, c.record, c.suppressed_by, ",".join(map(str, c.history)) if c.history else "", c.flapping,
        c.labels, c.source, None if c.expires_at is None else _micros(c.expires_at), ",".join(c.levels),
    )  # fmt: skip


def _number(named: str | None) -> str | None:
    """A record's number, or None for what somebody typed in the place of one."""
    return named if named is not None and len(named) <= _NUMBER_LENGTH else None


def _serial(number: str) -> int:
    return int(number.rpartition("-")[2])


def _micros_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else to_micros(moment)
