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
_LOOKED_AT = 200
_SURELY = 0.8
"""A request is one, however wide the trouble, where the model is as confident of it."""


def explaining(turn: Turn, named: Mapping[str, float], words: list[str]) -> tuple[str, Reason] | None:
    """The open incident that a mail of trouble is about if it names no declared service and nothing on its writer's own
    desk, with the reason; None where no trouble is so wide, or where another one goes on beside it."""
    if max(named.values(), default=0.0) >= CALLED or any(word in DEVICES for word in words):
        return None
    found: tuple[str, Reason] | None = None
    for number in islice(reversed(turn.situation.open_records), _LOOKED_AT):
        if not _goes_on(turn, number):
            continue
        wide = _wide(turn, number)
        if wide is None or found is not None:
            return None  # it may as well be about the other one
        found = wide
    return found


def is_request(value: str | None, confidence: float) -> bool:
    """Whether a mail is as surely a request that it cannot be about the trouble."""
    return value not in (None, "incident") and confidence >= _SURELY


def _goes_on(turn: Turn, number: str) -> bool:
    """Whether monitoring has seen a sign of life of it not long ago, and most of it still fires."""
    members, record = turn.situation.members[number], turn.record(number)
    if record is None or record.status not in OPEN_STATUSES or turn.at - members.last_at > _WITHIN:
        return False
    return 2 * len(members.firing) > len(members.conditions)


def _wide(turn: Turn, number: str) -> tuple[str, Reason] | None:
    services = turn.situation.services
    down = turn.situation.members[number].places.keys() & services.by_name.keys()
    if len(down) < _FEWEST:
        return None
    touched = sum(1 for service in services.by_name if service in down or not down.isdisjoint(services.needs(service)))
    total = len(services.by_name)
    if touched < WIDE * total:
        return None
    return number, Reason("while so much is in trouble", {"services": touched, "of": total})
