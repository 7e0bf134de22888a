"""What people here call a service, learned: a word that they write again and again while that service is in trouble.

Nobody tells a desk that the planning tool is "Phoenix" on the floor. But who writes "Phoenix" does so while that tool,
or what it needs, has an incident of its own, and hardly at other times. Evidence is a bet as everywhere
(`correlate.statistics`), against how often mails in general come at such times; what all words together may claim by
chance is bounded (Bonferroni over words and services, at the promised rate).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import log
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from correlate.candidates import LOOK_BACK
from correlate.effects import PolicyChanged
from correlate.policy import Calling, Policy
from correlate.records import Past, Reason, Record
from correlate.services import ServiceMap
from correlate.statistics import more_often_than
from correlate.words import name_tokens, stem
from ingest.event import Command

if TYPE_CHECKING:
    from correlate.turn import Turn

MOST_WORDS = 12
"""Of an incident so many words are kept: what most of its mails have in common."""
MOST_LEARNED = 200
FEWEST = 3
_SHARE = 0.6
"""A word that is written at other times, too, means something else as well."""
_LATE = timedelta(hours=2)
"""People write so long after a trouble is over."""
_EARLY = timedelta(minutes=10)
"""People write so long before monitoring sees it."""
_ONE_OCCASION = timedelta(hours=3)
_AT_MOST = timedelta(days=1)
_ACTIONS: Mapping[str, Literal["confirmed", "declined"]] = {
    "calling-confirm": "confirmed",
    "calling-decline": "declined",
}


class _Occasion(Struct):
    """An incident of which people wrote: the services in trouble then, and those with all that suffers with them."""

    at: datetime
    words: tuple[str, ...]
    direct: set[str]
    within: set[str]


def kept_words(record: Record) -> tuple[str, ...]:
    """The words of an incident's mails by which it may be called: those that most of them have, without symptoms."""
    topic = record.topic
    words = [word for word in topic if word[0] != "~"]
    return tuple(sorted(words, key=lambda word: -topic[word])[:MOST_WORDS])


def look(turn: "Turn") -> None:
    """Every night: what people call the services holds as the past tells it by now."""
    policy, situation = turn.policy, turn.situation
    found = learned(situation.past.values(), situation.services, turn.at, policy.false_discovery_rate)
    callings = renewed(policy, found)
    if [(one.word, one.service) for one in callings] == [(one.word, one.service) for one in policy.callings]:
        return
    new = len({(one.word, one.service) for one in callings} - {(one.word, one.service) for one in policy.callings})
    _changed(turn, callings, Reason("callings learned", {"count": len(callings), "new": new}))


def calling_command(turn: "Turn", command: Command) -> bool:
    """A person says that a word means a service, or that it does not; False where the action is no such one."""
    status = _ACTIONS.get(command.action)
    if status is None:
        return False
    word, service = command.subject or "", command.arguments.get("service")
    if not any((one.word, one.service) == (word, service) for one in turn.policy.callings):
        turn.refuse(command, Reason("no such calling", {"word": word[:80], "service": str(service)[:80]}))
        return True
    callings = tuple(
        replace(one, status=status, by=command.actor) if (one.word, one.service) == (word, service) else one
        for one in turn.policy.callings
    )
    _changed(turn, callings, Reason("calling judged", {"word": word, "service": str(service), "done": status}))
    return True


def _changed(turn: "Turn", callings: tuple[Calling, ...], reason: Reason) -> None:
    policy = replace(turn.policy, callings=callings)
    turn.effects.append(PolicyChanged(cause=turn.cause, at=turn.at, reason=reason, policy=policy))


def learned(past: Iterable[Past], services: ServiceMap, at: datetime, rate: float) -> list[Calling]:
    """What stands out of the time that the desk looks back on, the strongest evidence first.

    `rate` is the chance at which one wrong name among all is put up with.
    """
    recent = sorted((p for p in past if at - LOOK_BACK < p.opened_at <= at), key=lambda p: (p.opened_at, p.number))
    occasions = _occasions(recent, services, at)
    written: dict[str, list[_Occasion]] = {}
    for occasion in occasions:
        for word in occasion.words:
            before = written.setdefault(word, [])
            if not before or occasion.at - before[-1].at > _ONE_OCCASION:
                before.append(occasion)
    tried = {word: found for word, found in written.items() if len(found) >= FEWEST}
    needed = log(max(len(tried), 1) * max(len(services.by_name), 1) / rate)
    known = {stem(part) for name in services.by_name for part in name_tokens(name)}
    usual = Counter(service for occasion in occasions for service in occasion.within)
    found = [
        calling
        for word, here in sorted(tried.items())
        if word not in known
        and (calling := _meant(word, here, usual, len(occasions))) is not None
        and calling.evidence >= needed
    ]
    return sorted(found, key=lambda calling: (-calling.evidence, calling.word))[:MOST_LEARNED]


def renewed(policy: Policy, found: Iterable[Calling]) -> tuple[Calling, ...]:
    """What a policy holds after a night: what people judged stays, the rest is as it was found."""
    judged = {(one.word, one.service): one for one in policy.callings if one.status != "learned"}
    words = {word for (word, _), one in judged.items() if one.status == "confirmed"}
    fresh = [one for one in found if (one.word, one.service) not in judged and one.word not in words]
    return (*judged.values(), *fresh)


def _occasions(recent: list[Past], services: ServiceMap, at: datetime) -> list[_Occasion]:
    """Of what people wrote, in order, with what was in trouble then by what monitoring told."""
    troubles = sorted(
        (
            (p.opened_at - _EARLY, min(p.resolved_at or at, p.opened_at + _AT_MOST) + _LATE, p)
            for p in recent
            if _told(p)
        ),
        key=lambda trouble: trouble[:2],
    )
    found: list[_Occasion] = []
    upcoming, going_on = 0, list[tuple[datetime, Past]]()
    for past in recent:
        if not past.words or not past.people or past.merged_into is not None:
            continue
        while upcoming < len(troubles) and troubles[upcoming][0] <= past.opened_at:
            going_on.append(troubles[upcoming][1:])
            upcoming += 1
        going_on = [trouble for trouble in going_on if trouble[0] >= past.opened_at]
        direct = {place for _, other in going_on for place in _places(other)}
        within = direct.union(*(services.carries(place) for place in direct))
        found.append(_Occasion(at=past.opened_at, words=past.words, direct=direct, within=within))
    return found


def _told(past: Past) -> bool:
    return past.origin == "alert" and past.merged_into is None


def _places(past: Past) -> set[str]:
    return {*past.services, *((past.service,) if past.service else ())}


def _meant(word: str, here: list[_Occasion], usual: Counter[str], occasions: int) -> Calling | None:
    """The service that a word stands for best; None where two do it equally well."""
    of = len(here)
    hits = Counter(service for occasion in here for service in occasion.within)
    direct = Counter(service for occasion in here for service in occasion.direct)
    found: list[tuple[float, int, str]] = []
    for service, times in hits.items():
        if times < FEWEST or times < _SHARE * of:
            continue
        chance = min(0.5, (usual[service] - times + 1) / (occasions - of + 2))
        found.append((round(more_often_than(times, of - times, chance), 2), direct[service], service))
    found.sort(reverse=True)
    if not found or (len(found) > 1 and found[0][:2] == found[1][:2]):
        return None
    evidence, _, service = found[0]
    return Calling(
        word=word, service=service, status="learned", times=hits[service], of=of, evidence=evidence, since=here[0].at
    )
