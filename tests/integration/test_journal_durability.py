"""Accepted means durable, seen from outside: what the kernel was asked, and what is left after SIGKILL."""

import http.client
import json
import os
import re
import resource
import signal
import smtplib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from ingest.journal_sql import open_journal
from tests.integration.open_doors import DESK, KEY

MAIL = "From: ann@example.net\r\nSubject: number {}\r\n\r\nIt is broken.\r\n"


class Target(NamedTuple):
    """The doors in a process of their own."""

    process: "subprocess.Popen[str]"
    pid: int
    smtp: int
    http: int


@contextmanager
def doors_in_a_process(folder: Path, *before: str) -> Iterator[Target]:
    process = subprocess.Popen(
        [*before, sys.executable, "-m", "tests.integration.open_doors", str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        try:
            found = json.loads(process.stdout.readline())
            yield Target(process, found["pid"], found["smtp"], found["http"])
            process.stdin.close()
            process.wait(60)
        finally:
            process.kill()
            process.wait()


def send_mails(port: int, numbers: Sequence[int]) -> dict[int, str]:
    """One session; gives each mail's answer to DATA, up to where the connection ends."""
    answers: dict[int, str] = {}
    try:
        with closing(smtplib.SMTP("127.0.0.1", port, timeout=30)) as client:
            client.ehlo("client.example.net")
            for number in numbers:
                client.mail("ann@example.net")
                client.rcpt(DESK)
                code, text = client.data(MAIL.format(number))
                answers[number] = f"{code} {text.decode()}"
    except (OSError, smtplib.SMTPException):
        return answers
    return answers


def send_posts(port: int, numbers: Sequence[int]) -> dict[int, tuple[int, bytes]]:
    """One connection; gives each post's answer, up to where the connection ends."""
    answers: dict[int, tuple[int, bytes]] = {}
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as client:
            for number in numbers:
                body = json.dumps({"title": f"number {number}"})
                client.request("POST", f"/hooks/generic/{KEY}", body, {"Content-Type": "application/json"})
                response = client.getresponse()
                answers[number] = (response.status, response.read())
    except (OSError, http.client.HTTPException):
        return answers
    return answers


def at_once(*tasks: Callable[[], object]) -> None:
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --- what the kernel was asked -------------------------------------------------------------------

_CALL = re.compile(r"^(?P<pid>\d+) +(?P<name>\w+)\((?P<rest>.*)$", re.DOTALL)
_RESUMED = re.compile(r"^(?P<pid>\d+) +<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)$", re.DOTALL)


class Call(NamedTuple):
    """One system call: the lines of the trace where it began and ended, and its whole text."""

    began: int
    ended: int
    name: str
    text: str


def calls(trace: str) -> Iterator[Call]:
    open_calls: dict[tuple[str, str], tuple[int, str]] = {}
    for number, line in enumerate(trace.splitlines()):
        if resumed := _RESUMED.match(line):
            key = (resumed["pid"], resumed["name"])
            if key in open_calls:
                began, text = open_calls.pop(key)
                yield Call(began, number, resumed["name"], text + resumed["rest"])
        elif call := _CALL.match(line):
            if call["rest"].endswith("<unfinished ...>"):
                open_calls[call["pid"], call["name"]] = (number, call["rest"].removesuffix("<unfinished ...>"))
            else:
                yield Call(number, number, call["name"], call["rest"])


def check_order(trace: str) -> int:
    """Assert that a sync of the journal lies between each input and its answer; returns how many answers there were."""
    syncs: list[Call] = []
    received: dict[str, int] = {}
    answers = 0
    for call in sorted(calls(trace), key=lambda call: call.ended):
        connection = re.match(r"\d+<(TCP[^>]*>?[^>]*)>", call.text)
        if call.name in {"fdatasync", "fsync"} and "journal.db-wal>" in call.text and call.text.endswith("= 0"):
            syncs.append(call)
        elif connection and call.name in {"read", "recvfrom", "recvmsg"}:
            received[connection[1]] = call.ended
        elif connection and re.search(r"250 2\.6\.0 accepted as |HTTP/1\.1 202 ", call.text):
            answers += 1
            arrived = received[connection[1]]
            assert any(arrived < sync.began and sync.ended < call.began for sync in syncs), (
                f"line {call.began} of the trace answers an input of line {arrived} without a sync between them"
            )
    return answers


def test_the_check_itself_can_fail() -> None:
    good = [
        r'1 read(9<TCP:[127.0.0.1:25->127.0.0.1:9]>, "x\r\n.\r\n", 10) = 6',
        "2 fdatasync(7</tmp/journal.db-wal> <unfinished ...>",
        '1 read(8<TCP:[127.0.0.1:25->127.0.0.1:8]>, "EHLO", 10) = 6',
        "2 <... fdatasync resumed>) = 0",
        r'1 write(9<TCP:[127.0.0.1:25->127.0.0.1:9]>, "250 2.6.0 accepted as 1\r\n", 30) = 30',
    ]
    assert check_order("\n".join(good)) == 1
    late = [good[0], good[4], good[1], good[3]]
    early = [good[1], good[0], good[3], good[4]]
    failed = [good[0], good[1], "2 <... fdatasync resumed>) = -1 EIO (Input/output error)", good[4]]
    for bad in (late, early, failed):
        with pytest.raises(AssertionError, match="without a sync"):
            check_order("\n".join(bad))


@pytest.mark.server
def test_a_sync_of_the_journal_is_finished_between_each_input_and_its_answer(
    tmp_path: Path, server_program: Callable[[str], str]
) -> None:
    trace = tmp_path / "trace"
    strace = [
        server_program("strace"), "-f", "-yy", "-s", "4096", "-o", str(trace),
        "-e", "trace=read,recvfrom,recvmsg,write,writev,sendto,sendmsg,fdatasync,fsync",
    ]  # fmt: skip
    with doors_in_a_process(tmp_path, *strace) as target:
        assert len(send_mails(target.smtp, range(20))) == 20
        assert len(send_posts(target.http, range(20))) == 20
        at_once(
            *(lambda start=start: send_mails(target.smtp, range(start, start + 20)) for start in (100, 200, 300)),
            *(lambda start=start: send_posts(target.http, range(start, start + 20)) for start in (400, 500, 600)),
        )
    assert check_order(trace.read_text(errors="replace")) == 160


# --- what is left --------------------------------------------------------------------------------


def kept(folder: Path) -> dict[int, bytes]:
    """The bodies in the journal by position, after its chain was verified."""
    journal = open_journal(f"sqlite:///{folder / 'journal.db'}")
    with closing(journal):
        assert journal.verify().fault is None
        return {found.position: found.body or b"" for found in journal.read(0, 1_000_000)}


@pytest.mark.parametrize("seconds", [0.02, 0.1, 0.3])
def test_what_was_answered_survives_a_kill_at_any_instant(tmp_path: Path, seconds: float) -> None:
    mails: dict[int, str] = {}
    posts: dict[int, tuple[int, bytes]] = {}
    with doors_in_a_process(tmp_path) as target:
        killer = threading.Timer(seconds, os.kill, (target.pid, signal.SIGKILL))
        killer.start()
        at_once(
            *(lambda n=n: mails.update(send_mails(target.smtp, range(n, n + 10_000))) for n in (0, 10_000, 20_000)),
            *(lambda n=n: posts.update(send_posts(target.http, range(n, n + 10_000))) for n in (0, 10_000, 20_000)),
        )
        killer.join()
    bodies = kept(tmp_path)
    for number, answer in mails.items():
        position = int(answer.removeprefix("250 2.6.0 accepted as "))
        assert f"number {number}\r\n".encode() in bodies[position]
    for number, (status, content) in posts.items():
        assert status == 202
        assert json.loads(bodies[json.loads(content)["position"]]) == {"title": f"number {number}"}


def test_a_full_disk_is_a_temporary_failure_and_nothing_accepted_is_lost(tmp_path: Path) -> None:
    with doors_in_a_process(tmp_path) as target:
        assert send_mails(target.smtp, [0]) == {0: "250 2.6.0 accepted as 1"}
        size = max(file.stat().st_size for file in tmp_path.iterdir())
        _, hard = resource.prlimit(target.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(target.pid, resource.RLIMIT_FSIZE, (size + 40_000, hard))
        mails = send_mails(target.smtp, range(1, 30))
        posts = send_posts(target.http, range(30, 33))
        assert mails[29].startswith("451 4.3.0 ")
        assert {status for status, _ in posts.values()} == {503}
        resource.prlimit(target.pid, resource.RLIMIT_FSIZE, (hard, hard))
        mails |= send_mails(target.smtp, [33])
        assert mails[33].startswith("250 ")
    accepted = [number for number, answer in mails.items() if answer.startswith("250 ")]
    bodies = list(kept(tmp_path).values())
    assert len(bodies) == len(accepted) + 1
    for number, body in zip([0, *accepted], bodies, strict=True):
        assert f"number {number}\r\n".encode() in body
