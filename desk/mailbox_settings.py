"""`[mailboxes.NAME]` of desk.toml: mailboxes that the desk reads by IMAP, and what is wrong with such a table."""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from desk.login_settings import PROVIDERS, LoginSettings, token_problems

LONGEST_NAME = 40
LONGEST_FOLDER = 400
LONGEST_IDLE = 28 * 60
"""Servers may end an IDLE after 29 minutes (RFC 2177)."""


def route_of(mailbox: str) -> str:
    """The route of the inputs of a mailbox of this name."""
    return f"mailbox:{mailbox}"


class MailboxSettings(LoginSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mailbox that the desk reads by IMAP, one table for each: `[mailboxes.support]`. A new one starts at now, and
    its answers are held until `desk mailbox enable NAME`."""

    host: Annotated[
        str | None, Meta(description="The IMAP server. Unset: that of the provider, where one is named.")
    ] = None
    port: Annotated[int, Meta(ge=1, le=65535, description="Its port: 993 with TLS from the start, else 143.")] = 993
    security: Annotated[
        Literal["tls", "starttls", "none"],
        Meta(
            description='"tls": encrypted from the start. "starttls": encrypted after STARTTLS, and nothing is said '
            'where it is not offered. "none": in the clear, only for a server on this machine.'
        ),
    ] = "tls"
    ca_file: Annotated[
        str | None,
        Meta(description="A PEM file with the authority that signed its certificate. Unset: the system's authorities."),
    ] = None
    address: Annotated[
        str | None,
        Meta(description="The address whose mail arrives here: it becomes one of the desk's. Unset: the username."),
    ] = None
    folders: Annotated[
        tuple[str, ...],
        Meta(
            description="The folders to read. Of the first one the server tells at once when mail comes (IDLE); the "
            "others are looked at every `poll`."
        ),
    ] = ("INBOX",)
    after: Annotated[
        Literal["flag", "move", "leave"],
        Meta(
            description='What becomes of a mail once it is in the journal: "flag" marks it as read, "move" puts it '
            'into move_to, "leave" changes nothing.'
        ),
    ] = "flag"
    move_to: Annotated[str, Meta(description="The folder for `move`; it is made where there is none.")] = "Quietdesk"
    idle: Annotated[bool, Meta(description="Whether to wait for the server's word (IDLE) between looks.")] = True
    poll: Annotated[
        int,
        Meta(ge=1, le=LONGEST_IDLE, description="How often to look, IDLE or not.", extra={"unit": "seconds"}),
    ] = 60
    max_size: Annotated[
        int,
        Meta(
            ge=1024,
            description="Larger mails are not fetched: they stay where they are and show in the quarantine.",
            extra={"unit": "bytes"},
        ),
    ] = 52_428_800
    tell_after: Annotated[
        int,
        Meta(
            ge=0,
            description="After so long without success the administrators are told by mail, once.",
            extra={"unit": "seconds"},
        ),
    ] = 3600
    timeout: Annotated[
        int, Meta(ge=1, description="How long to wait for an answer of the server.", extra={"unit": "seconds"})
    ] = 60

    def server(self) -> str:
        """The host to connect to; empty where none is named."""
        return self.host or (PROVIDERS[self.provider].host if self.provider else "")

    def own_address(self) -> str | None:
        """The address whose mail arrives here, in lower case, where one is known."""
        named = self.address or self.username or ""
        return named.lower() if "@" in named else None

    def asked_scope(self) -> str | None:
        """The scope of a request for a token; None where none is sent."""
        if self.scope is not None or self.provider is None:
            return self.scope
        known = PROVIDERS[self.provider]
        return (known.client_scope if self.grant == "client_credentials" else known.scope) or None


def mailbox_problems(name: str, mailbox: MailboxSettings) -> Iterator[str]:
    """What is wrong with one table, as sentences."""
    where = f"[mailboxes.{name}]"
    if len(name) > LONGEST_NAME or not all(c.isascii() and (c.isalnum() or c in "-_") for c in name):
        yield f"{where}: a name has at most {LONGEST_NAME} letters, digits, hyphens and underscores."
    if not mailbox.server():
        yield f"{where} host is missing: name the IMAP server, or the provider."
    if not mailbox.username:
        yield f"{where} username is missing."
    if mailbox.own_address() is None:
        yield f"{where} address is missing: name the address whose mail arrives in this mailbox."
    if mailbox.security == "none" and mailbox.server() not in ("localhost", "127.0.0.1", "::1"):
        yield f'{where} security = "none" would send the login in the clear: use "tls" or "starttls".'
    if mailbox.security != "tls" and mailbox.port == 993:
        yield f'{where} port 993 is for security = "tls": with "{mailbox.security}" it is 143 as a rule.'
    if not mailbox.folders or len(set(mailbox.folders)) < len(mailbox.folders):
        yield f"{where} folders: name each folder once, and at least one."
    if any(not folder or len(folder) > LONGEST_FOLDER for folder in mailbox.folders):
        yield f"{where} folders: a name has 1 to {LONGEST_FOLDER} letters."
    if mailbox.after == "move" and mailbox.move_to in mailbox.folders:
        yield f"{where} move_to: {mailbox.move_to} is one of the folders that are read: mail must go to another."
    yield from _login_problems(where, mailbox)


def _login_problems(where: str, mailbox: MailboxSettings) -> Iterator[str]:
    if mailbox.login == "password":
        if not (mailbox.password_file or mailbox.password_env):
            yield f"{where} needs password_file or password_env."
        return
    yield from token_problems(where, mailbox)
