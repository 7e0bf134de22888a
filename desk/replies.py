"""Outgoing mail as bytes: from the facts of an `Outgoing` to a message that threads, and that no program answers.

The same `Outgoing` always gives the same bytes, so that a redelivery is recognisable. Header fields that people's
words get into are written by `desk.header_fields`; those that are ours are ASCII by construction.
"""

import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from correlate.records import Outgoing
from desk.config import Settings
from desk.drawing import Painter
from desk.header_fields import address_field, text_field
from desk.mail_pictures import related, with_pictures
from desk.plus_addresses import STOP_WORD, PlusAddresses
from desk.rendering import House, Renderer, objects
from desk.signing import signers
from desk.wording import one_line

ANSWERS = frozenset({"acknowledgement", "known_incident", "bare_acknowledgement", "status", "refusal", "reopened"})
"""Templates that answer a mail, as opposed to those that tell what happened (RFC 3834, 5)."""
MOST_REFERENCES = 5
_ID = re.compile(r"[!-;=?-~]{1,900}")
_DOMAIN = re.compile(r"[A-Za-z0-9._-]+|\[[0-9.]+\]")
"""IDNA turns a full-width sign (">", "@") into the plain one, which would end the address and begin another."""


class UnsendableError(ValueError):
    """This mail can never be sent; the text says why."""


class Letter(Struct, frozen=True, kw_only=True):
    """A mail as it goes over the wire: lines end with CRLF. `utf8` says that the server must know SMTPUTF8."""

    mail_from: str
    rcpt_to: str
    message: bytes
    utf8: bool = False


class Composer:
    """Makes letters. Thread-safe. Raises ConfigError where a DKIM key cannot be used.

    `keys` makes what proves which mail is answered or stopped; without it mails have plain addresses only. `fell_back`
    hears a sentence where a template of the administrator's own had to be passed over. `painter` draws the pictures of
    digests; without it they have none.
    """

    def __init__(
        self,
        settings: Settings,
        keys: PlusAddresses | None = None,
        fell_back: Callable[[str], None] = lambda _words: None,
        painter: Painter | None = None,
    ) -> None:
        delivery = settings.delivery
        self._house = House(
            desk_name=settings.desk.name,
            address=settings.desk.address,
            public_url=settings.public_url(),
            timezone=settings.desk.timezone,
        )
        self._zone = ZoneInfo(settings.desk.timezone)
        self._renderer = Renderer(self._house, Path(delivery.templates) if delivery.templates else None, fell_back)
        self._plus = keys if delivery.plus_addresses else None
        self._keys = keys
        self._painter = painter
        self._signers = signers(delivery)

    def compose(self, outgoing: Outgoing, created_at: datetime, outbox_id: int) -> Letter:
        """The letter. `created_at` becomes its Date. Raises UnsendableError for an address that is none."""
        recipient, utf8 = _recipient(outgoing.to)
        stop = self._keys.ticket("stop", outbox_id, outgoing.message_id) if self._keys else None
        outgoing, pictures = with_pictures(outgoing, self._painter) if self._painter else (outgoing, ())
        rendered = self._renderer.render(self._with_tickets(self._with_way_out(outgoing, stop), outbox_id))
        bounce = self._plus.make("bounce", outbox_id, outgoing.message_id) if self._plus else self._house.address
        reply = self._plus.make("reply", outbox_id, outgoing.message_id) if self._plus else None
        head = [
            ("Date", format_datetime(created_at.astimezone(self._zone))),
            *threading_fields(outgoing, self._message_id(outgoing, outbox_id)),
            *automatic_fields(outgoing),
            ("X-Quietdesk", f"{self._house.address}; {'person' if auto_submitted(outgoing) is None else 'machine'}"),
            *self._list_fields(outgoing, stop),
            ("Content-Language", rendered.language),
        ]
        boundary = "=_" + hashlib.sha256(outgoing.message_id.encode()).hexdigest()[:24]
        parts = [*self._people(outgoing, recipient, reply), *(f"{name}: {value}\r\n".encode() for name, value in head)]
        parts.append(
            f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'.encode()
        )
        for kind, body in (("plain", rendered.text), ("html", rendered.html)):
            part = f"Content-Type: text/{kind}; charset=utf-8\r\n".encode()
            part += b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + quoted_printable(body) + b"\r\n"
            parts.append(f"--{boundary}\r\n".encode())
            parts.append(related(part, pictures, f"{boundary}.r") if kind == "html" and pictures else part)
        parts.append(f"--{boundary}--\r\n".encode())
        message = b"".join(parts)
        message = b"".join(signer.sign(message) for signer in self._signers) + message
        return Letter(mail_from=bounce, rcpt_to=recipient, message=message, utf8=utf8)

    def _people(self, outgoing: Outgoing, recipient: str, reply: str | None) -> Iterable[bytes]:
        name = one_line(self._house.desk_name)
        yield address_field("From", name, self._house.address)
        yield address_field("To", one_line(outgoing.to_name)[:200].strip(), recipient)
        if reply is not None:
            yield address_field("Reply-To", name, reply)
        yield text_field("Subject", one_line(outgoing.subject) or outgoing.about or name)

    def _with_way_out(self, outgoing: Outgoing, stop: str | None) -> Outgoing:
        """A digest with the address of the page that stops it."""
        if outgoing.kind != "digest" or stop is None:
            return outgoing
        return replace(outgoing, facts={**outgoing.facts, "stop_url": self._stop_url(stop)})

    def _with_tickets(self, outgoing: Outgoing, outbox_id: int) -> Outgoing:
        """A mail that something can be decided by, with the addresses for it; each is good for its reader, once."""
        if self._keys is None:
            return outgoing
        facts: dict[str, Any] = {}
        if isinstance(outgoing.facts.get("confirm"), str):
            facts["confirm_url"] = self._ticket_url("confirm", outgoing.facts["confirm"], outgoing, outbox_id)
        if outgoing.kind == "digest":
            rows = [dict(row) for row in objects(outgoing.facts.get("suggestions"))]
            for row in rows:
                for action in ("accept", "decline"):
                    row[f"{action}_url"] = self._ticket_url(action, str(row.get("id")), outgoing, outbox_id)
                if self._house.public_url:
                    ticket = self._keys.grant("card", str(row.get("id")), outbox_id, outgoing.message_id)
                    row["card_url"] = f"{self._house.public_url}/suggestions/{row.get('id')}/card/{ticket}"
            facts["suggestions"] = rows
        return replace(outgoing, facts={**outgoing.facts, **facts}) if facts else outgoing

    def _ticket_url(self, action: str, subject: str, outgoing: Outgoing, outbox_id: int) -> str:
        assert self._keys is not None
        ticket = self._keys.grant(action, subject, outbox_id, outgoing.message_id)
        return f"mailto:{self._house.address}?subject={quote(f'#{action} {subject} {ticket}')}"

    def _message_id(self, outgoing: Outgoing, outbox_id: int) -> str:
        """The Message-ID with a key in it: who names it in a reply has got this mail. The same mail has the same."""
        if self._keys is None or (outgoing.about is None and outgoing.kind != "digest"):
            return outgoing.message_id
        local, _, domain = outgoing.message_id.rpartition("@")
        return f"{local}.{self._keys.ticket('reply', outbox_id, outgoing.message_id)}@{domain}"

    def _stop_url(self, stop: str) -> str:
        return f"{self._house.public_url}/unsubscribe/{stop}"

    def _list_fields(self, outgoing: Outgoing, stop: str | None) -> Sequence[tuple[str, str]]:
        """A digest goes to everyone on a list, so it says how to leave it (RFC 2369, RFC 8058) and that it is bulk.

        Nothing else is: `Precedence: bulk` would make filters treat a personal answer like a newsletter.
        """
        if outgoing.kind != "digest":
            return ()
        fields = [("List-Id", f"<digest.{self._house.address.rpartition('@')[2]}>"), ("Precedence", "bulk")]
        if stop is not None:
            ways = [f"<mailto:{self._house.address}?subject={STOP_WORD}%20{stop}>"]
            if self._stop_url(stop).startswith("https://"):
                ways.append(f"<{self._stop_url(stop)}>")
                fields.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
            fields.append(("List-Unsubscribe", ",\r\n ".join(ways)))
        return fields


