"""Notices to people that something they sent could not be done, and why; never to machines, and not again and again."""

from collections.abc import Sequence
from typing import Literal

from correlate import answers, limits
from correlate.identity import message_id
from correlate.reasons import sentence
from correlate.records import Outgoing, Reason, Record
from correlate.subjects import subject_of
from correlate.turn import Turn
from ingest.event import Mail

Code = Literal["too_large", "command", "unverified", "unknown", "closed"]
_MAY_NOT = Reason("must not be answered")
_REFUSED = Reason("told what was not taken")
_MOST_WORDS = 2_000


def refuse(
    turn: Turn,
    mail: Mail,
    code: Code,
    why: Sequence[Reason],
    *,
    about: Record | None = None,
    words: str | None = None,
    always: bool = False,
    confirm: bool = False,
) -> None:
    """Tell the sender why; once a day for one `code`, unless `always`. `words` are theirs, to be sent again; with
    `confirm` they get a ticket by which what was filed in a record can be confirmed."""
    address = mail.sender.address if mail.sender is not None else ""
    number = about.number if about is not None else None
    if not mail.answerable or not address:
        turn.withheld("refusal", address or None, number, _MAY_NOT)
        return
    if not always and limits.refused_today(turn, address, code):
        turn.withheld("refusal", address, number, Reason("refused today already", {"code": code}))
        return
    outgoing = Outgoing(
        message_id=message_id(turn.policy, f"refusal/{code}", address, number, turn.cause),
        kind="refusal",
        to=address,
        to_name=mail.sender.name if mail.sender is not None else None,
        about=number,
        subject=subject_of(number, mail.subject, reply=True) if number else f"Re: {mail.subject or ''}".strip(),
        template="refusal",
        facts={
            "code": code,
            "reasons": [sentence(reason) for reason in why],
            "text": words[:_MOST_WORDS] if words else None,
            "confirm": number if confirm else None,
        },
        language=turn.language or turn.policy.language,
        in_reply_to=mail.message_id,
        references=(mail.message_id,) if mail.message_id else (),
        held=turn.held,
    )
    answers.due(turn, outgoing, why[0] if why else _REFUSED)
