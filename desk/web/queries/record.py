"""Everything that the page of one record shows beside its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, RowMapping, case, delete, func, insert, select, update

from classify.classification import Classification
from correlate.causes import Suspect
from correlate.policy import Policy
from correlate.records import Change, Participant, Record
from correlate.taxonomies import in_force
from desk.own_tables import writers
from desk.tables import changes, classifications, conditions, participants, problems, records, repeats
from desk.web.queries import causes, counts
from desk.web.queries.earlier import Earlier, earlier

MOST_CONDITIONS = 100
WRITING = timedelta(minutes=10)
"""For so long after the answer form was opened somebody counts as writing."""


@dataclass(frozen=True, kw_only=True)
class RecordView:
    """`titles` names the records and the problem that this one refers to."""

    record: Record
    alerts: int
    last_at: datetime
    updated_at: datetime
    people: Sequence[Participant]
    conditions: Sequence[RowMapping]
    more_conditions: bool
    classification: Classification | None
    change: Change | None
    causes: Sequence[Suspect]
    earlier: Sequence[Earlier]
    titles: Mapping[str, str]


def find(connection: Connection, number: str) -> RecordView | None:
    """The record of this number, or None."""
    row = connection.execute(select(records).where(records.c.number == number)).mappings().one_or_none()
    if row is None:
        return None
    record = msgspec.json.decode(row["body"], type=Record)
    states = _conditions(connection, number)
    return RecordView(
        record=record,
        alerts=row["alerts"],
        last_at=row["last_at"],
        updated_at=row["updated_at"],
        people=_people(connection, number),
        conditions=states[:MOST_CONDITIONS],
        more_conditions=len(states) > MOST_CONDITIONS,
        classification=_classification(connection, number),
        change=_change(connection, record.change),
        causes=causes.causes(connection, record, states[:MOST_CONDITIONS]),
        earlier=earlier(connection, record),
        titles=titles(connection, [*record.related, record.merged_into, record.problem]),
    )


def titles(connection: Connection, numbers: Sequence[str | None]) -> dict[str, str]:
    """Number to title, for records and problems; at most 100."""
    wanted = [number for number in dict.fromkeys(numbers) if number][:100]
    found = connection.execute(select(records.c.number, records.c.title).where(records.c.number.in_(wanted)))
    also = connection.execute(select(problems.c.number, problems.c.title).where(problems.c.number.in_(wanted)))
    return dict([*found, *also])


def _conditions(connection: Connection, number: str) -> Sequence[RowMapping]:
    firing_first = case((conditions.c.status == "firing", 0), (conditions.c.status == "acknowledged", 1), else_=2)
    return (
        connection.execute(
            select(
                *(c for c in conditions.c if c.name not in ("notices", "last_at")),
                (conditions.c.notices + func.coalesce(repeats.c["count"], 0)).label("notices"),
                case((repeats.c.last_at > conditions.c.last_at, repeats.c.last_at), else_=conditions.c.last_at).label(
                    "last_at"
                ),
            )
            .outerjoin_from(conditions, repeats, repeats.c.fingerprint == conditions.c.fingerprint)
            .where(conditions.c.record == number)
            .order_by(firing_first, conditions.c.first_at, conditions.c.fingerprint)
            .limit(MOST_CONDITIONS + 1)
        )
        .mappings()
        .all()
    )


def _people(connection: Connection, number: str) -> list[Participant]:
    bodies = connection.scalars(select(participants.c.body).where(participants.c.record == number).limit(200))
    people = [msgspec.json.decode(body, type=Participant) for body in bodies]
    return sorted(people, key=lambda person: (person.role != "requester", person.joined_at, person.address))


def _classification(connection: Connection, number: str) -> Classification | None:
    body = connection.scalar(
        select(classifications.c.body)
        .where(classifications.c.record == number)
        .order_by(classifications.c.position, classifications.c.index)
        .limit(1)
    )
    return None if body is None else msgspec.json.decode(body, type=Classification)


def _change(connection: Connection, change: str | None) -> Change | None:
    if change is None:
        return None
    body = connection.scalar(select(changes.c.body).where(changes.c.id == change))
    return None if body is None else msgspec.json.decode(body, type=Change)


def policy(connection: Connection) -> Policy:
    """The policy in force."""
    return counts.policy(connection)


def categories(connection: Connection) -> list[str]:
    """The categories in force and those that open records have: what a correction may choose from."""
    found = connection.scalars(
        select(records.c.category)
        .where(records.c.status.in_(counts.OPEN), records.c.category.is_not(None))
        .distinct()
        .order_by(records.c.category)
        .limit(200)
    )
    ours = in_force(policy(connection)).categories()
    return [*ours, *(value for value in found if value and value not in ours)]


# --- who is writing: a hint, kept outside the journal ---


def others_writing(connection: Connection, number: str, login: str, now: datetime) -> list[str]:
    """Logins of others who opened this record's answer form a short while ago."""
    rows = connection.scalars(
        select(writers.c.login)
        .where(writers.c.record == number, writers.c.login != login, writers.c.at > now - WRITING)
        .order_by(writers.c.login)
        .limit(5)
    )
    return list(rows)


def begin_writing(connection: Connection, number: str, login: str, now: datetime) -> None:
    """Note that somebody has the answer form open."""
    mine = (writers.c.record == number, writers.c.login == login)
    if not connection.execute(update(writers).where(*mine).values(at=now)).rowcount:
        connection.execute(insert(writers).values(record=number, login=login, at=now))


def end_writing(connection: Connection, number: str, login: str, now: datetime) -> None:
    """They sent it or left; what is long past goes with it."""
    connection.execute(delete(writers).where(writers.c.record == number, writers.c.login == login))
    connection.execute(delete(writers).where(writers.c.at < now - 2 * WRITING))
