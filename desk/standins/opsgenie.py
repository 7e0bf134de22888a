"""Answers of Opsgenie's alert API: lists by query, one alert by id, alias or tiny id, its notes, what a request did.

An alert's id is the desk's identity for it, its tiny id the input that created it. What an alert says of itself is read
from its own inputs in the journal; whether it is open and acknowledged is the desk's own knowledge.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa

from correlate.records import Condition
from desk.standins.known import Known, heard, known
from desk.standins.opsgenie_alert import Said, Told, outcome, said_by, told
from desk.standins.opsgenie_query import QueryError, fits
from desk.standins.times import rfc3339
from desk.store import processed_position
from ingest.fingerprint import is_fingerprint
from ingest.http_body import Refusal
from ingest.journal import Journal
from ingest.standins.call import Call
from ingest.standins.opsgenie import parameters
from ingest.tools import opsgenie as tool

_EVERY = ("firing", "acknowledged", "resolved")
_PRIORITIES = {"critical": "P1", "major": "P2", "minor": "P3", "warning": "P4", "info": "P5"}
_SORTS = frozenset({
    "createdAt", "updatedAt", "tinyId", "alias", "message", "status", "acknowledged", "isSeen", "snoozed",
    "snoozedUntil", "count", "lastOccurredAt", "source", "owner", "integration.name", "integration.type",
    "report.ackTime", "report.closeTime", "report.acknowledgedBy", "report.closedBy",
})  # fmt: skip
_MOST_ON_A_PAGE = 100
_LAST = 20_000
"""How far Opsgenie lets one page."""
_INPUTS_OF_ONE = 300
_INPUTS = 3_000
"""So many inputs are read for one alert, and for one answer."""


def answer(connection: sa.Connection, journal: Journal, hook: str, call: Call, now: datetime) -> dict[str, Any] | None:
    """What is asked for; None for an alert that there is not. Raises `Refusal` 400."""
    reader = _Reader(connection, journal, hook, now)
    if call.action == "request":
        return reader.request(call)
    if call.action in ("list", "count"):
        query = parameters(call.query)
        found = reader.every(_one(query, "query"))
        return {"data": {"count": len(found)}} if call.action == "count" else _page(found, query)
    fingerprint = reader.identity(str(call.envelope.get("identifier")), str(call.envelope.get("identifier_type")))
    read = None if fingerprint is None else reader.read(fingerprint)
    if read is None or read[1].deleted:
        return None
    match call.action:
        case "notes" | "logs":
            return _told_of(read[1].notes if call.action == "notes" else read[1].log, parameters(call.query))
        case "recipients":
            return {"data": []}
    return {"data": _alert(*read, hook, now)}


def named(journal: Journal, hook: str, call: Call) -> Call:
    """A call about one alert that names it by its tiny id, with the desk's own identity in its place."""
    fingerprint = _of_tiny(journal, hook, str(call.envelope.get("identifier")))
    if fingerprint is None:
        return call
    return Call(
        action=call.action,
        content=call.content,
        envelope={**call.envelope, "identifier": fingerprint, "identifier_type": "id"},
    )


def _of_tiny(journal: Journal, hook: str, tiny: str) -> str | None:
    if not (tiny.isascii() and tiny.isdigit() and len(tiny) < 19):
        return None
    item = journal.get(int(tiny))
    said = said_by(item) if item is not None and item.route == f"hook:{hook}" else None
    return None if said is None else said.fingerprint


