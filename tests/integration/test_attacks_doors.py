"""What strangers have tried at the webhook door, without a key of their own."""

import gzip
import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.webhook import KEYED
from tests.integration.open_doors import KEY, Doors, doors_at

EVENT = {
    "routing_key": KEY,
    "event_action": "trigger",
    "payload": {"summary": "Disk full", "source": "db-1", "severity": "critical"},
}
PLAIN = json.dumps(EVENT)
ESCAPED = PLAIN.replace(KEY, "".join(f"\\u{ord(sign):04x}" for sign in KEY))
ENQUEUE = "/v2/enqueue"


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Doors]:
    with doors_at(tmp_path) as doors:
        yield doors


def post(port: int, body: bytes, path: str = ENQUEUE, **headers: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as client:
        client.request("POST", path, body, {"content-type": "application/json", **headers})
        return client.getresponse().status


@pytest.mark.parametrize(
    "body",
    [PLAIN.encode(), ESCAPED.encode(), PLAIN.encode("utf-16"), ESCAPED.encode("utf-16"), PLAIN.encode("utf-16-le")],
    ids=["plain", "escaped", "utf-16", "both", "utf-16-le"],
)
def test_whoever_reads_the_journal_has_the_key(doors: Doors, body: bytes) -> None:
    with doors.http() as port:
        assert post(port, body) == 202
    (item,) = doors.journal.read(0, 10)
    assert item.body is not None
    assert item.body.count(b"(key)") == 1
    for encoding in ("utf-8", "utf-16-le"):
        assert KEY not in item.body.decode(encoding, "replace")
    assert json.loads(item.body)["payload"] == EVENT["payload"]


@pytest.mark.parametrize("content", [b"[" * 5_000_000, b'{"a":[' + b"[]," * 2_000_000])
def test_seven_kilobytes_without_a_key_stop_everybody_for_seconds(doors: Doors, content: bytes) -> None:
    with doors.http() as port:
        assert post(port, gzip.compress(content), **{"content-encoding": "gzip"}) == 413
        assert post(port, content[: KEYED + 1]) == 413


def test_who_had_too_many_wrong_keys_still_has_bodies_read(doors: Doors) -> None:
    with doors.http(wrong_keys_per_minute=2) as port:
        wrong = PLAIN.replace(KEY, "nothing").encode()
        assert [post(port, wrong) for _ in range(3)] == [400, 400, 429]
        assert post(port, gzip.compress(b"[" * 5_000_000), **{"content-encoding": "gzip"}) == 429
