"""The webhook door: `POST /hooks/{tool}/{key}`, or `POST /hooks/{tool}` with the key in a header; and the APIs that the
desk answers in other products' place (`ingest.standins`).

It answers once the journal has the post, and refuses with one sentence. It is a plain ASGI application, so that nothing
of a framework stands between a post and the journal. The key stands in the path: whoever serves this must keep paths
under /hooks/ out of the access log.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from datetime import datetime
from math import ceil
from typing import Any

from msgspec import Struct

from ingest.event import Draft
from ingest.http_body import Body, Receive, Refusal, check_content_type, inflate
from ingest.journal import BusyError, NotDurableError
from ingest.payload import decode_payload
from ingest.rates import Peers, Rate
from ingest.replays import Replays
from ingest.signatures import fault, proof
from ingest.sns_signatures import SNS_WINDOW
from ingest.standins.call import Answer, Call, StandIn
from ingest.standins.calls import Asked, api_of, asked, is_ours
from ingest.standins.plain import Plain
from ingest.trust import Admission, HookDirectory, key_in, may_call

log = logging.getLogger(__name__)

_SOURCE = "quietdesk.source"
"""In the scope of a request whose key was right: its hook and its tool."""

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Accept = Callable[[Draft], Awaitable[int]]
Check = Callable[[str, bytes, str | None], str | None]
Inspect = Callable[[Admission, bytes], bytes | None]
Read = Callable[[str, Call, str], bytes | None]
Weigh = Callable[[str, Call, str, bytes], Call]
Settled = Callable[[int], bool]
Note = Callable[[str, str, str, str | None], None]
Headers = Mapping[bytes, str]

LARGE = 256 * 1024
"""From here on inflating and checking run in a thread, so that they hold up nobody else."""
_BETWEEN_LOOKS = 0.02
_LOOKS = 150
"""So many seconds apart, and so often, it is looked whether the desk has carried out what was asked of it."""
KEYED = 512 * 1024
"""The longest body, in bytes and inflated, in which a key is looked for: PagerDuty itself takes no longer event."""


class WebhookSettings(Struct, frozen=True, kw_only=True):
    """What the door lets through.

    `max_size` is in bytes, of the body as sent and after inflating. `posts_per_minute` (0: any number) and `burst` hold
    for each hook; `wrong_keys_per_minute` for each address that is not in the `unlimited` networks. The tools in
    `json_only` are known to say that they send JSON; of others, forms and JSON under plain text are taken too.
    """

    tools: Collection[str]
    max_size: int = 8 * 1024 * 1024
    posts_per_minute: float = 0
    burst: int = 0
    wrong_keys_per_minute: float = 30
    unlimited: tuple[str, ...] = ()
    read_seconds: float = 30
    retry_seconds: int = 5
    json_only: frozenset[str] = frozenset({"alertmanager", "grafana", "sentry", "datadog", "pagerduty", "opsgenie"})


def _pass(_admission: Admission, _body: bytes) -> None:
    """No inspection."""


def _unnoted(_hook: str, _tool: str, _outcome: str, _sentence: str | None) -> None:
    """Nothing is noted."""


def _nothing(_tool: str, _call: Call, _hook: str) -> bytes | None:
    """Nothing to read."""
    return None


def _as_it_is(_tool: str, call: Call, _hook: str, _body: bytes) -> Call:
    """Nothing to weigh it against."""
    return call


def _at_once(_position: int) -> bool:
    """Nothing to wait for."""
    return True


class WebhookDoor:
    """The ASGI application. `in_front_of(app)` sends what is its own to it and everything else to another."""

    def __init__(
        self,
        settings: WebhookSettings,
        accept: Accept,
        hooks: HookDirectory,
        check: Check,
        clock: Callable[[], datetime],
        *,
        count: Callable[[str], None] = lambda _outcome: None,
        inspect: Inspect = _pass,
        read: Read = _nothing,
        weigh: Weigh = _as_it_is,
        settled: Settled = _at_once,
        note: Note = _unnoted,
    ) -> None:
        """`accept` makes a draft durable and gives its position, or raises `BusyError` or `NotDurableError`.

        `check(tool, body, content_type)` gives a sentence where the body is not that tool's, else None. `count` hears
        of each outcome by name: "accepted", else the status code of the refusal. `inspect(admission, body)` proves what
        needs more than the post itself (a certificate): it gives what tells it from others, or raises `Refusal`.
        `read(tool, call, hook)` answers a call that only asks, None where there is no answer.
        `weigh(tool, call, hook, body)` compares a call that writes with what there is, and may add to it;
        `settled(position)` tells whether an input is carried out. Both and `read` may raise `Refusal`, and all run in
        a thread. `note(hook, tool, outcome, sentence)` hears the same as `count` where
        the key was right, with the sentence of a refusal.
        """
        self._settings = settings
        self._accept = accept
        self._hooks = hooks
        self._check = check
        self._clock = clock
        self._count = count
        self._inspect = inspect
        self._read = read
        self._weigh = weigh
        self._settled = settled
        self._note = note
        self._peers = Peers(settings.unlimited)
        self._posts = Rate(settings.posts_per_minute, settings.burst) if settings.posts_per_minute else None
        self._replays = Replays()
        self._wrong_keys = Rate(settings.wrong_keys_per_minute, settings.wrong_keys_per_minute)

    def in_front_of(self, app: Application) -> Application:
        """An application that takes what is a webhook's to this door and leaves the rest to `app`."""

        async def route(scope: Scope, receive: Receive, send: Send) -> None:
            ours = scope["type"] == "http" and is_ours(scope["path"])
            await (self if ours else app)(scope, receive, send)

        return route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = Body(receive)
        try:
            answer = await self._taken(scope, body)
        except Refusal as refusal:
            self._count(str(refusal.status))
            self._noted(scope, str(refusal.status), refusal.sentence)
            headers = dict(refusal.headers)
            if not await body.drain(self._settings.read_seconds):
                headers["connection"] = "close"
            await _answer(send, api_of(path_of(scope)).refused(refusal.status, refusal.sentence), headers)
        else:
            self._noted(scope, "accepted", None)
            await _answer(send, answer)

    def _noted(self, scope: Scope, outcome: str, sentence: str | None) -> None:
        if _SOURCE in scope:
            hook, tool = scope[_SOURCE]
            self._note(hook, tool, outcome, sentence)

    async def _taken(self, scope: Scope, body: Body) -> Answer:
        try:
            return await self._take(scope, body)
        except Refusal:
            raise
        except Exception as error:
            log.exception("A request to %s could not be answered", scope["method"])
            raise Refusal(503, "Something went wrong here: send the post again.", {"retry-after": "5"}) from error

    async def _take(self, scope: Scope, body: Body) -> Answer:
        query = scope.get("query_string", b"").decode("latin-1")
        request = asked(scope["method"], path_of(scope), query, self._settings.tools)
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        key = request.key or key_in(headers)
        if key is None and request.api.key_in_body:
            return await self._take_with_key(scope, request, headers, body)
        admission = self._authenticate(scope, request.api.tool, key)
        if not request.call.writes:
            if admission.signature is not None:
                raise Refusal(403, "This hook takes signed posts only: a question cannot be signed.")
            return await self._answered(request, admission.hook)
        most = self._settings.max_size
        raw = await self._received(request, headers, body, most)
        signed = self._proven(scope, admission, headers, raw)
        return await self._store(request, admission, headers, await self._inflated(raw, headers, most), signed)

    async def _take_with_key(self, scope: Scope, request: Asked, headers: Headers, body: Body) -> Answer:
        """The key stands in the body, and is taken out of it before the journal sees it.

        Anybody can have a body read here, so it is short, and of those who had too many wrong keys none is read.
        """
        peer, now = self._peer(scope), self._clock().timestamp()
        _not_too_often(0.0 if peer is None else self._wrong_keys.wait(peer, now))
        most = min(KEYED, self._settings.max_size)
        raw = await self._received(request, headers, body, most)
        content = await self._inflated(raw, headers, most)
        key = await asyncio.to_thread(request.api.key_of, content)
        admission = self._authenticate(scope, request.api.tool, key)
        signed = self._proven(scope, admission, headers, raw)
        hidden = _hidden(request.api, content, key) if key else content
        return await self._store(request, admission, headers, hidden, signed)

    async def _received(self, request: Asked, headers: Headers, body: Body, most: int) -> bytes:
        if request.call.content:
            check_content_type(headers.get(b"content-type"), request.api.tool in self._settings.json_only)
        length = headers.get(b"content-length")
        return await body.read(length, most, self._settings.read_seconds)

    async def _inflated(self, raw: bytes, headers: Headers, most: int) -> bytes:
        encoding = headers.get(b"content-encoding")
        if encoding and raw:
            return await asyncio.to_thread(inflate, raw, encoding, most)
        return raw

    def _proven(self, scope: Scope, admission: Admission, headers: Headers, raw: bytes) -> bytes | None:
        """What tells this post from every other, where it is signed with a time. Raises `Refusal` 401 and 429.

        Nothing is done with the body before: the name of a signed hook, which anybody may know, opens it this far. A
        wrong signature is a wrong key, and takes nothing of what the hook may send.
        """
        if admission.signature is None:
            return None
        now = self._clock().timestamp()
        sentence = fault(admission.signature, admission.secrets, headers, raw, now)
        if sentence is not None:
            peer = self._peer(scope)
            _not_too_often(0.0 if peer is None else self._wrong_keys.take(peer, now))
            raise Refusal(401, sentence)
        self._within_its_rate(admission)
        return proof(admission.signature, headers, raw)

    async def _store(
        self, request: Asked, admission: Admission, headers: Headers, content: bytes, signed: bytes | None
    ) -> Answer:
        api, call = request.api, request.call
        content_type = headers.get(b"content-type")
        if len(content) >= LARGE or admission.sns or call.weighed:
            call, by_sns = await asyncio.to_thread(self._examined, request, admission, content, content_type)
        else:
            call, by_sns = self._examined(request, admission, content, content_type)
        draft = Draft(
            kind="webhook",
            route=f"hook:{admission.hook}",
            envelope={"tool": api.tool, "hook": admission.hook, "content_type": content_type, **call.envelope},
            body=content,
        )
        position = await self._stored_once(draft, admission, signed or by_sns)
        if call.fault is not None:
            raise Refusal(400, call.fault)
        self._count("accepted")
        if call.awaited:
            await self._wait_for(position)
        return api.accepted(call, content, position)

    def _examined(
        self, request: Asked, admission: Admission, content: bytes, content_type: str | None
    ) -> tuple[Call, bytes | None]:
        api = request.api
        if isinstance(api, Plain) and (sentence := self._check(api.tool, content, content_type)) is not None:
            raise Refusal(400, sentence)
        call = api.examined(request.call, content, self._clock())
        by_sns = self._inspect(admission, content) if admission.sns else None
        return (self._weigh(api.tool, call, admission.hook, content) if call.weighed else call), by_sns

    async def _wait_for(self, position: int) -> None:
        """Give the desk the time to carry out an input, so that who asks next sees it; the input is safe already."""
        for _ in range(_LOOKS):
            if await asyncio.to_thread(self._settled, position):
                return
            await asyncio.sleep(_BETWEEN_LOOKS)

    async def _stored_once(self, draft: Draft, admission: Admission, shown: bytes | None) -> int:
        """Its position; that of the first where the very same signed post comes again."""
        if shown is None:
            return await self._stored(draft)
        now = self._clock().timestamp()
        proof_here = admission.hook.encode() + b"\n" + shown
        known = self._replays.position(proof_here, now)
        if known is not None:
            return known
        position = await self._stored(draft)
        window = SNS_WINDOW.total_seconds() if admission.signature is None else admission.signature.window
        self._replays.remember(proof_here, position, now + 2 * window)
        return position

    async def _stored(self, draft: Draft) -> int:
        retry = {"retry-after": str(self._settings.retry_seconds)}
        try:
            return await self._accept(draft)
        except BusyError as error:
            raise Refusal(429, "More is coming in than can be stored: send the post again.", retry) from error
        except NotDurableError as error:
            raise Refusal(503, "The post could not be stored: send it again.", retry) from error
        except Exception as error:
            log.exception("A post could not be accepted")
            raise Refusal(503, "Something went wrong here: send the post again.", retry) from error

    async def _answered(self, request: Asked, hook: str) -> Answer:
        try:
            said = await asyncio.to_thread(self._read, request.api.tool, request.call, hook)
        except Refusal:
            raise
        except Exception as error:
            log.exception("A call could not be answered")
            raise Refusal(503, "Something went wrong here: ask again.", {"retry-after": "5"}) from error
        if said is None:
            raise Refusal(404, "The desk knows nothing of what is asked for.")
        return Answer(200, said)

    def _authenticate(self, scope: Scope, tool: str, key: str | None) -> Admission:
        admission = None if key is None else self._hooks.lookup(tool, key)
        if admission is not None:
            client = scope.get("client")
            scope[_SOURCE] = (admission.hook, tool)
            return self._let_in(admission, client[0] if client else None)
        peer = self._peer(scope)
        _not_too_often(0.0 if peer is None else self._wrong_keys.take(peer, self._clock().timestamp()))
        raise Refusal(
            401, f"The key is missing or wrong: 'desk hook add {tool}' makes one.", {"www-authenticate": "Bearer"}
        )

    def _peer(self, scope: Scope) -> str | None:
        """Under which name the sender's wrong keys are counted; None where they are not."""
        client = scope.get("client")
        return self._peers.name(client[0] if client else None)

    def _let_in(self, admission: Admission, peer: str | None) -> Admission:
        if not may_call(peer, admission.networks):
            raise Refusal(403, f"This hook is not open to {peer}: 'desk hook trust {admission.hook} --allow' opens it.")
        if admission.signature is None:
            self._within_its_rate(admission)
        return admission

    def _within_its_rate(self, admission: Admission) -> None:
        wait = 0.0 if self._posts is None else self._posts.take(admission.hook, self._clock().timestamp())
        if wait:
            raise Refusal(429, "This hook sends too much: try again later.", {"retry-after": str(ceil(wait))})


def _not_too_often(wait: float) -> None:
    if wait:
        raise Refusal(429, "Too many wrong keys from your address.", {"retry-after": str(ceil(wait))})


def _hidden(api: StandIn, content: bytes, key: str) -> bytes:
    """A body without the key, however the key is written in it (UTF-16, with escapes, as a form)."""
    hidden = content.replace(key.encode(), b"(key)")
    if api.key_of(hidden) != key:
        return hidden
    fields = decode_payload(content, "application/json")
    return json.dumps({name: "(key)" if value == key else value for name, value in fields.items()}).encode()


def path_of(scope: Scope) -> str:
    """The path as it was sent: an encoded slash is a part of a name, not a step."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("latin-1").partition("?")[0]


async def _answer(send: Send, answer: Answer, headers: Mapping[str, str] | None = None) -> None:
    fields = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer.body))]
    fields += [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": fields})
    await send({"type": "http.response.body", "body": answer.body})
