"""Access tokens for mailboxes (OAuth 2.0, RFC 6749): got from the provider, kept until shortly before they expire.

A refresh token may be exchanged for a newer one at any time (Microsoft does so at each use): the newer one is kept in
data_dir, and counts until the administrator puts another into the file that the settings name.
"""

import hashlib
import http.client
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from desk.config import ConfigError, read_secret
from desk.mailbox_settings import MailboxSettings
from ingest.imap import ImapError

FOLDER = "tokens"
EARLY_SECONDS = 300
"""A token is renewed so long before it expires."""
USUAL_SECONDS = 3600
_MOST = 64 * 1024


class _Granted(Struct):
    access_token: str = ""
    expires_in: float | str | None = None
    refresh_token: str | None = None
    error: str | None = None
    error_description: str | None = None


class _Kept(Struct):
    """A refresh token that replaced the administrator's, and a digest of that one."""

    given: str
    refresh_token: str


class Secrets:
    """The password of a mailbox, or an access token for it. `ask` is what `ingest.imap.Account.secret` wants."""

    def __init__(
        self, name: str, settings: MailboxSettings, data_dir: Path, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._settings = settings
        self._file = data_dir / FOLDER / f"{name}.json"
        self._monotonic = monotonic
        self._token = ""
        self._until = 0.0

    def ask(self, fresh: bool) -> str:
        """The password, or a token that is still good for a while; with `fresh` one that was not used yet.

        Raises ImapError: as "login" where the provider refuses, as "unreachable" where it cannot be asked.
        """
        settings = self._settings
        if settings.login == "password":
            return self._read(settings.password_file, settings.password_env, "password") or ""
        if fresh or self._monotonic() >= self._until:
            self._renew()
        return self._token

    def _renew(self) -> None:
        settings = self._settings
        endpoint = settings.token_endpoint() or ""
        fields = {"grant_type": settings.grant, "client_id": settings.client_id or ""}
        secret = self._read(settings.client_secret_file, settings.client_secret_env, "client_secret")
        if secret:
            fields["client_secret"] = secret
        scope = settings.asked_scope()
        if scope:
            fields["scope"] = scope
        given = None
        if settings.grant == "refresh_token":
            given = (self._read(settings.refresh_token_file, None, "refresh_token") or "").strip()
            fields["refresh_token"] = self._newest(given)
        granted = self._asked(endpoint, fields)
        if given is not None and granted.refresh_token and granted.refresh_token != fields["refresh_token"]:
            self._keep(given, granted.refresh_token)
        self._token = granted.access_token
        self._until = self._monotonic() + max(_seconds(granted.expires_in) - EARLY_SECONDS, 0.0)

    def _asked(self, endpoint: str, fields: dict[str, str]) -> _Granted:
        host = urllib.parse.urlsplit(endpoint).hostname or endpoint
        request = urllib.request.Request(  # noqa: S310 - the administrator's own URL, https by check
            endpoint,
            urllib.parse.urlencode(fields).encode(),
            {"Accept": "application/json", "User-Agent": "quietdesk"},
        )
        try:
            with _opener().open(request, timeout=self._settings.timeout) as answer:
                granted = _decoded(answer.read(_MOST))
        except urllib.error.HTTPError as error:
            with error:
                refused = _decoded(error.read(_MOST))
            raise self._refusal(host, error.code, refused) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ImapError("unreachable", f"No token could be had from {host}: {_said(error)}") from error
        if not granted.access_token:
            raise self._refusal(host, 200, granted)
        return granted

    def _refusal(self, host: str, status: int, said: _Granted) -> ImapError:
        words = ": ".join(filter(None, (said.error, " ".join((said.error_description or "").split())[:300])))
        if status == 429 or status >= 500:
            return ImapError("unreachable", f"{host} gives no token at the moment ({status}): {words or 'no reason'}")
        hint = ""
        if said.error == "invalid_grant":
            hint = " The refresh token has expired or was withdrawn: get a new one and put it into refresh_token_file."
        elif said.error in ("invalid_client", "unauthorized_client"):
            hint = " Look at client_id and the client secret: it may have expired."
        return ImapError("login", f"{host} gives no token ({status}): {words or 'no reason'}.{hint}", lost=True)

    def _newest(self, given: str) -> str:
        try:
            kept = msgspec.json.decode(self._file.read_bytes(), type=_Kept)
        except (FileNotFoundError, msgspec.MsgspecError):
            return given
        except OSError as error:
            raise ImapError("login", f"{self._file} cannot be read: {error.strerror}.") from error
        return kept.refresh_token if kept.given == _digest(given) else given

    def _keep(self, given: str, newer: str) -> None:
        """Write the newer token so that a crash leaves the old file or the new one."""
        self._file.parent.mkdir(mode=0o700, exist_ok=True)
        beside = self._file.with_suffix(".new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(_Kept(given=_digest(given), refresh_token=newer)))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._file)

    def _read(self, file: str | None, variable: str | None, what: str) -> str | None:
        try:
            return read_secret(file, variable, f"mailboxes.{self._name}", name=what)
        except ConfigError as error:
            raise ImapError("login", str(error)) from error


class _Unmoved(urllib.request.HTTPRedirectHandler):
    """Secrets go to the URL that the administrator named, and to no other."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_Unmoved())


def _decoded(answer: bytes) -> _Granted:
    try:
        return msgspec.json.decode(answer, type=_Granted)
    except msgspec.MsgspecError:
        return _Granted(error_description="the answer is no JSON object of RFC 6749")


def _seconds(value: float | str | None) -> float:
    try:
        return float(value) if value is not None else USUAL_SECONDS
    except ValueError:
        return USUAL_SECONDS


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _said(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return " ".join(str(reason).split())[:300]
