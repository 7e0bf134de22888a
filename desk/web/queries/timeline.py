"""A record's history as its page tells it: messages, alerts and decisions in the order in which they came."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, islice
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, RowMapping, select

from correlate.records import Reason
from desk.tables import conditions, entries
from desk.web.queries.delivery import Step, steps_of
from desk.web.queries.sent import SentMail, sent_about

MOST = 200
"""Entries on one page of a history."""
MOST_JOINED = 50
"""Joined records whose entries stand in the history of the one they were joined to."""
FOLD_FROM = 4
"""So many alert notices in a row become one line that opens."""

_TURNS = frozenset({"resolved", "reopened", "closed", "merged", "split", "assigned", "waiting", "resumed", "priority"})
"""Changes of a record that its history must show."""

Shape = Literal["message", "answer", "note", "alert", "event"]
_ALERT_KINDS = frozenset({"condition-changed", "alert-repeated", "alert-ignored"})
_QUIET_KINDS = frozenset({"participant-changed", "deadline-set", "deadline-cleared", "past-changed"})
"""Bookkeeping: true, and of no interest to an agent."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line or message. `position` leads to the raw input; `mail` is the outbox row of an answer, `steps` what
    became of it."""

    id: int
    record: str | None
    shape: Shape
    kind: str
    change: str | None
    at: datetime
    position: int
    index: int
    reason: Reason
    actor: str | None = None
    internal: bool = False
    text: str | None = None
    subject: str | None = None
    count: int = 1
    detail: Mapping[str, Any]
    mail: SentMail | None = None
    steps: Sequence[Step] = ()


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Consecutive alert notices, folded into one line; a single item stands for itself."""

    items: Sequence[Item]

    @property
    def folded(self) -> bool:
        return len(self.items) > 1

    @property
    def notices(self) -> int:
        return sum(item.count for item in self.items)


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """`earlier` is the id before which older entries are, None where this is all. `conditions` are by fingerprint."""

    stretches: Sequence[Stretch]
    earlier: int | None
    conditions: Mapping[str, RowMapping]


def history(
    connection: Connection, number: str, before: int | None = None, *, talk_only: bool = False, also: Sequence[str] = ()
) -> Timeline:
    """The newest entries of a record (before the entry `before`), oldest first; with those of the records in `also`."""
    numbers = (number, *also[:MOST_JOINED])
    statement = select(entries).where(entries.c.record.in_(numbers), entries.c.kind.not_in(_QUIET_KINDS))
    if before is not None:
        statement = statement.where(entries.c.id < before)
    if talk_only:
        statement = statement.where(entries.c.kind.not_in(_ALERT_KINDS))
    rows = connection.execute(statement.order_by(entries.c.id.desc()).limit(MOST + 1)).mappings().all()
    more, rows = len(rows) > MOST, rows[:MOST][::-1]
    first = rows[0]["id"] if rows else None
    rows = sorted(rows, key=lambda row: row["at"])  # repeats share a row, which is written at the end of its batch
    mails = {key: mail for one in numbers for key, mail in sent_about(connection, one).items()}
    steps = steps_of(connection, list(mails.values()))
    items = _without_echoes([item for row in rows for item in _items(row, mails, steps)])
    return Timeline(
        stretches=list(_stretches(items)),
        earlier=first if more else None,
        conditions=_conditions(connection, items),
    )


def _conditions(connection: Connection, items: Sequence[Item]) -> dict[str, RowMapping]:
    wanted = {item.subject for item in items if item.shape == "alert" and item.subject}
    columns = (conditions.c.fingerprint, conditions.c.title, conditions.c.resource)
    rows = connection.execute(select(*columns).where(conditions.c.fingerprint.in_(wanted))).mappings()
    return {row["fingerprint"]: row for row in rows}


def _items(row: RowMapping, mails: Mapping[str, SentMail], steps: Mapping[str, Sequence[Step]]) -> Iterable[Item]:
    """What an entry tells, as lines: one for each condition where several changed together, for a person may take each
    of them out of the record."""
    item = _item(row, mails, steps)
    members: Mapping[str, int] = item.detail.get("conditions", {})
    if not members:
        yield item
    elif item.kind == "condition-changed":
        for fingerprint, index in islice(members.items(), MOST):
            yield replace(item, subject=fingerprint, index=index, count=1)
        if len(members) > MOST:
            yield replace(item, count=len(members) - MOST)
    else:
        for fingerprint, count in islice(members.items(), FOLD_FROM):
            yield replace(item, subject=fingerprint, count=count)
        if len(members) > FOLD_FROM:
            yield replace(item, count=item.count - sum(islice(members.values(), FOLD_FROM)))


def _item(row: RowMapping, mails: Mapping[str, SentMail], steps: Mapping[str, Sequence[Step]]) -> Item:
    kind = row["kind"]
    shape: Shape = "event"
    if kind == "mail-filed":
        shape = "message"
    elif kind == "note-added":
        shape = "note"
    elif kind == "mail-due":
        shape = "answer"
    elif kind in _ALERT_KINDS:
        shape = "alert"
    return Item(
        id=row["id"],
        record=row["record"],
        shape=shape,
        kind=kind,
        change=row["change"],
        at=row["at"],
        position=row["position"],
        index=row["index"],
        reason=Reason(row["rule"], msgspec.json.decode(row["evidence"] or "{}")),
        actor=row["actor"],
        internal=row["internal"],
        text=row["text"],
        subject=row["subject"],
        count=row["count"],
        detail=msgspec.json.decode(row["detail"]) if row["detail"] else {},
        mail=mails.get(row["subject"] or ""),
        steps=steps.get(row["subject"] or "", ()),
    )


def _without_echoes(items: Sequence[Item]) -> list[Item]:
    """A decision is told once: where a message, an alert or a mail says why it came, the event beside it is left out.

    What changed the state of the record always stays.
    """
    told: list[Item] = []
    for place, item in enumerate(items):
        beside = [*told[-1:], *items[place + 1 : place + 2]]
        echo = item.shape == "event" and any(_same(item, other) for other in beside)
        if not echo or item.change in _TURNS:
            told.append(item)
    return told


def _same(item: Item, other: Item) -> bool:
    return (item.position, item.reason, item.at) == (other.position, other.reason, other.at)


def _stretches(items: Sequence[Item]) -> Iterable[Stretch]:
    for is_alert, group in groupby(items, key=lambda item: item.shape == "alert"):
        members = list(group)
        if is_alert and len(members) >= FOLD_FROM:
            yield Stretch(items=members)
        else:
            yield from (Stretch(items=[item]) for item in members)
