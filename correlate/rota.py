"""Who is on call, by a calendar file (RFC 5545): weekly turns, swapped shifts, days off, and clocks that change.

A calendar is read once and asked for the shifts of a stretch of time. Occurrences are counted by the wall clock of
their zone, so that a handover at nine is at nine in summer and in winter. What could make counting endless is refused.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from correlate.recurring import Rule, RuleError, rule_of

if TYPE_CHECKING:
    from icalendar import Calendar

MAX_TEXT = 2_000_000
MAX_EVENTS = 5_000
MAX_RULES = 500
_LONGEST = timedelta(days=366)
_WINDOW = timedelta(days=7)
_KEPT_WINDOWS = 64
_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}")
_WORDS = 200
_YEARS = range(1900, 2200)
"""What begins outside of these is nobody's shift, and so near to the ends of what can be counted that adding fails."""
_NO_PEOPLE = frozenset({"ROOM", "RESOURCE", "GROUP"})


class CalendarError(ValueError):
    """A calendar that cannot be used; the text is a sentence for whoever keeps it."""


class Shift(NamedTuple):
    """From `start` to before `end`, in UTC; `addresses` are those that the calendar names, `words` its title."""

    start: datetime
    end: datetime
    addresses: tuple[str, ...]
    words: str


class _Event(NamedTuple):
    """`begin` and those in `left_out` and `more` are wall-clock times of `zone`."""

    begin: datetime
    zone: tzinfo
    lasts: timedelta
    by_the_clock: bool
    """Whether it lasts so long by the wall clock, or by the stop watch."""
    rule: Rule | None
    moved: "_Moved | None"
    more: tuple[datetime, ...]
    left_out: frozenset[datetime]
    days_off: frozenset[date]
    addresses: tuple[str, ...]
    words: str


class _Moved(NamedTuple):
    """From `since` on, every occurrence of the rule begins later by so much (RANGE=THISANDFUTURE, RFC 5545, 3.2.13)."""

    since: datetime
    by: timedelta


class Rota:
    """The shifts of one calendar. Immutable, apart from remembered answers."""

    def __init__(self, events: Sequence[_Event]) -> None:
        self._events = events
        self._known: dict[datetime, tuple[Shift, ...]] = {}

    def at(self, moment: datetime) -> tuple[Shift, ...]:
        """The shifts at this time, in the order of their beginning."""
        return tuple(shift for shift in self._week(moment) if shift.start <= moment < shift.end)

    def between(self, begin: datetime, end: datetime) -> list[Shift]:
        """Every shift that has a part of this stretch, in the order of their beginning; a year at most."""
        end = min(end, begin + _LONGEST)
        found: dict[Shift, None] = {}
        moment = begin
        while moment < end + _WINDOW:
            found.update((shift, None) for shift in self._week(moment) if shift.start < end and shift.end > begin)
            moment += _WINDOW
        return sorted(found)

    def _week(self, moment: datetime) -> tuple[Shift, ...]:
        """Those that have a part of the week that the moment lies in (weeks since 1970)."""
        first = datetime(1970, 1, 1, tzinfo=UTC)
        begin = first + (moment - first) // _WINDOW * _WINDOW
        known = self._known.get(begin)
        if known is None:
            if len(self._known) >= _KEPT_WINDOWS:
                self._known.clear()
            found = {shift for event in self._events for shift in _shifts(event, begin, begin + _WINDOW)}
            known = self._known[begin] = tuple(sorted(found))
        return known


def _shifts(event: _Event, begin: datetime, end: datetime) -> Iterator[Shift]:
    """Those of one event that have a part of this stretch."""
    slack = timedelta(days=2)
    since = begin.replace(tzinfo=None) - event.lasts - slack
    until = end.replace(tzinfo=None) + slack
    by = timedelta() if event.moved is None else event.moved.by
    usual = [event.begin] if event.rule is None else event.rule.between(since - by, until - by)
    for wall in (*usual, *event.more):
        if wall in event.left_out or wall.date() in event.days_off:
            continue
        if event.moved is None or wall >= event.moved.since:
            start, over = _span(event, wall + by)
            if start < end and over > begin:
                yield Shift(start, over, event.addresses, event.words)


