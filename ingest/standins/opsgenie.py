"""In Opsgenie's place: its alert API, for clients that create, close and acknowledge alerts by their alias.

The key of the hook is the GenieKey. Answers are Opsgenie's: 202 with a `requestId`, by which the request's fate can be
asked for (docs.opsgenie.com, Alert API). An alert's id is the desk's own identity for it.
"""

import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote

import msgspec

from ingest.alerts import LARGE
from ingest.http_body import Refusal
from ingest.payload import PayloadError, decode_payload
from ingest.standins.call import Answer, Call
from ingest.standins.ids import id_of, position_of

_ACTIONS = {
    "close": "Close", "acknowledge": "Acknowledge", "unacknowledge": "UnAcknowledge", "snooze": "Snooze",
    "escalate": "EscalateNext", "assign": "AssignOwnership", "notes": "AddNote", "tags": "AddTags",
    "details": "AddDetails", "priority": "UpdatePriority", "message": "UpdateMessage",
    "description": "UpdateDescription", "responders": "AddResponder", "teams": "AddTeam",
}  # fmt: skip
_REMOVED = {"tags": ("RemoveTags", "tags"), "details": ("RemoveDetails", "keys")}
"""What is taken from an alert with DELETE, and the parameter that says which."""
_LISTED = frozenset({"notes", "logs", "recipients"})
_MOST_GONE = 2_000
_ONE = re.compile(r"/v2/alerts/(?P<identifier>[^/]{1,1500})(?:/(?P<action>[a-z]{3,20}))?")
_REQUEST = re.compile(r"/v2/alerts/requests/(?P<id>[0-9a-fA-F-]{36})")


class Opsgenie:
    """The stand-in."""

    tool = "opsgenie"
    key_in_body = False

    def call(self, method: str, path: str, query: str) -> Call | None:
        path = path.rstrip("/")
        if path == "/v2/alerts":
            return _either(method, Call(action="Create"), Call(action="list", writes=False, query=query))
        if path == "/v2/alerts/count":
            return _either(method, None, Call(action="count", writes=False, query=query))
        if found := _REQUEST.fullmatch(path):
            asked = {"position": position_of("request", found["id"]), "request": found["id"]}
            return _either(method, None, Call(action="request", writes=False, envelope=asked))
        if found := _ONE.fullmatch(path):
            return self._about_one(method, unquote(found["identifier"]), found["action"], query)
        return None

    def _about_one(self, method: str, identifier: str, action: str | None, query: str) -> Call | None:
        kind = (parameters(query).get("identifierType") or ["id"])[0].lower()
        asked = {"identifier": identifier, "identifier_type": kind}
        if action is None and method == "DELETE":
            return _written("Delete", asked)
        if action is None:
            return _either(method, None, Call(action="get", writes=False, envelope=asked))
        if action in _LISTED and method in {"GET", "HEAD"}:
            return Call(action=action, writes=False, envelope=asked, query=query)
        if action in _REMOVED and method == "DELETE":
            name, parameter = _REMOVED[action]
            gone = (parameters(query).get(parameter) or [""])[0][:_MOST_GONE]
            return _written(name, {**asked, parameter: gone})
        if action not in _ACTIONS:
            return None
        if method not in {"POST", "PUT", "PATCH"}:
            raise Refusal(405, "This call is made with POST.", {"allow": "POST"})
        return _written(_ACTIONS[action], asked)

    def key_of(self, body: bytes) -> str | None:
        return None

    def examined(self, call: Call, body: bytes, at: datetime) -> Call:
        if (sentence := self._problem(call, body)) is not None:
            raise Refusal(400, sentence)
        return call

    def _problem(self, call: Call, body: bytes) -> str | None:
        if not str(call.envelope.get("identifier", "-")).isprintable():
            return "An alert's id or alias holds no control characters."
        if not call.content and not body.strip():
            return None
        if len(body) > LARGE:
            return "A request is at most 1 MB."
        try:
            payload = decode_payload(body, "application/json")
        except PayloadError as problem:
            return str(problem)
        if not isinstance(payload, dict):
            return "The body must be a JSON object."
        if call.action == "Create" and not (isinstance(payload.get("message"), str) and payload["message"].strip()):
            return 'An alert needs a "message".'
        if call.envelope.get("identifier_type", "id") not in {"id", "alias", "tiny"}:
            return "identifierType is id, alias or tiny."
        return None

    def accepted(self, call: Call, body: bytes, position: int) -> Answer:
        said: dict[str, Any] = {
            "result": "Request will be processed",
            "took": 0.0,
            "requestId": id_of("request", position),
        }
        return Answer(202, msgspec.json.encode(said))

    def refused(self, status: int, sentence: str) -> Answer:
        said = {"message": sentence, "took": 0.0, "requestId": id_of("request", 0)}
        return Answer(422 if status == 400 else status, msgspec.json.encode(said))


def _either(method: str, written: Call | None, read: Call) -> Call:
    if method in {"GET", "HEAD"}:
        return read
    if method == "POST" and written is not None:
        return written
    raise Refusal(405, "The desk does not answer this call of Opsgenie's API.", {"allow": "GET, POST"})


def _written(action: str, asked: dict[str, Any]) -> Call:
    """A call about one alert. Its tiny id is known only by the tables."""
    tiny = asked["identifier_type"] == "tiny"
    return Call(action=action, content=False, weighed=tiny, envelope={"call": f"opsgenie.{action}", **asked})


def parameters(query: str) -> dict[str, list[str]]:
    try:
        return parse_qs(query, max_num_fields=100)
    except ValueError:
        return {}
