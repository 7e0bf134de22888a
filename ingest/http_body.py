"""The body of a request: read once and never beyond a limit, and taken out of its content encoding."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

DRAIN = 64 * 1024
"""So much of the body of a refused post is read, so that its sender gets to see the refusal."""


_ALSO = frozenset({"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """An answer other than 202."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = headers or {}


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


class Body:
    """The request's body, read once and never beyond a limit."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._complete = False

    async def read(self, length: str | None, max_size: int, seconds: float) -> bytes:
        """The whole body. Raises `Refusal` 408 and 413, also for chunked bodies, which announce no length."""
        if length is not None and length.isdecimal() and int(length[:18]) > max_size:
            raise _too_large(max_size)
        try:
            async with asyncio.timeout(seconds):
                first = await self._next()
                if self._complete:
                    parts, size = [first], len(first)
                else:
                    parts, size = await self._rest(first, max_size)
        except TimeoutError:
            raise Refusal(408, "The body did not arrive in time.") from None
        if size > max_size:
            raise _too_large(max_size)
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
