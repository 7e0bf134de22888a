"""What a hook asks for beside its key, and the desk in place of others: real sockets, real journal."""

import base64
import hashlib
import hmac
import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest.http_body import Refusal
from ingest.signatures import SCHEMES
from ingest.trust import Admission
from tests.integration.open_doors import KEY, Doors, doors_at

BODY = json.dumps({"title": "Disk full", "resource": "db-1"}).encode()
SECRET = b"a-secret-of-the-tool"


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Doors]:
    with doors_at(tmp_path) as doors:
        yield doors


class OneHook:
    """A directory with one hook that asks for what a test says."""

    def __init__(self, **asked: Any) -> None:
        self.admission = Admission(hook="mine", **asked)

    def lookup(self, tool: str, key: str) -> Admission | None:
        return self.admission if key in {KEY, "mine"} else None


def send(
    port: int, path: str, body: bytes = BODY, headers: Mapping[str, str] | None = None, method: str = "POST"
) -> tuple[int, Any]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as client:
        client.request(method, path, body, {"Content-Type": "application/json", **(headers or {})})
        answer = client.getresponse()
        said = answer.read()
        return answer.status, json.loads(said) if said else None


def signed(body: bytes) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()}


def test_a_signed_hook_takes_what_is_signed_and_nothing_else(doors: Doors) -> None:
    hooks = OneHook(signature=SCHEMES["github"], secrets=(SECRET,))
    with doors.http(hooks=hooks) as port:
        assert send(port, "/hooks/generic/mine", headers=signed(BODY))[0] == 202
        assert send(port, "/hooks/generic/mine")[0] == 401
        assert send(port, f"/hooks/generic/{KEY}")[0] == 401, "the key alone is not enough"
        assert send(port, "/hooks/generic/mine", BODY + b" ", signed(BODY))[0] == 401
        assert send(port, "/hooks/alertmanager/mine/api/v2/alerts", b"", method="GET")[0] == 403
    assert doors.journal.head().position == 1


