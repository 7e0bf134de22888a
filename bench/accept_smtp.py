"""Durable SMTP acceptance against aiosmtpd with a handler that does nothing, with mails of 3 KB."""

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

import uvloop
from aiosmtpd.smtp import SMTP

from bench.measure import folder, interleaved, report, server
from ingest.group_commit import GroupCommit
from ingest.journal_sql import open_journal
from ingest.smtp import SmtpSettings, smtp_server

TARGETS = {8: 0.75, 32: 0.85}
DESK = "desk@example.com"


def _now() -> datetime:
    return datetime.now(UTC)


class _DoNothing:
    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        return "250 OK"


def serve_nothing(pipe: Connection) -> None:
    """aiosmtpd as it comes, on the same kind of event loop as the desk."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        listening = await loop.create_server(
            lambda: SMTP(_DoNothing(), hostname="localhost", loop=loop), "127.0.0.1", 0, backlog=512
        )
        await _serve_until_told(pipe, listening.sockets[0].getsockname()[1])
        listening.close()

    uvloop.run(run())


def serve_desk(pipe: Connection, url: str) -> None:
    """The desk's SMTP door in front of its journal."""

    async def run(accept: Callable[[Any], Awaitable[int]]) -> None:
        settings = SmtpSettings(port=0)
        door = smtp_server(settings, accept, _now, allow=DESK.__eq__)
        await door.start()
        await _serve_until_told(pipe, door.addresses[0][1])
        await door.stop()

    journal = open_journal(url)
    with GroupCommit(journal, _now) as commit:
        uvloop.run(run(commit.accept))
    journal.close()


async def _serve_until_told(pipe: Connection, port: int) -> None:
    pipe.send(port)
    await asyncio.to_thread(pipe.recv)


class _Load:
    def __init__(self, mail: bytes, mails_a_session: int) -> None:
        self.mail = mail
        self.mails_a_session = mails_a_session
        self.done = 0
        self.over = False
        self.failure: str | None = None


class _Sender(asyncio.Protocol):
    """One session after another, each with some mails; answers are waited for, as most senders do."""

    def __init__(self, load: _Load, ended: asyncio.Event) -> None:
        self.load = load
        self.ended = ended
        self.answer = b""
        self.left = load.mails_a_session
        self.steps = iter(self._steps())
        self.transport: asyncio.Transport | None = None

    def _steps(self) -> Any:
        yield b"EHLO client.example.net\r\n"
        while self.left:
            self.left -= 1
            yield b"MAIL FROM:<someone@example.net>\r\n"
            yield f"RCPT TO:<{DESK}>\r\n".encode()
            yield b"DATA\r\n"
            yield self.load.mail
            self.load.done += 1
        yield b"QUIT\r\n"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.answer += data
        last = self.answer[self.answer.rfind(b"\n", 0, -1) + 1 :]
        if not last.endswith(b"\r\n") or last[3:4] == b"-":
            return
        if last[:1] not in b"23":
            self.load.failure = repr(self.answer)
        self.answer = b""
        step = next(self.steps, None)
        assert self.transport is not None
        if step is None:
            self.transport.close()
        else:
            self.transport.write(step)

    def connection_lost(self, _error: Exception | None) -> None:
        self.ended.set()


def send(port: int, sessions: int, mails_a_session: int, seconds: float, mail: bytes) -> float:
    """Mails accepted per second, with so many sessions open at any time."""

    async def run() -> float:
        load = _Load(mail, mails_a_session)
        loop = asyncio.get_running_loop()

        async def one_after_another() -> None:
            while not load.over:
                ended = asyncio.Event()
                await loop.create_connection(partial(_Sender, load, ended), "127.0.0.1", port)
                await ended.wait()

        tasks = [asyncio.create_task(one_after_another()) for _ in range(sessions)]
        await asyncio.sleep(0.2)
        began, before = loop.time(), load.done
        await asyncio.sleep(seconds)
        rate = (load.done - before) / (loop.time() - began)
        load.over = True
        await asyncio.gather(*tasks)
        if load.failure:
            raise RuntimeError(load.failure)
        return rate

    return uvloop.run(run())


def mail_of(size: int) -> bytes:
    """A mail of about this many bytes, as it goes over the wire after DATA."""
    head = (
        f"From: Someone <someone@example.net>\r\nTo: <{DESK}>\r\nSubject: The printer on the third floor\r\n"
        "Date: Mon, 2 Mar 2026 08:15:00 +0000\r\nMessage-ID: <1@example.net>\r\n\r\n"
    )
    line = "It prints every page twice since this morning, and the second one is always blank.\r\n"
    return (head + line * ((size - len(head)) // len(line)) + ".\r\n").encode()


def main() -> None:
    """Measure and print one line for each number of sessions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--sessions", type=int, nargs="*", default=[8, 32])
    parser.add_argument("--mails-a-session", type=int, nargs="*", default=[1, 20])
    parser.add_argument("--journal", help="another journal than SQLite, as an SQLAlchemy URL")
    options = parser.parse_args()
    mail = mail_of(3_000)
    with tempfile.TemporaryDirectory(dir=folder()) as place:
        url = options.journal or f"sqlite:///{Path(place) / 'journal.db'}"
        with server(serve_nothing) as nothing, server(serve_desk, url) as desk:
            for each in options.mails_a_session:
                for sessions in options.sessions:
                    run = {
                        name: lambda port=port, s=sessions, e=each: send(port, s, e, options.seconds, mail)
                        for name, port in {"nothing": nothing, "durable": desk}.items()
                    }
                    rates = interleaved(run, options.rounds)
                    case = f"{sessions} sessions, {each} mails each"
                    report("accept_smtp", case, rates, "durable", "nothing", TARGETS.get(sessions))


if __name__ == "__main__":
    main()
