"""Bounces: mails that came back (RFC 3464, RFC 3461, RFC 3463), and those of servers that never read a standard.

Where there is a delivery-status part it is believed. Elsewhere hints are counted (a daemon as sender, its subject, its
phrases, SMTP replies, the old mail enclosed), for each alone is also found in mails of people; two independent ones
are needed. The notice itself, above the enclosed mail, then tells recipients and codes.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from ingest.addresses import parse_addresses
from ingest.bounce_hints import hints
from ingest.bounce_notice import read_notice
from ingest.charset import decode, decode_header
from ingest.event import Address, Bounce, BounceRecipient
from ingest.mime import Headers, Message, Part, split_head

_MAX_RECIPIENTS: Final = 200


class Found(NamedTuple):
    """A bounce and the rules by which it is one."""

    bounce: Bounce
    rules: tuple[str, ...]


def read_bounce(
    message: Message, sender: Address | None, subject: str | None, text: str, envelope: Mapping[str, Any]
) -> Found | None:
    """The bounce that a mail is, or None: also for reports of success, of abuse and of reading."""
    report = (
        message.root.params.get("report-type", "").lower() if message.root.content_type == "multipart/report" else ""
    )
    if report in {"feedback-report", "disposition-notification"} or _has(message, "message/feedback-report"):
        return None
    told = _from_status_parts(message)
    if told and all(r.action in _FINE for r in told):
        return None  # delivered, relayed or expanded
    failed = tuple(r for r in told or () if r.action not in _FINE and r.address)
    if failed:
        return Found(
            Bounce(message_id=_message_id(message, ""), recipients=_completed(failed, text)), ("delivery-status",)
        )
    rules = ("delivery-status",) if told else hints(message, sender, subject, text, envelope)
    if not rules:
        return None
    listed = re.findall(r"[^\s<>,;]+@[^\s<>,;]+", message.headers.text("x-failed-recipients") or "")
    notice = read_notice(text, _own_addresses(message), list(dict.fromkeys(listed)))
    stated = tuple(r for r in _recipients_of(text[:100_000]) if r.address) if "ecipient:" in text else ()
    recipients = stated or notice.recipients
    if not recipients and (enclosed_to := _enclosed_recipient(message)):
        recipients = (
            BounceRecipient(
                address=enclosed_to,
                status=notice.status,
                action=notice.action,
                permanent=notice.permanent,
                diagnostic=notice.diagnostic,
            ),
        )
    if told and len(recipients) == 1:  # the status part has the code, but no address
        recipients = (msgspec.structs.replace(told[0], address=recipients[0].address),)
    return Found(
        Bounce(message_id=_message_id(message, notice.enclosed), recipients=recipients[:_MAX_RECIPIENTS]), rules
    )


def _has(message: Message, kind: str) -> bool:
    return any(part.content_type == kind for part in message.parts)


def _own_addresses(message: Message) -> frozenset[str]:
    """Whom the bounce was sent to: the writer of the mail that bounced, not its recipient."""
    value = message.headers.text("to") or ""
    return frozenset(found.lower() for found in re.findall(r"[^\s<>,;\"]+@[^\s<>,;\"]+", value))


# --- RFC 3464 -------------------------------------------------------------------------------------

_FINE: Final = frozenset({"delivered", "relayed", "expanded"})
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_CODED_STATUS = re.compile(r"(?<![\d.])[45]\d\d[ \-]#?([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_TYPED = re.compile(r"^\s*[\w.-]+\s*;\s*(.*)$", re.DOTALL)


def _from_status_parts(message: Message) -> tuple[BounceRecipient, ...] | None:
    """The recipients of all delivery-status parts of this mail; None where there is no such part."""
    found: list[BounceRecipient] = []
    seen = False
    for part in message.parts:
        if part.content_type in {"message/delivery-status", "message/global-delivery-status"} and not part.mails_above:
            seen = True
            found.extend(_recipients_of(decode(part.payload[:500_000])[0]))
    if not seen:
        return None
    return tuple({(r.address or "").lower(): r for r in reversed(found)}.values())[::-1][:_MAX_RECIPIENTS]


def _recipients_of(status: str) -> Iterator[BounceRecipient]:
    """The per-recipient groups of fields: divided by blank lines, or by the next Final-Recipient."""
    for block in re.split(r"\n[ \t]*\r?\n", status.replace("\r\n", "\n").strip()):
        fields: dict[str, str] = {}
        for line in re.sub(r"\n[ \t]+", " ", block).split("\n"):
            name, colon, value = line.partition(":")
            name = name.strip().lower()
            if not colon or len(name) > 40:
                continue
            if name == "final-recipient" and name in fields:
                yield _recipient_of(fields)
                fields = {}
            fields.setdefault(name, value.strip())
        if fields.keys() & {"final-recipient", "original-recipient", "x-actual-recipient"}:
            yield _recipient_of(fields)


def _recipient_of(fields: dict[str, str]) -> BounceRecipient:
    status = _STATUS.search(fields.get("status", ""))
    words = fields.get("action", "").split()
    action = words[0].strip("();,").lower() or None if words else None
    diagnostic = fields.get("diagnostic-code")
    diagnostic = (hit[1] if (hit := _TYPED.match(diagnostic)) else diagnostic) if diagnostic else None
    code = _best_status(status[1] if status else None, diagnostic)
    names = ("final-recipient", "original-recipient", "x-actual-recipient")
    return BounceRecipient(
        address=next((found for name in names if (found := _address(fields.get(name, "")))), None),
        status=code,
        action=action,
        permanent=_permanent(code, action, diagnostic),
        diagnostic=" ".join(diagnostic.split())[:1_000] if diagnostic else None,
    )


def _address(value: str) -> str | None:
    hit = _TYPED.match(value)
    text = (hit[1] if hit else value).strip().strip("<>").strip()
    found = re.search(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;\"]+|\"[^\"]+\"@[^\s<>]+", text)
    return found[0].rstrip(".") if found else None


def _best_status(status: str | None, diagnostic: str | None) -> str | None:
    """The Status field, unless it only says the class and the server's own words say more."""
    if status and not status.endswith(".0.0"):
        return status
    hit = _STATUS.search(diagnostic or "")
    if hit and (status is None or (hit[1][0] == status[0] and not hit[1].endswith(".0.0"))):
        return hit[1]
    return status


