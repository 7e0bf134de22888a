"""The probable causes of one incident, from what the tables hold of it and of what else fired at the time."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, select

from correlate.causes import Suspect, Symptom, ranked
from correlate.changes import PLACEBO_DAYS, SUSPECT_FOR
from correlate.records import Change, Record
from correlate.services import ServiceMap
from desk.tables import changes, conditions
from desk.web.queries import counts

_COMPARED = 200
"""Conditions of other records that the affected are compared with, and changes that are read."""
_AT_THE_TIME = timedelta(hours=12)

_labels = msgspec.json.Decoder(dict[str, str]).decode


def causes(connection: Connection, record: Record, states: Sequence[RowMapping]) -> list[Suspect]:
    """The suspects of an incident with these conditions, the most probable first; none for a request."""
    if record.kind != "incident":
        return []
    services = ServiceMap(counts.policy(connection).services)
    query = (
        select(conditions.c.service, conditions.c.resource, conditions.c.first_at, conditions.c.labels)
        .where(conditions.c.record.is_not(None), conditions.c.record != record.number)
        .where(conditions.c.last_at >= record.opened_at - _AT_THE_TIME)
        .where(conditions.c.first_at <= record.opened_at + _AT_THE_TIME)
        .order_by(conditions.c.first_at.desc(), conditions.c.fingerprint)
        .limit(_COMPARED)
    )
    elsewhere = [_symptom(row) for row in connection.execute(query).mappings()]
    since = record.opened_at - timedelta(days=PLACEBO_DAYS) - SUSPECT_FOR
    told = (
        select(changes.c.body)
        .where(changes.c.start >= since, changes.c.start <= record.opened_at)
        .order_by(changes.c.start.desc(), changes.c.id)
        .limit(_COMPARED)
    )
    known = [msgspec.json.decode(body, type=Change) for body in connection.scalars(told)]
    named = record.service if record.service in services.by_name else None
    return ranked([_symptom(row) for row in states], elsewhere, named, known, services, record.opened_at)


def _symptom(row: RowMapping | Mapping[str, Any]) -> Symptom:
    labels = row["labels"]
    return Symptom(row["service"], row["resource"], row["first_at"], _labels(labels) if labels else {})
