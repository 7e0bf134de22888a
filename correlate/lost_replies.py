"""Replies that lead nowhere and say nothing by themselves: "Any news?" on a matter that is over, or that nobody knows.

A record of its own would hold no word of what it is about. The sender hears why nothing came of the mail, once a day;
whoever has something to say gets a record as ever.
"""

import re

from correlate import filing, gist, refusing, threads
from correlate.keys import numbers_in
from correlate.records import Reason, Record
from correlate.similarity import marks_in, telling_words
from correlate.turn import Turn
from correlate.words import tokens
from ingest.event import Mail

_TICKET = re.compile(
    r"\s*(?:#?(?:accept|decline|confirm)\s+[A-Z]{2,4}-\d{1,9}\s+a|unsubscribe\s+u)\d{1,18}-[a-z2-7]{4,16}\s*",
    re.IGNORECASE,
)
_KEYED = re.compile(r"[^@+]+\+r\d{1,18}-[a-z2-7]{16}@[^@]+")
_UNKNOWN = Reason("points to nothing known")
_LATE_THANKS = Reason("thanks after the end")
_SAYING = 2
"""A reply of fewer telling words says nothing that a record could be about."""
_SHORT = 12
"""More words than this are something to say, whatever they are."""


def led_nowhere(turn: Turn, mail: Mail, own_words: str) -> bool:
    """File or refuse a reply that no proof led to a record, where it says nothing by itself; False where it does."""
    if mail.overruled_by is not None or mail.sender is None:
        return False
    if _TICKET.fullmatch(mail.subject or "") is not None:
        # A link of ours that is spoilt, or of a desk that is no more: what it was to do is not done.
        _refuse(turn, mail, "unknown", Reason("ticket proves nothing"))
        return True
    if not threads.replies(mail) or mail.attachments or _says_something(mail, own_words):
        return False
    record = _over(turn, mail)
    if record is not None:
        if filing.only_thanks(mail):
            filing.file(turn, mail, record.number, _LATE_THANKS)
        else:
            _refuse(turn, mail, "closed", Reason("replied to a closed record", {"record": record.number}), record)
        return True
    if _points_at_nothing(turn, mail):
        _refuse(turn, mail, "unknown", _UNKNOWN)
        return True
    return False


def _refuse(turn: Turn, mail: Mail, code: refusing.Code, why: Reason, about: Record | None = None) -> None:
    turn.input_ignored(why, about.number if about is not None else None)
    refusing.refuse(turn, mail, code, [], about=about)


def _says_something(mail: Mail, own_words: str) -> bool:
    """In doubt it does: only a bare question, courtesy and nothing at all do not."""
    words = own_words.strip()
    if not words or gist.asks_for_status(words) or filing.only_thanks(mail):
        return False
    question = words.split("\n\n")[0].rstrip().endswith(("?", "？"))
    if not question or len(tokens(words)) > _SHORT or marks_in(words):
        return True
    sender = mail.sender
    signed = frozenset(tokens(f"{sender.name or ''} {sender.address.partition('@')[0]}")) if sender else frozenset()
    return len(telling_words(words, signed)) >= _SAYING


def _over(turn: Turn, mail: Mail) -> Record | None:
    """The record that the mail answers, of which its sender is a participant; it has been over for too long."""
    answered = turn.situation.threads.get(mail.answers) if mail.answers else None
    address = mail.sender.address if mail.sender is not None else ""
    for number in (answered, threads.record_of_thread(turn, mail), *sorted(numbers_in(mail.subject))):
        record = turn.record(turn.situation.survivor(number)) if number is not None else None
        if record is not None and turn.participant(record.number, address) is not None:
            return None if threads.is_alive(turn, record) else record
    return None


def _points_at_nothing(turn: Turn, mail: Mail) -> bool:
    """Whether it names a record, or bears a key, of which its sender can know nothing. Whether there is such a record
    makes no difference: a stranger learns nothing by asking."""
    if threads.record_of_thread(turn, mail) is not None:
        return False
    own = {address.lower() for address in turn.policy.own_addresses}
    keyed = any(_KEYED.fullmatch(to) and _bare(to) in own for to in mail.recipients)
    return bool(numbers_in(mail.subject)) or (keyed and mail.answers is None)


def _bare(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
