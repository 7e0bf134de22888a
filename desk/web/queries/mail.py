"""Outgoing mail: what was sent, what waits, what is held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from correlate.records import MailKind
from desk.tables import outbox
from desk.web.queries.sent import SentMail, sent_mail

PAGE = 50
STATES: Mapping[str, tuple[str, ...]] = {
    "all": (),
    "held": ("held",),
    "waiting": ("due", "sending"),
    "sent": ("sent",),
    "failed": ("failed",),
    "dropped": ("dropped",),
}


KINDS = frozenset(get_args(MailKind))


@dataclass(frozen=True, kw_only=True)
class MailPage:
    """`before` leads to the next page, None where this is the last."""

    mails: Sequence[SentMail]
    before: int | None


def find(
    connection: Connection, state: str, before: int | None, about: str = "", limit: int = PAGE, *, kind: str = ""
) -> MailPage:
    """The newest mails in this state, older than the outbox row `before`."""
    where: list[ColumnElement[bool]] = []
    if state == "sent":
        # Nearly all mails are sent: the index on the status would have them all sorted, the key has them in order.
        where.append(func.coalesce(outbox.c.status, "") == "sent")
    elif STATES[state]:
        where.append(outbox.c.status.in_(STATES[state]))
    if before is not None:
        where.append(outbox.c.id < before)
    if kind:
        where.append(outbox.c.kind == kind)
    if about:
        where.append(outbox.c.about == about)
    rows = (
        connection.execute(select(outbox).where(*where).order_by(outbox.c.id.desc()).limit(limit + 1)).mappings().all()
    )
    mails = [sent_mail(row) for row in rows[:limit]]
    return MailPage(mails=mails, before=mails[-1].id if len(rows) > limit else None)


def latest(connection: Connection, limit: int) -> Sequence[SentMail]:
    return find(connection, "all", None, limit=limit).mails


def one(connection: Connection, mail: int) -> tuple[SentMail, RowMapping] | None:
    """One outgoing mail, and its row with the reason why it is sent."""
    row = connection.execute(select(outbox).where(outbox.c.id == mail)).mappings().one_or_none()
    return None if row is None else (sent_mail(row), row)


def evidence(row: RowMapping) -> dict[str, Any]:
    """The evidence of the reason for which a mail is sent."""
    found: dict[str, Any] = msgspec.json.decode(row["evidence"] or "{}")
    return found
