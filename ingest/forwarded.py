"""The original of a mail that somebody forwarded by hand, so that its writer can become the requester."""

import email.utils
import re
from datetime import UTC, datetime, timedelta, timezone

from ingest.addresses import first_address
from ingest.event import Address, Forwarded
from ingest.free_dates import read_free_date
from ingest.html import MARK_SIGNS
from ingest.mime import Message
from ingest.quoting import Reply, header_block
from ingest.quoting.words import FORWARD_SUBJECT

_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)?(?:" + "|".join(map(re.escape, FORWARD_SUBJECT)) + r")\s?(?:\[\d+\])?\s?[:：]",
    re.IGNORECASE,
)
_UNQUOTE = re.compile(r"^\s{0,3}>\s?")


def read_forwarded(message: Message, reply: Reply, subject: str | None) -> Forwarded | None:
    """The forwarded original, or None for a mail that forwards nothing."""
    subject_says = bool(subject and _SUBJECT.match(subject))
    old = reply.old
    if old is not None and old.block is not None and (old.told_by == "forward" or subject_says):
        return _from_block(reply.lines, old.block, _zone_of(message.headers.text("date")))
    return _from_attachment(message) if subject_says else None


def _zone_of(date: str | None) -> timezone:
    """Where the person is who forwards: their client writes the old mail's time as it was there."""
    hit = _DATE.match(date or "")
    if hit is None:
        return UTC
    offset = timedelta(hours=int(hit[8]) % 24, minutes=int(hit[9]))
    return timezone(-offset if hit[7] == "-" else offset) if offset < timedelta(hours=24) else UTC


def _from_block(lines: list[str], block: header_block.HeaderBlock, zone: timezone) -> Forwarded:
    body = lines[block.end :]
    if lines[block.start].lstrip().startswith(">"):
        body = [_UNQUOTE.sub("", line) for line in body]
    text = "\n".join(line.rstrip() for line in body if line not in MARK_SIGNS).strip()
    return Forwarded(
        sender=_sender(block.fields.get("from", "")),
        subject=block.fields.get("subject") or None,
        date=_date_of(block.fields.get("date"), zone),
        text=text or None,
    )


def _date_of(value: str | None, zone: timezone) -> datetime | None:
    """RFC 5322 has one reading; so have most of the free forms."""
    if not value or _DATE.match(value):
        return read_date(value)
    return read_free_date(value, zone)


_MAILTO = re.compile(r"[\[<(]\s*mailto:([^\]>)\s]+)[\]>)]", re.IGNORECASE)


def _sender(value: str) -> Address | None:
    return first_address(_MAILTO.sub(r"<\1>", value).replace("*", ""))


_DATE = re.compile(
    r"\s*(?:[A-Za-z]{3},)?\s*(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})\s+(\d\d):(\d\d)(?::(\d\d))?\s+([+-])(\d\d)(\d\d)\b"
)
_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6} | {
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip


def read_date(value: str | None) -> datetime | None:
    """An RFC 5322 date, in UTC; `ingest.free_dates` reads the forms that clients write in their own language."""
    if not value:
        return None
    hit = _DATE.match(value)
    try:
        if hit and (month := _MONTHS.get(hit[2].lower())):
            offset = timedelta(hours=int(hit[8]), minutes=int(hit[9]))
            zone = timezone(-offset if hit[7] == "-" else offset)
            clock = int(hit[4]), int(hit[5]), min(int(hit[6] or 0), 59)
            return datetime(int(hit[3]), month, int(hit[1]), *clock, tzinfo=zone).astimezone(UTC)
        found = email.utils.parsedate_to_datetime(value[:200])
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
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
