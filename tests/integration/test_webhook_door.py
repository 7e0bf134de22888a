"""The webhook door as monitoring tools see it: uvicorn, real sockets, a real journal."""

import asyncio
import gzip
import http.client
import json
import socket
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from ingest.event import Draft
from ingest.journal import BusyError, NotDurableError
from ingest.webhook import WebhookDoor, WebhookSettings
from tests.integration.open_doors import KEY, Doors, Hooks

POST = json.dumps(
    {
        "version": "4",
        "status": "firing",
        "receiver": "desk",
        "groupKey": "{}",
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://alertmanager.example.com",
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "DiskFull", "instance": "db-1"},
                "annotations": {"summary": "The disk is full"},
                "startsAt": "2026-03-02T08:00:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "fingerprint": "c3ab8ff13720e8ad",
            }
        ],
    }
).encode()
HOOK = f"/hooks/alertmanager/{KEY}"
JSON = {"Content-Type": "application/json"}


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    content: Any


@pytest.fixture
def port(doors: Doors) -> Iterator[int]:
    with doors.http(max_size=100_000) as port:
        yield port


def post(
    port: int, path: str = HOOK, body: Any = POST, headers: Mapping[str, str] = JSON, method: str = "POST", **how: Any
) -> Answer:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as client:
        client.request(method, path, body, dict(headers), **how)
        response = client.getresponse()
        return Answer(response.status, response.headers, json.loads(response.read()))


def refused(answer: Answer, status: int) -> str:
    """The one sentence of a refusal."""
    assert answer.status == status, answer
    sentence: str = answer.content["error"]
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    return sentence


# --- accepting -----------------------------------------------------------------------------------


def test_a_post_is_in_the_journal_when_the_answer_says_so(doors: Doors, port: int) -> None:
    for position in (1, 2):
        answer = post(port)
        assert (answer.status, answer.content) == (202, {"position": position})
        found = doors.journal.get(position)
        assert found is not None
        assert (found.kind, found.route, found.body) == ("webhook", "hook:alertmanager-1", POST)
        assert found.envelope == {"tool": "alertmanager", "hook": "alertmanager-1", "content_type": "application/json"}
    assert doors.outcomes == ["accepted", "accepted"]


def test_the_key_may_come_as_bearer(port: int) -> None:
    assert post(port, "/hooks/alertmanager", headers={**JSON, "Authorization": f"Bearer {KEY}"}).status == 202
    assert post(port, "/hooks/alertmanager", headers={**JSON, "authorization": f"bearer  {KEY}"}).status == 202


def test_a_body_in_chunks_is_whole_again(doors: Doors, port: int) -> None:
    pieces = [POST[:7], POST[7:300], POST[300:]]
    assert post(port, body=iter(pieces), encode_chunked=True).status == 202
    found = doors.journal.get(1)
    assert found is not None
    assert found.body == POST


def test_a_body_may_be_compressed(doors: Doors, port: int) -> None:
    packed = gzip.compress(POST[:200]) + gzip.compress(POST[200:])
    assert post(port, body=packed, headers={**JSON, "Content-Encoding": "gzip"}).status == 202
    found = doors.journal.get(1)
    assert found is not None
    assert found.body == POST


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "application/vnd.x+json", "TEXT/JSON", None]
)
def test_json_by_any_name(port: int, content_type: str | None) -> None:
    assert post(port, headers={"Content-Type": content_type} if content_type else {}).status == 202


def test_a_form_is_taken_from_tools_that_send_forms(doors: Doors, port: int) -> None:
    form = b"title=Backup+failed&severity=critical"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert post(port, f"/hooks/generic/{KEY}", form, headers).status == 202
    refused(post(port, HOOK, form, headers), 415)


