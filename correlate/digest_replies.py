"""Decisions in plain words, in reply to the weekly digest: `accept SUG-3`, `decline SUG-4: planned work`, or just
`accept` where the digest had one suggestion.

The address that the reply goes to bears a key that only the digest's reader has; it is good for each suggestion once,
and for as long as other tickets.
"""

import re
from datetime import timedelta

from correlate import agents, authenticity, gist, refusing
from correlate.commands import command_came
from correlate.effects import CommandRefused, TicketSpent
from correlate.records import Reason
from correlate.turn import Turn
from ingest.event import Command, DigestReply, Mail

_MOST_LINES = 40
_SAID = re.compile(
    r"\s*(?:(?P<first>SUG-[1-9][0-9]{0,8})[\s:,]{1,4})?(?P<verb>accept|decline)\b[\s:,]{0,4}"
    r"(?P<second>SUG-[1-9][0-9]{0,8})?[\s:,-]{0,4}(?P<rest>.*)",
    re.IGNORECASE,
)
_BY_REPLY = Reason("decided by a reply")


def decides(turn: Turn, mail: Mail) -> bool:
    """Carry out what a reply to a digest decides; False where it is no such reply, or decides nothing."""
    digest = mail.digest
    sender = mail.sender.address if mail.sender is not None else ""
    if digest is None or sender != digest.person.lower():
        return False
    found = [said for line in gist.own_words(mail).splitlines()[:_MOST_LINES] if (said := _SAID.fullmatch(line))]
    actor = agents.problem_manager_at(turn.policy, digest.person)
    if not found:
        return False
    wrong: list[Reason] = [] if actor is not None else [Reason("may not decide")]
    if authenticity.disproved(mail):
        # The key goes along with every answer to the digest, to whomever its reader puts in copy.
        wrong, found = [authenticity.proof_of(mail)], []
    for said in found if actor is not None else ():
        name = (said["first"] or said["second"] or "").upper()
        wrong += _carried_out(turn, digest, actor or "", said["verb"].lower(), name, said["rest"].strip())
    turn.input_ignored(wrong[0] if wrong else _BY_REPLY)
    if wrong:
        refusing.refuse(turn, mail, "command", wrong, always=True)
    return True


def _carried_out(turn: Turn, digest: DigestReply, actor: str, verb: str, name: str, rest: str) -> list[Reason]:
    """Do one decision; the reasons why not where it cannot be done."""
    if not name and len(digest.suggestions) == 1:
        name = digest.suggestions[0]
    if not name:
        return [Reason("name a suggestion", {"count": len(digest.suggestions), "example": "SUG-3"})]
    if name not in digest.suggestions:
        return [Reason("not in the digest", {"name": name})]
    ticket = f"{digest.ticket}:{name}"
    if ticket in turn.situation.spent:
        return [Reason("ticket used")]
    if turn.at - digest.made_at > timedelta(days=turn.policy.ticket_days):
        return [Reason("ticket expired", {"days": turn.policy.ticket_days})]
    arguments = {"reason": rest} if verb == "decline" and rest else {}
    before = len(turn.effects)
    command_came(turn, Command(action=f"suggestion-{verb}", actor=actor, subject=name, arguments=arguments), None)
    refused = [effect.reason for effect in turn.effects[before:] if isinstance(effect, CommandRefused)]
    if refused:
        del turn.effects[before:]
    else:
        turn.effects.append(TicketSpent(cause=turn.cause, at=turn.at, reason=_BY_REPLY, ticket=ticket))
    return refused
