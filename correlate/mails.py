"""Which record a mail belongs to, and what follows from it."""

from classify.classification import Classification
from correlate.effects import InputIgnored, MailDue, MailFiled, ParticipantChanged, RecordOpened
from correlate.identity import message_id
from correlate.records import Outgoing, Participant, Reason, Record
from correlate.turn import Turn
from ingest.event import Mail


def mail_came(turn: Turn, mail: Mail, classification: Classification | None) -> None:
    """A mail of a person or a machine."""
    situation, at = turn.situation, turn.at
    if mail.automatic is not None or mail.sender is None:
        reason = Reason("automatic mail", {"automatic": mail.automatic})
        turn.effects.append(InputIgnored(cause=turn.cause, at=at, reason=reason))
        return
    known = [situation.threads[i] for i in (mail.in_reply_to, *mail.references) if i and i in situation.threads]
    reason = Reason("reply in its thread")
    if known:
        number = situation.survivor(known[0])
    else:
        kind = "incident" if not classification or classification.type.value == "incident" else "request"
        number = situation.next_number("INC" if kind == "incident" else "REQ")
        reason = Reason("new matter")
        record = Record(
            number=number,
            kind="incident" if kind == "incident" else "request",
            type="incident" if kind == "incident" else "service request",
            status="new",
            title=mail.subject or "(no subject)",
            opened_at=at,
            origin="mail",
            category=classification.category.value if classification else None,
            priority=classification.priority if classification else "P4",
            requester=mail.sender.address,
            opened_by=turn.cause,
            held=turn.held,
            reasons=(reason,),
        )
        turn.effects.append(RecordOpened(cause=turn.cause, at=at, reason=reason, record=record))
    turn.effects.append(
        MailFiled(
            cause=turn.cause,
            at=at,
            reason=reason,
            record=number,
            message_id=mail.message_id,
            sender=mail.sender.address,
            subject=mail.subject,
            text=mail.new_text or mail.text or "",
            quoted=mail.quoted_text,
        )
    )
    if known:
        return
    person = Participant(
        record=number, address=mail.sender.address, name=mail.sender.name, joined_at=at, acknowledged=True
    )
    turn.effects.append(ParticipantChanged(cause=turn.cause, at=at, reason=reason, participant=person))
    if mail.answerable:
        outgoing = Outgoing(
            message_id=message_id(turn.policy, "acknowledgement", person.address, number, turn.cause),
            kind="acknowledgement",
            to=person.address,
            to_name=person.name,
            about=number,
            subject=f"[{number}] {mail.subject or ''}".strip(),
            template="acknowledgement",
            facts={"number": number, "title": mail.subject},
            in_reply_to=mail.message_id,
            held=turn.held,
        )
        turn.effects.append(
            MailDue(cause=turn.cause, at=at, reason=Reason("first mail of a person"), outgoing=outgoing)
        )
