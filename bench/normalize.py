"""Reading mails, against the standard library's parser alone.

    python -m bench.normalize [--rounds 7] [--seconds 0.5]

The baseline is `email.message_from_bytes(raw)` as it comes (policy compat32): it finds header fields and parts, and
decodes nothing. `normalize` does the same and decodes, turns HTML into text, divides new from old, and judges who
wrote it. Mails of 3 KB are the office mails of `bench.mails`; those of 100 KB are a long plain text, a long HTML
mail, one with a file attached, and one of each in turn. No two mails of a case are equal.
"""

import argparse
import base64
import binascii
import email
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bench.mails import DESK, WORDS, mail
from bench.measure import ROUNDS, interleaved, report
from ingest.event import Input, Reading
from ingest.normalize import normalize

READING = Reading(own_addresses=(DESK,), own_domains=("example.com",))
NOW = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
LARGE = 100_000
MAILS = {"3 KB": 100, "100 KB": 12}
"""So many different mails of each case."""


def head(number: int, more: str) -> bytes:
    """Header fields as a mail has them that came over four servers: those of the small mails."""
    fields = mail(number).partition(b"\r\nContent-Type:")[0]
    return fields + b"\r\n" + more.replace("\n", "\r\n").encode()


def sentences(number: int, size: int) -> list[str]:
    """Lines of invented prose, so many characters together."""
    chance = random.Random(number)
    lines, length = [], 0
    while length < size:
        line = " ".join(chance.choices(WORDS, k=chance.randint(6, 14))).capitalize() + "."
        lines.append("" if chance.random() < 0.1 else line)
        length += len(lines[-1]) + 2
    return lines


def long_text(number: int) -> bytes:
    """A plain text of 100 KB: a report, a log in words."""
    body = "\r\n".join(sentences(number, LARGE)).encode()
    return head(number, "Content-Type: text/plain; charset=utf-8\n\n") + body + b"\r\n"


def long_html(number: int) -> bytes:
    """HTML of 100 KB as Outlook writes it and office servers send it: quoted-printable."""
    paragraph = '<p class="MsoNormal"><span lang="EN-GB">{}<o:p></o:p></span></p>'
    rows = "\r\n".join(paragraph.format(line) for line in sentences(number, 42_000))
    page = f'<html><body lang="EN-GB"><div class="WordSection1">\r\n{rows}\r\n</div></body></html>\r\n'
    more = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    return head(number, more) + binascii.b2a_qp(page.encode())


def with_file(number: int) -> bytes:
    """A few lines, and a file of 70 KB in base64."""
    content = base64.encodebytes(random.Random(number).randbytes(71_000)).replace(b"\n", b"\r\n")
    text = "\r\n".join(sentences(number, 1_000)).encode()
    return (
        head(number, 'Content-Type: multipart/mixed; boundary="=_f"\n\n')
        + b"--=_f\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        + text
        + b"\r\n--=_f\r\nContent-Type: application/pdf; name=report.pdf\r\nContent-Transfer-Encoding: base64\r\n"
        + b"Content-Disposition: attachment; filename=report.pdf\r\n\r\n"
        + content
        + b"--=_f--\r\n"
    )


def read(mails: Sequence[bytes]) -> Callable[[], int]:
    """Normalizes them all."""
    inputs = [Input(position=n, accepted_at=NOW, kind="mail", route=DESK, body=raw) for n, raw in enumerate(mails, 1)]
    return lambda: sum(len(normalize(item, READING)) for item in inputs)


def parse(mails: Sequence[bytes]) -> Callable[[], int]:
    """What the standard library does with them."""
    return lambda: sum(email.message_from_bytes(raw) is not None for raw in mails)


def for_a_while(seconds: float, step: Callable[[], int]) -> Callable[[], float]:
    """A rate in processor time: how much `step` does when repeated for so long. Nothing here waits for a disk, and
    another program on the machine then costs neither side its turn."""

    def run() -> float:
        done, began = 0, time.process_time()
        while (spent := time.process_time() - began) < seconds:
            done += step()
        return done / spent

    return run


def main() -> None:
    """Measure and print one line for each case."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=0.5)
    options = parser.parse_args()
    texts, pages, files = ([make(n) for n in range(MAILS["100 KB"])] for make in (long_text, long_html, with_file))
    cases = {
        "3 KB": ([mail(n) for n in range(MAILS["3 KB"])], 0.25),
        "100 KB, one of each": ([raw for three in zip(texts, pages, files, strict=True) for raw in three], 0.5),
        "100 KB, plain text": (texts, None),
        "100 KB, HTML": (pages, None),
        "100 KB, a file attached": (files, None),
    }
    for case, (mails, target) in cases.items():
        contenders = {
            "normalize": for_a_while(options.seconds, read(mails)),
            "message_from_bytes": for_a_while(options.seconds, parse(mails)),
        }
        report("normalize", case, interleaved(contenders, options.rounds), "normalize", "message_from_bytes", target)


if __name__ == "__main__":
    main()
