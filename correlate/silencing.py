"""Silences and maintenance windows: how they begin, come round again and end, by whom, and what is told afterwards.

They are looked at when somebody is about to be told, and at no other time: what happens meanwhile is recorded as ever,
so that an end counts, and what still fires afterwards is told then.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace

from correlate import duty, matchers, schedules
from correlate.declared import Window
from correlate.effects import SilenceChanged
from correlate.identity import digest_of
from correlate.policy import Policy
from correlate.records import Change, Matcher, Reason, Silence
from correlate.turn import Turn
from ingest.event import Command

MAX_SILENCES = 10_000
MAX_COMMENT = 1_000
LONGEST = timedelta(days=10 * 366)
_MAX_SERVICES = 200

_BY_PERSON = Reason("done by a person")
_CONFIGURED = Reason("configured")
_ENDED = Reason("its time is over")
_ROUND = Reason("comes round again")
_CHANGE_OVER = Reason("its change is over")
_LOOKED_AGAIN = Reason("what held it back is over")


class UnusableError(ValueError):
    """A silence or window that cannot be used; the text is a sentence for whoever asked for it."""


def silence_command(turn: Turn, command: Command) -> bool:
    """Carry out a command about silences; False where it is about something else."""
    if command.action == "silence-add":
        try:
            _add(turn, command)
        except (UnusableError, matchers.MatcherError, schedules.ScheduleError) as error:
            turn.refuse(command, Reason("not in this state", {"why": str(error)}))
        return True
    if command.action == "silence-expire":
        known = turn.situation.mutes.by_id.get(command.subject or "")
        if known is None:
            turn.refuse(command, Reason("no such silence", {"id": command.subject}))
        else:
            _end(turn, known, "ended", _BY_PERSON, command.actor)
        return True
    return False


def due(turn: Turn, name: str) -> None:
    """A silence or the occurrence of a window is over."""
    known = turn.situation.mutes.by_id.get(name)
    if known is None or known.ends_at > turn.at:
        return
    following = _occurrence(known, turn.at) if known.rule else None
    if following is None:
        _end(turn, known, "over", _ENDED, None)
        return
    _say(turn, following, "round", _ROUND, None)
    look_again(turn)


def configured(turn: Turn, policy: Policy) -> None:
    """Make the windows that are in force those of the configuration."""
    known = {s.id: s for s in turn.situation.mutes.by_id.values() if s.origin == "configuration"}
    for window in policy.windows:
        name = f"MNT-{window.name}"
        basis = digest_of(repr(window))
        before = known.pop(name, None)
        if before is not None and before.origin_id == basis:
            continue
        made = _of_window(window, name, basis, turn.at, before)
        if made is not None:
            _say(turn, made, "added" if before is None else "changed", _CONFIGURED, None)
            if before is not None:
                look_again(turn)
        elif before is not None:
            _end(turn, before, "over", _CONFIGURED, None)
    for gone in known.values():
        _end(turn, gone, "ended", _CONFIGURED, None)


def unusable(policy: Policy) -> str | None:
    """Why the windows, rules, routes or calendars of a policy cannot be used; None where they can."""
    try:
        for window in policy.windows:
            matchers.checked(window.matchers)
            _zone(window.timezone)
            if window.rule is not None:
                schedules.rule_of(window.rule)
        for rule in policy.inhibit:
            matchers.checked(rule.source)
            matchers.checked(rule.target)
        for route in policy.routes:
            matchers.checked(route.matchers)
    except (UnusableError, matchers.MatcherError, schedules.ScheduleError) as error:
        return str(error)
    return next((f"{team.name}, {trouble}" for team in policy.teams if (trouble := duty.trouble_of(team))), None)


def for_change(turn: Turn, change: Change) -> None:
    """A change that says when it is made on which service is a maintenance window, where the policy says so."""
    name = f"MNT-{digest_of(change.id)[:10]}"
    known = turn.situation.mutes.by_id.get(name)
    if not turn.policy.change_windows or change.service is None or change.end is None:
        return
    if change.end <= turn.at or change.end - change.start > LONGEST or change.end <= change.start:
        if known is not None:
            _end(turn, known, "over", _CHANGE_OVER, None)  # done early, or called off
        return
    window = Silence(
        id=name,
        kind="maintenance",
        services=(change.service,),
        starts_at=change.start,
        ends_at=change.end,
        author="the change",
        comment=f"{change.id} {change.title}"[:MAX_COMMENT],
        created_at=turn.at,
        origin="change",
        origin_id=change.id,
    )
    if known is None or replace(known, created_at=turn.at) != window:
        _say(turn, window, "added" if known is None else "changed", Reason("change announced"), None)
        if known is not None:
            look_again(turn)


def look_again(turn: Turn, held_by: str | None = None) -> None:
    """Whatever was held back (by this) is decided anew, now."""
    for number in turn.situation.muted:
        record = turn.record(number)
        if record is not None and held_by in (None, record.muted):
            turn.set_deadline("announce", number, turn.at, _LOOKED_AGAIN)


# --- how they begin and end ------------------------------------------------------------------------------------------


def _say(turn: Turn, silence: Silence, change: str, reason: Reason, actor: str | None) -> None:
    turn.effects.append(
        SilenceChanged(cause=turn.cause, at=turn.at, reason=reason, silence=silence, change=change, actor=actor)
    )
    if not silence.over:
        turn.set_deadline("silence", silence.id, silence.ends_at, reason)


def _end(turn: Turn, silence: Silence, change: str, reason: Reason, actor: str | None) -> None:
    over = replace(silence, over=True, ends_at=min(silence.ends_at, turn.at))
    turn.clear_deadline("silence", silence.id, reason)
    _say(turn, over, change, reason, actor)
    look_again(turn)


def _add(turn: Turn, command: Command) -> None:
    given = command.arguments
    kind: Literal["silence", "maintenance"] = "maintenance" if given.get("kind") == "maintenance" else "silence"
    origin_id = _words(given, "origin_id", 200)
    known = next(
        (s for s in turn.situation.mutes.by_id.values() if origin_id and s.origin_id == origin_id), None
    ) or turn.situation.mutes.by_id.get(command.subject or "")
    if known is None and len(turn.situation.mutes.by_id) >= MAX_SILENCES:
        raise UnusableError(f"There are {MAX_SILENCES} silences already: end some first.")
    rule = schedules.rule_of(said) if (said := _words(given, "rule", 500)) else None
    zone = _zone(_words(given, "timezone", 100) or turn.policy.timezone)
    starts = _moment(given, "starts_at") or turn.at
    ends = _ends(given, starts)
    if rule is not None and "BYHOUR" in rule and not _words(given, "starts_at", 100):
        since = _since(turn.at, ends - starts, zone)
        starts, ends = since, since + (ends - starts)
    made = Silence(
        id=known.id if known else turn.next_number("MNT" if kind == "maintenance" else "SIL"),
        kind=kind,
        matchers=_matchers(given.get("matchers")),
        services=_services(turn, given.get("services")),
        starts_at=starts,
        ends_at=ends,
        rule=rule,
        first_at=starts,
        timezone=zone,
        author=_words(given, "author", 200) or command.actor,
        comment=_words(given, "comment", MAX_COMMENT) or "",
        created_at=known.created_at if known else turn.at,
        origin="import" if origin_id else "person",
        origin_id=origin_id,
    )
    _check(made, turn.at)
    current = _occurrence(made, turn.at) if made.rule else made
    if current is None:
        raise UnusableError("This window never comes: look at its rule.")
    if current != known:
        _say(turn, current, "added" if known is None else "changed", _BY_PERSON, command.actor)
        look_again(turn)


def _check(made: Silence, at: datetime) -> None:
    if not made.comment:
        raise UnusableError("Say in a few words why: everybody who looks for the missing mail will read it.")
    if not made.services and not matchers.selects_something(made.matchers):
        raise UnusableError('Name a service, or a matcher that does not fit everything, as in severity="warning".')
    if made.ends_at <= made.starts_at:
        raise UnusableError("It must end after it begins.")
    if made.ends_at - made.starts_at > LONGEST:
        raise UnusableError("It may last ten years at most.")
    if made.ends_at <= at and not made.rule:
        raise UnusableError(f"It would be over already: it is {at:%Y-%m-%d %H:%M} UTC now.")


def _of_window(window: Window, name: str, basis: str, at: datetime, before: Silence | None) -> Silence | None:
    """The silence of a configured window; None where it is over for good. `before` is what it was."""
    lasts = timedelta(seconds=window.duration)
    starts = window.start or at
    if window.start is None and window.rule is not None:
        same = before is not None and before.rule == window.rule and before.timezone == window.timezone
        starts = (before.first_at if before is not None and same else None) or _since(at, lasts, window.timezone)
    ends = window.end if window.end is not None and not window.rule else starts + lasts
    made = Silence(
        id=name,
        kind="maintenance",
        matchers=window.matchers,
        services=window.services,
        starts_at=starts,
        ends_at=ends,
        rule=window.rule,
        first_at=starts,
        timezone=window.timezone,
        author="the configuration",
        comment=window.comment or window.name,
        created_at=at,
        origin="configuration",
        origin_id=basis,
    )
    return _occurrence(made, at) if made.rule else made if ends > at else None


def _since(at: datetime, lasts: timedelta, zone: str) -> datetime:
    """Since when a window recurs that names no beginning: what is open already counts, so the midnight by the wall
    clock before it can have begun."""
    where = ZoneInfo(zone)
    return (at - lasts).astimezone(where).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _occurrence(silence: Silence, at: datetime) -> Silence | None:
    """A recurring window with its present or next occurrence."""
    lasts = silence.ends_at - silence.starts_at
    first = silence.first_at or silence.starts_at
    start = schedules.next_start(silence.rule or "", first, silence.timezone, max(first, at - lasts))
    while start is not None and start + lasts <= at:
        start = schedules.next_start(silence.rule or "", first, silence.timezone, start + timedelta(seconds=1))
    return None if start is None else replace(silence, starts_at=start, ends_at=start + lasts)


# --- reading arguments -----------------------------------------------------------------------------------------------


def _matchers(given: object) -> tuple[Matcher, ...]:
    """Matchers as text, as a list of texts, or as Alertmanager's API has them."""
    if given is None:
        return ()
    if isinstance(given, str):
        return matchers.parse(given)
    if not isinstance(given, list | tuple):
        raise UnusableError("Matchers are a text, or a list.")
    texts = [one for one in given if isinstance(one, str)]
    objects = [one for one in given if isinstance(one, Mapping)]
    if len(texts) + len(objects) != len(given):
        raise UnusableError("Each matcher is a text, or an object with name, value, isRegex and isEqual.")
    return matchers.checked((*matchers.parse_all(texts), *matchers.from_alertmanager(objects)))


