"""A mail that was filed on weak evidence is looked at again for some minutes: it moves to the incident that it is
clearly about by then, and what answered it moves along. Nobody is told twice, and what a person decided stays.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta

from msgspec.structs import replace

from correlate import history, oneness, similarity
from correlate.effects import MailFiled
from correlate.history import MAX_TOPIC
from correlate.records import Doubted, Participant, Reason, Record
from correlate.similarity import Evidence
from correlate.turn import Turn
from correlate.words import tokens
from ingest.event import Mail

_LOOKS_AFTER = 360.0
"""Seconds until a doubted mail is looked at, and between one look and the next."""
_DOUBTED_FOR = timedelta(minutes=25)
_KEPT, _LONGEST = 16, 1_000
_SURELY = 1.0
_BETTER = 1.5
"""By so much the other incident must be likelier than the one that the mail is in."""
_MORE = 2
"""So many more of its words must have been written of the other incident."""
_WATCHES = Reason("asks whether mails are about something else")
_DECIDED = Reason("mails stay where they are")
_SAME_PLACE = "service"
"""Evidence that leaves no doubt: the mail names the very service."""
_ON_WHAT_IT_NEEDS = frozenset({"dependency", "far dependency"})


def doubts(pieces: Mapping[str, object]) -> bool:
    """Whether a mail that was filed for these pieces of evidence is worth a second look."""
    return "score" in pieces and _SAME_PLACE not in pieces


def noted(turn: Turn, record: Record, mail: Mail, said: str, *, follows: str | None = None) -> Record:
    """The record with this mail among those that are looked at again. `follows` is the mail that it answers."""
    if mail.message_id is None or mail.sender is None or turn.forwarder is not None:
        return record
    doubted = Doubted(mail.message_id, mail.sender.address, mail.subject, said[:_LONGEST], turn.at, turn.cause, follows)
    if f"review:{record.number}" not in turn.situation.deadlines:
        turn.set_deadline("review", record.number, turn.after(_LOOKS_AFTER), _WATCHES)
    return replace(record, doubted=(*record.doubted, doubted)[-_KEPT:])


def answers_doubted(record: Record, mail: Mail) -> str | None:
    """The doubted mail that this one answers."""
    named = {mail.in_reply_to, *mail.references}
    return next((each.message_id for each in record.doubted if each.message_id in named), None)


def due(turn: Turn, subject: str) -> None:
    """Move what is clearly about another incident; keep looking at what came lately."""
    number = turn.situation.survivor(subject)
    record = turn.record(number)
    if record is None or not record.doubted:
        return
    if not oneness.is_loose(record):
        turn.changed(replace(record, doubted=()), "grown", _DECIDED)
        return
    for each in record.doubted:
        if each.follows is None:
            _look_at(turn, number, each)
    record = turn.record(number) or record
    lately = tuple(each for each in record.doubted if turn.at - each.at < _DOUBTED_FOR)
    if len(lately) < len(record.doubted):
        turn.changed(replace(record, doubted=lately), "grown", _DECIDED)
    if lately:
        turn.set_deadline("review", number, turn.after(_LOOKS_AFTER), _WATCHES)


def _look_at(turn: Turn, number: str, doubted: Doubted) -> None:
    record, person = turn.record(number), _writer(turn, number, doubted)
    if record is None or person is None or not person.insider:
        return
    words = _words(doubted, person)
    found = _better(turn, record, doubted, words)
    other = turn.record(found.number) if found is not None else None
    if found is None or other is None or not oneness.is_loose(other) or number in other.apart:
        return
    pieces = {name: round(value, 2) for name, value in found.pieces.items()}
    evidence = {"from": number, "into": other.number, "score": round(found.score, 2), **pieces}
    reason = Reason("mail about another incident after all", evidence)
    along = [each for each in record.doubted if each.follows == doubted.message_id]
    moved = [doubted, *(each for each in along if _writer(turn, number, each) is not None)]
    for each in moved:
        _move(turn, number, other.number, each, reason)
    away = replace(
        record,
        topic=_without(record.topic, words),
        doubted=tuple(each for each in record.doubted if each not in moved),
    )
    turn.changed(away, "moved away", reason)
    here = turn.record(other.number) or other
    turn.changed(replace(here, topic=history.topic_of(here, words, MAX_TOPIC)), "moved here", reason)
    oneness.consider_soon(turn, other.number)


def _better(turn: Turn, record: Record, doubted: Doubted, words: list[str]) -> Evidence | None:
    """The incident that the mail is much likelier about than the one that it is in, without its own words there."""
    named = turn.situation.services.names.in_text(doubted.said)
    found = similarity.best_incident(turn, named, words, but=record.number)
    if found is None or found is similarity.AMBIGUOUS or found.score < _SURELY or found.number in record.apart:
        return None
    alone = replace(record, topic=_without(record.topic, words))
    here = similarity.evidence_of(turn, alone, named, words)
    if here is not None and (found.score < here.score + _BETTER or _only_told_of(turn, found.number, here)):
        return None
    other = turn.record(found.number)
    if other is None or (
        _SAME_PLACE not in found.pieces and _heard(other.topic, words) < _heard(alone.topic, words) + _MORE
    ):
        return None  # what others wrote to both tells only that the two may be one
    return found


def _only_told_of(turn: Turn, number: str, here: Evidence) -> bool:
    """Whether the other incident is one that people alone tell of, while monitoring sees trouble, here, in what the
    service that is named needs: what they tell there is likelier a part of this."""
    return not turn.situation.members[number].conditions and not _ON_WHAT_IT_NEEDS.isdisjoint(here.pieces)


def _heard(topic: Mapping[str, int], words: Iterable[str]) -> int:
    """How many of the words were written of it before."""
    return sum(word in topic for word in words)


def _words(doubted: Doubted, person: Participant) -> list[str]:
    signed = frozenset(tokens(f"{person.name or ''} {person.address.partition('@')[0]}"))
    return similarity.telling_words(doubted.said, signed=signed) + similarity.marks_in(doubted.said)


def _writer(turn: Turn, number: str, doubted: Doubted) -> Participant | None:
    """Who wrote it, where that is all they have to do with the incident, and they were answered there."""
    person = turn.participant(number, doubted.sender)
    if person is None or person.joined_at != doubted.at or person.last_message_id != doubted.message_id:
        return None
    return person if person.acknowledged and person.role == "reporter" and not person.told_resolved else None


def _without(topic: Mapping[str, int], words: Iterable[str]) -> Mapping[str, int]:
    left = Counter(topic)
    left.subtract(word for word in dict.fromkeys(words) if word in topic)
    return {word: count for word, count in left.items() if count > 0}


def _move(turn: Turn, number: str, other: str, doubted: Doubted, reason: Reason) -> None:
    person = turn.participant(number, doubted.sender)
    if person is None:
        return
    turn.effects.append(
        MailFiled(
            cause=doubted.cause,
            at=turn.at,
            reason=reason,
            record=other,
            moved=True,
            message_id=doubted.message_id,
            sender=doubted.sender,
            subject=doubted.subject,
            text=doubted.said,
        )
    )
    there = turn.participant(other, doubted.sender)
    moved = replace(person, record=other) if there is None else replace(there, acknowledged=True)
    turn.person(moved, reason)
    # They hear of the end of the other one only.
    turn.person(replace(person, acknowledged=False), reason)
