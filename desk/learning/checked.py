"""What people said of the answers that the model decided: confirmed, corrected, or not looked at; target by target.

A promise is worth what is checked of it. An answer counts as corrected where a person chose another value, as confirmed
where a person chose the same one, or resolved the record and left it (type and category: nobody looks at an impact when
they resolve). What a rule set instead of the model is no answer of the model's.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from classify.classification import UNKNOWN, Verdict
from classify.taxonomy import Taxonomy
from correlate.taxonomies import present_verdict
from desk.learning.material import CONFIRMED, TARGET_OF_FIELD
from desk.learning.watching import LOOKED_BACK, MOST, breaks
from desk.tables import classifications, entries, labels, records


class Checked(Struct, frozen=True, kw_only=True):
    """Decided answers about one target in the last quarter."""

    target: str
    confirmed: int = 0
    corrected: int = 0
    unchecked: int = 0
    broken_promise: bool = False
    """Whether so many were corrected that chance and the promise do not explain it."""


class _Said(Struct, frozen=True):
    """The first five are as a classification stores them."""

    type: Verdict = UNKNOWN
    category: Verdict = UNKNOWN
    assignment_group: Verdict = UNKNOWN
    service: Verdict = UNKNOWN
    impact: Verdict = UNKNOWN
    urgency: Verdict = UNKNOWN


def checked(connection: sa.Connection, taxonomy: Taxonomy, promise: float, now: datetime) -> list[Checked]:
    """One for each target of which anything was decided; the first answer about each record counts."""
    given = _labels(connection, now)
    tally: dict[str, dict[str, int]] = {}
    for row in _answers(connection, now):
        said = msgspec.json.decode(row.body, type=_Said)
        for field, target in TARGET_OF_FIELD.items():
            verdict = getattr(said, target)
            label = given.get((row.number, field))
            if target == "category":
                verdict, label = present_verdict(taxonomy, verdict), _present(taxonomy, label)
            outcome = _outcome(verdict, getattr(row, field, verdict.value), label, row.by_person, target)
            if outcome is not None:
                counts = tally.setdefault(target, {})
                counts[outcome] = counts.get(outcome, 0) + 1
    return [_checked(target, tally[target], promise) for target in TARGET_OF_FIELD.values() if target in tally]


def _present(taxonomy: Taxonomy, label: str | None) -> str | None:
    """What a label is called now."""
    meant = taxonomy.meant(label) if label is not None else ()
    return meant[0] if len(meant) == 1 else label


def _checked(target: str, counts: Mapping[str, int], promise: float) -> Checked:
    right, wrong = counts.get("confirmed", 0), counts.get("corrected", 0)
    return Checked(target=target, **counts, broken_promise=breaks(right, right + wrong, promise))


def _outcome(verdict: Verdict, value: str | None, label: str | None, resolved: bool, target: str) -> str | None:
    if not verdict.decided or verdict.value is None:
        return None
    if label is not None:
        return "confirmed" if label == verdict.value else "corrected"
    if value != verdict.value:
        return None
    return "confirmed" if resolved and target in CONFIRMED else "unchecked"


def _answers(connection: sa.Connection, now: datetime) -> list[Any]:
    c, r, e = classifications.c, records.c, entries.c
    first = sa.select(sa.func.min(c.position)).where(c.record == r.number).correlate(records).scalar_subquery()
    resolved = sa.exists().where(
        e.record == r.number, e.kind == "record-changed", e.change == "resolved", e.actor.is_not(None)
    )
    fields = [r[field] for field in TARGET_OF_FIELD if field in r]  # an impact lies in its classification alone
    query = (
        sa.select(c.body, r.number, *fields, resolved.label("by_person"))
        .join_from(classifications, records, c.record == r.number)
        .where(r.opened_at >= now - LOOKED_BACK, r.origin == "mail", c.model.is_not(None), c.position == first)
        .order_by(c.position.desc()).limit(MOST)
    )  # fmt: skip
    return list(connection.execute(query))


def _labels(connection: sa.Connection, now: datetime) -> dict[tuple[str, str], str]:
    """The last word of people on each field of the records of the last quarter."""
    l = labels.c  # noqa: E741
    query = sa.select(l.record, l.target, l.value).where(l.at >= now - LOOKED_BACK).order_by(l.id)
    return {(row.record, row.target): row.value for row in connection.execute(query)}
