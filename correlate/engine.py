"""Events in, effects out, with the situation moving along: the one loop that the desk, replay and tests share."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from classify.classification import Classification
from correlate import alike, pulses
from correlate.alerts import plain_repeats
from correlate.decide import decide, decide_deadline
from correlate.effects import DeadlineCleared, DeadlineSet, Effect
from correlate.identity import cause_of
from correlate.packing import PackedAlert
from correlate.records import Cause, Deadline, Reason
from correlate.situation import Situation
from correlate.suggesting import NIGHT, begin_rounds
from correlate.turn import Turn
from ingest.event import Alert, Command, Event

_PASSED = Reason("deadline passed")


def step(
    situation: Situation,
    at: datetime,
    position: int,
    events: Sequence[tuple[Event | PackedAlert, Classification | None]],
    route: str = "",
) -> list[Effect]:
    """Decide every deadline due at or before `at`, each at its own time in the order of (due, id), then each event.

    Every effect is applied to the situation as it comes; all are returned in order. `position` and `route` are those
    of the input that the events came from.
    """
    effects: list[Effect] = []
    apply = situation.apply
    if NIGHT not in situation.deadlines:
        _begin_rounds(situation, at, position, effects)
    if events and type(events[0][0]) is Command and events[0][0].action == "doors-opened":
        _say(Turn(situation, at, Cause(position), route), pulses.doors_opened, events[0][0], effects)
    pass_time(situation, at, position, effects)
    if route in situation.pulses:
        _say(Turn(situation, at, Cause(position), route), pulses.source_heard, events, effects)
    index = 0
    while index < len(events):
        event, classification = events[index]
        decided: Sequence[Effect] = ()
        after = index
        if (type(event) is PackedAlert or type(event) is Alert) and event.fingerprint in situation.conditions:
            after, decided = plain_repeats(situation, events, index, at, position)
        if after == index:
            whole = event.alert(index) if type(event) is PackedAlert else event
            decided = decide(situation, whole, classification, at, Cause(position, index), route)
            after += 1
        for effect in decided:
            apply(effect)
        effects += decided
        index = after
        if index < len(events) and (leader := alike.led_by(decided, situation)) is not None:
            turn = Turn(situation, at, Cause(position, index), route)
            index, followers = alike.joined(turn, events, index, leader, decided[0].reason)
            for follower in followers:
                apply(follower)
            effects += followers
    return effects


def _say(turn: Turn, what: Callable[[Turn, Any], None], about: object, effects: list[Effect]) -> None:
    """What an input says beside its events: that somebody is alive, or that the doors were closed before it."""
    what(turn, about)
    for effect in turn.effects:
        turn.situation.apply(effect)
        effects.append(effect)


def pass_time(situation: Situation, at: datetime, position: int, effects: list[Effect]) -> None:
    """Decide and apply what fell due up to and including `at`; appends to `effects`."""
    while (deadline := situation.next_deadline()) is not None and deadline.due <= at:
        decided = decide_deadline(situation, deadline, cause_of(deadline, position))
        if not any(isinstance(effect, DeadlineSet) and effect.deadline.id == deadline.id for effect in decided):
            decided.append(_cleared(deadline, position))
        for effect in decided:
            situation.apply(effect)
            effects.append(effect)


def _begin_rounds(situation: Situation, at: datetime, position: int, effects: list[Effect]) -> None:
    """With the first input that ever comes, the nightly and weekly rounds begin."""
    _say(Turn(situation, at, Cause(position)), lambda turn, _: begin_rounds(turn), None, effects)


def _cleared(deadline: Deadline, position: int) -> DeadlineCleared:
    return DeadlineCleared(cause=cause_of(deadline, position), at=deadline.due, reason=_PASSED, id=deadline.id)
