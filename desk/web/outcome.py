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


def _what_happened(connection: Connection, position: int) -> str:
    rows = connection.execute(
        select(entries.c.rule, entries.c.evidence).where(entries.c.position == position).order_by(entries.c.id).limit(1)
    ).first()
    if rows is None:
        return "Done."
    return sentence(Reason(rows.rule, msgspec.json.decode(rows.evidence or "{}")))
