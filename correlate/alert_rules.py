"""Rules over alerts: which of them hold for what monitoring reports. They are asked where a condition begins and where
an incident is opened, never for a repeat."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from correlate.matchers import labels_of
from correlate.records import Condition
from correlate.rules import Rule, Ruling, in_present_categories, rules_in_force, together
from ingest.matching import ALERT_LABEL, Looked, holds, is_about_alerts

if TYPE_CHECKING:
    from correlate.policy import Policy
    from correlate.turn import Turn
    from ingest.event import Alert

_MOST_MEMBERS = 50


def alert_rules(policy: "Policy") -> tuple[Rule, ...]:
    """The rules over alerts, in the order in which they are tried."""
    if not policy.rules and not policy.page_rules:
        return ()
    return tuple(rule for rule in rules_in_force(policy) if rule.enabled and is_about_alerts(rule))


def ignored_by(turn: "Turn", alert: "Alert") -> str | None:
    """The rule by which an alert is ignored; None where it is not."""
    rules = alert_rules(turn.policy)
    if not rules:
        return None
    service = turn.situation.services.of(alert.resource, alert.service)
    looked = looked_at(alert, service, turn.route)
    held = _held(rules, [looked])
    return next((rule.name for rule in held if rule.ignore), None)


def ignoring(policy: "Policy", condition: Condition) -> str | None:
    """The rule by which a condition would be ignored now; None where there is none."""
    return next((rule.name for rule in _held(alert_rules(policy), [_of_condition(condition)]) if rule.ignore), None)


def ruling_of(policy: "Policy", members: Iterable[Condition]) -> Ruling | None:
    """What the rules say of an incident that these conditions open: a rule holds where it holds for one of them."""
    rules = alert_rules(policy)
    if not rules:
        return None
    looked = [_of_condition(member) for member, _ in zip(members, range(_MOST_MEMBERS), strict=False)]
    held = _held(rules, looked)
    return in_present_categories(policy, together(held)) if held else None


def looked_at(alert: "Alert", service: str | None, route: str) -> Looked:
    """What conditions look at in an alert."""
    services = (alert.service, service)
    return _looked(alert.tool, route, alert.severity, alert.resource, services, alert.title, alert.labels)


def _of_condition(condition: Condition) -> Looked:
    labels = labels_of(condition)
    route, services = condition.source or "", (condition.service,)
    return _looked(
        condition.tool, route, condition.severity, condition.resource, services, condition.title, labels
    )  # fmt: skip


def _looked(
    tool: str,
    route: str,
    severity: str,
    resource: str | None,
    services: tuple[str | None, ...],
    title: str | None,
    labels: Mapping[str, str],
) -> Looked:
    values: dict[str, tuple[str, ...]] = {
        "alert tool": (tool,),
        "alert hook": (route.removeprefix("hook:"),),
        "alert severity": (severity,),
        "alert resource": (resource or "",),
        "alert service": tuple(dict.fromkeys(service for service in services if service)) or ("",),
        "alert title": (title or "",),
    }
    values |= {f"{ALERT_LABEL}{name.lower()}": (value,) for name, value in labels.items()}
    return Looked(every=lambda _: (), values=values)


def _held(rules: Iterable[Rule], looked: Iterable[Looked]) -> list[Rule]:
    found = []
    seen = list(looked)
    for rule in rules:
        if any(holds(rule, each) for each in seen):
            found.append(rule)
            if rule.stop:
                break
    return found
