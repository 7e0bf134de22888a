"""What the administrator's rules and spam filters say of a mail that has been read: added to it. Pure."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ingest.event import Mail, Reading
from ingest.matching import Looked, ruled
from ingest.mime import Message
from ingest.spam import spam_of


def judged(mail: Mail, message: Message, envelope: Mapping[str, Any], reading: Reading, size: int) -> Mail:
    """The mail with `spam`, `ruled` and `overruled_by`. `size` is that of the whole mail in bytes.

    `envelope["overruled_by"]` names the agent who said that the mail is to be processed as usual.
    """
    overruled = envelope.get("overruled_by")
    by = overruled[:200] if isinstance(overruled, str) and overruled else None
    every = message.headers.every
    spam = None if by else spam_of(every, envelope, reading)
    found = None
    if reading.rules:
        looked = Looked(every=every, hint=message.charset_hint, values=_values(mail, envelope, size))
        found = ruled(reading.rules, looked)
    if spam is None and found is None and by is None:
        return mail
    return replace(mail, spam=spam, ruled=found, overruled_by=by)


def _values(mail: Mail, envelope: Mapping[str, Any], size: int) -> Mapping[str, tuple[str, ...]]:
    sender = envelope.get("mail_from")
    route = envelope.get("route")
    return {
        "envelope sender": (sender,) if isinstance(sender, str) else (),
        "recipient": mail.recipients,
        "route": (route,) if isinstance(route, str) else (),
        "body": (mail.text or "",),
        "attachment name": tuple(file.filename for file in mail.attachments if file.filename),
        "size": (str(size),),
        "verified": ("yes" if mail.authentication is not None and mail.authentication.verified else "no",),
        "written by": (mail.automatic or "person",),
    }


def is_kept_out(mail: Mail) -> bool:
    """Whether the mail is spam or ignored by a rule: then nothing in it is read as an alert either."""
    if mail.overruled_by is not None:
        return False
    ignored = mail.ruled is not None and (mail.ruled.ignored_by is not None or mail.ruled.trust == "spam")
    return ignored or (mail.spam is not None and mail.spam.spam and not _trusted(mail))


def _trusted(mail: Mail) -> bool:
    return mail.ruled is not None and mail.ruled.trust in ("person", "tool")