def _services(turn: Turn, given: object) -> tuple[str, ...]:
    if given is None or given == "":
        return ()
    listed: Iterable[object] = given.split(",") if isinstance(given, str) else given if isinstance(given, list) else ()
    names = [name.strip() for name in listed if isinstance(name, str) and name.strip()][:_MAX_SERVICES]
    by_name = turn.situation.services.by_name
    unknown = [name for name in names if by_name and name not in by_name]
    if unknown:
        raise UnusableError(f"The desk knows no service {unknown[0][:60]}: see services.toml.")
    return tuple(dict.fromkeys(names))


def _ends(given: Mapping[str, Any], starts: datetime) -> datetime:
    ends = _moment(given, "ends_at")
    duration = given.get("duration")
    if ends is None and isinstance(duration, int | float) and 0 < duration <= LONGEST.total_seconds():
        ends = starts + timedelta(seconds=int(duration))
    if ends is None:
        raise UnusableError("Say when it ends: ends_at is a time as in 2027-01-31T18:00:00Z, duration are seconds.")
    return ends


def _moment(given: Mapping[str, Any], name: str) -> datetime | None:
    text = given.get(name)
    if not isinstance(text, str) or not text.strip():
        return None
    moment: datetime | None = None
    try:
        read = datetime.fromisoformat(text.strip())
        moment = read.astimezone(UTC) if read.tzinfo is not None else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise UnusableError(f"{name}: write a time with its offset, as in 2027-01-31T18:00:00+01:00.")
    return moment


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnusableError(f'There is no time zone {name[:60]}: write it as in "Europe/Berlin".') from None
    return name


def _words(given: Mapping[str, Any], name: str, limit: int) -> str | None:
    value = given.get(name)
    return value.strip()[:limit] if isinstance(value, str) and value.strip() else None
