"""What the desk answers where it stands in for another product and is asked something: from the tables, never more than
came in by the hook whose key asks.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import re2
import sqlalchemy as sa
from msgspec import Struct

from desk.store import processed_position
from desk.tables import conditions, entries
from ingest.alerts import read_webhook
from ingest.event import Alert, Input, Reading
from ingest.journal import Journal
from ingest.normalize import normalize
from ingest.standins.alertmanager import filters
from ingest.standins.call import Call

MOST = 500
"""Alerts in one answer; the pages show all of them."""
_ACTIVE = ("firing", "acknowledged")
_MATCHER = re.compile(r'\s*([A-Za-z_][\w.:-]*)\s*(=~|!~|!=|=)\s*"?((?:[^"\\]|\\.)*)"?\s*')


class _Open(Struct, frozen=True):
    """A condition that came by the hook, and what was last said of it."""

    fingerprint: str
    status: str
    first_at: datetime
    last_at: datetime
    alert: Alert


class Answers:
    """Answers calls that only ask; safe to use from several threads."""

    def __init__(self, engine: sa.Engine, journal: Journal, version: str, started_at: datetime) -> None:
        self._engine = engine
        self._journal = journal
        self._version = version
        self._started_at = started_at

    def __call__(self, tool: str, call: Call, hook: str) -> bytes | None:
        """The body of the answer as JSON; None where there is nothing to tell."""
        if tool == "alertmanager":
            return msgspec.json.encode(self._alertmanager(call, hook))
        said = self._opsgenie(call, hook) if tool == "opsgenie" else None
        return None if said is None else msgspec.json.encode({"took": 0.0, "requestId": "quietdesk", **said})

    def _alertmanager(self, call: Call, hook: str) -> Any:
        if call.action == "status":
            return {
                "cluster": {"status": "disabled", "peers": []},
                "versionInfo": dict.fromkeys(("branch", "revision", "buildUser", "buildDate", "goVersion"), "")
                | {"version": self._version},
                "config": {"original": "# Quietdesk stands in for Alertmanager: routing is decided by the desk.\n"},
                "uptime": _rfc3339(self._started_at),
            }
        if call.action == "receivers":
            return [{"name": "quietdesk"}]
        if call.action in {"silences", "ready"}:
            return []
        matchers = [_matcher(said) for said in filters(call.query).get("filter", [])]
        found = [one for one in map(_gettable, self._open("alertmanager", hook)) if _all_match(matchers, one["labels"])]
        if call.action == "groups":
            return [{"labels": {}, "receiver": {"name": "quietdesk"}, "alerts": found}] if found else []
        return found

    def _opsgenie(self, call: Call, hook: str) -> dict[str, Any] | None:
        if call.action == "request":
            return self._request(call, hook)
        found = list(self._open("opsgenie", hook))
        if call.action == "count":
            return {"data": {"count": len(found)}}
        if call.action == "list":
            return {"data": [_opsgenie_alert(one) for one in found]}
        wanted, by = str(call.envelope.get("identifier")), call.envelope.get("identifier_type")
        for one in found:
            if wanted == (one.alert.labels.get("alias") if by == "alias" else one.fingerprint):
                return {"data": _opsgenie_alert(one)}
        return None

    def _request(self, call: Call, hook: str) -> dict[str, Any] | None:
        """What became of a request: it is done once the desk has processed its input."""
        position = call.envelope.get("position")
        item = self._journal.get(position) if isinstance(position, int) else None
        if item is None or item.route != f"hook:{hook}":
            return None
        with self._engine.connect() as connection:
            done = processed_position(connection) >= item.position
        alert = next((event for event in normalize(item, Reading()) if isinstance(event, Alert)), None)
        return {
            "data": {
                "success": done and alert is not None, "isSuccess": done and alert is not None,
                "action": str(item.envelope.get("call", "opsgenie.Create")).rpartition(".")[2],
                "processedAt": _rfc3339(item.accepted_at), "integrationId": hook,
                "status": "Processed by the desk" if done else "Waiting to be processed",
                "alertId": alert.fingerprint if alert else "",
                "alias": (alert.labels.get("alias") if alert else "") or "",
            }
        }  # fmt: skip

    def _open(self, tool: str, hook: str) -> Iterator[_Open]:
        c = conditions.c
        query = sa.select(c.fingerprint, c.status, c.first_at, c.last_at, c.record)
        query = query.where(c.tool == tool, c.status.in_(_ACTIVE)).order_by(c.last_at.desc()).limit(MOST)
        inputs: dict[int, Input | None] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query).all():
                said = self._last_said(connection, row.record, row.fingerprint, hook, inputs)
                if said is not None:
                    yield _Open(row.fingerprint, row.status, row.first_at, row.last_at, said)

    def _last_said(
        self,
        connection: sa.Connection,
        record: str | None,
        fingerprint: str,
        hook: str,
        inputs: dict[int, Input | None],
    ) -> Alert | None:
        """The newest notice of a condition that came by this hook, read again from the journal."""
        e = entries.c
        query = sa.select(e.last_position).where(e.record == record, e.subject == fingerprint).order_by(e.id.desc())
        for position in connection.execute(query.limit(3)).scalars():
            if position not in inputs:
                inputs[position] = self._journal.get(position)
            item = inputs[position]
            if item is None or item.body is None or item.route != f"hook:{hook}":
                continue
            events = (
                normalize(item, Reading())
                if "call" in item.envelope
                else read_webhook(str(item.envelope.get("tool")), item.body, Reading(), None, item.accepted_at)
            )
            for event in events:
                if isinstance(event, Alert) and event.fingerprint == fingerprint:
                    return event
        return None


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _gettable(one: _Open) -> dict[str, Any]:
    """An alert as Alertmanager's API gives it (api/v2/openapi.yaml, gettableAlert)."""
    alert = one.alert
    return {
        "labels": dict(alert.labels),
        "annotations": {"description": alert.description} if alert.description else {},
        "startsAt": _rfc3339(alert.started_at or one.first_at),
        "endsAt": _rfc3339(alert.expires_at or one.last_at + timedelta(days=1)),
        "updatedAt": _rfc3339(one.last_at),
        "fingerprint": one.fingerprint,
        "generatorURL": alert.links[0] if alert.links else "",
        "receivers": [{"name": "quietdesk"}],
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": [], "mutedBy": []},
    }


