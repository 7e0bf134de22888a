"""Storms: when a source, or the whole desk, opens far more incidents than it ever does, they are one.

Nothing is dropped: every alert is kept with its condition, and the storm's incident holds those that would have opened
one of their own. What belongs to an open incident goes there as ever. So however many alerts come, somebody hears once
that they came, and once that they are over.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice

from msgspec.structs import replace

from classify.classification import Classification
from correlate import announcing, opening, resolving
from correlate.effects import NoteAdded
from correlate.rates import RECENT, Rate
from correlate.records import OPEN_STATUSES, Condition, Reason, Record
from correlate.storm_words import EVERYWHERE, conditions_of, named, summary_of, title_of
from correlate.turn import Turn

UNUSUAL = 10
"""So many times what is usual is a storm."""
_ALL_AT_ONCE = 2
"""The whole desk may open so many times as many incidents as one source before that is a storm."""
_YOUNG = timedelta(seconds=2 * RECENT)
_LOOKED_AT = 1_000
"""Of the incidents that were opened last."""
_CALM_AFTER = 300
"""Seconds after which it is asked again whether a storm goes on."""
_CALM_BELOW = 0.25
_STORM = Reason("part of a storm")
_LASTS = Reason("asks whether the storm goes on")


def sources_of(condition: Condition) -> tuple[str, ...]:
    """Under which names the openings of this condition's source are counted."""
    source = condition.source
    return (source, EVERYWHERE) if source is not None and source.startswith("hook:") else (EVERYWHERE,)


def taken_in(turn: Turn, members: Sequence[Condition], classification: Classification | None) -> str | None:
    """Conditions that would open an incident: the number of the storm that takes them in, None where there is none."""
    condition = members[-1]
    number = next((n for s in sources_of(condition) if (n := turn.situation.storms.get(s)) is not None), None)
    if number is None:
        source = next((s for s in sources_of(condition) if _is_unusual(turn, s)), None)
        if source is None:
            return None
        number = _begin(turn, source, members, classification)
    record = turn.record(number)
    for member in members:
        turn.condition(replace(member, record=number), "absorbed", _STORM)
    if record is not None:
        announcing.look_soon(turn, number)
        announcing.raise_to(turn, record, condition)
    return number


def _is_unusual(turn: Turn, source: str) -> bool:
    rate = turn.situation.rates.get(source)
    return rate is not None and rate.after(turn.at, 1).recent >= _limit(turn, source, rate)


def _limit(turn: Turn, source: str, rate: Rate) -> float:
    least = turn.policy.storm_incidents * (_ALL_AT_ONCE if source == EVERYWHERE else 1)
    return max(float(least), UNUSUAL * rate.after(turn.at).usual_in_a_minute())


def _begin(turn: Turn, source: str, members: Sequence[Condition], classification: Classification | None) -> str:
    """Open the storm's incident, and join to it what was opened just before and nobody has heard of yet."""
    rate = turn.situation.rates[source].after(turn.at, 1)
    evidence = {
        "source": named(source),
        "incidents": round(rate.recent),
        "usual": round(rate.usual_in_a_minute(), 2),
    }
    reason = Reason("storm", evidence)
    number = opening.from_alerts(turn, members[-1], members, reason, classification)
    opened = turn.record(number)
    assert opened is not None
    turn.changed(replace(opened, storm=source, title=f"Alert storm from {named(source)}"), "storm", reason)
    turn.set_deadline("storm", number, turn.after(_CALM_AFTER), _LASTS)
    for young in list(_young(turn, source)):
        kept = turn.record(number)
        if kept is not None:
            resolving.merge(turn, kept, young, _STORM, None)
    return number


def _young(turn: Turn, source: str) -> Iterable[Record]:
    """Incidents that the same source opened a moment ago, and of which nobody knows yet."""
    for number in islice(reversed(turn.situation.open_records), _LOOKED_AT):
        record = turn.situation.records[number]
        if turn.at - record.opened_at > _YOUNG:
            continue  # it was opened again
        known = record.announced or record.assignee is not None or "person" in record.decided_by.values()
        ours = record.origin == "alert" and source in (EVERYWHERE, record.source)
        if ours and not known and not turn.situation.participants.get(number):
            yield record


def due(turn: Turn, number: str) -> None:
    """Ask whether a storm goes on; where it does not, say what it was."""
    record = turn.record(number)
    if record is None or record.storm is None or record.status not in OPEN_STATUSES:
        return
    rate = turn.situation.rates.get(record.storm)
    if rate is not None and rate.after(turn.at).recent > _CALM_BELOW * _limit(turn, record.storm, rate):
        turn.set_deadline("storm", number, turn.after(_CALM_AFTER), _LASTS)
        return
    conditions = conditions_of(turn, record)
    reason = Reason("storm is over", {"alerts": len(conditions), "source": named(record.storm)})
    turn.changed(replace(record, storm=None, title=title_of(record, conditions)), "storm over", reason)
    turn.effects.append(
        NoteAdded(
            cause=turn.cause, at=turn.at, reason=reason, record=number, text=summary_of(conditions), actor=None,
            internal=True,
        )
    )  # fmt: skip
