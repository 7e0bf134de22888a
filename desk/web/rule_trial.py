"""What would a rule have matched? It is tried on the last mails of the journal; nothing is decided, nothing is sent."""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from correlate.policy import Policy
from correlate.rules import Rule
from ingest.event import Input
from ingest.journal import Journal
from ingest.mail import read_mail

CHOICES = (100, 500, 2_000)
LOOK_BACK = 50_000
"""Inputs that are gone through at most to find mails."""
PATIENCE_S = 5.0
_STEP = 200
_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Match:
    """A mail that the rule holds for."""

    position: int
    at: datetime
    sender: str | None
    subject: str | None


@dataclass(frozen=True, kw_only=True)
class Trial:
    """`looked` mails were read, newest first; `complete` is False where time ran out before the wanted number."""

    looked: int
    matches: tuple[Match, ...]
    complete: bool


def try_rule(journal: Journal, policy: Policy, rule: Rule, wanted: int, skipped: Collection[int] = ()) -> Trial:
    """Try the rule by itself on the last `wanted` mails; `skipped` positions are known to be unreadable."""
    from desk.processor import reading_of

    reading = replace(reading_of(policy), rules=(replace(rule, enabled=True),))
    until = time.monotonic() + PATIENCE_S
    looked: list[int] = []
    matches: list[Match] = []
    complete = True
    for item in last_mails(journal, wanted):
        if item.position in skipped or item.body is None:
            continue
        if time.monotonic() > until:
            complete = False
            break
        mail = read_mail(item.body, reading, {**item.envelope, "route": item.route})
        looked.append(item.position)
        if mail.ruled is not None:
            sender = mail.sender.address if mail.sender is not None else None
            matches.append(Match(position=item.position, at=item.accepted_at, sender=sender, subject=mail.subject))
    newest = set(sorted(looked, reverse=True)[:wanted])
    found = sorted((match for match in matches if match.position in newest), key=lambda match: -match.position)
    return Trial(looked=len(newest), matches=tuple(found), complete=complete)


def last_mails(journal: Journal, wanted: int) -> Iterator[Input]:
    """The last mails of the journal, in stretches from the newest back; a few more than wanted may come."""
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
                if item.kind == "mail" and item.body is not None:
                    given += 1
                    yield item
            position = found[-1].position
        upper = lower
