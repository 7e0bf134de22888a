"""What a whole desk knows and has decided: what its tables say, as records, reasons and sentences."""

from typing import Any

import msgspec
import sqlalchemy as sa

from correlate.reasons import sentence
from correlate.records import Outgoing, Problem, Reason, Record, Silence, Suggestion
from desk import tables


class Quarantined(msgspec.Struct, frozen=True):
    position: int
    reason: Reason


class Ignored(msgspec.Struct, frozen=True):
    position: int
    why: str
    sender: str | None
    subject: str | None
    record: str | None
    reason: Reason


class Label(msgspec.Struct, frozen=True):
    target: str
    value: str


class Knowledge:
    """Questions to the tables of `_engine`."""

    _engine: sa.Engine

    def held(self) -> list[Outgoing]:
        o = tables.outbox
        return [
            msgspec.json.decode(r.body, type=Outgoing)
            for r in self._all(sa.select(o.c.body).where(o.c.status == "held"))
        ]

    def withheld(self, address: str) -> list[str]:
        """Why mails to this address were not sent, as sentences."""
        e = tables.entries
        rows = self._all(sa.select(e.c.rule, e.c.evidence, e.c.subject).where(e.c.kind == "mail-withheld"))
        return [sentence(Reason(r.rule, msgspec.json.decode(r.evidence))) for r in rows if r.subject == address]

    def not_told(self, number: str) -> list[str]:
        """Why nobody was told of a record, as sentences."""
        e = tables.entries
        query = sa.select(e.c.rule, e.c.evidence).where(e.c.kind == "mail-withheld", e.c.record == number)
        return [sentence(Reason(r.rule, msgspec.json.decode(r.evidence))) for r in self._all(query.order_by(e.c.id))]

    def record(self, number: str | None) -> Record:
        r = tables.records
        row = self._one(sa.select(r.c.body).where(r.c.number == number))
        assert row is not None, f"there is no record {number}"
        return msgspec.json.decode(row.body, type=Record)

    def records(self) -> list[Record]:
        r = tables.records
        return [
            msgspec.json.decode(row.body, type=Record) for row in self._all(sa.select(r.c.body).order_by(r.c.serial))
        ]

    def firing(self, number: str) -> int:
        c = tables.conditions
        return len(self._all(sa.select(c.c.fingerprint).where(c.c.record == number, c.c.status == "firing")))

    def condition_of(self, number: str) -> sa.Row[Any]:
        """The one condition of an incident."""
        (row,) = self._all(sa.select(tables.conditions).where(tables.conditions.c.record == number))
        return row

    def reasons(self, number: str) -> list[str]:
        """Why everything in a record's history is there, as sentences."""
        e = tables.entries
        rows = self._all(sa.select(e.c.rule, e.c.evidence).where(e.c.record == number).order_by(e.c.id))
        return [sentence(Reason(r.rule, msgspec.json.decode(r.evidence))) for r in rows]

    def timeline(self, number: str | None) -> str:
        e = tables.entries
        return "\n".join(row.text or "" for row in self._all(sa.select(e.c.text).where(e.c.record == number)))

    def labels(self, number: str) -> list[Label]:
        t = tables.labels
        return [
            Label(r.target, r.value) for r in self._all(sa.select(t.c.target, t.c.value).where(t.c.record == number))
        ]

    def quarantine(self) -> list[Quarantined]:
        q = tables.quarantine
        rows = self._all(sa.select(q.c.position, q.c.rule, q.c.evidence))
        return [Quarantined(r.position, Reason(r.rule, msgspec.json.decode(r.evidence))) for r in rows]

    def ignored(self) -> list["Ignored"]:
        """Mails that are kept out as spam or by a rule, oldest first."""
        i = tables.ignored
        rows = self._all(sa.select(i).where(i.c.status == "ignored").order_by(i.c.position))
        return [
            Ignored(r.position, r.why, r.sender, r.subject, r.record, Reason(r.rule, msgspec.json.decode(r.evidence)))
            for r in rows
        ]

    def conditions_said(self) -> str:
        """What was decided about conditions that belong to no record, in sentences."""
        e = tables.entries
        rows = self._all(sa.select(e.c.rule, e.c.evidence).where(e.c.record.is_(None), e.c.kind == "condition-changed"))
        return " ".join(sentence(Reason(r.rule, msgspec.json.decode(r.evidence))) for r in rows)

    def decisions(self, number: str) -> str:
        """What was decided about a record, in sentences."""
        e = tables.entries
        rows = self._all(sa.select(e.c.rule, e.c.evidence).where(e.c.record == number).order_by(e.c.id))
        return " ".join(sentence(Reason(r.rule, msgspec.json.decode(r.evidence))) for r in rows)

    def suggestions(self) -> list[Suggestion]:
        s = tables.suggestions
        return [
            msgspec.json.decode(row.body, type=Suggestion) for row in self._all(sa.select(s.c.body).order_by(s.c.id))
        ]

    def suggestion(self, name: str) -> Suggestion:
        return next(s for s in self.suggestions() if s.id == name)

    def silences(self) -> list[Silence]:
        t = tables.silences
        rows = self._all(sa.select(t.c.body).order_by(t.c.id))
        found = [msgspec.json.decode(row.body, type=Silence) for row in rows]
        return sorted(found, key=lambda one: (one.created_at, one.id))

    def problems(self) -> list[Problem]:
        p = tables.problems
        return [msgspec.json.decode(row.body, type=Problem) for row in self._all(sa.select(p.c.body))]

    @staticmethod
    def sentence(reason: Reason) -> str:
        return sentence(reason)

    def _all(self, query: sa.Select[Any]) -> list[sa.Row[Any]]:
        with self._engine.connect() as connection:
            return list(connection.execute(query))

    def _one(self, query: sa.Select[Any]) -> sa.Row[Any] | None:
        with self._engine.connect() as connection:
            return connection.execute(query).first()
