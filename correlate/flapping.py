"""Coming and going: a condition that changes its state too often is said to flap, until it is calm again.

As in Icinga: a ring of the last changes of state, of which younger ones weigh more (0.8 to 1.2), and two thresholds, so
that it does not flap about flapping. Icinga's ring has the last twenty checks; notices tell of changes only, so the
ring here is the last hour, and twenty changes in it are all.
"""

from datetime import UTC, datetime

WINDOW = 3600
"""Seconds that are looked back."""
KEPT = 20
BEGINS_AT = 0.30
"""The weighted share of changes with which it begins to flap."""
ENDS_BELOW = 0.25
"""The share below which it is calm again."""
_OLDEST, _GAIN = 0.8, 0.4


def noted(history: tuple[int, ...], at: datetime) -> tuple[int, ...]:
    """The history with a change at this time; changes older than the window and beyond the ring are dropped."""
    now = int(at.timestamp())
    return (*(moment for moment in history[-(KEPT - 1) :] if moment > now - WINDOW), now)


def share(history: tuple[int, ...], now: int) -> float:
    """The weighted share of changes at this time, in seconds since 1970: 0 is calm, 1 is twenty changes an hour."""
    ages = (now - moment for moment in history)
    return sum(_OLDEST + _GAIN * (1 - age / WINDOW) for age in ages if 0 <= age < WINDOW) / KEPT


def flaps(history: tuple[int, ...], at: datetime, flapping: bool) -> bool:
    """Whether it flaps now, given whether it did before."""
    now = share(history, int(at.timestamp()))
    return now >= ENDS_BELOW if flapping else now >= BEGINS_AT


def restless(history: tuple[int, ...], at: datetime) -> bool:
    """Whether it comes and goes by now, though too seldom to flap: it is likely to come again."""
    return share(history, int(at.timestamp())) >= BEGINS_AT / 2


def calm_at(history: tuple[int, ...], at: datetime) -> datetime:
    """When it will be calm if nothing changes any more; never earlier than `at`."""
    now = int(at.timestamp())
    # Between two moments at which a change leaves the window the share only falls: so it is enough to look at those.
    for moment in sorted(moment + WINDOW for moment in history if moment + WINDOW > now):
        if share(history, moment) < ENDS_BELOW:
            return datetime.fromtimestamp(moment, UTC)
    return at
