"""Are two incidents one trouble? One score, from evidence that is added up and shown.

An incident that is opened too early, or by people who call a thing by a name that nobody declared, is looked at again
when more is known: against every other one that began about the same time. Each piece of evidence is a logarithm of
how much likelier it is where both are one trouble than where they are two, as far as that can be said.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import log

from msgspec import Struct

from correlate import resolving
from correlate.likeness import likeness
from correlate.records import OPEN_STATUSES, Reason, Record
from correlate.services import Relation
from correlate.symptoms import DEVICES
from correlate.templates import kinds_of
from correlate.turn import Turn
from correlate.weights import INCIDENT, weighted

WEIGHTS: Mapping[str, float] = {
    "start": -2.0,
    "onset": 1.0,
    "symptom": 1.1,
    "other symptom": -1.8,
    "template": 1.5,
    "other template": -1.5,
    "words": 0.5,
    "same service": 4.0,
    "dependency": 1.8,
    "dependent": 1.8,
    "far dependency": 1.0,
    "far dependent": 1.0,
    "sibling": -2.5,
    "other service": -6.0,
    "own device": -4.0,
    "failed together before": 1.0,
}
APART = 30 * 60
"""Seconds between the beginnings of two incidents beyond which they are not looked at."""
MARGIN = 1.5
"""By so much the best of several must be better than the next."""
_WRITES_WITHIN = 22.0
"""Minutes within which people write of a trouble, on average; some write at once, some much later."""
_SPREADS_WITHIN = 3.0
"""Minutes within which a trouble shows in alerts elsewhere, on average."""
_TROUBLES_A_MINUTE = 0.4 / 60
"""How often a trouble begins that several people share, or that monitoring sees."""
_OWN_TROUBLES_A_MINUTE = 1.0 / 60
"""How often one person alone has a trouble."""
_MOST_PEOPLE = 8
_SHARED_BY = 4
"""So many people do not break the same thing on their own desks at a time."""
_CROWD, _CROWD_WITHIN, _SAME_WORDS = 3, 25 * 60, 6.0
"""Nor do three who tell of it within 25 minutes in words that are so much likelier of one thing than of any."""
_ONSET_BOUNDS = (-6.0, 4.5)
_LOOKED_AT = 200
_CONDITIONS = 50
_MOSTLY = 0.5
_WORDS_COMPARED = 15
_WORDS_BOUNDS = (-1.0, 8.0)
_SOON = 20.0
_AGAIN = (90.0, 300.0, 900.0)
_CONSIDERS = Reason("asks whether it is one with another")


class Oneness(Struct, frozen=True):
    """Why two incidents are held to be one trouble: the score, and each piece that was added."""

    number: str
    score: float
    pieces: Mapping[str, float]


class _Profile(Struct, frozen=True):
    record: Record
    began: datetime
    people: int
    services: frozenset[str]
    templates: frozenset[tuple[str, str]]
    kinds: frozenset[str]
    symptoms: Mapping[str, float]
    alerts: int


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
    found = weigh(turn, _profile(turn, one), _profile(turn, two))
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
    found = _clear(turn, record)
    other = turn.record(found.number) if found is not None else None
    if found is None or other is None:
        return None
    theirs = _profile(turn, other)
    rivals = (_profile(turn, rival) for rival in _others(turn, theirs) if rival.number != record.number)
    # Several crowds may be about one thing; one crowd is not about two things of which monitoring tells.
    if any(_is_known(rival) and weigh(turn, theirs, rival).score > found.score - MARGIN for rival in rivals):
        return None
    return found


def _clear(turn: Turn, record: Record) -> Oneness | None:
    mine = _profile(turn, record)
    others = [_profile(turn, other) for other in _others(turn, mine)]
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
        if weigh(turn, _profile(turn, first), _profile(turn, second), crowd).score <= 0:
            return None
    return found[0]


def _crowd(turn: Turn, mine: _Profile, others: Iterable[_Profile]) -> frozenset[str]:
    """The incidents that tell of a thing on one's own desk in the same words at the same time, where they are so many
    that it is nobody's own; empty where they are not."""
    if not _on_own_desk(mine):
        return frozenset()
    alike = [
        other
        for other in others
        if abs((other.began - mine.began).total_seconds()) <= _CROWD_WITHIN
        and _on_own_desk(other)
        and _words(turn, mine.record, other.record) >= _SAME_WORDS
    ]
    if mine.people + sum(other.people for other in alike) < _CROWD:
        return frozenset()
    return frozenset((mine.record.number, *(other.record.number for other in alike)))


