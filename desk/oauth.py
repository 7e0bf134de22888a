"""Access tokens (OAuth 2.0, RFC 6749): got from the provider, kept until shortly before they expire.

A refresh token may be exchanged for a newer one at any time (Microsoft does so at each use): the newer one is kept in
data_dir, and counts until the administrator puts another into the file that the settings name.
"""

import hashlib
import http.client
import os
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from desk.config import read_secret
from desk.oauth_grant import Grant

FOLDER = "tokens"
EARLY_SECONDS = 300
"""A token is renewed so long before it expires."""
USUAL_SECONDS = 3600
_MOST = 64 * 1024


class TokenError(Exception):
    """Why there is no token, as a sentence. `refused`: the provider says no, as opposed to not being reached."""

    def __init__(self, words: str, *, refused: bool) -> None:
        super().__init__(words)
        self.refused = refused


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


class Tokens:
    """Access tokens by one grant. `name` is the file's in data_dir/tokens. Safe to use from several threads."""

    def __init__(
        self, name: str, grant: Grant, data_dir: Path, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._grant = grant
        self._file = data_dir / FOLDER / f"{name}.json"
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def token(self, refused: str | None = None) -> str:
        """A token that is still good for a while; never the one that was just `refused`.

        Raises TokenError, and ConfigError where a secret cannot be read.
        """
        with self._lock:
            if self._monotonic() >= self._until or (refused is not None and refused == self._token):
                self._renew()
            return self._token

    def _renew(self) -> None:
        grant = self._grant
        fields = {"grant_type": grant.kind, "client_id": grant.client_id}
        secret = read_secret(grant.client_secret_file, grant.client_secret_env, grant.section, name="client_secret")
        if secret:
            fields["client_secret"] = secret
        if grant.scope:
            fields["scope"] = grant.scope
        given = None
        if grant.kind == "refresh_token":
            given = (read_secret(grant.refresh_token_file, None, grant.section, name="refresh_token") or "").strip()
            fields["refresh_token"] = self._newest(given)
        granted = self._asked(fields)
        if given is not None and granted.refresh_token and granted.refresh_token != fields["refresh_token"]:
            self._keep(given, granted.refresh_token)
        self._token = granted.access_token
        self._until = self._monotonic() + max(_seconds(granted.expires_in) - EARLY_SECONDS, 0.0)

    def _asked(self, fields: dict[str, str]) -> _Granted:
        endpoint = self._grant.endpoint
        host = urllib.parse.urlsplit(endpoint).hostname or endpoint
        request = urllib.request.Request(  # noqa: S310 - the administrator's own URL, https by check
            endpoint,
            urllib.parse.urlencode(fields).encode(),
            {"Accept": "application/json", "User-Agent": "quietdesk"},
        )
        try:
            with _opener().open(request, timeout=self._grant.timeout) as answer:
                granted = _decoded(answer.read(_MOST))
        except urllib.error.HTTPError as error:
            with error:
                refused = _decoded(error.read(_MOST))
            raise _refusal(host, error.code, refused) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise TokenError(f"No token could be had from {host}: {_said(error)}", refused=False) from error
        if not granted.access_token:
            raise _refusal(host, 200, granted)
        return granted

    def _newest(self, given: str) -> str:
        try:
            kept = msgspec.json.decode(self._file.read_bytes(), type=_Kept)
        except (FileNotFoundError, msgspec.MsgspecError):
            return given
        except OSError as error:
            raise TokenError(f"{self._file} cannot be read: {error.strerror}.", refused=True) from error
        return kept.refresh_token if kept.given == _digest(given) else given

    def _keep(self, given: str, newer: str) -> None:
        """Write the newer token so that a crash leaves the old file or the new one."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = self._file.with_suffix(".new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(_Kept(given=_digest(given), refresh_token=newer)))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._file)


def xoauth2(user: str, token: str) -> str:
    """The initial response of the SASL mechanism XOAUTH2 (Google, Microsoft)."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def oauthbearer(user: str, host: str, port: int, token: str) -> str:
    """The initial response of the SASL mechanism OAUTHBEARER (RFC 7628)."""
    name = user.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={name},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01"


def _refusal(host: str, status: int, said: _Granted) -> TokenError:
    words = ": ".join(filter(None, (said.error, " ".join((said.error_description or "").split())[:300])))
    if status == 429 or status >= 500:
        return TokenError(f"{host} gives no token at the moment ({status}): {words or 'no reason'}", refused=False)
    hint = ""
    if said.error == "invalid_grant":
        hint = " The refresh token has expired or was withdrawn: get a new one and put it into refresh_token_file."
    elif said.error in ("invalid_client", "unauthorized_client"):
        hint = " Look at client_id and the client secret: it may have expired."
    return TokenError(f"{host} gives no token ({status}): {words or 'no reason'}.{hint}", refused=True)


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
