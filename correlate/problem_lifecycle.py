"""What may be done to a suggestion and to a problem record in which state, and what state follows: two tables."""

from collections.abc import Mapping
from typing import Literal

from correlate.records import Problem, ProblemStatus, SuggestionStatus

SuggestionVerb = Literal["accept", "merge", "decline", "snooze", "remove", "restore", "undo", "return"]
SuggestionNext = SuggestionStatus | Literal["same", "back"]
"""`same`: it stays as it is; `back`: to what it was before the last decision."""

SUGGESTIONS: Mapping[SuggestionVerb, Mapping[SuggestionStatus, SuggestionNext]] = {
    "accept": {"proposed": "accepted", "snoozed": "accepted", "declined": "accepted"},
    "merge": {"proposed": "merged", "snoozed": "merged", "declined": "merged"},
    "decline": {"proposed": "declined", "snoozed": "declined"},
    "snooze": {"proposed": "snoozed", "snoozed": "snoozed"},
    "remove": {"proposed": "same", "snoozed": "same", "accepted": "same"},
    "restore": {"proposed": "same", "snoozed": "same", "accepted": "same"},
    "undo": {"accepted": "back", "merged": "back", "declined": "back", "snoozed": "back"},
    "return": {"snoozed": "proposed", "declined": "proposed"},
}
"""Verb to the states in which it may be done, each with the state that follows. `return` is the desk's own: the day has
come, it escalated, or the evidence has grown materially."""

PROBLEMS: Mapping[ProblemStatus, tuple[ProblemStatus, ...]] = {
    "accepted": ("investigating", "known error", "fix in progress", "closed"),
    "investigating": ("known error", "fix in progress", "closed"),
    "known error": ("investigating", "fix in progress", "closed"),
    "fix in progress": ("known error", "under observation", "closed"),
    "under observation": ("investigating", "closed"),
    "closed": ("investigating",),
}
"""State of a problem to those that may follow. From under observation, and from closed as fixed, the desk itself goes
back to investigating where the trouble is still there."""

NEEDS: Mapping[ProblemStatus, tuple[str, ...]] = {
    "known error": ("workaround",),
    "fix in progress": ("change",),
    "closed": ("outcome",),
}
"""What must be known of a problem before it can be in a state."""

OUTCOMES = ("fixed", "accepted risk", "duplicate", "cannot be reproduced", "withdrawn")
"""How a problem may end. One that was a duplicate names the other; `withdrawn` is an acceptance that was undone."""
LIVE: frozenset[ProblemStatus] = frozenset(PROBLEMS) - {"closed"}
HELPING: frozenset[ProblemStatus] = frozenset({"known error", "fix in progress"})
"""States in which people are given the workaround."""


def suggestion_after(verb: SuggestionVerb, status: SuggestionStatus, before: str | None = None) -> str | None:
    """The state that follows; None where it cannot be done. `before` is that before the last decision, where known."""
    following = SUGGESTIONS[verb].get(status)
    if following == "same":
        return status
    if following == "back":
        return before
    return following


def is_live(problem: Problem) -> bool:
    """Whether new incidents are still compared with it: also when it is closed as fixed, for it may not be."""
    return problem.status in LIVE or problem.outcome == "fixed"


class Problems(dict[str, Problem]):
    """Problems by number; they are put in by `put` alone. `live` are those that new incidents are compared with."""

    def __init__(self) -> None:
        super().__init__()
        self.live: dict[str, Problem] = {}

    def put(self, problem: Problem) -> None:
        """Take in a problem in the place of one with the same number."""
        self[problem.number] = problem
        if is_live(problem):
            self.live[problem.number] = problem
        else:
            self.live.pop(problem.number, None)