def _others(turn: Turn, mine: _Profile) -> Iterable[Record]:
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
        if abs((_began(turn, other) - mine.began).total_seconds()) <= APART:
            yield other


def _survivor(turn: Turn, one: Record, two: Record) -> tuple[Record, Record]:
    """Which of two stays: the one that monitoring knows, else the one with a service, else the older."""

    def rank(record: Record) -> tuple[bool, bool, datetime, int]:
        members = turn.situation.members[record.number]
        return (not members.conditions, record.service is None, record.opened_at, _serial(record.number))

    first, second = sorted((one, two), key=rank)
    return first, second


def weigh(turn: Turn, mine: _Profile, other: _Profile, crowd: frozenset[str] = frozenset()) -> Oneness:
    """The evidence that two incidents are one trouble. `crowd` are those of which it is known that they tell of
    nobody's own thing."""
    found = features(turn, mine, other)
    if mine.record.number in crowd and other.record.number in crowd:
        found.pop("own device", None)
    pieces = {name: WEIGHTS[name] * value for name, value in found.items()}
    pieces = weighted(pieces, INCIDENT, turn.policy.weights)
    return Oneness(other.record.number, sum(pieces.values()), pieces)


_ELSEWHERE = frozenset({"sibling", "other service"})
"""Where two services are known to be two, people may write of both in the same words."""


def features(turn: Turn, mine: _Profile, other: _Profile) -> dict[str, float]:
    """Name of a weight to how much there is of it between two incidents."""
    found = {"start": 1.0, "onset": _onset(mine, other)}
    _by_symptom(found, mine, other)
    _by_template(found, mine, other)
    _by_service(found, turn, mine, other)
    if (_on_own_desk(mine) or _on_own_desk(other)) and mine.people + other.people < _SHARED_BY:
        found["own device"] = 1.0
    words = _words(turn, mine.record, other.record)
    if words < 0 or (words and _ELSEWHERE.isdisjoint(found)):
        found["words"] = words
    return found


def _onset(mine: _Profile, other: _Profile) -> float:
    """How much likelier it is that the later one begins so soon after the earlier where it is a part of it."""
    earlier, later = (other, mine) if mine.began >= other.began else (mine, other)
    delay = abs((mine.began - other.began).total_seconds()) / 60
    if _is_lone(earlier) and later.alerts:
        rate, usual = 1 / _WRITES_WITHIN, 2 * _OWN_TROUBLES_A_MINUTE  # people write after it began, as a rule
    elif _is_lone(earlier) or _is_lone(later):
        rate, usual = max(1, min(earlier.people, later.people)) / _WRITES_WITHIN, _OWN_TROUBLES_A_MINUTE
    elif later.alerts and not later.people:
        rate, usual = 1 / _SPREADS_WITHIN, _TROUBLES_A_MINUTE
    else:
        rate, usual = min(_MOST_PEOPLE, max(1, later.people)) / _WRITES_WITHIN, _TROUBLES_A_MINUTE
    low, high = _ONSET_BOUNDS
    return max(low, min(high, log(rate / usual) - rate * delay))


def _is_known(one: _Profile) -> bool:
    """Whether it is known where the trouble is."""
    return bool(one.services) or one.alerts > 0


