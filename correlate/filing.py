"""Putting a mail into a record, old or new, and what that changes there."""

import re
from collections.abc import Mapping

from msgspec.structs import replace

from classify.classification import Classification, Verdict
from correlate import (
    answers,
    assumed,
    authenticity,
    changes,
    gist,
    grouping,
    history,
    known_errors,
    oneness,
    priorities,
    resolving,
    rules,
    subjects,
    understanding,
)
from correlate.effects import MailFiled
from correlate.history import MAX_TOPIC
from correlate.identity import known_as
from correlate.keys import numbers_in
from correlate.leaning import leans
from correlate.naming import CALLED, plainly_named
from correlate.opening import MAX_TITLE
from correlate.records import (
    OPEN_STATUSES,
    Participant,
    Reason,
    Record,
    RecordKind,
    RecordType,
)
from correlate.templates import template_of
from correlate.turn import Turn
from correlate.wishes import asks_only, wishes
from correlate.words import tokens
from ingest.event import Mail

__all__ = [
    "MAX_TOPIC",
    "after_reply",
    "closed_record",
    "file",
    "is_history",
    "only_thanks",
    "only_wishes",
    "open_for",
    "participant",
    "people_changed",
    "ruled",
    "seen",
]

_NEW = Reason("new matter")
_OUTSIDE = Reason("from outside the organisation")
_REPLIED = Reason("reply to a resolved record")
_RESUMED = Reason("the awaited answer came")
_THANKS = re.compile(
    r"(?:thank|thanks|thx|danke|merci|gracias|grazie|obrigado|works again|geht wieder|ok\b|perfect|great|super|top\b)",
    re.IGNORECASE,
)
_ASKED = ("service request", "change request")
_CRY = 1
"""With so few telling words a mail says nothing in particular."""
_OUTWEIGHED = 0.93
"""Below such a confidence that it is a request, words of malfunction make a trouble of a mail."""
_SHORT_THANKS = 14
"""A reply of at most so many words that thanks is courtesy and reopens nothing."""


def file(turn: Turn, mail: Mail, number: str, reason: Reason, *, internal: bool = False) -> None:
    """The mail becomes part of the record."""
    turn.effects.append(
        MailFiled(
            cause=turn.cause,
            at=turn.at,
            reason=reason,
            record=number,
            message_id=mail.message_id,
            sender=mail.sender.address if mail.sender is not None else None,
            subject=mail.subject,
            text=mail.new_text or mail.text or "",
            quoted=mail.quoted_text,
            internal=internal,
            automatic=mail.automatic,
            verified=turn.forwarder is None and authenticity.verified(mail),
            proof=authenticity.proof_of(mail) if mail.automatic is None and turn.forwarder is None else None,
            forwarder=turn.forwarder,
            bounced=known_as(mail.bounce.message_id) if mail.bounce is not None and mail.bounce.message_id else None,
        )
    )


def participant(turn: Turn, mail: Mail, number: str, role: str) -> Participant:
    """The writer as somebody new in the record."""
    sender = mail.sender
    address = sender.address if sender is not None else ""
    return Participant(
        record=number,
        address=address,
        name=sender.name if sender is not None else None,
        role="requester" if role == "requester" else "reporter",
        insider=answers.insider(turn, address),
        joined_at=turn.at,
        language=turn.language or _last_language(turn, address),
        last_message_id=mail.message_id if turn.forwarder is None else None,
        last_references=subjects.shortened(mail.references),
        last_subject=mail.subject,
    )


def _last_language(turn: Turn, address: str) -> str | None:
    """The language in which this person last wrote, where their mail does not tell its own."""
    for number in reversed(turn.situation.people.get(address, {})):
        person = turn.participant(number, address)
        if person is not None and person.language is not None:
            return person.language
    return None


def seen(turn: Turn, mail: Mail, person: Participant) -> Participant:
    """A participant who wrote again: answers are threaded to this mail now, and in its language."""
    return replace(
        person,
        language=turn.language or person.language,
        last_message_id=(mail.message_id if turn.forwarder is None else None) or person.last_message_id,
        last_references=subjects.shortened(mail.references) if mail.message_id else person.last_references,
        last_subject=mail.subject or person.last_subject,
        undeliverable=None,
    )


