"""What monitoring reports, by the API: the same conditions, reasons and history as on the pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.responses import Response

from correlate.reasons import sentence
from correlate.records import Reason
from desk.web.api.reading import Caller, reply
from desk.web.api.schema import answers, reference
from desk.web.page import Number
from desk.web.queries import alerts, condition, quiet

router = APIRouter(prefix="/api/v1", tags=["reading"])


class AlertReason(Struct, frozen=True, kw_only=True):
    """A named reason with its evidence, and the same in a sentence."""

    rule: str
    evidence: Mapping[str, Any]
    sentence: str


class AlertQuiet(Struct, frozen=True, kw_only=True):
    """Why nobody is told. `by` is the silence, window or incident that holds it back, where there is one."""

    kind: str
    by: str | None
    reason: AlertReason


class AlertState(Struct, frozen=True, kw_only=True):
    """One monitored condition. `not_told` is empty where its owner hears of it as usual."""

    fingerprint: str
    status: str
    severity: str
    tool: str
    source: str | None
    resource: str | None
    service: str | None
    title: str | None
    record: str | None
    flapping: bool
    first_at: datetime
    changed_at: datetime
    heard_at: datetime
    resolved_at: datetime | None
    expires_at: datetime | None
    notices: int
    labels: Mapping[str, str]
    not_told: list[AlertQuiet]


class AlertList(Struct, frozen=True, kw_only=True):
    """`after` is the key of the next page: ask again with it; null where this is the last. A page may hold few or none
    and still have a next one where the filter is by `quiet`."""

    alerts: list[AlertState]
    after: str | None


class AlertChange(Struct, frozen=True, kw_only=True):
    """What one entry of the history says. `position` leads to the raw input, `index` is the place of the notice in it
    (null: not by one notice). `count` notices of this condition share the entry."""

    id: int
    at: datetime
    kind: str
    change: str | None
    record: str | None
    position: int
    last_position: int
    index: int | None
    count: int
    reason: AlertReason


class AlertIncident(Struct, frozen=True, kw_only=True):
    """An incident that it belongs or belonged to."""

    number: str
    title: str


class AlertDetail(Struct, frozen=True, kw_only=True):
    """A condition with its history, the newest first; `earlier` is the entry before which more are found."""

    alert: AlertState
    history: list[AlertChange]
    earlier: int | None
    incidents: list[AlertIncident]


TYPES = (AlertReason, AlertQuiet, AlertState, AlertList, AlertChange, AlertIncident, AlertDetail)
"""What the OpenAPI document names."""


@router.get("/alerts", summary="Monitored conditions by filter", responses=answers(schema=reference("AlertList")))
def list_alerts(
    caller: Caller,
    status: Annotated[str, Query(description="firing, acknowledged, over or all")] = "firing",
    severity: Annotated[str, Query(description="critical, major, minor, warning, info or unknown")] = "",
    service: str = "",
    tool: str = "",
    source: Annotated[str, Query(description="a hook's name")] = "",
    record: Annotated[str, Query(description="the number of an incident")] = "",
    quiet: Annotated[str, Query(description=f"{', '.join(quiet.KINDS)}, any or told")] = "",
    words: Annotated[str, Query(description="words of title, resource or service", max_length=200)] = "",
    since: Annotated[str, Query(description="1h, 1d, 7d or 30d: how long ago what is over ended at most")] = "1d",
    sort: Annotated[str, Query(description="severity, newest, oldest, heard, notices or resource")] = "severity",
    after: Annotated[str, Query(description="the key that the page before gave")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = alerts.PAGE,
) -> Response:
    wanted = alerts.filter_of(
        {
            "status": status, "severity": severity, "service": service, "tool": tool, "source": source,
            "record": record, "quiet": quiet, "words": words, "since": since, "sort": sort, "after": after,
        }
    )  # fmt: skip
    with caller.reading() as connection:
        found = alerts.find(connection, wanted, caller.now, limit)
    return reply(AlertList(alerts=[_state(row) for row in found.rows], after=found.after))


@router.get(
    "/alerts/{fingerprint}",
    summary="One condition and its history",
    responses=answers(404, schema=reference("AlertDetail")),
)
def one_alert(caller: Caller, fingerprint: str, before: Number | None = None) -> Response:
    with caller.reading() as connection:
        found = alerts.one(connection, fingerprint, caller.now) if "\0" not in fingerprint else None
        if found is None:
            raise HTTPException(404, "The desk knows no condition of this fingerprint.")
        history = condition.history(connection, found.condition, before)
    changes = [
        AlertChange(
            id=step.id, at=step.at, kind=step.kind, change=step.change, record=step.record, position=step.position,
            last_position=step.last_position, index=step.index, count=step.count, reason=_reason(step.reason),
        )
        for step in history.steps
    ]  # fmt: skip
    incidents = [AlertIncident(number=number, title=title) for number, title in history.incidents]
    return reply(AlertDetail(alert=_state(found), history=changes, earlier=history.earlier, incidents=incidents))


def _state(row: alerts.Row) -> AlertState:
    one = row.condition
    return AlertState(
        fingerprint=one.fingerprint, status=one.status, severity=one.severity, tool=one.tool, source=one.source,
        resource=one.resource, service=one.service, title=one.title, record=one.record, flapping=one.flapping,
        first_at=one.first_at, changed_at=one.changed_at, heard_at=row.heard_at, resolved_at=one.resolved_at,
        expires_at=one.expires_at, notices=row.notices, labels=condition.labels(one),
        not_told=[AlertQuiet(kind=why.kind, by=why.by, reason=_reason(why.reason)) for why in row.quiet],
    )  # fmt: skip


def _reason(reason: Reason) -> AlertReason:
    return AlertReason(rule=reason.rule, evidence=reason.evidence, sentence=sentence(reason))
