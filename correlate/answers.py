"""Who is told what, and why not: every mail that leaves is decided here, and so is every one that does not."""

from collections.abc import Mapping
from heapq import nsmallest
from typing import Any

from msgspec.structs import replace

from correlate import agents, known_errors, limits, understanding
from correlate.identity import message_id
from correlate.records import MailKind, Outgoing, Participant, Reason, Record
from correlate.subjects import references_to, subject_of
from correlate.turn import Turn
from ingest.event import SEVERITY_RANK

_SAMPLES = 5
_FIRST = Reason("first mail of a person")
_OVER = Reason("told that it is over")
_OWN = Reason("our own address")
_NO_ANSWER = Reason("must not be answered")
_NAMED = Reason("named by an unverified forward")
_JOINED_OUTSIDER = Reason("an outsider of a joined record")
_OBSERVED = Reason("source is observed only")


def insider(turn: Turn, address: str) -> bool:
    """Whether the address is of the organisation: only its people hear of others' incidents."""
    domain = address.rpartition("@")[2].lower()
    policy = turn.policy
    own = policy.own_domains or (policy.address.rpartition("@")[2].lower(),)
    return any(domain == known or domain.endswith(f".{known}") for known in own)


def acknowledge(
    turn: Turn, record: Record, person: Participant, *, answerable: bool, known: bool, language: str | None = None
) -> Participant:
    """One acknowledgement per person and record; returns the participant as it is then.

    `known`: the incident was there before this person wrote, so they hear that it is known.
    """
    if person.acknowledged:
        return person
    if not answerable:
        turn.withheld("acknowledgement", person.address, record.number, _NAMED if turn.forwarder else _NO_ANSWER)
        return person
    if not person.insider:
        template, facts = "bare_acknowledgement", {"number": record.number}
    elif known:
        template, facts = "known_incident", facts_of(turn, record)
    else:
        template, facts = "acknowledgement", facts_of(turn, record)
    person = replace(person, acknowledged=True, offered=record.problem if facts.get("workaround") else None)
    send(turn, "acknowledgement", template, record, person, facts, _FIRST, language)
    return person


def tell_all(turn: Turn, record: Record, kind: MailKind, template: str, reason: Reason, **more: Any) -> None:
    """Tell everybody who got an acknowledgement; outsiders hear of their own records only."""
    for person in turn.participants(record.number):
        if person.acknowledged and (person.insider or person.address == record.requester):
            send(turn, kind, template, record, person, {**facts_for(turn, record, person), **more}, reason)


def answer_all(
    turn: Turn, record: Record, template: str, text: str | None, actor: str, *, but: frozenset[str] = frozenset()
) -> None:
    """An agent's own words (an answer, a question) go to everybody who takes part, apart from those in `but`, who have
    them already, and from outsiders whose matter was joined to somebody else's: what is said there is not for them."""
    reason = Reason("written by a person")
    for person in turn.participants(record.number):
        if person.address in but or person.role == "copied":
            continue
        if not _hears_words(record, person):
            turn.withheld("update", person.address, record.number, _JOINED_OUTSIDER)
            continue
        facts = {**(facts_of(turn, record) if person.insider else {"number": record.number}), "text": text}
        send(turn, "update", template, record, person, {**facts, "actor": agents.called(turn.policy, actor)}, reason)


def _hears_words(record: Record, person: Participant) -> bool:
    return person.insider or person.address == record.requester


def tell_resolved(turn: Turn, record: Record, text: str | None = None) -> None:
    """Everybody who wrote and was answered hears once that it is over."""
    for person in turn.participants(record.number):
        if not person.acknowledged or person.told_resolved:
            continue
        told = replace(person, told_resolved=True)
        facts = {**facts_for(turn, record, person), "text": text if _hears_words(record, person) else None}
        if send(turn, "resolution", "resolution", record, told, facts, _OVER):
            turn.person(told, _OVER)


def tell_reopened(turn: Turn, record: Record, reason: Reason) -> None:
    """Only who was told that it is over hears that it is not."""
    for person in turn.participants(record.number):
        if person.told_resolved:
            send(turn, "reopened", "reopened", record, person, facts_for(turn, record, person), reason)
            turn.person(replace(person, told_resolved=False), reason)


