"""What the last notice of a condition said, read again from its raw input: description, links, basis of the identity.

Those are not kept in the tables: the raw input is, and reading it gives the same again.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, select

from correlate.records import Condition
from desk.tables import quarantine
from desk.web.queries import counts
from desk.web.queries.condition import ConditionHistory
from ingest.event import Alert
from ingest.journal import Journal
from ingest.normalize import normalize

MOST_BYTES = 512 * 1024
"""Larger inputs are not read for a page; their raw text is linked all the same."""
TRIED = 3
LINKS = 10


@dataclass(frozen=True, kw_only=True)
class Notice:
    """`basis` names the fields that the fingerprint is made of; `links` are http addresses only."""

    position: int
    at: datetime
    alert: Alert
    basis: tuple[str, ...]
    links: tuple[str, ...]


def last_notice(
    journal: Journal, connection: Connection, condition: Condition, history: ConditionHistory
) -> Notice | None:
    """The newest notice that changed the condition; None where it is not to be had."""
    from desk.processor import reading_of

    places = [step.position for step in history.steps if step.index is not None]
    reading = reading_of(counts.policy(connection))
    for position in list(dict.fromkeys(places))[:TRIED]:
        item = journal.get(position)
        if item is None or item.body is None or len(item.body) > MOST_BYTES or _set_aside(connection, position):
            continue
        for event in normalize(item, reading):
            if isinstance(event, Alert) and event.fingerprint == condition.fingerprint:
                links = tuple(link for link in event.links if _is_web(link))[:LINKS]
                return Notice(
                    position=position, at=item.accepted_at, alert=event, basis=tuple(event.basis), links=links
                )
    return None


def _set_aside(connection: Connection, position: int) -> bool:
    """Whether reading it has failed before: it is not tried again here."""
    return connection.scalar(select(quarantine.c.position).where(quarantine.c.position == position)) is not None


def _is_web(link: str) -> bool:
    try:
        return urlsplit(link).scheme in ("http", "https")
    except ValueError:
        return False
