"""Addresses of the silence form, filled in for one condition: it alone, its resource, its service, its check."""

from urllib.parse import urlencode

from correlate.matchers import MAX_VALUE, labels_of, written
from correlate.records import Condition, Matcher

HOURS = "2"
_LABELS_OF_A_CHECK = ("alertname", "check", "rule", "monitor_name")


def ways_to_silence(condition: Condition) -> list[tuple[str, str]]:
    """Words and address for each way; the first is the narrowest."""
    ways = [("this condition only", [Matcher("fingerprint", "=", condition.fingerprint)])]
    if condition.resource is not None and len(condition.resource) <= MAX_VALUE:
        ways.append((f"everything on {condition.resource}", [Matcher("resource", "=", condition.resource)]))
    labels = labels_of(condition)
    name = next((name for name in _LABELS_OF_A_CHECK if labels.get(name)), None)
    if name is not None and len(labels[name]) <= MAX_VALUE:
        ways.append((f"{labels[name]} wherever it fires", [Matcher(name, "=", labels[name])]))
    if condition.service is not None and len(condition.service) <= MAX_VALUE:
        ways.append((f"everything of {condition.service}", [Matcher("service", "=", condition.service)]))
    return [(words, _address(matchers)) for words, matchers in ways]


def _address(matchers: list[Matcher]) -> str:
    return f"/silences?{urlencode({'matchers': written(matchers), 'hours': HOURS})}#new"
