"""Who is to be heard of again and again, and what follows when they are not: an incident of its own, over by itself.

Three kinds: check-ins of jobs (`/hooks/heartbeat/KEY`), hooks that must not be quiet for long, and alerts that always
fire (Prometheus' Watchdog), whose absence tells that monitoring itself is in trouble. Time in which the desk's doors
were closed does not count: nobody could be heard then.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from correlate import grouping, lasting
from correlate.effects import PulseChanged
from correlate.flapping import noted
from correlate.lasting import DOORS
from correlate.policy import Policy
from correlate.records import Condition, Pulse, Reason
from correlate.situation import ACTIVE
from correlate.templates import template_of
from correlate.turn import Turn
from ingest.event import Alert, Command
from ingest.fingerprint import fingerprint

NEEDED = 4
"""So often an alert that always fires must have been heard of before it is known how often it is repeated, and so
before it is missed."""
_INTERVALS = 3
_FADES = 0.9
_WHILE_CLOSED = 60
"""Seconds after which it is asked again whether the doors are open."""
_COARSE = 20
"""What is heard more often than this many times a period is noted that often only."""

_AWAITED = Reason("waited for")
_HEARD = Reason("heard of")
_BACK = Reason("heard of again")
_EXCUSED = Reason("could not be heard while the doors were closed")
_DROPPED = Reason("no longer waited for")


def is_door_command(turn: Turn, command: Command) -> bool:
    """Whether the command says that the doors were opened or closed; the desk itself says so."""
    if command.action not in ("doors-opened", "doors-closed") or turn.route != "clock":
        return False
    if command.action == "doors-closed":
        since = _since(command) or turn.at
        pulse = Pulse(name=DOORS, kind="doors", title="doors", period=0, grace=0, last_at=since, missing=True)
        _say(turn, pulse, "missed", Reason("the doors are closed"))
    return True


def doors_opened(turn: Turn, command: Command) -> None:
    """The doors are open again: decided before whatever fell due while they were closed."""
    if turn.route != "clock":
        return
    doors = turn.situation.pulses.get(DOORS)
    since = _since(command)
    if doors is not None and doors.missing:
        since = min(since, doors.last_at) if since is not None else doors.last_at
    if doors is not None:
        _say(turn, doors, "dropped", _EXCUSED)
    if since is None or since >= turn.at:
        return
    lasting.excuse(turn, since)
    for pulse in list(turn.situation.pulses.values()):
        if pulse.kind != "doors" and not pulse.missing:
            excused = replace(pulse, last_at=_excused(pulse, since, turn.at))
            if excused != pulse:
                _say(turn, excused, "excused", _EXCUSED)
                _wait(turn, excused, _EXCUSED)


def _excused(pulse: Pulse, closed: datetime, opened: datetime) -> datetime:
    """When it counts as heard of last, after the doors were closed for this time."""
    if pulse.kind != "check-in":
        return min(pulse.last_at + (opened - max(closed, pulse.last_at)), opened)
    expected, grace = pulse.last_at + timedelta(seconds=pulse.period), timedelta(seconds=pulse.grace)
    if expected - grace <= opened and expected + grace >= closed:
        return opened  # it may have come in vain; the next one is waited for
    return pulse.last_at


def configured(turn: Turn, policy: Policy) -> None:
    """Wait for whom the policy names, and no longer for others."""
    gone = {name for name, pulse in turn.situation.pulses.items() if pulse.kind in ("check-in", "source")}
    for wanted in _wanted(policy, turn.at):
        gone.discard(wanted.name)
        known = turn.situation.pulses.get(wanted.name)
        if known is not None:
            wanted = replace(wanted, last_at=known.last_at, beats=known.beats, missing=known.missing)
        if wanted != known:
            _say(turn, wanted, "awaited", _AWAITED)
            _wait(turn, wanted, _AWAITED)
    for name in sorted(gone):
        pulse = turn.situation.pulses[name]
        _over(turn, pulse, _DROPPED)
        turn.clear_deadline("pulse", name, _DROPPED)
        _say(turn, pulse, "dropped", _DROPPED)


def _wanted(policy: Policy, at: datetime) -> list[Pulse]:
    check_ins = [
        Pulse(
            name=f"heartbeat:{one.name}", kind="check-in", title=one.name, period=one.period, grace=one.grace,
            last_at=at, service=one.service, severity=one.severity,
        )
        for one in policy.heartbeats
    ]  # fmt: skip
    sources = [
        Pulse(
            name=f"hook:{one.name}", kind="source", title=one.name, period=one.quiet_after,
            grace=one.quiet_after // _COARSE + 1, last_at=at, service=one.service,
        )
        for one in policy.sources
        if one.quiet_after is not None
    ]  # fmt: skip
    return [*check_ins, *sources]


def source_heard(turn: Turn, _events: object) -> None:
    """Anything at all came through the route of a hook that must not be quiet."""
    _heard(turn, turn.situation.pulses[turn.route])


def beat(turn: Turn, alert: Alert) -> bool:
    """A check-in, or an alert that always fires; False where it is neither."""
    if alert.kind != "heartbeat":
        return False
    if alert.tool == "heartbeat":
        pulse = turn.situation.pulses.get(f"heartbeat:{turn.route.removeprefix('hook:')}")
        if pulse is None:
            turn.alert_ignored(alert.fingerprint, None, Reason("nobody waits for it", {"hook": turn.route}))
        else:
            _heard(turn, pulse)
        return True
    _watchdog(turn, alert)
    return True


def _watchdog(turn: Turn, alert: Alert) -> None:
    name = f"watchdog:{alert.fingerprint}"[:200]
    pulse = turn.situation.pulses.get(name)
    if alert.status != "firing":
        known = pulse is not None and not pulse.missing and pulse.beats >= NEEDED
        if pulse is not None and known and alert.status == "resolved":
            _missed(turn, pulse)
        else:
            turn.alert_ignored(alert.fingerprint, None, Reason("status changes nothing", {"status": alert.status}))
        return
    if pulse is not None:
        _heard(turn, pulse)
        return
    pulse = Pulse(
        name=name,
        kind="watchdog",
        title=" of ".join(filter(None, (alert.title, alert.resource or alert.labels.get("cluster")))),
        period=turn.policy.watchdog_after,
        grace=0,
        last_at=turn.at,
        beats=1,
    )
    _say(turn, pulse, "awaited", _AWAITED)


def _heard(turn: Turn, pulse: Pulse) -> None:
    away = (turn.at - pulse.last_at).total_seconds()
    if not pulse.missing and pulse.beats and away * _COARSE < min(pulse.period, turn.policy.watchdog_after):
        return
    period = pulse.period
    if pulse.kind == "watchdog" and not pulse.missing:
        period = max(turn.policy.watchdog_after, int(_INTERVALS * away), int(pulse.period * _FADES))
    heard = replace(pulse, last_at=turn.at, beats=pulse.beats + 1, missing=False, period=period)
    _say(turn, heard, "back" if pulse.missing else "heard", _BACK if pulse.missing else _HEARD)
    if pulse.missing:
        _over(turn, pulse, _BACK)
    known = turn.situation.deadlines.get(f"pulse:{pulse.name}")
    if known is None or known.due > due_at(heard):
        _wait(turn, heard, _HEARD)


def due_at(pulse: Pulse) -> datetime:
    """When it is missed."""
    return pulse.last_at + timedelta(seconds=pulse.period + pulse.grace)


def due(turn: Turn, name: str) -> None:
    """The time by which it was to be heard of."""
    pulse = turn.situation.pulses.get(name)
    if pulse is None or pulse.missing:
        return
    doors = turn.situation.pulses.get(DOORS)
    if due_at(pulse) > turn.at:
        _wait(turn, pulse, _HEARD)
    elif doors is not None and doors.missing:
        turn.set_deadline("pulse", name, turn.after(_WHILE_CLOSED), Reason("the doors are closed"))
    else:
        _missed(turn, pulse)


def condition_of(name: str) -> str:
    """The fingerprint of the condition that a pulse is missing."""
    return fingerprint("pulse", [name])


def _missed(turn: Turn, pulse: Pulse) -> None:
    since = pulse.last_at.isoformat(timespec="seconds")
    reason = Reason("not heard of", {"name": pulse.title, "since": since, "limit_s": pulse.period + pulse.grace})
    _say(turn, replace(pulse, missing=True), "missed", reason)
    name = condition_of(pulse.name)
    known = turn.situation.conditions.get(name)
    title = _TITLES[pulse.kind].format(name=pulse.title)
    condition = Condition(
        fingerprint=name,
        status="firing",
        tool="heartbeat",
        severity=pulse.severity,
        resource=pulse.title,
        service=pulse.service,
        title=title,
        template=template_of(title, pulse.title),
        first_at=turn.at,
        last_at=turn.at,
        changed_at=turn.at,
        notices=1 if known is None else known.notices + 1,
        record=known.record if known is not None else None,
        history=noted(known.history, turn.at) if known is not None else (),
        source=f"pulse:{pulse.name}",
    )
    if pulse.kind != "watchdog":
        turn.route = f"hook:{pulse.title}"  # whether its mail is held depends on the hook, though time decides
    if known is None or condition.record is None or not grouping.returns(turn, condition, known):
        grouping.open_with(turn, replace(condition, record=None), [], None, reason)


_TITLES = {
    "check-in": "No check-in from {name}",
    "source": "Nothing comes from {name}",
    "watchdog": "{name} has fallen silent",
}


def _over(turn: Turn, pulse: Pulse, reason: Reason) -> None:
    condition = turn.situation.conditions.get(condition_of(pulse.name))
    if condition is None or condition.status not in ACTIVE:
        return
    over = replace(
        condition,
        status="resolved",
        changed_at=turn.at,
        resolved_at=turn.at,
        last_at=turn.at,
        notices=condition.notices + 1,
        history=noted(condition.history, turn.at),
    )
    turn.condition(over, "resolved", reason)
    grouping.condition_over(turn, over)


def _wait(turn: Turn, pulse: Pulse, reason: Reason) -> None:
    if not pulse.missing and (pulse.kind != "watchdog" or pulse.beats >= NEEDED):
        turn.set_deadline("pulse", pulse.name, max(due_at(pulse), turn.at), reason)


def _say(turn: Turn, pulse: Pulse, change: str, reason: Reason) -> None:
    turn.effects.append(PulseChanged(cause=turn.cause, at=turn.at, reason=reason, pulse=pulse, change=change))


def _since(command: Command) -> datetime | None:
    text = command.arguments.get("since")
    return datetime.fromisoformat(text) if isinstance(text, str) else None
