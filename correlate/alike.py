"""A run of new conditions that go the same way: what one post brings of one trouble is decided once.

A post of a hundred alerts is mostly one trouble on one service. Where the last one joined an incident whose trouble
shows on its own service at this very moment, the next one from there joins it for the same reason. What could lead
elsewhere (another place, another severity, something that ends by itself, an old notice) ends the run and is decided
by itself; `tests/properties/test_alike.py` holds a run to what its alerts become one by one.
"""

from collections.abc import Sequence

from correlate.alert_rules import alert_rules
from correlate.alerts import new_condition
from correlate.effects import ConditionChanged, ConditionsJoined, Effect
from correlate.grouping import LATE_NOTICE
from correlate.hosts import host_stem
from correlate.members import place_of
from correlate.packing import PackedAlert
from correlate.policy import Policy
from correlate.records import Cause, Condition, Reason
from correlate.situation import Situation
from correlate.turn import Turn
from ingest.event import Event


def led_by(decided: Sequence[Effect], situation: Situation) -> Condition | None:
    """The condition whose beginning is all that was decided, where others may follow it."""
    first = decided[0] if len(decided) == 1 else None
    if type(first) is not ConditionChanged or first.change != "firing" or first.reason.rule != "same service":
        return None
    condition, evidence = first.condition, first.reason.evidence
    at_once = evidence["quiet_s"] == 0 and evidence["service"] == place_of(condition)
    if not at_once or condition.expires_at is not None or _asks_each(situation.policy):
        return None
    return condition


def _asks_each(policy: Policy) -> bool:
    """Whether something in the policy looks at what each single alert says."""
    return bool(alert_rules(policy)) or any(route.matchers for route in policy.routes)


def joined(
    turn: Turn, events: Sequence[tuple[Event | PackedAlert, object]], start: int, leader: Condition, reason: Reason
) -> tuple[int, list[ConditionsJoined]]:
    """The alerts from place `start` on that go the leader's way: where they end, and the effect of all of them."""
    found: dict[str, Condition] = {}
    end = start
    while end < len(events):
        event = events[end][0]
        condition = _begun(turn, event, leader) if type(event) is PackedAlert else None
        if condition is None or condition.fingerprint in found:
            break
        found[condition.fingerprint] = condition
        end += 1
    if not found:
        return start, []
    effect = ConditionsJoined(
        cause=Cause(turn.cause.position, start),
        at=turn.at,
        reason=reason,
        conditions=tuple(found.values()),
        indexes=tuple(range(start, end)),
    )
    return end, [effect]


def _begun(turn: Turn, alert: PackedAlert, like: Condition) -> Condition | None:
    """The condition that begins with this alert, where it goes the way of this one."""
    if (
        alert.kind != "alert"
        or alert.status != "firing"
        or alert.severity != like.severity
        or alert.fingerprint in turn.situation.conditions
        or (alert.started_at is not None and turn.at - alert.started_at > LATE_NOTICE)
        or alert.expires_at is not None
    ):
        return None
    news, services = alert.news(), turn.situation.services
    service = services.of(news.resource, news.service, news.title)
    if not news.ordinary or (service is None and services.by_name):
        return None
    condition = new_condition(turn, alert, news, service or news.service, like.record)
    here = place_of(like)
    if place_of(condition) != here:
        return None
    host = host_stem(condition.resource)
    return condition if host is None or host == here or host not in turn.situation.by_service else None
