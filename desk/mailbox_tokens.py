"""What a mailbox is logged in to with: its password, or an access token that the desk gets and renews by itself."""

import time
from collections.abc import Callable
from pathlib import Path

from desk.config import ConfigError, read_secret
from desk.mailbox_settings import MailboxSettings
from desk.oauth import TokenError, Tokens
from desk.oauth_grant import Grant
from ingest.imap import ImapError


class Secrets:
    """The password of a mailbox, or an access token for it. `ask` is what `ingest.imap.Account.secret` wants."""

    def __init__(
        self, name: str, settings: MailboxSettings, data_dir: Path, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._section = f"mailboxes.{name}"
        self._settings = settings
        grant = Grant(
            section=self._section,
            kind=settings.grant,
            endpoint=settings.token_endpoint() or "",
            client_id=settings.client_id or "",
            client_secret_file=settings.client_secret_file,
            client_secret_env=settings.client_secret_env,
            refresh_token_file=settings.refresh_token_file,
            scope=settings.asked_scope(),
            timeout=settings.timeout,
        )
        self._tokens = Tokens(name, grant, data_dir, monotonic)
        self._last: str | None = None

    def ask(self, fresh: bool) -> str:
        """The password, or a token that is still good for a while; with `fresh` one that was not used yet.

        Raises ImapError: as "login" where the provider refuses, as "unreachable" where it cannot be asked.
        """
        settings = self._settings
        try:
            if settings.login == "password":
                return read_secret(settings.password_file, settings.password_env, self._section) or ""
            self._last = self._tokens.token(refused=self._last if fresh else None)
        except ConfigError as error:
            raise ImapError("login", str(error)) from error
        except TokenError as error:
            raise ImapError("login" if error.refused else "unreachable", str(error)) from error
        return self._last
