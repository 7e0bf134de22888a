"""Rows of the outbox as pages show them."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, RowMapping, select

from correlate.records import Outgoing
from desk.tables import outbox


@dataclass(frozen=True, kw_only=True)
class SentMail:
    """What the page shows of an outgoing mail."""

    id: int
    message_id: str
    kind: str
    to: str
    subject: str
    status: str
    attempts: int
    finished_at: datetime | None
    answer: str | None
    created_at: datetime
    body: Outgoing


def sent_about(connection: Connection, number: str) -> dict[str, SentMail]:
    """Message-ID to outgoing mail, for one record, suggestion or problem; the newest 300."""
    rows = connection.execute(
        select(outbox).where(outbox.c.about == number).order_by(outbox.c.id.desc()).limit(300)
    ).mappings()
    return {row["message_id"]: sent_mail(row) for row in rows}


def sent_mail(row: RowMapping) -> SentMail:
    return SentMail(
        body=msgspec.json.decode(row["body"], type=Outgoing),
        **{name: row[name] for name in SentMail.__dataclass_fields__ if name != "body"},
    )
