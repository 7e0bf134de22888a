"""The hand-over to rspamd at the door: with a real one, and with counterparts that misbehave in every way."""

import asyncio
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desk.config import Settings
from desk.config_trial import trials
from desk.rspamd import GIVE_UP_AFTER, REST_SECONDS, Rspamd, scanning
from desk.spam_settings import SpamSettings
from ingest.event import Draft
from ingest.journal_sql import open_journal
from tests.integration.rspamd import GTUBE, GTUBE_ADD_HEADER, RspamdServer, a_filter
from tests.integration.running_desk import ADDRESS, RunningDesk, a_desk, until

MAIL = b"From: eve@elsewhere.test\r\nSubject: Hello\r\n\r\nGood morning.\r\n"
ENVELOPE = {
    "mail_from": "eve@elsewhere.test",
    "rcpt_to": ["help@fernhill.example", "it@fernhill.example"],
    "peer": "9.9.9.9",
    "helo": "mx.elsewhere.test",
}


# --- a real one ---


@pytest.fixture
def rspamd(tmp_path: Path, server_program: Callable[..., str]) -> Iterator[RspamdServer]:
    with a_filter(server_program("rspamd"), tmp_path / "rspamd") as server:
        yield server


@pytest.mark.server
@pytest.mark.parametrize(
    ("words", "action"), [(GTUBE, "reject"), (GTUBE_ADD_HEADER, "add header"), ("Good morning.", "no action")]
)
def test_a_real_rspamd_gives_its_verdict(rspamd: RspamdServer, words: str, action: str) -> None:
    body = f"From: eve@elsewhere.test\r\nSubject: Hello\r\n\r\n{words}\r\n".encode()
    verdict = Rspamd(rspamd.url, 10.0).verdict(body, ENVELOPE)
    assert (verdict["by"], verdict["action"], verdict["required"]) == ("rspamd", action, 15.0)


@pytest.mark.server
def test_desk_check_says_whether_it_answers(rspamd: RspamdServer) -> None:
    settings = Settings(spam=SpamSettings(rspamd_url=rspamd.url, timeout=10.0))
    assert not _said_of_it(settings)
    rspamd.stop()
    (words,) = _said_of_it(settings)
    assert "gives no verdict: it cannot be reached: Connection refused. Mail comes in without one." in words


def _said_of_it(settings: Settings) -> list[str]:
    return [finding.words for finding in trials(settings) if "rspamd" in finding.words]


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.waits
def test_spam_at_the_door_of_a_running_desk_is_kept_and_a_dead_filter_holds_up_nothing(
    tmp_path: Path, rspamd: RspamdServer
) -> None:
    more = f'[spam]\nrspamd_url = "{rspamd.url}"\n'
    (tmp_path / "desk").mkdir()
    with a_desk(tmp_path / "desk", more) as desk:
        desk.start()
        _send(desk, "Cheap pills", GTUBE)
        _send(desk, "Toner", "The printer on floor 2 needs toner.")
        until(lambda: desk.rows("SELECT 1 FROM records"))
        assert desk.rows("SELECT why, subject FROM ignored") == [("spam", "Cheap pills")]
        assert desk.rows("SELECT title FROM records") == [("Toner",)]
        assert _noted(desk) == ["reject", "no action"]

        rspamd.stop()
        _send(desk, "Beamer", "The beamer in room 5 stays dark.")
        until(lambda: len(desk.rows("SELECT 1 FROM records")) == 2)
        assert _noted(desk)[2] is None
        metrics = desk.get("/metrics")[1]
        assert 'desk_spam_verdicts_total{action="reject"} 1.0' in metrics
        assert 'desk_spam_verdicts_total{action="absent"} 1.0' in metrics
        (body,) = desk.rows("SELECT body FROM records WHERE title = 'Beamer'")[0]
        reasons = msgspec.json.decode(str(body))["reasons"]
        assert [why["evidence"]["by"] for why in reasons if why["rule"] == "spam filter did not answer"] == ["rspamd"]


def _send(desk: RunningDesk, subject: str, text: str) -> None:
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=20) as connection:
        mail = f"From: ada@fernhill.example\r\nTo: {ADDRESS}\r\nSubject: {subject}\r\n\r\n{text}\r\n"
        connection.sendmail("ada@fernhill.example", [ADDRESS], mail.encode())


def _noted(desk: RunningDesk) -> list[str | None]:
    """The actions in the journal, in the order of the mails."""
    journal = open_journal(f"sqlite:///{desk.folder}/data/journal.db")
    try:
        found = journal.read(0, 100)
        return [item.envelope["spam"].get("action") for item in found if item.kind == "mail"]
    finally:
        journal.close()


# --- the protocol, and counterparts that misbehave ---


class PatientServer(ThreadingHTTPServer):
    request_queue_size = 100
    """The library's five let callers wait a second and longer."""


