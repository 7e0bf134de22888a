"""`desk normalize alert`: show what the desk reads in recorded payloads, one JSON object per alert."""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from desk.config import ConfigError
from desk.config_file import DEFAULT_FILE, load_settings
from ingest.alert_mail import alerts_in_mail, is_mail_tool
from ingest.alerts import read_webhook
from ingest.event import Alert, Event, Reading, Unreadable
from ingest.mail import read_mail
from ingest.tools.mail_readers import READERS
from ingest.tools.registry import TOOLS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's own options on its sub-parser."""
    parser.add_argument(
        "--tool", default="auto", metavar="TOOL", help="whose payloads these are, or auto (the default)"
    )
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="payload files, folders of them, or - for a list of paths on standard input",
    )


def run(args: argparse.Namespace) -> int:
    """Read every file and write the alerts found; 0 if each file gave a result, 1 if one could not be understood."""
    try:
        reading = _reading(getattr(args, "config", None))
    except ConfigError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    known = {*TOOLS, *READERS, *reading.mappings, "auto"}
    if args.tool not in known:
        sys.stderr.write(f'desk: no tool is called "{args.tool}"; known are: {", ".join(sorted(known))}\n')
        return 2
    failed = False
    for path in _files(args.paths):
        failed |= _show(path, args.tool, reading)
    return int(failed)


def _reading(config: str | None) -> Reading:
    """Only the mappings matter here. Without a file named, ./desk.toml where there is one."""
    path = Path(config) if config else DEFAULT_FILE if DEFAULT_FILE.is_file() else None
    return Reading(mappings=load_settings(path).mappings) if path else Reading()


def _files(paths: list[str]) -> Iterator[str]:
    for path in paths:
        if path == "-":
            yield from filter(None, (line.rstrip("\r\n") for line in sys.stdin))
        elif Path(path).is_dir():
            yield from sorted(str(file) for file in Path(path).rglob("*") if file.is_file())
        else:
            yield path


def _show(path: str, tool: str, reading: Reading) -> bool:
    """Write the result for one file; True if something in it could not be understood."""
    try:
        body = Path(path).read_bytes()
    except OSError as problem:
        _write({"path": path, "error": f"The file cannot be read: {problem.strerror or problem}."})
        return True
    failed = False
    for event in read_file(body, tool, reading):
        if isinstance(event, Alert):
            _write({"path": path} | {name: getattr(event, name) for name in Alert.__struct_fields__})
        else:
            _write({"path": path, "error": getattr(event, "reason", "This is not an alert.")})
            failed = True
    return failed


def read_file(body: bytes, tool: str, reading: Reading) -> tuple[Event, ...]:
    """A payload or a notification mail, by the tool's name or, for `auto`, by how the file begins."""
    if is_mail_tool(tool, reading) or (tool == "auto" and is_mail(body)):
        mail = read_mail(body, reading, {})
        found = alerts_in_mail(mail, reading, tool)
        return found or (Unreadable(reason="This mail is no notification of a tool that the desk knows."),)
    return read_webhook(tool, body, reading)


def is_mail(body: bytes) -> bool:
    """Does a file begin as a mail does?"""
    return _MAIL.match(body) is not None


_MAIL = re.compile(rb"(?:From [^\r\n]{1,200}\r?\n)?(?:[A-Za-z][A-Za-z0-9-]{0,60}:[ \t][^\r\n]{0,2000}\r?\n[ \t]?){2}")
"""Two header fields: JSON and forms do not begin so."""


def _write(item: dict[str, Any]) -> None:
    sys.stdout.write(msgspec.json.encode(item).decode("utf-8") + "\n")
    sys.stdout.flush()
