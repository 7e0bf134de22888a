"""The SMTP door: takes mails for the desk's own addresses and answers 250 once the journal has them.

It never relays and parses nothing but the envelope. Every refusal carries an enhanced status code (RFC 3463); whatever
goes wrong on our side is a 4xx, so that the sender keeps the mail and tries again. A mail ends with CRLF.CRLF only: a
bare LF or CR is content, so that nothing can be smuggled past a relay that reads line ends differently.
"""

import asyncio
import logging
import re
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import AnyStr, cast

from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec import Struct

from ingest.event import Draft
from ingest.journal import BusyError, NotDurableError
from ingest.rates import Peers, Rate

log = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.0/8", "::1/128")
READ_AHEAD = 64 * 1024
"""How many bytes of a session wait to be read before its sender is slowed down; also the longest command line."""
TOO_LARGE = "552 5.3.4 The mail is larger than this desk accepts"
COMMANDS_PER_SESSION = {
    "MAIL": 1_000, "DATA": 1_000, "RSET": 1_000, "RCPT": 20_000, "NOOP": 200, "STARTTLS": 3, "*": 20,
}  # fmt: skip
STOP_GRACE_SECONDS = 10.0


class SmtpSettings(Struct, frozen=True, kw_only=True):
    """Where the door listens and what it lets through.

    Sizes are in bytes. `mails_per_minute` and `sessions_per_peer` hold for each address (each /64 of IPv6), except in
    the `unlimited` networks: a relay of one's own speaks for everybody. `tls` makes the door offer STARTTLS;
    `require_tls` refuses mail without it.
    """

    host: str | Sequence[str] = "127.0.0.1"
    port: int = 2525
    hostname: str = "localhost"
    max_size: int = 26_214_400
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


class _Envelope(Envelope):
    """What aiosmtpd collects about one mail, and the door's own names of its recipients."""

    def __init__(self) -> None:
        super().__init__()
        self.routes: list[str] = []


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
        self.sessions: set[_Protocol] = set()
        self.sessions_of: Counter[str] = Counter()
        self.stopping = False
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
            _Protocol(self, loop).another, self.settings.host, self.settings.port, backlog=512
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
        self, _server: SMTP, session: Session, _envelope: _Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        kept = [line for line in responses if not line.startswith(("250-AUTH", "250 "))]
        return [*kept, "250 ENHANCEDSTATUSCODES"]

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: _Envelope, address: str, options: list[str]
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
        self, _server: SMTP, _session: Session, envelope: _Envelope, address: str, _options: list[str]
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

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: _Envelope) -> str:  # noqa: N802
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

    def _route(self, address: str) -> str | None:
        """The own address that a recipient stands for, or None."""
        local, at, domain = address.lower().rpartition("@")
        candidates = [local + at + domain]
        if "+" in local:
            candidates.append(local.partition("+")[0] + at + domain)
        return next((candidate for candidate in candidates if self._allow(candidate)), None)


