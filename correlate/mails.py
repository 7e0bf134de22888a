"""Which record a mail belongs to, by the strongest proof, and what follows from it."""

from datetime import timedelta

from msgspec.structs import replace

from classify.classification import UNKNOWN, Classification
from correlate import (
    agent_mail,
    agents,
    announced,
    answers,
    digest_replies,
    filing,
    forwards,
    gist,
    granted,
    history,
    importing,
    known_errors,
    lost_replies,
    oneness,
    promoting,
    refusing,
    reviewing,
    rules,
    sifting,
    similarity,
    taxonomies,
    threads,
    widespread,
)
from correlate.clock import said_time
from correlate.identity import known_as
from correlate.lateness import may_be_another
from correlate.leaning import leans
from correlate.naming import NAMED
from correlate.records import OPEN_STATUSES, Reason, Record
from correlate.turn import Turn
from correlate.wishes import asks_only
from correlate.words import tokens
from ingest.event import Mail

_TOO_LARGE = Reason("mail too large")
_AGAIN = Reason("the same mail again")
_OWN = Reason("a mail of our own")
_NO_SENDER = Reason("nobody to answer")
_BOUNCED = Reason("a mail of ours came back")
_SURELY_REQUEST = 3.0
_SURELY_ELSEWHERE = 1.0
_ANEW_AFTER, _LONG_AGO = timedelta(minutes=30), timedelta(hours=12)
_ANEW_WORDS = 2
"""A reply of more telling words, none of which was said before, is a matter of its own: soon where it speaks of a thing
or a symptom, and in any case after long."""
_LONGEST_DIAGNOSTIC = 300


def mail_came(turn: Turn, mail: Mail, classification: Classification | None) -> None:
    """A mail of a person or a machine.

    In order: the same mail again, spam and what a rule ignores, machines, a reply in its thread, a number in the
    subject, an incident that it is about, a new record.
    """
    mail = _in_one_spelling(mail)
    again = turn.situation.threads.get(known_as(mail.message_id)) if mail.message_id else None
    if again is not None and _same_writer(turn, mail, turn.situation.survivor(again)):
        turn.input_ignored(_AGAIN, turn.situation.survivor(again))
        return
    classification = taxonomies.present(turn.policy, classification)
    turn.language = (classification.language if classification is not None else None) or mail.language
    if mail.refused is not None:
        _refused(turn, mail)
        return
    wanted = sifting.sifted(turn, mail)
    if wanted is None:
        return
    mail = wanted
    if mail.imported_at is not None:
        importing.history_came(turn, mail, classification)
    elif announced.told_by_mail(turn, mail):
        return
    elif mail.automatic is not None:
        _automatic(turn, mail)
    elif mail.sender is None or not mail.sender.address:
        turn.input_ignored(_NO_SENDER)
    elif not any(takes(turn, mail) for takes in _TAKEN_FIRST):
        passed_on = None if threads.replies_here(turn, mail) else forwards.original(turn, mail)
        _of_person(turn, passed_on or mail, classification)
        if passed_on is not None:
            forwards.passed_on(turn, mail)


_TAKEN_FIRST = (granted.is_granted, digest_replies.decides, agent_mail.is_of_agent)
"""What a mail may be before it is somebody's matter; each says whether it was."""


def _refused(turn: Turn, mail: Mail) -> None:
    """Its sender hears that it was not taken, unless that is a machine."""
    turn.input_ignored(_TOO_LARGE)
    if mail.automatic is None:
        refusing.refuse(turn, mail, "too_large", [])


def _in_one_spelling(mail: Mail) -> Mail:
    """Case tells no two people apart, whatever RFC 5321 (2.4) lets a server do: everybody has one address here."""
    sender = mail.sender
    if sender is None or sender.address == sender.address.lower():
        return mail
    return replace(mail, sender=replace(sender, address=sender.address.lower()))


def _same_writer(turn: Turn, mail: Mail, number: str) -> bool:
    """Programs that give every mail the same Message-ID exist: somebody else's mail under it is another mail."""
    if mail.automatic is not None or mail.sender is None:
        return True
    address = mail.sender.address
    return turn.participant(number, address) is not None or agents.agent_at(turn.policy, address) is not None


def _automatic(turn: Turn, mail: Mail) -> None:
    """Machines are never answered and open nothing; a bounce shows in the record whose mail came back."""
    if mail.automatic == "own":
        turn.input_ignored(_OWN)
        return
    if mail.automatic == "list" and _through_a_list(turn, mail):
        return
    number = threads.record_of_bounce(turn, mail)
    if number is not None and turn.record(number) is not None:
        filing.file(turn, mail, number, _BOUNCED, internal=True)
        _mark_addresses(turn, mail, number)
        return
    turn.input_ignored(Reason("automatic mail", {"kind": mail.automatic}), threads.record_of_thread(turn, mail))


