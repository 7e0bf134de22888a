"""Priority from impact, urgency and the criticality of the service, by a matrix that people can read and edit."""

from collections.abc import Mapping

from msgspec import Struct, field, structs

from classify.classification import LEVELS, PRIORITIES, UNKNOWN, Classification, Priority, Verdict, fact
from ingest.event import Alert


class Matrix(Struct, frozen=True, kw_only=True):
    """`cells[impact]` holds the priorities for high, medium and low urgency.

    `shift[criticality]` moves the result: -1 is one step more pressing. Criticality runs from 1 (highest) to 4.
    The default cells are the ITIL matrix that most desks start from; the default shift moves the ends only.
    """

    high: tuple[Priority, Priority, Priority] = ("P1", "P2", "P3")
    medium: tuple[Priority, Priority, Priority] = ("P2", "P3", "P4")
    low: tuple[Priority, Priority, Priority] = ("P3", "P4", "P5")
    shift: Mapping[int, int] = field(default_factory=lambda: {1: -1, 4: 1})

    def row(self, impact: str) -> tuple[Priority, Priority, Priority]:
        """The priorities of one impact, by falling urgency."""
        rows = {"high": self.high, "medium": self.medium, "low": self.low}
        return rows[impact]


DEFAULT_MATRIX = Matrix()

# What nobody said counts as the ordinary case: one person, not blocked.
ASSUMED_IMPACT = "low"
ASSUMED_URGENCY = "medium"


def priority(
    impact: str | None, urgency: str | None, criticality: int | None = None, matrix: Matrix = DEFAULT_MATRIX
) -> Priority:
    """The cell of the matrix, moved by criticality and kept within P1 to P5.

    `impact` and `urgency` are "high", "medium" or "low"; anything else counts as unknown and is assumed to be
    low impact and medium urgency. `criticality` is 1 (highest) to 4, None where no service is known.
    """
    row = matrix.row(impact if impact in LEVELS else ASSUMED_IMPACT)
    cell = row[LEVELS.index(urgency if urgency in LEVELS else ASSUMED_URGENCY)]
    moved = PRIORITIES.index(cell) + (matrix.shift.get(criticality, 0) if criticality is not None else 0)
    return PRIORITIES[min(max(moved, 0), len(PRIORITIES) - 1)]


def more_pressing(one: Priority, other: Priority) -> Priority:
    """The more pressing of two: what a person set is never lowered by what is worked out."""
    return min(one, other, key=PRIORITIES.index)


def decided_level(verdict: Verdict) -> str | None:
    """An impact or urgency that a priority may follow from; None where it is only proposed."""
    return verdict.value if verdict.decided else None


def prioritised(
    classification: Classification, criticality: int | None = None, matrix: Matrix = DEFAULT_MATRIX
) -> Classification:
    """The same classification with its priority worked out anew, for the criticality of the service concerned.

    What a model only proposes does not move it: the ordinary case is assumed until somebody says otherwise.
    """
    impact, urgency = decided_level(classification.impact), decided_level(classification.urgency)
    worked_out = priority(impact, urgency, criticality, matrix)
    return structs.replace(classification, priority=worked_out)


# Severity is the tool's word for how bad it is: (impact, urgency) of ours.
_LEVELS_OF_SEVERITY: Mapping[str, tuple[str, str]] = {
    "critical": ("high", "high"),
    "major": ("medium", "high"),
    "minor": ("medium", "medium"),
    "warning": ("low", "medium"),
    "unknown": ("low", "medium"),
    "info": ("low", "low"),
}


def classify_alert(
    alert: Alert, criticality: int | None = None, matrix: Matrix = DEFAULT_MATRIX, category: Verdict | None = None
) -> Classification:
    """An alert is an incident whose impact and urgency follow from the tool's severity; no model is asked.

    `category` may be given by a rule; otherwise it is "monitoring". Never raises: unknown severities have a row.
    """
    impact, urgency = _LEVELS_OF_SEVERITY.get(alert.severity, _LEVELS_OF_SEVERITY["unknown"])
    rule = f"severity={alert.severity}"
    return Classification(
        type=fact("incident", "an alert is an incident"),
        category=category or fact("monitoring", f"tool={alert.tool}"),
        service=fact(alert.service, "named by the alert") if alert.service else UNKNOWN,
        impact=fact(impact, rule),
        urgency=fact(urgency, rule),
        priority=priority(impact, urgency, criticality, matrix),
        rules=(rule,),
    )
