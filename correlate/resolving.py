"""The end of an incident and what may follow it: resolved, back again, closed, or found to be part of another."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from correlate import announcing, answers, escalating, flapping, history, notices, quieting, reminding
from correlate.records import OPEN_STATUSES, Condition, Reason, Record
from correlate.situation import ACTIVE
from correlate.turn import Turn

_ALL_FINE = Reason("every alert is over")
_QUIET = Reason("most alerts are over and the rest is quiet")
_LIFETIME = Reason("not heard of for its lifetime")
_BEGAN_ANEW = Reason("its alerts began anew")
_CLOSING = Reason("closes after some days")
_STAYED = Reason("has stayed over")
_TELLS = Reason("tells people when it has stayed over")
FLAPPING_GRACE = 900
"""Seconds for which an incident that flapped, or came and went, must be calm."""
NOTICE_DELAY = 600
"""Seconds for which an incident must stay resolved before people are told: what comes back at once is not told."""


def one_over(turn: Turn, number: str, condition: Condition) -> None:
    """A condition of the incident is fine again: set when to look whether all of it is over."""
    members = turn.situation.members[number]
    firing = len(members.firing) - (condition.fingerprint in members.firing)
    if not firing:
        announcing.watch_at(turn, number, turn.after(_grace(turn, number)))
    elif 2 * firing <= len(members.conditions):
        announcing.watch_at(turn, number, turn.after(turn.policy.quiet_after))


def look(turn: Turn, number: str) -> None:
    """A watched incident is due: resolve it, or set when to look again."""
    record = turn.record(number)
    members = turn.situation.members.get(number)
    if record is None or members is None or record.status not in OPEN_STATUSES:
        return
    if not members.conditions:
        if record.origin == "alert":
            resolve(turn, record, _BEGAN_ANEW, "Its end was never reported; the same alert began anew later.")
        return
    conditions = [turn.situation.conditions[f] for f in sorted(members.conditions)]
    firing = [condition for condition in conditions if condition.status in ACTIVE]
    if not firing:
        calm_at = max(condition.resolved_at or condition.last_at for condition in conditions)
        due = calm_at + timedelta(seconds=_grace(turn, number))
        restless = [condition for condition in conditions if condition.flapping]
        for condition in restless:
            await_calm(turn, condition)  # then it is looked at again
        if restless:
            return
        if due <= turn.at:
            resolve(turn, record, _ALL_FINE, "All alerts are over.")
        else:
            announcing.watch_at(turn, number, due)
        return
    holds = max((one.expires_at for one in firing if one.expires_at is not None), default=turn.at)
    if holds > turn.at:
        announcing.watch_at(turn, number, holds)  # its tool said until when it holds: silence tells nothing before
        return
    heard = max(_heard(turn, condition) for condition in firing)
    mostly_over = 2 * len(firing) <= len(conditions)
    limit = turn.policy.quiet_after if mostly_over else turn.policy.condition_lifetime
    if heard + timedelta(seconds=limit) > turn.at:
        announcing.watch_at(turn, number, heard + timedelta(seconds=limit))
        return
    reason = _QUIET if mostly_over else _LIFETIME
    for condition in firing:
        over = replace(condition, status="resolved", resolved_at=turn.at, changed_at=turn.at, expires_at=turn.at)
        turn.condition(over, "expired", reason)
    resolve(turn, record, reason, "Nothing has been heard of it any more.")


def await_calm(turn: Turn, condition: Condition) -> None:
    """See to it that a condition that flaps is looked at when nothing has changed for long enough."""
    due = flapping.calm_at(condition.history, turn.at)
    known = turn.situation.deadlines.get(f"calm:{condition.fingerprint}")
    if known is None or known.due < due:
        turn.set_deadline("calm", condition.fingerprint, due, Reason("flaps", {"changes": len(condition.history)}))


def _heard(turn: Turn, condition: Condition) -> datetime:
    return max(condition.last_at, turn.situation.heard.get(condition.fingerprint, condition.last_at))


def _grace(turn: Turn, number: str) -> int:
    policy = turn.policy
    conditions = (turn.situation.conditions[name] for name in turn.situation.members[number].conditions)
    restless = any(each.flapping for each in conditions) or comes_and_goes(turn, number, turn.at)
    return max(FLAPPING_GRACE, policy.resolve_grace) if restless else policy.resolve_grace


def comes_and_goes(turn: Turn, number: str, at: datetime) -> bool:
    """Whether the incident is one thing that came and went till then: it is likely to come again.

    A fault that shows in several things makes them come and go while it lasts; when all are well it is over.
    """
    conditions = [turn.situation.conditions[name] for name in turn.situation.members[number].conditions]
    things = {each.resource or each.fingerprint for each in conditions}
    return len(things) == 1 and any(each.flapping or flapping.restless(each.history, at) for each in conditions)


def resolve(
    turn: Turn,
    record: Record,
    reason: Reason,
    resolution: str | None,
    actor: str | None = None,
    text: str | None = None,
) -> None:
    """Resolve an incident or request; people hear of it at once from a person, from the machine when it has lasted."""
    done = replace(record, status="resolved", resolved_at=turn.at, resolution=resolution or record.resolution)
    turn.changed(done, "resolved", reason, actor)
    history.remember(turn, done, reason)
    turn.clear_deadline("announce", record.number, reason)
    escalating.forget(turn, record.number, reason)
    turn.set_deadline("close", record.number, turn.after(turn.policy.close_after), _CLOSING)
    if actor is not None:
        answers.tell_resolved(turn, done, text)
        if record.announced or record.told:
            notices.again(turn, turn.record(record.number) or done, reason, "resolved")
    elif record.announced or record.told or turn.participants(record.number):
        turn.set_deadline("tell", record.number, turn.after(NOTICE_DELAY), _TELLS)


def tell(turn: Turn, number: str) -> None:
    """The incident has stayed resolved: everybody who wrote hears of it, and its owner who heard of it."""
    record = turn.record(number)
    if record is not None and record.status in ("resolved", "closed"):
        answers.tell_resolved(turn, record)
        if record.announced or record.told:
            notices.again(turn, turn.record(number) or record, _STAYED, "resolved")
        quieting.over_with_it(turn, number, _STAYED)


def reopen(turn: Turn, record: Record, reason: Reason, actor: str | None = None) -> None:
    """It is not over: back to whoever had it."""
    told = record.announced and f"tell:{record.number}" not in turn.situation.deadlines
    back = replace(
        record,
        status="assigned" if record.assignee else "new",
        resolved_at=None,
        closed_at=None,
        announced=record.announced and not (told and actor is None),
        told=() if told and actor is None else record.told,
    )
    turn.changed(back, "reopened", reason, actor)
    turn.clear_deadline("close", record.number, reason)
    turn.clear_deadline("tell", record.number, reason)
    answers.tell_reopened(turn, back, reason)
    if record.kind == "incident" and turn.situation.members[record.number].conditions:
        announcing.watch(turn, record.number)
        if record.announced and not back.announced:
            announcing.gather(turn, record.number)  # its owner believes that it is over
        else:
            escalating.back(turn, back)
            reminding.back(turn, back)


def close(turn: Turn, number: str) -> None:
    """A record that has been resolved for long enough is closed."""
    record = turn.record(number)
    if record is not None and record.status == "resolved":
        turn.changed(replace(record, status="closed", closed_at=turn.at), "closed", _CLOSING)


def merge(turn: Turn, kept: Record, gone: Record, reason: Reason, actor: str | None) -> None:
    """`gone` becomes part of `kept`: alerts and people move, nobody is answered again."""
    for fingerprint in sorted(turn.situation.members[gone.number].conditions):
        moved = replace(turn.situation.conditions[fingerprint], record=kept.number)
        turn.condition(moved, "moved", reason)
    for person in turn.participants(gone.number):
        known = turn.participant(kept.number, person.address)
        both = replace(
            person,
            record=kept.number,
            acknowledged=person.acknowledged or (known is not None and known.acknowledged),
            told_resolved=known.told_resolved if known is not None else False,
        )
        turn.person(both, reason)
    for kind in ("watch", "announce", "tell", "close", "unmute"):
        turn.clear_deadline(kind, gone.number, reason)
    escalating.forget(turn, gone.number, reason)
    away = replace(gone, status="merged", merged_into=kept.number, resolved_at=gone.resolved_at or turn.at, doubted=())
    turn.changed(away, "merged", reason, actor)
    topic = {word: kept.topic.get(word, 0) + gone.topic.get(word, 0) for word in (*kept.topic, *gone.topic)}
    grown = replace(
        kept,
        merged=(*kept.merged, gone.number, *gone.merged),
        topic=topic,
        service=kept.service or gone.service,
        told=notices.joined(kept.told, gone.told),
        doubted=(*kept.doubted, *gone.doubted),
        held_together=(*kept.held_together, *gone.held_together, *((gone.number,) if actor is not None else ())),
    )
    turn.changed(grown, "grown", reason, actor)
    history.remember(turn, away, reason)
    if kept.kind == "incident":
        announcing.watch(turn, kept.number)
        if turn.situation.members[gone.number].firing:
            _wait_together(turn, kept, gone)


def _wait_together(turn: Turn, kept: Record, gone: Record) -> None:
    """Who was about to be told of `gone` is told of both: what held `kept` back, or was nobody's alert, may not hold
    these."""
    if (
        not kept.announced
        and kept.status in OPEN_STATUSES
        and f"announce:{kept.number}" not in turn.situation.deadlines
    ):
        announcing.gather(turn, kept.number)
    elif gone.muted is None:
        announcing.look_soon(turn, kept.number)
