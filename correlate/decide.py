"""The heart: an event, or a deadline that fell due, and the situation give the effects. Pure: nothing changes here."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from classify.classification import Classification
from correlate import (
    alerts,
    announced,
    commands,
    dependencies,
    escalating,
    grouping,
    lasting,
    mails,
    mapping_editing,
    observed,
    oneness,
    parting,
    pulses,
    quieting,
    reminding,
    resolving,
    restless,
    reviewing,
    rule_editing,
    silencing,
    storms,
    subscribing,
    suggesting,
)
from correlate.effects import (
    Effect,
    InputQuarantined,
    LearningDue,
    MailDelivered,
    ModelChanged,
    PolicyChanged,
)
from correlate.keys import Keys, keys_of, numbers_in
from correlate.policy import policy_from
from correlate.records import Cause, Deadline, Reason
from correlate.situation import Situation
from correlate.turn import Turn
from ingest.event import (
    Alert,
    ChangeNotice,
    Command,
    Configured,
    Delivered,
    Event,
    Mail,
    ModelInForce,
    SetAside,
    Tick,
    Unreadable,
)

__all__ = ["decide", "decide_deadline", "keys_of", "keys_of_deadline"]


def decide(
    situation: Situation,
    event: Event,
    classification: Classification | None,
    at: datetime,
    cause: Cause,
    route: str,
) -> list[Effect]:
    """What follows from one event at this time. Reads the situation, changes nothing; never raises on any event."""
    turn = Turn(situation, at, cause, route)
    _DECIDERS[type(event)](turn, event, classification)
    return turn.effects


def decide_deadline(situation: Situation, deadline: Deadline, cause: Cause) -> list[Effect]:
    """What follows from a deadline, decided at the time at which it was due."""
    turn = Turn(situation, deadline.due, cause)
    decider = _DEADLINES.get(deadline.kind)
    if decider is not None:
        decider(turn, deadline.subject or "")
    return turn.effects


def keys_of_deadline(deadline: Deadline) -> Keys:
    """What the shell must load before the deadline can be decided."""
    if deadline.kind in ("settle", "goes-on", "expire", "calm"):
        return Keys(fingerprints=frozenset({deadline.subject or ""}))
    if deadline.kind == "pulse":
        return Keys(fingerprints=frozenset({pulses.condition_of(deadline.subject or "")}))
    return Keys(numbers=numbers_in(deadline.subject))


def _change(turn: Turn, event: ChangeNotice, _: Classification | None) -> None:
    announced.change_came(turn, event)


def _configured(turn: Turn, event: Configured, _: Classification | None) -> None:
    if event.edit is not None:
        rule_editing.edited(turn, event.edit)
        return
    if event.mapping is not None:
        mapping_editing.edited(turn, event.mapping)
        return
    try:
        policy = policy_from(event.settings)
    except msgspec.ValidationError as error:
        _does_not_fit(turn, str(error))
        return
    if not policy.page_rules:
        policy = replace(policy, page_rules=turn.policy.page_rules)
    if not policy.page_mappings:
        policy = replace(policy, page_mappings=turn.policy.page_mappings)
    if not policy.page_matrix:
        policy = replace(policy, page_matrix=turn.policy.page_matrix)
    if policy.taxonomy is None:
        policy = replace(policy, taxonomy=turn.policy.taxonomy)
    policy = dependencies.kept(subscribing.kept(policy, turn.policy), turn.policy)
    if (trouble := silencing.unusable(policy)) is not None:
        _does_not_fit(turn, trouble)
        return
    turn.effects.append(PolicyChanged(cause=turn.cause, at=turn.at, reason=Reason("configured"), policy=policy))
    observed.configured(turn, policy)
    silencing.configured(turn, policy)
    pulses.configured(turn, policy)


def _does_not_fit(turn: Turn, error: str) -> None:
    reason = Reason("configuration does not fit", {"error": error})
    turn.effects.append(InputQuarantined(cause=turn.cause, at=turn.at, reason=reason, position=turn.cause.position))


def _delivered(turn: Turn, event: Delivered, _: Classification | None) -> None:
    reason, record = Reason("delivery reported", {"result": event.result}), None
    if event.result == "failed":
        found = turn.situation.threads.get(event.message_id)
        record = None if found is None else turn.situation.survivor(found)
        reason = Reason("mail given up", {"answer": event.answer})
    turn.effects.append(
        MailDelivered(
            cause=turn.cause,
            at=turn.at,
            reason=reason,
            message_id=event.message_id,
            result=event.result,
            answer=event.answer,
            record=record,
        )
    )


def _model(turn: Turn, event: ModelInForce, _: Classification | None) -> None:
    reason = Reason("model in force")
    if event.how == "promoted":
        reason = Reason("model promoted", {"actor": event.actor or "the desk", "why": event.note or ""})
    elif event.how == "verified":
        reason = Reason("model verified", {"why": event.note or ""})
    elif event.how == "back":
        reason = Reason("model taken back", {"actor": event.actor or "somebody"})
    turn.effects.append(ModelChanged(cause=turn.cause, at=turn.at, reason=reason, digest=event.digest))


def _set_aside(turn: Turn, event: SetAside, _: Classification | None) -> None:
    reason = Reason("set aside", {"attempts": event.attempts, "why": event.reason})
    turn.effects.append(InputQuarantined(cause=turn.cause, at=turn.at, reason=reason, position=event.position))


def _tick(turn: Turn, event: Tick, _: Classification | None) -> None:
    """Time itself has been dealt with before any event."""


def _unreadable(turn: Turn, event: Unreadable, _: Classification | None) -> None:
    reason = Reason("unreadable", {"why": event.reason, "index": event.index})
    turn.effects.append(InputQuarantined(cause=turn.cause, at=turn.at, reason=reason, position=turn.cause.position))


def _night(turn: Turn, subject: str) -> None:
    suggesting.night(turn, subject)
    turn.effects.append(LearningDue(cause=turn.cause, at=turn.at, reason=Reason("time to learn")))


_DECIDERS: dict[type, Callable[[Turn, Any, Classification | None], None]] = {
    Alert: alerts.alert_came,
    Mail: mails.mail_came,
    Command: commands.command_came,
    ChangeNotice: _change,
    Configured: _configured,
    Delivered: _delivered,
    ModelInForce: _model,
    SetAside: _set_aside,
    Tick: _tick,
    Unreadable: _unreadable,
}

_DEADLINES: dict[str, Callable[[Turn, str], None]] = {
    "announce": reminding.announce,
    "calm": restless.due,
    "close": resolving.close,
    "consider": oneness.consider,
    "digest": suggesting.digest,
    "escalate": escalating.due,
    "expire": lasting.due,
    "news": reminding.news,
    "night": _night,
    "part": parting.due,
    "pulse": pulses.due,
    "repeat": reminding.repeat,
    "resume": reminding.resume,
    "review": reviewing.due,
    "storm": storms.due,
    "settle": grouping.settled,
    "goes-on": grouping.goes_on,
    "silence": silencing.due,
    "tell": resolving.tell,
    "unmute": quieting.due,
    "watch": resolving.look,
}
"""Kind of deadline to what is decided then about its subject."""
