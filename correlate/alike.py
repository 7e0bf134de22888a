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
from correlate.packing import News, PackedAlert
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
    if not at_once or condition.record is None or condition.expires_at is not None or _asks_each(situation.policy):
        return None
    return condition


def _asks_each(policy: Policy) -> bool:
    """Whether something in the policy looks at what each single alert says."""
    return bool(alert_rules(policy)) or any(route.matchers for route in policy.routes)


def joined(
    turn: Turn, events: Sequence[tuple[Event | PackedAlert, object]], start: int, leader: Condition, reason: Reason
) -> tuple[int, list[ConditionsJoined]]:
    """The alerts from place `start` on that go the leader's way: where they end, and the effect of all of them."""
    known, here, oldest = turn.situation.conditions, place_of(leader), turn.at - LATE_NOTICE
    found: dict[str, Condition] = {}
    end = start
    for end in range(start, len(events)):
        alert = events[end][0]
        if (
            type(alert) is not PackedAlert
            or alert.status != "firing"
            or alert.severity != leader.severity
            or alert.kind != "alert"
            or alert.fingerprint in known
            or alert.fingerprint in found
            or (alert.started_at is not None and alert.started_at < oldest)
            or alert.expires_at is not None
        ):
            break
        news = alert.news()
        service = _service_there(turn.situation, news, here)
        if service is None:
            break
        found[alert.fingerprint] = new_condition(turn, alert, news, service or None, leader.record)
    else:
        end = len(events)
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


def _service_there(situation: Situation, news: News, here: str) -> str | None:
    """The service of a condition that begins at this place, empty for none that is known; None where it begins
    elsewhere, or could be kept from opening an incident."""
    services = situation.services
    service = services.of(news.resource, news.service, news.title)
    if service is None:
        if services.by_name:
            return None
        service = news.service
    host = host_stem(news.resource)
    if (service or host or news.resource) != here or not news.ordinary:
        return None
    return None if host is not None and host != here and host in situation.by_service else service or ""
