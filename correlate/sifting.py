"""What does not reach the records: spam, and what a rule ignores. What a rule trusts does, whatever wrote it."""

from typing import Literal

from msgspec.structs import replace

from correlate import threads
from correlate.effects import IgnoredMail, InputIgnored
from correlate.records import Reason
from correlate.rules import Ruling, ruling_of
from correlate.turn import Turn
from ingest.event import Mail, Spam

SPAM_TAG = "spam"


def sifted(turn: Turn, mail: Mail) -> Mail | None:
    """The mail as it is to be decided on; None where it is kept out, which has been said then.

    `turn.ruling` is what the rules say of it.
    """
    if mail.spam is None and mail.ruled is None and mail.overruled_by is None:
        return mail
    turn.ruling = ruling_of(turn.policy, mail)
    if mail.overruled_by is not None:
        reason = Reason("taken for no spam by a person", {"actor": mail.overruled_by})
        turn.ruling = _with_reason(turn.ruling, reason)
        return mail
    ruled, spam = mail.ruled, mail.spam
    if ruled is not None and ruled.ignored_by is not None:
        _keep_out(turn, mail, "rule", Reason("ignored by a rule", {"name": ruled.ignored_by}))
        return None
    trust = ruled.trust if ruled is not None else None
    if ruled is not None and trust == "spam":
        return _spam(turn, mail, Reason("distrusted by a rule", {"name": ruled.trusted_by}))
    if spam is not None and spam.spam and trust is None and threads.record_of_bounce(turn, mail) is None:
        told = {"by": spam.by, "said": _said(spam)}
        return _spam(turn, mail, Reason("spam, tagged only" if turn.policy.spam_opens else "spam", told))
    if spam is not None and spam.missing is not None:
        reason = Reason("spam filter did not answer", {"by": spam.by, "why": spam.missing})
        turn.ruling = _with_reason(turn.ruling, reason)
    if trust == "person" and mail.automatic not in (None, "own", "bounce"):
        # Whether it may be answered stays as it is: RFC 3834 asks what the mail says of itself.
        return replace(mail, automatic=None)
    return mail


def _spam(turn: Turn, mail: Mail, reason: Reason) -> Mail | None:
    if not turn.policy.spam_opens:
        _keep_out(turn, mail, "spam", reason)
        return None
    ruling = turn.ruling or Ruling()
    turn.ruling = _with_reason(replace(ruling, tags=(*ruling.tags, SPAM_TAG)), reason)
    return replace(mail, answerable=False)


def _keep_out(turn: Turn, mail: Mail, why: Literal["spam", "rule"], reason: Reason) -> None:
    """A participant's reply shows in its record all the same, so that a customer's words are not overlooked."""
    sender = mail.sender.address if mail.sender is not None else None
    number = threads.record_of_thread(turn, mail)
    known = number is not None and sender is not None and turn.participant(number, sender) is not None
    kept = IgnoredMail(why, sender, mail.subject)
    turn.effects.append(
        InputIgnored(cause=turn.cause, at=turn.at, reason=reason, record=number if known else None, kept=kept)
    )


def _with_reason(ruling: Ruling | None, reason: Reason) -> Ruling:
    ruling = ruling or Ruling()
    return replace(ruling, reasons=(*ruling.reasons, reason))


def _said(spam: Spam) -> str:
    if spam.score is None:
        return spam.action or "yes"
    limit = "" if spam.required is None else f" of {spam.required:g}"
    return f"{spam.action + ', ' if spam.action else ''}score {spam.score:g}{limit}"
