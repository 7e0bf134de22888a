"""What every change of a condition teaches: which hosts are whose, and how alerts of low severity fare."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from correlate import chatter
from correlate.hosts import host_stem
from correlate.records import Condition

if TYPE_CHECKING:
    from correlate.situation import Situation

LOW = frozenset({"minor", "warning"})
MAX_ALIASES = 50_000


def teaching(run: Sequence[Condition]) -> Iterable[Condition]:
    """Of conditions of one severity that begin together, those that teach what the others do not."""
    if run[0].severity in LOW:
        return run
    return {(condition.service, host_stem(condition.resource)): condition for condition in run}.values()


def learn(situation: "Situation", condition: Condition, change: str) -> None:
    """Learn which hosts are whose, and how alerts of low severity fare (see `correlate.chatter`)."""
    if condition.service is not None and condition.service in situation.services.by_name:
        stem = host_stem(condition.resource)
        if stem is not None and stem not in situation.aliases and len(situation.aliases) < MAX_ALIASES:
            situation.aliases[stem] = condition.service
    if condition.severity not in LOW or change not in ("waiting", "firing", "joined"):
        return
    came, grew = chatter.names_of(condition)
    before = situation.conditions.get(condition.fingerprint)
    if came not in situation.counters and len(situation.counters) > 2 * chatter.MAX_KINDS:
        return
    if change != "joined" or before is None or before.status != "firing":
        for name in (came, chatter.ALL[0]):
            situation.counters[name] = situation.counters.get(name, 0) + 1
    members = situation.members.get(condition.record or "")
    if members is not None and (members.conditions or situation.participants.get(condition.record or "")):
        for name in (grew, chatter.ALL[1]):
            situation.counters[name] = situation.counters.get(name, 0) + 1
