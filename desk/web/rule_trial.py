"""What would a rule have matched? It is tried on the last inputs of the journal; nothing is decided or sent."""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from correlate.alert_rules import looked_at
from correlate.policy import Policy
from correlate.rules import Rule
from correlate.services import ServiceMap
from ingest.event import Alert, Input, Reading
from ingest.journal import Journal
from ingest.mail import read_mail
from ingest.matching import holds, is_about_alerts
from ingest.normalize import normalize

CHOICES = (100, 500, 2_000)
LOOK_BACK = 50_000
"""Inputs that are gone through at most to find mails."""
PATIENCE_S = 5.0
_STEP = 200
_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Match:
    """A mail or an alert that the rule holds for. `sender` is the tool of an alert, `subject` its title."""

    position: int
    at: datetime
    sender: str | None
    subject: str | None


@dataclass(frozen=True, kw_only=True)
class Trial:
    """`looked` mails (for a rule over alerts: posts and mails of tools) were read, the newest; `complete` is False
    where time ran out before the wanted number."""

    wanted: int
    looked: int
    matches: tuple[Match, ...]
    complete: bool


def try_rule(journal: Journal, policy: Policy, rule: Rule, wanted: int, skipped: Collection[int] = ()) -> Trial:
    """Try the rule by itself on the last `wanted` inputs; `skipped` positions are known to be unreadable."""
    from desk.processor import reading_of

    rule = replace(rule, enabled=True)
    about_alerts = is_about_alerts(rule)
    reading = replace(reading_of(policy), rules=() if about_alerts else (rule,))
    services = ServiceMap(policy.services)
    until = time.monotonic() + PATIENCE_S
    looked: list[int] = []
    matches: list[Match] = []
    complete = True
    for item in last_inputs(journal, wanted, ("mail", "webhook") if about_alerts else ("mail",)):
        if item.position in skipped or item.body is None:
            continue
        if time.monotonic() > until:
            complete = False
            break
        looked.append(item.position)
        if about_alerts:
            matches += _alert_matches(item, reading, rule, services)
        else:
            matches += _mail_matches(item, item.body, reading)
    newest = set(sorted(looked, reverse=True)[:wanted])
    told = sorted((match for match in matches if match.position in newest), key=lambda match: -match.position)
    return Trial(wanted=wanted, looked=len(newest), matches=tuple(told), complete=complete)


def _mail_matches(item: Input, body: bytes, reading: Reading) -> list[Match]:
    mail = read_mail(body, reading, {**item.envelope, "route": item.route})
    if mail.ruled is None:
        return []
    sender = mail.sender.address if mail.sender is not None else None
    return [Match(position=item.position, at=item.accepted_at, sender=sender, subject=mail.subject)]


def _alert_matches(item: Input, reading: Reading, rule: Rule, services: ServiceMap) -> list[Match]:
    return [
        Match(position=item.position, at=item.accepted_at, sender=event.tool, subject=event.title)
        for event in normalize(item, reading)
        if isinstance(event, Alert)
        and holds(rule, looked_at(event, services.of(event.resource, event.service), item.route))
    ]


def last_inputs(journal: Journal, wanted: int, kinds: Collection[str]) -> Iterator[Input]:
    """The last inputs of these kinds, in stretches from the newest back; a few more than wanted may come."""
    upper = journal.head().position
    lowest = max(0, upper - LOOK_BACK)
    given = 0
    while upper > lowest and given < wanted:
        position = lower = max(lowest, upper - _STEP)
        while position < upper:
            found = journal.read(position, upper - position, _BYTES)
            if not found:
                break
            for item in found:
                if item.kind in kinds and item.body is not None:
                    given += 1
                    yield item
            position = found[-1].position
        upper = lower