class _Protocol(SMTP):
    """One session: aiosmtpd's, with limits at the door, an orderly end and enhanced status codes throughout."""

    def __init__(self, door: SmtpServer, loop: asyncio.AbstractEventLoop) -> None:
        settings = door.settings
        super().__init__(
            door,
            data_size_limit=settings.max_size,
            enable_SMTPUTF8=True,
            hostname=settings.hostname,
            ident="Quietdesk",
            tls_context=settings.tls,
            require_starttls=settings.require_tls,
            timeout=settings.timeout_seconds,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            command_call_limit=COMMANDS_PER_SESSION,
            loop=loop,
        )
        self.end: asyncio.Future[None] = loop.create_future()
        self._door = door
        self._peer: str | None = None
        self._in_data = False

    def another(self) -> "_Protocol":
        """A new session with the settings of this one, which never gets a connection itself.

        The library's constructor looks through all attributes of session and handler every time, and takes longer than
        the rest of a short session does.
        """
        session = object.__new__(_Protocol)
        session.__dict__.update(self.__dict__)
        reader = asyncio.StreamReader(limit=READ_AHEAD, loop=self.loop)
        asyncio.StreamReaderProtocol.__init__(session, reader, session._cb_client_connected, self.loop)
        session._smtp_methods = {name: getattr(session, f"smtp_{name}") for name in self._smtp_methods}
        session.end = self.loop.create_future()
        return session

    def _create_envelope(self) -> _Envelope:
        return _Envelope()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._original_transport is None and not self._admit(transport):
            return
        super().connection_made(transport)

    def _admit(self, transport: asyncio.BaseTransport) -> bool:
        door = self._door
        name = transport.get_extra_info("peername")
        self._peer = door.peers.name(name[0] if name else None)
        full = len(door.sessions) >= door.settings.max_sessions
        crowded = self._peer is not None and door.sessions_of[self._peer] >= door.settings.sessions_per_peer
        if full or crowded or door.stopping:
            door.count("sessions")
            code = "4.7.0 Too many sessions from your address" if crowded else "4.3.2 The desk is busy"
            cast("asyncio.WriteTransport", transport).write(f"421 {code}: try again later\r\n".encode())
            transport.close()
            return False
        door.sessions.add(self)
        if self._peer is not None:
            door.sessions_of[self._peer] += 1
        return True

    def data_received(self, data: bytes) -> None:
        if self in self._door.sessions:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        if self not in self._door.sessions:
            return False
        return bool(super().eof_received())

    def connection_lost(self, error: Exception | None) -> None:
        door = self._door
        if self not in door.sessions:
            return
        door.sessions.discard(self)
        if self._peer is not None:
            door.sessions_of[self._peer] -= 1
            if not door.sessions_of[self._peer]:
                del door.sessions_of[self._peer]
        super().connection_lost(error)
        if not self.end.done():
            self.end.set_result(None)

    async def _handle_client(self) -> None:
        try:
            await super()._handle_client()
        except ConnectionError:
            log.debug("The peer closed the connection in the middle of a session")

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Address and rest of MAIL's and RCPT's argument; the plain ones need not go through the library's parser."""
        plain = _PLAIN_PATH.match(arg)
        return (plain[1], plain[2]) if plain else super()._getaddr(arg)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Take one mail. In the place of the library's, which reads line by line and refuses long lines."""
        if await self.check_helo_needed():
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 A recipient is needed first")
            return
        if arg:
            await self.push("501 5.5.4 DATA takes no argument")
            return
        self._in_data = True
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            self.envelope.original_content = await self._mail()
            if self.envelope.original_content is None:
                self._door.count("too large")
                status = TOO_LARGE
            else:
                status = await self._door.handle_DATA(self, self.session, self.envelope)
            await self.push(status)
        finally:
            self._in_data = False
            self.envelope = self._create_envelope()  # also after a failure: the next MAIL begins a new mail
        if self._door.stopping:
            self.dismiss()

    async def _mail(self) -> bytes | None:
        """The bytes up to CRLF.CRLF, without the dots that stuff them (RFC 5321, 4.5.2); None for a mail too large.

        One too large is read to its end all the same, for only there may it be refused (RFC 5321, 4.2.5).
        """
        limit = self._door.settings.max_size
        buffer = bytearray(b"\r\n")  # as if the line end of DATA belonged to it: a mail may consist of the end alone
        fits = True
        end = -1
        while end < 0:
            chunk = await self._reader.read(READ_AHEAD * 4)
            if not chunk:
                raise ConnectionResetError("The connection ended in the middle of a mail.")
            searched = len(buffer) - len(_END_OF_MAIL) + 1
            buffer += chunk
            end = buffer.find(_END_OF_MAIL, max(searched, 0))
            if end > limit or (end < 0 and len(buffer) > limit + 2 + len(_END_OF_MAIL)):
                fits = False
            if not fits and end < 0:
                del buffer[: -len(_END_OF_MAIL)]
        # The reader was emptied, so what a hasty sender sent behind the end goes back to its front.
        behind = bytes(buffer[end + len(_END_OF_MAIL) :])
        if behind:
            self._reader.feed_data(behind)
        if not fits:
            return None
        del buffer[end + 2 :]
        return bytes(buffer.replace(b"\r\n.", b"\r\n")[2:])

    def dismiss(self) -> None:
        """End the session with a 421, unless a mail is being transferred: then after it."""
        if not self._in_data and self.transport is not None:
            cast("asyncio.WriteTransport", self.transport).write(
                b"421 4.3.2 The desk is shutting down: try again later\r\n"
            )
            self.transport.close()

    def abort(self) -> None:
        """End the session at once."""
        if self.transport is not None:
            cast("asyncio.WriteTransport", self.transport).abort()

    async def push(self, status: AnyStr) -> None:
        """Send one reply line, with an enhanced status code (RFC 2034) where the library gave none."""
        await super().push(_enhanced(status) if isinstance(status, str) else status)


_END_OF_MAIL = b"\r\n.\r\n"
_PLAIN_PATH = re.compile(
    r"<([\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>(.*)", re.ASCII
)
_ENHANCED = {
    "250 OK": "250 2.0.0 OK",
    "221 Bye": "221 2.0.0 Bye",
    "552 Error: message size exceeds fixed maximum message size": TOO_LARGE,
    "530 Must issue a STARTTLS command first": "530 5.7.0 Must issue a STARTTLS command first",
    "454 TLS not available": "454 4.7.0 TLS not available",
}
_BY_CODE = {"500": "5.5.2", "501": "5.5.4", "502": "5.5.1", "503": "5.5.1", "554": "5.5.0", "555": "5.5.4"}


def _enhanced(status: str) -> str:
    known = _ENHANCED.get(status)
    if known is not None:
        return known
    code, _, text = status.partition(" ")
    extended = _BY_CODE.get(code)
    if extended is None or text[:4].startswith(f"{code[0]}.") or text[:2] == f"{code[0]}.":
        return status
    return f"{code} {extended} {text}".encode("utf-8", "replace").decode()


def _host(session: Session) -> str | None:
    return session.peer[0] if session.peer else None


def _unspeakable(address: str, envelope: _Envelope) -> str | None:
    """The refusal of an address that is not ASCII without SMTPUTF8 (RFC 6531), not UTF-8, or has control characters."""
    if address.isascii() and address.isprintable():
        return None
    if not address.isprintable():  # surrogates stand for bytes that are no UTF-8; they are not printable
        return "553 5.1.3 The address is neither ASCII nor UTF-8"
    return None if envelope.smtp_utf8 else "553 5.6.7 This address needs SMTPUTF8"
