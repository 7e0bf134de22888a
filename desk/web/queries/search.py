"""Search: numbers and addresses exactly, words in titles and texts of the newest part."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, select

from desk.tables import entries, participants, problems, records
from desk.web.queries.queue import COLUMNS, matching

MOST = 50
RECORDS_LOOKED_AT = 20_000
ENTRIES_LOOKED_AT = 50_000


@dataclass(frozen=True, kw_only=True)
class Found:
    """`texts` are entries in whose words the search was found; `partly` whether old ones were not looked at."""

    records: Sequence[RowMapping]
    problems: Sequence[RowMapping]
    texts: Sequence[RowMapping]
    partly: bool


def find(connection: Connection, words: str) -> Found:
    """What the words lead to, newest first."""
    newest = connection.scalar(select(func.max(entries.c.id))) or 0
    numbers = _by_person(connection, words) if "@" in words else []
    where = records.c.number.in_(numbers) if numbers else matching(words)
    recent = select(records.c.number).order_by(records.c.opened_at.desc()).limit(RECORDS_LOOKED_AT).subquery("recent")
    found = connection.execute(
        select(*COLUMNS)
        .where(where, records.c.status != "merged", records.c.number.in_(select(recent.c.number)))
        .order_by(records.c.opened_at.desc())
        .limit(MOST)
    )
    return Found(
        records=found.mappings().all(),
        problems=_problems(connection, words),
        texts=_texts(connection, words, newest),
        partly=newest > ENTRIES_LOOKED_AT,
    )


def _by_person(connection: Connection, address: str) -> list[str]:
    rows = connection.scalars(
        select(participants.c.record).where(participants.c.address == address.strip().lower()).limit(500)
    )
    return list(rows)


def _problems(connection: Connection, words: str) -> Sequence[RowMapping]:
    return (
        connection.execute(
            select(problems)
            .where(problems.c.title.ilike(f"%{_plain(words)}%", escape="!"))
            .order_by(problems.c.serial.desc())
            .limit(MOST)
        )
        .mappings()
        .all()
    )


def _texts(connection: Connection, words: str, newest: int) -> Sequence[RowMapping]:
    return (
        connection.execute(
            select(entries.c.record, entries.c.at, entries.c.actor, entries.c.text, entries.c.kind)
            .where(
                entries.c.id > newest - ENTRIES_LOOKED_AT,
                entries.c.kind.in_(("mail-filed", "note-added")),
                entries.c.text.ilike(f"%{_plain(words)}%", escape="!"),
            )
            .order_by(entries.c.id.desc())
            .limit(20)
        )
        .mappings()
        .all()
    )


def _plain(words: str) -> str:
    return words.replace("!", "!!").replace("%", "!%").replace("_", "!_")
