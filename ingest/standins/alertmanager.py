"""In Alertmanager's place: the API v2 that Prometheus, Grafana, Loki, vmalert and amtool call.

A client names the desk as an Alertmanager at `/hooks/alertmanager/KEY` (in Prometheus: `path_prefix`), or at the root
with the key as Bearer or password. Alerts are a list without a status: one that is not repeated until its `endsAt` is
over (github.com/prometheus/alertmanager, api/v2/openapi.yaml).
"""

from urllib.parse import parse_qs

import msgspec

from ingest.alerts import check_webhook
from ingest.http_body import Refusal
from ingest.standins.call import Answer, Call

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


class Alertmanager:
    """The stand-in."""

    tool = "alertmanager"
    key_in_body = False

    def call(self, method: str, path: str, query: str) -> Call | None:
        path = path.rstrip("/")
        if path not in _READ and path not in _WRITTEN:
            return None
        if method == "POST" and path in _WRITTEN:
            return Call(action="post")
        if method in {"GET", "HEAD"} and path in _READ:
            return Call(action=_READ[path], writes=False, query=query)
        if path == "/api/v2/silences":
            raise Refusal(405, "Silences are made at the desk, on its pages or with its commands.", {"allow": "GET"})
        raise Refusal(405, "The desk does not answer this call of Alertmanager's API.", {"allow": "GET, POST"})

    def key_of(self, body: bytes) -> str | None:
        return None

    def problem(self, call: Call, body: bytes) -> str | None:
        # A client that has nothing to say posts an empty list, and Alertmanager answers 200.
        return None if body.strip() == b"[]" else check_webhook("alertmanager", body, "application/json")

    def accepted(self, call: Call, body: bytes, position: int) -> Answer:
        return Answer(200)

    def refused(self, status: int, sentence: str) -> Answer:
        return Answer(status, msgspec.json.encode(sentence))


def filters(query: str) -> dict[str, list[str]]:
    """The parameters of a reading call: `filter` (matchers), `active`, `silenced`, `receiver` ..."""
    try:
        return parse_qs(query, max_num_fields=100)
    except ValueError:
        return {}