def open_for(
    turn: Turn,
    mail: Mail,
    classification: Classification | None,
    named: Mapping[str, float],
    words: list[str],
    *,
    trouble: bool = False,
) -> None:
    """A record of its own for a mail, its acknowledgement, and the alerts that waited for it.

    `trouble`: it says nothing in particular while several troubles are going on, so where the model is undecided it is
    taken for one.
    """
    insider = answers.insider(turn, mail.sender.address if mail.sender is not None else "")
    kind, kind_of = _kind(mail, classification, insider)
    undecided = classification is None or not leans(classification.type)
    decided = classification is not None and classification.type.decided
    asked = (
        None
        if decided or kind_of in _ASKED
        else _asked(mail, words, particular=not trouble and not _says_little(named, words))
    )
    if asked is not None:
        kind, kind_of = "request", asked
    elif insider and (
        (undecided and (trouble or _sounds_wrong(named, words))) or _is_outweighed(classification, words)
    ):
        kind, kind_of = "incident", "incident"
    ruling = turn.ruling
    if ruling is not None and ruling.type is not None:
        kind, kind_of = "incident" if ruling.type == "incident" else "request", ruling.type
    reason = _OUTSIDE if kind == "request" and not insider and kind_of == "question" else _NEW
    number = turn.next_number("INC" if kind == "incident" else "REQ")
    service = plainly_named(named) if named and max(named.values()) >= CALLED else None
    record = _record(turn, mail, classification, number, kind, kind_of, service, words, reason)
    if ruling is not None:
        record = rules.applied(ruling, record, new=True)
    blamed = changes.before(turn.situation, service, turn.at) if kind == "incident" else None
    if blamed is not None:
        record = replace(record, change=blamed.change.id, reasons=(*record.reasons, changes.reason_of(blamed)))
    turn.opened(record, reason)
    record = known_errors.link(turn, record)
    file(turn, mail, number, reason)
    person = participant(turn, mail, number, "requester")
    person = answers.acknowledge(turn, record, person, answerable=mail.answerable, known=False)
    turn.person(person, reason)
    history.remember(turn, record, reason)
    if kind == "incident":
        oneness.consider_soon(turn, number)
        if service is not None:
            grouping.adopt_waiting(turn, number, service)


def closed_record(turn: Turn, mail: Mail, classification: Classification | None, reason: Reason) -> Record:
    """The record of an old matter that was over long ago; it is found by its thread and by searching, not by words."""
    insider = answers.insider(turn, mail.sender.address if mail.sender is not None else "")
    kind, kind_of = _kind(mail, classification, insider)
    number = turn.next_number("INC" if kind == "incident" else "REQ")
    record = _record(turn, mail, classification, number, kind, kind_of, None, [], reason)
    if turn.ruling is not None:
        record = rules.applied(turn.ruling, record, new=True)
    return replace(record, status="closed", resolved_at=turn.at, closed_at=turn.at, announced=True, held=False)


def is_history(record: Record) -> bool:
    """Whether the record was imported."""
    return any(reason.rule == "imported history" for reason in record.reasons)


def ruled(turn: Turn, record: Record) -> Record:
    """What the administrator's rules change in a record that a mail came to; returns the record as it is then."""
    if turn.ruling is None or record.status not in OPEN_STATUSES:
        return record
    changed = rules.applied(turn.ruling, record, new=False)
    if changed is record:
        return record
    if record.decided_by.get("priority") != "person":
        follows = priorities.priority_of(turn.situation, changed.impact, changed.urgency, changed.service)
        changed = replace(changed, priority=min(changed.priority, follows, record.priority))
    change = "priority" if changed.priority != record.priority else "ruled"
    turn.changed(changed, change, turn.ruling.reasons[0])
    return changed


def _kind(mail: Mail, classification: Classification | None, insider: bool) -> tuple[RecordKind, RecordType]:
    value = classification.type.value if classification is not None else None
    if not insider:
        # A stranger's trouble is no incident of the organisation until somebody says so.
        return "request", "question" if value in (None, "incident") else _request_type(value)
    if value is None or value == "incident":
        undecided = classification is None or not leans(classification.type)
        if undecided and asks_only(gist.own_words(mail)):
            return "request", "question"
        return "incident", "incident"
    return "request", _request_type(value)


def tells_of_trouble(turn: Turn, mail: Mail, classification: Classification | None) -> bool:
    """Whether the mail by itself would open an incident."""
    insider = answers.insider(turn, mail.sender.address if mail.sender is not None else "")
    return _kind(mail, classification, insider)[0] == "incident"


def _sounds_wrong(named: Mapping[str, float], words: list[str]) -> bool:
    """Whether a mail of which the model is not sure is a trouble all the same: it speaks of a symptom; or it is a cry
    for help that says nothing of what it is about, for whoever wants something says what."""
    return _speaks_of_symptom(words) or _says_little(named, words)


def _says_little(named: Mapping[str, float], words: list[str]) -> bool:
    return not named and len(words) <= _CRY


def _speaks_of_symptom(words: list[str]) -> bool:
    return any(word[0] == "~" for word in words)


def _is_outweighed(classification: Classification | None, words: list[str]) -> bool:
    """Whether words of malfunction say more than the wording, which looks like a request to a model that was taught
    elsewhere. That somebody writes of a password says nothing: they may want a new one."""
    if classification is None or classification.type.decided or classification.type.confidence >= _OUTWEIGHED:
        return False
    return any(word[0] == "~" and word != "~locked" for word in words)


