"""What stands between a browser and the desk: response headers, sessions, roles, CSRF tokens, limits on logins."""

import hmac
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import parse_qsl

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Role = Literal["agent", "problem-manager", "administrator"]

SESSION_COOKIE = "desk_session"
LOGIN_COOKIE = "desk_login"
MAX_FORM_BYTES = 1024 * 1024
MAX_FORM_FIELDS = 500

_PAGE = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""Unless the response says otherwise itself."""

FRAMED = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "no-referrer",
}
"""For a stranger's HTML in a frame: nothing runs, nothing is fetched."""

FRAMED_WITH_PICTURES = FRAMED | {
    "content-security-policy": FRAMED["content-security-policy"].replace("img-src data:", "img-src data: https: http:")
}
"""The same, where somebody asked for its pictures: they are fetched, and nothing else is."""

DOWNLOAD = {"content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox"}
"""For a stranger's bytes."""


class Headers:
    """Middleware: every response but a webhook's carries the headers above, and HSTS where the desk has https."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = dict(_PAGE)
        if https:
            self._headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/hooks/"):
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who asks. `csrf` is the token that their forms must carry; None for an API token, which needs none."""

    login: str
    name: str
    address: str | None
    roles: frozenset[str]
    csrf: str | None = None

    def may(self, role: Role) -> bool:
        """An administrator may do what the others may."""
        return role in self.roles or "administrator" in self.roles

    @property
    def initials(self) -> str:
        words = self.name.split() or [self.login]
        return "".join(word[0] for word in (words[0], words[-1]) if word).upper()[: 1 + (len(words) > 1)]


class LoginNeededError(Exception):
    """Nobody is logged in; the application answers with the way to the login page."""


class Form(Mapping[str, str]):
    """The fields of a posted form: the last value of each name, without the space around it; `all` gives every one."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> str:
        return self._values[name][-1].strip()

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])


async def read_form(request: Request) -> Form:
    """The form in a request's body. Raises HTTPException: 413 where it is too large, 400 where it is no form."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise HTTPException(413, "This form is too large: write at most a megabyte.")
    try:
        pairs = parse_qsl(bytes(body).decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FORM_FIELDS)
    except ValueError:
        raise HTTPException(400, "This form could not be read. Go back, reload the page and try again.") from None
    return Form(pairs)


def check_csrf(form: Form, expected: str | None) -> None:
    """Raise HTTPException 403 unless the form carries the token that the page was given."""
    given = form.get("csrf", "")
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise HTTPException(403, "This form has expired. Go back, reload the page and try again.")


class LoginLimit:
    """Counts failed logins per login, per peer and per both; what exceeds a limit waits until the window has passed.

    It is kept in memory and is bounded: the oldest entries are forgotten first.
    """

    WINDOW = timedelta(minutes=15)
    LIMITS: Mapping[str, int] = {"both": 6, "peer": 30, "login": 50}
    MAX_ENTRIES = 20_000

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], list[datetime]] = OrderedDict()

    def wait(self, login: str, peer: str, now: datetime) -> int:
        """Seconds until this login may be tried again from there; 0 when it may be tried now."""
        longest = 0.0
        for key in _keys(login, peer):
            times = [at for at in self._failures.get(key, []) if now - at < self.WINDOW]
            limit = self.LIMITS[key[0]]
            if len(times) >= limit:
                longest = max(longest, (times[-limit] + self.WINDOW - now).total_seconds())
        return int(longest) + 1 if longest > 0 else 0

    def failed(self, login: str, peer: str, now: datetime) -> None:
        for key in _keys(login, peer):
            times = [at for at in self._failures.pop(key, []) if now - at < self.WINDOW]
            self._failures[key] = [*times, now][-self.LIMITS[key[0]] :]
        while len(self._failures) > self.MAX_ENTRIES:
            self._failures.popitem(last=False)

    def succeeded(self, login: str, peer: str) -> None:
        self._failures.pop(("both", f"{login.lower()}\n{peer}"), None)


def _keys(login: str, peer: str) -> list[tuple[str, str]]:
    login = login.lower()[:200]
    return [("both", f"{login}\n{peer}"), ("peer", peer), ("login", login)]


def safe_path(target: str | None, otherwise: str = "/") -> str:
    """A path on this desk to go to next; `otherwise` for anything that could lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or len(target) > 2000:
        return otherwise
    return otherwise if any(ord(character) < 33 or character == "\\" for character in target) else target
