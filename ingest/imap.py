"""The IMAP door: one connection to one account, and the few things that are asked of it.

Everything is plain and synchronous: each mailbox has a thread. What goes wrong is an `ImapError` with a sentence for
the administrator; after one with `lost` the connection is of no more use. Which mails are taken, and how often a
server is asked, is decided elsewhere (`ingest.imap_cursor`, `desk.mailbox_reader`).
"""

import logging
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Literal, NoReturn

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError
from msgspec import Struct

from ingest.imap_cursor import KEY_FIELDS, FolderState, Listed

Trouble = Literal["unreachable", "certificate", "login", "folder", "refused", "lost"]
SLICE_SECONDS = 1.0
"""How long the end of a wait may take to be noticed."""
CHUNK = 500
"""UIDs in one command: servers limit the length of a line."""
WINDOW = 50_000
"""UIDs that one search looks through: its answer is one line, and the library limits that too."""
_WORDS = 300

# The library would write logins into the log of a desk that logs everything.
logging.getLogger("imapclient").setLevel(logging.WARNING)


class ImapError(Exception):
    """What went wrong, as a sentence. `lost`: the connection has to be made anew."""

    def __init__(self, trouble: Trouble, words: str, *, lost: bool = True) -> None:
        super().__init__(words)
        self.trouble = trouble
        self.lost = lost


