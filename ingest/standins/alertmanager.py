"""In Alertmanager's place: the API v2 that Prometheus, Grafana, Loki, vmalert and amtool call.

A client names the desk as an Alertmanager at `/hooks/alertmanager/KEY` (in Prometheus: `path_prefix`), or at the root
with the key as Bearer or password. Alerts are a list without a status: one that is not repeated until its `endsAt` is
over (github.com/prometheus/alertmanager, api/v2/openapi.yaml).
"""

from datetime import datetime
from urllib.parse import parse_qs, unquote

import msgspec
from msgspec.structs import replace

from ingest.alerts import check_webhook
from ingest.http_body import Refusal
from ingest.standins.alertmanager_silences import EXPIRE, SET, posted, silence_id
from ingest.standins.call import Answer, Call
from ingest.standins.posted_alerts import faults_in, told

_READ = {
    "/api/v2/alerts": "alerts",
    "/api/v2/alerts/groups": "groups",
    "/api/v2/status": "status",
    "/api/v2/silences": "silences",
    "/api/v2/receivers": "receivers",
    "/-/ready": "ready",
    "/-/healthy": "ready",
}
_WRITTEN = frozenset({"/api/v2/alerts", "/api/v1/alerts"})
_ONE_SILENCE = "/api/v2/silence/"
_SAID_AS_TEXT = frozenset({400, 404, 500})
"""Answers whose body is a text by the API's description; others have a code and a message."""


class Alertmanager:
    """The stand-in."""

    tool = "alertmanager"
    key_in_body = False

    def call(self, method: str, path: str, query: str) -> Call | None:
        path = path.rstrip("/")
        if path.startswith(_ONE_SILENCE):
            return _about_silence(method, unquote(path[len(_ONE_SILENCE) :]))
        if path not in _READ and path not in _WRITTEN:
            return None
        if method == "POST" and path in _WRITTEN:
            return Call(action="post")
        if method == "POST" and path == "/api/v2/silences":
            return Call(action=SET, weighed=True, awaited=True, envelope={"call": f"alertmanager.{SET}"})
        if method in {"GET", "HEAD"} and path in _READ:
            return Call(action=_READ[path], writes=False, query=query)
        raise Refusal(405, "The desk does not answer this call of Alertmanager's API.", {"allow": "GET, POST"})

    def key_of(self, body: bytes) -> str | None:
        return None

    def examined(self, call: Call, body: bytes, at: datetime) -> Call:
        if call.action == SET:
            posted(body, at)
            return call
        # A client that has nothing to say posts an empty list, or none at all, and Alertmanager answers 200.
        if call.action == EXPIRE or body.strip() == b"[]":
            return call
        if body.strip() == b"null":
            return replace(call, envelope={"call": "alertmanager.Alerts"})
        if (sentence := check_webhook("alertmanager", body, "application/json")) is not None:
            raise Refusal(400, sentence)
        faults = faults_in(body, at)
        if not faults:
            return call
        envelope = {"call": "alertmanager.Alerts", "faulty": {str(place): said for place, said in faults.items()}}
        return replace(call, envelope=envelope, fault=told(faults))

    def accepted(self, call: Call, body: bytes, position: int) -> Answer:
        if call.action != SET:
            return Answer(200)
        return Answer(200, msgspec.json.encode({"silenceID": silence_id(call.envelope.get("silence"), position)}))

    def refused(self, status: int, sentence: str) -> Answer:
        said = sentence if status in _SAID_AS_TEXT else {"code": status, "message": sentence}
        return Answer(status, msgspec.json.encode(said))


def _about_silence(method: str, name: str) -> Call | None:
    if not name or len(name) > 100 or "/" in name or not name.isprintable():
        return None
    asked = {"silence": name}
    if method in {"GET", "HEAD"}:
        return Call(action="silence", writes=False, envelope=asked)
    if method == "DELETE":
        ended = {"call": f"alertmanager.{EXPIRE}", **asked}
        return Call(action=EXPIRE, weighed=True, awaited=True, content=False, envelope=ended)
    raise Refusal(405, "A silence is read with GET and ended with DELETE.", {"allow": "GET, DELETE"})


def filters(query: str) -> dict[str, list[str]]:
    """The parameters of a reading call: `filter` (matchers), `active`, `silenced`, `receiver` ..."""
    try:
        return parse_qs(query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return {}
