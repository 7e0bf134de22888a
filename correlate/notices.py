"""Notices to the staff about an incident: its owner first, whoever a chain names, and later those who heard of it.

Who heard is kept with the record, so that nobody hears of the end of what they were never told of.
"""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from correlate import answers, duty, routing
from correlate.identity import message_id
from correlate.records import OPEN_STATUSES, Outgoing, Reason, Record
from correlate.subjects import root_of
from correlate.turn import Turn
from ingest.event import Command

_GROUPED = Reason("group wait is over")
_KNOWS = Reason("has heard of it just now")
_KNOWS_ALREADY = Reason("has heard of a part of it")
_COUNTS = Reason("its repeat interval runs")
OPENED = "opened"
NOTICE_LET_OUT = "notice-let-out"
"""The command by which the outbox says so."""
MOST_TOLD = 200


def first(turn: Turn, record: Record) -> None:
    """The owner of the service hears of an incident; where nobody owns it, that is recorded."""
    owner = turn.situation.services.owner(record.service) or _keeper(turn, record)
    if owner is not None and owner not in turn.policy.own_addresses:
        _remember(turn, record, joined(record.told, (owner,)), "announced", _GROUPED)
        if owner in record.told:
            turn.withheld("staff", owner, record.number, _KNOWS_ALREADY)
        else:
            _send(turn, record.number, owner, OPENED, _GROUPED)
        return
    _remember(turn, record, record.told, "announced", _GROUPED)
    if routing.times_of(turn, record).escalation is None:
        turn.withheld("staff", None, record.number, Reason("service has no owner", {"service": record.service}))


def again(turn: Turn, record: Record, reason: Reason, happened: str) -> None:
    """Everybody who heard of it hears what happened; `happened` is a word of `change_of`."""
    if not record.told:
        turn.withheld("staff", None, record.number, Reason("nobody of the staff heard of it"))
        return
    _remember(turn, record, record.told, "told", reason)
    for target in record.told:
        _send(turn, record.number, target, happened, reason)


def escalated(turn: Turn, number: str, target: str, reason: Reason, *, new: bool) -> bool:
    """Somebody whom a chain names hears of it; `new`: it is the chain's beginning. False for the desk's own address."""
    record = turn.record(number)
    if record is None:
        return False
    if target in turn.policy.own_addresses:
        turn.withheld("staff", target, number, Reason("our own address"))
        return False
    if new and target in record.told and record.told_at == turn.at:
        turn.withheld("staff", target, number, _KNOWS)
        return True
    told = tuple(dict.fromkeys((*record.told, target)))[:MOST_TOLD]
    _remember(turn, record, told, "told", reason)
    _send(turn, number, target, OPENED if new else "escalated", reason)
    return True


def let_out(turn: Turn, command: Command) -> bool:
    """A held notice is let out after all, as the outbox says: from now on its reader has heard of the incident. False
    where the command is about something else."""
    if command.action != NOTICE_LET_OUT:
        return False
    record, to = turn.record(turn.situation.survivor(command.subject or "")), str(command.arguments.get("to"))
    if record is not None and record.status in OPEN_STATUSES:
        known = replace(record, told=joined(record.told, (to,)), let_out=joined(record.let_out, (to,)))
        turn.changed(known, "told", Reason("released by a person", {"actor": command.actor}), command.actor)
    return True


def joined(told: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Everybody who heard of one of two incidents that became one."""
    return tuple(dict.fromkeys((*told, *others)))[:MOST_TOLD]


def _remember(turn: Turn, record: Record, told: tuple[str, ...], change: str, reason: Reason) -> None:
    """They hear of it now: from now on the repeat interval runs."""
    known = replace(record, announced=True, told=told, told_at=turn.at)
    turn.changed(known, change, reason)
    interval = routing.times_of(turn, known).repeat_interval
    if interval and known.status in OPEN_STATUSES:
        turn.set_deadline("repeat", known.number, turn.after(interval), _COUNTS)


def _send(turn: Turn, number: str, target: str, happened: str, reason: Reason) -> None:
    record = turn.record(number)
    if record is None:
        return
    template = "staff_new" if happened == OPENED else "staff_update"
    webhook = target.startswith(duty.WEBHOOK)
    outgoing = Outgoing(
        message_id=message_id(turn.policy, f"staff/{template}", target, number, turn.cause),
        kind="webhook" if webhook else "staff",
        to=target,
        about=number,
        subject=f"[{number}] {record.priority} {record.title}",
        template=template,
        facts=_facts(turn, record, happened, reason),
        references=(root_of(number, turn.policy.message_id_domain),),
        held=record.held,
    )
    answers.due(turn, outgoing, reason)


def _facts(turn: Turn, record: Record, happened: str, reason: Reason) -> dict[str, Any]:
    facts = {
        **answers.facts_of(turn, record),
        "by_mail": bool(turn.policy.authserv_ids),
        "happened": None if happened == OPENED else happened,
        "alerts": answers.samples(turn, record.number),
    }
    state = record.escalation
    if state is not None and "level" in reason.evidence:
        facts["escalation"] = f"{state.chain} {reason.evidence['level']}/{reason.evidence['of']}"
    return facts


def _keeper(turn: Turn, record: Record) -> str | None:
    """Who is told that something has fallen silent which belongs to no service: an administrator, else an agent."""
    if record.source is None or not record.source.startswith("pulse:"):
        return None
    people = (*turn.policy.administrators, *turn.policy.staff)
    return next((address for address in people if address not in turn.policy.own_addresses), None)
