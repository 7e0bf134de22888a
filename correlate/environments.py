"""What an alert itself says of whether anybody must act: is it about a system for trying out, does it only inform?"""

from correlate.words import name_tokens
from ingest.event import Alert

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


def ordinary(alert: Alert) -> bool:
    """Whether nothing that the alert says, its severity apart, could keep it from opening an incident."""
    if informs(alert):
        return False
    said = labelled(alert)
    return not (called_so(alert.resource) if said is None else said)


def informs(alert: Alert) -> bool:
    """Datadog states a priority and a type of event; the type "info" says that nobody has to act."""
    return alert.labels.get("alert_type") == "info"


def labelled(alert: Alert) -> bool | None:
    """Whether the alert's labels say that it is not about production; None where they do not say."""
    labels = alert.labels
    if not _ENVIRONMENTS.isdisjoint(labels):
        for label in _ENVIRONMENT_LABELS:
            said = labels.get(label)
            if said:
                return not _NOT_PRODUCTION.isdisjoint(name_tokens(said))
    return None


def called_so(name: str | None) -> bool:
    """Whether a host has a name that such systems have."""
    if not name:
        return False
    words = _host(name).replace("_", "-")
    return words.partition("-")[0] in _IN_NAMES or words.rpartition("-")[2] in _IN_NAMES


def without_stage(name: str) -> str:
    """The same host as if nothing in its name said so: a declaration that holds for it as well does not mean such
    systems in particular."""
    words = _host(name).replace("_", "-").split("-")
    return "-".join("" if place in (0, len(words) - 1) and w in _IN_NAMES else w for place, w in enumerate(words))


def _host(name: str) -> str:
    return (name.rpartition("://")[2] if "://" in name else name).partition(".")[0].partition("/")[0].lower()
