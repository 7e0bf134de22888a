"""Threading by the strongest proof: what a reply, a number in a subject or a bounce proves, and what it does not."""

import re
from collections.abc import Iterable
from datetime import timedelta

from correlate import answers
from correlate.identity import known_as
from correlate.keys import numbers_in
from correlate.naming import CALLED
from correlate.records import OPEN_STATUSES, Reason, Record
from correlate.similarity import telling_words
from correlate.turn import Turn
from correlate.words import stem, tokens
from ingest.event import Mail

_REPLY = re.compile(r"\s*(?:re|aw|antw|sv|vs|ref|rv|r|odp|res|fw|fwd|wg|tr|i)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
BY_HABIT = frozenset({"reply in its thread", "the same subject from the same person"})
"""Proofs that fail where people answer any mail at hand to reach somebody."""
_SAME_SUBJECT_FOR = timedelta(hours=2)
_AT_ONCE = timedelta(minutes=10)
_THREAD_GOES_ON_FOR = timedelta(hours=12)
"""How long after an incident was resolved somebody's "me too" to a colleague's mail still is about it."""
_FEW = 4
"""One word in so many may be shared by chance."""
_OWN_MATTER = 2
"""A reply of so many telling words has something of its own to say."""


def replies(mail: Mail) -> bool:
    """Whether the mail answers another one, by its fields or its subject."""
    return bool(mail.in_reply_to or mail.references or _REPLY.match(mail.subject or ""))


def replies_here(turn: Turn, mail: Mail) -> bool:
    """Whether it answers a mail that we know."""
    return record_of_thread(turn, mail) is not None


def record_of_thread(turn: Turn, mail: Mail) -> str | None:
    """The record of the nearest mail of the thread that we know."""
    situation = turn.situation
    for name in (mail.in_reply_to, *reversed(mail.references)):
        number = situation.threads.get(known_as(name)) if name else None
        if number is not None:
            return situation.survivor(number)
    return None


def record_of_bounce(turn: Turn, mail: Mail) -> str | None:
    """The record whose mail came back."""
    if mail.bounce is None or mail.bounce.message_id is None:
        return None
    number = turn.situation.threads.get(known_as(mail.bounce.message_id))
    return None if number is None else turn.situation.survivor(number)


def proven(turn: Turn, mail: Mail, own_words: str) -> tuple[str, Reason] | None:
    """The record that the mail belongs to by proof, with which proof; None where it has to be found by its content."""
    sender = mail.sender.address if mail.sender is not None else ""
    number = record_of_thread(turn, mail)
    record = turn.record(number) if number is not None else None
    if record is not None and _continues(turn, own_words, record, sender):
        return record.number, Reason("reply in its thread", {"record": record.number})
    number = turn.situation.threads.get(mail.answers) if mail.answers else None
    record = turn.record(turn.situation.survivor(number)) if number is not None else None
    if record is not None and is_alive(turn, record) and not _about_something_else(turn, own_words, record):
        return record.number, Reason("its key", {"record": record.number})
    for found in sorted(numbers_in(mail.subject)):
        record = turn.record(turn.situation.survivor(found))
        if record is not None and turn.participant(record.number, sender) is not None and is_alive(turn, record):
            return record.number, Reason("number in the subject, from a participant", {"record": record.number})
    return _same_subject(turn, mail, sender, own_words)


def _same_subject(turn: Turn, mail: Mail, sender: str, own_words: str) -> tuple[str, Reason] | None:
    """The same person writes the same subject again shortly after: one matter, perhaps through another recipient."""
    if not mail.subject or len(tokens(mail.subject)) < 2:
        return None
    for number in reversed(turn.situation.people.get(sender, {})):
        person = turn.situation.participants[number][sender]
        record = turn.record(number)
        if record is None or record.status not in OPEN_STATUSES or person.last_subject != mail.subject:
            continue
        if _about_something_else(turn, own_words, record):
            continue
        # Where many write of one thing, many subjects are alike: then only what comes at once is the same again.
        limit = _SAME_SUBJECT_FOR if len(turn.participants(number)) <= 1 else _AT_ONCE
        if turn.at - person.joined_at <= limit and turn.at - turn.situation.members[number].last_at <= limit:
            return number, Reason("the same subject from the same person", {"subject": mail.subject})
    return None


def is_alive(turn: Turn, record: Record) -> bool:
    """Whether the record is open, or was until so lately that a mail opens it again."""
    if record.status in OPEN_STATUSES:
        return True
    since = record.resolved_at or record.opened_at
    return (turn.at - since).total_seconds() <= turn.policy.reopen_for


def _continues(turn: Turn, own_words: str, record: Record, sender: str) -> bool:
    """Whether a reply goes on with its thread's matter; an old thread is often answered about something else."""
    participant = turn.participant(record.number, sender) is not None
    if not participant and not answers.insider(turn, sender):
        return False
    if _about_something_else(turn, own_words, record):
        return False
    if record.status in OPEN_STATUSES:
        quiet = turn.at - turn.situation.members[record.number].last_at
        return participant or quiet <= _THREAD_GOES_ON_FOR
    if participant:
        return is_alive(turn, record)
    since = record.resolved_at or record.opened_at
    return turn.at - since <= _THREAD_GOES_ON_FOR


def in_other_words(own_words: str, record: Record) -> bool:
    """Whether a text has something to say, and no word of what was written to the record before."""
    words = telling_words(own_words)
    return len(words) >= _OWN_MATTER and record.topic.keys().isdisjoint(words)


def mostly_in_other_words(own_words: str, record: Record, named: Iterable[str]) -> bool:
    """The same, but for a few words, and for the names of the services of which the text speaks: people often have to
    do with the same one."""
    names = {stem(word) for service in named for word in tokens(service)}
    words = [word for word in telling_words(own_words) if word not in names]
    shared = sum(word in record.topic for word in words)
    return len(words) >= _OWN_MATTER and _FEW * shared <= len(words)


def _about_something_else(turn: Turn, own_words: str, record: Record) -> bool:
    """The new text names services, and none of them has to do with the record."""
    named = turn.situation.services.names.in_text(own_words)
    plain = [service for service, strength in named.items() if strength >= CALLED]
    if not plain:
        return False
    places = {*turn.situation.members[record.number].places, *((record.service,) if record.service else ())}
    if not places:
        # A record of no known service: somebody's own matter. Naming a service in other words is another one.
        return bool(record.topic) and in_other_words(own_words, record)
    services = turn.situation.services
    return not any(
        services.relation(service, place) not in (None, "sibling") for service in plain for place in sorted(places)
    )
