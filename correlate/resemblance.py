"""What speaks for and against two incidents being one trouble: each piece of evidence by its name, and their sum."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from math import log

from msgspec import Struct

from correlate.kindred import kindred
from correlate.likeness import likeness
from correlate.records import Record
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
    "at once": 6.0,
    "kindred words": 2.0,
}
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
_ONSET_BOUNDS = (-6.0, 4.5)
_AT_ONCE = 3 * 60
"""Seconds within which alerts of two services begin where something that both need makes them fail."""
_CONDITIONS = 50
_MOSTLY = 0.5
_WORDS_COMPARED = 15
_WORDS_BOUNDS = (-1.0, 8.0)


class Oneness(Struct, frozen=True):
    """Why two incidents are held to be one trouble: the score, and each piece that was added."""

    number: str
    score: float
    pieces: Mapping[str, float]


class Profile(Struct, frozen=True):
    record: Record
    began: datetime
    people: int
    services: frozenset[str]
    templates: frozenset[tuple[str, str]]
    kinds: frozenset[str]
    symptoms: Mapping[str, float]
    alerts: int
    said: list[str]
    """The words that were written most, most often first."""


def weigh(turn: Turn, mine: Profile, other: Profile, crowd: frozenset[str] = frozenset()) -> Oneness:
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


def features(turn: Turn, mine: Profile, other: Profile) -> dict[str, float]:
    """Name of a weight to how much there is of it between two incidents."""
    found = {"start": 1.0, "onset": _onset(mine, other)}
    _by_symptom(found, mine, other)
    _by_template(found, mine, other)
    _by_service(found, turn, mine, other)
    if (on_own_desk(mine) or on_own_desk(other)) and mine.people + other.people < _SHARED_BY:
        found["own device"] = 1.0
    words = words_between(turn, mine, other)
    if words < 0 or (words and _ELSEWHERE.isdisjoint(found)):
        found["words"] = words
    if _ELSEWHERE.isdisjoint(found) and mine.people and other.people:
        alike = kindred(mine.record.topic, other.record.topic, (mine.people, other.people))
        if alike:
            found["kindred words"] = alike
    if not _ELSEWHERE.isdisjoint(found) and "other template" not in found:
        together = _at_once(turn, mine, other)
        if together > 0:
            found["at once"] = together
    return found


def _at_once(turn: Turn, mine: Profile, other: Profile) -> float:
    """How much it says that monitoring saw both begin at about the same moment, at most 1."""
    if not mine.alerts or not other.alerts:
        return 0.0
    share = 1 - abs((mine.began - other.began).total_seconds()) / _AT_ONCE
    needs = turn.situation.services.needs
    here = {needed for service in mine.services for needed in needs(service)}
    there = {needed for service in other.services for needed in needs(service)}
    return share if here & there else 0.0


def _onset(mine: Profile, other: Profile) -> float:
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


def is_known(one: Profile) -> bool:
    """Whether it is known where the trouble is."""
    return bool(one.services) or one.alerts > 0


def _is_lone(one: Profile) -> bool:
    """Whether it may be one person's own trouble, and a colleague who agrees."""
    return one.people <= 2 and not one.alerts


def _by_symptom(found: dict[str, float], mine: Profile, other: Profile) -> None:
    if not mine.symptoms or not other.symptoms:
        return
    shared = sum(min(share, other.symptoms.get(name, 0.0)) for name, share in mine.symptoms.items())
    if shared >= _MOSTLY:
        found["symptom"] = min(1.0, shared)
    elif shared < 0.15 and max(mine.symptoms.values()) >= _MOSTLY and max(other.symptoms.values()) >= _MOSTLY:
        found["other symptom"] = 1.0


def on_own_desk(one: Profile) -> bool:
    """Whether most of what people wrote is about a thing on somebody's own desk."""
    named = max((count for word, count in one.record.topic.items() if word in DEVICES), default=0)
    return named > 0 and named >= _MOSTLY * one.people


def _by_template(found: dict[str, float], mine: Profile, other: Profile) -> None:
    if not mine.templates or not other.templates or max(mine.alerts, other.alerts) >= _CONDITIONS:
        return  # what has so many alerts has some of every kind
    if mine.templates & other.templates:
        found["template"] = 1.0
    elif mine.kinds and other.kinds and mine.kinds.isdisjoint(other.kinds):
        found["other template"] = 1.0


_NEAREST: tuple[Relation, ...] = ("same", "dependency", "dependent", "far dependency", "far dependent", "sibling")


def _by_service(found: dict[str, float], turn: Turn, mine: Profile, other: Profile) -> None:
    if not mine.services or not other.services:
        return
    services = turn.situation.services
    relations = {services.relation(here, there) for here in mine.services for there in other.services}
    for relation in _NEAREST:
        if relation in relations:
            found["same service" if relation == "same" else relation] = 1.0
            return
    found["other service"] = 1.0


def words_between(turn: Turn, mine: Profile, other: Profile) -> float:
    """How much likelier what was written of one is where it is written of the other, at most a few words of it."""
    lore = turn.situation.lore
    told = [
        likeness(lore, theirs.record.topic, max(1, theirs.people), ours.said) or 0.0
        for ours, theirs in ((mine, other), (other, mine))
    ]
    low, high = _WORDS_BOUNDS
    return max(low, min(high, *told))


def _said(record: Record) -> list[str]:
    words = sorted((word for word in record.topic if word[0] not in "=~"), key=lambda word: -record.topic[word])
    return words[:_WORDS_COMPARED]


def profile_of(turn: Turn, record: Record) -> Profile:
    members = turn.situation.members[record.number]
    places = {*members.places, *((record.service,) if record.service else ())}
    conditions = [turn.situation.conditions[name] for name in sorted(members.conditions)[:_CONDITIONS]]
    people = _writers(turn, record)
    marks: Counter[str] = Counter({word: count for word, count in record.topic.items() if word[0] == "~"})
    total = max(1, people, max(marks.values(), default=0))
    return Profile(
        record=record,
        began=beginning_of(turn, record),
        people=people,
        services=frozenset(place for place in places if place in turn.situation.services.by_name),
        templates=frozenset((condition.tool, condition.template) for condition in conditions if kinds_of(condition)),
        kinds=frozenset(kind for condition in conditions for kind in kinds_of(condition)),
        alerts=len(conditions),
        symptoms={word: count / total for word, count in marks.items()},
        said=_said(record),
    )


def beginning_of(turn: Turn, record: Record) -> datetime:
    members = turn.situation.members.get(record.number)
    if members is None or not 0 < len(members.conditions) <= _CONDITIONS:
        return record.opened_at
    return min([record.opened_at, *(turn.situation.conditions[name].first_at for name in members.conditions)])


def _writers(turn: Turn, record: Record) -> int:
    return sum(1 for person in turn.participants(record.number) if person.role != "copied")
