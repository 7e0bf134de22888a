"""A mail, read: RFC 5322 bytes to `Mail`. Composes the readers of this package; pure, and without an exception."""

import mimetypes
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import ValidationError, convert
from msgspec.structs import replace

from ingest import automatic, bounce, forwarded, tnef
from ingest.addresses import first_address, parse_addresses
from ingest.authentication import authenticate
from ingest.calendar_text import calendar_text
from ingest.event import Address, Attachment, Bounce, DigestReply, Grant, Mail, Reading
from ingest.html import html_to_marked, strip_marks, without_signs
from ingest.judging import judged
from ingest.language import language_of_mail
from ingest.mime import Headers, Message, Part, parse
from ingest.quoting import split_reply

_MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")
_OFFSET = re.compile(r"([+-])([0-9]{2})([0-9]{2})(?![0-9])")
_ZONE_WITHIN = 40
_MAX_REFERENCES = 200
_MAX_TEXT = 2_000_000
_INSIDE = 100_000
"""A file inside part n (a winmail.dat) is numbered n * 100,000 + 1 and on: beyond any real part."""


def read_mail(raw: bytes, reading: Reading, envelope: Mapping[str, Any]) -> Mail:
    """What a mail says; never raises, whatever the bytes.

    `envelope` may hold `mail_from`, `rcpt_to`, and `answers`: the Message-ID of the mail of ours that this one answers,
    or that came back; the door knows it for certain.
    """
    named = envelope.get("answers")
    answers = named if isinstance(named, str) else None
    message = parse(raw)
    headers = message.headers
    hint = message.charset_hint
    body = read_body(message)
    marked = body.marked
    text = strip_marks(marked).strip("\n") if marked else ""
    subject = headers.text("subject", hint)
    sender = sender_of(headers, hint)
    found = bounce.read_bounce(message, sender, subject, text, envelope)
    verdict = automatic.judge(message, sender, subject, found.rules if found else (), reading, envelope)
    reply = split_reply(marked)
    to, cc = parse_addresses(_joined(headers, "to"), hint), parse_addresses(_joined(headers, "cc"), hint)
    # A rule may take a machine's mail for a person's.
    by_person = verdict.automatic is None or bool(reading.rules)
    mail = Mail(
        sender=sender,
        to=to,
        cc=cc,
        subject=subject,
        date=read_date(headers),
        message_id=message_id_of(headers.text("message-id")),
        in_reply_to=answers or message_id_of(headers.text("in-reply-to")),
        references=tuple(_MESSAGE_ID.findall(headers.text("references") or "")[-_MAX_REFERENCES:]),
        text=text.strip() or None,
        new_text=reply.new,
        quoted_text=reply.quoted,
        attachments=tuple(body.attachments),
        automatic=verdict.automatic,
        answerable=verdict.answerable,
        bounce=_attributed(found.bounce, answers) if found and verdict.automatic == "bounce" else None,
        forwarded=None if found else forwarded.read_forwarded(message, reply, subject),
        rules=verdict.rules,
        recipients=recipients_of(headers, envelope, to, cc),
        oddities=tuple(dict.fromkeys([*message.oddities, *body.oddities])),
        authentication_results=headers.text("authentication-results"),
        utc_offset=read_offset(headers),
        authentication=authenticate(headers, sender, envelope, reading),
        answers=answers,
        granted=grant_in(envelope),
        digest=digest_in(envelope),
        language=language_of_mail(reply.new or text, subject) if by_person else None,
    )
    return judged(mail, message, envelope, reading, len(raw))


def grant_in(envelope: Mapping[str, Any]) -> Grant | None:
    """What a ticket in the mail allows, as the door noted it."""
    try:
        return convert(envelope["granted"], Grant) if "granted" in envelope else None
    except ValidationError:
        return None


def digest_in(envelope: Mapping[str, Any]) -> DigestReply | None:
    """What the door found: the digest that the mail answers; None for any other mail."""
    try:
        return convert(envelope["digest"], DigestReply) if "digest" in envelope else None
    except ValidationError:
        return None


