"""Mails for the tests, written as they travel."""

from ingest.event import Mail, Reading
from ingest.mail import read_mail

PERSON = "From: Pat Example <pat@example.org>\nTo: Desk <desk@example.com>\nSubject: Door does not open\n"


def read(text: str, reading: Reading | None = None, **envelope: object) -> Mail:
    """A mail given as text, read. Lines end with LF."""
    return read_mail(text.encode("utf-8", "surrogateescape"), reading or Reading(), envelope)


def plain(body: str, headers: str = "") -> str:
    """A person's mail of plain text, with further header fields."""
    return f"{PERSON}{headers}Content-Type: text/plain; charset=utf-8\n\n{body}\n"


def mixed(*parts: str, kind: str = "mixed") -> str:
    """A multipart mail; each part is its header fields, an empty line and its body."""
    inner = "".join(f"--=_edge\n{part}\n" for part in parts)
    return f'{PERSON}MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="=_edge"\n\n{inner}--=_edge--\n'
