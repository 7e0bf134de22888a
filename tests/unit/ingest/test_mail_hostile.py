"""Whatever arrives: no exception, no megabyte that takes two seconds, no memory beyond a few times the mail."""

import random
import tracemalloc
from pathlib import Path

import msgspec
import pytest

from ingest.charset import decode
from ingest.event import Reading
from ingest.mail import html_body, read_mail
from tests.processor_time import quickest, takes_less_than
from tests.rounds import so_many
from tests.unit.ingest.mail_maker import mixed, plain

CORPUS = Path(__file__).parents[2] / "corpora" / "mail"
READING = Reading(own_addresses=("desk@example.com",), message_id_domain="desk.example.com")
HTML = b"From: a@example.org\nSubject: x\nContent-Type: text/html; charset=utf-8\n\n"
TEXT = b"From: a@example.org\nSubject: x\nContent-Type: text/plain\n\n"
DAEMON = b"From: MAILER-DAEMON@example.org\nSubject: failure notice\n\n"
MULTIPART = b"From: a@example.org\nContent-Type: multipart/mixed; boundary=a\n\n"

TOKENS = (
    b"\n", b"\r\n", b"--=_edge", b"=?utf-8?b?", b"?=", b">", b"<", b'"', b"\x00", b"\xff", b"\n\n",
    b"; charset=utf-7", b"; charset=utf-16", b"Content-Type: multipart/mixed; boundary=x\n", b"<div>", b"</div>",
    b"Content-Type: message/rfc822\n", b"Content-Transfer-Encoding: base64\n", b"<blockquote type=cite>", b"&#55296;",
    b" wrote:\n", b"filename*0*=", b"%", b"''", b"begin 644 a\n", b"\x1b$B", b"\xee\x80\x82",
)  # fmt: skip


def seeds() -> list[bytes]:
    found = [
        mixed(
            "Content-Type: text/plain\n\na",
            "Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\nAAAA",
        ).encode()
    ]
    found.append(mixed("Content-Type: message/rfc822\n\n" + plain("inner"), kind="report").encode())
    for path in sorted(CORPUS.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        found.append(plain("\n".join(line[1:] for line in lines[:40])).encode())
    found += [HTML + path.read_bytes() for path in sorted((CORPUS / "html").glob("*.html"))]
    return found


def mutate(dice: random.Random, mails: list[bytes]) -> bytes:
    mail = bytearray(dice.choice(mails))
    for _ in range(dice.choice((1, 3, 10, 40))):
        at = dice.randrange(len(mail)) if mail else 0
        way = dice.random()
        if way < 0.3 and mail:
            mail[at] = dice.randrange(256)
        elif way < 0.6:
            mail[at:at] = dice.choice(TOKENS)
        elif way < 0.75:
            del mail[at : at + dice.randrange(1, 50)]
        elif way < 0.9:
            other = dice.choice(mails)
            start = dice.randrange(len(other))
            mail[at:at] = other[start : start + dice.randrange(300)]
        else:
            del mail[at:]
    return bytes(mail)


def survives(raw: bytes) -> None:
    mail = read_mail(raw, READING, {})
    msgspec.json.encode(mail)  # and what was read can be stored


def test_mutated_mails_are_read() -> None:
    dice, mails = random.Random(20260303), seeds()
    for _ in range(400):
        survives(mutate(dice, mails))


@pytest.mark.slow
def test_very_many_mutated_mails_are_read() -> None:
    dice, mails = random.Random(7), seeds()
    for _ in range(so_many(5_000, in_ci=40_000)):
        survives(mutate(dice, mails))


@pytest.mark.parametrize("size", [0, 1, 7, 64, 4096])
def test_noise_is_read(size: int) -> None:
    dice = random.Random(size)
    for _ in range(50):
        survives(dice.randbytes(size))


def test_half_characters_do_not_get_in() -> None:
    assert decode(b"+2AA-", "utf-7")[0].encode() == "�".encode()


def nested(depth: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)) + b"\n"