def _is_lone(one: _Profile) -> bool:
    """Whether it may be one person's own trouble, and a colleague who agrees."""
    return one.people <= 2 and not one.alerts


def _by_symptom(found: dict[str, float], mine: _Profile, other: _Profile) -> None:
    if not mine.symptoms or not other.symptoms:
        return
    shared = sum(min(share, other.symptoms.get(name, 0.0)) for name, share in mine.symptoms.items())
    if shared >= _MOSTLY:
        found["symptom"] = min(1.0, shared)
    elif shared < 0.15 and max(mine.symptoms.values()) >= _MOSTLY and max(other.symptoms.values()) >= _MOSTLY:
        found["other symptom"] = 1.0


def _on_own_desk(one: _Profile) -> bool:
    """Whether most of what people wrote is about a thing on somebody's own desk."""
    named = max((count for word, count in one.record.topic.items() if word in DEVICES), default=0)
    return named > 0 and named >= _MOSTLY * one.people


def _by_template(found: dict[str, float], mine: _Profile, other: _Profile) -> None:
    if not mine.templates or not other.templates or max(mine.alerts, other.alerts) >= _CONDITIONS:
        return  # what has so many alerts has some of every kind
    if mine.templates & other.templates:
        found["template"] = 1.0
    elif mine.kinds and other.kinds and mine.kinds.isdisjoint(other.kinds):
        found["other template"] = 1.0


_NEAREST: tuple[Relation, ...] = ("same", "dependency", "dependent", "far dependency", "far dependent", "sibling")


def _by_service(found: dict[str, float], turn: Turn, mine: _Profile, other: _Profile) -> None:
    if not mine.services or not other.services:
        return
    services = turn.situation.services
    relations = {services.relation(here, there) for here in mine.services for there in other.services}
    for relation in _NEAREST:
        if relation in relations:
            found["same service" if relation == "same" else relation] = 1.0
            return
    found["other service"] = 1.0


def _words(turn: Turn, mine: Record, other: Record) -> float:
    """How much likelier what was written of one is where it is written of the other, at most a few words of it."""
    lore = turn.situation.lore
    told = [
        likeness(lore, theirs.topic, max(1, _writers(turn, theirs)), _said(ours)) or 0.0
        for ours, theirs in ((mine, other), (other, mine))
    ]
    low, high = _WORDS_BOUNDS
    return max(low, min(high, *told))


def _said(record: Record) -> list[str]:
    words = sorted((word for word in record.topic if word[0] not in "=~"), key=lambda word: -record.topic[word])
    return words[:_WORDS_COMPARED]


def _profile(turn: Turn, record: Record) -> _Profile:
    members = turn.situation.members[record.number]
    places = {*members.places, *((record.service,) if record.service else ())}
    conditions = [turn.situation.conditions[name] for name in sorted(members.conditions)[:_CONDITIONS]]
    people = _writers(turn, record)
    marks: Counter[str] = Counter({word: count for word, count in record.topic.items() if word[0] == "~"})
    total = max(1, people, max(marks.values(), default=0))
    return _Profile(
        record=record,
        began=_began(turn, record),
        people=people,
        services=frozenset(place for place in places if place in turn.situation.services.by_name),
        templates=frozenset((condition.tool, condition.template) for condition in conditions if kinds_of(condition)),
        kinds=frozenset(kind for condition in conditions for kind in kinds_of(condition)),
        alerts=len(conditions),
        symptoms={word: count / total for word, count in marks.items()},
    )


def _began(turn: Turn, record: Record) -> datetime:
    members = turn.situation.members.get(record.number)
    if members is None or not 0 < len(members.conditions) <= _CONDITIONS:
        return record.opened_at
    return min([record.opened_at, *(turn.situation.conditions[name].first_at for name in members.conditions)])


def _writers(turn: Turn, record: Record) -> int:
    return sum(1 for person in turn.participants(record.number) if person.role != "copied")


def _serial(number: str) -> int:
    return int(number.rpartition("-")[2])
