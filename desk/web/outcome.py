"""An action on a page is an input like any other: it is accepted, waited for, and its outcome read from the tables."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from fastapi import Request
from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool

from correlate.reasons import sentence
from correlate.records import Reason
from desk.store import processed_position, refusal_at
from desk.tables import entries
from desk.web.queries.sources import quarantined_at
from desk.web.security import Visitor
from desk.web.services import WebServices
from ingest.event import Draft

T = TypeVar("T")
PATIENCE_S = 2.0
"""How long a page waits for its action before it says that it is queued."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of the action at `position`: `text` is a sentence; `draft` the words that a refusal would lose."""

    position: int
    state: Literal["done", "queued", "refused"]
    text: str
    draft: Mapping[str, str] | None = None


async def perform(
    services: WebServices, actor: str, action: str, subject: str | None, arguments: Mapping[str, Any], *,
    route: str = "web", patience: float = PATIENCE_S,
) -> int:  # fmt: skip
    """Accept a command and wait up to `patience` seconds until it is processed; returns its position.

    Raises `NotDurableError` or `BusyError` where it could not be accepted: then nothing has happened.
    """
    body = msgspec.json.encode({"action": action, "actor": actor, "subject": subject, "arguments": arguments})
    position = await services.accept(Draft(kind="command", route=route, body=body))
    await processed(services, position, patience)
    return position


async def read_again(services: WebServices, actor: str, position: int, *, route: str = "web") -> int | None:
    """Have an input in quarantine read again: a copy of it enters the journal, and the command that says so.

    Returns the command's position; None where the input is gone or erased.
    """
    found = await run_in_threadpool(services.journal.get, position) if 0 < position < 2**62 else None
    if found is None or found.body is None:
        return None
    waiting = await look(services, lambda connection: quarantined_at(connection, position))
    again = None
    if waiting is not None and waiting["status"] == "waiting":
        copy = Draft(
            kind=found.kind, route=found.route, envelope=found.envelope, body=found.body, schema=found.schema
        )  # fmt: skip
        again = await services.accept(copy)
    given = {"position": position, "again": again}
    return await perform(services, actor, "quarantine-replay", None, given, route=route)


async def processed(services: WebServices, position: int, patience: float = PATIENCE_S) -> bool:
    """Wait until the processing has reached the position; False if it has not within `patience` seconds."""
    until = time.monotonic() + patience
    pause = 0.005
    while await run_in_threadpool(_position, services) < position:
        if time.monotonic() > until:
            return False
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.1)
    return True


async def look(services: WebServices, question: Callable[[Connection], T]) -> T:
    """The answer to a question to the tables, asked in a thread: the event loop waits for nobody."""

    def ask() -> T:
        with services.engine.connect() as connection:
            return question(connection)

    return await run_in_threadpool(ask)


def _position(services: WebServices) -> int:
    with services.engine.connect() as connection:
        return processed_position(connection)


def with_position(target: str, position: int) -> str:
    """The path with `at=position` in its query, in place of an earlier one."""
    parts = urlsplit(target)
    pairs = [(name, value) for name, value in parse_qsl(parts.query) if name != "at"]
    return parts._replace(query=urlencode([*pairs, ("at", str(position))])).geturl()


def of(connection: Connection, position: int) -> Outcome:
    """What became of the action at this position."""
    if processed_position(connection) < position:
        return Outcome(
            position=position, state="queued",
            text="Your action is safe and waits for its turn; this page will show it as soon as it is done.",
        )  # fmt: skip
    refusal = refusal_at(connection, position)
    if refusal is not None:
        return Outcome(position=position, state="refused", text=sentence(refusal))
    return Outcome(position=position, state="done", text=_what_happened(connection, position))


def of_request(connection: Connection, request: Request, visitor: Visitor) -> Outcome | None:
    """The outcome that a page shows: of the position in `at`, where the visitor's own action is there."""
    given = request.query_params.get("at", "")
    if not given.isdecimal() or len(given) > 18:
        return None
    outcome = of(connection, int(given))
    if outcome.state != "refused":
        return outcome
    return _with_draft(request, outcome, visitor)


def _with_draft(request: Request, outcome: Outcome, visitor: Visitor) -> Outcome:
    """A refused answer is not lost: its words are still in the journal."""
    found = request.app.state.services.journal.get(outcome.position)
    if found is None or found.kind != "command" or not found.body:
        return outcome
    command = msgspec.json.decode(found.body)
    if command.get("actor") != visitor.login:
        return outcome
    words = {name: value for name, value in command.get("arguments", {}).items() if isinstance(value, str)}
    return Outcome(
        position=outcome.position, state="refused", text=outcome.text, draft={"action": command["action"], **words}
    )


_DONE = {
    "note-added": "The note was added.",
    "mail-due": "Your words are on their way.",
    "mail-released": "The mail is on its way.",
    "mail-dropped": "The mail was dropped and is never sent.",
    "silence-changed ended": "It has ended; what it held back is told.",
    "silence-changed": "It is in force, or will be.",
    "policy-changed": "The new setting is in force.",
    "labels-judged": "It is noted; the next training knows it.",
    "model-changed": "Another model classifies from here on.",
    "suggestion-changed accepted": "{record} was accepted.",
    "suggestion-changed declined": "{record} was declined.",
    "suggestion-changed snoozed": "{record} was put off; it comes back by itself.",
    "suggestion-changed member removed": "The incident was taken out of {record}; it can be put back.",
    "suggestion-changed member restored": "The incident belongs to {record} again.",
    "suggestion-changed merged": "{record} was merged.",
    "suggestion-changed undone": "The decision on {record} was taken back.",
    "problem-changed opened": "{record} was opened, with its incidents linked.",
    "problem-changed": "{record} was changed.",
    "record-changed assigned": "{record} was assigned.",
    "record-changed waiting": "{record} waits for its requester.",
    "record-changed resumed": "{record} waits no longer.",
    "record-changed resolved": "{record} was resolved.",
    "record-changed reopened": "{record} is open again.",
    "record-changed closed": "{record} was closed.",
    "record-changed merged": "{record} was joined.",
    "record-changed": "{record} was corrected.",
}


def _what_happened(connection: Connection, position: int) -> str:
    columns = (entries.c.kind, entries.c.change, entries.c.record, entries.c.rule, entries.c.evidence)
    rows = connection.execute(
        select(*columns).where(entries.c.position == position).order_by(entries.c.id).limit(20)
    ).all()
    for row in rows:
        words = _DONE.get(f"{row.kind} {row.change}") or _DONE.get(row.kind)
        if words is not None:
            return words.format(record=row.record)
    if not rows:
        return "Done."
    return sentence(Reason(rows[0].rule, msgspec.json.decode(rows[0].evidence or "{}")))