# What is repeated, and what stands before it: each was found to need quadratic time in some reader.
LOADS = {
    "empty lines": (TEXT, b"\n"), "empty parts": (MULTIPART, b"--a\n\n\n"), "boundaries": (MULTIPART, b"--a\n"),
    "nested multiparts": (b"", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"),
    "mails in mails": (b"", b"Content-Type: message/rfc822\n\n"),
    "header lines": (b"", b"A: b\n"), "folds": (b"A: b", b"\n "),
    "no header lines": (b"Subject: x\n", b"aaaa\nX-A: b\n"),
    "commas": (b"To: a", b","), "quotes": (b"To: ", b'"'), "backslashes": (b'From: "', b"\\"),
    "brackets": (b"To: ", b"<"),
    "parentheses": (b"From: ", b"("), "at signs": (b"From: a", b"@"), "letters": (b"From: ", b"a"),
    "encoded words": (b"Subject: ", b"=?utf-8?q?a?= "),
    "parameters": (b"Content-Type: text/plain; ", b"a*1=b; "), "references": (b"References: ", b"<a@b> "),
    "quote marks": (TEXT, b">"), "quotes of nothing": (TEXT, b"> \n"),
    "attributions": (TEXT, b"On 1 Jan 2026 at 10:00 a <a@b.example> wrote:\n"),
    "verbs": (TEXT, b"wrote:\n"), "labels": (TEXT, b"From: a@b.example\nTo: c@d.example\n"),
    "old mails": (TEXT, b"-----Original Message-----\n"),
    "header blocks": (TEXT, b"From: a@b\nSent: x\nTo: c@d\nSubject: d\n"), "addresses": (TEXT, b"a@b.example>\n"),
    "one long line": (TEXT, b"a@"),
    "smtp replies": (DAEMON, b"550 5.1.1 <a@b.example>\n"), "recipients": (DAEMON, b"a@b.example\n"),
    "dots": (DAEMON, b"1.1."),
    "divs": (HTML, b"<div>"), "divs and spans": (HTML, b"<div></span>"),
    "blockquotes": (HTML, b"<blockquote type=cite>"), "links": (HTML, b"<a href='http://x.example/1'>l</a>"),
    "tables": (HTML, b"<table><tr><td>"), "rules": (HTML, b"<hr>"), "styles": (HTML, b"<style>"),
    "comments": (HTML, b"<!--"), "angles": (HTML, b"<"),
    "formatting": (HTML, b"<i><p>"), "signatures": (HTML, b"<div class='gmail_signature'>a</div>"),
    "entities": (HTML, b"&amp;"),
    "barred quotes": (TEXT, b"On 1 Jan 2026 10:00 a wrote:\n| a\n| b\n"),
    "footers": (TEXT, b"this message is confidential\n"),
    "footers in paragraphs": (
        TEXT,
        b"This message is confidential, intended for the addressee: notify us, delete it.\n\n",
    ),
    "parts without a charset": (
        MULTIPART,
        b"--a\n\n\xe4\xff\x80 \xaa\xbb\xcc\xdd\xee\xff\x81\x82\x83\x91\x92\n",
    ),
    "end tags": (HTML, b"</div>"), "paragraphs": (HTML, b"<p>a"), "one tag": (HTML + b"<p ", b"a=b "),
    "an open quote": (HTML + b'<p a="', b"x "), "preformatted": (HTML + b"<pre>", b"\n"), "headings": (HTML, b"<h1>"),
    "comments in addresses": (b"From: ", b"((a)"), "groups": (b"To: ", b"g: a@b.example, c@d.example;"),
    "broken base64": (b"Content-Transfer-Encoding: base64\n\n", b"Q!U-F=B\n"),
    "half uuencode": (b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n", b"\x80\x81\n"),
    "calendar lines": (b"Content-Type: text/calendar\n\nBEGIN:VEVENT\n", b"SUMMARY:a\n"),
    "names before words": (DAEMON, b"Message-ID:\n"), "folded diagnostics": (DAEMON, b"Diagnostic-Code: smtp;\n 550\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", LOADS)
def test_time_is_bounded(name: str) -> None:
    head, piece = LOADS[name]
    raw = head + piece * (100_000 // len(piece))
    assert takes_less_than(350, len(raw), lambda: survives(raw))


@pytest.mark.slow
@pytest.mark.parametrize("name", LOADS)
def test_no_megabyte_takes_two_seconds(name: str) -> None:
    head, piece = LOADS[name]
    raw = head + piece * (1_000_000 // len(piece))
    assert quickest(lambda: survives(raw), enough=2) < 2


def test_ten_thousand_levels() -> None:
    survives(nested(10_000) + b"\n" * 10_000)
    mail = read_mail(HTML + b"<div>" * 10_000 + b"deep" + b"</div>" * 10_000, READING, {})
    assert mail.text == "deep"


def test_five_thousand_links() -> None:
    links = b"".join(b"<p><a href='https://example.org/%d'>article %d</a></p>" % (n, n) for n in range(5_000))
    mail = read_mail(HTML + links, READING, {})
    assert mail.text is not None
    assert "article 4999 <https://example.org/4999>" in mail.text
    assert html_body(HTML + links) == links.decode()


@pytest.mark.slow
def test_a_mail_of_25_megabytes() -> None:
    content = b"QUJD" * 18 + b"\n"
    part = (
        b"--a\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n"
        + content * 340_000
        + b"\n--a--\n"
    )
    raw = MULTIPART + b"--a\n\nThe logs.\n" + part
    tracemalloc.start()
    mail = read_mail(raw, READING, {})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (mail.text, mail.attachments[0].size) == ("The logs.", 18_360_000)
    assert peak < 4 * len(raw)
