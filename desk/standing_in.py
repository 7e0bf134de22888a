"""What the desk answers where it stands in for another product and is asked something: from the tables, and of alerts
never more than came in by the hook whose key asks.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from desk.standins import alertmanager, opsgenie, silences
from desk.standins.times import rfc3339
from desk.store import processed_position, refusal_at
from ingest.http_body import Refusal
from ingest.journal import Journal
from ingest.standins.alertmanager import filters
from ingest.standins.call import Call


class Answers:
    """Answers calls that only ask, and weighs those that want something changed; safe to use from several threads."""

    def __init__(self, engine: sa.Engine, journal: Journal, version: str, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._journal = journal
        self._version = version
        self._clock = clock
        self._started_at = clock()

    def __call__(self, tool: str, call: Call, hook: str) -> bytes | None:
        """The body of the answer as JSON; None where there is nothing to tell. Raises `Refusal`."""
        with self._engine.connect() as connection:
            if tool == "alertmanager":
                return msgspec.json.encode(self._alertmanager(connection, call, hook))
            if tool == "opsgenie":
                said = opsgenie.answer(connection, self._journal, hook, call, self._clock())
                return None if said is None else msgspec.json.encode({"took": 0.0, "requestId": "quietdesk", **said})
        return None

    def weigh(self, tool: str, call: Call, hook: str, body: bytes) -> Call:
        """The call with what it means for what there is. Raises `Refusal` where it cannot be."""
        with self._engine.connect() as connection:
            if tool == "alertmanager":
                return silences.weigh(connection, hook, call, body, self._clock())
        return opsgenie.named(self._journal, hook, call) if tool == "opsgenie" else call

    def settled(self, position: int) -> bool:
        """Whether the desk has carried out this input. Raises `Refusal` 400 where it would not."""
        with self._engine.connect() as connection:
            if processed_position(connection) < position:
                return False
            refused = refusal_at(connection, position)
        if refused is not None:
            raise Refusal(400, str(refused.evidence.get("why") or refused.rule))
        return True

    def _alertmanager(self, connection: sa.Connection, call: Call, hook: str) -> Any:
        query, now = filters(call.query), self._clock()
        match call.action:
            case "status":
                return self._status()
            case "receivers":
                return [{"name": alertmanager.RECEIVER}]
            case "ready":
                return "OK"
            case "silences":
                matchers = alertmanager.filter_of(query.get("filter", ()))
                return silences.listed(connection, hook, matchers, query.get("creator", ()), now)
            case "silence":
                return silences.one(connection, hook, str(call.envelope.get("silence")), now)
            case "groups":
                return alertmanager.groups(connection, self._journal, hook, query, now)
        return alertmanager.alerts(connection, self._journal, hook, query, now)

    def _status(self) -> dict[str, Any]:
        return {
            "cluster": {"status": "disabled", "peers": []},
            "versionInfo": dict.fromkeys(("branch", "revision", "buildUser", "buildDate", "goVersion"), "")
            | {"version": self._version},
            "config": {"original": "# Quietdesk stands in for Alertmanager: routing is decided by the desk.\n"},
            "uptime": rfc3339(self._started_at),
        }
