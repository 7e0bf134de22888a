"""The webhook door: `POST /hooks/{tool}/{key}`, or `POST /hooks/{tool}` with the key as Bearer.

It answers 202 with the position once the journal has the post, and refuses with one sentence. It is a plain ASGI
application, so that nothing of a framework stands between a post and the journal; what needs no connection is in plain
functions. The key stands in the path: whoever serves this must keep paths under /hooks/ out of the access log.
"""

import asyncio
import logging
import zlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from msgspec import Struct

from ingest.event import Draft
from ingest.journal import BusyError, NotDurableError
from ingest.rates import Peers, Rate

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Accept = Callable[[Draft], Awaitable[int]]
Check = Callable[[str, bytes, str | None], str | None]

PREFIX = "/hooks/"
LARGE = 256 * 1024
"""From here on inflating and checking run in a thread, so that they hold up nobody else."""
DRAIN = 64 * 1024
"""So much of the body of a refused post is read, so that its sender gets to see the refusal."""


_ALSO = frozenset({"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})


class HookDirectory(Protocol):
    """Knows the keys."""

    def lookup(self, tool: str, key: str) -> str | None:
        """The id of the hook of this tool with this key, or None; takes the same time for every wrong key."""


class WebhookSettings(Struct, frozen=True, kw_only=True):
    """What the door lets through.

    `max_size` is in bytes, of the body as sent and after inflating. `posts_per_minute` and `burst` hold for each hook;
    `wrong_keys_per_minute` for each address that is not in the `unlimited` networks. The tools in `json_only` are known
    to say that they send JSON; of others, forms and JSON that goes under plain text are taken too.
    """

    tools: frozenset[str]
    max_size: int = 8 * 1024 * 1024
    posts_per_minute: float = 60_000
    burst: int = 5_000
    wrong_keys_per_minute: float = 30
    unlimited: tuple[str, ...] = ()
    read_seconds: float = 30
    retry_seconds: int = 5
    json_only: frozenset[str] = frozenset({"alertmanager", "grafana", "sentry", "datadog", "pagerduty", "opsgenie"})


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """An answer other than 202."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = headers or {}


# --- what needs no connection --------------------------------------------------------------------


def split_path(path: str) -> tuple[str, str | None]:
    """Tool and key of a path; the key is None where the path has none. Raises `Refusal` 404 for any other path."""
    _, _, rest = path.partition(PREFIX)
    tool, _, key = rest.partition("/")
    if not tool or "/" in key:
        raise Refusal(404, "There is nothing here: a webhook's address is /hooks/TOOL/KEY.")
    return tool, key or None


def bearer(header: str | None) -> str | None:
    """The key in an Authorization header (RFC 6750), or None."""
    scheme, _, key = (header or "").strip().partition(" ")
    return key.strip() or None if scheme.lower() == "bearer" else None


def check_content_type(header: str | None, json_only: bool) -> None:
    """Raise `Refusal` 415 for what cannot hold a tool's post by its own account. No type at all passes."""
    media = (header or "").partition(";")[0].strip().lower()
    if not media or media in {"application/json", "text/json"} or media.endswith("+json"):
        return
    if json_only or media not in _ALSO:
        raise Refusal(415, f"This hook takes application/json, not {media[:80]}.", {"accept": "application/json"})


def inflate(body: bytes, encoding: str | None, max_size: int) -> bytes:
    """Undo the content encoding; never makes more than `max_size` bytes. Raises `Refusal` 400, 413 or 415."""
    encoding = (encoding or "identity").strip().lower()
    if encoding == "identity":
        return body
    if encoding not in {"gzip", "x-gzip"}:
        raise Refusal(415, "This hook reads bodies as they are or with gzip.", {"accept-encoding": "gzip"})
    parts: list[bytes] = []
    room = max_size + 1
    try:
        while body and room > 0:  # a gzip body may have several members
            inflater = zlib.decompressobj(wbits=31)
            parts.append(inflater.decompress(body, room))
            room -= len(parts[-1])
            if room > 0 and not inflater.eof:
                raise Refusal(400, "The gzip body ends in the middle.")
            body = inflater.unused_data
    except zlib.error as error:
        raise Refusal(400, "The body says that it is gzip, and is not.") from error
    if room <= 0:
        raise _too_large(max_size)
    return b"".join(parts)


def _too_large(max_size: int) -> Refusal:
    return Refusal(413, f"The body is larger than {max_size} bytes: send fewer alerts in one post.")


# --- the door ------------------------------------------------------------------------------------


class WebhookDoor:
    """The ASGI application. `in_front_of(app)` sends /hooks/ to it and everything else to another application."""

    def __init__(
        self,
        settings: WebhookSettings,
        accept: Accept,
        hooks: HookDirectory,
        check: Check,
        clock: Callable[[], datetime],
        *,
        count: Callable[[str], None] = lambda _outcome: None,
    ) -> None:
        """`accept` makes a draft durable and gives its position, or raises `BusyError` or `NotDurableError`.

        `check(tool, body, content_type)` gives a sentence where the body is not that tool's, else None. `count` hears
        of each outcome by name: "accepted", else the status code of the refusal.
        """
        self._settings = settings
        self._accept = accept
        self._hooks = hooks
        self._check = check
        self._clock = clock
        self._count = count
        self._peers = Peers(settings.unlimited)
        self._posts = Rate(settings.posts_per_minute, settings.burst)
        self._wrong_keys = Rate(settings.wrong_keys_per_minute, settings.wrong_keys_per_minute)

    def in_front_of(self, app: Application) -> Application:
        """An application that takes what is under /hooks/ to this door and leaves the rest to `app`."""

        async def route(scope: Scope, receive: Receive, send: Send) -> None:
            ours = scope["type"] == "http" and scope["path"].startswith(PREFIX)
            await (self if ours else app)(scope, receive, send)

        return route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = _Body(receive)
        try:
            position = await self._take(scope, body)
        except Refusal as refusal:
            self._count(str(refusal.status))
            headers = dict(refusal.headers)
            if not await body.drain(self._settings.read_seconds):
                headers["connection"] = "close"
            await _answer(send, refusal.status, msgspec.json.encode({"error": refusal.sentence}), headers)
        else:
            self._count("accepted")
            await _answer(send, 202, b'{"position":%d}' % position)

    async def _take(self, scope: Scope, body: "_Body") -> int:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        tool, key = split_path(scope["path"])
        if tool not in self._settings.tools:
            raise Refusal(404, f"This desk has no hook for '{tool[:40]}': it knows {_listed(self._settings.tools)}.")
        if scope["method"] != "POST":
            raise Refusal(405, "A webhook is sent with POST.", {"allow": "POST"})
        hook = self._authenticate(scope, tool, key or bearer(headers.get(b"authorization")))
        wait = self._posts.take(hook, self._clock().timestamp())
        if wait:
            raise Refusal(429, "This hook sends too much: try again later.", {"retry-after": str(ceil(wait))})
        content_type = headers.get(b"content-type")
        check_content_type(content_type, tool in self._settings.json_only)
        raw = await body.read(headers.get(b"content-length"), self._settings)
        content = await self._examine(tool, raw, content_type, headers.get(b"content-encoding"))
        draft = Draft(
            kind="webhook",
            route=f"hook:{hook}",
            envelope={"tool": tool, "hook": hook, "content_type": content_type},
            body=content,
        )
        try:
            return await self._accept(draft)
        except (BusyError, NotDurableError) as error:
            retry = {"retry-after": str(self._settings.retry_seconds)}
            raise Refusal(503, "The post could not be stored: send it again.", retry) from error
        except Exception as error:
            log.exception("A post could not be accepted")
            retry = {"retry-after": str(self._settings.retry_seconds)}
            raise Refusal(503, "Something went wrong here: send the post again.", retry) from error

    def _authenticate(self, scope: Scope, tool: str, key: str | None) -> str:
        hook = None if key is None else self._hooks.lookup(tool, key)
        if hook is not None:
            return hook
        client = scope.get("client")
        peer = self._peers.name(client[0] if client else None)
        wait = 0.0 if peer is None else self._wrong_keys.take(peer, self._clock().timestamp())
        if wait:
            raise Refusal(429, "Too many wrong keys from your address.", {"retry-after": str(ceil(wait))})
        raise Refusal(
            401, f"The key is missing or wrong: 'desk hook add {tool}' makes one.", {"www-authenticate": "Bearer"}
        )

    async def _examine(self, tool: str, raw: bytes, content_type: str | None, encoding: str | None) -> bytes:
        if len(raw) >= LARGE or (encoding and raw):
            return await asyncio.to_thread(self._examined, tool, raw, content_type, encoding)
        return self._examined(tool, raw, content_type, encoding)

    def _examined(self, tool: str, raw: bytes, content_type: str | None, encoding: str | None) -> bytes:
        content = inflate(raw, encoding, self._settings.max_size)
        sentence = self._check(tool, content, content_type)
        if sentence is not None:
            raise Refusal(400, sentence)
        return content


def webhook_routes(
    settings: WebhookSettings,
    accept: Accept,
    hooks: HookDirectory,
    check: Check,
    clock: Callable[[], datetime],
    *,
    count: Callable[[str], None] = lambda _outcome: None,
) -> "list[BaseRoute]":
    """The door as routes of a Starlette or FastAPI application; the parameters are those of `WebhookDoor`.

    `WebhookDoor.in_front_of` is faster: there a post does not pass through the application's middleware.
    """
    from starlette.routing import Route

    door = WebhookDoor(settings, accept, hooks, check, clock, count=count)
    return [Route(PREFIX + "{tool}", door, name="hook"), Route(PREFIX + "{tool}/{key}", door, name="hook-with-key")]


class _Body:
    """The request's body, read once and never beyond a limit."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._complete = False

    async def read(self, length: str | None, settings: WebhookSettings) -> bytes:
        """The whole body. Raises `Refusal` 408 and 413, also for chunked bodies, which announce no length."""
        if length is not None and length.isdecimal() and int(length) > settings.max_size:
            raise _too_large(settings.max_size)
        try:
            async with asyncio.timeout(settings.read_seconds):
                first = await self._next()
                if self._complete:
                    parts, size = [first], len(first)
                else:
                    parts, size = await self._rest(first, settings.max_size)
        except TimeoutError:
            raise Refusal(408, "The body did not arrive in time.") from None
        if size > settings.max_size:
            raise _too_large(settings.max_size)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def drain(self, seconds: float) -> bool:
        """Read a little more of a body that is refused; True if that was all of it."""
        size = 0
        try:
            async with asyncio.timeout(seconds):
                while not self._complete and size <= DRAIN:
                    size += len(await self._next())
        except (TimeoutError, Refusal):
            return False
        return self._complete

    async def _rest(self, first: bytes, max_size: int) -> tuple[list[bytes], int]:
        parts, size = [first], len(first)
        while not self._complete and size <= max_size:
            parts.append(await self._next())
            size += len(parts[-1])
        return parts, size

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "The connection ended before the body did.")
        self._complete = not message.get("more_body", False)
        body: bytes = message.get("body", b"")
        return body


async def _answer(send: Send, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
    fields = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    fields += [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body})


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