def _span(event: _Event, wall: datetime) -> tuple[datetime, datetime]:
    start = _utc(wall, event.zone)
    return start, _utc(wall + event.lasts, event.zone) if event.by_the_clock else start + event.lasts


def _utc(wall: datetime, zone: tzinfo) -> datetime:
    """A time that the clocks skip counts by the offset before (RFC 5545, 3.3.5), one that they repeat as its first."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


@lru_cache(maxsize=32)
def rota_of(text: str, zone: str) -> Rota:
    """The shifts of a calendar; `zone` holds for times that name none. Raises CalendarError."""
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_TEXT:
        raise CalendarError(f"The calendar is too long: {MAX_TEXT // 1_000_000} MB at most.")
    from icalendar import Calendar
    from icalendar.error import InvalidCalendar

    try:
        calendar = Calendar.from_ical(text)
        events = _events(calendar, _own_zone(calendar, zone))
    except CalendarError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, InvalidCalendar) as error:
        said = " ".join(str(error).split())[:160]
        raise CalendarError(f"It cannot be read as a calendar (RFC 5545): {said}.") from None
    return Rota(events)


def _own_zone(calendar: "Calendar", zone: str) -> tzinfo:
    named = str(calendar.get("X-WR-TIMEZONE", "")) or zone
    try:
        return ZoneInfo(named)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(zone)


def _events(calendar: "Calendar", zone: tzinfo) -> list[_Event]:
    components = list(calendar.walk("VEVENT"))
    if len(components) > MAX_EVENTS:
        raise CalendarError(f"The calendar has too many events: {MAX_EVENTS} at most.")
    newest: dict[tuple[str, str], Any] = {}
    for place, component in enumerate(components):
        again = component.get("RECURRENCE-ID")
        key = (str(component.get("UID", f"event {place}")), "" if again is None else again.to_ical().decode())
        known = newest.get(key)
        if known is None or int(component.get("SEQUENCE", 0)) >= int(known.get("SEQUENCE", 0)):
            newest[key] = component
    changed: dict[str, list[Any]] = {}
    from_then_on: dict[str, list[Any]] = {}
    for (uid, again), component in list(newest.items()):
        if again and _and_what_follows(component) and (uid, "") in newest:
            from_then_on.setdefault(uid, []).append(component)
            del newest[uid, again]
        elif again:
            changed.setdefault(uid, []).append(component.get("RECURRENCE-ID").dt)
    found: list[_Event] = []
    for (uid, again), component in newest.items():
        event = _event(component, zone, () if again else changed.get(uid, ()))
        if event is not None:
            found.extend(_stretches(event, [] if again else from_then_on.get(uid, []), zone))
    if sum(event.rule is not None for event in found) > MAX_RULES:
        raise CalendarError(f"The calendar has too many events that recur: {MAX_RULES} at most.")
    return found


def _and_what_follows(component: Any) -> bool:
    return str(component.get("RECURRENCE-ID").params.get("RANGE", "")).upper() == "THISANDFUTURE"


def _stretches(event: _Event, changes: Sequence[Any], zone: tzinfo) -> Iterator[_Event]:
    """A series, parted where it is changed from an occurrence on."""
    rule = event.rule
    times = ((_on(event.zone, each.get("RECURRENCE-ID").dt), place) for place, each in enumerate(changes))
    cuts = sorted(((cut, place) for cut, place in times if cut.year in _YEARS), reverse=True)
    for cut, place in cuts if rule is not None else ():
        later = _event(changes[place], zone, ())
        if rule is not None and later is not None:  # None: called off from then on
            begin = _utc(later.begin, later.zone).astimezone(event.zone).replace(tzinfo=None)
            yield later._replace(
                begin=event.begin, zone=event.zone, rule=rule, moved=_Moved(cut, begin - cut), left_out=event.left_out,
                days_off=event.days_off,
            )  # fmt: skip
        if rule is not None:
            before = cut - timedelta(seconds=1)
            rule = rule._replace(until=before if rule.until is None else min(rule.until, before))
    yield event._replace(rule=rule)


def _event(component: Any, zone: tzinfo, changed: Iterable[Any]) -> _Event | None:
    """None for what was called off, or has no time."""
    begins = component.get("DTSTART")
    if begins is None or str(component.get("STATUS", "")).upper() == "CANCELLED":
        return None
    wall, where = _wall(begins.dt, zone)
    if wall.year not in _YEARS:
        return None
    lasts, by_the_clock = _length(component, begins.dt, wall, where)
    if not timedelta() < lasts <= _LONGEST:
        return None
    words = " ".join(str(component.get("SUMMARY", "")).split())[:_WORDS]
    single = component.get("RECURRENCE-ID") is not None
    left_out = [*_dates(component.get("EXDATE")), *changed]
    by_day = [moment for moment in left_out if not isinstance(moment, datetime)]
    return _Event(
        begin=wall,
        zone=where,
        lasts=lasts,
        by_the_clock=by_the_clock,
        rule=None if single else _rule(component, wall, where, words),
        moved=None,
        more=() if single else tuple(_more(component, where)),
        left_out=frozenset() if single else frozenset(_on(where, moment) for moment in left_out),
        days_off=frozenset() if single else frozenset(by_day),
        addresses=_addresses(component, words),
        words=words,
    )


def _wall(moment: date | datetime, zone: tzinfo) -> tuple[datetime, tzinfo]:
    """A time by the wall clock of its zone; a day begins at midnight."""
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day), zone  # noqa: DTZ001 - wall-clock time
    return moment.replace(tzinfo=None, fold=0), moment.tzinfo or zone


def _on(zone: tzinfo, moment: Any) -> datetime:
    """Another time of an event, by the wall clock of its own zone."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(zone).replace(tzinfo=None, fold=0)
    return _wall(moment, zone)[0]


