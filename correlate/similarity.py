"""Is this mail about that incident? Evidence from names, dependencies, words, and time, added up and shown.

Each piece of evidence adds to one score; the mail belongs to the best incident if its score is above zero. The
weights are plain numbers in one table, so that they can be explained, and fitted to a desk's own corrected history.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from heapq import nlargest

from msgspec import Struct

from correlate.naming import NAMED
from correlate.records import OPEN_STATUSES, Reason, Record
from correlate.services import Relation
from correlate.situation import REMEMBERED
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
_VAGUE_WITHIN = 5400.0
"""Seconds since the last activity within which a mail that says nothing in particular may be about an incident."""

_OWN_TROUBLE_FOR = timedelta(minutes=30)
"""Troubles of no known service are one trouble only where several people write of it soon after each other."""
_NAMED_LATE = 0.35
_SIBLING_FOR = timedelta(minutes=15)

_SAYS_NOTHING = frozenset(
    stem(word)
    for word in (
        # greetings and courtesy
        "hello hi dear good morning afternoon evening team service desk regards best kind cheers thanks thank you please "
        "advance colleague colleagues hallo guten tag morgen moin liebe kollegen gruss grusse viele freundlichen mit danke "
        "bitte dringend prufen bonjour tous cordialement merci bien vous hola buenos dias buenas saludos gracias saludo "
        "sent phone iphone android mobile "
        # small words
        "the a an and or but if not no nor is are was were be been am i we my our your me us it its this that these those "
        "there here in on at to of for from by with as so do does did done can could cannot cant will would shall should "
        "have has had when what which who why how where any some all more most much many very too also just only again "
        "since after before while during up down out off over about into than then now still yet ever never every each "
        "der die das ein eine einen einem einer und oder aber nicht kein keine ist sind war waren bin ich wir mein unser "
        "es zu im in am an auf fur von bei aus nach seit um so wie was wer wann wo noch nur auch mehr alle alles wieder "
        "haben hat hatte kann konnen konnte wird werden sich mich uns man dass wenn "
        "le la les un une des du de et ou mais ne pas est sont etait suis je nous mon ma mes notre nos il elle ce cette "
        "ces dans sur a au aux pour par avec que qui quoi quand comment plus tout tous toute depuis encore aussi bien "
        "el los las uno una unos y o pero no es son era soy yo nosotros mi mis nuestro nuestra en al del para por con que "
        "quien cuando como mas todo todos desde otra vez tambien ya se lo su sus "
        # what every report says
        "problem problems problema probleme issue issues trouble help hilfe ayuda aide urgent urgente urgence it pc "
        "computer rechner ordinateur ordenador equipo laptop work works working arbeit arbeiten travailler trabajar "
        "funciona funktioniert fonctionne geht nothing nichts rien nada anything something etwas error errors fehler "
        "erreur message meldung today heute hoy aujourd hui yesterday earlier morning noon deadline office building "
        "floor annex people person affected same minutes minute minuten hours hour stunden heures horas time times "
        "restarted restart already neustart geholfen redemarre reiniciado look check tell back know find write mail "
        "aqui podeis mirarlo mirar cuando hoy ici chez regarder merci notre quand hier bei uns genau gleiche gleich mismo "
        "misma pareil exactly identical likewise idem too also me too plus equipe dans service pres puede alguien "
        "somebody anybody someone anyone "
        "acting strange wrong broken kaputt casse roto available reachable going everything moment two three"
    ).split()
)


_COURTESY = Lexicon(word for word in _SAYS_NOTHING if len(word) >= 5)
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


def telling_words(text: str | None) -> list[str]:
    """The words of a text that say what it is about: folded, stemmed, each once, without courtesy and numbers."""
    found: dict[str, None] = {}
    for word in tokens(text):
        if len(word) > 2 and not word.isdigit():
            stemmed = stem(word)
            if stemmed not in _SAYS_NOTHING and _COURTESY.find(stemmed) is None:
                found[stemmed] = None
    return list(found)


def best_incident(turn: Turn, named: Mapping[str, float], words: list[str], doubt: float = 0.0) -> Evidence | None:
    """The incident that a mail is most likely about, open or resolved not long ago; None where none is likely.

    `doubt` (zero or less) is added to every score: how much the mail looks like a request rather than a trouble.
    """
    best: Evidence | None = None
    for number in sorted(_candidates(turn, named, words), key=_serial):
        evidence = _weigh(turn, number, named, words, doubt)
        if evidence is not None and (best is None or evidence.score > best.score):
            best = evidence
    return best if best is not None and best.score > 0 else None


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
    if record is None or record.kind != "incident" or record.status in ("closed", "merged"):
        return None
    if record.resolved_at is not None and turn.at - record.resolved_at > REMEMBERED:
        return None
    members = situation.members[number]
    quiet = turn.at - members.last_at
    if quiet > timedelta(seconds=turn.policy.mail_window):
        return None
    # Where most alerts are over, it is probably over, whatever the rest says.
    fading = 2 if members.conditions and 2 * len(members.firing) <= len(members.conditions) else 1
    pieces = {"start": WEIGHTS["start"] + doubt, "hour": fading * WEIGHTS["hour"] * quiet.total_seconds() / 3600}
    if record.status not in OPEN_STATUSES:
        pieces["resolved"] = WEIGHTS["resolved"]
        since = turn.at - (record.resolved_at or turn.at)
        pieces["hour since resolved"] = WEIGHTS["hour since resolved"] * since.total_seconds() / 3600
    if not members.places and record.service is None and quiet > _OWN_TROUBLE_FOR:
        return None
    places = {*members.places, *((record.service,) if record.service else ())}
    said = False
    if named:
        said = _by_service(turn, pieces, named, places, quiet, members.places)
    people = len(situation.participants.get(number, ()))
    shared = sum(min(1.0, 2 * record.topic[word] / max(people, 1)) for word in words if word in record.topic)
    if shared:
        pieces["words"] = WEIGHTS["words"] * shared / max(3, len(words))
        said = True
    if not named and len(words) <= 1 and not shared:
        if quiet.total_seconds() > _VAGUE_WITHIN or not (people or members.firing):
            return None
        age = (turn.at - record.opened_at).total_seconds() / 3600
        pieces["vague"] = WEIGHTS["vague"]
        pieces["hour since it began there"] = 2 * WEIGHTS["hour since it began there"] * age
        said = True
    elif said:
        pieces["people"] = WEIGHTS["people"] * min(people, _PEOPLE_COUNTED)
    if not said:
        return None
    if "service" in pieces:
        # People find time to write hours later; whoever names the very service in trouble means it all the same.
        for name in ("hour", "hour since resolved", "hour since it began there"):
            pieces[name] = pieces.get(name, 0.0) * _NAMED_LATE
    return Evidence(number, sum(pieces.values()), pieces)


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
