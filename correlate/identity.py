"""Ids that are made from their cause, so that the same journal gives the same ids whatever the batches were."""

import hashlib
import json
import re
from datetime import datetime

from correlate.policy import Policy
from correlate.records import Cause, Deadline


def cause_of(deadline: Deadline, position: int) -> Cause:
    """The cause that a deadline is for what follows from it; `position` is of the input that let it be decided."""
    return Cause(position, 0, f"{deadline.id}@{_stamp(deadline.due)}")


def cause_key(cause: Cause) -> str:
    """What names the cause in ids: the deadline and its time, else the input's place. Independent of lag."""
    return cause.deadline if cause.deadline is not None else f"{cause.position}.{cause.index}"


def message_id(policy: Policy, kind: str, to: str, about: str | None, cause: Cause) -> str:
    """The Message-ID, without angle brackets, of the one mail of this kind to this address that this cause asks for."""
    basis = json.dumps([policy.epoch, kind, to, about, cause_key(cause)], ensure_ascii=False)
    digest = hashlib.blake2b(basis.encode("utf-8"), digest_size=12).hexdigest()
    return f"{(about or 'desk').lower()}.{digest}@{policy.message_id_domain}"


_KEY = re.compile(r"\.r[1-9][0-9]{0,17}-[a-z2-7]{16}(?=@)")


def known_as(name: str) -> str:
    """A Message-ID as the desk knows it: without the key that the shell put into those of our own mails."""
    return _KEY.sub("", name)


def digest_of(text: str) -> str:
    """A short name for a text, for ids of deadlines and keys of candidates."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=8).hexdigest()


def _stamp(moment: datetime) -> str:
    return moment.isoformat()


def mailbox(address: str) -> str:
    """Where mail to this address ends up, so that it cannot be filled under many spellings: case and +tags apart."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