def _length(component: Any, begins: Any, wall: datetime, zone: tzinfo) -> tuple[timedelta, bool]:
    ends, duration = component.get("DTEND"), component.get("DURATION")
    if ends is not None:
        return _on(zone, ends.dt) - wall, True
    if duration is not None:
        return duration.dt, duration.dt.seconds == 0
    return (timedelta(), True) if isinstance(begins, datetime) else (timedelta(days=1), True)


def _dates(given: Any) -> Iterator[Any]:
    for each in given if isinstance(given, list) else [] if given is None else [given]:
        for one in each.dts:
            yield one.dt[0] if isinstance(one.dt, tuple) else one.dt


def _more(component: Any, zone: tzinfo) -> Iterator[datetime]:
    walls = (_on(zone, moment) for moment in _dates(component.get("RDATE")))
    return (wall for wall in walls if wall.year in _YEARS)


def _rule(component: Any, begin: datetime, zone: tzinfo, words: str) -> Rule | None:
    given = component.get("RRULE")
    if given is None:
        return None
    if isinstance(given, list):
        raise CalendarError(f"“{words}” has several rules (RRULE): make an event for each.")
    rule = given.copy()
    until = [_on(zone, moment) for moment in rule.pop("UNTIL", []) if isinstance(moment, datetime)]
    last_day = [moment for moment in given.get("UNTIL", []) if not isinstance(moment, datetime)]
    if until or last_day:
        rule["UNTIL"] = until or last_day
    try:
        return rule_of(rule.to_ical().decode(), begin)
    except RuleError as error:
        raise CalendarError(f"“{words}” {error}.") from None


def _addresses(component: Any, words: str) -> tuple[str, ...]:
    """Who takes part and has not declined, else the addresses in the title."""
    given = component.get("ATTENDEE")
    people = []
    for one in given if isinstance(given, list) else [] if given is None else [given]:
        declined = str(one.params.get("PARTSTAT", "")).upper() == "DECLINED"
        if not declined and str(one.params.get("CUTYPE", "")).upper() not in _NO_PEOPLE:
            people.append(str(one).strip().lower().removeprefix("mailto:"))
    named = [address for address in people if _ADDRESS.fullmatch(address)]
    return tuple(dict.fromkeys(named or [found.lower() for found in _ADDRESS.findall(words)]))
