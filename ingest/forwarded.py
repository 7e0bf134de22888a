"""The original of a mail that somebody forwarded by hand, so that its writer can become the requester."""

import email.utils
import re
from datetime import UTC, datetime

from ingest.addresses import first_address
from ingest.event import Address, Forwarded
from ingest.html import MARKS
from ingest.mime import Message
from ingest.quoting import header_block
from ingest.quoting.separator import separator
from ingest.quoting.words import FORWARD_SUBJECT

_SUBJECT = re.compile(r"\s*(?:\[[^\]]{1,40}\]\s*)?(?:" + "|".join(map(re.escape, FORWARD_SUBJECT)) + r")\s?(?:\[\d+\])?\s?[:：]", re.IGNORECASE)
_REPLY_SUBJECT = re.compile(r"(?i)\s*(?:re|aw|antw|sv|vs|odp|r|rif|ynt|ответ|回复|回覆|답장)\s?(?:\[\d+\])?\s?[:：]")
_UNQUOTE = re.compile(r"^\s{0,3}>\s?")


def read_forwarded(message: Message, marked: str, subject: str | None) -> Forwarded | None:
    """The forwarded original, or None for a mail that forwards nothing."""
    subject_says = bool(subject and _SUBJECT.match(subject))
    lines = [line for line in marked.split("\n")[:20_000] if not (len(line) == 1 and MARKS.match(line))]
    for n, line in enumerate(lines):
        kind = separator(line) if len(line) < 200 else None
        if kind == "forward" or (kind == "original" and subject_says):
            below = n + 1
            while below < len(lines) and not lines[below].strip(" >\t"):
                below += 1
            block = header_block.find(lines, below, least=2)
            if block is not None:
                return _from_block(lines, block)
        elif subject_says and ":" in line[:40]:
            block = header_block.find(lines, n)
            if block is not None:
                return _from_block(lines, block)
    if subject_says and not (subject and _REPLY_SUBJECT.match(subject)):
        return _from_attachment(message)
    return None


def _from_block(lines: list[str], block: header_block.HeaderBlock) -> Forwarded:
    body = lines[block.end :]
    if lines[block.start].lstrip().startswith(">"):
        body = [_UNQUOTE.sub("", line) for line in body]
    text = "\n".join(line.rstrip() for line in body).strip()
    return Forwarded(
        sender=_sender(block.fields.get("from", "")),
        subject=block.fields.get("subject") or None,
        date=read_date(block.fields.get("date")),
        text=text or None,
    )


_MAILTO = re.compile(r"[\[<(]\s*mailto:([^\]>)\s]+)[\]>)]", re.IGNORECASE)


def _sender(value: str) -> Address | None:
    return first_address(_MAILTO.sub(r"<\1>", value).replace("*", ""))


def read_date(value: str | None) -> datetime | None:
    """An RFC 5322 date; None for the free forms that clients write in their own language."""
    if not value:
        return None
    try:
        found = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None


def _from_attachment(message: Message) -> Forwarded | None:
    """A mail that was forwarded as an attachment."""
    for part in message.parts[1:]:
        if part.content_type == "message/rfc822" and part.mails_above == 0 and part.children:
            inner = part.children[0]
            text = next((p for p in inner.walk() if p.content_type == "text/plain"), None)
            return Forwarded(
                sender=first_address(inner.headers.raw("from"), message.charset_hint),
                subject=inner.headers.text("subject", message.charset_hint),
                date=read_date(inner.headers.text("date")),
                text=(text.text()[0].strip() or None) if text else None,
            )
    return None
