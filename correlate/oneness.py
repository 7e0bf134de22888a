"""Are two incidents one trouble? One score, from evidence that is added up and shown.

An incident that is opened too early, or by people who call a thing by a name that nobody declared, is looked at again
when more is known: against every other one that began about the same time. Each piece of evidence is a logarithm of
how much likelier it is where both are one trouble than where they are two, as far as that can be said.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from correlate import resolving
from correlate.records import OPEN_STATUSES, Reason, Record
from correlate.resemblance import (
    Oneness,
    Profile,
    beginning_of,
    is_known,
    on_own_desk,
    profile_of,
    weigh,
    words_between,
)
from correlate.turn import Turn

APART = 30 * 60
"""Seconds between the beginnings of two incidents beyond which they are not looked at."""
MARGIN = 1.5
"""By so much the best of several must be better than the next."""
_CROWD, _CROWD_WITHIN, _SAME_WORDS = 3, 25 * 60, 6.0
"""Nor do three who tell of it within 25 minutes in words that are so much likelier of one thing than of any."""
_LOOKED_AT = 200
_SOON = 20.0
_AGAIN = (90.0, 300.0, 900.0)
_CONSIDERS = Reason("asks whether it is one with another")


def consider_soon(turn: Turn, number: str) -> None:
    """Ask in a moment whether this incident is one with another, unless that is to be asked already."""
    if f"consider:{number}" not in turn.situation.deadlines:
        turn.set_deadline("consider", number, turn.after(_SOON), _CONSIDERS)


def consider(turn: Turn, number: str) -> None:
    """Join the incident with the one that it is one trouble with, where that is clear."""
    record = turn.record(number)
    if record is None or not is_loose(record):
        return
    found = best(turn, record)
    if found is None:
        _ask_again(turn, record)
        return
    other = turn.record(found.number)
    if other is None:
        return
    kept, gone = _survivor(turn, record, other)
    pieces = {name: round(value, 2) for name, value in found.pieces.items()}
    resolving.merge(
        turn,
        kept,
        gone,
        Reason("one trouble after all", {"into": kept.number, "score": round(found.score, 2), **pieces}),
        None,
    )
    consider_soon(turn, kept.number)


def _ask_again(turn: Turn, record: Record) -> None:
    age = (turn.at - record.opened_at).total_seconds()
    later = next((after for after in _AGAIN if after > age + 1), None)
    if later is not None:
        turn.set_deadline("consider", record.number, turn.after(later - age), _CONSIDERS)


def evidence_between(turn: Turn, one: Record, two: Record) -> Mapping[str, float]:
    """The score that two incidents are one and each piece of it, whatever it says; empty where one is none."""
    if one.kind != "incident" or two.kind != "incident":
        return {}
    found = weigh(turn, profile_of(turn, one), profile_of(turn, two))
    pieces = {name: round(value, 2) for name, value in found.pieces.items()}
    return {"score": round(found.score, 2), **pieces}


def is_loose(record: Record) -> bool:
    """Whether the machine may still join it with another: nobody has taken it up, it is no storm, and it tells of
    something else than silence: a job, a door or a watchdog that is not heard of keeps an incident of its own."""
    if record.kind != "incident" or record.status not in OPEN_STATUSES or record.storm is not None:
        return False
    if any(reason.rule == "not heard of" for reason in record.reasons):
        return False
    return record.assignee is None and "person" not in record.decided_by.values()


def best(turn: Turn, record: Record) -> Oneness | None:
    """The incident that this one is one trouble with; None where there is none, or where two are about as likely, seen
    from either of both."""
    profiles = _Profiles(turn)
    found = _clear(turn, record, profiles)
    other = turn.record(found.number) if found is not None else None
    if found is None or other is None:
        return None
    theirs = profiles.of(other)
    rivals = (profiles.of(rival) for rival in _others(turn, theirs) if rival.number != record.number)
    # Several crowds may be about one thing; one crowd is not about two things of which monitoring tells.
    if any(is_known(rival) and weigh(turn, theirs, rival).score > found.score - MARGIN for rival in rivals):
        return None
    return found


class _Profiles:
    """Of incidents that are compared with several others, at one moment."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._known: dict[str, Profile] = {}

    def of(self, record: Record) -> Profile:
        known = self._known.get(record.number)
        if known is None:
            known = self._known[record.number] = profile_of(self._turn, record)
        return known


def _clear(turn: Turn, record: Record, profiles: _Profiles) -> Oneness | None:
    mine = profiles.of(record)
    others = [profiles.of(other) for other in _others(turn, mine)]
    crowd = _crowd(turn, mine, others)
    found = sorted(
        (weigh(turn, mine, other, crowd) for other in others), key=lambda each: (-each.score, _serial(each.number))
    )
    if not found or found[0].score <= 0:
        return None
    if len(found) > 1 and found[1].score > found[0].score - MARGIN:
        first, second = turn.record(found[0].number), turn.record(found[1].number)
        if first is None or second is None:
            return None
        if weigh(turn, profiles.of(first), profiles.of(second), crowd).score <= 0:
            return None
    return found[0]


def _crowd(turn: Turn, mine: Profile, others: Iterable[Profile]) -> frozenset[str]:
    """The incidents that tell of a thing on one's own desk in the same words at the same time, where they are so many
    that it is nobody's own; empty where they are not."""
    if not on_own_desk(mine):
        return frozenset()
    alike = [
        other
        for other in others
        if abs((other.began - mine.began).total_seconds()) <= _CROWD_WITHIN
        and on_own_desk(other)
        and words_between(turn, mine, other) >= _SAME_WORDS
    ]
    if mine.people + sum(other.people for other in alike) < _CROWD:
        return frozenset()
    return frozenset((mine.record.number, *(other.record.number for other in alike)))


def _others(turn: Turn, mine: Profile) -> Iterable[Record]:
    situation, looked = turn.situation, 0
    for number in reversed(situation.open_records):
        looked += 1
        if looked > _LOOKED_AT:
            return
        other = turn.record(number)
        if other is None or number == mine.record.number or not is_loose(other):
            continue
        if number in mine.record.apart or mine.record.number in other.apart:
            continue
        if abs((beginning_of(turn, other) - mine.began).total_seconds()) <= APART:
            yield other


def _survivor(turn: Turn, one: Record, two: Record) -> tuple[Record, Record]:
    """Which of two stays: the one that monitoring knows, else the one with a service, else the older."""

    def rank(record: Record) -> tuple[bool, bool, datetime, int]:
        members = turn.situation.members[record.number]
        return (not members.conditions, record.service is None, record.opened_at, _serial(record.number))

    first, second = sorted((one, two), key=rank)
    return first, second


def _serial(number: str) -> int:
    return int(number.rpartition("-")[2])
