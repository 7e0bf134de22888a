"""Monitored conditions as a list: those that fire, or were over lately, by filter, in an order, page by page.

A page begins after a key (the values by which the list is sorted, and a fingerprint), so that the hundredth costs as
much as the first and none is skipped or shown twice while alerts come and go.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Connection, RowMapping, Select, and_, case, func, or_, select
from sqlalchemy import type_coerce as as_type

from correlate.records import Condition
from correlate.situation import ACTIVE
from desk.tables import conditions, repeats, to_micros
from desk.web.queries import quiet
from desk.web.queries.quiet import Quiet
from ingest.event import SEVERITY_RANK

PAGE = 50
LOOKED_AT = 4_000
"""Conditions that are gone through for one page where the filter asks what the database cannot know."""
_CHOICES = 1_000
FIRING = tuple(sorted(ACTIVE))
STATUSES: Mapping[str, tuple[str, ...]] = {
    "firing": FIRING, "acknowledged": ("acknowledged",), "over": ("resolved", "unknown"),
    "all": (*FIRING, "resolved", "unknown"),
}  # fmt: skip
SPANS: Mapping[str, timedelta] = {
    "1h": timedelta(hours=1), "1d": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30),
}  # fmt: skip
"""What is over is listed where its end lies within one of these; a day where the address names none."""
SEVERITIES = tuple(sorted(SEVERITY_RANK, key=lambda name: -SEVERITY_RANK[name]))
TOLD = "told"

_c = conditions.c
_rank = case(SEVERITY_RANK, value=_c.severity, else_=0)
_heard = case((repeats.c.last_at > _c.last_at, repeats.c.last_at), else_=_c.last_at)
_notices = _c.notices + func.coalesce(repeats.c["count"], 0)
_resource = func.coalesce(_c.resource, "")


def _number(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return as_type(column, BigInteger)


SORTS: Mapping[str, tuple[tuple[ColumnElement[Any], bool], ...]] = {
    "severity": ((_rank, True), (_number(_c.changed_at), True)),
    "newest": ((_number(_c.changed_at), True),),
    "oldest": ((_number(_c.first_at), False),),
    "heard": ((_number(_heard), True),),
    "notices": ((_notices, True),),
    "resource": ((_resource, False),),
}
"""Name to what it is sorted by, and whether the largest comes first; the fingerprint comes last."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """`source` is a hook's name or an address, `quiet` one of `quiet.KINDS`, "told" or "any"; `words` are looked for
    in title, resource, service and fingerprint; `after` is the key of the last condition on the page before."""

    status: str = "firing"
    severity: str = ""
    service: str = ""
    tool: str = ""
    source: str = ""
    record: str = ""
    quiet: str = ""
    words: str = ""
    since: str = "1d"
    sort: str = "severity"
    after: str = ""

    def query(self) -> dict[str, Any]:
        """What stands in the address: only what differs from the ordinary."""
        plain = asdict(Filter())
        return {name: value for name, value in asdict(self).items() if value != plain[name]}


@dataclass(frozen=True, kw_only=True)
class Row:
    """`quiet` says why nobody is told of it, or who hears less of it; empty where its owner was told as usual."""

    condition: Condition
    notices: int
    heard_at: datetime
    quiet: Sequence[Quiet]


@dataclass(frozen=True, kw_only=True)
class AlertsPage:
    """`after` is the key of the next page; None where this is the last. `looked` is how many conditions were gone
    through, where a page may be short for that reason."""

    rows: Sequence[Row]
    after: str | None
    looked: int


def filter_of(values: Mapping[str, str]) -> Filter:
    """The filter that an address asks for; what it says that cannot be is left out."""

    def among(name: str, known: Mapping[str, Any] | Sequence[str], otherwise: str = "") -> str:
        value = values.get(name, "")
        return value if value in known else otherwise

    return Filter(
        status=among("status", STATUSES, "firing"),
        severity=among("severity", SEVERITIES),
        service=_clean(values.get("service", ""), 200),
        tool=_clean(values.get("tool", ""), 40),
        source=_clean(values.get("source", ""), 100),
        record=_clean(values.get("record", ""), 20).upper(),
        quiet=among("quiet", (*quiet.KINDS, TOLD, "any")),
        words=_clean(values.get("words", ""), 200),
        since=among("since", SPANS, "1d"),
        sort=among("sort", SORTS, "severity"),
        after=values.get("after", "")[:2_000],
    )


def _clean(text: str, limit: int) -> str:
    return text.replace("\0", "").strip()[:limit]


def find(connection: Connection, wanted: Filter, now: datetime, limit: int = PAGE) -> AlertsPage:
    """One page of the conditions that fit."""
    why = quiet.Reasons(connection, now)
    rows: list[Row] = []
    key = _key_of(wanted)
    most = LOOKED_AT if wanted.quiet else limit
    found = connection.execute(_statement(wanted, now, key).limit(most + 1)).mappings().all()
    more = len(found) > most
    for row, condition, reasons in zip(found[:most], *why.of([condition_of(row) for row in found[:most]]), strict=True):
        if len(rows) == limit:
            more = True
            break
        key = _values(wanted, row)
        if _fits(wanted.quiet, reasons):
            rows.append(Row(condition=condition, notices=row["all_notices"], heard_at=row["heard_at"], quiet=reasons))
    shown = _worded(why, rows)
    return AlertsPage(rows=shown, after=written_key(key) if more else None, looked=min(len(found), most))


def _worded(why: quiet.Reasons, rows: Sequence[Row]) -> list[Row]:
    told = why.worded([(row.condition, row.quiet) for row in rows])
    return [
        Row(condition=row.condition, notices=row.notices, heard_at=row.heard_at, quiet=reasons)
        for row, reasons in zip(rows, told, strict=True)
    ]


def _fits(wanted: str, reasons: Sequence[Quiet]) -> bool:
    if not wanted:
        return True
    if wanted == TOLD:
        return not reasons
    return bool(reasons) if wanted == "any" else any(reason.kind == wanted for reason in reasons)


def one(connection: Connection, fingerprint: str, now: datetime) -> Row | None:
    """The condition of this fingerprint, with the reasons for which nobody is told of it."""
    row = connection.execute(_selected().where(_c.fingerprint == fingerprint)).mappings().one_or_none()
    if row is None:
        return None
    why = quiet.Reasons(connection, now)
    conditions_, reasons = why.of([condition_of(row)])
    shown = Row(condition=conditions_[0], notices=row["all_notices"], heard_at=row["heard_at"], quiet=reasons[0])
    return _worded(why, [shown])[0]


def condition_of(row: RowMapping) -> Condition:
    """The condition in a row of its table."""
    fields = {name: row[name] for name in Condition.__struct_fields__}
    fields["levels"] = tuple(fields["levels"].split(",")) if fields["levels"] else ()
    fields["history"] = tuple(int(moment) for moment in fields["history"].split(",") if moment)
    return Condition(**fields)


def _selected() -> Select[Any]:
    columns = (
        *_c,
        _notices.label("all_notices"),
        as_type(_heard, _c.last_at.type).label("heard_at"),
        _rank.label("rank"),
    )
    return select(*columns).outerjoin_from(conditions, repeats, repeats.c.fingerprint == _c.fingerprint)


def _statement(wanted: Filter, now: datetime, key: Sequence[Any] | None) -> Select[Any]:
    where: list[ColumnElement[bool]] = []
    ended = and_(_c.status.in_(("resolved", "unknown")), _c.last_at >= now - SPANS[wanted.since])
    match wanted.status:
        case "over":
            where.append(ended)
        case "all":
            where.append(or_(_c.status.in_(FIRING), ended))
        case _:
            where.append(_c.status.in_(STATUSES[wanted.status]))
    for column, value in (
        (_c.severity, wanted.severity), (_c.service, wanted.service), (_c.tool, wanted.tool),
        (_c.record, wanted.record),
    ):  # fmt: skip
        if value:
            where.append(column == value)
    if wanted.source:
        where.append(_c.source.in_((wanted.source, f"hook:{wanted.source}")))
    where += [_holding(word) for word in wanted.words.split()[:8]]
    order = (*SORTS[wanted.sort], (cast("ColumnElement[Any]", _c.fingerprint), False))
    if key is not None:
        where.append(_beyond(order, key))
    return _selected().where(*where).order_by(*(column.desc() if down else column for column, down in order))


def _holding(word: str) -> ColumnElement[bool]:
    pattern = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
    return or_(
        *(column.ilike(pattern, escape="!") for column in (_c.title, _c.resource, _c.service)),
        _c.fingerprint == word,
    )


def _beyond(order: Sequence[tuple[ColumnElement[Any], bool]], key: Sequence[Any]) -> ColumnElement[bool]:
    """What comes after the key: the first value that differs is on the far side."""
    ways: list[ColumnElement[bool]] = []
    for place, (column, down) in enumerate(order):
        same = [earlier == value for (earlier, _), value in zip(order[:place], key, strict=False)]
        ways.append(and_(*same, column < key[place] if down else column > key[place]))
    return or_(*ways)


def _values(wanted: Filter, row: RowMapping) -> list[Any]:
    """The key of a row, in the order in which the list is sorted."""
    micros = {name: to_micros(row[name]) for name in ("changed_at", "first_at", "heard_at")}
    values: Mapping[str, list[Any]] = {
        "severity": [row["rank"], micros["changed_at"]], "newest": [micros["changed_at"]],
        "oldest": [micros["first_at"]], "heard": [micros["heard_at"]], "notices": [row["all_notices"]],
        "resource": [row["resource"] or ""],
    }  # fmt: skip
    return [*values[wanted.sort], row["fingerprint"]]


def written_key(key: Sequence[Any] | None) -> str | None:
    """A key as it stands in an address."""
    return None if key is None else base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def _key_of(wanted: Filter) -> Sequence[Any] | None:
    """The key in the address; None where there is none, or none for this order."""
    if not wanted.after:
        return None
    text = wanted.after + "=" * (-len(wanted.after) % 4)
    try:
        found = msgspec.json.decode(base64.b64decode(text, altchars=b"-_", validate=True), type=list[int | str])
    except (msgspec.DecodeError, binascii.Error, ValueError):
        return None
    kinds = [str if wanted.sort == "resource" else int] * len(SORTS[wanted.sort]) + [str]
    if [type(value) for value in found] != kinds:
        return None
    if any(abs(value) >= 2**63 if isinstance(value, int) else "\0" in value for value in found):
        return None
    return found


def choices(connection: Connection) -> dict[str, list[str]]:
    """What the filters offer: the tools, sources and services of what fires now."""
    rows = connection.execute(
        select(_c.tool, _c.source, _c.service).where(_c.status.in_(FIRING)).distinct().limit(_CHOICES)
    ).all()
    offered = {
        name: {row[place] for row in rows if row[place]} for place, name in enumerate(("tool", "source", "service"))
    }
    return {name: sorted(values)[:200] for name, values in offered.items()}
