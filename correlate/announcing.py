"""How an incident is watched and who of the staff hears of it."""

from datetime import datetime, timedelta

from correlate import answers, holding, priorities, storm_words
from correlate.records import Condition, Reason, Record
from correlate.turn import Turn

_WATCH = Reason("watched until it is over")
_GATHERS = Reason("gathers alerts before its owner is told")


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


def gather(turn: Turn, number: str) -> None:
    """Set the time at which the owner is told of a new incident."""
    turn.set_deadline("announce", number, turn.after(turn.policy.group_wait), _GATHERS)


def announce(turn: Turn, number: str) -> None:
    """The group wait is over: the owner of the service hears of the incident, with all that has gathered."""
    record = turn.record(turn.situation.survivor(number))
    if record is None or record.announced or record.number != number:
        return
    if not holding.held_back(turn, record):
        known = turn.record(number) or record
        answers.tell_staff(turn, storm_words.told(turn, known) if known.storm is not None else known, "staff_new")
