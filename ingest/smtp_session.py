"""One SMTP session: aiosmtpd's, made ready in a fraction of the time, and with the door's own manners.

Those are: limits before the first word, mails read in chunks instead of lines, an orderly end, and enhanced status
codes (RFC 2034) in every answer.
"""

import asyncio
import logging
import re
from collections import defaultdict
from typing import TYPE_CHECKING, AnyStr, cast

from aiosmtpd.smtp import SMTP, Envelope

if TYPE_CHECKING:
    from ingest.smtp import SmtpServer

log = logging.getLogger(__name__)

READ_AHEAD = 64 * 1024
"""How many bytes of a session wait to be read before its sender is slowed down; also the longest command line."""
TOO_LARGE = "552 5.3.4 The mail is larger than this desk accepts"
COMMANDS_PER_SESSION = {
    "MAIL": 1_000, "DATA": 1_000, "RSET": 1_000, "RCPT": 20_000, "NOOP": 200, "STARTTLS": 3, "*": 20,
}  # fmt: skip

_EVERYTHING = 1 << 30
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


class SmtpEnvelope(Envelope):
    """What aiosmtpd collects about one mail, and the door's own names of its recipients."""

    def __init__(self) -> None:
        super().__init__()
        self.routes: list[str] = []


class SmtpSession(SMTP):
    """One session: aiosmtpd's, with limits at the door, an orderly end and enhanced status codes throughout."""

    def __init__(self, door: "SmtpServer", loop: asyncio.AbstractEventLoop) -> None:
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
        self._held = 0

    def another(self) -> "SmtpSession":
        """A new session with the settings of this one, which never gets a connection itself.

        The library's constructor looks through all attributes of session and handler every time, and takes longer than
        the rest of a short session does.
        """
        session = object.__new__(SmtpSession)
        session.__dict__.update(self.__dict__)
        reader = asyncio.StreamReader(limit=READ_AHEAD, loop=self.loop)
        asyncio.StreamReaderProtocol.__init__(session, reader, session._cb_client_connected, self.loop)
        session._smtp_methods = {name: getattr(session, f"smtp_{name}") for name in self._smtp_methods}
        # The library keeps these limits in the class, and every EHLO of anybody raises them.
        session.command_size_limits = defaultdict(lambda: SMTP.command_size_limit)
        session.end = self.loop.create_future()
        return session

    def _create_envelope(self) -> SmtpEnvelope:
        return SmtpEnvelope()

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
        session, envelope = self.session, cast("SmtpEnvelope", self.envelope)
        assert session is not None
        if not envelope.rcpt_tos:
            await self.push("503 5.5.1 A recipient is needed first")
            return
        if arg:
            await self.push("501 5.5.4 DATA takes no argument")
            return
        self._in_data = True
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            content = await self._mail()
            if isinstance(content, str):
                await self.push(content)
            else:
                envelope.original_content = content
                await self.push(await self._door.handle_DATA(self, session, envelope))
        finally:
            self._in_data = False
            self.envelope = self._create_envelope()  # also after a failure: the next MAIL begins a new mail
        if self._door.stopping:
            self.dismiss()

    async def _mail(self) -> bytes | str:
        """The bytes up to CRLF.CRLF, without the dots that stuff them (RFC 5321, 4.5.2); the refusal of one too large.

        That one is read to its end all the same, for only there may it be refused (RFC 5321, 4.2.5).
        """
        buffer = bytearray(b"\r\n")  # as if the line end of DATA belonged to it: a mail may consist of the end alone
        refusal: str | None = None
        end = -1
        slow = 0
        try:
            while end < 0:
                chunk = await self._reader.read(_EVERYTHING)
                if not chunk:
                    raise ConnectionResetError("The connection ended in the middle of a mail.")
                slow += len(chunk)
                if slow >= READ_AHEAD:
                    slow = 0
                    self._reset_timeout()
                searched = max(len(buffer) - len(_END_OF_MAIL) + 1, 0)
                buffer += chunk
                self._hold(len(buffer))
                end = buffer.find(_END_OF_MAIL, searched)
                refusal = refusal or self._door.refusal(end if end >= 0 else len(buffer) - len(_END_OF_MAIL) - 2)
                if refusal and end < 0:
                    del buffer[: -len(_END_OF_MAIL)]
                    self._hold(len(buffer))
        finally:
            self._hold(0)
        # The reader was emptied, so what a hasty sender sent behind the end goes back to its front.
        behind = bytes(buffer[end + len(_END_OF_MAIL) :])
        if behind:
            self._reader.feed_data(behind)
        if refusal is not None:
            return refusal
        del buffer[end + 2 :]
        return bytes(buffer.replace(b"\r\n.", b"\r\n")[2:])

    def _hold(self, size: int) -> None:
        """Say that this session holds so many bytes of a mail."""
        self._door.in_transfer += size - self._held
        self._held = size

    def dismiss(self) -> None:
        """End the session with a 421, unless a mail is being transferred: then after it."""
        if self._in_data or self.transport is None:
            return
        if self.transport.is_closing():
            self.abort()  # it waits for the peer's last words, which may never come
        else:
            cast("asyncio.WriteTransport", self.transport).write(
                b"421 4.3.2 The desk is shutting down: try again later\r\n"
            )
            self.transport.close()

    def abort(self) -> None:
        """End the session at once."""
        transport = self._original_transport or self.transport
        if transport is not None:
            cast("asyncio.WriteTransport", transport).abort()

    async def push(self, status: AnyStr) -> None:
        """Send one reply line, with an enhanced status code (RFC 2034) where the library gave none."""
        await super().push(_enhanced(status) if isinstance(status, str) else status)


def _enhanced(status: str) -> str:
    known = _ENHANCED.get(status)
    if known is not None:
        return known
    code, _, text = status.partition(" ")
    extended = _BY_CODE.get(code)
    if extended is None or text[:4].startswith(f"{code[0]}.") or text[:2] == f"{code[0]}.":
        return status
    return f"{code} {extended} {text}".encode("utf-8", "replace").decode()
