"""Tools that have a rule for each severity of one condition: a warning and a critical one fire and end by themselves.

Their rules share an identity here, since identity is made of all labels but those that state the severity. So what is
over is one rule; the condition is over when the last of them is, and as grave meanwhile as the gravest that fires.
"""

from collections.abc import Iterable

from ingest.event import SEVERITY_RANK, Alert, Severity
from ingest.tools.fields import SEVERITY_WORDS

_LABELS = ("severity", "priority", "level")
_LONGEST = 40
MOST = 8
"""Severities of one condition; what is beyond is not told apart."""


def level_of(alert: Alert) -> str | None:
    """The severity that this rule states as a label; None where the tool has one rule for all severities."""
    if alert.basis != ("labels",):
        return None
    for name in _LABELS:
        said = alert.labels.get(name)
        if said:
            return said.replace(",", " ")[:_LONGEST]
    return None


def gravest(levels: Iterable[str]) -> Severity:
    """The gravest severity among these levels."""
    return max((severity_of(level) for level in levels), key=SEVERITY_RANK.__getitem__, default="unknown")


def severity_of(level: str) -> Severity:
    return SEVERITY_WORDS.get(level.casefold(), "unknown")
