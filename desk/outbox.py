"""The outbox: mails that are due, who is sending them, when to try again, and those given up.

    held ──► due ──► sending ──► sent
      │       ▲         ├──────► due again, later
      ▼       │         └──────► failed
    dropped   └─ a person tries a failed one again

A mail is leased by a conditional UPDATE, so that no two senders have it; a lease that ends (its holder died) makes it
due. A final result is kept as unreported (in `lease`) until the journal has it, so that a crash between the two loses
nothing: reporting twice is harmless.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from correlate.records import Outgoing
from desk.database import writing
from desk.delivery_log import Logged, note
from desk.tables import outbox, state

LEASE = timedelta(minutes=2)
RETRY_AFTER = (60, 300, 900, 3600)
"""Seconds to wait after the first failures; then `RETRY_LAST` each time."""
RETRY_LAST = 4 * 3600
GIVE_UP_AFTER = 3 * 86_400
"""Seconds of trying after which a mail has failed (RFC 5321, 4.5.4.1 asks for four to five days of a relay; a desk's
mail is of no use by then)."""
UNREPORTED = "unreported"
WEBHOOK = "webhook"
"""The kind of what is posted and not mailed: `desk.webhook_outbox` leases it."""
TEMPLATE_TROUBLE = "warning:templates"
"""The row of `state` with a sentence, or null."""
LONGEST_ANSWER = 1_000
_c = outbox.c

Outcome = Literal["sent", "again", "failed", "untried", "unreached"]
_LOGGED: Mapping[Outcome, Logged] = {"sent": "sent", "failed": "failed", "again": "deferred", "unreached": "deferred"}


class Due(Struct, frozen=True, kw_only=True):
    """A mail that is leased to us."""

    id: int
    attempts: int
    created_at: datetime
    due_at: datetime
    """Its place in the order: when it became due."""
    outgoing: Outgoing


class Result(Struct, frozen=True, kw_only=True):
    """What became of a leased mail.

    `untried` gives it back as it was. `unreached` too, for no server was there to be asked: it keeps its place and
    loses no attempt, however long that lasts.
    """

    id: int
    attempts: int
    outcome: Outcome
    due_at: datetime | None = None
    server: str | None = None
    answer: str | None = None


class Final(Struct, frozen=True, kw_only=True):
    """A final result that the journal has to hear of."""

    id: int
    message_id: str
    result: Literal["sent", "failed"]
    answer: str | None


def retry_delay(outbox_id: int, failures: int) -> timedelta | None:
    """How long to wait after so many failures, or None: it is given up.

    The waits differ by up to a tenth from mail to mail, by a hash and not by chance, so that what failed together does
    not come back together.
    """
    waits = [*RETRY_AFTER]
    while sum(waits) + RETRY_LAST <= GIVE_UP_AFTER:
        waits.append(RETRY_LAST)
    if failures > len(waits):
        return None
    noise = int.from_bytes(hashlib.sha256(f"{outbox_id}:{failures}".encode()).digest()[:4]) / 2**32
    return timedelta(seconds=round(waits[failures - 1] * (0.9 + 0.2 * noise), 3))


Delay = Callable[[int, int], timedelta | None]
"""Outbox row and number of failures to how long to wait; None: it is given up."""


def lease(
    engine: sa.Engine, holder: str, now: datetime, limit: int, *, per_domain: int, busy: Mapping[str, int]
) -> list[Due]:
    """Take up to `limit` mails that are due, the longest waiting first, and no more than `per_domain` for one domain.

    `busy` says how many are on their way to each domain already. `holder` must be unique among senders.
    """
    ready = sa.and_(_c.status.in_(("due", "sending")), _c.next_at <= now, _c.kind != WEBHOOK)
    look = sa.select(_c.id, _c.to, _c.next_at).where(ready).order_by(_c.next_at, _c.id).limit(limit * 4)
    with engine.connect() as connection:
        candidates = connection.execute(look).all()
    on_the_way = dict(busy)
    chosen: dict[int, datetime] = {}
    for row in candidates:
        domain = domain_of(row.to)
        if on_the_way.get(domain, 0) < per_domain and len(chosen) < limit:
            on_the_way[domain] = on_the_way.get(domain, 0) + 1
            chosen[row.id] = row.next_at
    if not chosen:
        return []
    take = (
        sa.update(outbox)
        .where(_c.id.in_(list(chosen)), ready)
        .values(status="sending", lease=holder, next_at=now + LEASE)
        .returning(_c.id, _c.attempts, _c.created_at, _c.body)
    )
    with writing(engine) as connection:
        rows = {row.id: row for row in connection.execute(take)}
    return [due_of(rows[outbox_id], due_at) for outbox_id, due_at in chosen.items() if outbox_id in rows]


def renew(engine: sa.Engine, holder: str, ids: Sequence[int], now: datetime) -> None:
    """Keep the leases of mails that are still on their way."""
    if ids:
        statement = sa.update(outbox).where(_c.id.in_(ids), _c.lease == holder, _c.status == "sending")
        with writing(engine) as connection:
            connection.execute(statement.values(next_at=now + LEASE))


def take_over(engine: sa.Engine) -> int:
    """Make due what an earlier process was sending when it ended; only for the one active sender. Returns how many."""
    with writing(engine) as connection:
        return connection.execute(
            sa.update(outbox)
            .where(_c.status == "sending", _c.kind != WEBHOOK)
            .values(status="due", lease=None, next_at=_c.created_at)
        ).rowcount


def settle(
    engine: sa.Engine, holder: str, results: Iterable[Result], now: datetime, delay: Delay = retry_delay
) -> list[Final]:
    """Write down what became of leased mails; returns the final results, to be reported to the journal.

    What was sent is sent, even if its lease had ended meanwhile; any other result counts only while the lease holds.
    """
    finals = []
    with writing(engine) as connection:
        for result in results:
            values = _values(result, now, delay)
            final = values["status"] in ("sent", "failed")
            mine = sa.and_(_c.status == "sending", _c.lease == holder)
            where = _c.status.in_(("sending", "due")) if result.outcome == "sent" else mine
            statement = sa.update(outbox).where(_c.id == result.id, where).values(values).returning(_c.message_id)
            message_id = connection.execute(statement).scalar_one_or_none()
            if message_id is not None and result.outcome in _LOGGED:
                note(connection, result.id, _logged(values, result), result.server, result.answer, now)
            if final and message_id is not None:
                finals.append(
                    Final(id=result.id, message_id=message_id, result=values["status"], answer=values["answer"])  # type: ignore[arg-type]
                )
    return finals


def _logged(values: Mapping[str, object], result: Result) -> Logged:
    """A deferral with which the patience ended is a failure."""
    return "failed" if values["status"] == "failed" else _LOGGED[result.outcome]


def _values(result: Result, now: datetime, wait: Delay) -> dict[str, object]:
    answer = (result.answer or "")[:LONGEST_ANSWER] or None
    if result.outcome == "untried":
        return {"status": "due", "lease": None, "next_at": result.due_at or now}
    if result.outcome == "unreached":
        return {"status": "due", "lease": None, "next_at": result.due_at or now, "answer": answer}
    attempts = result.attempts + 1
    delay = wait(result.id, attempts) if result.outcome == "again" else None
    if delay is not None:
        return {"status": "due", "lease": None, "next_at": now + delay, "attempts": attempts, "answer": answer}
    status = "sent" if result.outcome == "sent" else "failed"
    return {"status": status, "lease": UNREPORTED, "finished_at": now, "attempts": attempts, "answer": answer}


def unreported(engine: sa.Engine) -> list[Final]:
    """Final results, of webhooks too, that the journal may not have yet. Reads the whole outbox: for the start, not for
    the loop."""
    query = sa.select(_c.id, _c.message_id, _c.status, _c.answer).where(_c.lease == UNREPORTED).order_by(_c.id)
    with engine.connect() as connection:
        return [
            Final(id=row.id, message_id=row.message_id, result=row.status, answer=row.answer)
            for row in connection.execute(query)
        ]


def reported(engine: sa.Engine, ids: Sequence[int]) -> None:
    """The journal has these results."""
    if ids:
        with writing(engine) as connection:
            connection.execute(sa.update(outbox).where(_c.id.in_(ids), _c.lease == UNREPORTED).values(lease=None))


# --- what pages tell ----------------------------------------------------------------------------


def tell_of_templates(engine: sa.Engine, trouble: str | None) -> None:
    """Keep what is wrong with the administrator's own templates where the health page finds it."""
    value = msgspec.json.encode(trouble).decode()
    with writing(engine) as connection:
        if not connection.execute(
            sa.update(state).where(state.c.name == TEMPLATE_TROUBLE).values(value=value)
        ).rowcount:
            connection.execute(sa.insert(state).values(name=TEMPLATE_TROUBLE, value=value))


# --- what people do ------------------------------------------------------------------------------


def try_again(engine: sa.Engine, ids: Sequence[int], now: datetime) -> int:
    """Begin anew with mails that were given up; returns how many. (Held mails are let out by a command.)"""
    values = {"status": "due", "next_at": now, "attempts": 0, "finished_at": None, "lease": None}
    statement = sa.update(outbox).where(_c.id.in_(ids), _c.status == "failed").values(values)
    with writing(engine) as connection:
        return connection.execute(statement).rowcount


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def due_of(row: sa.Row[*tuple[object, ...]], due_at: datetime) -> Due:
    """A row of the outbox that we lease."""
    outgoing = msgspec.json.decode(row.body, type=Outgoing)
    return Due(id=row.id, attempts=row.attempts, created_at=row.created_at, due_at=due_at, outgoing=outgoing)
