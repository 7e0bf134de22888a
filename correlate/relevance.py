"""Which alerts never open an incident by themselves: what only informs, and what happens on systems for trying out."""

from correlate import alert_rules
from correlate.records import Reason
from correlate.turn import Turn
from correlate.words import name_tokens
from ingest.event import Alert

INFORMATIONAL = "informational"
NONPRODUCTION = "not production"
IGNORED = "ignored by a rule"

_ENVIRONMENT_LABELS = (
    "env", "environment", "stage", "deployment_environment", "deployment.environment", "namespace_env", "landscape",
)  # fmt: skip
_ENVIRONMENTS = frozenset(_ENVIRONMENT_LABELS)
_NOT_PRODUCTION_WORDS = """
staging stage stg stag test tests testing tst qa uat dev devel develop development sandbox sbx preprod preproduction
nonprod nonproduction demo integration int ci pre lab playground loadtest perf perftest canarytest training abnahme
recette preproduccion pruebas entwicklung
"""
_NOT_PRODUCTION = frozenset(_NOT_PRODUCTION_WORDS.split())
_IN_NAMES_WORDS = """
staging stg stag tst test qa uat dev devel sandbox sbx preprod nonprod demo loadtest playground
"""
_IN_NAMES = frozenset(_IN_NAMES_WORDS.split())


def suppressed(turn: Turn, alert: Alert) -> str | None:
    """Why this alert opens nothing by itself; None where it may."""
    # Datadog states a priority and a type of event; the type "info" says that nobody has to act.
    if alert.severity in turn.policy.ignored_severities or alert.labels.get("alert_type") == "info":
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
    somebody declared that host as part of a service."""
    labels = alert.labels
    if not _ENVIRONMENTS.isdisjoint(labels):
        for label in _ENVIRONMENT_LABELS:
            said = labels.get(label)
            if said:
                return not _NOT_PRODUCTION.isdisjoint(name_tokens(said))
    return _called_so(alert.resource) and turn.situation.services.declared(alert.resource) is None


def _called_so(name: str | None) -> bool:
    if not name:
        return False
    host = name.rpartition("://")[2].partition("/")[0].partition(".")[0].lower()
    words = host.replace("_", "-").split("-")
    return words[0] in _IN_NAMES or words[-1] in _IN_NAMES
