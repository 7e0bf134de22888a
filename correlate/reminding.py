"""What is told of an incident after its first notice: what joined it, that it still goes on, that it may be told again.

The group interval and the repeat interval are counted from the last notice, not from the clock.
"""

from datetime import datetime, timedelta

from correlate import announcing, escalating, holding, notices, routing
from correlate.records import OPEN_STATUSES, Reason, Record
from correlate.turn import Turn

_GREW = Reason("more alerts joined it")
_STILL = Reason("it still goes on")
_COUNTS = Reason("its repeat interval runs")
_ACKNOWLEDGED = Reason("acknowledged in its tool")
_HELD = Reason("what held it back is over")
_CALM = Reason("nothing fires just now")


def grown(turn: Turn, record: Record) -> None:
    """An alert joined an incident of which somebody knows: they hear of it when the group interval has passed."""
    policy = turn.policy
    if not (policy.group_interval or policy.routes) or not record.announced or record.status not in OPEN_STATUSES:
        return
    times = routing.times_of(turn, record)
    if times.group_interval and f"news:{record.number}" not in turn.situation.deadlines:
        earliest = turn.after(times.group_wait)
        due = _last_told(turn, record) + timedelta(seconds=times.group_interval)
        turn.set_deadline("news", record.number, max(due, earliest), _GREW)


def news(turn: Turn, number: str) -> None:
    """The group interval has passed."""
    record = turn.record(number)
    if record is None or not record.announced or record.status not in OPEN_STATUSES:
        return
    if not _fires(turn, record):
        _after_the_grace(turn, "news", number)
    elif not holding.held_back(turn, record):
        notices.again(turn, turn.record(number) or record, _GREW, "grown")


def repeat(turn: Turn, number: str) -> None:
    """The repeat interval has passed since the last of its notices."""
    record = turn.record(number)
    if record is None or not record.announced or record.status not in OPEN_STATUSES or escalating.taken(record):
        return
    times = routing.times_of(turn, record)
    if not times.repeat_interval:
        return
    due = _last_told(turn, record) + timedelta(seconds=times.repeat_interval)
    if due > turn.at:
        turn.set_deadline("repeat", number, due, _COUNTS)
    elif not _fires(turn, record):
        _after_the_grace(turn, "repeat", number)
    elif escalating.acknowledged(turn, number):
        turn.set_deadline("repeat", number, turn.after(times.repeat_interval), _ACKNOWLEDGED)
    elif not holding.held_back(turn, record):
        notices.again(turn, turn.record(number) or record, _STILL, "still")


def back(turn: Turn, record: Record) -> None:
    """It is open again though nobody was told that it was over: its repeat interval runs on from its last notice."""
    interval = routing.times_of(turn, record).repeat_interval
    if interval and record.announced:
        due = _last_told(turn, record) + timedelta(seconds=interval)
        turn.set_deadline("repeat", record.number, max(due, turn.at), _COUNTS)


def _after_the_grace(turn: Turn, kind: str, number: str) -> None:
    """Every alert is fine at this moment: when the grace is over the incident is too, or something fires again."""
    if turn.situation.members[number].conditions:
        turn.set_deadline(kind, number, turn.after(turn.policy.resolve_grace + 1), _CALM)


def announce(turn: Turn, number: str) -> None:
    """The group wait is over, or what held the incident back may be."""
    record = turn.record(number)
    if record is not None and record.announced:
        if record.muted is not None:
            resume(turn, number)
        return
    announcing.announce(turn, number)


def resume(turn: Turn, number: str) -> None:
    """What held the incident back is over: its owner hears of it now, or those who know that it still goes on."""
    record = turn.record(number)
    if record is None or record.status not in OPEN_STATUSES:
        return
    if not record.announced:
        announcing.announce(turn, number)
        return
    if holding.held_back(turn, record):
        return
    record = turn.record(number) or record
    if _fires(turn, record) and not escalating.taken(record) and record.told_at != turn.at:
        notices.again(turn, record, _HELD, "still")
    escalating.resume(turn, number)


def _fires(turn: Turn, record: Record) -> bool:
    members = turn.situation.members.get(record.number)
    return record.status in OPEN_STATUSES and members is not None and bool(members.firing)


def _last_told(turn: Turn, record: Record) -> datetime:
    return record.told_at or turn.at