def samples(turn: Turn, number: str) -> list[dict[str, Any]]:
    """A few of the alerts of an incident that fire, the gravest first."""
    members = turn.situation.members.get(number)
    firing = [turn.situation.conditions[name] for name in members.firing] if members is not None else []
    first = nsmallest(_SAMPLES, firing, key=lambda one: (-SEVERITY_RANK[one.severity], one.first_at, one.fingerprint))
    return [
        {
            "title": one.title,
            "resource": one.resource,
            "severity": one.severity,
            "opened_at": one.changed_at.isoformat(),
        }
        for one in first
    ]


def send(
    turn: Turn,
    kind: MailKind,
    template: str,
    record: Record,
    person: Participant,
    facts: Mapping[str, Any],
    reason: Reason,
    language: str | None = None,
) -> bool:
    """Mail to a participant, threaded to the last mail of theirs; False where it is withheld."""
    about = record.number
    title = record.title if person.last_subject is None and person.insider else person.last_subject
    outgoing = Outgoing(
        message_id=message_id(turn.policy, f"{kind}/{template}", person.address, about, turn.cause),
        kind=kind,
        to=person.address,
        to_name=person.name,
        about=about,
        subject=subject_of(about, title, reply=person.last_message_id is not None),
        template=template,
        facts=facts,
        language=person.language or language or turn.policy.language,
        in_reply_to=person.last_message_id,
        references=references_to(about, person, turn.policy.message_id_domain),
        held=record.held or turn.held,
    )
    if person.undeliverable is not None and template not in limits.WRITTEN:
        turn.withheld(kind, person.address, about, Reason("mail comes back", {"why": person.undeliverable}))
        return False
    return due(turn, outgoing, reason)


def due(turn: Turn, outgoing: Outgoing, reason: Reason) -> bool:
    """Let a mail out, within the limits; False where it is withheld."""
    policy = turn.policy
    if outgoing.to == policy.address or outgoing.to in policy.own_addresses:
        turn.withheld(outgoing.kind, outgoing.to, outgoing.about, _OWN)
        return False
    too_many = limits.exceeded(turn, outgoing)
    if too_many is not None:
        turn.withheld(outgoing.kind, outgoing.to, outgoing.about, too_many)
        return False
    strange = limits.too_many_strangers(turn, outgoing)
    if strange is not None and not outgoing.held:
        turn.mail(replace(outgoing, held=True), strange)
    else:
        turn.mail(outgoing, _OBSERVED if outgoing.held else reason)
    return True


def facts_for(turn: Turn, record: Record, person: Participant) -> dict[str, Any]:
    """What this person may be told of the record: an outsider how it stands, and of what solved it only their own."""
    if person.insider:
        return facts_of(turn, record)
    names = ["number", "status", "opened_at", "resolved_at", "next"]
    if person.address == record.requester:
        names.append("resolution")
    known = facts_of(turn, record)
    return {**{name: known[name] for name in names}, "title": person.last_subject}


def facts_of(turn: Turn, record: Record) -> dict[str, Any]:
    """What every mail about a record may say; plain JSON."""
    return {
        "number": record.number,
        "title": record.title,
        "type": record.type,
        "category": record.category,
        "priority": record.priority,
        "impact": record.impact,
        "urgency": record.urgency,
        "reason": explained(record),
        "basis": record.decided_by.get("impact", "default"),
        "proposed": understanding.proposed(record),
        "because": understanding.words_for(record),
        "service": record.service,
        "status": record.status,
        "assignee": record.assignee,
        "resource": record.resource,
        "change": record.change,
        "workaround": known_errors.workaround_of(turn, record) if record.problem else None,
        "related": list(record.related),
        "resolved_at": record.resolved_at.isoformat() if record.resolved_at else None,
        "next": _next(record),
        "opened_at": record.opened_at.isoformat(),
        "resolution": record.resolution,
        "people": len(turn.situation.participants.get(record.number, ())),
    }


def explained(record: Record) -> str:
    """Why the record has its priority, in one sentence."""
    decided = record.decided_by.get("impact", "default")
    who = {
        "person": "set by an agent",
        "tool": "from the severity of the alerts",
        "model": "from your words",
        "rule": "by a rule of the desk",
    }
    if record.decided_by.get("priority") == "rule":
        return f"{record.priority} {who['rule']}"
    basis = who.get(decided, "by default")
    where = f" on {record.service}" if record.service else ""
    return f"{record.priority} because impact is {record.impact} and urgency is {record.urgency}{where} ({basis})"


def _next(record: Record) -> str:
    """What happens next, as a word that mails have a sentence for in each language."""
    if record.status in ("resolved", "closed"):
        return "over"
    return "taken" if record.assignee else "queued"
