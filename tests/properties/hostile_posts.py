"""Posts that no honest tool sends: a real door in a process of its own is asked, and each of them must get an answer.

`python -m tests.properties.hostile_posts 100000` asks so many times and tells what was answered; what was accepted is
then read. It ends with an error where an answer is missing, another than expected, or takes too much memory.
"""

import asyncio
import collections
import contextlib
import copy
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from ingest.event import Reading, Unreadable
from ingest.journal_sql import open_journal
from ingest.normalize import normalize
from tests.integration.open_doors import KEY
from tests.properties.mutants import mutants

ANSWERS = frozenset({200, 202, 400, 401, 403, 404, 405, 408, 411, 413, 415, 422, 429, 431, 501, 503, 505})
MAX_MEGABYTES = 400
"""What the door's process may grow to; it is some 100 MB without a post."""
CONNECTIONS = 16
PATIENCE_SECONDS = 60.0
_CORPUS = Path(__file__).parents[1] / "corpora" / "payloads"
_PATHS = (
    *(f"/hooks/auto/{KEY}",) * 20, *(f"/hooks/generic/{KEY}",) * 10,
    f"/hooks/alertmanager/{KEY}", f"/hooks/pagerduty/{KEY}", f"/hooks/opsgenie/{KEY}",
    f"/hooks/alertmanager/{KEY}/api/v2/alerts", f"/hooks/pagerduty/{KEY}/v2/enqueue",
    f"/hooks/opsgenie/{KEY}/v2/alerts", f"/hooks/opsgenie/{KEY}/v2/alerts/a%2Fb/close?identifierType=alias",
    f"/hooks/pagerduty/{KEY}/v2/change/enqueue", "/v2/enqueue", "/v2/alerts", "/api/v2/alerts",
    "/generic/2010-04-15/create_event.json", "/v2/alerts/%00/close", "/v2/alerts/requests/0", "/hooks/", "/hooks//",
    f"/hooks/../hooks/generic/{KEY}", f"/hooks/generic/{KEY}/../../x", "/hooks/%F0%28%8C%28/x",
    f"/hooks/generic/{'k' * 900}",
)  # fmt: skip
_TYPES = (
    *("application/json",) * 16, "application/json; charset=utf-16", "text/plain", "", "text/html",
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "é" * 50,
)  # fmt: skip
_READ_TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
_ENCODINGS = (*("",) * 16, "gzip", "gzip", "deflate", "br", "gzip, gzip", "x-gzip")
_METHODS = ("POST",) * 60 + ("GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "BREW")


class Post(NamedTuple):
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def odd_bodies() -> list[bytes]:
    """Bodies that are odd in one way each."""
    alert = {"labels": {"alertname": "DiskFull", "instance": "db-1"}, "status": "firing"}
    plain = json.dumps({"version": "4", "status": "firing", "alerts": [alert] * 3})
    return [
        b"", b"[]", b"{}", b"null", b"NaN", b"-Infinity", b"0" * 5_000, b"1" * 100_000, b"1e999999", b'"',
        b"[" * 100_000,
        b"[" * 5_000 + b"]" * 5_000, b'{"a":' * 3_000 + b"1" + b"}" * 3_000, b'{"title":NaN,"severity":Infinity}',
        b'{"title":"a","title":"b","title":{"title":"c"}}', b'{"title":' + b"9" * 5_000 + b"}",
        b'{"title":"x","starts_at":' + b"9" * 400 + b"}", b'{"title":"\\ud800","resource":"\\udfff"}',
        b'{"title":"a\\u0000b","labels":{"\\u0000":"\\u0000"}}', b"\xff\xfe" + plain.encode("utf-16-le"),
        plain.encode("utf-16-be"), plain.encode("utf-32"), b"\xef\xbb\xbf" + plain.encode(), plain.encode()[:-7],
        plain.replace("db-1", "d\u00fc-1").encode("latin-1"), plain.encode() * 2, b"\x00" * 1_000,
        json.dumps({"title": "x", "labels": {f"l{number}": "v" * 50 for number in range(5_000)}}).encode(),
        json.dumps({"title": "x" * 200_000}).encode(), json.dumps([{"title": str(n)} for n in range(12_000)]).encode(),
        json.dumps({"version": "4", "status": "firing", "alerts": [alert] * 12_000}).encode(),
        json.dumps({"title": ["a"], "status": {"x": 1}, "severity": [], "resource": 7, "labels": "none"}).encode(),
        b"payload=" + b"%7B" * 20_000, b"&".join(b"a%d=1" % n for n in range(5_000)),
        b"--x\r\nContent-Disposition: form-data; name=payload\r\n\r\n{}\r\n" * 2_000 + b"--x--",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', b"() { :;}; echo", b"${jndi:ldap://x/y}",
    ]  # fmt: skip


def large_bodies() -> list[bytes]:
    """Bodies just below the door's limit that are made to cost much."""
    size = 7_900_000
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    return [
        b"[" + b'{"title":"x"},' * (size // 14) + b"{}]", b"[" + b"[]," * (size // 3) + b"NaN]",
        b'{"alerts":[' + b'{"labels":{"alertname":"x"},"status":3},' * (size // 41) + b"{}]}",
        b'{"title":"x","labels":{"a":[' + b'{"b":[{}]},' * (size // 11) + b"1]}}",
        b'["\n",' + b'"\n",' * (size // 4) + b"1]",
        part * (size // len(part)) + b"--x--", b"--x\r\n" + b"X-A: b\r\n" * (size // 8) + b"\r\n--x--",
        b"&".join(b"a%d=1" % n for n in range(size // 12)), b'{"title":"' + b"\\n" * (size // 2) + b'"}',
    ]  # fmt: skip


def bent(random: Random, honest: bytes) -> bytes:
    """JSON still, with one to three values that are of another kind than they should be."""
    payload = json.loads(honest)
    for _ in range(random.randint(1, 3)):
        held, name = None, None
        inner = payload
        while isinstance(inner, dict | list) and inner and (held is None or random.random() < 0.8):
            held, name = inner, random.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
            inner = inner[name]
        if held is not None:
            held[name] = copy.deepcopy(random.choice(_ODD_VALUES))
    return json.dumps(payload).encode()


_ODD_VALUES = (
    None, True, False, 0, -1, 10**40, 1e308, "", " ", "null", "0", "\x00", "\ud800", [], {}, [[]], [None], {"": {}},
    "x" * 9_000, {"a": {"b": {"c": {"d": [1, [2, [3]]]}}}}, "2026-13-45T99:99:99Z", "9" * 60, "javascript:alert(1)",
    "=1+1", "\u202e", ["a", 1, None, {}], {"name": []}, "{{7*7}}", "${jndi:ldap://x}", "-0", 1e-320,
)  # fmt: skip


def posts(count: int, seed: int) -> Iterator[Post]:
    """`count` requests, always the same for a seed."""
    random = Random(seed)
    odd, large = odd_bodies(), large_bodies()
    honest = [json.dumps(case["payload"]).encode() for file in sorted(_CORPUS.glob("*.json"))
              for case in json.loads(file.read_text("utf-8"))["cases"]]  # fmt: skip
    bombs = [gzip.compress(b"[" + b" " * 30_000_000), gzip.compress(gzip.compress(b"0" * 1_000_000))]
    for mutant in mutants(honest, count, seed):
        chance = random.random()
        if random.random() < 0.002:
            media = {"Content-Type": random.choice(_READ_TYPES)}
            yield Post("POST", random.choice(_PATHS[:30]), media, random.choice(large))
            continue
        body = random.choice(odd) if chance < 0.04 else bent(random, random.choice(honest)) if chance < 0.6 else mutant
        encoding = random.choice(_ENCODINGS)
        if "gzip" in encoding and random.random() < 0.7:
            body = random.choice(bombs) if random.random() < 0.1 else gzip.compress(body, 1)
        headers = {"Content-Type": random.choice(_TYPES), "Content-Encoding": encoding}
        if random.random() < 0.4:
            scheme = random.choice(("Bearer", "GenieKey", "Basic", "Digest", ""))
            headers["Authorization"] = f"{scheme} {KEY if random.random() < 0.7 else body[:40].hex()}"
        yield Post(random.choice(_METHODS), random.choice(_PATHS), headers, body)


@contextlib.contextmanager
def a_door(folder: Path) -> Iterator[tuple[int, int]]:
    """A real door in a process of its own: its port and its process id."""
    command = [sys.executable, "-m", "tests.integration.open_doors", str(folder)]
    with (
        (folder / "door.log").open("wb") as log,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log) as process,
    ):
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        yield said["http"], said["pid"]
        assert process.stdin is not None
        process.stdin.close()


def megabytes(pid: int) -> float:
    """The most memory that a process ever had."""
    status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


async def answered(port: int, wanted: Iterator[Post]) -> collections.Counter[int]:
    """Send them all, over a few connections at once, and count the answers. Raises where one does not come."""
    counts: collections.Counter[int] = collections.Counter()

    async def client() -> None:
        reader = writer = None
        for post in wanted:
            if writer is None or writer.is_closing():
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert reader is not None
            async with asyncio.timeout(PATIENCE_SECONDS):
                status, stays = await _exchange(reader, writer, post)
            counts[status] += 1
            if not stays:
                writer.close()
                writer = None
        if writer is not None:
            writer.close()

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    return counts


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, post: Post) -> tuple[int, bool]:
    lines = [f"{post.method} {post.path} HTTP/1.1", "Host: desk", f"Content-Length: {len(post.body)}"]
    lines += [f"{name}: {value}" for name, value in post.headers.items() if value]
    with contextlib.suppress(ConnectionError):  # a refusal may come before the body is through
        writer.write("\r\n".join([*lines, "", ""]).encode("utf-8") + post.body)
        await writer.drain()
    status = int((await reader.readline()).split()[1])
    length, stays = 0, True
    while (line := (await reader.readline()).strip().lower()) != b"":
        name, _, value = line.partition(b":")
        length = int(value) if name == b"content-length" else length
        stays = stays and not (name == b"connection" and b"close" in value)
    if post.method != "HEAD":
        await reader.readexactly(length)
    return status, stays


def run(count: int, seed: int) -> tuple[collections.Counter[int], float, int, int]:
    """Answers by status, the door's memory in MB, how many inputs the journal has, and how many were unreadable.

    What the door logged as its own fault is printed.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with a_door(folder) as (port, pid):
            counts = asyncio.run(answered(port, posts(count, seed)))
            memory = megabytes(pid)
        logged = (folder / "door.log").read_text("utf-8", "replace")
        if (fault := logged.find("Traceback")) >= 0:
            print(logged[fault:][:8_000])
        journal = open_journal(f"sqlite:///{folder / 'journal.db'}")
        try:
            accepted, unreadable, after = 0, 0, 0
            while items := journal.read(after, 500):
                after = items[-1].position
                accepted += len(items)
                unreadable += sum(
                    any(isinstance(event, Unreadable) for event in normalize(item, Reading())) for item in items
                )
        finally:
            journal.close()
    return counts, memory, accepted, unreadable


def main() -> None:
    """The command."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    began = time.monotonic()
    counts, memory, accepted, unreadable = run(count, seed=int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(f"{count} posts in {time.monotonic() - began:.0f} s: {dict(sorted(counts.items()))}")
    print(
        f"{accepted} accepted, of which {unreadable} are set aside with a reason; the door had {memory:.0f} MB at most"
    )
    assert counts.total() == count
    assert counts.keys() <= ANSWERS - {503}, counts
    assert counts[202] + counts[200] >= accepted > 0
    assert memory <= MAX_MEGABYTES, memory


if __name__ == "__main__":
    main()