def _through_a_list(turn: Turn, mail: Mail) -> bool:
    """Words of a participant that came through a mailing list belong to the record as any other of theirs. What nobody
    of the record wrote stays what a list sends."""
    number = threads.record_of_thread(turn, mail)
    record = turn.record(number) if number is not None else None
    person = turn.participant(record.number, mail.sender.address) if record is not None and mail.sender else None
    if record is None or person is None or not threads.is_alive(turn, record):
        return False
    reason = Reason("reply in its thread", {"record": record.number})
    filing.file(turn, mail, record.number, reason)
    turn.person(filing.seen(turn, mail, person), reason)
    filing.after_reply(turn, mail, record, person)
    return True


def _mark_addresses(turn: Turn, mail: Mail, number: str) -> None:
    """Agents see which address takes no mail; what is only delayed marks nobody."""
    for failed in mail.bounce.recipients if mail.bounce is not None else ():
        person = turn.participant(number, failed.address.lower()) if failed.permanent and failed.address else None
        if person is not None:
            words = " ".join(f"{failed.status or ''} {failed.diagnostic or ''}".split())[:_LONGEST_DIAGNOSTIC]
            turn.person(replace(person, undeliverable=words or "it came back"), _BOUNCED)


def _of_person(turn: Turn, mail: Mail, classification: Classification | None) -> None:
    if turn.ruling is not None:
        classification = rules.classified(turn.ruling, classification)
    own_words = gist.own_words(mail)
    replied = threads.proven(turn, mail, own_words)
    if replied is not None and not _strays(turn, mail, own_words, replied, classification):
        number, reason = replied
        record, sender = turn.record(number), mail.sender.address if mail.sender is not None else ""
        words = similarity.telling_words(own_words, signed=_names(mail))
        if record is not None and promoting.is_shared_trouble(turn, record, sender, words):
            number = promoting.to_incident(turn, record)
        _into(turn, mail, number, reason)
        return
    if replied is None and lost_replies.led_nowhere(turn, mail, own_words):
        return
    said = _said(mail, own_words)
    named = turn.situation.services.names.in_text(said)
    words = similarity.telling_words(said, signed=_names(mail)) + similarity.marks_in(said)
    if replied is not None:
        classification = _anew(classification, words)
    doubt, time = _doubt(classification, words), said_time(turn, mail, said)
    evidence = similarity.best_incident(turn, named, words, doubt, time)
    ambiguous = evidence is similarity.AMBIGUOUS
    elsewhere = evidence is None or ambiguous or ("service" not in evidence.pieces and filing.only_wishes(mail, words))
    if evidence is not None and not elsewhere and _may_join(turn, mail, evidence.number):
        another = may_be_another(turn, evidence.number, evidence.pieces, named)
        if another and filing.tells_of_trouble(turn, mail, classification):
            filing.open_for(turn, mail, classification, named, words)
            return
        _into(turn, mail, evidence.number, evidence.reason, words)
        if "service" in evidence.pieces and max(named.values(), default=0.0) >= NAMED:
            promoting.absorb(turn, evidence.number, words)
        return
    wide = widespread.explaining(turn, named, words)
    if wide is not None and _may_tell_of_it(mail, classification, words) and _may_join(turn, mail, wide[0]):
        _into(turn, mail, *wide, words)
        return
    filing.open_for(turn, mail, classification, named, words, trouble=ambiguous)


def _may_tell_of_it(mail: Mail, classification: Classification | None, words: list[str]) -> bool:
    """Whether a mail may be of a trouble that is everywhere: it neither wishes for something, nor surely is a request,
    nor only asks."""
    if filing.only_wishes(mail, words):
        return False
    if any(word[0] == "~" for word in words):
        return True
    surely = classification is not None and widespread.is_request(
        classification.type.value, classification.type.confidence
    )
    return not surely and not asks_only(gist.own_words(mail))