def _asked(mail: Mail, words: list[str], *, particular: bool) -> RecordType | None:
    """What a mail asks for that speaks of no malfunction: something to be done, or only to know something.

    `particular`: the question is about something of its own; "what is going on?" may be about any trouble.
    """
    if only_wishes(mail, words):
        return "service request"
    asks = particular and not _speaks_of_symptom(words) and asks_only(gist.own_words(mail))
    return "question" if asks else None


def only_wishes(mail: Mail, words: list[str]) -> bool:
    """Whether a mail wishes for something and speaks of no malfunction."""
    return not _speaks_of_symptom(words) and wishes(mail.subject, gist.own_words(mail))


def _request_type(value: str | None) -> RecordType:
    if value == "change request":
        return "change request"
    return "question" if value == "question" else "service request"


def _record(
    turn: Turn,
    mail: Mail,
    classification: Classification | None,
    number: str,
    kind: RecordKind,
    kind_of: RecordType,
    service: str | None,
    words: list[str],
    reason: Reason,
) -> Record:
    impact, urgency, why = assumed.levels_of(classification, f"{mail.subject or ''}\n{gist.own_words(mail)}")
    decided, confidence = understanding.understood(classification)
    if service is None:
        service = _decided(classification.service if classification else None)
        if service is not None and service in turn.situation.services.by_name:
            decided["service"] = "model"
        else:
            service = None
    return Record(
        number=number,
        kind=kind,
        type=kind_of,
        status="new",
        title=(mail.subject or " ".join((mail.new_text or "").split())[:80] or "(no subject)")[:MAX_TITLE],
        opened_at=turn.at,
        origin="mail",
        service=service,
        category=classification.category.value if classification else None,
        impact=impact,
        urgency=urgency,
        priority=priorities.priority_of(turn.situation, impact, urgency, service),
        decided_by=decided,
        confidence=confidence,
        model=classification.model if classification else None,
        requester=mail.sender.address if mail.sender is not None else None,
        team=_decided(classification.assignment_group if classification else None),
        template=template_of(mail.subject),
        related=_related(turn, mail),
        held=turn.held,
        observed=turn.route if turn.held else None,
        opened_by=turn.cause,
        topic=dict.fromkeys(words[:MAX_TOPIC], 1),
        reasons=(reason, *understanding.why_category(classification), *why),
    )


def _decided(verdict: Verdict | None) -> str | None:
    """Nobody is given a matter on a guess: a person chooses where the model only proposes."""
    return verdict.value if verdict is not None and verdict.decided else None


def _related(turn: Turn, mail: Mail) -> tuple[str, ...]:
    """Records that the thread or the subject names without proving that this mail belongs to them."""
    named = [known_as(name) for name in (*mail.references, mail.in_reply_to) if name]
    found = [turn.situation.threads[name] for name in named if name in turn.situation.threads]
    found += [number for number in sorted(numbers_in(mail.subject)) if turn.record(number) is not None]
    return tuple(dict.fromkeys(turn.situation.survivor(number) for number in found))


def people_changed(turn: Turn, record: Record, reason: Reason) -> None:
    """One more person is affected: their number raises the impact."""
    count = sum(1 for person in turn.participants(record.number) if person.role != "copied")
    current = turn.record(record.number) or record
    if current.status in OPEN_STATUSES:
        grown = priorities.raised(turn.situation, current, priorities.impact_of_people(count), "low")
        if grown is not current:
            turn.changed(grown, "priority", Reason("number of people", {"people": count}))
            current = grown
    history.remember(turn, current, reason)


def after_reply(turn: Turn, mail: Mail, record: Record, person: Participant) -> None:
    """A participant wrote again: what waited for them goes on; what was resolved is reopened, thanks apart."""
    if record.status == "waiting":
        resumed = replace(record, status="assigned" if record.assignee else "new")
        turn.changed(resumed, "resumed", _RESUMED)
    elif record.status in ("resolved", "closed") and _disagrees(mail, record, person):
        resolving.reopen(turn, record, _REPLIED, person.address)
        if is_history(record):  # nobody has heard of the desk yet: whoever goes on with the matter does now
            known, back = (
                turn.participant(record.number, person.address) or person,
                turn.record(record.number) or record,
            )
            turn.person(answers.acknowledge(turn, back, known, answerable=mail.answerable, known=False), _REPLIED)


def _disagrees(mail: Mail, record: Record, person: Participant) -> bool:
    return (person.told_resolved or record.kind == "request" or is_history(record)) and not only_thanks(mail)


def only_thanks(mail: Mail) -> bool:
    """Whether the mail is courtesy: a few words of thanks."""
    text = gist.own_words(mail)
    return len(tokens(text)) <= _SHORT_THANKS and _THANKS.search(text) is not None
