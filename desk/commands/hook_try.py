"""`desk hook try`: what would come of a payload or a notification mail, as a table; nothing is stored or sent."""

import argparse
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desk.commands.console import DONE, FAILED, CommandError, complain, config_file, opened_database, say, table
from desk.commands.normalize_alert import is_mail, read_file
from desk.config import ConfigError, Settings
from desk.config_file import load_settings
from desk.web.queries.counts import policy
from ingest import mapping
from ingest.event import Alert, Event, Reading, Unreadable
from ingest.mail import read_mail
from ingest.payload import PayloadError, decode_payload
from ingest.tools.registry import TOOLS, recognise

MOST = 20
"""Alerts shown of one payload."""
_LONG = 120
_SHOWN = (
    "status", "severity", "tool_severity", "resource", "service", "title", "description", "started_at", "ended_at",
    "expires_at", "kind",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the action's own options."""
    parser.add_argument("file", metavar="FILE", help="a payload as it was posted, or a notification mail")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--tool", default="auto", metavar="TOOL", help="whose it is: a tool, one of your mappings, or auto"
    )
    how.add_argument(
        "--mapping", metavar="FILE", help="a mapping that is not in desk.toml yet: a TOML file with its entries"
    )


def run(args: argparse.Namespace) -> int:
    """Show what would come of the file; 1 where nothing of it can be understood."""
    try:
        reading, tool = _reading(args)
        body = Path(args.file).read_bytes()
    except (ConfigError, CommandError) as problem:
        complain(str(problem))
        return FAILED
    except OSError as problem:
        complain(f"The file cannot be read: {problem.strerror or problem}.")
        return FAILED
    for line in told(body, tool, reading):
        say(line)
    return DONE if any(isinstance(event, Alert) for event in read_file(body, tool, reading)) else FAILED


def told(body: bytes, tool: str, reading: Reading) -> Iterator[str]:
    """What there is to say of a file, line by line."""
    events = read_file(body, tool, reading)
    yield from _how(body, tool, reading)
    alerts = [event for event in events if isinstance(event, Alert)]
    for alert in alerts[:MOST]:
        yield ""
        yield f"Alert {alert.index + 1} of {len(alerts)}, {_effect(alert)}"
        yield table(("FIELD", "VALUE"), list(_rows(alert)))
    if len(alerts) > MOST:
        yield f"... and {len(alerts) - MOST} more."
    yield from _unread(events)
    table_of = reading.mappings.get(tool)
    if table_of is not None:
        yield from _entries(tool, table_of, body)


def _how(body: bytes, tool: str, reading: Reading) -> Iterator[str]:
    if is_mail(body):
        yield "This is a mail (RFC 5322)."
    elif tool == "auto":
        try:
            found = recognise(decode_payload(body))
        except PayloadError:
            found = None
        if found is not None and not any("when" in entries for entries in reading.mappings.values()):
            yield f"Its shape is that of {found.title} (--tool {found.name})."
    elif tool in TOOLS and tool not in reading.mappings:
        yield f"It is read as {TOOLS[tool].title}."
    else:
        yield f'It is read by the mapping "{tool}".'


def _effect(alert: Alert) -> str:
    if alert.kind == "control":
        return "which is no alert but a message about the connection: nothing would be opened."
    if alert.kind == "test":
        return "which is a test: it would be shown and open nothing."
    if alert.kind == "heartbeat":
        return "which is a sign of life: its absence would open an incident."
    said = {
        "firing": "which would open an incident or join one, or be counted as a repeat.",
        "resolved": "which would end its condition where that is open; it never opens anything.",
        "acknowledged": "which says that somebody is on it.",
        "unknown": "whose state says neither that it fires nor that it is over: nothing would change.",
    }
    return said[alert.status]


def _rows(alert: Alert) -> Iterator[tuple[str, str]]:
    yield "tool", alert.tool
    for name in _SHOWN:
        yield name, _short(getattr(alert, name))
    yield "identity", f"{alert.fingerprint}  made of: {', '.join(alert.basis) or 'an identity that the desk gave out'}"
    for link in alert.links[:3]:
        yield "link", _short(link)
    for name, said in sorted(alert.labels.items())[:40]:
        yield f"label {name}"[:40], _short(said)


def _short(value: Any) -> str:
    if value is None:
        return "(not said)"
    said = value.astimezone(UTC).isoformat() if isinstance(value, datetime) else " ".join(str(value).split())
    return said if len(said) <= _LONG else f"{said[: _LONG - 1]}…"


def _unread(events: tuple[Event, ...]) -> Iterator[str]:
    for event in events:
        if isinstance(event, Unreadable):
            yield ""
            yield f"Not understood: {event.reason}"


def _entries(name: str, entries: Mapping[str, str], body: bytes) -> Iterator[str]:
    """Which entry of a mapping gave what: where an expression misses, it shows here."""
    if mapping.problems(name, entries):
        return
    if mapping.is_for_mails(entries):
        found = mapping.groups_in(name, entries, read_mail(body, Reading(), {}))
        rows = [(group, _short(said)) for group, said in found.items()]
        head = ("GROUP", "FOUND")
    else:
        try:
            payload = decode_payload(body)
        except PayloadError:
            return
        rows = [(entry, _short(said)) for entry, said in mapping.evaluated(name, entries, payload).items()]
        head = ("ENTRY", "GIVES")
    yield ""
    yield table(head, rows) if rows else "No expression of the mapping found anything."


def _reading(args: argparse.Namespace) -> tuple[Reading, str]:
    """The mappings in force, and the name to read by. Raises ConfigError and CommandError."""
    path = config_file(args)
    settings = load_settings(path) if path else None
    mappings = {**_of_the_page(settings), **settings.mappings} if settings else {}
    tool = args.tool
    if args.mapping:
        tool, entries = _mapping_in(Path(args.mapping))
        mappings[tool] = entries
    if tool not in {"auto", *TOOLS, *mappings} and not tool.startswith("mail_"):
        raise CommandError(f"No tool is called {tool}: known are {', '.join(sorted({*TOOLS, *mappings}))}.")
    return Reading(mappings=mappings), tool


def _of_the_page(settings: Settings) -> Mapping[str, Mapping[str, str]]:
    """The mappings of the page, where there is a desk already; none is made for a try."""
    url = settings.database_url()
    if url.startswith("sqlite") and not Path(url.partition(":///")[2]).exists():
        return {}
    with opened_database(settings) as engine, engine.connect() as connection:
        return policy(connection).page_mappings


def _mapping_in(path: Path) -> tuple[str, dict[str, str]]:
    """A mapping from a file of its own: bare entries, or one table [mappings.NAME]."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise CommandError(f"{path} cannot be read: {problem.strerror or problem}.") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise CommandError(f"{path} is no TOML: {problem}.") from problem
    named = content.get("mappings")
    name, entries = next(iter(named.items())) if isinstance(named, dict) and named else (path.stem, content)
    if not isinstance(entries, dict) or not all(isinstance(said, str) for said in entries.values()):
        raise CommandError(f'{path} must hold entries like title = "event.summary", or a table [mappings.NAME].')
    problems = mapping.problems(name, entries)
    if problems:
        raise CommandError(" ".join(problems))
    return name, entries
