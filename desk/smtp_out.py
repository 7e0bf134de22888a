"""Handing letters to a mail server: one connection, kept open between letters, encrypted as configured.

What goes wrong is of three kinds, and only the server's own words tell which: the server or the way to it (nothing can
be sent now), this letter for now (4xx), this letter for good (5xx).
"""

import smtplib
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Literal

from msgspec import Struct

from desk.config import ConfigError, Settings, read_secret
from desk.delivery_settings import DeliverySettings
from desk.oauth import TokenError, Tokens, oauthbearer, xoauth2
from desk.replies import Letter

FINAL_DOT_SECONDS = 600
"""RFC 5321, 4.5.3.2.6: who gives up earlier sends the same mail twice."""
LETTERS_PER_CONNECTION = 200
_OURS = frozenset({421, 454, 530, 534, 535, 538})
"""Codes that say something about us or the server, whatever letter we came with."""


Outcome = Literal["sent", "again", "failed", "unreached"]


class Handed(Struct, frozen=True):
    """What became of a letter. `down`: the server could not be reached or used, and so cannot for other letters.

    `unreached`: it failed before the letter was even offered, which says nothing about the letter.
    """

    outcome: Outcome
    answer: str
    down: bool = False
    server: str | None = None


class Smarthost:
    """One connection to the configured mail server. Not thread-safe: one for each thread."""

    def __init__(
        self, settings: DeliverySettings, hello: str, timeout: float | None = None, tokens: Tokens | None = None
    ) -> None:
        assert settings.host is not None
        self._tokens = tokens
        self._settings = settings
        self._timeout = timeout or settings.timeout
        self._host = settings.host
        self._hello = hello if hello.isascii() and hello else "localhost"
        self._connection: smtplib.SMTP | None = None
        self._carried = 0

    def hand(self, letter: Letter) -> Handed:
        """Hand over one letter; never raises for what the server or the network does."""
        reused = self._connection is not None
        try:
            connection = self._open()
        except (OSError, smtplib.SMTPException, ConfigError, TokenError) as error:
            self.close()
            return self._handed("unreached", self._why_not(error), down=True)
        try:
            return self._transfer(connection, letter)
        except smtplib.SMTPServerDisconnected as error:
            self.close()
            if reused and not isinstance(error, _LostAfterDot):
                return self.hand(letter)  # the server had closed an idle connection
            return self._handed("again", self._why_not(error), down=not reused)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return self._handed("again", self._why_not(error), down=True)

    def _handed(self, outcome: Outcome, answer: str, *, down: bool = False) -> Handed:
        return Handed(outcome, answer, down, self._host)

    def trouble(self) -> str | None:
        """Connect, encrypt and log in as configured, sending nothing; what is in the way, or None."""
        try:
            self._open()
        except (OSError, smtplib.SMTPException, ConfigError, TokenError) as error:
            return self._why_not(error)
        return None

    def close(self) -> None:
        """Say goodbye, if there is a connection."""
        connection, self._connection, self._carried = self._connection, None, 0
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    # --- one connection ---

    def _open(self) -> smtplib.SMTP:
        if self._connection is not None:
            return self._connection
        settings = self._settings
        connection: smtplib.SMTP
        if settings.security == "tls":
            connection = smtplib.SMTP_SSL(
                self._host, settings.port, self._hello, timeout=self._timeout, context=client_context(settings)
            )
        else:
            connection = smtplib.SMTP(self._host, settings.port, self._hello, timeout=self._timeout)
        self._connection = connection
        connection.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            connection.starttls(context=client_context(settings))  # raises where it is not offered
            connection.ehlo()
        if self._tokens is not None:
            self._log_in_by_token(connection, self._tokens)
        elif settings.username is not None:
            password = read_secret(settings.password_file, settings.password_env, "delivery")
            connection.login(settings.username, password or "")
        return connection

    def _log_in_by_token(self, connection: smtplib.SMTP, tokens: Tokens) -> None:
        """A token that is refused may have been withdrawn: a new one is tried once."""
        token = tokens.token()
        try:
            self._present(connection, token)
        except smtplib.SMTPAuthenticationError:
            self._present(connection, tokens.token(refused=token))

    def _present(self, connection: smtplib.SMTP, token: str) -> None:
        settings, user = self._settings, self._settings.username or ""
        if settings.login == "oauthbearer":
            first, mechanism, over = oauthbearer(user, self._host, settings.port, token), "OAUTHBEARER", "\x01"
        else:
            first, mechanism, over = xoauth2(user, token), "XOAUTH2", ""
        # A refusal comes as a challenge, which has to be answered before the server says 535 (RFC 7628, 3.2.3).
        connection.auth(mechanism, lambda challenge=None: first if challenge is None else over)

    def _transfer(self, connection: smtplib.SMTP, letter: Letter) -> Handed:
        options = []
        if letter.utf8:
            if not connection.has_extn("smtputf8"):
                return self._handed(
                    "failed", f"{self._host} cannot send to addresses that are not ASCII (no SMTPUTF8)."
                )
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        if connection.has_extn("size"):
            options.append(f"SIZE={len(letter.message)}")
        for command in (
            partial(connection.mail, letter.mail_from, options),
            partial(connection.rcpt, letter.rcpt_to),
            partial(connection.docmd, "DATA"),
        ):
            code, words = command()
            if code >= 400:
                return self._refused(connection, code, words)
        code, words = self._send(connection, letter.message)
        if code >= 400:
            return self._refused(connection, code, words)
        self._carried += 1
        if self._carried >= LETTERS_PER_CONNECTION:
            self.close()
        return self._handed("sent", f"{self._host}: {_answer(code, words)}")

    def _send(self, connection: smtplib.SMTP, message: bytes) -> tuple[int, bytes]:
        body = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in message.split(b"\r\n"))
        assert connection.sock is not None
        connection.send(body + (b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"))
        connection.sock.settimeout(FINAL_DOT_SECONDS)
        try:
            return connection.getreply()
        except smtplib.SMTPServerDisconnected as error:
            raise _LostAfterDot(*error.args) from error
        finally:
            if connection.sock is not None:
                connection.sock.settimeout(self._timeout)

    def _refused(self, connection: smtplib.SMTP, code: int, words: bytes) -> Handed:
        answer = f"{self._host}: {_answer(code, words)}"
        if code in _OURS:
            self.close()
            return self._handed("again", answer, down=True)
        reset, _ = connection.rset()
        if reset >= 400:
            self.close()
        return self._handed("failed" if code >= 500 else "again", answer)

    def _why_not(self, error: Exception) -> str:
        where = f"{self._host}:{self._settings.port}"
        if isinstance(error, (ConfigError, TokenError)):
            return str(error)
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"The certificate of {where} is not trusted: {error.verify_message}."
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return f"{where} does not offer what is configured: {error}"
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return f"{where} does not accept the login: {_words(error)}"
        if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            return f"{where} did not answer in time."
        if isinstance(error, (ConnectionError, socket.gaierror)):
            return f"{where} cannot be reached: {error.strerror or error}."
        if isinstance(error, smtplib.SMTPServerDisconnected):
            return f"{where} closed the connection in the middle."
        return f"{where}: {_words(error)}"


class _LostAfterDot(smtplib.SMTPServerDisconnected):
    """The connection broke when the letter was over: the server may have it, so it is not sent again at once."""


def client_context(settings: DeliverySettings) -> ssl.SSLContext:
    """Certificates are always checked, against the system's authorities or the configured one."""
    context = ssl.create_default_context(cafile=settings.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def smarthosts(settings: Settings) -> Callable[[], Smarthost]:
    """Makes connections to the configured server; they share their tokens."""
    domain, delivery = settings.desk.address.rpartition("@")[2], settings.delivery
    tokens = tokens_of(settings)
    return lambda: Smarthost(delivery, settings.smtp_in.hostname or domain, tokens=tokens)


def tokens_of(settings: Settings) -> Tokens | None:
    """What gives tokens for the login, where it is not by password. No mailbox can have a "+" in its name."""
    delivery = settings.delivery
    return None if delivery.login == "password" else Tokens("+delivery", delivery.token_grant(), settings.data_dir)


def _answer(code: int, words: bytes) -> str:
    return " ".join(f"{code} {words.decode('utf-8', 'replace')}".split())


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _answer(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    return " ".join(str(error).split()) or type(error).__name__
