"""How the staff hears of an incident: after which waits, how often again, and along which chain."""

from collections.abc import Iterable
from itertools import islice

from msgspec import Struct

from correlate.declared import Chain, Route
from correlate.matchers import facts_of, holds
from correlate.policy import Policy
from correlate.records import Condition, Record
from correlate.turn import Turn

_LOOKED_AT = 500
"""Of the alerts of an incident, when it is asked whether one of them fits a route."""


class Times(Struct, frozen=True, kw_only=True):
    """Durations are in seconds; `route` is the name of the one that says so."""

    group_wait: int
    group_interval: int
    repeat_interval: int
    escalation: str | None = None
    route: str | None = None


def times_of(turn: Turn, record: Record, conditions: Iterable[Condition] | None = None) -> Times:
    """What holds for this incident. `conditions` are its alerts, where it has none yet."""
    policy = turn.policy
    for route in policy.routes:
        if _fits(turn, route, record, conditions):
            return Times(
                group_wait=policy.group_wait if route.group_wait is None else route.group_wait,
                group_interval=policy.group_interval if route.group_interval is None else route.group_interval,
                repeat_interval=policy.repeat_interval if route.repeat_interval is None else route.repeat_interval,
                escalation=route.escalation,
                route=route.name,
            )
    return Times(
        group_wait=policy.group_wait,
        group_interval=policy.group_interval,
        repeat_interval=policy.repeat_interval,
    )


def chain_named(policy: Policy, name: str | None) -> Chain | None:
    return next((chain for chain in policy.escalations if chain.name == name), None)


def _fits(turn: Turn, route: Route, record: Record, conditions: Iterable[Condition] | None) -> bool:
    if route.services and record.service not in route.services:
        return False
    if not route.matchers:
        return True
    found = _conditions(turn, record) if conditions is None else conditions
    return any(holds(route.matchers, facts_of(condition)) for condition in islice(found, _LOOKED_AT))


def _conditions(turn: Turn, record: Record) -> Iterable[Condition]:
    members = turn.situation.members.get(record.number)
    return (turn.situation.conditions[name] for name in sorted(members.conditions)) if members is not None else ()
