"""Taking mails and alerts out of a record into one of their own: a person's word that they were not one trouble."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from correlate import history
from correlate.effects import LabelLearned, MailFiled
from correlate.records import Participant, Reason, Record
from correlate.situation import FiledItem
from correlate.turn import Turn

_SPLIT = Reason("split off by a person")


def split(turn: Turn, record: Record, items: Any, actor: str) -> Reason | None:
    """Move items ([position, index] pairs) of a record into a new one; the reason why not where it cannot be.

    Nobody is answered again: those who move keep their acknowledgement.
    """
    found = _found(turn, record, items)
    if found is None:
        return Reason("items missing", {"number": record.number})
    mails = [item for item in found if item.kind == "mail"]
    fingerprints = list(dict.fromkeys(item.subject for item in found if item.kind == "alert" and item.subject))
    conditions = [turn.situation.conditions[f] for f in fingerprints if f in turn.situation.conditions]
    conditions = [condition for condition in conditions if condition.record == record.number]
    if not mails and not conditions:
        return Reason("items missing", {"number": record.number})
    number = turn.next_number("INC" if record.kind == "incident" else "REQ")
    first = mails[0] if mails else None
    turn.opened(_new_record(turn, record, number, first, conditions[0].title if conditions else None), _SPLIT)
    for item in mails:
        _move_mail(turn, record, number, item)
    for condition in conditions:
        turn.condition(replace(condition, record=number), "moved", _SPLIT)
    turn.changed(replace(record, related=(*record.related, number)), "split", _SPLIT, actor)
    new = turn.record(number)
    if new is not None:
        history.remember(turn, new, _SPLIT)
    turn.effects.append(
        LabelLearned(
            cause=turn.cause,
            at=turn.at,
            reason=_SPLIT,
            record=record.number,
            target="split",
            value=number,
            previous=record.number,
            actor=actor,
        )
    )
    return None


def _found(turn: Turn, record: Record, items: Any) -> list[FiledItem] | None:
    if not isinstance(items, Sequence) or isinstance(items, str) or not items:
        return None
    found: list[FiledItem] = []
    for pair in items:
        if not isinstance(pair, Sequence) or len(pair) != 2 or not all(isinstance(part, int) for part in pair):
            return None
        item = turn.situation.items.get((pair[0], pair[1]))
        if item is not None and turn.situation.survivor(item.record) == record.number:
            found.append(item)
    return found or None


def _new_record(turn: Turn, record: Record, number: str, mail: FiledItem | None, title: str | None) -> Record:
    return Record(
        number=number,
        kind=record.kind,
        type=record.type,
        status="new",
        title=(mail.title if mail is not None and mail.title else title) or record.title,
        opened_at=turn.at,
        origin="mail" if mail is not None else "alert",
        category=record.category,
        impact="low",
        urgency=record.urgency,
        priority=record.priority,
        decided_by=dict(record.decided_by),
        requester=mail.sender if mail is not None else None,
        related=(record.number,),
        held=record.held,
        opened_by=turn.cause,
        reasons=(_SPLIT,),
    )


def _move_mail(turn: Turn, record: Record, number: str, item: FiledItem) -> None:
    turn.effects.append(
        MailFiled(
            cause=turn.cause,
            at=turn.at,
            reason=_SPLIT,
            record=number,
            message_id=item.subject,
            sender=item.sender,
            subject=item.title,
            text=item.text,
        )
    )
    known = turn.participant(record.number, item.sender or "")
    if known is None:
        return
    moved: Participant = replace(known, record=number, role="requester", joined_at=turn.at)
    turn.person(moved, _SPLIT)
    # They hear of their own record only: in the old one they count as told.
    turn.person(replace(known, acknowledged=False, told_resolved=False), _SPLIT)
