"""The small numbers beside the menu and on the overview, each from an index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, func, select

from correlate.policy import Policy
from correlate.records import OPEN_STATUSES
from desk.store import processed_position
from desk.tables import conditions, outbox, quarantine, records, state, suggestions

OPEN = tuple(sorted(OPEN_STATUSES))


@dataclass(frozen=True, kw_only=True)
class Navigation:
    """`failed` are mails that were given up."""

    open: int
    mine: int
    suggestions: int
    held: int
    failed: int
    quarantine: int
    position: int


@dataclass(frozen=True, kw_only=True)
class Flow:
    """What came of the notices of a stretch of time: how many there were, how many incidents they became.

    `raised` counts the incidents that alerts opened; the others were opened by people's mails.
    """

    since: datetime
    notices: int
    incidents: int
    raised: int
    requests: int
    resolved: int


def policy(connection: Connection) -> Policy:
    """The policy in force."""
    value = connection.scalar(select(state.c.value).where(state.c.name == "policy"))
    return Policy() if value is None else msgspec.json.decode(value, type=Policy)


def navigation(connection: Connection, login: str) -> Navigation:
    mails: Mapping[str, int] = dict(
        connection.execute(
            select(outbox.c.status, func.count())
            .where(outbox.c.status.in_(("held", "failed")))
            .group_by(outbox.c.status)
        ).all()
    )
    return Navigation(
        open=_count(connection, records.c.status.in_(OPEN)),
        mine=_count(connection, records.c.status.in_(OPEN), records.c.assignee == login),
        suggestions=connection.scalar(
            select(func.count()).select_from(suggestions).where(suggestions.c.status == "proposed")
        )
        or 0,
        held=mails.get("held", 0),
        failed=mails.get("failed", 0),
        quarantine=connection.scalar(
            select(func.count()).select_from(quarantine).where(quarantine.c.status == "waiting")
        )
        or 0,
        position=processed_position(connection),
    )


def _count(connection: Connection, *where: object) -> int:
    return connection.scalar(select(func.count()).select_from(records).where(*where)) or 0  # type: ignore[arg-type]


def open_by_priority(connection: Connection) -> dict[str, dict[str, int]]:
    """Priority to status to the number of open records; every priority is there."""
    found: dict[str, dict[str, int]] = {f"P{level}": {} for level in range(1, 6)}
    rows = connection.execute(
        select(records.c.priority, records.c.status, func.count())
        .where(records.c.status.in_(OPEN))
        .group_by(records.c.priority, records.c.status)
    )
    for priority, status, count in rows:
        found.setdefault(priority, {})[status] = count
    return found


def firing(connection: Connection) -> int:
    """Conditions that fire now."""
    return (
        connection.scalar(
            select(func.count())
            .select_from(conditions)
            .where(conditions.c.status.in_(("firing", "acknowledged")))
        )
        or 0
    )  # fmt: skip


def mail_states(connection: Connection) -> dict[str, int]:
    """Mails that wait, by state; what was sent is not counted."""
    waiting = ("held", "due", "sending", "failed")
    found = dict.fromkeys(waiting, 0)
    rows = connection.execute(
        select(outbox.c.status, func.count()).where(outbox.c.status.in_(waiting)).group_by(outbox.c.status)
    )
    return found | dict(rows.all())


def flow(connection: Connection, now: datetime, span: timedelta) -> Flow:
    """What the records opened within `span` before `now` are made of."""
    since = now - span
    notices = func.coalesce(func.sum(records.c.alerts), 0)
    rows = connection.execute(
        select(records.c.kind, records.c.origin, func.count(), notices, func.count(records.c.resolved_at))
        .where(records.c.opened_at >= since, records.c.status != "merged")
        .group_by(records.c.kind, records.c.origin)
    ).all()
    incidents = [row for row in rows if row[0] == "incident"]
    return Flow(
        since=since,
        notices=sum(int(row[3]) for row in incidents),
        incidents=sum(row[2] for row in incidents),
        raised=sum(row[2] for row in incidents if row[1] == "alert"),
        requests=sum(row[2] for row in rows if row[0] == "request"),
        resolved=sum(row[4] for row in rows),
    )