class Counterpart:
    """Answers `POST /checkv2` as it is told and remembers what it was asked."""

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.asked: list[tuple[str, list[tuple[str, str]], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append((self.path, list(self.headers.items()), body))
                answer(self)

            def log_message(self, *_: Any) -> None:
                """Nothing on standard error."""

        self.server = PatientServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@contextmanager
def a_counterpart(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[Counterpart]:
    counterpart = Counterpart(answer)
    thread = threading.Thread(target=counterpart.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield counterpart
    finally:
        counterpart.server.shutdown()
        thread.join()
        counterpart.server.server_close()


def says(body: bytes, status: int = 200) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


FULL: Mapping[str, Any] = {
    "is_skipped": False, "score": 7.345, "required_score": 15.0, "action": "add header",
    "symbols": {"LIGHT": {"score": 0.1}, "HEAVY": {"score": 5.0}, "GOOD": {"score": -2.0}, "NONE": {"score": 0.0}},
    "messages": {},
}  # fmt: skip


def test_the_mail_and_what_the_door_knows_are_handed_over() -> None:
    with a_counterpart(says(msgspec.json.encode(FULL))) as counterpart:
        verdict = Rspamd(counterpart.url + "/", 5.0).verdict(MAIL, ENVELOPE)
        ((path, headers, body),) = counterpart.asked
    assert verdict == {
        "by": "rspamd", "action": "add header", "score": 7.34, "required": 15.0, "symbols": ["HEAVY", "GOOD", "LIGHT"],
    }  # fmt: skip
    assert (path, body) == ("/checkv2", MAIL)
    assert [value for name, value in headers if name == "Rcpt"] == ENVELOPE["rcpt_to"]
    told = dict(headers)
    assert (told["From"], told["Helo"], told["IP"]) == ("eve@elsewhere.test", "mx.elsewhere.test", "9.9.9.9")


def test_the_address_of_ones_own_relay_is_not_told_and_no_header_can_be_injected() -> None:
    envelope = {"mail_from": "a@b\r\nPass: all", "rcpt_to": ["ü@example.test", None], "peer": "10.0.0.1", "helo": 7}
    with a_counterpart(says(msgspec.json.encode(FULL))) as counterpart:
        assert Rspamd(counterpart.url, 5.0).verdict(MAIL, envelope)["action"] == "add header"
        ((_, headers, _),) = counterpart.asked
    names = {name for name, _ in headers}
    assert "Pass" not in names
    assert {"From", "IP", "Helo"}.isdisjoint(names)
    assert "Rcpt" in names


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (says(b"<html>"), "its answer is not JSON"),
        (says(b"[]"), "its answer names no action"),
        (says(b'{"action": 7}'), "its answer names no action"),
        (says(b"{}", 503), "it answered with status 503"),
        (says(b"x" * (2 << 20)), "its answer is too long"),
        (lambda handler: handler.connection.shutdown(socket.SHUT_RDWR), "it cannot be reached: RemoteDisconnected"),
    ],
)
def test_an_answer_that_makes_no_sense_is_no_verdict(
    answer: Callable[[BaseHTTPRequestHandler], None], words: str
) -> None:
    with a_counterpart(answer) as counterpart:
        assert Rspamd(counterpart.url, 5.0).verdict(MAIL, ENVELOPE) == {"by": "rspamd", "missing": words}


def test_one_that_never_answers_and_one_that_drips_are_given_up_in_time() -> None:
    over = threading.Event()

    def drips(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        while not over.wait(0.02):
            try:
                handler.wfile.write(b" ")
            except OSError:
                return

    def waits(_: BaseHTTPRequestHandler) -> None:
        over.wait(20)

    for answer in (drips, waits):
        with a_counterpart(answer) as counterpart:
            verdict = Rspamd(counterpart.url, 0.3).verdict(MAIL, ENVELOPE)
            over.set()
        over.clear()
        assert verdict == {"by": "rspamd", "missing": "it did not answer within 0.3 seconds"}


def test_after_some_failures_it_is_left_alone_for_a_while() -> None:
    now = [0.0]
    with a_counterpart(says(b"", 500)) as counterpart:
        rspamd = Rspamd(counterpart.url, 5.0, now=lambda: now[0])
        for _ in range(GIVE_UP_AFTER + 5):
            rspamd.verdict(MAIL, ENVELOPE)
        assert len(counterpart.asked) == GIVE_UP_AFTER
        assert rspamd.verdict(MAIL, ENVELOPE)["missing"] == "it has not answered lately"
        now[0] += REST_SECONDS
        rspamd.verdict(MAIL, ENVELOPE)
        assert len(counterpart.asked) == GIVE_UP_AFTER + 1


def test_the_door_accepts_with_the_verdict_and_counts_it() -> None:
    accepted: list[Draft] = []
    counted: list[str] = []

    async def accept(draft: Draft) -> int:
        accepted.append(draft)
        return len(accepted)

    draft = Draft(kind="mail", route="help@fernhill.example", envelope=ENVELOPE, body=MAIL)
    with a_counterpart(says(msgspec.json.encode(FULL))) as counterpart:
        door = scanning(accept, Rspamd(counterpart.url, 30.0, counted.append))
        assert asyncio.run(_all(door, draft, 40)) == set(range(1, 41))
    assert {one.envelope["spam"]["action"] for one in accepted} == {"add header"}
    assert all(one.body == MAIL and one.envelope["peer"] == "9.9.9.9" for one in accepted)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        door = scanning(accept, Rspamd(f"http://127.0.0.1:{nobody.getsockname()[1]}", 5.0, counted.append))
        asyncio.run(_all(door, draft, 1))
    assert accepted[-1].envelope["spam"]["missing"].startswith("it cannot be reached")
    assert (counted.count("add header"), counted.count("absent")) == (40, 1)


async def _all(door: Callable[[Draft], Any], draft: Draft, times: int) -> set[int]:
    return set(await asyncio.gather(*(door(draft) for _ in range(times))))
