"""Who hears that a mailbox cannot be read, and that it can be again. That it is so, the shell states as a command."""

from msgspec import Struct

from correlate.identity import message_id
from correlate.records import Cause, Outgoing, Reason
from correlate.turn import Turn
from ingest.event import Command

FAILING, WELL = "mailbox-failing", "mailbox-well"
_MOST_WORDS = 1_000


class _Told(Struct, frozen=True):
    template: str
    subject: str
    reason: Reason


_MAILS = {
    FAILING: _Told("mailbox_failing", "{name}: the mailbox {mailbox} cannot be read", Reason("mailbox cannot be read")),
    WELL: _Told("mailbox_well", "{name}: the mailbox {mailbox} can be read again", Reason("mailbox can be read again")),
}


def mailbox_command(turn: Turn, command: Command) -> bool:
    """Tell the administrators (without any the agents); False where the command is about something else.

    One failure is told once, however often it is stated: the mail's id is made of the mailbox and the failure's begin.
    """
    told = _MAILS.get(command.action)
    if told is None:
        return False
    policy, mailbox = turn.policy, (command.subject or "?")[:100]
    facts = {"mailbox": mailbox, **{name: _words(command.arguments.get(name)) for name in ("host", "trouble", "since")}}
    once = Cause(turn.cause.position, turn.cause.index, f"{command.action}:{mailbox}@{facts['since']}")
    people = [address for address in policy.administrators or policy.staff if address not in policy.own_addresses]
    for address in dict.fromkeys(people):
        outgoing = Outgoing(
            message_id=message_id(policy, f"staff/{told.template}", address, None, once),
            kind="staff",
            to=address,
            subject=told.subject.format(name=policy.desk_name, mailbox=mailbox),
            template=told.template,
            facts=facts,
            language=policy.language,
        )
        turn.mail(outgoing, told.reason)
    if not people:
        turn.withheld("staff", None, None, Reason("nobody administers the desk", {"mailbox": mailbox}))
    return True


def _words(value: object) -> str | None:
    return value[:_MOST_WORDS] if isinstance(value, str) and value else None