def _strays(
    turn: Turn, mail: Mail, own_words: str, replied: tuple[str, Reason], classification: Classification | None
) -> bool:
    """Whether a reply in the thread of somebody's own matter is about something else: nothing of the matter is in its
    words, and they surely are a trouble where that was a request, or lead to an incident that is going on."""
    record = turn.record(replied[0])
    if record is None or replied[1].rule not in threads.BY_HABIT or len(turn.participants(record.number)) > 1:
        return False
    named = turn.situation.services.names.in_text(own_words)
    if turn.situation.members[record.number].places:
        return False
    if not threads.mostly_in_other_words(own_words, record, named):
        return False
    words = similarity.telling_words(own_words, signed=_names(mail)) + similarity.marks_in(own_words)
    if record.kind == "request" and classification is not None:
        verdict = classification.type
        if verdict.value == "incident" and leans(verdict):
            return True
    doubt, time = _doubt(_anew(classification, words), words), said_time(turn, mail, own_words)
    found = similarity.best_incident(turn, named, words, doubt, time)
    if found is not None and found.number not in ("", record.number) and found.score > _SURELY_ELSEWHERE:
        return True
    if not threads.in_other_words(own_words, record):
        return False
    since = turn.at - turn.situation.members[record.number].last_at
    tells = bool(named) or any(word[0] in "=~" for word in words)
    return since > _ANEW_AFTER and len(words) > _ANEW_WORDS and (tells or since > _LONG_AGO)


def _said(mail: Mail, own_words: str) -> str:
    """What a mail says of its matter: the subject is of the thread where it answers one."""
    return own_words if threads.replies(mail) else f"{mail.subject or ''}\n{own_words}"


def _anew(classification: Classification | None, words: list[str]) -> Classification | None:
    """What is known of a reply that is about another matter than its subject: where its words speak of a symptom, what
    the subject looks like says nothing of what it is."""
    if classification is None or not any(word[0] == "~" for word in words):
        return classification
    return replace(classification, type=UNKNOWN)


def _names(mail: Mail) -> frozenset[str]:
    """The words of the writer's own name, as they sign with."""
    if mail.sender is None:
        return frozenset()
    return frozenset(tokens(f"{mail.sender.name or ''} {mail.sender.address.partition('@')[0]}"))


def _doubt(classification: Classification | None, words: list[str]) -> float:
    """How much speaks against a trouble: nothing where it looks like one, at most 3 where it is surely a request; half
    of it where the words speak of a symptom."""
    if classification is None or classification.type.value in (None, "incident"):
        return 0.0
    doubt = -_SURELY_REQUEST * max(0.0, 2 * classification.type.confidence - 1)
    if any(word[0] == "~" for word in words):
        doubt /= 2
    return doubt if leans(classification.type) else doubt / 3


def _may_join(turn: Turn, mail: Mail, number: str) -> bool:
    """Only people of the organisation are told of others' incidents; an outsider may join what they wrote about."""
    address = mail.sender.address if mail.sender is not None else ""
    return answers.insider(turn, address) or turn.participant(number, address) is not None


def _into(turn: Turn, mail: Mail, number: str, reason: Reason, words: list[str] | None = None) -> None:
    """The mail becomes part of a record that exists; its writer becomes a participant and is answered once."""
    record = turn.record(number)
    if record is None or mail.sender is None:
        return
    known = turn.participant(number, mail.sender.address)
    filing.file(turn, mail, number, reason)
    record = filing.ruled(turn, record)
    if known is not None and known.offered:
        judged = known_errors.answered(turn, gist.own_words(mail), filing.seen(turn, mail, known))
        if judged is not None:
            return
    if known is not None and gist.asks_for_status(gist.own_words(mail)):
        person = filing.seen(turn, mail, known)
        turn.person(person, reason)
        facts = answers.facts_for(turn, record, person)
        answers.send(turn, "update", "status", record, person, facts, Reason("asked for the status"))
        return
    record = _learned(turn, record, words, reason, None if known is not None else mail)
    if known is not None:
        turn.person(filing.seen(turn, mail, known), reason)
        filing.after_reply(turn, mail, record, known)
        return
    person = filing.participant(turn, mail, number, "reporter")
    person = answers.acknowledge(turn, record, person, answerable=mail.answerable, known=True)
    if record.status not in OPEN_STATUSES:
        # It was over before they wrote: the acknowledgement says so, and there is no end to wait for.
        person = replace(person, told_resolved=person.acknowledged)
    turn.person(person, reason)
    filing.people_changed(turn, record, reason)
    if record.kind == "incident":
        oneness.consider_soon(turn, number)


def _learned(turn: Turn, record: Record, words: list[str] | None, reason: Reason, first: Mail | None) -> Record:
    """The record with the words of one more mail; `first` is the mail where it is its writer's first here."""
    grown = record
    if first is not None and record.kind == "incident" and record.status in OPEN_STATUSES:
        said = _said(first, gist.own_words(first))
        answered = reviewing.answers_doubted(record, first)
        if reviewing.doubts(reason.evidence):
            grown = reviewing.noted(turn, grown, first, said)
        elif answered is not None:
            grown = reviewing.noted(turn, grown, first, said, follows=answered)
    if words:
        grown = replace(grown, topic=history.topic_of(record, words, filing.MAX_TOPIC))
    if grown == record:
        return record
    turn.changed(grown, "grown", reason)
    return grown
