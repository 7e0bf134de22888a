"""What is wrong with mailboxes that only trying shows: secrets that cannot be read, servers, logins, folders."""

import difflib
from collections.abc import Iterator
from pathlib import Path

from desk.config import ConfigError, Settings, read_secret
from desk.mailbox_settings import MailboxSettings

Words = tuple[str, bool]
"""A sentence, and whether the mailbox cannot be read like this."""
TRIAL_SECONDS = 10


def mailbox_trials(settings: Settings, *, connect: bool) -> Iterator[Words]:
    """Look at the secrets of every mailbox; with `connect` also log in and look for its folders."""
    for name, mailbox in settings.mailboxes.items():
        troubles = list(_secrets(name, mailbox))
        yield from troubles
        if connect and not any(fatal for _, fatal in troubles):
            yield from _connected(name, mailbox, settings)


def _secrets(name: str, mailbox: MailboxSettings) -> Iterator[Words]:
    section = f"mailboxes.{name}"
    wanted = [("password", mailbox.password_file, mailbox.password_env)]
    if mailbox.login != "password":
        wanted = [
            ("client_secret", mailbox.client_secret_file, mailbox.client_secret_env),
            ("refresh_token", mailbox.refresh_token_file, None),
        ]
    for what, file, variable in wanted:
        try:
            read_secret(file, variable, section, name=what)
        except ConfigError as error:
            yield str(error), True
            continue
        if file is not None and Path(file).stat().st_mode & 0o004:
            yield f"[{section}] {what}_file: everybody on this machine can read {file}: chmod o-r {file}", False
    if mailbox.ca_file is not None and not Path(mailbox.ca_file).is_file():
        yield f"[{section}] ca_file: there is no file {mailbox.ca_file}.", True


def _connected(name: str, mailbox: MailboxSettings, settings: Settings) -> Iterator[Words]:
    from msgspec.structs import replace

    from desk.mailbox_loop import account_of
    from ingest.imap import ImapConnection, ImapError

    where = f"[mailboxes.{name}]"
    account = account_of(name, mailbox, settings)
    try:
        connection = ImapConnection(replace(account, timeout=min(mailbox.timeout, TRIAL_SECONDS)))
    except ImapError as error:
        yield f"{where} {error}", True
        return
    try:
        there = connection.folders()
        for folder in mailbox.folders:
            if folder not in there and folder.upper() != "INBOX":
                near = difflib.get_close_matches(folder, there, 1, 0.5)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(there)[:20])}."
                yield f"{where} folders: there is no folder {folder}: {hint}", True
        if mailbox.idle and not connection.can_idle:
            yield f"{where} The server does not know IDLE: mail is looked for every {mailbox.poll} seconds.", False
        if mailbox.after == "move" and mailbox.move_to not in there:
            yield f"{where} move_to: there is no folder {mailbox.move_to} yet: it will be made.", False
    except ImapError as error:
        yield f"{where} {error}", True
    finally:
        connection.close()
