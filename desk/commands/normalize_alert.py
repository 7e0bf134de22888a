"""`desk normalize alert`: show what the desk reads in recorded payloads, one JSON object per alert."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from ingest.alerts import read_webhook
from ingest.event import Alert, Event, Reading
from ingest.tools.registry import TOOLS

FIELDS = Alert.__struct_fields__


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
    reading = getattr(args, "reading", None) or Reading()
    if args.tool != "auto" and args.tool not in TOOLS and args.tool not in reading.mappings:
        sys.stderr.write(f'desk: no tool is called "{args.tool}"; known are: {", ".join(sorted(TOOLS))}\n')
        return 2
    failed = False
    for path in _files(args.paths):
        failed |= _show(path, args.tool, reading)
    return int(failed)


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
    for event in _events(body, tool, reading):
        if isinstance(event, Alert):
            _write({"path": path} | {name: getattr(event, name) for name in FIELDS})
        else:
            _write({"path": path, "error": getattr(event, "reason", "This is not an alert.")})
            failed = True
    return failed


def _events(body: bytes, tool: str, reading: Reading) -> tuple[Event, ...]:
    return read_webhook(tool, body, reading)


def _write(item: dict[str, Any]) -> None:
    sys.stdout.write(msgspec.json.encode(item).decode("utf-8") + "\n")
    sys.stdout.flush()
