"""Is this mail about that incident? Evidence from names, dependencies, words, and time, added up and shown.

Each piece of evidence adds to one score; the mail belongs to the best incident if its score is above zero. The
weights are plain numbers in one table, so that they can be explained, and fitted to a desk's own corrected history.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from heapq import nlargest
from itertools import islice
from math import inf

from msgspec import Struct

from correlate.concepts import concepts_in
from correlate.courtesy import SAYS_NOTHING, WORDS
from correlate.lateness import spoken_by
from correlate.likeness import likeness
from correlate.lore import Lore
from correlate.records import Reason, Record
from correlate.services import Relation
from correlate.situation import REMEMBERED
from correlate.symptoms import DEVICES, symptoms_in
from correlate.turn import Turn
from correlate.weights import MAIL, weighted
from correlate.words import Lexicon, stem, tokens

WEIGHTS: Mapping[str, float] = {
    "start": -2.0,
    "service": 4.5,
    "dependency": 3.6,
    "dependent": 2.2,
    "far dependency": 2.6,
    "far dependent": 1.0,
    "words": 4.5,
    "word": 0.5,
    "thing": 2.4,
    "symptom": 1.2,
    "vague": 2.4,
    "sibling": 2.05,
    "people": 0.05,
    "hour": -0.45,
    "over": -1.0,
    "hour since over": -1.0,
    "later hour": -1.9,
    "said beginning": 1.0,
    "said after the end": -4.0,
    "hour since it began there": -0.3,
    "other service": -6.0,
    "no service known": -1.5,
    "own device": -4.0,
}
MAX_CANDIDATES = 60
_LOOKED_AT = 4 * MAX_CANDIDATES
_NONE: dict[str, None] = {}
_PEOPLE_COUNTED = 8
_NAMING = frozenset({"service", "dependency", "dependent", "far dependency", "thing"})
"""Evidence that tells incidents apart; what has none of it may be about any that is going on."""
_VAGUE_MARGIN = 1.0
_SURE_WORDS = 0.5
_LATE_HOURS = 1.5
"""Hours after the end within which many of those who had no time before find time to write."""
_CLOCKS_DIFFER = timedelta(minutes=12)
_CONDITIONS_LOOKED_AT = 60
_ECHO_OF_THE_END = timedelta(minutes=20)
"""Time since the resolution within which mails that name no service may still be about an incident."""
_VAGUE_WITHIN = timedelta(minutes=90)
"""Time since the last activity within which a mail that says nothing in particular may be about an incident."""

_OWN_TROUBLE_FOR = timedelta(minutes=30)
"""Troubles of no known service are one trouble only where several people write of it soon after each other."""
_ALONE_FOR = timedelta(minutes=60)
"""What one person alone wrote of a service is no trouble of others for longer than this."""
_NAMED_LATE = 0.35
_RELATED_SOONER, _FAR_SOONER = 3.0, 4.5
"""What suffers from another service's trouble does so soon: the later, the less it is that trouble."""
_UNSPOKEN_SOONER = 2.0
"""The same for a service of which nobody has written to it yet."""
_CONFIRMED_BY = 2
"""So many who wrote of a service while what it needs was in trouble make it a part of that trouble."""
_SIBLING_FOR = timedelta(minutes=15)

_SHARED_BY = 3
"""What so many people write of is nobody's own."""
_SAME_WORDS = 4.0
"""So much evidence of words says that two mails are about one thing, though several records may be."""
_MOST_AGAINST = 1.5

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
    own = _names(signed).find
    for word in dict.fromkeys(tokens(text)):
        stemmed = _telling(word)
        if stemmed is not None and stemmed not in found and own(word) is None:
            found[stemmed] = None
    return list(found)


_names = lru_cache(maxsize=1_000)(Lexicon)
"""The same people write again and again."""


@lru_cache(maxsize=20_000)
def _telling(word: str) -> str | None:
    """The stem of a word that may say what a mail is about."""
    if len(word) <= 2 or word.isdigit():
        return None
    stemmed = stem(word)
    return None if stemmed in SAYS_NOTHING or _COURTESY.find(word) is not None else stemmed


def marks_in(text: str | None) -> list[str]:
    """Things and symptoms that a text speaks of, whatever the language: marks beside its words ("=print", "~slow")."""
    words = tokens(text)
    return [f"={concept}" for concept in concepts_in(words)] + [f"~{symptom}" for symptom in symptoms_in(words)]


