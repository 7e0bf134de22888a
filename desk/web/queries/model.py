"""What the pages of the model show: which one is in force, how it fares, what it was judged by, which labels wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from correlate.records import Reason
from desk.learning.trial import Doubt, Trial, Watched
from desk.tables import entries, examples, label_verdicts, labels, records, trials

MOST_TRIALS = 20
MOST_CHANGES = 20
SNIPPET = 160


@dataclass(frozen=True, kw_only=True)
class Change:
    """Another model came into force."""

    at: datetime
    digest: str | None
    reason: Reason
    position: int


@dataclass(frozen=True, kw_only=True)
class Tried:
    at: datetime
    position: int
    trial: Trial


def tried(connection: Connection, limit: int = MOST_TRIALS) -> Sequence[Tried]:
    """The last trials, newest first."""
    rows = connection.execute(select(trials).order_by(trials.c.position.desc()).limit(limit))
    return [Tried(at=row.at, position=row.position, trial=msgspec.json.decode(row.body, type=Trial)) for row in rows]


def tried_at(connection: Connection, position: int) -> Tried | None:
    """The trial at this position in the journal."""
    row = connection.execute(select(trials).where(trials.c.position == position)).first()
    if row is None:
        return None
    return Tried(at=row.at, position=row.position, trial=msgspec.json.decode(row.body, type=Trial))


def last_watched(connection: Connection) -> tuple[datetime, Watched] | None:
    """The figures of the last night, and when that was."""
    found = tried(connection, 1)
    if not found or found[0].trial.watched is None:
        return None
    return found[0].at, found[0].trial.watched


def changes(connection: Connection) -> Sequence[Change]:
    """Which models were in force, newest first."""
    e = entries.c
    query = select(e.at, e.subject, e.rule, e.evidence, e.position).where(e.kind == "model-changed")
    return [
        Change(at=row.at, digest=row.subject, reason=Reason(row.rule, msgspec.json.decode(row.evidence)),
               position=row.position)
        for row in connection.execute(query.order_by(e.id.desc()).limit(MOST_CHANGES))
    ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DoubtfulLabel:
    key: str
    value: str
    actor: str
    text: str
    record: str | None


@dataclass(frozen=True, kw_only=True)
class DoubtShown:
    doubt: Doubt
    labels: Sequence[DoubtfulLabel]

    @property
    def values(self) -> Sequence[str]:
        return sorted(set(self.doubt.values))


def doubts(connection: Connection, limit: int = 50) -> tuple[Sequence[DoubtShown], int]:
    """Labels that nobody has looked at yet, of the last trial, and how many groups there are in all."""
    found = tried(connection, 1)
    if not found:
        return [], 0
    groups = found[0].trial.doubts
    judged = _judged(connection, [key for doubt in groups for key in doubt.labels])
    open_ = [doubt for doubt in groups if not all(key in judged for key in doubt.labels)]
    shown = []
    for doubt in open_[:limit]:
        texts = _texts(connection, doubt.labels[:20])
        shown.append(
            DoubtShown(
                doubt=doubt,
                labels=[
                    DoubtfulLabel(key=key, value=value, actor=_who(doubt, place), **texts.get(key, _GONE))
                    for place, (key, value) in enumerate(zip(doubt.labels[:20], doubt.values, strict=False))
                ],
            )
        )
    return shown, len(open_)


_GONE: Mapping[str, Any] = {"text": "(the text is not there any more)", "record": None}


def _who(doubt: Doubt, place: int) -> str:
    return doubt.people[place] if place < len(doubt.people) else doubt.actor or ""


def _judged(connection: Connection, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        found |= set(connection.scalars(select(label_verdicts.c.label).where(label_verdicts.c.label.in_(some))))
    return found


def _texts(connection: Connection, keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Where each label stands: its record and title, or the beginning of an imported text."""
    found: dict[str, Mapping[str, Any]] = {}
    for key in keys:
        place = key.partition(":")[0]
        if place.startswith("x"):
            position, _, index = place[1:].partition(".")
            query = select(examples.c.subject, examples.c.body).where(
                examples.c.position == int(position), examples.c.index == int(index)
            )
            row = connection.execute(query).first()
            if row is not None:
                text = f"{row.subject or ''} {row.body or ''}".strip()
                found[key] = {"text": text[:SNIPPET], "record": None}
        elif place.isdigit():
            joined = select(labels.c.record, records.c.title).join_from(
                labels, records, labels.c.record == records.c.number
            )
            row = connection.execute(joined.where(labels.c.position == int(place)).limit(1)).first()
            if row is not None:
                found[key] = {"text": row.title[:SNIPPET], "record": row.record}
    return found
