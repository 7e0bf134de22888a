"""What was like this incident before, and what helped then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from correlate.records import OPEN_STATUSES, Record
from desk.tables import records

MOST = 5
_LOOKED_AT = 300
"""Incidents of the same service, the newest first."""
_decode: Callable[[bytes | str], Record] = msgspec.json.Decoder(Record).decode


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An incident that is over. `resolution` is what a person wrote when they resolved it; `alike` says what both have
    in common."""

    number: str
    title: str
    resolved_at: datetime | None
    resolution: str | None
    alike: tuple[str, ...]


def earlier(connection: Connection, record: Record) -> list[Earlier]:
    """Incidents of the same service that are over, with the same kind of trouble or the same resource; those that share
    more come first, then those with a word on what helped, then the newest. None for a request."""
    if record.kind != "incident" or record.service is None:
        return []
    c = records.c
    query = (
        select(c.body)
        .where(c.service == record.service, c.opened_at < record.opened_at, c.kind == "incident")
        .where(c.status.not_in(OPEN_STATUSES), c.merged_into.is_(None), c.number != record.number)
        .order_by(c.opened_at.desc())
        .limit(_LOOKED_AT)
    )
    found = [(_in_common(record, one), one) for one in map(_decode, connection.scalars(query))]
    alike = [(common, one) for common, one in found if common]
    alike.sort(key=lambda pair: (-len(pair[0]), _helped(pair[1]) is None))
    return [
        Earlier(number=one.number, title=one.title, resolved_at=one.resolved_at, resolution=_helped(one), alike=common)
        for common, one in alike[:MOST]
    ]


def _in_common(record: Record, other: Record) -> tuple[str, ...]:
    common = []
    if record.title == other.title or (_tells(record.template) and record.template == other.template):
        common.append("the same trouble")
    if record.resource and record.resource == other.resource:
        common.append("the same resource")
    return tuple(common)


def _helped(record: Record) -> str | None:
    """What a person wrote; the desk's own words say only that it is over."""
    return record.resolution if record.decided_by.get("resolution") == "person" else None


def _tells(template: str) -> bool:
    """Whether more than a masked host or number is left of it."""
    return any(word.isalpha() for word in template.split())
