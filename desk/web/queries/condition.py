"""One condition's history: its changes and repeats in the incidents that it belonged to.

Entries are found by record, since nobody else asks for the entries of a fingerprint and an index would cost every
alert. So what is read is bounded: the newest entries of the present incident, of what was joined to it or is related,
of earlier incidents of the same service, and of what opened nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, or_, select

from correlate.flapping import BEGINS_AT, ENDS_BELOW, share
from correlate.matchers import labels_of
from correlate.records import Condition, Reason, Record
from desk.tables import entries, records
from desk.web.queries.record import titles

MOST = 100
"""Entries on one page."""
OF_ITS_RECORD = 20_000
OF_OTHERS = 2_000
WITHOUT_RECORD = 10_000
"""The newest entries of each that are looked through."""
OTHER_RECORDS = 20
_KINDS = ("condition-changed", "alert-repeated", "alert-ignored")


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one entry says of the condition. `count` is its notices alone, `together` those of all conditions that
    share the entry; `index` is its place within the input at `position`, None for repeats."""

    id: int
    at: datetime
    kind: str
    change: str | None
    record: str | None
    position: int
    last_position: int
    index: int | None
    count: int
    together: int
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class ConditionHistory:
    """`steps` are the newest first. `earlier` is the entry before which more may be, None where that is all; `bounded`
    says that some record has more entries than were looked through."""

    steps: Sequence[Step]
    earlier: int | None
    bounded: bool
    incidents: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Flapping:
    """`share` is the weighted share of changes within the last hour, `times` are those changes."""

    now: bool
    share: float
    begins_at: float
    ends_below: float
    times: Sequence[datetime]


def labels(condition: Condition) -> Mapping[str, str]:
    """What the tool said of it by name."""
    return dict(sorted(labels_of(condition).items()))


def flapping(condition: Condition, now: datetime) -> Flapping:
    """How often it changed lately, by the measure that decides whether it flaps."""
    return Flapping(
        now=condition.flapping,
        share=share(condition.history, int(now.timestamp())),
        begins_at=BEGINS_AT,
        ends_below=ENDS_BELOW,
        times=[datetime.fromtimestamp(moment, now.tzinfo) for moment in reversed(condition.history)],
    )


def history(connection: Connection, condition: Condition, before: int | None = None) -> ConditionHistory:
    """The newest entries about a condition (before the entry `before`)."""
    own, others = _records(connection, condition)
    steps: list[Step] = []
    bounded = False
    places: list[tuple[str | None, int]] = [(number, OF_ITS_RECORD) for number in own]
    places += [(None, WITHOUT_RECORD), *((number, OF_OTHERS) for number in others)]
    for number, most in places:
        found, full = _of_record(connection, condition.fingerprint, number, most, before)
        steps += found
        bounded = bounded or full
    steps.sort(key=lambda step: -step.id)
    shown = steps[:MOST]
    numbers = list(dict.fromkeys(number for number in (*own, *(s.record for s in steps)) if number))
    named = titles(connection, numbers)
    return ConditionHistory(
        steps=shown,
        earlier=shown[-1].id if len(steps) > MOST else None,
        bounded=bounded,
        incidents=[(number, named.get(number, "")) for number in numbers[:100]],
    )


def _records(connection: Connection, condition: Condition) -> tuple[list[str], list[str]]:
    """The incident it belongs to, and others that it may have belonged to before."""
    own: list[str] = []
    others: list[str] = []
    body = None
    if condition.record is not None:
        body = connection.scalar(select(records.c.body).where(records.c.number == condition.record))
    if body is not None:
        record = msgspec.json.decode(body, type=Record)
        own.append(record.number)
        others += [name for name in (record.merged_into, *record.merged, *record.related) if name is not None]
    of_service: ColumnElement[bool] = (
        records.c.service == condition.service if condition.service is not None else records.c.service.is_(None)
    )
    earlier = (
        select(records.c.number)
        .where(of_service, records.c.kind == "incident")
        .order_by(records.c.opened_at.desc())
        .limit(OTHER_RECORDS)
    )
    others += connection.scalars(earlier)
    return own, [name for name in dict.fromkeys(others) if name not in own][: 2 * OTHER_RECORDS]


def _of_record(
    connection: Connection, fingerprint: str, number: str | None, most: int, before: int | None
) -> tuple[list[Step], bool]:
    c = entries.c
    lowest = select(c.id).where(c.record == number if number is not None else c.record.is_(None))
    if before is not None:
        lowest = lowest.where(c.id < before)
    floor = connection.scalar(lowest.order_by(c.id.desc()).offset(most - 1).limit(1))
    about = or_(c.subject == fingerprint, and_(c.subject.is_(None), c.detail.contains(fingerprint, autoescape=True)))
    query = select(
        c.id, c.at, c.kind, c.change, c.record, c.position, c.last_position, c.index, c["count"].label("notices"),
        c.subject, c.detail, c.rule, c.evidence,
    ).where(c.record == number if number is not None else c.record.is_(None), c.kind.in_(_KINDS), about)  # fmt: skip
    if floor is not None:
        query = query.where(c.id >= floor)
    if before is not None:
        query = query.where(c.id < before)
    rows = connection.execute(query.order_by(c.id.desc()).limit(MOST + 1)).mappings().all()
    steps = [step for row in rows if (step := _step(row, fingerprint)) is not None]
    return steps, floor is not None


def _step(row: RowMapping, fingerprint: str) -> Step | None:
    detail: Mapping[str, Any] = msgspec.json.decode(row["detail"]) if row["detail"] else {}
    members: Mapping[str, int] = detail.get("conditions", {})
    if row["subject"] is None and fingerprint not in members:
        return None
    changed = row["kind"] == "condition-changed"
    alone = row["notices"] if row["subject"] is not None else 1 if changed else members[fingerprint]
    return Step(
        id=row["id"],
        at=row["at"],
        kind=row["kind"],
        change=row["change"],
        record=row["record"],
        position=row["position"],
        last_position=row["last_position"],
        index=members.get(fingerprint, row["index"]) if changed and "deadline" not in detail else None,
        count=alone,
        together=row["notices"],
        reason=Reason(row["rule"], msgspec.json.decode(row["evidence"] or "{}")),
    )
