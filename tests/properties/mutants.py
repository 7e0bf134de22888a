"""Inputs that no honest sender makes: real-looking mails and payloads, cut, doubled, bent and broken.

`mutants(seeds, count, seed)` is deterministic, so that a failure can be looked at again.
"""

from collections.abc import Iterator, Sequence
from random import Random

_SPICES = (
    b"\0", b"\r", b"\n", b"\r\n\r\n", b"\xff\xfe", b"\xf0\x9f\x92\xa9", b"\xed\xa0\x80", b"=?utf-8?Q?=00=ff?=",
    b"=?x?B?!!?=",
    b'"', b"\\", b"\\ud800", b"{", b"[" * 300, b"}", b"null", b"NaN", b"1e999", b"-0", b"true", b"9" * 400,
    b"Content-Type: multipart/mixed; boundary=\r\n", b"Content-Type: text/html; charset=utf-7\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"--\r\n", b"<div>" * 200, b"From: <@,:;>\r\n", b"begin 644 x\r\n",
    b"2026-13-45T99:99:99Z", b"0001-01-01T00:00:00Z", b"$(id)", b"{{7*7}}", b"../../etc/passwd", b"<script>",
)  # fmt: skip


def mutants(seeds: Sequence[bytes], count: int, seed: int = 1) -> Iterator[bytes]:
    """`count` mutants, each made from one or two seeds by one to six changes."""
    random = Random(seed)
    for _ in range(count):
        body = bytearray(random.choice(seeds))
        for _ in range(random.randint(1, 6)):
            _change(random, body, seeds)
        yield bytes(body[:200_000])


def _change(random: Random, body: bytearray, seeds: Sequence[bytes]) -> None:
    at = random.randrange(len(body) + 1)
    to = min(len(body), at + random.choice((1, 4, 30, 400)))
    match random.randrange(8):
        case 0:
            del body[at:to]
        case 1:
            body[at:at] = body[at:to]
        case 2:
            body[at:at] = random.choice(_SPICES)
        case 3:
            body[at:to] = random.choice(_SPICES)
        case 4:
            body[at:to] = random.randbytes(to - at)
        case 5:
            other = random.choice(seeds)
            start = random.randrange(len(other) + 1)
            body[at:at] = other[start : start + 300]
        case 6:
            body[at:] = b""
        case _:
            lines = body.split(b"\n")
            random.shuffle(lines)
            body[:] = b"\n".join(lines)