def best_incident(
    turn: Turn,
    named: Mapping[str, float],
    words: list[str],
    doubt: float = 0.0,
    said: datetime | None = None,
    but: str | None = None,
) -> Evidence | None:
    """The incident that a mail is most likely about, open or resolved not long ago; None where none is likely, and
    AMBIGUOUS where several are equally likely.

    `doubt` (zero or less) is added to every score: how much the mail looks like a request rather than a trouble.
    `said` is the time that the mail itself names; `but` is an incident that is not asked about.
    """
    best: Evidence | None = None
    second, possible = -inf, False
    numbers = sorted((number for number in _candidates(turn, named, words) if number != but), key=_serial)
    weighed = (_weigh(turn, number, named, words, doubt, said) for number in numbers)
    for evidence in _but_over([evidence for evidence in weighed if evidence is not None]):
        possible |= evidence.score > doubt and "vague" in evidence.pieces
        if best is None or evidence.score > best.score:
            best, second = evidence, best.score if best is not None else -inf
        else:
            second = max(second, evidence.score)
    if best is None or best.score <= 0:
        return AMBIGUOUS if possible else None
    if best.pieces.get("words", 0.0) >= _SAME_WORDS:
        return best
    by_words = not _NAMING.intersection(best.pieces) and "vague" not in best.pieces
    if by_words and min(best.pieces.get("words", 0.0), best.score) < _SURE_WORDS:
        return AMBIGUOUS  # a symptom and a time of day are shared by the troubles of many things
    likely = "vague" in best.pieces or second > 0
    if likely and second > best.score - _VAGUE_MARGIN and not _NAMING.intersection(best.pieces):
        return AMBIGUOUS  # a wrong word to a person is worse than a record too many
    return best


def evidence_of(turn: Turn, record: Record, named: Mapping[str, float], words: list[str]) -> Evidence | None:
    """What speaks for a mail being about this record as it is given, whatever the situation holds of it; None where
    nothing does."""
    return _weigh(turn, record.number, named, words, 0.0, None, record)


def _but_over(found: list[Evidence]) -> list[Evidence]:
    """Without those that are over where the service that is named is in trouble now."""
    if not any("service" in each.pieces and "over" not in each.pieces for each in found):
        return found
    return [each for each in found if "service" not in each.pieces or "over" not in each.pieces]


@lru_cache(maxsize=50_000)
def _serial(number: str) -> int:
    return int(number.rpartition("-")[2])


def _latest(numbers: Iterable[str]) -> Collection[str]:
    """At most MAX_CANDIDATES of these, which come latest first; by number, for what was opened again changes places."""
    return nlargest(MAX_CANDIDATES, islice(numbers, _LOOKED_AT), key=_serial)


def _candidates(turn: Turn, named: Mapping[str, float], words: list[str]) -> Iterable[str]:
    situation = turn.situation
    found: dict[str, None] = {}
    for service in named:
        found.update(situation.by_service.get(service, {}))
        for other, _ in situation.services.related(service):
            found.update(situation.by_service.get(other, {}))
    for word in words:
        found.update(dict.fromkeys(_latest(reversed(situation.by_word.get(word, _NONE)))))
    if not named:
        found.update(dict.fromkeys(_latest(n for n in reversed(situation.open_records) if n.startswith("INC-"))))
    return found


def _weigh(
    turn: Turn,
    number: str,
    named: Mapping[str, float],
    words: list[str],
    doubt: float,
    said: datetime | None,
    record: Record | None = None,
) -> Evidence | None:
    situation = turn.situation
    record = record or turn.record(number)
    if record is None or not _in_reach(turn, record):
        return None
    members = situation.members[number]
    quiet = turn.at - members.last_at
    people = len(situation.participants.get(number, ()))
    over = _over_since(turn, record)
    pieces = {"start": WEIGHTS["start"] + doubt, **_of_time(turn, quiet, over)}
    places = {*members.places, *((record.service,) if record.service else ())}
    by_service = bool(named) and _by_service(
        turn, pieces, named, places, quiet, members.places, spoken=spoken_by(record, named)
    )
    # Where a service is named, what it is called besides adds nothing, and its symptom decides nothing.
    by_words = _by_words(pieces, turn.situation.lore, record, words, people, marks=not named, lacks=not by_service)
    if by_words and not by_service and not _alive(turn.at, quiet, over):
        return None
    if by_service or by_words:
        pieces["people"] = WEIGHTS["people"] * min(people, _PEOPLE_COUNTED)
    elif (
        named
        or sum(1 for word in words if word[0] not in "=~") > 1
        or quiet > _VAGUE_WITHIN
        or not (people > 1 or members.firing)
    ):
        return None
    else:
        age = (turn.at - record.opened_at).total_seconds() / 3600
        pieces["vague"] = WEIGHTS["vague"]
        pieces["hour since it began there"] = 2 * WEIGHTS["hour since it began there"] * age
    if "service" in pieces:
        # People find time to write hours later; whoever names the very service in trouble means it all the same.
        for name in ("hour", "hour since it began there"):
            pieces[name] = pieces.get(name, 0.0) * _NAMED_LATE
    if said is not None:
        _by_clock(pieces, said, min([record.opened_at, *members.places.values()]), over)
    pieces = weighted(pieces, MAIL, turn.policy.weights)
    return Evidence(number, sum(pieces.values()), pieces)


