"""Durable webhook acceptance against an endpoint of the same application that answers at once, at 64 connections."""

import argparse
import asyncio
import json
import socket
import tempfile
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

import uvicorn
import uvloop
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse

from bench.measure import folder, interleaved, report, server
from ingest.alerts import check_webhook
from ingest.group_commit import GroupCommit
from ingest.journal_sql import open_journal
from ingest.trust import Admission
from ingest.webhook import WebhookDoor, WebhookSettings

KEY = "a-key-of-this-bench"


class _OneHook:
    def lookup(self, tool: str, key: str) -> Admission | None:
        return Admission(hook=f"{tool}-1") if key == KEY else None


def _now() -> datetime:
    return datetime.now(UTC)


async def _answer_at_once(request: Request) -> JSONResponse:
    await request.body()
    return JSONResponse({"position": 1}, 202)


def serve(pipe: Connection, url: str) -> None:
    """The desk's stack with one hook, and beside it the endpoint that answers at once."""
    app = FastAPI()
    app.add_route("/at-once", _answer_at_once, methods=["POST"])
    journal = open_journal(url)
    with GroupCommit(journal, _now) as commit:
        settings = WebhookSettings(tools=frozenset({"alertmanager"}), posts_per_minute=1e9, burst=1_000_000)
        door = WebhookDoor(settings, commit.accept, _OneHook(), check_webhook, _now)
        config = uvicorn.Config(
            door.in_front_of(app), port=0, loop="uvloop", http="httptools", access_log=False, log_level="warning"
        )
        uvloop.run(_run(uvicorn.Server(config), pipe))
    journal.close()


async def _run(uvicorn_server: uvicorn.Server, pipe: Connection) -> None:
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    running = asyncio.create_task(uvicorn_server.serve(sockets=[listening]))
    pipe.send(listening.getsockname()[1])
    await asyncio.to_thread(pipe.recv)
    uvicorn_server.should_exit = True
    await running


class _Poster(asyncio.Protocol):
    """One connection that posts again as soon as it has the answer."""

    def __init__(self, request: bytes, load: "_Load") -> None:
        self.request = request
        self.answer = b""
        self.load = load
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's do not inherit from asyncio's
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        assert self.transport is not None
        self.answer += data
        if not self.answer.startswith(b"HTTP/1.1 202 "):
            self.load.failure = f"not a 202: {self.answer[:200]!r}"
        if not self.answer.endswith(b"}"):
            return
        self.answer = b""
        self.load.done += 1
        if self.load.over:
            self.transport.close()
        else:
            self.transport.write(self.request)


class _Load:
    def __init__(self) -> None:
        self.done = 0
        self.over = False
        self.failure: str | None = None


def post(port: int, path: str, connections: int, seconds: float, body: bytes) -> float:
    """Posts per second over this many connections."""
    request = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body

    async def run() -> float:
        load = _Load()
        loop = asyncio.get_running_loop()
        for _ in range(connections):
            await loop.create_connection(lambda: _Poster(request, load), "127.0.0.1", port)
        await asyncio.sleep(0.2)
        began, before = loop.time(), load.done
        await asyncio.sleep(seconds)
        rate = (load.done - before) / (loop.time() - began)
        load.over = True
        await asyncio.sleep(0.1)
        if load.failure:
            raise RuntimeError(load.failure)
        return rate

    return uvloop.run(run())


def alertmanager_post(alerts: int = 1) -> bytes:
    """A post of the size that one alert group makes."""
    one = {
        "status": "firing", "startsAt": "2026-03-02T08:15:00Z", "endsAt": "0001-01-01T00:00:00Z",
        "labels": {"alertname": "HighErrorRate", "service": "payments", "instance": "pay-1:9100", "severity": "page"},
        "annotations": {"summary": "5% of requests fail", "description": "Errors have been many for ten minutes."},
        "generatorURL": "http://prometheus.example.com/graph", "fingerprint": "c3ab8ff13720e8ad",
    }  # fmt: skip
    return json.dumps({"version": "4", "status": "firing", "receiver": "desk", "alerts": [one] * alerts}).encode()


def main() -> None:
    """Measure and print one line for each number of connections."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--connections", type=int, nargs="*", default=[64])
    parser.add_argument("--journal", help="another journal than SQLite, as an SQLAlchemy URL")
    options = parser.parse_args()
    body = alertmanager_post()
    with tempfile.TemporaryDirectory(dir=folder()) as place:
        url = options.journal or f"sqlite:///{Path(place) / 'journal.db'}"
        with server(serve, url) as port:
            for connections in options.connections:
                rates = interleaved(
                    {
                        "at once": lambda c=connections: post(port, "/at-once", c, options.seconds, body),
                        "durable": lambda c=connections: post(
                            port, f"/hooks/alertmanager/{KEY}", c, options.seconds, body
                        ),
                    },
                    options.rounds,
                )
                target = 0.8 if connections == 64 else None
                report("accept_webhook", f"{connections} connections", rates, "durable", "at once", target)


if __name__ == "__main__":
    main()