class Account(Struct, frozen=True, kw_only=True):
    """Where and as whom to log in.

    `secret` gives the password or an access token; it is asked with True for a token that is not the last one, after
    that was refused. It may raise ImapError.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    username: str
    login: Literal["password", "xoauth2", "oauthbearer"]
    secret: Callable[[bool], str]
    ca_file: str | None = None
    timeout: float = 60.0


class ImapConnection:
    """A connection that is logged in. Raises ImapError where that cannot be had; close it in any case."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._folder: str | None = None
        with self._told("connecting"):
            self._client = _connected(account)
        try:
            self._log_in()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Log out where the server still listens; never raises."""
        try:
            self._client.logout()
        except (IMAPClientError, OSError, ValueError):
            _quietly(self._client.shutdown)

    # --- folders ---

    def folders(self) -> list[str]:
        """The names of all folders that can be opened."""
        with self._told("listing the folders"):
            found = self._client.list_folders()
        return [str(name) for flags, _, name in found if b"\\Noselect" not in flags]

    def make_folder(self, name: str) -> None:
        """Create a folder unless it is there."""
        with self._told(f"making the folder {name}"):
            if not self._client.folder_exists(name):
                self._client.create_folder(name)

    def open_folder(self, name: str, *, readonly: bool) -> FolderState:
        """Open a folder anew: its state now."""
        self._folder = None
        try:
            with self._told(f"opening the folder {name}"):
                said = self._client.select_folder(name, readonly=readonly)
        except ImapError as error:
            if error.lost:
                raise
            raise ImapError("folder", f"The folder {name} cannot be opened: {error}", lost=False) from error
        self._folder = name
        validity, following = _number(said.get(b"UIDVALIDITY")), _number(said.get(b"UIDNEXT"))
        if validity is None:
            raise ImapError("folder", f"The server gives the mails of {name} no lasting numbers.", lost=False)
        if following is None:
            with self._told(f"asking for the state of {name}"):
                following = _number(self._client.folder_status(name, ["UIDNEXT"]).get(b"UIDNEXT"))
        if following is None:
            raise ImapError("folder", f"The server does not say what the next mail in {name} will be.", lost=False)
        return FolderState(uidvalidity=validity, uidnext=following)

    # --- mails of the open folder ---

    def listed(self, first: int, end: int, since: date | None = None, *, headers: bool = False) -> list[Listed]:
        """The mails with UIDs from `first` to before `end`, by UID; with `since` only what came on that day or later.

        `headers` also asks for the fields that tell mails apart.
        """
        asked = ["RFC822.SIZE", "INTERNALDATE"]
        if headers:
            asked.append(f"BODY.PEEK[HEADER.FIELDS ({' '.join((*KEY_FIELDS, 'received')).upper()})]")
        found: list[Listed] = []
        for start in range(first, end, WINDOW):
            span = ["UID", f"{start}:{min(start + WINDOW, end) - 1}"]
            with self._told("looking through the folder"):
                uids = self._client.search([*span, "SINCE", since] if since is not None else span)
            for chunk in _chunks(sorted(uids)):
                found += self._rows(chunk, asked)
        return sorted(found, key=lambda mail: mail.uid)

    def _rows(self, uids: Sequence[int], asked: Sequence[str]) -> list[Listed]:
        """What is asked of these mails. Of a mail about which the server says what cannot be read only its UID."""
        try:
            with self._told("looking through the folder"):
                return [_listed(uid, row) for uid, row in self._client.fetch(list(uids), list(asked)).items()]
        except ImapError as error:
            if error.lost:
                raise
        if len(uids) == 1:
            return [Listed(uid=uids[0], size=0)]
        middle = len(uids) // 2
        return self._rows(uids[:middle], asked) + self._rows(uids[middle:], asked)

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The mails themselves; those that are gone by now are not among them."""
        return self._parts(uids, "BODY.PEEK[]")

    def fetch_headers(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Their headers alone."""
        return self._parts(uids, "BODY.PEEK[HEADER]")

    def _parts(self, uids: Sequence[int], part: str) -> dict[int, bytes]:
        with self._told("fetching mail"):
            rows = self._client.fetch(list(uids), [part])
        name = part.replace(".PEEK", "").encode()
        asked = set(uids)
        return {uid: row[name] for uid, row in rows.items() if uid in asked and isinstance(row.get(name), bytes)}

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Mark mails as read. One that is gone is no error."""
        for chunk in _chunks(uids):
            with self._told("marking mail as read"):
                self._client.add_flags(chunk, [b"\\Seen"], silent=True)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move mails. A server that cannot do so at once copies them and takes away the originals, and only those."""
        for chunk in _chunks(uids):
            with self._told(f"moving mail to {folder}"):
                if self._client.has_capability("MOVE"):
                    self._client.move(chunk, folder)
                    continue
                self._client.copy(chunk, folder)
                self._client.add_flags(chunk, [b"\\Deleted", b"\\Seen"], silent=True)
                if self._client.has_capability("UIDPLUS"):
                    self._client.uid_expunge(chunk)

    # --- waiting ---

    @property
    def can_idle(self) -> bool:
        with self._told("asking what the server can do"):
            return bool(self._client.has_capability("IDLE"))

    def wait_for_news(self, seconds: float, ended: Callable[[], bool]) -> bool:
        """Wait until the server says that something happened in the open folder (True), for so many seconds at most, or
        until `ended` says so. RFC 2177: `seconds` must be under 29 minutes."""
        with self._told("waiting for mail"):
            self._client.idle()
            news = _watched(self._client, seconds, ended)
            self._client.idle_done()
        return news

    # --- logging in, and what goes wrong ---

    def _log_in(self) -> None:
        try:
            self._try_login(self._account.secret(False))
        except ImapError as error:
            if self._account.login == "password" or error.trouble != "login" or error.lost:
                raise
            # A token may have been revoked before its time: a fresh one is tried, once.
            self._try_login(self._account.secret(True))

    def _try_login(self, secret: str) -> None:
        account, client = self._account, self._client
        with self._told("logging in"):
            if account.login == "xoauth2":
                client.oauth2_login(account.username, secret)
            elif account.login == "oauthbearer":
                client.oauthbearer_login(account.username, secret)
            elif client.has_capability("AUTH=PLAIN"):
                client.plain_login(account.username, secret)
            else:
                client.login(account.username, secret)

    @contextmanager
    def _told(self, doing: str) -> Iterator[None]:
        """Whatever the library raises becomes an ImapError with a sentence."""
        try:
            yield
        except LoginError as error:
            _tell_login(self._account, error)
        except IMAPClientAbortError as error:
            raise ImapError("lost", f"The connection ended while {doing}: {_said(error)}") from error
        except CapabilityError as error:
            words = "The server does not offer STARTTLS: nothing was said in the clear."
            starting = doing == "connecting"
            raise ImapError("refused", words if starting else _said(error), lost=starting) from error
        except IMAPClientError as error:
            raise ImapError("refused", f"The server refused {doing}: {_said(error)}", lost=False) from error
        except OSError as error:
            raise _of_network(self._account, error, doing) from error
        except ImapError:
            raise
        except Exception as error:
            words = f"The server said what cannot be understood while {doing}: {type(error).__name__}: {_said(error)}"
            raise ImapError("refused", words, lost=False) from error


def _connected(account: Account) -> Any:
    context = None if account.security == "none" else ssl.create_default_context(cafile=account.ca_file)
    client = IMAPClient(
        account.host, account.port, ssl=account.security == "tls",
        ssl_context=context if account.security == "tls" else None,
        timeout=SocketTimeout(connect=account.timeout, read=account.timeout),
    )  # fmt: skip
    client.normalise_times = False
    if account.security == "starttls":
        try:
            client.starttls(context)
        except BaseException:
            _quietly(client.shutdown)
            raise
    return client


def _watched(client: Any, seconds: float, ended: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not ended():
        piece = min(left, SLICE_SECONDS)
        began = time.monotonic()
        if client.idle_check(timeout=piece):
            return True
        if time.monotonic() - began < piece / 2:
            return True  # it ended early and without a word: the connection may be gone, which its next use will tell
    return False


def _tell_login(account: Account, error: Exception) -> NoReturn:
    said = _said(error)
    if isinstance(error.__context__, IMAPClientAbortError):
        raise ImapError("lost", f"The connection ended while logging in: {said}") from error
    if "[UNAVAILABLE]" in said.upper():  # RFC 5530: it could not ask, so the secret may well be right
        raise ImapError("refused", f"{account.host} cannot check logins at the moment: {said}") from error
    kind = "password" if account.login == "password" else "token"
    words = f"{account.host} does not accept the {kind} of {account.username}: {said}"
    raise ImapError("login", words, lost=False) from error


def _of_network(account: Account, error: OSError, doing: str) -> ImapError:
    place = f"{account.host}:{account.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return ImapError(
            "certificate",
            f"The certificate of {place} is not trusted: {error.verify_message.rstrip('.')}. "
            "Name the authority that signed it as ca_file, or correct the host.",
        )
    if isinstance(error, ssl.SSLError):
        return ImapError("certificate", f"TLS with {place} failed while {doing}: {_said(error)}")
    if isinstance(error, socket.gaierror):
        return ImapError("unreachable", f"There is no host {account.host}.")
    if isinstance(error, TimeoutError):
        return ImapError("unreachable", f"{place} did not answer in time while {doing}.")
    if isinstance(error, ConnectionRefusedError):
        return ImapError("unreachable", f"Nothing listens at {place}.")
    return ImapError("lost", f"The connection to {place} failed while {doing}: {_said(error)}")


def _listed(uid: int, row: Any) -> Listed:
    received = row.get(b"INTERNALDATE")
    header = next((v for k, v in row.items() if k.startswith(b"BODY[HEADER") and isinstance(v, bytes)), b"")
    return Listed(
        uid=uid,
        size=_number(row.get(b"RFC822.SIZE")) or 0,
        received_at=received.astimezone(UTC) if isinstance(received, datetime) and received.tzinfo else None,
        headers=header,
    )


def _number(value: object) -> int | None:
    if isinstance(value, list | tuple):
        value = value[0] if value else None
    return value if isinstance(value, int) and value > 0 else None


def _chunks(uids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(uids), CHUNK):
        yield list(uids[start : start + CHUNK])


def _said(error: Exception) -> str:
    """A server's or a system's words, on one line and bounded."""
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    if words.startswith("b'") and words.endswith("'"):
        words = words[2:-1]
    return " ".join(words.encode("utf-8", "replace").decode().split())[:_WORDS] or type(error).__name__


def _quietly(action: Callable[[], object]) -> None:
    try:
        action()
    except (IMAPClientError, OSError, ValueError):
        logging.getLogger(__name__).debug("A connection that was to be closed is gone already.")
