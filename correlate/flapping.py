"""Coming and going: a condition that changes its state too often is said to flap, until it is calm again.

Icinga counts a weighted share of changed checks; notices tell us of changes only, so changes per time are counted,
again with two thresholds, so that it does not flap about flapping.
"""

from datetime import datetime

WINDOW = 3600
"""Seconds that are looked back."""
KEPT = 12
BEGINS_AT = 6
"""Changes within the window with which it begins to flap."""
ENDS_AT = 2
"""Changes within the window at or below which it is calm again."""


def noted(history: tuple[int, ...], at: datetime) -> tuple[int, ...]:
    """The history with a change at this time; changes older than the window and beyond the ring are dropped."""
    now = int(at.timestamp())
    return (*(moment for moment in history[-(KEPT - 1) :] if moment > now - WINDOW), now)


def flaps(history: tuple[int, ...], at: datetime, flapping: bool) -> bool:
    """Whether it flaps now, given whether it did before."""
    now = int(at.timestamp())
    changes = sum(1 for moment in history if moment > now - WINDOW)
    return changes > ENDS_AT if flapping else changes >= BEGINS_AT
