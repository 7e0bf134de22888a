"""Which alerts never open an incident by themselves: what only informs, and what happens on systems for trying out."""

from correlate import alert_rules, environments
from correlate.records import Reason
from correlate.turn import Turn
from ingest.event import Alert

INFORMATIONAL = "informational"
NONPRODUCTION = "not production"
IGNORED = "ignored by a rule"


def suppressed(turn: Turn, alert: Alert) -> str | None:
    """Why this alert opens nothing by itself; None where it may."""
    if alert.severity in turn.policy.ignored_severities or environments.informs(alert):
        return INFORMATIONAL
    if not turn.policy.open_nonproduction and _elsewhere(turn, alert):
        return NONPRODUCTION
    return IGNORED if alert_rules.ignored_by(turn, alert) is not None else None


def why(turn: Turn, alert: Alert, rule: str) -> Reason:
    """The reason for what `suppressed` said."""
    return worded(
        rule, alert.severity, alert.resource, alert_rules.ignored_by(turn, alert) if rule == IGNORED else None
    )


def worded(rule: str, severity: str, resource: str | None, name: str | None = None) -> Reason:
    """The reason for what `suppressed` said of such an alert; `name` is that of the rule which ignores it."""
    evidence = {"severity": severity, "resource": resource}
    if rule == IGNORED:
        return Reason("ignored by a rule", {**evidence, "name": name})
    if rule == INFORMATIONAL:
        return Reason("informational", evidence)
    return Reason("not production", evidence) if rule == NONPRODUCTION else Reason(rule, evidence)


def _elsewhere(turn: Turn, alert: Alert) -> bool:
    """Whether the alert's labels say that it is not about production; else whether its host is called so, unless
    somebody declared hosts of such a name as part of a service ("stg-*"; "*-db-*" means no stage in particular)."""
    labelled = environments.labelled(alert)
    if labelled is not None:
        return labelled
    if alert.resource is None or not environments.called_so(alert.resource):
        return False
    declared = turn.situation.services.declared
    service = declared(alert.resource)
    return service is None or declared(environments.without_stage(alert.resource)) == service
