"""Doors that are really open: an event loop in a thread, a journal on disk, sockets on loopback."""

import asyncio
import json
import os
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
import uvloop

from ingest.alerts import check_webhook
from ingest.event import Draft
from ingest.group_commit import GroupCommit
from ingest.journal import Journal
from ingest.journal_sql import open_journal
from ingest.smtp import SmtpServer, SmtpSettings, smtp_server
from ingest.trust import Admission, HookDirectory
from ingest.webhook import Inspect, WebhookDoor, WebhookSettings

DESK = "desk@example.com"
MAIL = b"From: Ann <ann@example.net>\r\nSubject: The printer\r\n\r\nIt is broken."
KEY = "s3cret-key-of-the-hook"
T = TypeVar("T")
Accept = Callable[[Draft], Awaitable[int]]


class Hooks:
    """Two hooks, each with the same key."""

    def lookup(self, tool: str, key: str) -> Admission | None:
        known = key == KEY and tool in {"alertmanager", "generic", "pagerduty", "opsgenie", "auto", "heartbeat"}
        return Admission(hook=f"{tool}-1") if known else None


class Doors:
    """The doors' loop and what the tests need of it. `at` is the time that the rates go by."""

    def __init__(self, journal: Journal, commit: GroupCommit, loop: asyncio.AbstractEventLoop) -> None:
        self.journal = journal
        self.commit = commit
        self.at = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
        self.outcomes: list[str] = []
        self.loop = loop

    def clock(self) -> datetime:
        return self.at

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)

    def do(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run something on the doors' loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    @contextmanager
    def smtp(self, accept: Accept | None = None, **settings: Any) -> Iterator["Smtp"]:
        server = smtp_server(
            SmtpSettings(port=0, **settings),
            accept or self.commit.accept,
            self.clock,
            allow=DESK.__eq__,
            count=self.outcomes.append,
        )
        self.do(server.start())
        try:
            yield Smtp(self, server)
        finally:
            self.do(server.stop())

    @contextmanager
    def http(
        self,
        accept: Accept | None = None,
        *,
        hooks: HookDirectory | None = None,
        inspect: Inspect = lambda _admission, _body: None,
        trusted: str = "127.0.0.1",
        **settings: Any,
    ) -> Iterator[int]:
        """The webhook door behind uvicorn; yields the port."""
        tools = frozenset({"alertmanager", "grafana", "generic", "pagerduty", "opsgenie", "auto", "heartbeat"})
        door = WebhookDoor(
            WebhookSettings(tools=tools, **settings),
            accept or self.commit.accept,
            hooks or Hooks(),
            check_webhook,
            self.clock,
            count=self.outcomes.append,
            inspect=inspect,
        )
        listening = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            door, http="httptools", lifespan="off", log_config=None, access_log=False, forwarded_allow_ips=trusted
        )
        server = _Quiet(config)
        serving = asyncio.run_coroutine_threadsafe(server.serve(sockets=[listening]), self.loop)
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            serving.result(30)


class _Quiet(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Smtp:
    """An open SMTP door."""

    def __init__(self, doors: Doors, server: SmtpServer) -> None:
        self.doors = doors
        self.server = server
        self.port = server.addresses[0][1]

    @contextmanager
    def session(self, greeting: str = "220", hello: str = "EHLO client.example.net") -> Iterator["Session"]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with Session(connection) as session:
                session.expect(greeting)
                if greeting == "220" and hello:
                    session.capabilities = session.say(hello, "250")
                yield session


class Session:
    """A client that says exactly what the test says."""

    capabilities = ""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._file = connection.makefile("rb")

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def answer(self) -> str:
        """The next whole answer, possibly of several lines; empty at the end of the connection."""
        lines = []
        while line := self._file.readline():
            lines.append(line.decode().rstrip("\r\n"))
            if line[3:4] != b"-":
                break
        return "\n".join(lines)

    def expect(self, start: str) -> str:
        answer = self.answer()
        assert answer.startswith(start), f"expected {start}, got {answer!r}"
        return answer

    def say(self, line: str, start: str) -> str:
        self.send(line.encode() + b"\r\n")
        return self.expect(start)

    def begin(self, recipient: str = DESK) -> None:
        """Everything up to the mail itself."""
        self.say("MAIL FROM:<ann@example.net>", "250 2.1.0")
        self.say(f"RCPT TO:<{recipient}>", "250 2.1.5")
        self.say("DATA", "354")

    def mail(self, content: bytes, start: str = "250 2.6.0 accepted as ") -> str:
        """One mail as it goes over the wire; the content has its dots stuffed by the caller."""
        self.begin()
        self.send(content + b"\r\n.\r\n")
        return self.expect(start)


@contextmanager
def doors_at(folder: Path, url: str | None = None) -> Iterator[Doors]:
    with ExitStack() as stack:
        journal = open_journal(url or f"sqlite:///{folder / 'journal.db'}")
        stack.callback(journal.close)
        commit = stack.enter_context(GroupCommit(journal, lambda: datetime(2026, 3, 2, 8, 15, tzinfo=UTC)))
        loop = uvloop.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        stack.callback(loop.close)
        stack.callback(thread.join)
        stack.callback(loop.call_soon_threadsafe, loop.stop)
        yield Doors(journal, commit, loop)


def main() -> None:
    """Open both doors in a process of its own; says where they are, and closes them at the end of standard input."""
    folder = Path(sys.argv[1])
    with doors_at(folder) as doors, doors.smtp() as smtp, doors.http(unlimited=("127.0.0.0/8",)) as http_port:
        print(json.dumps({"pid": os.getpid(), "smtp": smtp.port, "http": http_port}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()


def bodies(doors: Doors) -> list[bytes | None]:
    """The bodies of what the journal has."""
    return [found.body for found in doors.journal.read(0, 100)]
