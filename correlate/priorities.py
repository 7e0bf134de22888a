"""How bad an incident is: from the severity of its alerts, the number of people who wrote, and the service."""

from collections.abc import Mapping

from msgspec.structs import replace

from classify.classification import PRIORITIES
from classify.priority import priority
from correlate.policy import Policy
from correlate.records import Level, Priority, Record
from correlate.situation import Situation

_OF_SEVERITY: Mapping[str, tuple[Level, Level]] = {
    "critical": ("high", "high"),
    "major": ("medium", "high"),
    "minor": ("medium", "medium"),
    "warning": ("low", "medium"),
    "unknown": ("low", "medium"),
    "info": ("low", "low"),
}
LEVELS: Mapping[str, Level] = {"high": "high", "medium": "medium", "low": "low"}
_ORDER: Mapping[str, int] = {"low": 0, "medium": 1, "high": 2}
SEVERAL_PEOPLE = 3
MANY_PEOPLE = 10


def levels_of(severity: str) -> tuple[Level, Level]:
    """Impact and urgency that a tool's severity stands for."""
    return _OF_SEVERITY.get(severity, ("low", "medium"))


def higher(one: Level, other: Level) -> Level:
    return one if _ORDER[one] >= _ORDER[other] else other


def impact_of_people(count: int) -> Level:
    """What the number of people who wrote says about the impact."""
    return "high" if count >= MANY_PEOPLE else "medium" if count >= SEVERAL_PEOPLE else "low"


def priority_of(situation: Situation, impact: Level, urgency: Level, service: str | None) -> Priority:
    """The cell of the matrix for the criticality of a known service (`cell_of`)."""
    known = service in situation.services.by_name
    criticality = situation.services.criticality(service) if known else None
    return cell_of(own_cells(situation.policy), impact, urgency, criticality)


def own_cells(policy: Policy) -> Mapping[str, str]:
    """The cells that this desk has changed: of the page and of desk.toml, which counts where both have one."""
    return {**policy.page_matrix, **policy.matrix} if policy.page_matrix else policy.matrix


def cell_of(own: Mapping[str, str], impact: Level, urgency: Level, criticality: int | None) -> Priority:
    """The policy's own cell where it has one, for this criticality ("high/low/1"; "high/low/none" where no service
    is known) or for all; else the usual one.

    A cell of one's own that names no criticality holds for every service; the usual one is moved by it.
    """
    for key in (f"{impact}/{urgency}/{criticality or 'none'}", f"{impact}/{urgency}"):
        for level in PRIORITIES:
            if own.get(key) == level:
                return level
    return priority(impact, urgency, criticality)


def raised(situation: Situation, record: Record, impact: Level, urgency: Level) -> Record:
    """The record with at least this impact and urgency and the priority that follows; a person's values stay."""
    decided = record.decided_by
    impact = record.impact if decided.get("impact") == "person" else higher(record.impact, impact)
    urgency = record.urgency if decided.get("urgency") == "person" else higher(record.urgency, urgency)
    if impact == record.impact and urgency == record.urgency:
        return record
    if decided.get("priority") == "person":
        return replace(record, impact=impact, urgency=urgency)
    follows = priority_of(situation, impact, urgency, record.service)
    if decided.get("priority") == "rule":
        follows = min(follows, record.priority)
    return replace(record, impact=impact, urgency=urgency, priority=follows)
