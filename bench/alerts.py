"""Alerts from the HTTP post to the commit, by the size of the posts and the number of conditions; memory and delay.

Every case runs a whole `desk serve` on a fresh folder: first each condition fires (new), then they are heard of again
(repeats). Cases of one size of post are measured in turn, so that their rates can be compared.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from bench.measure import folder
from bench.mixed import CONNECTIONS, post_json, running, wait_for
from tests.integration.running_desk import RunningDesk, a_desk

DISTINCT = (1_000, 10_000, 100_000)
SIZES = (1, 10, 100)
SERVICES = 50
POSTS = 1_000
"""In one measurement, at most: with posts of one alert, the smaller numbers of conditions are enough."""


def body(first: int, size: int, distinct: int) -> bytes:
    """A post of so many alerts, from condition `first` on; conditions lie on 50 services."""
    alerts = [_alert((first + k) % distinct) for k in range(size)]
    return json.dumps({"version": "4", "status": "firing", "receiver": "desk", "alerts": alerts}).encode()


def _alert(number: int) -> dict[str, Any]:
    service = f"service-{number // 100 % SERVICES}"
    return {
        "status": "firing", "startsAt": "2026-03-02T07:55:00.000Z", "endsAt": "0001-01-01T00:00:00Z",
        "labels": {
            "alertname": f"Rule{number // 5_000}", "instance": f"{service}-host{number}.example.com:9100",
            "job": service, "service": service, "severity": "critical", "cluster": "eu-1",
        },
        "annotations": {"summary": f"{service}-host{number} does not answer"},
        "generatorURL": "http://prometheus.example.com/graph?g0.expr=up+%3D%3D+0", "fingerprint": f"{number:016x}",
    }  # fmt: skip


async def _send(desk: RunningDesk, key: str, posts: list[bytes]) -> int:
    """Send all posts over some connections; the last position."""
    numbers: Iterator[int] = count()
    positions: list[int] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.http_port)
        while (number := next(numbers)) < len(posts):
            positions.append(await post_json(reader, writer, f"/hooks/alertmanager/{key}", posts[number]))
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return max(positions)


def rates(size: int, distinct: int) -> tuple[float, float]:
    """Alerts per second, new ones and repeats, from the first post to the last commit."""
    new = [body(first, size, distinct) for first in range(0, min(distinct, size * POSTS), size)]
    again = [body(k * size % distinct, size, min(distinct, len(new) * size)) for k in range(max(len(new), POSTS // 2))]
    with running("all") as (desk, key):
        return _timed(desk, key, new) * size, _timed(desk, key, again) * size


def _timed(desk: RunningDesk, key: str, posts: list[bytes]) -> float:
    began = time.perf_counter()
    wait_for(desk, asyncio.run(_send(desk, key, posts)))
    return len(posts) / (time.perf_counter() - began)


def delay_to_mail(times: int = 40) -> list[float]:
    """Milliseconds from a post about a new trouble to the delivered mail to the owner of the service; group wait 0.

    Each trouble comes by a hook of its own: several of one source within a minute could be a storm, and wait.
    """
    services = "".join(
        f'[[service]]\nname = "service-{n}"\nowner = "owner-{n}@fernhill.example"\n\n' for n in range(times)
    )
    found = []
    with tempfile.TemporaryDirectory(dir=folder()) as place, a_desk(Path(place), "", 0) as desk:
        (desk.folder / "services.toml").write_text(services, "utf-8")
        keys = [desk.hook("alertmanager") for _ in range(times)]
        desk.start()
        for number, key in enumerate(keys):
            before = len(list(desk.maildir.glob("new/*")))
            began = time.perf_counter()
            asyncio.run(_send(desk, key, [body(number * 100, 1, 100 * times)]))
            while len(list(desk.maildir.glob("new/*"))) == before:
                if time.perf_counter() - began > 20:
                    raise RuntimeError("no mail came of an alert within 20 seconds")
                time.sleep(0.002)
            found.append((time.perf_counter() - began) * 1_000)
    return found[3:]


def main() -> None:
    """Measure and print one line for each case."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--distinct", type=int, nargs="*", default=list(DISTINCT))
    options = parser.parse_args()
    for size in options.sizes:
        found: dict[int, list[tuple[float, float]]] = {distinct: [] for distinct in options.distinct}
        for _ in range(options.rounds):
            for distinct, measured in found.items():
                if distinct <= size * POSTS:
                    measured.append(rates(size, distinct))
        for distinct, measured in found.items():
            if measured:
                new, again = (round(statistics.median(column)) for column in zip(*measured, strict=True))
                case = f"posts of {size}, {distinct:,} conditions"
                print(json.dumps({"bench": "alerts", "case": case, "new": new, "repeats": again}), flush=True)
    delays = sorted(delay_to_mail())
    line = {"bench": "alerts", "case": "post to mail", "median_ms": round(statistics.median(delays), 1)}
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
