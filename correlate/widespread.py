"""A trouble so wide that whoever writes of something that nobody declared most likely writes of it.

People call things by names of their own. As a rule nothing tells then what they mean; where monitoring sees a good part
of all services in one trouble at that moment, the trouble does.
"""

from collections.abc import Mapping
from datetime import timedelta
from itertools import islice

from correlate.naming import CALLED
from correlate.records import OPEN_STATUSES, Reason
from correlate.symptoms import DEVICES
from correlate.turn import Turn

WIDE = 1 / 3
"""The share of the declared services that are in trouble, or need what is."""
_FEWEST = 4
"""So many services are in trouble at least: of fewer than a dozen a third may be any fault."""
_WITHIN = timedelta(minutes=60)
"""Time since its last sign of life within which the trouble explains what people write."""
_MANY_TIMES = 8
_OUT_OF_REACH = frozenset({"~gone", "~slow", "~cut"})
"""How a wide trouble shows to those who only use what it hits."""
_LOOKED_AT = 200
_SURELY = 0.8
"""A request is one, however wide the trouble, where the model is as confident of it."""


def explaining(turn: Turn, named: Mapping[str, float], words: list[str]) -> tuple[str, Reason] | None:
    """The open incident that a mail of trouble is about if it names no declared service and nothing on its writer's own
    desk, with the reason; None where no trouble is so wide, or where it may as well be about one that goes on beside
    it: many times as many services are out of reach as there are others, or else there is no other."""
    if max(named.values(), default=0.0) >= CALLED or any(word in DEVICES for word in words):
        return None
    going_on = [n for n in islice(reversed(turn.situation.open_records), _LOOKED_AT) if _goes_on(turn, n)]
    found = [(number, reason) for number in going_on if (reason := _wide(turn, number)) is not None]
    if len(found) != 1:
        return None
    (number, reason), beside = found[0], len(going_on) - 1
    out_of_reach = not _OUT_OF_REACH.isdisjoint(words)
    likely = not beside or (out_of_reach and _MANY_TIMES * beside <= int(reason.evidence["services"]))
    return (number, reason) if likely else None


def is_request(value: str | None, confidence: float) -> bool:
    """Whether a mail is as surely a request that it cannot be about the trouble."""
    return value not in (None, "incident") and confidence >= _SURELY


def _goes_on(turn: Turn, number: str) -> bool:
    """Whether monitoring has seen a sign of life of it not long ago, and most of it still fires."""
    members, record = turn.situation.members[number], turn.record(number)
    if record is None or record.status not in OPEN_STATUSES or turn.at - members.last_at > _WITHIN:
        return False
    return 2 * len(members.firing) > len(members.conditions)


def _wide(turn: Turn, number: str) -> Reason | None:
    services = turn.situation.services
    down = turn.situation.members[number].places.keys() & services.by_name.keys()
    if len(down) < _FEWEST:
        return None
    touched = sum(1 for service in services.by_name if service in down or not down.isdisjoint(services.needs(service)))
    total = len(services.by_name)
    if touched < WIDE * total:
        return None
    return Reason("while so much is in trouble", {"services": touched, "of": total})
