"""A whole desk, end to end: mails and alerts through the doors of `desk serve` until what follows is committed.

Each round gives a fresh desk the same package: mails over 8 SMTP sessions and posts of 100 alerts over 16 connections,
at once. Against it stands the same desk whose doors only accept (`--role doors`). Beside the ratio: how long it takes
from an answer 202 to the committed incident while a desk is under moderate load.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from bench.measure import folder, interleaved, report
from bench.pipeline import POLICY, mail, post
from desk.store import processed_position
from ingest.journal_sql import open_journal
from tests.integration.running_desk import ADDRESS, RunningDesk, a_desk, until

MAILS = 300
POSTS = 150
SMTP_SESSIONS = 8
CONNECTIONS = 16
_MORE = "posts_per_minute = 1000000\n"


@contextmanager
def running(role: str, group_wait: int = 1, services: str = "") -> Iterator[tuple[RunningDesk, str]]:
    """A fresh desk with one hook, as `desk serve --role ROLE`; `group_wait` is in seconds, `services` takes the
    place of the simulated company's services.toml."""
    with tempfile.TemporaryDirectory(dir=folder()) as place, a_desk(Path(place), "", group_wait) as desk:
        text = desk.config.read_text("utf-8")
        desk.config.write_text(text.replace("[delivery]", f"{_MORE}[delivery]"), "utf-8")
        if services:
            (desk.folder / "services.toml").write_text(services, "utf-8")
        key = desk.hook("alertmanager")
        if role == "all":
            desk.start()
        else:
            log = (desk.folder / "log.txt").open("ab")
            command = [sys.executable, "-m", "desk", "--config", str(desk.config), "serve", "--role", role]
            desk.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
            log.close()
            until(lambda: _answers(desk), 60)
        yield desk, key


def _answers(desk: RunningDesk) -> bool:
    try:
        return desk.get("/healthz")[0] == 200
    except OSError:
        return False


async def _send_mails(port: int, numbers: Iterator[int], last: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def said(command: bytes) -> None:
        writer.write(command)
        while (line := await reader.readline())[3:4] == b"-":
            pass
        if line[:1] not in b"23":
            raise RuntimeError(f"the desk said {line!r}")

    await said(b"")
    await said(b"EHLO client.example.net\r\n")
    while (number := next(numbers)) < last:
        raw = mail(number).replace(str(POLICY["address"]).encode(), ADDRESS.encode())
        await said(f"MAIL FROM:<person{number % 97}@example.com>\r\n".encode())
        await said(f"RCPT TO:<{ADDRESS}>\r\n".encode())
        await said(b"DATA\r\n")
        await said(raw + b".\r\n")
    await said(b"QUIT\r\n")
    writer.close()


async def _send_posts(port: int, path: str, numbers: Iterator[int], last: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (number := next(numbers)) < last:
        await post_json(reader, writer, path, post(number))
    writer.close()


async def post_json(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, body: bytes) -> int:
    """Send one post; the position that the desk gave it."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    writer.write(head.encode() + b"\r\n\r\n" + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in answer.split(b"\r\n")[1:] if b": " in line)
    content = await reader.readexactly(int(fields[b"content-length"]))
    if not answer.startswith(b"HTTP/1.1 202 "):
        raise RuntimeError(f"not a 202: {answer!r} {content!r}")
    return int(json.loads(content)["position"])


async def _package(desk: RunningDesk, key: str) -> None:
    path, mails, posts = f"/hooks/alertmanager/{key}", count(), count()
    await asyncio.gather(
        *(_send_mails(desk.smtp_port, mails, MAILS) for _ in range(SMTP_SESSIONS)),
        *(_send_posts(desk.http_port, path, posts, POSTS) for _ in range(CONNECTIONS)),
    )


def through(role: str) -> float:
    """Inputs per second: until all are committed where the desk is whole, until all are accepted otherwise."""
    with running(role) as (desk, key):
        began = time.perf_counter()
        asyncio.run(_package(desk, key))
        if role == "all":
            journal = open_journal(f"sqlite:///{desk.folder}/data/journal.db")
            head = journal.head().position
            journal.close()
            wait_for(desk, head)
        return (MAILS + POSTS) / (time.perf_counter() - began)


def wait_for(desk: RunningDesk, position: int) -> None:
    """Wait until the desk has committed what follows from the input at this position."""
    while True:
        with desk.engine.connect() as connection:
            if processed_position(connection) >= position:
                return
        time.sleep(0.001)


def delays(posts: int = 100, pause: float = 0.05) -> list[float]:
    """Milliseconds from the 202 to the commit, for posts of one new alert every `pause` seconds."""

    async def run(desk: RunningDesk, key: str) -> list[float]:
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.http_port)
        found: list[float] = []
        for number in range(posts):
            body = json.loads(post(number))
            body["alerts"] = body["alerts"][:1]
            path = f"/hooks/alertmanager/{key}"
            position = await post_json(reader, writer, path, json.dumps(body).encode())
            began = time.perf_counter()
            wait_for(desk, position)
            found.append((time.perf_counter() - began) * 1_000)
            await asyncio.sleep(pause)
        writer.close()
        return found

    with running("all") as (desk, key):
        return asyncio.run(run(desk, key))[10:]


def main() -> None:
    """Measure and print one line for the package and one for the delay."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    rates = interleaved({"end to end": lambda: through("all"), "doors alone": lambda: through("doors")}, options.rounds)
    case = f"{MAILS} mails and {POSTS} posts of 100 at once"
    report("mixed", case, rates, "end to end", "doors alone", None)
    found = sorted(delays())
    line = {
        "bench": "mixed", "case": "from 202 to the commit",
        "median_ms": round(statistics.median(found), 1), "p99_ms": round(found[int(len(found) * 0.99)], 1),
    }  # fmt: skip
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
