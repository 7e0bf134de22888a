"""Whatever is posted gets an answer, in bounded memory, and the next post is served."""

import asyncio
import socket
from pathlib import Path

import pytest

from tests.integration.open_doors import KEY
from tests.properties.hostile_posts import ANSWERS, MAX_MEGABYTES, Post, a_door, answered, megabytes, run
from tests.rounds import so_many

COUNT = so_many(1_000, in_ci=3_000)
HONEST = Post("POST", f"/hooks/generic/{KEY}", {"Content-Type": "application/json"}, b'{"title": "Disk full"}')


@pytest.mark.slow
def test_every_post_gets_an_answer() -> None:
    counts, memory, accepted, _ = run(COUNT, seed=7)

    assert counts.total() == COUNT
    assert counts.keys() <= ANSWERS
    assert 503 not in counts, "nothing of it is our own fault"
    assert accepted > 0
    assert memory <= MAX_MEGABYTES


@pytest.mark.parametrize("chunked", [False, True])
def test_fifty_megabytes_are_refused_without_being_held(tmp_path: Path, chunked: bool) -> None:
    with a_door(tmp_path) as (port, pid):
        before = megabytes(pid)
        for _ in range(3):
            assert send_much(port, 50_000_000, chunked) in {b"413", b""}, "a sender who does not stop is cut off"
        assert asyncio.run(answered(port, iter([HONEST]))) == {202: 1}
        assert megabytes(pid) - before < 60


def send_much(port: int, size: int, chunked: bool) -> bytes:
    how = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        try:
            connection.sendall(f"POST {HONEST.path} HTTP/1.1\r\nHost: desk\r\n{how}\r\n\r\n".encode())
            piece = b" " * 65_536
            for _ in range(size // len(piece)):
                connection.sendall(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
            return connection.recv(12)[9:12]
        except ConnectionError:
            return b""


def test_slow_senders_hold_up_nobody(tmp_path: Path) -> None:
    with a_door(tmp_path) as (port, _):
        slow = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(200)]
        try:
            for number, connection in enumerate(slow):
                whole = f"POST {HONEST.path} HTTP/1.1\r\nHost: desk\r\nContent-Length: 100\r\n\r\n{{".encode()
                connection.sendall(whole[: 10 + number % len(whole)])
            assert asyncio.run(answered(port, iter([HONEST] * 50))) == {202: 50}
        finally:
            for connection in slow:
                connection.close()
        assert asyncio.run(answered(port, iter([HONEST]))) == {202: 1}
