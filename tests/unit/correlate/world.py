"""A small world for the tests of decisions: a policy, alerts, mails, and a desk that takes them one after another."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from classify.classification import Classification, fact
from correlate.effects import DeadlineSet, Effect
from correlate.engine import step
from correlate.policy import Policy, Service
from correlate.records import Record
from correlate.situation import Situation
from ingest.event import Address, Alert, Command, Event, Mail, Tick

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADA, BEN, CAT = "ada@fernhill.example", "ben@fernhill.example", "cat@fernhill.example"

POLICY = Policy(
    address="help@fernhill.example",
    own_addresses=("help@fernhill.example",),
    own_domains=("fernhill.example",),
    message_id_domain="desk.fernhill.example",
    services=(
        Service(name="storage", resources=("nas-*",), owner="infra@fernhill.example"),
        Service(name="ledger-db", depends_on=("storage",), resources=("pg-*",)),
        Service(name="ledger", depends_on=("ledger-db",), resources=("led-*",), owner="apps@fernhill.example"),
        Service(name="intranet-pages", resources=("web-*",)),
    ),
)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def alert(fingerprint: str = "a", status: Any = "firing", **fields: Any) -> Alert:
    fields.setdefault("severity", "critical")
    fields.setdefault("resource", "led-1")
    fields.setdefault("title", "Errors")
    return Alert(tool="tool", status=status, fingerprint=fingerprint, **fields)


def mail(sender: str, subject: str, text: str, message_id: str, **fields: Any) -> Mail:
    return Mail(
        sender=Address(None, sender), subject=subject, new_text=text, text=text, message_id=message_id, **fields
    )


INCIDENT = Classification(type=fact("incident", "test"), category=fact("software", "test"))


class TestDesk:
    """Takes events at minutes after START; remembers every effect."""

    __test__ = False

    def __init__(self, policy: Policy = POLICY) -> None:
        self.situation = Situation(policy)
        self.effects: list[Effect] = []
        self.position = 0

    def take(self, minutes: float, *events: Event, route: str = "") -> list[Effect]:
        pairs = [(event, INCIDENT if isinstance(event, Mail) else None) for event in events]
        return self.take_pairs(minutes, pairs, route)

    def take_pairs(
        self, minutes: float, pairs: Sequence[tuple[Event, Classification | None]], route: str = ""
    ) -> list[Effect]:
        self.position += 1
        effects = step(self.situation, at(minutes), self.position, pairs, route)
        self.effects += effects
        return effects

    def wait_until(self, minutes: float) -> list[Effect]:
        return self.take(minutes, Tick())

    def command(self, minutes: float, action: str, subject: str, **arguments: Any) -> list[Effect]:
        return self.take(minutes, Command(action=action, actor="kim", subject=subject, arguments=arguments))

    def direct(self, minutes: float, *events: Event) -> list[Effect]:
        """The effects of these events alone, without those of time and of the desk's own calendar."""
        effects = self.take(minutes, *events)
        return [each for each in effects if each.cause.deadline is None and not isinstance(each, DeadlineSet)]

    def record(self, number: str) -> Record:
        return self.situation.records[number]

    def incidents(self) -> list[Record]:
        return [r for r in self.situation.records.values() if r.kind == "incident" and r.status != "merged"]

    def of(self, kind: type) -> list[Any]:
        return [effect for effect in self.effects if isinstance(effect, kind)]
