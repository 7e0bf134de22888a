"""Suggestions and problem records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log10

import msgspec
from sqlalchemy import Connection, RowMapping, false, func, select

from correlate.records import Change, Past, Problem, Record, Suggestion
from desk.tables import changes, entries, past, problems, records, suggestions
from desk.web.queries.queue import COLUMNS

MOST = 200
OPEN_PROBLEMS = ("accepted", "investigating", "known error", "fix in progress", "under observation")
STATES: Mapping[str, tuple[str, ...]] = {
    "waiting": ("proposed",),
    "snoozed": ("snoozed",),
    "accepted": ("accepted", "merged"),
    "declined": ("declined",),
}


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What people made of the suggestions of one kind."""

    kind: str
    taken: int
    declined: int

    @property
    def precision(self) -> float | None:
        judged = self.taken + self.declined
        return self.taken / judged if judged else None


@dataclass(frozen=True, kw_only=True)
class Member:
    """An incident of a suggestion or problem."""

    number: str
    title: str
    opened_at: datetime
    resolved_at: datetime | None
    status: str
    priority: str
    service: str | None
    resolution: str | None
    people: int
    alerts: int


def pain(suggestion: Suggestion) -> float:
    """What a suggestion is sorted by: hours of people that it cost so far (half an hour for each incident where that is
    not known), times how sure the evidence is (decimal places of p)."""
    sure = -log10(max(suggestion.p_value, 1e-12)) if suggestion.p_value is not None else 2.0
    cost = suggestion.evidence.get("people_hours")
    hours = float(cost) if isinstance(cost, int | float) else len(suggestion.incidents) / 2
    return hours * (1.0 + sure)


def by_state(connection: Connection, state: str) -> list[Suggestion]:
    """The suggestions in this state: those that wait by pain, others newest first."""
    bodies = connection.scalars(
        select(suggestions.c.body)
        .where(suggestions.c.status.in_(STATES[state]))
        .order_by(suggestions.c.updated_at.desc(), suggestions.c.id)
        .limit(MOST)
    )
    found = [msgspec.json.decode(body, type=Suggestion) for body in bodies]
    return sorted(found, key=lambda one: (-pain(one), one.id)) if state == "waiting" else found


def waiting(connection: Connection, limit: int) -> list[Suggestion]:
    return by_state(connection, "waiting")[:limit]


def suggestion(connection: Connection, name: str) -> Suggestion | None:
    body = connection.scalar(select(suggestions.c.body).where(suggestions.c.id == name))
    return None if body is None else msgspec.json.decode(body, type=Suggestion)


def state_of(suggestion: Suggestion) -> str:
    """The list in which a suggestion stands."""
    return next((state for state, statuses in STATES.items() if suggestion.status in statuses), "waiting")


def state_counts(connection: Connection) -> dict[str, int]:
    rows = connection.execute(select(suggestions.c.status, func.count()).group_by(suggestions.c.status))
    by_status: dict[str, int] = dict(rows.all())
    return {state: sum(by_status.get(status, 0) for status in statuses) for state, statuses in STATES.items()}


def verdicts(connection: Connection) -> list[Verdicts]:
    """How many suggestions of each kind people took or declined."""
    counts: dict[str, dict[str, int]] = {}
    rows = connection.execute(
        select(suggestions.c.kind, suggestions.c.status, func.count()).group_by(
            suggestions.c.kind, suggestions.c.status
        )
    )
    for kind, status, count in rows:
        counts.setdefault(kind, {})[status] = count
    return [
        Verdicts(kind=kind, taken=by.get("accepted", 0) + by.get("merged", 0), declined=by.get("declined", 0))
        for kind, by in sorted(counts.items())
    ]


