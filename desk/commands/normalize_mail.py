"""`desk normalize mail`: what the desk reads in mails, as JSON Lines."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import msgspec

from ingest.event import Mail, Reading
from ingest.mail import read_mail

FIELDS = (
    "from", "to", "cc", "subject", "date", "message_id", "in_reply_to", "references", "text", "new_text", "quoted_text",
    "attachments", "automatic", "answerable", "bounce", "forwarded", "rules",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `desk normalize mail`."""
    parser.add_argument(
        "path", nargs="+", help="RFC 5322 files, directories of them, or - for a list of paths on standard input"
    )


def run(args: argparse.Namespace) -> int:
    """Runs the command."""
    return normalize_mail(args.path, sys.stdout)


def normalize_mail(paths: Iterable[str], out: TextIO, reading: Reading | None = None) -> int:
    """Prints one JSON object per mail, in order. Returns the exit status: 1 if a file could not be read, else 0."""
    failed = False
    for path in _files(paths):
        try:
            raw = Path(path).read_bytes()
        except OSError as problem:
            failed = True
            line = msgspec.json.encode(
                {"path": path, "error": f"The file cannot be read: {problem.strerror or problem}."}
            )
        else:
            line = msgspec.json.encode({"path": path, **fields_of(read_mail(raw, reading or Reading(), {}))})
        out.write(line.decode("utf-8", "replace") + "\n")
        out.flush()
    return 1 if failed else 0


def fields_of(mail: Mail) -> dict[str, Any]:
    """The contract's fields of a mail, as JSON values."""
    plain = msgspec.to_builtins(mail, builtin_types=(datetime,))
    found = {name: plain[name] for name in FIELDS}
    found["date"] = mail.date.isoformat() if mail.date else None
    if mail.forwarded is not None:
        found["forwarded"]["date"] = mail.forwarded.date.isoformat() if mail.forwarded.date else None
    found["attachments"] = [
        {key: item[key] for key in ("filename", "content_type", "size", "inline", "part", "content_id")}
        for item in plain["attachments"]
    ]
    return found


def _files(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if path == "-":
            yield from _files(line.rstrip("\n") for line in sys.stdin if line.strip())
        elif Path(path).is_dir():
            yield from sorted(str(found) for found in Path(path).rglob("*") if found.is_file())
        else:
            yield path