def test_what_was_signed_long_ago_is_not_taken_again(doors: Doors) -> None:
    hooks = OneHook(signature=SCHEMES["slack"], secrets=(SECRET,))
    moment = str(int(doors.at.timestamp()))
    made = hmac.new(SECRET, f"v0:{moment}:".encode() + BODY, hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={made}"}
    with doors.http(hooks=hooks) as port:
        assert send(port, "/hooks/generic/mine", headers=headers)[0] == 202
        doors.later(seconds=400)
        assert send(port, "/hooks/generic/mine", headers=headers)[0] == 401
    assert doors.journal.head().position == 1


def slack(doors: Doors, body: bytes = BODY) -> dict[str, str]:
    moment = str(int(doors.at.timestamp()))
    made = hmac.new(SECRET, f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={made}"}


def test_the_same_signed_post_counts_once(doors: Doors) -> None:
    hooks = OneHook(signature=SCHEMES["slack"], secrets=(SECRET,))
    with doors.http(hooks=hooks) as port:
        first, overheard = send(port, "/hooks/generic/mine", headers=slack(doors)), slack(doors)
        doors.later(seconds=60)
        assert send(port, "/hooks/generic/mine", headers=overheard) == first == (202, {"position": 1})
        assert send(port, "/hooks/generic/mine", headers=slack(doors)) == (202, {"position": 2}), "signed anew"
    assert doors.journal.head().position == 2


def test_without_a_time_the_same_body_may_be_news(doors: Doors) -> None:
    hooks = OneHook(signature=SCHEMES["github"], secrets=(SECRET,))
    with doors.http(hooks=hooks) as port:
        assert [send(port, "/hooks/generic/mine", headers=signed(BODY))[0] for _ in range(2)] == [202, 202]
    assert doors.journal.head().position == 2


def test_who_knows_only_the_name_of_a_signed_hook_takes_nothing_of_its_rate(doors: Doors) -> None:
    hooks = OneHook(signature=SCHEMES["github"], secrets=(SECRET,))
    with doors.http(hooks=hooks, posts_per_minute=2, burst=2, wrong_keys_per_minute=5) as port:
        answers = [send(port, "/hooks/generic/mine", headers=signed(b"forged"))[0] for _ in range(7)]
        assert answers == [401] * 5 + [429] * 2
        assert send(port, "/hooks/generic/mine", headers=signed(BODY))[0] == 202


def test_nothing_is_unpacked_for_who_did_not_sign(doors: Doors) -> None:
    hooks = OneHook(signature=SCHEMES["github"], secrets=(SECRET,))
    bomb = {"Content-Encoding": "gzip", "X-Hub-Signature-256": "sha256=00"}
    with doors.http(hooks=hooks) as port:
        assert send(port, "/hooks/generic/mine", b"no gzip at all", bomb)[0] == 401


def test_a_hook_is_called_from_its_networks_only(doors: Doors) -> None:
    with doors.http(hooks=OneHook(networks=("127.0.0.0/8",))) as port:
        assert send(port, f"/hooks/generic/{KEY}")[0] == 202
    with doors.http(hooks=OneHook(networks=("192.0.2.0/24",))) as port:
        assert send(port, f"/hooks/generic/{KEY}")[0] == 403
    with doors.http(hooks=OneHook(networks=("192.0.2.0/24",)), trusted="127.0.0.1") as port:
        assert send(port, f"/hooks/generic/{KEY}", headers={"X-Forwarded-For": "192.0.2.9"})[0] == 202
        assert send(port, f"/hooks/generic/{KEY}", headers={"X-Forwarded-For": "203.0.113.9"})[0] == 403
    with doors.http(hooks=OneHook(networks=("192.0.2.0/24",)), trusted="198.51.100.1") as port:
        forged = {"X-Forwarded-For": "192.0.2.9"}
        assert send(port, f"/hooks/generic/{KEY}", headers=forged)[0] == 403, "nobody vouches for that header"


def test_a_message_that_is_not_proven_to_be_of_sns_is_refused(doors: Doors) -> None:
    def inspect(_admission: Admission, body: bytes) -> None:
        if b"forged" in body:
            raise Refusal(403, "The message's signature is wrong.")

    with doors.http(hooks=OneHook(sns=True), inspect=inspect) as port:
        assert send(port, f"/hooks/generic/{KEY}")[0] == 202
        assert send(port, f"/hooks/generic/{KEY}", b'{"title": "forged"}')[0] == 403


@pytest.mark.parametrize("scheme", ["Bearer", "GenieKey", "Basic"])
def test_the_key_in_a_header(doors: Doors, scheme: str) -> None:
    said = base64.b64encode(f"user:{KEY}".encode()).decode() if scheme == "Basic" else KEY
    with doors.http() as port:
        assert send(port, "/hooks/generic", headers={"Authorization": f"{scheme} {said}"})[0] == 202


# --- other products' answers ---------------------------------------------------------------------

ALERTS = b'[{"labels": {"alertname": "DiskFull", "instance": "db-1"}, "endsAt": "2026-03-02T09:00:00Z"}]'
EVENT = {"routing_key": KEY, "event_action": "trigger", "payload": {"summary": "Disk full", "source": "db-1"}}


def test_alertmanagers_clients_get_an_empty_200(doors: Doors) -> None:
    with doors.http() as port:
        for path in (f"/hooks/alertmanager/{KEY}/api/v2/alerts", f"/hooks/alertmanager/{KEY}/api/v1/alerts"):
            assert send(port, path, ALERTS) == (200, None)
        bearer = {"Authorization": f"Bearer {KEY}"}
        assert send(port, "/hooks/alertmanager/api/v2/alerts", ALERTS, bearer) == (200, None)
        assert send(port, "/api/v2/alerts", ALERTS, bearer) == (200, None)
        assert send(port, "/api/v2/alerts", ALERTS)[0] == 401
        assert send(port, "/api/v2/silences", b"{}", bearer)[0] == 422  # it lacks what a silence needs
        assert send(port, "/api/v2/alerts", b'[{"no": "labels"}]', bearer)[0] == 400
        assert send(port, "/api/v2/alerts", b" []\n", bearer) == (200, None)
        assert send(port, "/api/v2/alerts", b"{}", bearer)[0] == 400
    assert doors.journal.head().position == 5


def test_pagerdutys_clients_get_its_answers_and_the_journal_no_key(doors: Doors) -> None:
    with doors.http() as port:
        status, said = send(port, "/v2/enqueue", json.dumps(EVENT | {"dedup_key": "d-1"}).encode())
        assert (status, said["status"], said["dedup_key"]) == (202, "success", "d-1")
        named = send(port, "/v2/enqueue", json.dumps(EVENT).encode())[1]["dedup_key"]
        ending = {"routing_key": KEY, "event_action": "resolve", "dedup_key": named}
        assert send(port, f"/hooks/pagerduty/{KEY}/v2/enqueue", json.dumps(ending).encode())[0] == 202
        old = {"service_key": KEY, "event_type": "trigger", "description": "Disk full", "incident_key": "k"}
        assert send(port, "/generic/2010-04-15/create_event.json", json.dumps(old).encode())[1]["incident_key"] == "k"
        for wrong in ({}, {"routing_key": "nobody's"}, EVENT | {"event_action": "x"}, EVENT | {"payload": {}}):
            status, said = send(port, "/v2/enqueue", json.dumps(wrong).encode())
            assert (status, said["status"]) == (400, "invalid event")
    assert doors.journal.head().position == 4
    for position in (1, 2, 4):
        found = doors.journal.get(position)
        assert found is not None
        assert found.body is not None
        assert KEY.encode() not in found.body


def test_opsgenies_clients_get_a_request_id(doors: Doors) -> None:
    genie = {"Authorization": f"GenieKey {KEY}"}
    with doors.http() as port:
        status, said = send(port, "/v2/alerts", b'{"message": "Disk full", "alias": "a/b"}', genie)
        assert (status, said["result"], len(said["requestId"])) == (202, "Request will be processed", 36)
        assert send(port, "/v2/alerts/a%2Fb/close?identifierType=alias", b"{}", genie)[0] == 202
        assert send(port, "/v2/alerts/a%2Fb/acknowledge?identifierType=alias", b"", genie)[0] == 202
        assert send(port, "/v2/alerts/a%00b/close?identifierType=alias", b"{}", genie)[0] == 422
        assert send(port, "/v2/alerts", b'{"alias": "no message"}', genie)[0] == 422
        assert send(port, "/v2/alerts", b'{"message": "x"}')[0] == 401
    found = doors.journal.get(2)
    assert found is not None
    assert found.envelope["identifier"] == "a/b"
    assert found.envelope["call"] == "opsgenie.Close"