# --- refusing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"{", b"[1,", b"\xff\xfe", b"<xml/>", b"null", b"7", b'{"alerts": 7}', b"{}"])
def test_what_is_not_the_tools_is_refused_with_a_sentence(doors: Doors, port: int, body: bytes) -> None:
    refused(post(port, body=body), 400)
    assert doors.journal.head().position == 0


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/hooks/alertmanager", {}),
        ("/hooks/alertmanager/", {}),
        ("/hooks/alertmanager/wrong", {}),
        (f"/hooks/grafana/{KEY}", {}),
        ("/hooks/alertmanager", {"Authorization": "Bearer wrong"}),
        ("/hooks/alertmanager", {"Authorization": f"Basic {KEY}"}),
        ("/hooks/alertmanager", {"Authorization": "Bearer"}),
        ("/hooks/alertmanager/wrong", {"Authorization": f"Bearer {KEY}"}),
    ],
)
def test_without_the_right_key_nothing_is_taken(doors: Doors, port: int, path: str, headers: dict[str, str]) -> None:
    answer = post(port, path, headers={**JSON, **headers})
    assert "key" in refused(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert doors.journal.head().position == 0


@pytest.mark.parametrize("path", [f"/hooks/nosuch/{KEY}", "/hooks/", "/hooks/alertmanager/a/b", "/hooks//x", "/v2/x"])
def test_there_is_nothing_at_other_addresses(port: int, path: str) -> None:
    refused(post(port, path), 404)


def test_only_post_is_understood(port: int) -> None:
    answer = post(port, method="PUT")
    refused(answer, 405)
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize("content_type", ["application/xml", "image/png", "text/html", "nonsense"])
def test_other_kinds_of_content_are_refused(port: int, content_type: str) -> None:
    assert content_type in refused(post(port, headers={"Content-Type": content_type}), 415)
    refused(post(port, f"/hooks/generic/{KEY}", headers={"Content-Type": content_type}), 415)


def test_other_encodings_are_refused(port: int) -> None:
    answer = post(port, headers={**JSON, "Content-Encoding": "br"})
    refused(answer, 415)
    assert answer.headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize("packed", [b"no gzip at all", gzip.compress(POST)[:-20], b""])
def test_broken_gzip_is_refused(port: int, packed: bytes) -> None:
    refused(post(port, body=packed, headers={**JSON, "Content-Encoding": "gzip"}), 400)


# --- sizes ---------------------------------------------------------------------------------------


def test_a_body_that_says_it_is_too_large_is_refused(port: int) -> None:
    refused(post(port, body=b" " * 100_001), 413)
    assert post(port, body=POST + b" " * (100_000 - len(POST))).status == 202


def test_a_body_in_chunks_that_never_ends_is_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(f"POST {HOOK} HTTP/1.1\r\nHost: desk\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
        answer = b""
        for _ in range(1_000):
            try:
                connection.sendall(chunk)
            except (BrokenPipeError, ConnectionResetError):
                break
        with connection.makefile("rb") as file:
            try:
                answer = file.readline()
            except ConnectionResetError:
                answer = b""
    # The connection is closed under a sender who does not stop; one who looks sees the refusal.
    assert answer in {b"HTTP/1.1 413 Request Entity Too Large\r\n", b"HTTP/1.1 413 Content Too Large\r\n", b""}


def test_a_chunked_body_just_too_large_is_refused_and_the_refusal_is_seen(port: int) -> None:
    refused(post(port, body=iter([b" " * 60_000] * 2), encode_chunked=True), 413)


def test_a_bomb_is_refused_without_being_unpacked(port: int) -> None:
    bomb = gzip.compress(b"[" + b" " * 50_000_000)
    assert len(bomb) < 100_000
    refused(post(port, body=bomb, headers={**JSON, "Content-Encoding": "gzip"}), 413)


def test_a_body_that_does_not_come_is_not_waited_for(doors: Doors) -> None:
    with doors.http(read_seconds=0.1) as port, socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(f"POST {HOOK} HTTP/1.1\r\nHost: desk\r\nContent-Length: 100\r\n\r\n{{".encode())
        with connection.makefile("rb") as file:
            assert file.readline().startswith(b"HTTP/1.1 408")
    assert doors.journal.head().position == 0


def test_a_sender_who_leaves_in_the_middle_leaves_nothing(doors: Doors, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(f"POST {HOOK} HTTP/1.1\r\nHost: desk\r\nContent-Length: 9999\r\n\r\n".encode() + POST)
    assert post(port).content == {"position": 1}


# --- rates and failures --------------------------------------------------------------------------


def test_a_hook_that_sends_too_fast_is_told_when_to_come_back(doors: Doors) -> None:
    with doors.http(posts_per_minute=6, burst=2) as port:
        assert [post(port).status for _ in range(2)] == [202, 202]
        answer = post(port)
        refused(answer, 429)
        assert answer.headers["Retry-After"] == "10"
        assert post(port, f"/hooks/generic/{KEY}", b'{"title": "other hooks are not held up"}').status == 202
        doors.later(seconds=10)
        assert post(port).status == 202


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_job_checks_in_with_any_request(doors: Doors, method: str) -> None:
    with doors.http() as port, closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as client:
        client.request(method, f"/hooks/heartbeat/{KEY}")
        assert client.getresponse().status == 202
    (row,) = doors.journal.read(0, 10)
    assert row.envelope["tool"] == "heartbeat"


def test_guessing_keys_is_slowed_down_and_the_right_key_still_works(doors: Doors) -> None:
    with doors.http(wrong_keys_per_minute=3) as port:
        statuses = [post(port, f"/hooks/alertmanager/guess{number}").status for number in range(5)]
        assert statuses == [401, 401, 401, 429, 429]
        assert post(port).status == 202


def test_a_locked_journal_is_a_temporary_failure(doors: Doors, port: int, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = post(port)
        other.execute("ROLLBACK")
    refused(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0
    assert post(port).content == {"position": 1}
    assert doors.outcomes == ["503", "accepted"]


def failing(error: Exception) -> Callable[[Draft], Awaitable[int]]:
    async def accept(_draft: Draft) -> int:
        raise error

    return accept


@pytest.mark.parametrize(
    ("error", "status"),
    [(BusyError("full"), 429), (NotDurableError("disk"), 503), (ZeroDivisionError("a mistake of ours"), 503)],
)
def test_what_goes_wrong_here_may_be_sent_again(doors: Doors, error: Exception, status: int) -> None:
    with doors.http(failing(error)) as port:
        answer = post(port)
        refused(answer, status)
        assert "Retry-After" in answer.headers
        assert "mistake" not in str(answer.content)


def test_one_connection_serves_many_posts_also_after_refusals(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as client:
        for path, status in [
            (HOOK, 202),
            ("/hooks/alertmanager/wrong", 401),
            (HOOK, 202),
            ("/hooks/no/x", 404),
            (HOOK, 202),
        ]:
            client.request("POST", path, POST, JSON)
            response = client.getresponse()
            response.read()
            assert response.status == status


# --- beside other pages --------------------------------------------------------------------------


def test_it_stands_beside_an_application(doors: Doors) -> None:
    async def page(_request: object) -> PlainTextResponse:
        return PlainTextResponse("a page")

    def check(_tool: str, _body: bytes, _content_type: str | None) -> None:
        return None

    settings = WebhookSettings(tools=frozenset({"generic"}))
    parts = (settings, doors.commit.accept, Hooks(), check, doors.clock)
    whole = WebhookDoor(*parts).in_front_of(Starlette(routes=[Route("/page", page)]))

    async def ask() -> list[tuple[int, str]]:
        import httpx

        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=whole), base_url="http://desk") as client:
            answers = [
                await client.get("/page"),
                await client.post(f"/hooks/generic/{KEY}", json={}),
                await client.post("/hooks/generic", json={}, headers={"Authorization": f"Bearer {KEY}"}),
                await client.get(f"/hooks/generic/{KEY}"),
            ]
        return [(answer.status_code, answer.text) for answer in answers]

    answers = asyncio.run(ask())
    assert answers[:3] == [(200, "a page"), (202, '{"position":1}'), (202, '{"position":2}')]
    assert answers[3][0] == 405
