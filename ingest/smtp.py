"""The SMTP door: takes mails for the desk's own addresses and answers 250 once the journal has them.

It never relays and parses nothing but the envelope. Every refusal carries an enhanced status code (RFC 3463); whatever
goes wrong on our side is a 4xx, so that the sender keeps the mail and tries again. A mail ends with CRLF.CRLF only: a
bare LF or CR is content, so that nothing can be smuggled past a relay that reads line ends differently.
"""

import asyncio
import logging
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from aiosmtpd.smtp import SMTP, Session
from msgspec import Struct

from ingest.event import LOOPBACK, Draft
from ingest.journal import BusyError, NotDurableError
from ingest.rates import Peers, Rate
from ingest.smtp_session import TOO_LARGE, SmtpEnvelope, SmtpSession

log = logging.getLogger(__name__)

STOP_GRACE_SECONDS = 10.0
SMALL = 64 * 1024
"""A mail up to so many bytes is taken even while large ones fill the memory that is meant for them."""


class SmtpSettings(Struct, frozen=True, kw_only=True):
    """Where the door listens and what it lets through.

    Sizes are in bytes; `max_in_transfer` is for all mails together that are being received. `mails_per_minute` and
    `sessions_per_peer` hold for each address (each /64 of IPv6), except in the `unlimited` networks: a relay of one's
    own speaks for everybody. `tls` makes the door offer STARTTLS; `require_tls` refuses mail without it. A command, and
    every 64 KiB of a mail, must come within `timeout_seconds`.
    """

    host: str | Sequence[str] = "127.0.0.1"
    port: int = 2525
    hostname: str = "localhost"
    max_size: int = 26_214_400
    max_in_transfer: int = 536_870_912
    max_recipients: int = 100
    max_sessions: int = 500
    sessions_per_peer: int = 20
    mails_per_minute: float = 120
    burst: int = 240
    unlimited: tuple[str, ...] = LOOPBACK
    timeout_seconds: float = 300
    tls: ssl.SSLContext | None = None
    require_tls: bool = False


Accept = Callable[[Draft], Awaitable[int]]


def smtp_server(
    settings: SmtpSettings,
    accept: Accept,
    clock: Callable[[], datetime],
    *,
    allow: Callable[[str], bool],
    count: Callable[[str], None] = lambda _outcome: None,
) -> "SmtpServer":
    """A door that is not open yet.

    `accept` makes a draft durable and gives its position, or raises `BusyError` or `NotDurableError`. `allow` says
    whether an address (in lower case) is the desk's own; for `desk+key@…` it is also asked about `desk@…`. `count`
    hears of each outcome by name: "accepted", "unknown address", "rate", "sessions", "busy", "not durable", "failure".
    """
    return SmtpServer(settings, accept, clock, allow, count)


