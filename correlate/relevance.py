"""Which alerts never open an incident by themselves: what only informs, and what happens on systems for trying out."""

import re
from functools import lru_cache

from correlate.turn import Turn
from correlate.words import name_tokens
from ingest.event import Alert

INFORMATIONAL = "informational"
NONPRODUCTION = "not production"

_ENVIRONMENT_LABELS = (
    "env", "environment", "stage", "deployment_environment", "deployment.environment", "namespace_env", "landscape",
)  # fmt: skip
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
_ANY_NAME = re.compile("|".join(sorted(_IN_NAMES)), re.IGNORECASE)
_HOST = re.compile(r"^(?:[a-z][a-z0-9+]*://)?([^/:.]+)")


def suppressed(turn: Turn, alert: Alert) -> str | None:
    """Why this alert opens nothing by itself; None where it may."""
    # Datadog states a priority and a type of event; the type "info" says that nobody has to act.
    if alert.severity in turn.policy.ignored_severities or alert.labels.get("alert_type") == "info":
        return INFORMATIONAL
    if not turn.policy.open_nonproduction and nonproduction(alert):
        declared = turn.situation.services.declared(alert.resource)
        if declared is None or not _named_so(declared):
            return NONPRODUCTION
    return None


def nonproduction(alert: Alert) -> bool:
    """Whether the alert's labels, its description of where it comes from, or its host's name say so."""
    for label in _ENVIRONMENT_LABELS:
        said = alert.labels.get(label)
        if said:
            return not _NOT_PRODUCTION.isdisjoint(name_tokens(said))
    return _named_so(alert.resource)


@lru_cache(maxsize=20_000)
def _named_so(name: str | None) -> bool:
    if not name or _ANY_NAME.search(name) is None:
        return False
    host = _HOST.match(name.lower())
    words = name_tokens(host.group(1)) if host else []
    return bool(words) and (words[0] in _IN_NAMES or words[-1] in _IN_NAMES)
