"""Impact and urgency of a mail's record: what it says or the model decided, else the ordinary case, with the reason."""

from classify.classification import Classification
from classify.priority import ASSUMED_IMPACT, ASSUMED_URGENCY, decided_level
from correlate.priorities import LEVELS
from correlate.records import Level, Reason
from correlate.stated import raised_by, stated


def levels_of(classification: Classification | None, text: str = "") -> tuple[Level, Level, tuple[Reason, ...]]:
    """Impact, urgency, and why they are what the text states, or not what the model proposes.

    A proposal moves no priority: one person who is not blocked is assumed, until the mail says otherwise (see
    `correlate.stated`), a rule, the number of people who write or somebody who looks.
    """
    impact, urgency, why = _levels_of(classification)
    impact, urgency, because = raised_by(stated(text), impact, urgency)
    return impact, urgency, because or why


def _levels_of(classification: Classification | None) -> tuple[Level, Level, tuple[Reason, ...]]:
    impact, urgency = LEVELS[ASSUMED_IMPACT], LEVELS[ASSUMED_URGENCY]
    if classification is None:
        return impact, urgency, ()
    decided = decided_level(classification.impact), decided_level(classification.urgency)
    impact, urgency = LEVELS.get(decided[0] or "", impact), LEVELS.get(decided[1] or "", urgency)
    proposed = [
        f"{name} {verdict.value}, {verdict.confidence:.0%} sure"
        for name, verdict, level in (
            ("impact", classification.impact, impact), ("urgency", classification.urgency, urgency),
        )
        if verdict.value is not None and verdict.value != level
    ]  # fmt: skip
    if not proposed:
        return impact, urgency, ()
    evidence = {"impact": impact, "urgency": urgency, "proposed": "; ".join(proposed)}
    return impact, urgency, (Reason("levels assumed", evidence),)
