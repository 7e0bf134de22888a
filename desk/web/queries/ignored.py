"""Mails that were kept out as spam or by a rule."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select

from desk.tables import ignored, quarantine

PAGE = 50
REASONS = ("spam", "rule")
STATES = ("ignored", "processed")


def find(
    connection: Connection, why: str | None, status: str = "ignored", before: int | None = None
) -> Sequence[RowMapping]:
    """The newest first, one more than a page where there are more; `before` is a position."""
    query = select(ignored).where(ignored.c.status == status)
    if why is not None:
        query = query.where(ignored.c.why == why)
    if before is not None:
        query = query.where(ignored.c.position < before)
    return connection.execute(query.order_by(ignored.c.position.desc()).limit(PAGE + 1)).mappings().all()


def at(connection: Connection, position: int) -> RowMapping | None:
    """The ignored mail at this position."""
    return connection.execute(select(ignored).where(ignored.c.position == position)).mappings().one_or_none()


def unreadable(connection: Connection, since: int) -> frozenset[int]:
    """Positions from `since` on that are in quarantine: they are not read a second time for a trial."""
    return frozenset(connection.scalars(select(quarantine.c.position).where(quarantine.c.position >= since)))
