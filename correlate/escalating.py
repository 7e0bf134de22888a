"""Chains: who is told next of an incident that nobody takes, and after them who else, until somebody takes it.

A chain begins when the owner would be told. It waits while everything that fires is acknowledged in its tool, and while
something holds the incident back; it ends when somebody takes the incident, when that is over, or when it is through.
"""

from msgspec.structs import replace

from correlate import duty, holding, notices, routing
from correlate.declared import Chain
from correlate.records import OPEN_STATUSES, Escalation, Reason, Record
from correlate.turn import Turn

BETWEEN_ROUNDS = 300
"""Seconds at least before a chain begins anew."""
_LOOKS_AGAIN = 60
_WAITS = Reason("waits whether somebody takes it")
_ACKNOWLEDGED = Reason("acknowledged in its tool")
_OVER = Reason("what held it back is over")
_CALM = Reason("nothing fires just now")


def begin(turn: Turn, number: str) -> None:
    """The time to gather is over: where a chain is meant for the incident, it begins now."""
    record = turn.record(number)
    if record is None or record.status not in OPEN_STATUSES:
        return
    chain = routing.chain_named(turn.policy, routing.times_of(turn, record).escalation)
    if chain is None or not chain.levels or taken(record):
        return
    known = replace(record, escalation=Escalation(chain=chain.name))
    turn.changed(known, "escalation", Reason("escalation begins", {"chain": chain.name}))
    if chain.levels[0].after:
        turn.set_deadline("escalate", number, turn.after(chain.levels[0].after), _WAITS)
    else:
        _tell(turn, number, chain)


def due(turn: Turn, number: str) -> None:
    """A level's time has come."""
    record = turn.record(number)
    state = record.escalation if record is not None else None
    if record is None or state is None or state.ended is not None or record.status not in OPEN_STATUSES:
        return
    chain = routing.chain_named(turn.policy, state.chain)
    if taken(record):
        stop(turn, number)
    elif chain is None or state.level >= len(chain.levels):
        stop(turn, number, Reason("no such escalation", {"chain": state.chain}))
    elif calm(turn, number):
        turn.set_deadline("escalate", number, turn.after(_LOOKS_AGAIN), _CALM)
    elif acknowledged(turn, number):
        delay = max(chain.levels[state.level].after, _LOOKS_AGAIN)
        turn.set_deadline("escalate", number, turn.after(delay), _ACKNOWLEDGED)
    elif not holding.held_back(turn, record):
        _tell(turn, number, chain)


def resume(turn: Turn, number: str) -> None:
    """What held the incident back is over: a level whose time came meanwhile is told now."""
    record = turn.record(number)
    if record is None or record.escalation is None or record.escalation.ended is not None:
        return
    if f"escalate:{number}" not in turn.situation.deadlines:
        turn.set_deadline("escalate", number, turn.at, _OVER)


def forget(turn: Turn, number: str, reason: Reason) -> None:
    """The incident is over: nothing more is told of it but that."""
    for kind in ("news", "repeat", "escalate", "resume"):
        turn.clear_deadline(kind, number, reason)


def back(turn: Turn, record: Record) -> None:
    """It is open again though nobody was told that it was over: the chain goes on where it was, in its own time."""
    state = record.escalation
    if not record.announced or state is None or state.ended is not None or taken(record):
        return
    chain = routing.chain_named(turn.policy, state.chain)
    if chain is not None and state.level < len(chain.levels):
        delay = max(chain.levels[state.level].after, _LOOKS_AGAIN)
        turn.set_deadline("escalate", record.number, turn.after(delay), _WAITS)


def stop(turn: Turn, number: str, reason: Reason | None = None) -> None:
    """Somebody took the incident, or it is over: nobody else is told."""
    record = turn.record(number)
    if record is None or record.escalation is None or record.escalation.ended is not None:
        return
    why = reason or Reason("somebody has it in hand", {"who": record.assignee or record.status})
    turn.clear_deadline("escalate", number, why)
    turn.changed(replace(record, escalation=replace(record.escalation, ended=why)), "escalation over", why)


def taken(record: Record) -> bool:
    """Whether somebody has it in hand."""
    return record.assignee is not None or record.status != "new"


def calm(turn: Turn, number: str) -> bool:
    """Whether all that fired is fine at this moment and nothing of it flaps: it is over, or comes back, and till then
    nobody new is told."""
    situation = turn.situation
    members = situation.members.get(number)
    if members is None or not members.conditions or members.firing:
        return False
    return not any(situation.conditions[name].flapping for name in members.conditions)


def acknowledged(turn: Turn, number: str) -> bool:
    """Whether all that fires is acknowledged in its tool."""
    members = turn.situation.members.get(number)
    firing = members.firing if members is not None else set()
    return bool(firing) and all(turn.situation.conditions[name].status == "acknowledged" for name in firing)


def _tell(turn: Turn, number: str, chain: Chain) -> None:
    """Tell the next level; where that reaches nobody, the one after it at once."""
    record = turn.record(number)
    while record is not None and record.escalation is not None and record.escalation.ended is None:
        reached = _tell_level(turn, record, record.escalation, chain)
        record = _advanced(turn, number, chain, reached=reached)
        if record is None or record.escalation is None or record.escalation.ended is not None:
            return
        level = record.escalation.level
        if reached or level == 0:
            delay = chain.levels[level].after if level else max(chain.levels[0].after, BETWEEN_ROUNDS)
            turn.set_deadline("escalate", number, turn.after(delay), _WAITS)
            return


def _tell_level(turn: Turn, record: Record, state: Escalation, chain: Chain) -> bool:
    new = state.level == 0 and state.round == 1
    evidence = {"chain": chain.name, "level": state.level + 1, "of": len(chain.levels)}
    reason = Reason("first of its escalation" if new else "nobody has taken it", evidence)
    reached = False
    for word in chain.levels[state.level].to:
        found = duty.meant(turn.policy, word, turn.at)
        if isinstance(found, Reason):
            turn.withheld("staff", None, record.number, found)
            continue
        for target in found:
            reached = notices.escalated(turn, record.number, target, reason, new=new) or reached
    return reached


def _advanced(turn: Turn, number: str, chain: Chain, *, reached: bool) -> Record | None:
    record = turn.record(number)
    if record is None or record.escalation is None:
        return None
    state = record.escalation
    following = replace(state, level=state.level + 1, told_at=turn.at if reached else state.told_at)
    evidence = {"chain": chain.name, "level": state.level + 1, "of": len(chain.levels)}
    reason = Reason("escalated" if reached else "the level reached nobody", evidence)
    if following.level >= len(chain.levels):
        if state.round >= chain.rounds:
            reason = Reason("escalation is through", {"chain": chain.name})
            following = replace(following, ended=reason)
        else:
            following = replace(following, level=0, round=state.round + 1)
    turn.changed(replace(record, escalation=following), "escalated", reason)
    return turn.record(number)
