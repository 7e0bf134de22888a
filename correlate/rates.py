"""How often something happens, learned: what is usual over days, and what the last minute brought.

Two counts that fade, one quickly and one slowly. They are moved along by what happens and by nothing else, so that the
same events give the same rates whatever the batches were.
"""

from datetime import datetime
from math import exp

from msgspec import Struct

RECENT = 60.0
"""Seconds over which the quick count fades to 37 %."""
USUAL = 7 * 86_400.0
_WATCHED_AT_LEAST = 86_400.0
"""Seconds for which a source counts as watched from its first event on: a new one is not judged by its first hour."""


class Rate(Struct, frozen=True):
    """The two counts as they were at `at`, and since when they are counted."""

    since: datetime
    at: datetime
    recent: float = 0.0
    usual: float = 0.0

    def after(self, at: datetime, events: int = 0) -> "Rate":
        """The counts at a later time, with what has happened then."""
        passed = max((at - self.at).total_seconds(), 0.0)
        return Rate(
            self.since,
            max(at, self.at),
            self.recent * exp(-passed / RECENT) + events,
            self.usual * exp(-passed / USUAL) + events,
        )

    def usual_in_a_minute(self) -> float:
        """How many a minute brings as a rule."""
        age = max((self.at - self.since).total_seconds(), _WATCHED_AT_LEAST)
        return 60.0 * self.usual / (USUAL * (1.0 - exp(-age / USUAL)))