class _Reader:
    """Reads for one answer."""

    def __init__(self, connection: sa.Connection, journal: Journal, hook: str, now: datetime) -> None:
        self._connection = connection
        self._journal = journal
        self._hook = hook
        self._now = now
        self._known: dict[int, Said | None] = {}

    def every(self, query: str) -> list[dict[str, Any]]:
        """The alerts that fit a query."""
        try:
            fit = fits(query)
        except QueryError as error:
            raise Refusal(400, str(error)) from error
        found = known(self._connection, "opsgenie", self._hook, _EVERY)
        said = self._told([one.condition for one in found])
        alerts = [
            _alert(one, said[one.condition.fingerprint], self._hook, self._now)
            for one in found
            if not said[one.condition.fingerprint].deleted
        ]
        return [alert for alert in alerts if fit(alert)]

    def identity(self, identifier: str, kind: str) -> str | None:
        """The desk's identity of the alert that is named so."""
        if kind == "alias":
            return tool.parse({"message": "-", "alias": identifier})[0].fingerprint
        if kind == "tiny":
            return _of_tiny(self._journal, self._hook, identifier)
        return identifier if is_fingerprint(identifier, "opsgenie") else None

    def read(self, fingerprint: str) -> tuple[Known, Told] | None:
        """The alert with this identity."""
        found = known(self._connection, "opsgenie", self._hook, _EVERY, fingerprint)
        return (found[0], self._told([found[0].condition])[fingerprint]) if found else None

    def request(self, call: Call) -> dict[str, Any] | None:
        """What became of a request: it is done once the desk has processed its input."""
        position = call.envelope.get("position")
        item = self._journal.get(position) if isinstance(position, int) else None
        if item is None or item.route != f"hook:{self._hook}":
            return None
        done = processed_position(self._connection) >= item.position
        said = said_by(item)
        read = self.read(said.fingerprint) if said is not None and done else None
        action = said.action if said is not None else "Create"
        state = outcome(action) if read is not None else "Alert does not exist"
        return {
            "data": {
                "success": read is not None, "isSuccess": read is not None, "action": action,
                "processedAt": rfc3339(item.accepted_at), "integrationId": self._hook,
                "status": state if done else "Waiting to be processed",
                "alertId": read[0].condition.fingerprint if read is not None else "",
                "alias": _alias(*read) if read is not None else "",
            }
        }  # fmt: skip

    def _told(self, found: Sequence[Condition]) -> dict[str, Told]:
        """What the inputs of each of these said."""
        spans = heard(self._connection, found)
        return {one.fingerprint: told(self._inputs(one.fingerprint, spans.get(one.fingerprint, []))) for one in found}

    def _inputs(self, fingerprint: str, spans: Sequence[tuple[int, int]]) -> list[Said]:
        """The inputs about one alert; of very many the newest, and that with which it began."""
        positions = sorted({place for first, last in spans[:_INPUTS_OF_ONE] for place in range(first, last + 1)})
        first = positions[:1] if len(positions) > _INPUTS_OF_ONE else []
        said = [self._said(position) for position in (*first, *positions[-_INPUTS_OF_ONE:])]
        return [one for one in said if one is not None and one.fingerprint == fingerprint]

    def _said(self, position: int) -> Said | None:
        if position not in self._known:
            item = self._journal.get(position) if len(self._known) < _INPUTS else None
            ours = item is not None and item.route == f"hook:{self._hook}"
            self._known[position] = said_by(item) if item is not None and ours else None
        return self._known[position]


# --- as the API gives it ---------------------------------------------------------------------------------------------


def _alias(one: Known, said: Told) -> str:
    return said.alias or one.labels.get("alias") or one.condition.fingerprint


def _alert(one: Known, said: Told, hook: str, now: datetime) -> dict[str, Any]:
    condition = one.condition
    created = said.created_at or condition.first_at
    is_open, taken = condition.status != "resolved", condition.status == "acknowledged"
    snoozed = is_open and said.snoozed_until is not None and said.snoozed_until > now
    priority = said.priority if said.priority in _PRIORITIES.values() else _PRIORITIES.get(condition.severity, "P3")
    heard_at = max(one.heard_at, said.updated_at or one.heard_at)
    alert = {
        "seen": taken, "id": condition.fingerprint, "tinyId": str(said.position), "alias": _alias(one, said),
        "message": said.message or condition.title or "", "status": "open" if is_open else "closed",
        "acknowledged": taken, "isSeen": taken, "tags": said.tags or _labelled(one, said), "snoozed": snoozed,
        "count": max(said.creations, 1), "lastOccurredAt": rfc3339(one.heard_at), "createdAt": rfc3339(created),
        "updatedAt": rfc3339(heard_at), "source": said.source or one.labels.get("source", ""), "owner": said.owner,
        "priority": priority, "responders": said.responders,
        "teams": [{name: team[name] for name in team if name != "type"} for team in said.responders
                  if team["type"] == "team"],
        "integration": {"id": hook, "name": hook, "type": "API"}, "report": _report(said, created, is_open),
        "actions": said.actions, "entity": said.entity or condition.resource or "", "description": said.description,
        "details": said.details,
    }  # fmt: skip
    return {**alert, "snoozedUntil": rfc3339(said.snoozed_until)} if snoozed and said.snoozed_until else alert


