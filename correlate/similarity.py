"""Is this mail about that incident? Evidence from names, dependencies, words, and time, added up and shown.

Each piece of evidence adds to one score; the mail belongs to the best incident if its score is above zero. The
weights are plain numbers in one table, so that they can be explained, and fitted to a desk's own corrected history.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from heapq import nlargest

from msgspec import Struct

from correlate.concepts import concepts_in
from correlate.courtesy import SAYS_NOTHING, WORDS
from correlate.naming import NAMED
from correlate.records import OPEN_STATUSES, Reason, Record
from correlate.services import Relation
from correlate.situation import REMEMBERED
from correlate.symptoms import DEVICES, symptoms_in
from correlate.turn import Turn
from correlate.words import Lexicon, stem, tokens

WEIGHTS: Mapping[str, float] = {
    "start": -2.0,
    "service": 4.5,
    "dependency": 3.6,
    "dependent": 2.2,
    "far dependency": 2.6,
    "far dependent": 1.0,
    "words": 5.0,
    "thing": 2.4,
    "symptom": 1.2,
    "vague": 2.4,
    "sibling": 2.05,
    "people": 0.05,
    "hour": -0.45,
    "resolved": -0.6,
    "hour since resolved": -1.2,
    "hour since it began there": -0.3,
    "other service": -6.0,
}
MAX_CANDIDATES = 60
_PEOPLE_COUNTED = 8
_TELLING = frozenset({"service", "dependency", "dependent", "far dependency", "words", "thing"})
"""Evidence that tells incidents apart; what has none of it may be about any that is going on."""
_VAGUE_MARGIN = 1.0
_VAGUE_WITHIN = timedelta(minutes=90)
"""Time since the last activity within which a mail that says nothing in particular may be about an incident."""

_OWN_TROUBLE_FOR = timedelta(minutes=30)
"""Troubles of no known service are one trouble only where several people write of it soon after each other."""
_NAMED_LATE = 0.35
_SIBLING_FOR = timedelta(minutes=15)

_COURTESY = Lexicon(word for word in WORDS if len(word) >= 5)
"""The same words with a typo in them."""


class Evidence(Struct, frozen=True):
    """Why a mail is held to be about an incident: the score, and each piece that was added."""

    number: str
    score: float
    pieces: Mapping[str, float]

    @property
    def reason(self) -> Reason:
        pieces = {name: round(value, 2) for name, value in self.pieces.items() if name != "start"}
        return Reason("mail about an open incident", {"score": round(self.score, 2), **pieces})


AMBIGUOUS = Evidence("", 0.0, {})
"""The mail may be about what is going on, but nothing tells about which incident: a trouble, but one of its own."""


def telling_words(text: str | None, signed: frozenset[str] = frozenset()) -> list[str]:
    """The words of a text that say what it is about: folded, stemmed, each once, without courtesy and numbers.

    `signed` are the words of the writer's own name.
    """
    found: dict[str, None] = {}
    own = Lexicon(signed)
    for word in tokens(text):
        if len(word) > 2 and not word.isdigit():
            stemmed = stem(word)
            if stemmed in found or stemmed in SAYS_NOTHING or _COURTESY.find(word) is not None:
                continue
            if own.find(word) is None:
                found[stemmed] = None
    return list(found)


def marks_in(text: str | None) -> list[str]:
    """Things and symptoms that a text speaks of, whatever the language: marks beside its words ("=print", "~slow")."""
    words = tokens(text)
    return [f"={concept}" for concept in concepts_in(words)] + [f"~{symptom}" for symptom in symptoms_in(words)]


def best_incident(turn: Turn, named: Mapping[str, float], words: list[str], doubt: float = 0.0) -> Evidence | None:
    """The incident that a mail is most likely about, open or resolved not long ago; None where none is likely, and
    AMBIGUOUS where several are equally likely.

    `doubt` (zero or less) is added to every score: how much the mail looks like a request rather than a trouble.
    """
    best, second, possible = None, 0.0, False
    for number in sorted(_candidates(turn, named, words), key=_serial):
        evidence = _weigh(turn, number, named, words, doubt)
        if evidence is None:
            continue
        if evidence.score <= 0:
            possible |= evidence.score > doubt and "vague" in evidence.pieces
            continue
        if best is None or evidence.score > best.score:
            best, second = evidence, best.score if best is not None else 0.0
        else:
            second = max(second, evidence.score)
    weak = best is not None and not _TELLING.intersection(best.pieces)
    if best is not None and weak and 0 < second > best.score - _VAGUE_MARGIN:
        return AMBIGUOUS  # a wrong word to a person is worse than a record too many
    return AMBIGUOUS if best is None and possible else best


def _serial(number: str) -> int:
    return int(number.rpartition("-")[2])


def _latest(numbers: Iterable[str]) -> list[str]:
    """At most MAX_CANDIDATES of them. By number: an index may have been filled in another order after a restart."""
    return nlargest(MAX_CANDIDATES, numbers, key=_serial)


def _candidates(turn: Turn, named: Mapping[str, float], words: list[str]) -> Iterable[str]:
    situation = turn.situation
    found: dict[str, None] = {}
    for service in named:
        found.update(situation.by_service.get(service, {}))
        for other, _ in situation.services.related(service):
            found.update(situation.by_service.get(other, {}))
    for word in words:
        found.update(dict.fromkeys(_latest(situation.by_word.get(word, ()))))
    if not named:
        found.update(dict.fromkeys(_latest(record.number for record in situation.open_incidents())))
    return found


def _weigh(turn: Turn, number: str, named: Mapping[str, float], words: list[str], doubt: float) -> Evidence | None:
    situation = turn.situation
    record = situation.records.get(number)
    if record is None or not _in_reach(turn, record):
        return None
    members = situation.members[number]
    quiet = turn.at - members.last_at
    people = len(situation.participants.get(number, ()))
    pieces = {"start": WEIGHTS["start"] + doubt, **_of_time(turn, record, quiet)}
    places = {*members.places, *((record.service,) if record.service else ())}
    said = bool(named) and _by_service(turn, pieces, named, places, quiet, members.places)
    # Where a service is named, what it is called besides adds nothing, and its symptom decides nothing.
    shared = _by_words(pieces, record, words, people, marks=not named)
    if said or shared:
        pieces["people"] = WEIGHTS["people"] * min(people, _PEOPLE_COUNTED)
    elif (
        named
        or sum(1 for word in words if word[0] not in "=~") > 1
        or quiet > _VAGUE_WITHIN
        or not (people or members.firing)
    ):
        return None
    else:
        age = (turn.at - record.opened_at).total_seconds() / 3600
        pieces["vague"] = WEIGHTS["vague"]
        pieces["hour since it began there"] = 2 * WEIGHTS["hour since it began there"] * age
    if "service" in pieces:
        # People find time to write hours later; whoever names the very service in trouble means it all the same.
        for name in ("hour", "hour since resolved", "hour since it began there"):
            pieces[name] = pieces.get(name, 0.0) * _NAMED_LATE
    return Evidence(number, sum(pieces.values()), pieces)


def _by_words(pieces: dict[str, float], record: Record, words: list[str], people: int, *, marks: bool) -> bool:
    """Add what words, things and symptoms have in common with what was written about the incident before."""
    plain = [word for word in words if word[0] not in "=~"]
    weights = {"words": 0.0, "thing": 0.0, "symptom": 0.0}
    for word in words:
        count = record.topic.get(word)
        if count is None:
            continue
        share = min(1.0, 2 * count / max(people, 1))
        name = "thing" if word[0] == "=" else "symptom" if word[0] == "~" else "words"
        weights[name] = weights[name] + share if name == "words" else max(weights[name], share)
    if weights["words"]:
        pieces["words"] = WEIGHTS["words"] * weights["words"] / max(3, len(plain))
    if marks and weights["thing"]:
        pieces["thing"] = WEIGHTS["thing"] * weights["thing"]
    if marks and weights["symptom"] and not any(word in DEVICES for word in plain):
        pieces["symptom"] = WEIGHTS["symptom"] * weights["symptom"]
    return any(name in pieces for name in weights)


def _in_reach(turn: Turn, record: Record) -> bool:
    """Whether a mail of now can be about the incident at all."""
    if record.kind != "incident" or record.status in ("closed", "merged"):
        return False
    if record.resolved_at is not None and turn.at - record.resolved_at > REMEMBERED:
        return False
    members = turn.situation.members[record.number]
    quiet = turn.at - members.last_at
    if not members.places and record.service is None:
        return quiet <= _OWN_TROUBLE_FOR
    return quiet <= timedelta(seconds=turn.policy.mail_window)


def _of_time(turn: Turn, record: Record, quiet: timedelta) -> dict[str, float]:
    members = turn.situation.members[record.number]
    # Where most alerts are over, it is probably over, whatever the rest says.
    fading = 2 if members.conditions and 2 * len(members.firing) <= len(members.conditions) else 1
    pieces = {"hour": fading * WEIGHTS["hour"] * quiet.total_seconds() / 3600}
    if record.status not in OPEN_STATUSES:
        since = turn.at - (record.resolved_at or turn.at)
        pieces["resolved"] = WEIGHTS["resolved"]
        pieces["hour since resolved"] = WEIGHTS["hour since resolved"] * since.total_seconds() / 3600
    return pieces


def _by_service(
    turn: Turn,
    pieces: dict[str, float],
    named: Mapping[str, float],
    places: set[str],
    quiet: timedelta,
    began_at: Mapping[str, datetime],
) -> bool:
    """Add what the services that the mail names say about an incident with symptoms at these places."""
    best_name, best, best_place = "", 0.0, ""
    for service, strength in named.items():
        for place in sorted(places):
            relation: Relation | None = turn.situation.services.relation(service, place)
            if relation is None or (relation == "sibling" and (quiet > _SIBLING_FOR or began_at)):
                continue  # alerts tell by themselves where the trouble is; only people's words leave it open
            name = "service" if relation == "same" else relation
            value = WEIGHTS[name] * strength
            if value > best:
                best_name, best, best_place = name, value, place
    if best:
        pieces[best_name] = best
        began = began_at.get(best_place)
        if began is not None:
            hours = (turn.at - began).total_seconds() / 3600
            pieces["hour since it began there"] = WEIGHTS["hour since it began there"] * hours
        return True
    strongest = max(named.values())
    pieces["other service"] = WEIGHTS["other service"] * strongest
    return False


def plainly_named(named: Mapping[str, float]) -> str | None:
    """The one service that is named in full, or the only one that is meant at all."""
    full = [service for service, strength in named.items() if strength >= NAMED]
    if len(full) == 1:
        return full[0]
    if not full and len(named) == 1:
        return next(iter(named))
    return max(named, key=lambda service: (named[service], service)) if named else None


def topic_of(record: Record, words: list[str], limit: int) -> Mapping[str, int]:
    """The record's topic with the words of one more mail; where it is full, what only one mail had makes room."""
    topic = dict(record.topic)
    for word in words:
        topic[word] = topic.get(word, 0) + 1
    if len(topic) > limit:
        kept = sorted(topic, key=lambda word: -topic[word])[: limit * 3 // 4]
        topic = {word: topic[word] for word in topic if word in set(kept)}
    return topic
