"""A colleague forwards what somebody wrote: its writer is the requester, and what stands above is for agents only.

An agent may forward anybody's mail. Who is none passes on colleagues' mails only: what they show of a stranger's (is
this one fraud?) is their own question, and its writer must not hear of it.
"""

from msgspec.structs import replace

from correlate import agents, answers, authenticity
from correlate.effects import MailFiled, NoteAdded
from correlate.records import Participant, Reason
from correlate.turn import Turn
from ingest.event import Mail

_PASSED_ON = Reason("forwarded by a colleague")


def original(turn: Turn, mail: Mail) -> Mail | None:
    """The forwarded mail as if its writer had sent it; None where the sender speaks for themselves.

    `turn.forwarder` is the colleague then. An outsider is answered only where the colleague is verified: else anybody
    could have the desk write to anybody.
    """
    forwarded, sender = mail.forwarded, mail.sender
    if forwarded is None or forwarded.sender is None or sender is None or not forwarded.text:
        return None
    address = forwarded.sender.address.lower()
    if not _may_pass_on(turn, sender.address, address):
        return None
    turn.forwarder = sender.address
    safe = answers.insider(turn, address) or authenticity.verified(mail)
    return replace(
        mail,
        sender=replace(forwarded.sender, address=address),
        subject=forwarded.subject or mail.subject,
        text=forwarded.text,
        new_text=forwarded.text,
        quoted_text=None,
        in_reply_to=None,
        references=(),
        forwarded=None,
        answers=None,
        answerable=mail.answerable and safe,
    )


def _may_pass_on(turn: Turn, colleague: str, writer: str) -> bool:
    policy = turn.policy
    local, _, domain = writer.rpartition("@")
    if not local or not domain or writer in (colleague, policy.address) or writer in policy.own_addresses:
        return False
    if agents.agent_at(policy, colleague) is not None:
        return True
    return answers.insider(turn, colleague) and answers.insider(turn, writer)


def passed_on(turn: Turn, mail: Mail) -> None:
    """Keep the colleague's words as a note in the record that the forwarded mail came to, and the colleague in it."""
    filed = next((effect for effect in reversed(turn.effects) if isinstance(effect, MailFiled)), None)
    sender = mail.sender
    if filed is None or sender is None:
        return
    if turn.participant(filed.record, sender.address) is None:
        colleague = Participant(
            record=filed.record,
            address=sender.address,
            name=sender.name,
            role="copied",
            insider=answers.insider(turn, sender.address),
            joined_at=turn.at,
            last_message_id=mail.message_id,
            last_subject=mail.subject,
        )
        turn.person(colleague, _PASSED_ON)
    words = (mail.new_text or "").strip()
    if words and mail.forwarded is not None and words != (mail.forwarded.text or "").strip():
        turn.effects.append(
            NoteAdded(
                cause=turn.cause, at=turn.at, reason=_PASSED_ON, record=filed.record, text=words, actor=sender.address
            )
        )
