"""Subjects and references of outgoing mails, such that Gmail, Outlook and Apple Mail keep them in one conversation.

All three go by References; Gmail and Outlook also ask for the same subject, apart from what stands before it. The
number stands where RFC 5256 (2.1, `subj-blob`) takes it away again: in brackets, at the front, behind "Re:".
"""

import re

from correlate.records import Participant

_BEFORE = re.compile(
    r"\s*(?:(?:re|aw|antw|sv|vs|ref|rv|r|odp|res|fw|fwd|wg|tr|i|回复|答复|转发)\s*(?:\[\d{1,3}\])?\s*[:：]|\[(?:INC|REQ)-\d{1,9}\])",
    re.IGNORECASE,
)
_MOST_BEFORE = 20
KEPT_REFERENCES = 4


def subject_of(number: str, theirs: str | None, *, reply: bool) -> str:
    """The subject of a mail about a record: the same for all mails to a person who keeps to their subject."""
    base = " ".join((theirs or "").split())
    for _ in range(_MOST_BEFORE):
        before = _BEFORE.match(base)
        if before is None:
            break
        base = base[before.end() :].lstrip()
    return f"{'Re: ' if reply else ''}[{number}] {base}".rstrip()


def shortened(references: tuple[str, ...]) -> tuple[str, ...]:
    """The first and the newest mails that are referred to (RFC 5322, 3.6.4 lets the rest go)."""
    known = tuple(dict.fromkeys(references))
    return known if len(known) <= KEPT_REFERENCES else (known[0], *known[1 - KEPT_REFERENCES :])


def references_to(number: str, person: Participant, domain: str) -> tuple[str, ...]:
    """What a mail to this person refers to: the thread of their last mail.

    Who has never written gets a thread of their own, by an id that no mail has: clients group by it all the same.
    """
    if person.last_message_id is not None:
        return (*person.last_references, person.last_message_id)
    return (root_of(number, domain),)


def root_of(number: str, domain: str) -> str:
    """The Message-ID that begins the thread of a record; no mail bears it, and it proves nothing."""
    return f"{number.lower()}.thread@{domain}"