def _over_since(turn: Turn, record: Record) -> datetime | None:
    """When the incident was over as far as its alerts tell: all resolved, or half of them and the rest silent."""
    if record.resolved_at is not None:
        return record.resolved_at
    members = turn.situation.members[record.number]
    if not members.conditions or 2 * len(members.firing) > len(members.conditions):
        return None
    if len(members.conditions) > _CONDITIONS_LOOKED_AT:
        return None
    conditions = turn.situation.conditions
    ends = [conditions[name].resolved_at for name in members.conditions if name not in members.firing]
    return max((end for end in ends if end is not None), default=None)


def _by_clock(pieces: dict[str, float], said: datetime, began: datetime, over: datetime | None) -> None:
    """Add what the time that the mail names tells: about when it began, or after it was over."""
    if over is not None and said > over + _CLOCKS_DIFFER:
        pieces["said time"] = WEIGHTS["said after the end"]
        return
    if abs(said - began) <= _CLOCKS_DIFFER:
        pieces["said time"] = WEIGHTS["said beginning"]
        # They write late, and say so: it does not count that they do.
        for name in ("hour", "over", "hour since over", "hour since it began there"):
            pieces.pop(name, None)


def _alive(at: datetime, quiet: timedelta, over: datetime | None) -> bool:
    """Whether words alone can lead to the incident: only while people still write the like of it."""
    return quiet <= _VAGUE_WITHIN and (over is None or at - over <= _ECHO_OF_THE_END)


def _by_words(
    pieces: dict[str, float], lore: Lore, record: Record, words: list[str], people: int, *, marks: bool, lacks: bool
) -> bool:
    """Add what words, things and symptoms have in common with what was written about the incident before."""
    topic = record.topic
    if topic.keys().isdisjoint(words):
        return False
    told = likeness(lore, topic, people, words, lacks=lacks)
    if told is not None:
        pieces["words"] = max(-_MOST_AGAINST, min(WEIGHTS["words"], WEIGHTS["word"] * told))
    if marks:
        for name, sign in (("thing", "="), ("symptom", "~")):
            share = max(
                (min(1.0, 2 * topic.get(word, 0) / max(people, 1)) for word in words if word[0] == sign), default=0.0
            )
            if share:
                pieces[name] = WEIGHTS[name] * share
        if people < _SHARED_BY and any(word in DEVICES for word in words):
            pieces["own device"] = WEIGHTS["own device"]
    return any(name in pieces for name in ("words", "thing", "symptom"))


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
    if not members.places and len(turn.situation.participants.get(record.number, ())) <= 1:
        return quiet <= _ALONE_FOR
    return quiet <= timedelta(seconds=turn.policy.mail_window)


def _of_time(turn: Turn, quiet: timedelta, over: datetime | None) -> dict[str, float]:
    pieces = {"hour": WEIGHTS["hour"] * quiet.total_seconds() / 3600}
    if over is not None:
        hours = max(0.0, (turn.at - over).total_seconds() / 3600)
        pieces["over"] = WEIGHTS["over"] * min(1.0, 4 * hours)
        soon = min(hours, _LATE_HOURS)
        pieces["hour since over"] = WEIGHTS["hour since over"] * soon + WEIGHTS["later hour"] * (hours - soon)
    return pieces


def _by_service(
    turn: Turn,
    pieces: dict[str, float],
    named: Mapping[str, float],
    places: set[str],
    quiet: timedelta,
    began_at: Mapping[str, datetime],
    *,
    spoken: int,
) -> bool:
    """Add what the services that the mail names say about an incident with symptoms at these places. `spoken` is how
    many wrote of one of them before."""
    best_name, best, best_place = "", 0.0, ""
    for service, strength in named.items():
        for place in sorted(places):
            relation: Relation | None = turn.situation.services.relation(service, place)
            if relation is None or (relation == "sibling" and (quiet > _SIBLING_FOR or began_at)):
                continue  # alerts tell by themselves where the trouble is; only people's words leave it open
            name = "service" if relation == "same" else relation
            if name == "far dependency" and spoken >= _CONFIRMED_BY:
                name = "dependency"
            value = WEIGHTS[name] * strength
            if value > best:
                best_name, best, best_place = name, value, place
    if best:
        pieces[best_name] = best
        began = began_at.get(best_place)
        if began is not None:
            hours = (turn.at - began).total_seconds() / 3600
            far = best_name.startswith("far")
            confirmed = best_name == "dependency" and spoken >= _CONFIRMED_BY
            faster = 1.0 if best_name == "service" or confirmed else _FAR_SOONER if far else _RELATED_SOONER
            if best_name != "service" and not spoken:
                faster *= _UNSPOKEN_SOONER
            pieces["hour since it began there"] = faster * WEIGHTS["hour since it began there"] * hours
        return True
    if places and any(place in turn.situation.services.by_name for place in places):
        pieces["other service"] = WEIGHTS["other service"] * max(named.values())
    elif not places:
        pieces["no service known"] = WEIGHTS["no service known"] * max(named.values())
    return False