def auto_submitted(outgoing: Outgoing) -> str | None:
    """The value of Auto-Submitted (RFC 3834): None for what a person wrote on a page."""
    if outgoing.template == "answer":
        return None
    return "auto-replied" if outgoing.template in ANSWERS and outgoing.in_reply_to else "auto-generated"


def automatic_fields(outgoing: Outgoing) -> Sequence[tuple[str, str]]:
    """What keeps other programs from answering; `X-Auto-Response-Suppress` is Exchange's own."""
    value = auto_submitted(outgoing)
    return () if value is None else (("Auto-Submitted", value), ("X-Auto-Response-Suppress", "All"))


def threading_fields(outgoing: Outgoing, message_id: str | None = None) -> Sequence[tuple[str, str]]:
    """Message-ID (as `message_id` has it, with its key), In-Reply-To and References (RFC 5322, 3.6.4).

    Of a long thread the first and the newest ids are kept: the first holds it together in clients that have not all of
    the mails between. Ids of others that are not well-formed are left out.
    """
    own = message_id or outgoing.message_id
    if not _ID.fullmatch(own):
        raise UnsendableError("The Message-ID of this mail is not well-formed.")
    fields = [("Message-ID", f"<{own}>")]
    parent = outgoing.in_reply_to if outgoing.in_reply_to and _ID.fullmatch(outgoing.in_reply_to) else None
    chain = [i for i in dict.fromkeys(outgoing.references) if i != parent and _ID.fullmatch(i)]
    if parent is not None:
        fields.append(("In-Reply-To", f"<{parent}>"))
        chain.append(parent)
    if len(chain) > MOST_REFERENCES:
        chain = [chain[0], *chain[1 - MOST_REFERENCES :]]
    if chain:
        fields.append(("References", "\r\n ".join(f"<{i}>" for i in chain)))
    return fields


def quoted_printable(text: str) -> bytes:
    """UTF-8 text in the quoted-printable encoding (RFC 2045, 6.7), lines ending with CRLF and none over 76 octets."""
    data = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode("utf-8", "replace")
    return binascii.b2a_qp(data, istext=True).replace(b"\n.", b"\n=2E")


def _recipient(address: str) -> tuple[str, bool]:
    """The address as it goes over the wire, its domain in ASCII, and whether that needs SMTPUTF8."""
    local, _, domain = address.rpartition("@")
    plain = address.isprintable() and not any(c in address for c in '<>() ,;:\\"')
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
        if not plain or not local or not domain or len(local) > 64 or not _DOMAIN.fullmatch(ascii_domain):
            raise UnsendableError(f"'{one_line(address)}' is no mail address.")
        if local.isascii():
            Address(addr_spec=f"{local}@{ascii_domain}")
    except (ValueError, IndexError, MessageError) as error:
        raise UnsendableError(f"'{one_line(address)}' is no mail address.") from error
    return f"{local}@{ascii_domain}", not local.isascii()
