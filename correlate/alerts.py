"""What a notice about a monitored condition changes: a transition table, and what its outcomes mean.

Three clocks are kept apart: when we heard (the turn's), and when the tool says that it began and ended. Notices come
late, twice and out of order; only the tool's own clock can tell, and where it is silent our own has to do.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from classify.classification import Classification
from correlate import grouping, lasting, pulses, relevance
from correlate.effects import AlertRepeated
from correlate.flapping import noted
from correlate.hosts import host_stem
from correlate.levels import MOST, gravest, level_of
from correlate.packing import News, PackedAlert, news_of
from correlate.records import Cause, Condition, Reason
from correlate.situation import Situation
from correlate.templates import template_of
from correlate.turn import Turn
from ingest.event import SEVERITY_RANK, Alert, Event

State = Literal["unseen", "firing", "acknowledged", "resolved"]
Outcome = Literal["begin", "repeat", "end", "acknowledge", "end unseen", "ended before", "nothing"]

TRANSITIONS: Mapping[tuple[str, str], Outcome] = {
    ("unseen", "firing"): "begin",
    ("unseen", "resolved"): "end unseen",
    ("unseen", "acknowledged"): "nothing",
    ("unseen", "unknown"): "nothing",
    ("firing", "firing"): "repeat",
    ("firing", "resolved"): "end",
    ("firing", "acknowledged"): "acknowledge",
    ("firing", "unknown"): "nothing",
    ("acknowledged", "firing"): "repeat",
    ("acknowledged", "resolved"): "end",
    ("acknowledged", "acknowledged"): "repeat",
    ("acknowledged", "unknown"): "nothing",
    ("resolved", "firing"): "begin",
    ("resolved", "resolved"): "ended before",
    ("resolved", "acknowledged"): "nothing",
    ("resolved", "unknown"): "nothing",
}
"""State of the condition and status of the notice to the outcome. What is not told apart here is told by clocks."""

LATE = timedelta(hours=6)
"""A firing notice that began before the last resolve is a late one only within this time; later, the tool's start time
is that of the first occurrence ever and says nothing."""

_REPEATED = Reason("repeat")
_RENEWED = Reason("repeat that says something anew")
_STALE_FIRING = Reason("began before it was resolved")
_STALE_RESOLVE = Reason("resolve of an earlier time")
_DOUBLED = Reason("resolved already")
_UNSEEN = Reason("resolve of what never fired")
_RESOLVED = Reason("resolved by its tool")
_ACKNOWLEDGED = Reason("acknowledged in its tool")
_RELEASED = Reason("released in its tool")


def alert_came(turn: Turn, alert: Alert, classification: Classification | None) -> None:
    """A notice of any kind and status; see TRANSITIONS."""
    condition = turn.situation.conditions.get(alert.fingerprint)
    if alert.kind != "alert":
        if not pulses.beat(turn, alert):
            _ignore(turn, alert, condition, Reason("no alert", {"kind": alert.kind}))
        return
    state = "unseen" if condition is None or condition.status == "unknown" else condition.status
    outcome = TRANSITIONS[state, alert.status]
    if outcome == "repeat" and condition is not None:
        _repeat(turn, alert, condition, classification)
    elif outcome == "begin":
        _begin(turn, alert, condition, classification)
    else:
        _OUTCOMES[outcome](turn, alert, condition)


def plain_repeats(
    situation: Situation, events: Sequence[tuple[Event | PackedAlert, object]], start: int, at: datetime, position: int
) -> tuple[int, list[AlertRepeated]]:
    """The notices from place `start` on that say nothing new: where they end, and one effect for each record that they
    are about. The way of most notices."""
    conditions = situation.conditions
    found: dict[str | None, tuple[list[str], list[int]]] = {}
    place = start
    for place in range(start, len(events)):
        alert = events[place][0]
        if (type(alert) is not PackedAlert and type(alert) is not Alert) or (
            condition := conditions.get(alert.fingerprint)
        ) is None:
            break
        if (
            alert.status != "firing"
            or condition.status != "firing"
            or alert.severity != condition.severity
            or alert.kind != "alert"
            or (alert.started_at is not None and alert.started_at > condition.changed_at)
            or (alert.expires_at is not None and not lasting.holds_as_before(condition, alert, at))
        ):
            break
        known = found.get(condition.record)
        if known is None:
            known = found[condition.record] = ([], [])
        known[0].append(alert.fingerprint)
        known[1].append(place)
    else:
        place = len(events)
    return place, [
        AlertRepeated(
            cause=Cause(position, places[0]),
            at=at,
            reason=_REPEATED,
            record=record,
            fingerprints=tuple(fingerprints),
            indexes=tuple(places),
        )
        for record, (fingerprints, places) in found.items()
    ]


def _repeat(turn: Turn, alert: Alert, condition: Condition, classification: Classification | None) -> None:
    """A notice of what is known to be firing: counted; a change of severity is kept, and a rise reopens an
    acknowledged one (Alerta's rule) or lets what only informed count."""
    if alert.started_at is not None and alert.started_at != condition.changed_at and _lost_end(turn, alert, condition):
        _begin(turn, alert, condition, classification)
        return
    changed = _refreshed(turn, alert, condition)
    if alert.released and condition.status == "acknowledged":
        turn.condition(replace(changed, status="firing", last_at=turn.at), "released", _RELEASED)
        lasting.watch(turn, changed)
        return
    if changed.severity == condition.severity or alert.status != "firing":
        if changed is condition or alert.status != "firing":
            turn.repeated(alert.fingerprint, condition.record, _REPEATED)
        else:
            turn.condition(changed, "renewed", _RENEWED)
            lasting.watch(turn, changed)
        return
    rises = SEVERITY_RANK[changed.severity] > SEVERITY_RANK[condition.severity]
    if rises and condition.status == "acknowledged":
        changed = replace(changed, status="firing")
    if rises and condition.suppressed_by is not None:
        changed = replace(changed, suppressed_by=relevance.suppressed(turn, alert))
        if changed.suppressed_by is None:
            grouping.place(turn, changed, "firing", classification)
            return
    reason = Reason("severity changed", {"from": condition.severity, "to": changed.severity})
    turn.condition(changed, "severity", reason)
    lasting.watch(turn, changed)
    grouping.severity_changed(turn, changed, classification)


def _refreshed(turn: Turn, alert: Alert, condition: Condition) -> Condition:
    """The condition with what this repeat says anew: severity, a later beginning, how long it holds, which rule."""
    severity, levels = alert.severity, condition.levels
    if (level := level_of(alert)) is not None and levels and level not in levels and len(levels) < MOST:
        levels = (*levels, level)
    if len(levels) > 1:
        severity = gravest(levels)
    began = condition.changed_at
    if alert.started_at is not None and alert.started_at > began:
        began = min(alert.started_at, turn.at)
    renewed = not lasting.holds_as_before(condition, alert, turn.at)
    if (severity, levels, began) == (condition.severity, condition.levels, condition.changed_at) and not renewed:
        return condition
    until = condition.expires_at
    if until is not None:
        until = turn.at + (until - condition.last_at)
    says_it = severity != condition.severity and severity == alert.severity
    return replace(
        condition,
        severity=severity,
        levels=levels,
        labels=(news_of(alert).labels or condition.labels) if says_it else condition.labels,
        changed_at=began,
        expires_at=lasting.expires_at(turn, alert) if renewed else until,
        notices=condition.notices + 1,
        last_at=turn.at,
    )


def _lost_end(turn: Turn, alert: Alert, condition: Condition) -> bool:
    """Whether this is a new beginning whose end before was never told: it began later, after a long silence."""
    heard = turn.situation.heard.get(alert.fingerprint, condition.last_at)
    silent = (turn.at - heard).total_seconds()
    return silent > turn.policy.quiet_after and alert.started_at is not None and alert.started_at > condition.changed_at


def _begin(turn: Turn, alert: Alert, known: Condition | None, classification: Classification | None) -> None:
    at = turn.at
    began = min(alert.started_at, at) if alert.started_at is not None else at
    if known is not None and _is_late(alert, known, began, at):
        _late_firing(turn, alert, known)
        return
    quiet = relevance.suppressed(turn, alert)
    condition = new_condition(turn, alert, news_of(alert), service_of(turn, alert))
    if known is not None:
        condition = replace(
            condition,
            notices=known.notices + 1,
            record=known.record,
            history=noted(known.history, at),
            flapping=known.flapping,
        )
    expires_at = lasting.expires_at(turn, alert, alone=quiet is not None)
    if quiet is not None or expires_at is not None:
        condition = replace(condition, suppressed_by=quiet, expires_at=expires_at)
    lasting.watch(turn, condition)
    if condition.suppressed_by is not None:
        reason = relevance.why(turn, alert, condition.suppressed_by)
        turn.condition(replace(condition, record=None), "suppressed", reason)
        return
    grouping.place(turn, condition, "firing", classification)


def new_condition(
    turn: Turn, alert: Alert | PackedAlert, news: News, service: str | None, record: str | None = None
) -> Condition:
    """What begins with this alert, as part of this record; it lasts until its tool says that it is over."""
    at = turn.at
    return Condition(
        fingerprint=alert.fingerprint,
        status="firing",
        tool=news.tool,
        severity=alert.severity,
        resource=news.resource,
        service=service,
        title=news.title,
        template=news.template,
        first_at=at,
        last_at=at,
        changed_at=at if alert.started_at is None else min(alert.started_at, at),
        record=record,
        labels=news.labels,
        source=turn.route or None,
        levels=news.levels,
    )


def service_of(turn: Turn, alert: Alert) -> str | None:
    """The service that the alert is about: declared, named, the value of one of its labels, or learned from the host.

    Tools call many things a service (a check, a job). So a name that nobody declared counts only where nothing is
    declared at all.
    """
    situation = turn.situation
    known = situation.services.of(alert.resource, alert.service, alert.title)
    if known is not None:
        return known
    labelled = situation.services.of_labels(alert.labels) if alert.labels else None
    if labelled is not None:
        return labelled
    learned = situation.aliases.get(host_stem(alert.resource) or "")
    if learned is not None and learned in situation.services.by_name:
        return learned
    return None if situation.services.by_name else alert.service


def _is_late(alert: Alert, known: Condition, began: datetime, at: datetime) -> bool:
    if known.status != "resolved" or alert.started_at is None:
        return False
    if known.expires_at is not None and known.expires_at == known.resolved_at:
        return False  # nobody said that it was over; it was not repeated in time, and now it is
    return began <= known.changed_at and at - known.last_at < LATE


def _late_firing(turn: Turn, alert: Alert, known: Condition) -> None:
    """The notice of the beginning arrives after that of the end: it belongs where the end belongs and changes nothing
    else. Where the end overtook it altogether, the trouble may still be part of an incident at hand."""
    if known.record is None and known.first_at == known.resolved_at:
        grouping.adopt_late(turn, known, None)
        return
    _ignore(turn, alert, known, _STALE_FIRING)


def _end(turn: Turn, alert: Alert, condition: Condition | None) -> None:
    if condition is None:
        return
    at = turn.at
    if len(condition.levels) > 1 and (level := level_of(alert)) is not None:
        _end_of_level(turn, alert, condition, level)
        return
    # Where the tool says no time, the beginning is kept: what begins later by its clock is new, however late we hear.
    ended = min(alert.ended_at, at) if alert.ended_at is not None else condition.changed_at
    if ended < condition.changed_at and alert.ended_at is not None:
        _ignore(turn, alert, condition, _STALE_RESOLVE)
        return
    over = replace(
        condition,
        status="resolved",
        changed_at=ended,
        resolved_at=at,
        last_at=at,
        notices=condition.notices + 1,
        history=noted(condition.history, at),
        levels=(),
    )
    turn.condition(over, "resolved", _RESOLVED)
    turn.clear_deadline("expire", alert.fingerprint, _RESOLVED)
    grouping.condition_over(turn, over)


def _end_of_level(turn: Turn, alert: Alert, condition: Condition, level: str) -> None:
    """One of several rules of a condition is over: the condition goes on with those that are left. These must be
    heard of again in due time, for the tool may have had one rule that changed its severity."""
    if level not in condition.levels:
        _ignore(turn, alert, condition, _UNSEEN)
        return
    levels = tuple(known for known in condition.levels if known != level)
    left = replace(
        condition,
        severity=gravest(levels),
        levels=levels,
        last_at=turn.at,
        notices=condition.notices + 1,
        expires_at=lasting.expires_at(turn, alert) or turn.after(turn.policy.quiet_after),
    )
    turn.condition(left, "severity", Reason("one of its rules is over", {"level": level, "left": ", ".join(levels)}))
    lasting.watch(turn, left)


def _acknowledge(turn: Turn, _: Alert, condition: Condition | None) -> None:
    if condition is not None:
        taken = replace(condition, status="acknowledged", last_at=turn.at, notices=condition.notices + 1)
        turn.condition(taken, "acknowledged", _ACKNOWLEDGED)


def _end_unseen(turn: Turn, alert: Alert, condition: Condition | None) -> None:
    """A resolve never opens an incident; it is remembered, so that an alert that it overtook is known to be over."""
    if condition is not None or alert.ended_at is None:
        _ignore(turn, alert, condition, _UNSEEN)
        return
    seen = Condition(
        fingerprint=alert.fingerprint,
        status="resolved",
        tool=alert.tool,
        severity=alert.severity,
        resource=alert.resource,
        service=service_of(turn, alert),
        title=alert.title,
        template=template_of(alert.title, alert.resource),
        first_at=turn.at,
        last_at=turn.at,
        changed_at=min(alert.ended_at, turn.at),
        resolved_at=turn.at,
    )
    grouping.adopt_late(turn, seen, _UNSEEN)


def _ended_before(turn: Turn, alert: Alert, condition: Condition | None) -> None:
    if condition is not None and alert.started_at is not None and alert.started_at > condition.changed_at:
        _end_unseen(turn, alert, None)  # a later trouble has begun and ended, and its beginning is still on its way
        return
    if condition is not None and alert.started_at is None and alert.ended_at is not None:
        ended = min(alert.ended_at, turn.at)
        if ended > condition.changed_at:  # it may be the end of a later trouble, whose beginning would be late then
            turn.condition(replace(condition, changed_at=ended, notices=condition.notices + 1), "resolved", _DOUBLED)
            return
    _ignore(turn, alert, condition, _DOUBLED)


def _nothing(turn: Turn, alert: Alert, condition: Condition | None) -> None:
    _ignore(turn, alert, condition, Reason("status changes nothing", {"status": alert.status}))


def _ignore(turn: Turn, alert: Alert, condition: Condition | None, reason: Reason) -> None:
    record = condition.record if condition is not None else None
    turn.alert_ignored(alert.fingerprint, record, reason)


_OUTCOMES: Mapping[str, Callable[[Turn, Alert, Condition | None], None]] = {
    "end": _end,
    "acknowledge": _acknowledge,
    "end unseen": _end_unseen,
    "ended before": _ended_before,
    "nothing": _nothing,
}
