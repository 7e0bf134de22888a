"""Asking rspamd about a mail before it is accepted (`POST /checkv2`, https://rspamd.com/doc/developers/protocol.html).

The verdict goes into the envelope and so into the journal: a replay never asks again. A filter that is down or slow
never holds up mail: the envelope then says that, and why, it gave no verdict.
"""

import asyncio
import http.client
import ipaddress
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from desk.spam_settings import ACTIONS, SpamSettings
from ingest.event import Draft

log = logging.getLogger(__name__)

BY = "rspamd"
AT_ONCE = 16
GIVE_UP_AFTER = 3
"""So many failures in a row, and rspamd is left alone for a while: mail then waits for nothing."""
REST_SECONDS = 30.0
_LARGEST_ANSWER = 1 << 20
_MOST_RECIPIENTS = 50
_MOST_SYMBOLS = 10

Accept = Callable[[Draft], Awaitable[int]]
Count = Callable[[str], None]


class _NoVerdictError(Exception):
    """Why there is none, in a few words."""


class Rspamd:
    """Asks one rspamd. `timeout` is in seconds and for the whole of an answer. `count` hears of each verdict by the
    name of its action, or "absent". Safe to use from several threads."""

    def __init__(
        self, url: str, timeout: float, count: Count = lambda _: None, now: Callable[[], float] = monotonic
    ) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port or (443 if self._secure else 80)
        self._path = f"{parts.path.rstrip('/')}/checkv2"
        self.timeout = timeout
        self._count = count
        self._now = now
        self._lock = threading.Lock()
        self._failures = 0
        self._rests_until = 0.0

    def noted(self, draft: Draft) -> Draft:
        """The draft with the verdict in its envelope. Blocks for `timeout` seconds at most."""
        return self.noting(draft, self.verdict(draft.body, draft.envelope))

    def noting(self, draft: Draft, verdict: Mapping[str, Any]) -> Draft:
        """The draft with this verdict; it is counted."""
        action = "absent" if "missing" in verdict else str(verdict["action"])
        self._count(action if action in (*ACTIONS, "absent") else "other")
        return replace(draft, envelope={**draft.envelope, "spam": verdict})

    def verdict(self, body: bytes, envelope: Mapping[str, Any]) -> dict[str, Any]:
        """`by`, `action`, `score`, `required`, `symbols`; or `by` and `missing` with the reason. Never raises."""
        with self._lock:
            if self._now() < self._rests_until:
                return missing("it has not answered lately")
        try:
            found = _understood(self._ask(body, envelope))
        except _NoVerdictError as trouble:
            self._failed(str(trouble))
            return missing(str(trouble))
        with self._lock:
            self._failures = 0
        return found

    def _failed(self, why: str) -> None:
        with self._lock:
            self._failures += 1
            if self._failures < GIVE_UP_AFTER:
                return
            self._failures = 0
            self._rests_until = self._now() + REST_SECONDS
        log.warning("rspamd gives no verdicts (%s): it is asked again in %.0f seconds", why, REST_SECONDS)

    def _ask(self, body: bytes, envelope: Mapping[str, Any]) -> bytes:
        until = monotonic() + self.timeout
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=self.timeout)
        try:
            connection.putrequest("POST", self._path, skip_accept_encoding=True)
            for name, value in (*_headers(envelope), ("Content-Length", str(len(body)).encode())):
                connection.putheader(name, value)
            connection.endheaders(body)
            _hurry(connection, until)
            response = connection.getresponse()
            answer = _read(connection, response, until)
        except TimeoutError:
            raise _NoVerdictError(f"it did not answer within {self.timeout:g} seconds") from None
        except (OSError, http.client.HTTPException) as error:
            words = error.strerror if isinstance(error, OSError) else type(error).__name__
            raise _NoVerdictError(f"it cannot be reached: {words or type(error).__name__}") from error
        finally:
            connection.close()
        if response.status != 200:
            raise _NoVerdictError(f"it answered with status {response.status}")
        return answer


def asking(settings: SpamSettings) -> Callable[[Draft], Draft]:
    """For a door that waits by itself: adds the verdict where an rspamd is configured, else gives the draft back."""
    return (lambda draft: draft) if settings.rspamd_url is None else Rspamd(settings.rspamd_url, settings.timeout).noted


def missing(why: str) -> dict[str, Any]:
    """What the envelope says where there is no verdict."""
    return {"by": BY, "missing": why}


def _headers(envelope: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """What the door knows of the mail, as rspamd's protocol names it."""
    named = [("From", envelope.get("mail_from")), ("Helo", envelope.get("helo")), ("IP", _address(envelope))]
    named += [("Rcpt", recipient) for recipient in list(envelope.get("rcpt_to") or ())[:_MOST_RECIPIENTS]]
    for name, value in named:
        if isinstance(value, str) and value and value.isprintable():
            yield name, value.encode()


def _address(envelope: Mapping[str, Any]) -> str | None:
    """The peer's address, where the mail comes from the world: one's own relay is judged by its Received fields."""
    try:
        peer = ipaddress.ip_address(str(envelope.get("peer")))
    except ValueError:
        return None
    return str(peer) if peer.is_global else None


def _hurry(connection: http.client.HTTPConnection, until: float) -> None:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    if connection.sock is not None:
        connection.sock.settimeout(left)


def _read(connection: http.client.HTTPConnection, response: http.client.HTTPResponse, until: float) -> bytes:
    """The answer as a whole, in the time that is left: one that comes byte by byte must not take longer."""
    answer = bytearray()
    while chunk := response.read1(65_536):
        answer += chunk
        if len(answer) > _LARGEST_ANSWER:
            raise _NoVerdictError("its answer is too long")
        _hurry(connection, until)
    return bytes(answer)


def _understood(answer: bytes) -> dict[str, Any]:
    try:
        said = msgspec.json.decode(answer)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _NoVerdictError("its answer is not JSON") from error
    action = said.get("action") if isinstance(said, dict) else None
    if not isinstance(action, str):
        raise _NoVerdictError("its answer names no action")
    return {
        "by": BY,
        "action": action[:40],
        "score": _number(said.get("score")),
        "required": _number(said.get("required_score")),
        "symbols": _heaviest(said.get("symbols")),
    }


def _heaviest(symbols: Any) -> list[str]:
    """The names of the tests that decided most."""
    named = symbols.items() if isinstance(symbols, dict) else ()
    weights = {name: _number(each.get("score")) or 0.0 for name, each in named if isinstance(each, dict)}
    heavy = sorted((name for name, weight in weights.items() if weight), key=lambda name: (-abs(weights[name]), name))
    return [name[:60] for name in heavy[:_MOST_SYMBOLS]]


def _number(value: Any) -> float | None:
    numbers = isinstance(value, int | float) and not isinstance(value, bool)
    return round(float(value), 2) if numbers and abs(value) < 1e9 else None


def scanning(accept: Accept, filter_: Rspamd) -> Accept:
    """An `accept` that asks the filter first. However slow it is, a mail waits no longer than the filter's timeout."""
    threads = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="rspamd")

    async def accept_scanned(draft: Draft) -> int:
        asked = asyncio.get_running_loop().run_in_executor(threads, filter_.verdict, draft.body, draft.envelope)
        try:
            verdict = await asyncio.wait_for(asked, filter_.timeout + 0.5)
        except TimeoutError:
            verdict = missing(f"it did not answer within {filter_.timeout:g} seconds")
        return await accept(filter_.noting(draft, verdict))

    return accept_scanned