def _attributed(found: Bounce, answers: str | None) -> Bounce:
    return found if answers is None else replace(found, message_id=answers)


def message_id_of(value: str | None) -> str | None:
    """The first message id of a field, without its angle brackets."""
    if not value:
        return None
    hit = _MESSAGE_ID.search(value)
    return (hit[1] if hit else value.split()[0].strip("<>")) or None


def read_date(headers: Headers) -> datetime | None:
    """The Date field, in UTC."""
    return forwarded.read_date(headers.text("date"))


def read_offset(headers: Headers) -> int | None:
    """The Date field's zone in minutes ahead of UTC; None where it states none as a number."""
    found = _OFFSET.search((headers.text("date") or "")[-_ZONE_WITHIN:])
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    return -minutes if found[1] == "-" else minutes


def sender_of(headers: Headers, hint: str | None) -> Address | None:
    """The person to answer: From; where it has no address Reply-To, Return-Path, Sender.

    Reply-To wins over From only where X-Original-From says the same address: so does a forwarding list that had to put
    itself into From. Anything else would let a stranger send our answers to somebody else.
    """
    sender = next((box for value in headers.every("from") if (box := first_address(value, hint))), None)
    if sender is not None and (original := headers.raw("x-original-from")):
        reply_to, first = first_address(headers.raw("reply-to"), hint), first_address(original, hint)
        if reply_to and first and reply_to.address.lower() == first.address.lower():
            return Address(reply_to.name or first.name, reply_to.address)
    if sender is not None:
        return sender
    for name in ("reply-to", "return-path", "sender"):
        if found := first_address(headers.raw(name), hint):
            return found
    return None


def recipients_of(
    headers: Headers, envelope: Mapping[str, Any], to: tuple[Address, ...], cc: tuple[Address, ...]
) -> tuple[str, ...]:
    """Addresses that the mail went to, in lower case: the envelope's, those that servers noted, To and Cc."""
    found = dict.fromkeys(str(address).lower() for address in envelope.get("rcpt_to") or ())
    for name in ("delivered-to", "x-original-to", "envelope-to"):
        for value in headers.every(name)[:50]:
            found.update(dict.fromkeys(box.address.lower() for box in parse_addresses(value)))
    found.update(dict.fromkeys(box.address.lower() for box in (*to, *cc)))
    return tuple(found)


def _joined(headers: Headers, name: str) -> bytes | None:
    values = headers.every(name)
    return b", ".join(values) if len(values) > 1 else values[0] if values else None


def html_body(raw: bytes) -> str | None:
    """The raw HTML of a mail, not sanitised; None where it has none."""
    return read_body(parse(raw)).html


def part_bytes(raw: bytes, part_index: int) -> tuple[Attachment, bytes]:
    """The attachment with that `Attachment.part`, and its decoded content. KeyError where the mail has none such."""
    message = parse(raw)
    found = next((item for item in read_body(message).attachments if item.part == part_index), None)
    if found is None:
        raise KeyError(part_index)
    if part_index >= len(message.parts):
        owner, inside = divmod(part_index, _INSIDE)
        wrapped = tnef.unwrap(message.parts[owner].payload)
        return found, wrapped.files[inside - 1][1] if wrapped else b""
    return found, message.parts[part_index].payload


# --- text and attachments -------------------------------------------------------------------------