def members(connection: Connection, numbers: Sequence[str]) -> list[Member]:
    """The incidents of these numbers, newest first; at most 200."""
    wanted = list(numbers)[-MOST:]
    rows = connection.execute(
        select(records.c.number, records.c.alerts, records.c.body, past.c.body.label("past"))
        .outerjoin(past, past.c.number == records.c.number)
        .where(records.c.number.in_(wanted))
        .order_by(records.c.opened_at.desc(), records.c.serial.desc())
    )
    return [_member(msgspec.json.decode(body, type=Record), alerts, known) for _, alerts, body, known in rows]


def _member(record: Record, alerts: int, known: str | None) -> Member:
    return Member(
        number=record.number, title=record.title, opened_at=record.opened_at, resolved_at=record.resolved_at,
        status=record.status, priority=record.priority, service=record.service, resolution=record.resolution,
        people=msgspec.json.decode(known, type=Past).people if known else 0, alerts=alerts,
    )  # fmt: skip


def opened_times(connection: Connection, numbers: Sequence[str]) -> list[datetime]:
    """When these incidents were opened, oldest first; at most 2,000."""
    wanted = list(numbers)[-2000:]
    return list(
        connection.scalars(
            select(records.c.opened_at).where(records.c.number.in_(wanted)).order_by(records.c.opened_at)
        )
    )


def changes_between(connection: Connection, service: str | None, begin: datetime, end: datetime) -> list[Change]:
    """Changes of a service in this time, oldest first; at most 50. None where no service is known."""
    if service is None:
        return []
    within = (changes.c.service == service, changes.c.start >= begin, changes.c.start <= end)
    bodies = connection.scalars(select(changes.c.body).where(*within).order_by(changes.c.start).limit(50))
    return [msgspec.json.decode(body, type=Change) for body in bodies]


# --- problem records ---


def find(connection: Connection, *, closed: bool = False) -> Sequence[RowMapping]:
    """Open problem records, or the closed ones, newest first."""
    where = problems.c.status == "closed" if closed else problems.c.status.in_(OPEN_PROBLEMS)
    return (
        connection.execute(select(problems).where(where).order_by(problems.c.serial.desc()).limit(MOST))
        .mappings()
        .all()
    )


def problem(connection: Connection, number: str) -> Problem | None:
    body = connection.scalar(select(problems.c.body).where(problems.c.number == number))
    return None if body is None else msgspec.json.decode(body, type=Problem)


def similar(connection: Connection, suggestion: Suggestion, limit: int = 5) -> list[Problem]:
    """Other problems, open or past, that are like a suggestion: those that its evidence names, then those of its
    service."""
    named = [name for name in suggestion.evidence.get("similar", ()) if isinstance(name, str)]
    c = problems.c
    of_service = c.service == suggestion.service if suggestion.service is not None else false()
    bodies = connection.scalars(
        select(c.body).where(c.number.in_(named) | of_service).order_by(c.serial.desc()).limit(50)
    )
    found = [msgspec.json.decode(body, type=Problem) for body in bodies]
    found = [one for one in found if one.outcome != "withdrawn" and one.number != suggestion.problem]
    return sorted(found, key=lambda problem: (problem.status == "closed", problem.number not in named))[:limit]


def decided_at(connection: Connection, position: int) -> list[str]:
    """The suggestions that the input at this position decided."""
    query = (
        select(entries.c.record)
        .where(
            entries.c.position == position,
            entries.c.kind == "suggestion-changed",
            entries.c.change.in_(("accepted", "merged", "declined", "snoozed")),
        )
        .order_by(entries.c.id)
    )
    return [name for name in connection.scalars(query) if name]


def new_incidents(connection: Connection, number: str, limit: int = 50) -> Sequence[RowMapping]:
    """Open incidents that belong to a problem."""
    return (
        connection.execute(
            select(*COLUMNS)
            .where(records.c.problem == number, records.c.status.in_(("new", "assigned", "waiting")))
            .order_by(records.c.opened_at.desc())
            .limit(limit)
        )
        .mappings()
        .all()
    )
