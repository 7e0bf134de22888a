"""Decisions by mail without a verified sender: a ticket in a mail of ours lets its reader have one thing done, once.

The door has looked at the ticket's key; here it is decided whether it is still good. It is bound to the person whom the
mail with it went to, to a record or suggestion, and to an action.
"""

from collections.abc import Mapping
from datetime import timedelta

from msgspec.structs import replace

from correlate import agent_mail, agents, gist, refusing
from correlate.commands import command_came
from correlate.effects import CommandRefused, TicketSpent
from correlate.records import Reason
from correlate.turn import Turn
from ingest.event import Command, Grant, Mail

_SPENT = Reason("done by a ticket")
_DECISIONS: Mapping[str, str] = {"accept": "suggestion-accept", "decline": "suggestion-decline"}


def is_granted(turn: Turn, mail: Mail) -> bool:
    """Do what a ticket in the mail allows, or say why not; False where it bears none."""
    grant = mail.granted
    if grant is None:
        return False
    sender = mail.sender.address if mail.sender is not None else ""
    if sender != grant.person.lower():
        # Whoever found it hears nothing.
        turn.input_ignored(Reason("ticket of somebody else", {"person": grant.person}))
        return True
    trial = Turn(turn.situation, turn.at, turn.cause, turn.route)
    trial.language = turn.language
    wrong = _worn_out(turn, grant) or _done(trial, mail, grant)
    if wrong:
        turn.input_ignored(wrong[0])
        refusing.refuse(turn, mail, "command", wrong, always=True)
        return True
    turn.effects.append(TicketSpent(cause=turn.cause, at=turn.at, reason=_SPENT, ticket=grant.ticket))
    turn.effects += trial.effects
    return True


def _worn_out(turn: Turn, grant: Grant) -> list[Reason]:
    if grant.ticket in turn.situation.spent:
        return [Reason("ticket used")]
    days = turn.policy.ticket_days
    if turn.at - grant.made_at > timedelta(days=days):
        return [Reason("ticket expired", {"days": days})]
    return []


def _done(turn: Turn, mail: Mail, grant: Grant) -> list[Reason]:
    """Do it on this turn; the reasons why not where it cannot be done."""
    if grant.action == "confirm":
        return _confirmed(turn, mail, grant)
    actor = agents.problem_manager_at(turn.policy, grant.person)
    if actor is None:
        return [Reason("may not decide")]
    words = gist.own_words(mail).strip()
    arguments = {"reason": words} if grant.action == "decline" and words else {}
    command_came(
        turn, Command(action=_DECISIONS[grant.action], actor=actor, subject=grant.subject, arguments=arguments), None
    )
    return [effect.reason for effect in turn.effects if isinstance(effect, CommandRefused)]


def _confirmed(turn: Turn, mail: Mail, grant: Grant) -> list[Reason]:
    """An agent says that an earlier mail, which was taken as words only, was really theirs."""
    said = turn.situation.items.get((grant.position, 0))
    record = turn.record(turn.situation.survivor(said.record)) if said is not None else None
    actor = agents.agent_at(turn.policy, grant.person)
    if actor is None and record is not None:
        actor = agent_mail.told_of(turn, record.number, grant.person.lower())
    if actor is None or said is None or record is None or said.sender != grant.person.lower():
        return [Reason("nothing to confirm")]
    earlier = replace(mail, to=(), cc=(), subject=said.title, new_text=said.text, text=said.text)
    return agent_mail.confirmed(turn, earlier, record, actor)