class Body:
    """The readable text (with the marks of `ingest.html`), the raw HTML, and what is attached."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.invitations: list[str] = []
        self.wrapped: str | None = None
        self.html: str | None = None
        self.attachments: list[Attachment] = []
        self.oddities: list[str] = []

    @property
    def says_something(self) -> bool:
        """Whether any text was found; marks alone are none."""
        return any(strip_marks(piece).strip(" \n\t_") for piece in self.pieces)

    @property
    def marked(self) -> str:
        pieces = [piece.strip("\n") for piece in self.pieces if piece and not piece.isspace()]
        if not pieces:
            pieces = [self.wrapped] if self.wrapped else self.invitations
        return "\n\n".join(pieces)[:_MAX_TEXT]


def read_body(message: Message) -> Body:
    """Chooses what is the text of a mail and what is attached to it."""
    body = Body()
    _gather(message.root, body, inline=False)
    return body


def _gather(part: Part, body: Body, inline: bool) -> None:
    kind = part.content_type
    if part.children and kind.startswith("multipart/"):
        if kind == "multipart/alternative":
            _alternative(part, body)
        else:
            for n, child in enumerate(part.children):
                _gather(child, body, inline=inline or (kind == "multipart/related" and n > 0))
        return
    if _is_text(part):
        _text_part(part, body)
        return
    _attach(part, body, inline)


def _is_text(part: Part) -> bool:
    if part.content_type not in {"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown"}:
        return False
    disposition, params = part.disposition
    if part.depth == 0:
        return disposition != "attachment" or not part.filename
    return disposition != "attachment" and not params.get("filename")


def _text_part(part: Part, body: Body) -> None:
    text, oddity = part.text()
    if oddity:
        body.oddities.append(oddity)
    if part.content_type == "text/html":
        body.html = text if body.html is None else body.html + text
        body.pieces.append(html_to_marked(text[:_MAX_TEXT]))
        return
    if part.content_type in {"text/enriched", "text/richtext"}:
        text = re.sub(r"<[^<>]{0,200}>", "", text.replace("<<", "<"))
    body.pieces.append(without_signs(text).replace("\x00", ""))


def _alternative(part: Part, body: Body) -> None:
    """HTML counts unless it is empty; what is no text at all is attached (a calendar invitation)."""
    texts: list[Body] = []
    rich: list[Body] = []
    for child in reversed(part.children):
        if rich and child.content_type == "text/plain" and not child.filename:
            continue
        inner = Body()
        _gather(child, inner, inline=False)
        texts.insert(0, inner)
        if inner.html is not None and inner.says_something:
            rich.append(inner)
    plain = [inner for inner in texts if inner.says_something]
    chosen = rich[0] if rich else plain[0] if plain else None
    if chosen is not None:
        body.pieces += chosen.pieces
        body.html = chosen.html if body.html is None else body.html + (chosen.html or "")
    for inner in texts:
        body.attachments += inner.attachments
        body.oddities += inner.oddities
        body.invitations += inner.invitations


def _attach(part: Part, body: Body, inline: bool) -> None:
    if part.content_type == "text/calendar":
        body.invitations.append(calendar_text(part.text()[0]))
    if part.content_type in _TNEF_TYPES or (part.filename or "").lower() == "winmail.dat":
        if _attach_wrapped(part, body):
            return
        body.oddities.append("winmail-unreadable")
    ident = (part.headers.text("content-id") or "").strip("<> ") or None
    body.attachments.append(
        Attachment(
            filename=_filename(part),
            content_type=part.content_type,
            size=len(part.payload),
            inline=part.disposition[0] == "inline" or (inline and part.disposition[0] != "attachment"),
            part=part.index,
            content_id=ident,
        )
    )


_TYPES = mimetypes.MimeTypes()
"""Python's own table, not that of the machine: the same mail reads the same everywhere."""
_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


def _attach_wrapped(part: Part, body: Body) -> bool:
    """Attaches what a winmail.dat wraps; its text counts where the mail has no other."""
    found = tnef.unwrap(part.payload)
    if found is None:
        return False
    for number, (name, data) in enumerate(found.files[: _INSIDE - 1], 1):
        kind = _TYPES.guess_type(name or "")[0] or "application/octet-stream"
        place = part.index * _INSIDE + number
        body.attachments.append(Attachment(filename=name, content_type=kind, size=len(data), inline=False, part=place))
    if found.html or found.text:
        body.wrapped = html_to_marked(found.html) if found.html else without_signs(found.text or "")
    body.oddities.append("winmail-unwrapped")
    return True


def _filename(part: Part) -> str | None:
    name = part.filename
    if name is None and part.content_type == "message/rfc822" and part.children:
        subject = part.children[0].headers.text("subject")
        if subject:
            return re.sub(r"[\\/:*?\"<>|\x00-\x1f]", "_", subject)[:120] + ".eml"
    return name
