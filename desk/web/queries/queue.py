"""The queue: open records by priority and age, filtered by what stands in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, or_, select

from correlate.records import OPEN_STATUSES
from desk.tables import records

PAGE = 50
MAX_PAGE = 400
LOOKED_AT = 20_000
"""The newest records: where closed ones are asked for too, words and the last activity are looked for in these."""
OPEN = tuple(sorted(OPEN_STATUSES))
STATUSES: Mapping[str, tuple[str, ...] | None] = {
    "open": OPEN,
    "new": ("new",),
    "assigned": ("assigned",),
    "waiting": ("waiting",),
    "resolved": ("resolved",),
    "closed": ("closed",),
    "all": None,
}
SORTS = ("priority", "newest", "oldest", "activity")

_c = records.c
COLUMNS = (
    _c.number, _c.kind, _c.type, _c.status, _c.title, _c.opened_at, _c.last_at, _c.updated_at, _c.resolved_at,
    _c.origin, _c.service, _c.category, _c.priority, _c.requester, _c.assignee, _c.team, _c.problem, _c.held, _c.alerts,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Filter:
    """`assignee` is a login, "me" or "nobody"; `words` are looked for in titles."""

    status: str = "open"
    kind: str = ""
    priority: str = ""
    service: str = ""
    category: str = ""
    assignee: str = ""
    requester: str = ""
    words: str = ""
    sort: str = "priority"
    page: int = 1

    def query(self) -> dict[str, Any]:
        """What stands in the address: only what differs from the ordinary."""
        plain = asdict(Filter())
        return {name: value for name, value in asdict(self).items() if value != plain[name]}


class _Decided(Struct, frozen=True):
    decided_by: Mapping[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    """A row has the columns of COLUMNS, and `proposed` where nobody has decided its category yet."""

    rows: Sequence[Mapping[str, Any]]
    more: bool


def filter_of(values: Mapping[str, str]) -> Filter:
    """The filter that an address asks for; what it says that cannot be is left out."""
    status, sort, page = values.get("status", "open"), values.get("sort", "priority"), values.get("page", "1")
    return Filter(
        status=status if status in STATUSES else "open",
        kind=values.get("kind", "") if values.get("kind") in {"incident", "request"} else "",
        priority=values.get("priority", "") if values.get("priority") in {"P1", "P2", "P3", "P4", "P5"} else "",
        service=values.get("service", "")[:200],
        category=values.get("category", "")[:200],
        assignee=values.get("assignee", "")[:200],
        requester=values.get("requester", "")[:320],
        words=values.get("words", "").strip()[:200],
        sort=sort if sort in SORTS else "priority",
        page=min(max(int(page), 1), MAX_PAGE) if page.isdecimal() and len(page) < 6 else 1,
    )


def find(connection: Connection, wanted: Filter, login: str, limit: int = PAGE) -> QueuePage:
    """One page of the records that fit."""
    statement = _sorted(select(*COLUMNS).where(*_conditions(wanted, login)), wanted)
    rows = connection.execute(statement.limit(limit + 1).offset((wanted.page - 1) * limit)).mappings().all()
    return QueuePage(rows=_marked(connection, rows[:limit]), more=len(rows) > limit)


def _marked(connection: Connection, rows: Sequence[RowMapping]) -> list[Mapping[str, Any]]:
    numbers = [row["number"] for row in rows]
    bodies = connection.execute(select(_c.number, _c.body).where(_c.number.in_(numbers))).all() if numbers else []
    said = {number: msgspec.json.decode(body, type=_Decided).decided_by for number, body in bodies}
    return [{**row, "proposed": said.get(row["number"], {}).get("category") == "proposal"} for row in rows]


def _conditions(wanted: Filter, login: str) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    statuses = STATUSES[wanted.status]
    is_open = statuses is not None and OPEN_STATUSES.issuperset(statuses)
    # Nearly all records are closed: their order comes from the index on the time, not from that on the status.
    status = _c.status if is_open else func.coalesce(_c.status, "")
    where.append(status != "merged" if statuses is None else status.in_(statuses))
    for column, value in (
        (_c.kind, wanted.kind), (_c.priority, wanted.priority), (_c.service, wanted.service),
        (_c.category, wanted.category), (_c.requester, wanted.requester.lower()),
    ):  # fmt: skip
        if value:
            where.append(column == value)
    if wanted.assignee == "nobody":
        where.append(_c.assignee.is_(None))
    elif wanted.assignee:
        where.append(_c.assignee == (login if wanted.assignee == "me" else wanted.assignee))
    if wanted.words:
        where.append(matching(wanted.words))
    if not is_open and (wanted.words or wanted.sort == "activity"):
        newest = select(_c.number).order_by(_c.opened_at.desc()).limit(LOOKED_AT).subquery("newest")
        where.append(_c.number.in_(select(newest.c.number)))
    return where


def matching(words: str) -> ColumnElement[bool]:
    """Every word stands in the title, the service, the requester's address or the number."""
    every: list[ColumnElement[bool]] = []
    for word in words.split()[:8]:
        pattern = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        every.append(
            or_(
                _c.title.ilike(pattern, escape="!"),
                _c.service.ilike(pattern, escape="!"),
                _c.requester.ilike(pattern, escape="!"),
                _c.number == word.upper(),
            )
        )
    return and_(*every)


def _sorted(statement: Select[Any], wanted: Filter) -> Select[Any]:
    match wanted.sort:
        case "newest":
            return statement.order_by(_c.opened_at.desc(), _c.number)
        case "oldest":
            return statement.order_by(_c.opened_at, _c.number)
        case "activity":
            return statement.order_by(_c.last_at.desc(), _c.number)
        case _:
            if wanted.status in {"open", "new", "assigned", "waiting"}:
                return statement.order_by(_c.priority, _c.opened_at, _c.number)
            return statement.order_by(_c.opened_at.desc(), _c.number)


def choices(connection: Connection) -> dict[str, list[str]]:
    """What the filters offer: the services, categories and assignees of open records."""
    offered: dict[str, list[str]] = {}
    for name, column in (("service", _c.service), ("category", _c.category), ("assignee", _c.assignee)):
        rows = connection.scalars(
            select(column).where(_c.status.in_(OPEN), column.is_not(None)).distinct().order_by(column).limit(200)
        )
        offered[name] = [value for value in rows if value]
    return offered
