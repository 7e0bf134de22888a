"""Filters over alerts that people keep under a name; they decide nothing, so the journal does not know them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from desk.own_tables import saved_filters

MOST = 50
"""Filters that one person may keep."""


@dataclass(frozen=True, kw_only=True)
class SavedFilter:
    """`query` is what stands behind the question mark of the list's address."""

    id: int
    name: str
    query: str


def of(connection: Connection, login: str) -> Sequence[SavedFilter]:
    """Somebody's filters by name."""
    c = saved_filters.c
    rows = connection.execute(select(c.id, c.name, c.query).where(c.login == login).order_by(c.name))
    return [SavedFilter(id=row.id, name=row.name, query=row.query) for row in rows]


def save(connection: Connection, login: str, name: str, query: str) -> bool:
    """Keep a filter; one of this name is replaced. False where there are too many."""
    c = saved_filters.c
    if connection.execute(update(saved_filters).where(c.login == login, c.name == name).values(query=query)).rowcount:
        return True
    kept = connection.scalar(select(func.count()).select_from(saved_filters).where(c.login == login)) or 0
    if kept >= MOST:
        return False
    connection.execute(insert(saved_filters).values(login=login, name=name, query=query))
    return True


def remove(connection: Connection, login: str, number: int) -> None:
    """Forget one of somebody's own filters; there may be none of this number."""
    c = saved_filters.c
    connection.execute(delete(saved_filters).where(c.login == login, c.id == number))