def _labelled(one: Known, said: Told) -> list[str]:
    """The tags by the condition's labels, where the input that created it is no longer known."""
    if said.created_at is not None:
        return []
    return [tag.strip() for tag in one.labels.get("tags", "").split(",") if tag.strip()]


def _report(said: Told, created: datetime, is_open: bool) -> dict[str, Any]:
    report: dict[str, Any] = {}
    if said.acknowledged is not None:
        report["ackTime"] = _milliseconds(created, said.acknowledged[0])
        report["acknowledgedBy"] = said.acknowledged[1]
    if said.closed is not None and not is_open:
        report["closeTime"] = _milliseconds(created, said.closed[0])
        report["closedBy"] = said.closed[1]
    return report


def _milliseconds(begin: datetime, end: datetime) -> int:
    return max(0, int((end - begin).total_seconds() * 1000))


# --- pages -----------------------------------------------------------------------------------------------------------


def _one(query: Mapping[str, Sequence[str]], name: str, otherwise: str = "") -> str:
    return query.get(name, (otherwise,))[-1]


def _number(query: Mapping[str, Sequence[str]], name: str, otherwise: int, least: int, most: int) -> int:
    said = _one(query, name, str(otherwise))
    if not (said.isascii() and said.isdigit() and len(said) < 10 and least <= int(said) <= most):
        raise Refusal(400, f"{name} is a number from {least} to {most}.")
    return int(said)


def _page(found: list[dict[str, Any]], query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    limit = _number(query, "limit", 20, 1, _MOST_ON_A_PAGE)
    offset = _number(query, "offset", 0, 0, _LAST)
    sort, order = _one(query, "sort", "createdAt"), _one(query, "order", "desc")
    if sort not in _SORTS:
        raise Refusal(400, f"sort is one of {', '.join(sorted(_SORTS))}.")
    if order not in ("asc", "desc"):
        raise Refusal(400, "order is asc or desc.")
    found = sorted(found, key=_sorted_by(sort), reverse=order == "desc")
    said = _one(query, "query")

    def address(start: int) -> str:
        asked = {"limit": limit, "sort": sort, "offset": start, "order": order, **({"query": said} if said else {})}
        return f"?{urlencode(asked)}"

    paging = {"first": address(0), "last": address(max(0, (len(found) - 1) // limit * limit))}
    if offset + limit < len(found):
        paging["next"] = address(offset + limit)
    if offset > 0:
        paging["prev"] = address(max(0, offset - limit))
    return {"data": found[offset : offset + limit], "paging": paging}


def _sorted_by(name: str) -> Callable[[dict[str, Any]], Any]:
    outer, _, inner = name.partition(".")

    def key(alert: dict[str, Any]) -> tuple[bool, float, str]:
        said = alert.get(outer)
        if inner:
            said = said.get(inner) if isinstance(said, dict) else None
        if outer == "tinyId" and isinstance(said, str):
            said = int(said)
        return said is not None, float(said) if isinstance(said, int) else 0.0, said if isinstance(said, str) else ""

    return key


def _told_of(lines: list[dict[str, Any]], query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    limit = _number(query, "limit", 20, 1, _MOST_ON_A_PAGE)
    said = [
        {**{name: value for name, value in line.items() if name != "at"}, "createdAt": rfc3339(line["at"]),
         "offset": str(place)}
        for place, line in enumerate(lines)
    ]  # fmt: skip
    if _one(query, "order", "desc") == "desc":
        said.reverse()
    start = _one(query, "offset")
    if start:
        place = next((place for place, line in enumerate(said) if line["offset"] == start), len(said) - 1)
        said = said[place + 1 :]
    return {"data": said[:limit]}
