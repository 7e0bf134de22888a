"""Who of the staff is told: who is on call, how the chain of an incident stands, and how the webhooks are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, select

from correlate.declared import Chain, Route, Team
from correlate.duty import ON_CALL, WEBHOOK, OnDuty, on_duty, trouble_of, turns_between
from correlate.policy import Policy
from correlate.records import Record
from correlate.routing import chain_named
from desk.staff_settings import WebhookSettings
from desk.tables import deadlines, outbox

AHEAD = timedelta(days=60)
MOST_TURNS = 8


@dataclass(frozen=True, kw_only=True)
class Rota:
    """One team: whose turn it is, and whose it is next. `trouble` says why the calendar cannot be used."""

    team: Team
    now: Sequence[OnDuty]
    next: Sequence[OnDuty]
    trouble: str | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where the chain of an incident stands: the level that is told next, and when; None where none is."""

    chain: Chain
    level: int
    due: datetime | None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One webhook: where it leads, what waits for it, and how the last post went."""

    name: str
    host: str
    waiting: int
    failed: int
    sent_at: datetime | None
    answer: str | None


def rotas(policy: Policy, now: datetime) -> list[Rota]:
    """Every team, in the order of the configuration."""
    found = []
    for team in policy.teams:
        turns = turns_between(policy, team, now, now + AHEAD)
        coming = [turn for turn in turns if turn.shift.start > now][:MOST_TURNS]
        found.append(Rota(team=team, now=on_duty(policy, team, now), next=coming, trouble=trouble_of(team)))
    return found


def uses(policy: Policy) -> list[tuple[Chain, list[Route]]]:
    """The chains, each with the routes that lead into it."""
    return [(chain, [r for r in policy.routes if r.escalation == chain.name]) for chain in policy.escalations]


def teams_meant(chain: Chain) -> list[str]:
    """The teams whose calendars a chain asks."""
    words = (word for level in chain.levels for word in level.to if word.startswith(ON_CALL))
    return list(dict.fromkeys(word.removeprefix(ON_CALL) for word in words))


def standing(connection: Connection, policy: Policy, record: Record) -> Standing | None:
    """How the chain of an incident stands; None where it has none."""
    state = record.escalation
    chain = chain_named(policy, state.chain) if state is not None else None
    if state is None or chain is None:
        return None
    due = connection.scalar(select(deadlines.c.due).where(deadlines.c.id == f"escalate:{record.number}"))
    return Standing(chain=chain, level=state.level, due=due)


def held_from(connection: Connection, number: str) -> set[str]:
    """Those of the staff for whom mail about this record is held: they have not heard of it by that mail."""
    c = outbox.c
    return set(connection.scalars(select(c["to"]).where(c.about == number, c.kind == "staff", c.status == "held")))


def lines(connection: Connection, webhooks: Sequence[WebhookSettings]) -> list[Line]:
    """Every configured webhook."""
    c = outbox.c
    counted = select(c["to"], c.status, func.count(), func.max(c.finished_at), func.max(c.id)).where(
        c.kind == "webhook"
    )
    found: dict[tuple[str, str], tuple[int, datetime | None, int]] = {
        (to, status): (count, last, newest)
        for to, status, count, last, newest in connection.execute(counted.group_by(c["to"], c.status))
    }
    newest = {to: max(entry[2] for (other, _), entry in found.items() if other == to) for to, _ in found}
    answers: Mapping[int, str | None] = dict(
        connection.execute(select(c.id, c.answer).where(c.id.in_(list(newest.values())))).all()
    )
    made = []
    for webhook in webhooks:
        to = f"{WEBHOOK}{webhook.name}"

        def count(*statuses: str, to: str = to) -> int:
            return sum(found[to, status][0] for status in statuses if (to, status) in found)

        made.append(
            Line(
                name=webhook.name,
                host=urlsplit(webhook.url).hostname or "",
                waiting=count("due", "sending"),
                failed=count("failed"),
                sent_at=found[to, "sent"][1] if (to, "sent") in found else None,
                answer=answers.get(newest.get(to, 0)),
            )
        )
    return made