_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[\s\-:#])")


def _permanent(status: str | None, action: str | None, diagnostic: str | None) -> bool | None:
    if action == "delayed":
        return False
    if status:
        return status[0] == "5"
    if hit := _REPLY_CODE.search(diagnostic or ""):
        return hit[1] == "5"
    return True if action == "failed" else None


def _completed(recipients: tuple[BounceRecipient, ...], text: str) -> tuple[BounceRecipient, ...]:
    """A recipient without a code, or with one that only says its class, gets the one that the notice states."""
    if len(recipients) != 1:
        return recipients
    if stated := recipients[0].status:
        told = _CODED_STATUS.search(text[:20_000]) if stated.endswith(".0.0") else None
        better = told is not None and told[1][0] == stated[0] and not told[1].endswith(".0.0")
        return (msgspec.structs.replace(recipients[0], status=told[1]),) if told and better else recipients
    hit = _STATUS.search(text[:20_000])
    if hit is None:
        return recipients
    only = recipients[0]
    return (msgspec.structs.replace(only, status=hit[1], permanent=_permanent(hit[1], only.action, None)),)


# --- which mail came back -------------------------------------------------------------------------

_ID_LINE = re.compile(r"(?im)^[\s>|]{0,8}message-id:[ \t]*\n?[ \t]*<?([^\s<>]{3,500}?)>?[ \t]*$")


def _message_id(message: Message, enclosed: str) -> str | None:
    """The Message-ID of the mail that bounced, from the copy that the bounce encloses."""
    for part in message.parts:
        headers = _enclosed_headers(part)
        if headers is not None and (found := _id_of(headers)):
            return found
    if enclosed and (hit := _ID_LINE.search(enclosed)):
        return hit[1]
    for part in message.parts[1:]:
        if not part.mails_above and (found := _id_of(part.headers)):
            return found
        if (
            part.content_type.startswith("text/")
            and not part.mails_above
            and (hit := _ID_LINE.search(part.text()[0][:200_000]))
        ):
            return hit[1]
    hit = re.search(r"<([^<>\s]+)>", message.headers.text("in-reply-to") or message.headers.text("references") or "")
    return hit[1] if hit else None


def _enclosed_recipient(message: Message) -> str | None:
    """Whom the enclosed mail was for, where it was for one person only."""
    for part in message.parts:
        if part.content_type == "message/rfc822" and part.children:
            boxes = parse_addresses(part.children[0].headers.raw("to"))
            return boxes[0].address if len(boxes) == 1 else None
    return None


_HEADER_PARTS = frozenset({"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"})


def _enclosed_headers(part: Part) -> Headers | None:
    """The header fields of an enclosed mail, or of what a server left of it."""
    if part.content_type in {"message/rfc822", "message/global"} and part.children:
        return part.children[0].headers
    if part.content_type in _HEADER_PARTS or part.content_type == "message/rfc822":
        return split_head(part.payload.lstrip())[0]
    return None


def _id_of(headers: Headers) -> str | None:
    value = headers.raw("message-id")
    text = decode_header(value) if value else ""
    return text.strip("<> ") or None
