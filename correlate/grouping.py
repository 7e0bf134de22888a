"""Which incident an alert belongs to: the same service, or a service through which the trouble may have come, in time.

A trouble runs along dependencies with delays of seconds to minutes. So a new condition joins an incident whose
symptoms began on a related service not long ago; how long depends on how strong the relation is. What stands alone
and is not grave waits a little, for most of that is over at once.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from classify.classification import Classification
from correlate import announcing, chatter, opening, parting, reminding, resolving, restless, storms
from correlate.flapping import WINDOW, flaps
from correlate.hosts import host_stem
from correlate.records import OPEN_STATUSES, Condition, Reason, Record
from correlate.services import Relation
from correlate.situation import Members, place_of
from correlate.templates import kinds_of
from correlate.turn import Turn
from ingest.event import SEVERITY_RANK

SPREAD: Mapping[Relation, int] = {
    "dependency": 600,
    "dependent": 600,
    "far dependency": 420,
    "far dependent": 300,
    "sibling": 60,
}
"""Seconds after a symptom on the other service within which one here counts as the same trouble."""
_BRIDGES: frozenset[Relation] = frozenset({"same", "dependency", "dependent"})
LATE_NOTICE = timedelta(minutes=15)
_MANY = 50
"""With so many firing conditions it is not worth looking which of them were heard of last."""
_SPREADS_FOR = 12 * 3600
"""Seconds after which a trouble that still fires on a service takes in nothing new there."""
_SPREADS_LATE = 900
"""Seconds after its beginning within which a trouble may show elsewhere in other words than before."""
_WAITED_AT_MOST = timedelta(hours=2)
_GRAVE = SEVERITY_RANK["major"]

_WAITS = Reason("waits whether it lasts")
_MERGE_AGE = timedelta(seconds=600)


def place(turn: Turn, condition: Condition, change: str, classification: Classification | None) -> None:
    """A condition begins (for the first time or again): it joins an incident, opens one, or waits."""
    before = turn.situation.conditions.get(condition.fingerprint)
    if condition.record is not None and before is not None and returns(turn, condition, before):
        return
    if condition.record is not None:
        if _open(turn, condition.record):
            # Its old incident may be left without any alert: then it is over, though nobody said so.
            announcing.watch_at(turn, condition.record, turn.after(turn.policy.resolve_grace))
        condition = replace(condition, record=None)
    joins = candidates(turn, condition)
    if joins:
        number, reason = joins[0]
        for other, _ in joins[1:]:
            number = merge_young(turn, number, other)
        turn.condition(replace(condition, record=number), change, reason)
        _grown(turn, number, condition)
        return
    companions = _companions(turn, condition)
    if is_grave(condition) or condition.severity == "unknown" or companions:
        open_with(turn, condition, companions, classification)
        return
    turn.condition(condition, "waiting", _WAITS)
    turn.set_deadline("settle", condition.fingerprint, turn.after(turn.policy.settle), _WAITS)


def settled(turn: Turn, fingerprint: str) -> None:
    """The waiting time of a lone condition is over: if it still fires, it joins or opens an incident now."""
    condition = turn.situation.conditions.get(fingerprint)
    if condition is None or condition.status != "firing" or condition.record is not None:
        return
    if condition.suppressed_by is not None:
        return
    joins = candidates(turn, condition)
    if joins:
        number, reason = joins[0]
        turn.condition(replace(condition, record=number), "joined", reason)
        _grown(turn, number, condition)
        return
    companions = _companions(turn, condition)
    if not companions and chatter.share(turn.situation.counters, condition) < chatter.ALONE_BELOW:
        if storms.taken_in(turn, [condition], None) is not None:
            return  # so many at once are no chatter
        turn.set_deadline("goes-on", fingerprint, turn.after(chatter.GOES_ON), _WAITS)
        until = condition.expires_at or condition.last_at + timedelta(seconds=turn.policy.condition_lifetime)
        quiet = replace(condition, expires_at=until)
        turn.condition(quiet, "held back", chatter.reason(turn.situation.counters, condition))
        if condition.expires_at is None:
            turn.set_deadline("expire", fingerprint, until, _WAITS)
    else:
        open_with(turn, condition, companions, None)


def goes_on(turn: Turn, fingerprint: str) -> None:
    """What was held back is looked at again: if its source has repeated it for hours, it opens an incident."""
    condition = turn.situation.conditions.get(fingerprint)
    if condition is None or condition.status != "firing" or condition.record is not None:
        return
    heard_for = turn.situation.heard.get(fingerprint, condition.last_at) - condition.changed_at
    if condition.suppressed_by is None and heard_for.total_seconds() >= chatter.GOES_ON / 2:
        open_with(turn, condition, _companions(turn, condition), None)
    else:
        turn.set_deadline("goes-on", fingerprint, turn.after(chatter.GOES_ON), _WAITS)


def is_grave(condition: Condition) -> bool:
    """Whether one such alert is enough for an incident, without waiting."""
    return SEVERITY_RANK[condition.severity] >= _GRAVE


def candidates(turn: Turn, condition: Condition) -> list[tuple[str, Reason]]:
    """The incidents that the condition may belong to, the best first, each with why."""
    situation, here = turn.situation, place_of(condition)
    found: list[tuple[int, float, str, Reason]] = []
    best: dict[str, int] = {}
    moment = _moment(turn, condition)
    host = host_stem(condition.resource)
    if host is not None and host not in situation.by_service:
        host = None
    for there in (here,) if host is None or host == here else (here, host):
        for number in situation.by_service.get(there, ()):
            quiet = None if number in best else _quiet(turn, situation.members[number], there, moment)
            if quiet is not None and quiet <= turn.policy.join_window and _open(turn, number):
                found.append((0, quiet, number, Reason("same service", {"service": there, "quiet_s": round(quiet)})))
                best[number] = 0
    if len(found) == 1:
        # It has its place. What lies near was looked at when that place was new to the incident.
        return [(number, reason) for _, _, number, reason in found]
    for rank, (other, relation) in enumerate(situation.services.related(here), 1):
        for number in situation.by_service.get(other, ()):
            lag = _lag(situation.members[number], other, moment)
            if (
                number not in best
                and lag is not None
                and lag <= SPREAD[relation]
                and _open(turn, number)
                and not _of_another_kind(turn, number, condition)
            ):
                evidence = {"service": here, "other": other, "relation": relation, "lag_s": round(lag)}
                found.append((rank, lag, number, Reason("related service", evidence)))
                best[number] = rank
    found.sort(key=lambda candidate: (candidate[0] > 0, candidate[1], candidate[0], int(candidate[2].split("-")[1])))
    if len(found) > 1:
        return [(number, reason) for rank, _, number, reason in found if rank == found[0][0] or _bridges(reason)]
    return [(number, reason) for _, _, number, reason in found]


def _quiet(turn: Turn, members: Members, here: str, moment: datetime) -> float | None:
    """Seconds since the trouble last showed on this service: a condition began, or one that fires was heard of.

    Mails do not count: people go on writing when it is long over. An incident that only people reported counts as
    they do.
    """
    if not members.places:
        return (turn.at - members.last_at).total_seconds()
    began = members.places.get(here)
    if began is None:
        return None
    since = abs((moment - began).total_seconds())
    if since <= turn.policy.join_window or since > _SPREADS_FOR or len(members.firing) > _MANY:
        return since
    return min([since, *_heard_here(turn, members, here)])


def _heard_here(turn: Turn, members: Members, here: str) -> Iterable[float]:
    """Seconds since each condition that fires on this service was heard of."""
    situation = turn.situation
    for fingerprint in members.firing:
        condition = situation.conditions[fingerprint]
        if place_of(condition) == here:
            heard = max(condition.last_at, situation.heard.get(fingerprint, condition.last_at))
            yield (turn.at - heard).total_seconds()


def _of_another_kind(turn: Turn, number: str, condition: Condition) -> bool:
    """Whether an incident that has gone on for a while shows otherwise in this tool: what spreads does so soon, and
    what comes later in other words is another trouble."""
    record, members = turn.record(number), turn.situation.members[number]
    if (
        record is None
        or (turn.at - record.opened_at).total_seconds() <= _SPREADS_LATE
        or len(members.conditions) > _MANY
    ):
        return False
    conditions = turn.situation.conditions
    said = kinds_of(condition)
    known = {kind for name in members.conditions for kind in kinds_of(conditions[name])}
    return bool(said) and bool(known) and said.isdisjoint(known)


def _bridges(reason: Reason) -> bool:
    return reason.rule == "same service" or reason.evidence.get("relation") in _BRIDGES


def _lag(members: Members, service: str, moment: datetime) -> float | None:
    began = members.places.get(service)
    return None if began is None else abs((moment - began).total_seconds())


def _moment(turn: Turn, condition: Condition) -> datetime:
    """When the condition began; for a notice that came late that is what the tool says, otherwise when we heard."""
    if condition.status == "firing" and turn.at - condition.changed_at > LATE_NOTICE:
        return condition.changed_at
    return turn.at


def _open(turn: Turn, number: str) -> bool:
    record = turn.record(number)
    return record is not None and record.status in OPEN_STATUSES


def returns(turn: Turn, condition: Condition, before: Condition) -> bool:
    """A condition that comes back while its incident is open, or soon after it was resolved, is the same trouble."""
    number = turn.situation.survivor(condition.record or "")
    record = turn.record(number)
    if record is None:
        return False
    flapping = flaps(condition.history, turn.at, condition.flapping)
    back = replace(condition, record=number, flapping=flapping)
    if record.status in OPEN_STATUSES:
        if turn.at - before.last_at > timedelta(seconds=turn.policy.join_window):
            return False
        reason = Reason("back while its incident is open")
        turn.condition(back, "again", reason)
        announcing.look_soon(turn, number, back=True)
        if flapping != condition.flapping:
            restless.turned(turn, record, back)
        return True
    if record.status != "resolved" or record.resolved_at is None:
        return False
    away = (turn.at - record.resolved_at).total_seconds()
    if away > turn.policy.rejoin_window and (away > WINDOW or not _comes_again(turn, record, condition)):
        return False
    reason = Reason("back soon after its incident was resolved", {"seconds": round(away)})
    turn.condition(back, "again", reason)
    resolving.reopen(turn, record, reason)
    if flapping:
        resolving.await_calm(turn, back)
    return True


def _comes_again(turn: Turn, record: Record, condition: Condition) -> bool:
    """Whether its incident was one thing that came and went, and nothing that is open now has taken its place."""
    till_then = record.resolved_at or turn.at
    return resolving.comes_and_goes(turn, record.number, till_then) and not candidates(turn, condition)


def _companions(turn: Turn, condition: Condition) -> list[Condition]:
    """Waiting conditions of the same trouble: on the same service or one next to it, not long ago."""
    situation, here = turn.situation, place_of(condition)
    if not situation.waiting:
        return []
    found: list[Condition] = []
    for other, limit in _near(turn, here):
        for fingerprint in situation.waiting.get(other, ()):
            companion = situation.conditions[fingerprint]
            if fingerprint != condition.fingerprint and turn.at - companion.first_at <= limit:
                found.append(companion)
    return sorted(found, key=lambda companion: (companion.first_at, companion.fingerprint))


def _near(turn: Turn, here: str) -> Iterable[tuple[str, timedelta]]:
    yield here, timedelta(seconds=SPREAD["dependency"])
    for other, relation in turn.situation.services.related(here):
        if relation in _BRIDGES:
            yield other, timedelta(seconds=SPREAD[relation])


def open_with(
    turn: Turn,
    condition: Condition,
    companions: list[Condition],
    classification: Classification | None,
    because: Reason | None = None,
) -> str:
    """Open an incident for a condition and those that waited beside it; the number."""
    evidence: dict[str, Any] = {
        "resource": condition.resource,
        "service": condition.service,
        "severity": condition.severity,
    }
    if companions:
        evidence["beside"] = len(companions)
    reason = because or Reason("several alerts at once" if companions else "lasting alert", evidence)
    members = [*companions, condition]
    storm = storms.taken_in(turn, members, classification)
    if storm is not None:
        return storm
    # The trouble is named after the first symptom: what came first along the dependencies is nearest to the cause.
    number = opening.from_alerts(turn, members[0], members, reason, classification)
    for member in members:
        turn.condition(replace(member, record=number), "firing" if member is condition else "joined", reason)
    return number


def adopt_waiting(turn: Turn, number: str, service: str) -> None:
    """An incident opened for another reason (people wrote): the conditions that wait on its service join it."""
    reason = Reason("people report the same service", {"service": service})
    for other, _ in _near(turn, service):
        for fingerprint in sorted(turn.situation.waiting.get(other, ())):
            condition = turn.situation.conditions[fingerprint]
            if turn.at - condition.first_at <= _WAITED_AT_MOST:
                turn.condition(replace(condition, record=number), "joined", reason)
                _grown(turn, number, condition)


def adopt_late(turn: Turn, condition: Condition, unseen: Reason | None) -> None:
    """The end of this condition overtook its beginning: it joins the incident at hand, or changes nothing.

    `unseen` is the reason where the end is all that we heard so far; it is remembered in any case.
    """
    joins = candidates(turn, condition)
    if joins:
        number, reason = joins[0]
        turn.condition(replace(condition, record=number), "joined late", reason)
    elif unseen is not None:
        turn.condition(condition, "resolved", unseen)
    else:
        turn.alert_ignored(condition.fingerprint, None, Reason("over before it was heard of"))


def _grown(turn: Turn, number: str, condition: Condition) -> None:
    record = turn.record(number)
    if record is None:
        return
    announcing.look_soon(turn, number)
    announcing.raise_to(turn, record, condition)
    announcing.watch(turn, number)
    if record.announced:
        reminding.grown(turn, record)
    elif f"announce:{number}" not in turn.situation.deadlines:
        announcing.gather(turn, number)  # people opened it; now there is an alert of which its owner should hear


def severity_changed(turn: Turn, condition: Condition, classification: Classification | None) -> None:
    """An incident is at least as grave as its gravest alert; a lone waiting alert that turned grave opens one."""
    if condition.record is not None:
        number = turn.situation.survivor(condition.record)
        record = turn.record(number)
        if record is not None and record.status in OPEN_STATUSES:
            announcing.look_soon(turn, number)
            announcing.raise_to(turn, record, condition)
    elif condition.suppressed_by is None and condition.status == "firing" and is_grave(condition):
        open_with(turn, condition, _companions(turn, condition), classification)


def condition_over(turn: Turn, condition: Condition) -> None:
    """One condition is fine again: when the last of its incident is, the incident is watched for the grace time."""
    if condition.record is None:
        turn.clear_deadline("settle", condition.fingerprint, Reason("over before it opened anything"))
        return
    number = turn.situation.survivor(condition.record)
    record = turn.record(number)
    if record is not None and record.status in OPEN_STATUSES:
        resolving.one_over(turn, number, condition)
        parting.one_over(turn, number)


def merge_young(turn: Turn, number: str, other: str) -> str:
    """Two young incidents are joined by a condition that belongs to both: they were one trouble from the start.

    The older one survives. Returns the number of the one that the condition belongs to.
    """
    one, two = turn.record(number), turn.record(other)
    if one is None or two is None or one.status not in OPEN_STATUSES or two.status not in OPEN_STATUSES:
        return number
    if abs(one.opened_at - two.opened_at) > _MERGE_AGE or _touched(one) or _touched(two):
        return number
    if other in one.apart or number in two.apart:
        return number  # a person said that they are two
    first, second = (one, two) if one.opened_at <= two.opened_at else (two, one)
    resolving.merge(turn, first, second, Reason("one trouble after all", {"into": first.number}), None)
    return first.number


def _touched(record: Record) -> bool:
    """Whether a person has taken it up: then the machine leaves it as it is."""
    return record.assignee is not None or "person" in record.decided_by.values()