class SmtpServer:
    """The listening sockets and their sessions; also the hooks that aiosmtpd calls for each command."""

    def __init__(
        self,
        settings: SmtpSettings,
        accept: Accept,
        clock: Callable[[], datetime],
        allow: Callable[[str], bool],
        count: Callable[[str], None],
    ) -> None:
        self.settings = settings
        self.count = count
        self.sessions: set[SmtpSession] = set()
        self.sessions_of: Counter[str] = Counter()
        self.stopping = False
        self.in_transfer = 0
        self._accept = accept
        self._clock = clock
        self._allow = allow
        self.peers = Peers(settings.unlimited)
        self._rate = Rate(settings.mails_per_minute, settings.burst)
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Open the sockets on the running event loop; raises OSError where that fails."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            SmtpSession(self, loop).another, self.settings.host, self.settings.port, backlog=512
        )

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """The addresses and ports that are really listened on."""
        sockets = [] if self._server is None else self._server.sockets
        return [(name[0], name[1]) for name in (socket.getsockname() for socket in sockets)]

    async def stop(self) -> None:
        """Close the sockets, let mails in transfer finish for a while, say 421 to the rest."""
        self.stopping = True
        if self._server is not None:
            self._server.close()
        for session in list(self.sessions):
            session.dismiss()
        ends = [session.end for session in self.sessions]
        if ends:
            _, late = await asyncio.wait(ends, timeout=STOP_GRACE_SECONDS)
            for session in list(self.sessions):
                session.abort()
            if late:
                await asyncio.wait(late, timeout=1.0)
        if self._server is not None:
            await self._server.wait_closed()
            self._server = None

    # --- hooks of aiosmtpd, by its naming ---

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: SmtpEnvelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        kept = [line for line in responses if not line.startswith(("250-AUTH", "250 "))]
        return [*kept, "250 ENHANCEDSTATUSCODES"]

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: SmtpEnvelope, address: str, options: list[str]
    ) -> str:
        peer = self.peers.name(_host(session))
        if peer is not None and self._rate.take(peer, self._clock().timestamp()):
            self.count("rate")
            return "451 4.7.1 Too many mails from your address: try again in a minute"
        refusal = _unspeakable(address, envelope)
        if refusal:
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Sender noted"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: SmtpEnvelope, address: str, _options: list[str]
    ) -> str:
        refusal = _unspeakable(address, envelope)
        if refusal:
            return refusal
        if len(envelope.rcpt_tos) >= self.settings.max_recipients:
            return "452 4.5.3 Too many recipients: send the rest in another mail"
        route = self._route(address)
        if route is None:
            self.count("unknown address")
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(address)
        envelope.routes.append(route)
        return "250 2.1.5 Recipient noted"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: SmtpEnvelope) -> str:  # noqa: N802
        position = await self._accept(
            Draft(
                kind="mail",
                route=envelope.routes[0],
                envelope={
                    "mail_from": "" if envelope.mail_from == "<>" else envelope.mail_from,
                    "rcpt_to": envelope.rcpt_tos,
                    "peer": _host(session),
                    "helo": (session.host_name or "").encode("utf-8", "replace").decode(),
                    "smtputf8": bool(envelope.smtp_utf8),
                },
                body=envelope.original_content or b"",
            )
        )
        self.count("accepted")
        return f"250 2.6.0 accepted as {position}"

    async def handle_exception(self, error: Exception) -> str:
        """Every failure of ours is temporary for the sender (the library itself would say 500)."""
        if isinstance(error, BusyError):
            self.count("busy")
            return "451 4.3.2 The desk is busy: try again later"
        if isinstance(error, NotDurableError):
            self.count("not durable")
            return "451 4.3.0 The mail could not be stored: try again later"
        self.count("failure")
        log.error("An SMTP session failed", exc_info=error)
        return "451 4.3.0 Something went wrong here: try again later"

    def refusal(self, size: int) -> str | None:
        """Why a mail of which so many bytes have come is not taken, or None."""
        if size > self.settings.max_size:
            self.count("too large")
            return TOO_LARGE
        if self.in_transfer > self.settings.max_in_transfer and size > SMALL:
            self.count("busy")
            return "452 4.3.1 The desk has no room for a mail of this size now: try again later"
        return None

    def _route(self, address: str) -> str | None:
        """The own address that a recipient stands for, or None."""
        local, at, domain = address.lower().rpartition("@")
        candidates = [local + at + domain]
        if "+" in local:
            candidates.append(local.partition("+")[0] + at + domain)
        return next((candidate for candidate in candidates if self._allow(candidate)), None)


def _host(session: Session) -> str | None:
    return session.peer[0] if session.peer else None


def _unspeakable(address: str, envelope: SmtpEnvelope) -> str | None:
    """The refusal of an address that is not ASCII without SMTPUTF8 (RFC 6531), not UTF-8, or has control characters."""
    if address.isascii() and address.isprintable():
        return None
    if not address.isprintable():  # surrogates stand for bytes that are no UTF-8; they are not printable
        return "553 5.1.3 The address is neither ASCII nor UTF-8"
    return None if envelope.smtp_utf8 else "553 5.6.7 This address needs SMTPUTF8"
