"""What the desk has decided lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from correlate.records import Reason
from desk.tables import entries

_TOLD = (
    "record-opened", "record-changed", "mail-filed", "mail-due", "mail-withheld", "input-quarantined", "input-ignored",
    "suggestion-changed", "problem-changed", "change-recorded", "alert-repeated",
)  # fmt: skip
LOOKED_AT = 400
"""Entries that are looked through for those worth telling."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    at: datetime
    kind: str
    change: str | None
    record: str | None
    subject: str | None
    actor: str | None
    position: int
    count: int
    reason: Reason


def decisions(connection: Connection, limit: int) -> Sequence[Decision]:
    """The newest decisions, one for each input and record: the first of several is the one that matters."""
    rows = connection.execute(select(entries).order_by(entries.c.id.desc()).limit(LOOKED_AT)).mappings().all()
    first: dict[tuple[int, str | None], Decision] = {}
    for row in rows:
        if row["kind"] not in _TOLD or row["change"] == "closed":
            continue
        first[row["position"], row["record"]] = Decision(
            reason=Reason(row["rule"], msgspec.json.decode(row["evidence"] or "{}")),
            **{name: row[name] for name in ("at", "kind", "change", "record", "subject", "actor", "position", "count")},
        )
    return sorted(first.values(), key=lambda decision: -decision.position)[:limit]
