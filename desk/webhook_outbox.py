"""Webhooks in the outbox: leased like mails, in their order for each target and incident, and tried again sooner.

What is about one incident never overtakes: its end is posted after its beginning. What is about another one may, so
that a single notice that its receiver cannot take holds up nothing else.
"""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.database import writing
from desk.outbox import LEASE, WEBHOOK, Due, due_of
from desk.tables import outbox

RETRY_AFTER = (10, 30, 60, 120)
"""Seconds to wait after the first failures; then `RETRY_LAST` each time."""
RETRY_LAST = 300
GIVE_UP_AFTER = 86_400
"""Seconds of trying: a page that comes a day late is of no use."""
_c = outbox.c


def retry_delay(outbox_id: int, failures: int) -> timedelta | None:
    """How long to wait after so many failures, or None: it is given up. The waits differ by up to a tenth."""
    if failures < 1:
        return timedelta()
    tried = sum(RETRY_AFTER[: failures - 1]) + RETRY_LAST * max(0, failures - 1 - len(RETRY_AFTER))
    if tried >= GIVE_UP_AFTER:
        return None
    wait = RETRY_AFTER[failures - 1] if failures <= len(RETRY_AFTER) else RETRY_LAST
    noise = int.from_bytes(hashlib.sha256(f"{outbox_id}:{failures}".encode()).digest()[:4]) / 2**32
    return timedelta(seconds=round(wait * (0.9 + 0.2 * noise), 3))


def targets(engine: sa.Engine) -> list[str]:
    """Everywhere that something waits to be posted to."""
    waiting = sa.and_(_c.kind == WEBHOOK, _c.status.in_(("due", "sending")))
    with engine.connect() as connection:
        return sorted(connection.scalars(sa.select(_c["to"]).where(waiting).distinct()))


def lease_next(engine: sa.Engine, holder: str, target: str, now: datetime) -> Due | None:
    """Take the one that has waited longest for this target; None where nothing is due."""
    waiting = sa.and_(_c.kind == WEBHOOK, _c.status.in_(("due", "sending")), _c["to"] == target)
    first = sa.select(sa.func.min(_c.id)).where(waiting).group_by(_c.about)
    look = sa.select(_c.id, _c.next_at).where(_c.id.in_(first), _c.next_at <= now).order_by(_c.next_at, _c.id).limit(1)
    with engine.connect() as connection:
        found = connection.execute(look).one_or_none()
    if found is None:
        return None
    take = (
        sa.update(outbox)
        .where(_c.id == found.id, _c.status.in_(("due", "sending")), _c.next_at <= now)
        .values(status="sending", lease=holder, next_at=now + LEASE)
        .returning(_c.id, _c.attempts, _c.created_at, _c.body)
    )
    with writing(engine) as connection:
        row = connection.execute(take).one_or_none()
    return None if row is None else due_of(row, found.next_at)


def hurry(engine: sa.Engine, target: str, now: datetime) -> None:
    """The target answers again: what was put off is due now."""
    put_off = sa.and_(_c.kind == WEBHOOK, _c.status == "due", _c["to"] == target, _c.next_at > now)
    with engine.connect() as connection:
        if connection.execute(sa.select(_c.id).where(put_off).limit(1)).one_or_none() is None:
            return
    with writing(engine) as connection:
        connection.execute(sa.update(outbox).where(put_off).values(next_at=now))


def take_over(engine: sa.Engine) -> None:
    """Make due what an earlier process was posting when it ended; only for the one active worker."""
    mine = sa.and_(_c.kind == WEBHOOK, _c.status == "sending")
    with writing(engine) as connection:
        connection.execute(sa.update(outbox).where(mine).values(status="due", lease=None, next_at=_c.created_at))
