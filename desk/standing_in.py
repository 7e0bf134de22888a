"""What the desk answers where it stands in for another product and is asked something: from the tables, and of alerts
never more than came in by the hook whose key asks.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from correlate.matchers import Facts, MatcherError, holds, parse
from correlate.records import Matcher, Silence
from desk.store import processed_position
from desk.tables import conditions, silences
from ingest.event import Alert, Reading
from ingest.journal import Journal
from ingest.normalize import normalize
from ingest.standins.alertmanager import filters
from ingest.standins.call import Call

MOST = 1_000
"""Alerts or silences in one answer; the pages show all of them."""
_ACTIVE = ("firing", "acknowledged")
_PRIORITIES = {"critical": "P1", "major": "P2", "minor": "P3", "warning": "P4", "info": "P5"}
_HOLDS = timedelta(minutes=5)
"""How long an alert is said to hold of which nobody said so (Alertmanager's resolve_timeout)."""


class _Open(Struct, frozen=True, kw_only=True):
    """A condition that goes on."""

    fingerprint: str
    status: str
    severity: str
    resource: str | None
    service: str | None
    title: str | None
    labels: dict[str, str]
    first_at: datetime
    changed_at: datetime
    last_at: datetime
    expires_at: datetime | None


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
        if call.action == "ready":
            return []
        if call.action == "silences":
            return list(self._silences(hook))
        found = [_gettable(one) for one in self._matching(call, hook)]
        if call.action == "groups":
            return [{"labels": {}, "receiver": {"name": "quietdesk"}, "alerts": found}] if found else []
        return found

    def _matching(self, call: Call, hook: str) -> Iterator[_Open]:
        """The open alerts that the matchers of the query fit; what is no matcher fits nothing."""
        try:
            matchers = [matcher for said in filters(call.query).get("filter", []) for matcher in parse(said)]
        except MatcherError:
            return
        for one in self._open("alertmanager", hook):
            if holds(matchers, Facts(one.labels, {})):
                yield one

    def _silences(self, hook: str) -> Iterator[dict[str, Any]]:
        """Those that hold for an open alert of this hook: what others have silenced, and who asked, is not its."""
        query = sa.select(silences.c.body).where(silences.c.over.is_(False)).order_by(silences.c.ends_at).limit(MOST)
        with self._engine.connect() as connection:
            bodies = connection.execute(query).scalars().all()
        facts = (
            [Facts(one.labels, {"service": one.service}) for one in self._open("alertmanager", hook)] if bodies else []
        )
        for body in bodies:
            silence = msgspec.json.decode(body, type=Silence)
            if any(_covers(silence, fact) for fact in facts):
                yield _gettable_silence(silence)

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
            if wanted == (one.labels.get("alias") if by == "alias" else one.fingerprint):
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
        query = sa.select(*(c[name] for name in _Open.__struct_fields__))
        query = query.where(c.tool == tool, c.source == f"hook:{hook}", c.status.in_(_ACTIVE))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(c.last_at.desc()).limit(MOST)).mappings().all()
        for row in rows:
            said = msgspec.json.decode(row["labels"], type=dict[str, str]) if row["labels"] else {}
            yield _Open(**(dict(row) | {"labels": said}))


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _gettable(one: _Open) -> dict[str, Any]:
    """An alert as Alertmanager's API gives it (api/v2/openapi.yaml, gettableAlert)."""
    return {
        "labels": one.labels, "annotations": {}, "startsAt": _rfc3339(one.changed_at),
        "endsAt": _rfc3339(one.expires_at or one.last_at + _HOLDS), "updatedAt": _rfc3339(one.last_at),
        "fingerprint": one.fingerprint, "generatorURL": "", "receivers": [{"name": "quietdesk"}],
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": [], "mutedBy": []},
    }  # fmt: skip


def _covers(silence: Silence, facts: Facts) -> bool:
    if silence.services and facts.own.get("service") not in silence.services:
        return False
    return holds(silence.matchers, facts)


def _gettable_silence(one: Silence) -> dict[str, Any]:
    """A silence as Alertmanager's API gives it, without who asked for it and why; services are a matcher, too."""
    matchers = [*one.matchers, *(Matcher("service", "=", name) for name in one.services)]
    return {
        "id": one.id, "status": {"state": "active"}, "createdBy": "quietdesk", "comment": one.kind,
        "startsAt": _rfc3339(one.starts_at), "endsAt": _rfc3339(one.ends_at), "updatedAt": _rfc3339(one.created_at),
        "matchers": [
            {"name": said.name, "value": said.value, "isRegex": "~" in said.op, "isEqual": said.op in ("=", "=~")}
            for said in matchers
        ],
    }  # fmt: skip


def _opsgenie_alert(one: _Open) -> dict[str, Any]:
    return {
        "id": one.fingerprint, "alias": one.labels.get("alias") or one.fingerprint, "message": one.title or "",
        "status": "open", "acknowledged": one.status == "acknowledged", "isSeen": True, "snoozed": False, "count": 1,
        "createdAt": _rfc3339(one.first_at), "updatedAt": _rfc3339(one.last_at),
        "lastOccurredAt": _rfc3339(one.last_at), "priority": _PRIORITIES.get(one.severity, "P3"),
        "source": one.labels.get("source", ""), "tags": [], "description": "", "entity": one.resource or "",
        "details": {},
    }  # fmt: skip
