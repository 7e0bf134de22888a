"""An incident that took in two troubles is parted again, when one of them is over and the other goes on.

Alerts join what began near them soon after, and some of them too early. When all of one service has been over for half
an hour while another service fails on, what speaks for one trouble is added up anew. What goes on gets an incident of
its own; the people stay with what they wrote about, hear of its end, and are not answered a second time.
"""

from collections.abc import Mapping
from datetime import timedelta

from msgspec.structs import replace

from correlate import announcing, opening
from correlate.oneness import is_loose
from correlate.records import Condition, Reason, Record
from correlate.resemblance import Profile, weigh
from correlate.situation import ACTIVE, Members, place_of
from correlate.templates import kinds_of
from correlate.turn import Turn
from correlate.words import stem, tokens

APART_FOR = 30 * 60
"""Seconds for which one service must have been well while the other fails."""
ENDED_APART = -2.5
"""What it says that one of them is over and the other goes on."""
_CLEARLY_TWO = -1.0
_CONDITIONS = 50
_SHORT = 2
"""Words of so few letters are not kept of what people write."""
_WATCHES = Reason("asks whether it was two troubles")


def one_over(turn: Turn, number: str) -> None:
    """An alert of the incident is over: ask in half an hour whether what fails on is another trouble."""
    members = turn.situation.members[number]
    if len(members.places) > 1 and members.firing and f"part:{number}" not in turn.situation.deadlines:
        turn.set_deadline("part", number, turn.after(APART_FOR + 60), _WATCHES)


def due(turn: Turn, number: str) -> None:
    """Give what goes on an incident of its own where it is clear that it was two troubles."""
    record, members = turn.record(number), turn.situation.members.get(number)
    if record is None or members is None or not is_loose(record) or record.held_together:
        return
    over, living = _groups(turn, members)
    if not over or not living or _home(record, over) is None:
        return
    if turn.participants(number) and not _tells_which(record, over, living):
        return  # somebody may have written about what goes on: they must not hear that it is over
    found = weigh(turn, _profile(turn, record, over), _profile(turn, record, living))
    score = found.score + ENDED_APART
    if score > _CLEARLY_TWO:
        return
    pieces = {name: round(value, 2) for name, value in found.pieces.items()}
    evidence = {"from": number, "score": round(score, 2), **pieces, "ended apart": ENDED_APART}
    _part(turn, record, living, evidence)


def _part(turn: Turn, record: Record, living: list[Condition], evidence: Mapping[str, object]) -> None:
    reason = Reason("two troubles after all", dict(evidence))
    number = opening.from_alerts(turn, living[0], living, reason, None)
    for condition in living:
        turn.condition(replace(condition, record=number), "moved", reason)
    new = turn.record(number)
    if new is not None:
        turn.changed(replace(new, apart=(*new.apart, record.number), related=(record.number,)), "split", reason)
    old = turn.record(record.number) or record
    kept = replace(old, apart=(*old.apart, number), related=(*old.related, number), reasons=(*old.reasons, reason))
    turn.changed(kept, "split", reason)
    announcing.watch_at(turn, record.number, turn.after(1))


def _groups(turn: Turn, members: Members) -> tuple[list[Condition], list[Condition]]:
    """The conditions of services that have been well for long, and those of services that fail, in order of their
    beginning; nothing where some service is neither."""
    if not members.conditions or len(members.conditions) > _CONDITIONS:
        return [], []
    conditions = [turn.situation.conditions[name] for name in members.conditions]
    conditions.sort(key=lambda each: (each.first_at, each.fingerprint))
    living = {place_of(condition) for condition in conditions if condition.status in ACTIVE}
    over = [condition for condition in conditions if place_of(condition) not in living]
    limit = turn.at - timedelta(seconds=APART_FOR)
    if any(condition.flapping or (condition.resolved_at or turn.at) > limit for condition in over):
        return [], []
    return over, [condition for condition in conditions if place_of(condition) in living]


def _tells_which(record: Record, over: list[Condition], living: list[Condition]) -> bool:
    """Whether the names of the services are so unlike that people tell them apart, and nobody wrote of what goes on."""
    names = _names_of(living) - _names_of(over)
    return bool(names) and names.isdisjoint(record.topic)


def _names_of(conditions: list[Condition]) -> set[str]:
    return {stem(word) for condition in conditions for word in tokens(place_of(condition)) if len(word) > _SHORT}


def _home(record: Record, over: list[Condition]) -> str | None:
    """The service that the incident was opened for, where it is one of those that are over."""
    return next((place for condition in over if (place := place_of(condition)) == record.service), None)


def _profile(turn: Turn, record: Record, conditions: list[Condition]) -> Profile:
    return Profile(
        record=replace(record, topic={}),
        began=conditions[0].first_at,
        people=0,
        services=frozenset(map(place_of, conditions)) & turn.situation.services.by_name.keys(),
        templates=frozenset((each.tool, each.template) for each in conditions if kinds_of(each)),
        kinds=frozenset(kind for condition in conditions for kind in kinds_of(condition)),
        symptoms={},
        alerts=len(conditions),
        said=[],
    )
