"""Taking mails and alerts out of a record into one of their own, or into another: a person's word that they were not
one trouble. The machine never undoes it."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from correlate import announcing, history
from correlate.effects import LabelLearned, MailFiled
from correlate.records import OPEN_STATUSES, Condition, Participant, Reason, Record
from correlate.situation import FiledItem
from correlate.turn import Turn

_SPLIT = Reason("split off by a person")
_MOVED = Reason("moved by a person")


def split(turn: Turn, record: Record, items: Any, actor: str) -> Reason | None:
    """Move items ([position, index] pairs) of a record into a new one; the reason why not where it cannot be.

    Nobody is answered again: those who move keep their acknowledgement.
    """
    mails, conditions = _found(turn, record, items)
    if not mails and not conditions:
        return Reason("items missing", {"number": record.number})
    number = turn.next_number("INC" if record.kind == "incident" else "REQ")
    first = mails[0] if mails else None
    turn.opened(_new_record(turn, record, number, first, conditions[0].title if conditions else None), _SPLIT)
    _take_along(turn, record, number, mails, conditions, _SPLIT)
    turn.changed(replace(_parted(record, number), related=(*record.related, number)), "split", _SPLIT, actor)
    new = turn.record(number)
    if new is not None:
        history.remember(turn, new, _SPLIT)
    learned(turn, _SPLIT, "split", record.number, number, actor)
    return None


def move(turn: Turn, record: Record, into: Record, items: Any, actor: str) -> Reason | None:
    """Move items of a record into another one that is there; the reason why not where it cannot be.

    Nobody is answered again: whoever has had an acknowledgement from either has had it.
    """
    mails, conditions = _found(turn, record, items)
    if not mails and not conditions:
        return Reason("items missing", {"number": record.number})
    _take_along(turn, record, into.number, mails, conditions, _MOVED)
    turn.changed(_parted(record, into.number), "moved away", _MOVED, actor)
    target = _parted(turn.record(into.number) or into, record.number)
    turn.changed(target, "moved here", _MOVED, actor)
    if target.kind == "incident" and conditions and target.status in OPEN_STATUSES:
        announcing.watch(turn, target.number)
    for number in (record.number, into.number):
        changed = turn.record(number)
        if changed is not None:
            history.remember(turn, changed, _MOVED)
    learned(turn, _MOVED, "move", record.number, into.number, actor)
    return None


def learned(turn: Turn, reason: Reason, target: str, record: str, other: str, actor: str) -> None:
    """Keep what a person said of two records, for the fit of the weights."""
    turn.effects.append(
        LabelLearned(
            cause=turn.cause, at=turn.at, reason=reason, record=record, target=target, value=other, previous=record,
            actor=actor,
        )
    )  # fmt: skip


def _parted(record: Record, other: str) -> Record:
    return record if other in record.apart else replace(record, apart=(*record.apart, other))


def _take_along(
    turn: Turn, record: Record, number: str, mails: list[FiledItem], conditions: list[Condition], reason: Reason
) -> None:
    for item in mails:
        _move_mail(turn, record, number, item, reason)
    for condition in conditions:
        turn.condition(replace(condition, record=number), "moved", reason)


def _found(turn: Turn, record: Record, items: Any) -> tuple[list[FiledItem], list[Condition]]:
    """The mails and the conditions of the record that the pairs name; nothing where a pair is none."""
    if not isinstance(items, Sequence) or isinstance(items, str):
        return [], []
    found: list[FiledItem] = []
    for pair in items:
        if not isinstance(pair, Sequence) or len(pair) != 2 or not all(isinstance(part, int) for part in pair):
            return [], []
        item = turn.situation.items.get((pair[0], pair[1]))
        if item is not None and turn.situation.survivor(item.record) == record.number and item not in found:
            found.append(item)
    fingerprints = dict.fromkeys(item.subject for item in found if item.kind == "alert" and item.subject)
    known = (turn.situation.conditions.get(fingerprint) for fingerprint in fingerprints)
    conditions = [condition for condition in known if condition is not None and condition.record == record.number]
    return [item for item in found if item.kind == "mail"], conditions


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
        apart=(record.number,),
        held=record.held,
        observed=record.observed,
        opened_by=turn.cause,
        reasons=(_SPLIT,),
    )


def _move_mail(turn: Turn, record: Record, number: str, item: FiledItem, reason: Reason) -> None:
    turn.effects.append(
        MailFiled(
            cause=turn.cause,
            at=turn.at,
            reason=reason,
            record=number,
            moved=True,
            message_id=item.subject,
            sender=item.sender,
            subject=item.title,
            text=item.text,
        )
    )
    known = turn.participant(record.number, item.sender or "")
    if known is None:
        return
    there = turn.participant(number, known.address)
    moved: Participant = replace(known, record=number, role="requester", joined_at=turn.at)
    if there is not None:
        moved = replace(there, acknowledged=there.acknowledged or known.acknowledged)
    elif reason is not _SPLIT:
        moved = replace(moved, role="reporter", told_resolved=False)
    turn.person(moved, reason)
    # They hear of their own record only: in the old one they count as told.
    turn.person(replace(known, acknowledged=False, told_resolved=False), reason)