def _opsgenie_alert(one: _Open) -> dict[str, Any]:
    alert = one.alert
    return {
        "id": one.fingerprint, "alias": alert.labels.get("alias") or one.fingerprint, "message": alert.title or "",
        "status": "open", "acknowledged": one.status == "acknowledged", "isSeen": True, "snoozed": False, "count": 1,
        "createdAt": _rfc3339(one.first_at), "updatedAt": _rfc3339(one.last_at),
        "lastOccurredAt": _rfc3339(one.last_at),
        "priority": alert.tool_severity or "P3", "source": alert.labels.get("source", ""), "tags": [],
        "description": alert.description or "", "entity": alert.resource or "", "details": {},
    }  # fmt: skip


_Match = tuple[str, str, str]


def _matcher(said: str) -> _Match:
    """A matcher as amtool writes it: `name="value"`, `=~`, `!=`, `!~`; anything else is a name."""
    found = _MATCHER.fullmatch(said[:500])
    if found is None:
        return ("alertname", "=", said)
    return (found[1], found[2], re.sub(r"\\(.)", r"\1", found[3]) if found[2] in {"=", "!="} else found[3])


def _all_match(matchers: list[_Match], labels: Mapping[str, str]) -> bool:
    return all(_matches(labels.get(name, ""), sign, value) for name, sign, value in matchers)


def _matches(said: str, sign: str, value: str) -> bool:
    if sign in {"=", "!="}:
        return (said == value) == (sign == "=")
    options = re2.Options()
    options.log_errors = False
    try:
        return (re2.compile(value, options).fullmatch(said) is not None) == (sign == "=~")
    except re2.error:
        return False
