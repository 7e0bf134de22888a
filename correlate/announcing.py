"""How an incident is watched and who of the staff hears of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from correlate import escalating, holding, notices, priorities, quieting, routing, storm_words
from correlate.records import OPEN_STATUSES, Condition, Reason, Record
from correlate.turn import Turn

_WATCH = Reason("watched until it is over")
_GATHERS = Reason("gathers alerts before its owner is told")
_MAYBE_STORM = Reason("asks whether it is part of a storm")
_JOINED_WHAT_IS_HELD = Reason("asks whether an alert is free of what holds the others back")
_CALM = Reason("nothing fires just now")
_SEVERAL = 1.5
_UNUSUAL = 10
"""So many times what is usual may be a storm."""
_PATIENCE = timedelta(seconds=30)
"""So old is an incident at least before it is told, when others open around it; twice as old when these are many."""


def with_severity(turn: Turn, record: Record, condition: Condition) -> Record:
    """The record at least as grave as the condition."""
    impact, urgency = priorities.levels_of(condition.severity)
    if record.impact == "high" and record.urgency == "high":
        return record
    return priorities.raised(turn.situation, record, impact, urgency)


def watch(turn: Turn, number: str) -> None:
    """See to it that the incident is looked at again when it may be over; nothing to do where that is due already."""
    if f"watch:{number}" not in turn.situation.deadlines:
        turn.set_deadline("watch", number, turn.after(turn.policy.condition_lifetime), _WATCH)


def watch_at(turn: Turn, number: str, due: datetime) -> None:
    """Look at the incident at this time, or earlier where that is due already; one that is due now is spent."""
    known = turn.situation.deadlines.get(f"watch:{number}")
    if known is None or known.due > due or known.due <= turn.at:
        turn.set_deadline("watch", number, max(due, turn.at + timedelta(seconds=1)), _WATCH)


def raise_to(turn: Turn, record: Record, condition: Condition) -> None:
    """Make the incident at least as grave as one of its alerts."""
    if record.mute is not None:
        record = quieting.risen(turn, record, condition)
    grown = with_severity(turn, record, condition)
    if grown is not record:
        turn.changed(grown, "priority", Reason("severity of an alert", {"severity": condition.severity}))


def gather(turn: Turn, number: str, members: Sequence[Condition] | None = None) -> None:
    """Set the time at which the owner is told of a new incident; `members` are its alerts where it has none yet."""
    record, wait = turn.record(number), turn.policy.group_wait
    if turn.policy.routes and record is not None:
        wait = routing.times_of(turn, record, members).group_wait
    turn.set_deadline("announce", number, turn.after(wait), _GATHERS)


def look_soon(turn: Turn, number: str, *, back: bool = False) -> None:
    """An alert came, came `back` or changed in an incident that is held back: what holds the others may not hold this
    one, so that is asked when the group wait has passed. So it is where nothing fired when it was over before."""
    record = turn.record(number)
    if record is None or record.mute is not None or (record.muted is None and (record.announced or not back)):
        return
    due = turn.after(routing.times_of(turn, record).group_wait)
    known = turn.situation.deadlines.get(f"announce:{number}")
    if known is None or known.due > due:
        turn.set_deadline("announce", number, due, _JOINED_WHAT_IS_HELD)


def announce(turn: Turn, number: str) -> None:
    """The group wait is over: the owner of the service hears of the incident, with all that has gathered, and its
    escalation begins."""
    record = turn.record(turn.situation.survivor(number))
    if record is None or record.announced or record.number != number:
        return
    later = _may_be_a_storm(turn, record)
    if record.status in OPEN_STATUSES and escalating.calm(turn, number):
        # Over before anybody was told: once the grace is over as well, nobody needs to be.
        turn.set_deadline("announce", number, turn.after(turn.policy.resolve_grace + 1), _CALM)
    elif later is not None:
        turn.set_deadline("announce", number, later, _MAYBE_STORM)
    elif not holding.held_back(turn, record):
        known = turn.record(number) or record
        notices.first(turn, storm_words.told(turn, known) if known.storm is not None else known)
        escalating.begin(turn, number)


def _may_be_a_storm(turn: Turn, record: Record) -> datetime | None:
    """When to ask again, where its source opens so many incidents that it may be a storm: however short the group
    wait, there is not one mail for each of them before that is known."""
    if record.storm is not None or record.origin != "alert":
        return None
    rate = turn.situation.rates.get(record.source or "") or turn.situation.rates.get(storm_words.EVERYWHERE)
    if rate is None:
        return None
    rate = rate.after(turn.at)
    if rate.recent < max(_SEVERAL, _UNUSUAL * rate.usual_in_a_minute()):
        return None
    patience = _PATIENCE if 4 * rate.recent < turn.policy.storm_incidents else 2 * _PATIENCE
    until = record.opened_at + patience
    return until if until > turn.at else None
