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
    """What came of the notices of a stretch of time: how many there were, how many incidents they became."""

    since: datetime
    notices: int
    incidents: int
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
    rows = connection.execute(
        select(
            records.c.kind,
            func.count(),
            func.coalesce(func.sum(records.c.alerts), 0),
            func.count(records.c.resolved_at),
        )
        .where(records.c.opened_at >= since)
        .group_by(records.c.kind)
    )
    by_kind = {kind: (count, notices, resolved) for kind, count, notices, resolved in rows}
    incidents, requests = by_kind.get("incident", (0, 0, 0)), by_kind.get("request", (0, 0, 0))
    return Flow(
        since=since, notices=int(incidents[1]), incidents=incidents[0], requests=requests[0],
        resolved=incidents[2] + requests[2],
    )  # fmt: skip
