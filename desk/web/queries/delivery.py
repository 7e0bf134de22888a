"""What became of outgoing mails, step by step: queued, deferred, sent, given up, come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import Connection, select

from desk.delivery_log import attempts_at
from desk.tables import entries
from desk.web.queries.sent import SentMail

MOST_BOUNCES = 200


@dataclass(frozen=True, kw_only=True)
class Step:
    """`count` attempts that ended alike, from `at` to `last_at`. `position` leads to the bounce that came in."""

    what: Literal["queued", "deferred", "sent", "failed", "bounced"]
    at: datetime
    last_at: datetime
    count: int = 1
    server: str | None = None
    answer: str | None = None
    position: int | None = None


def steps_of(connection: Connection, mails: Sequence[SentMail]) -> Mapping[str, Sequence[Step]]:
    """Message-ID to what became of the mail, the first thing first."""
    attempts = attempts_at(connection, [mail.id for mail in mails])
    bounces = _bounces(connection, {mail.body.about for mail in mails if mail.body.about})
    found: dict[str, Sequence[Step]] = {}
    for mail in mails:
        steps = [Step(what="queued", at=mail.created_at, last_at=mail.created_at)]
        for attempt in attempts.get(mail.id, ()):
            fields = {name: getattr(attempt, name) for name in ("at", "last_at", "count", "server", "answer")}
            steps.append(Step(what=attempt.outcome, **fields))
        found[mail.message_id] = [*steps, *bounces.get(mail.message_id, ())]
    return found


def _bounces(connection: Connection, records: set[str]) -> dict[str, list[Step]]:
    """Message-ID to the bounces of that mail."""
    c = entries.c
    rows = connection.execute(
        select(c.at, c.position, c.text, c.detail)
        .where(c.record.in_(records), c.kind == "mail-filed", c.detail.contains('"bounced"'))
        .order_by(c.id.desc())
        .limit(MOST_BOUNCES)
    )
    found: dict[str, list[Step]] = {}
    for row in rows:
        message_id = msgspec.json.decode(row.detail).get("bounced")
        if isinstance(message_id, str):
            said = " ".join((row.text or "").split())[:300] or None
            step = Step(what="bounced", at=row.at, last_at=row.at, answer=said, position=row.position)
            found.setdefault(message_id, []).insert(0, step)
    return found
