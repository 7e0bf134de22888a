"""Amazon SNS at a hook: proving its messages, and confirming a subscription when an administrator says so.

These are the only requests that the desk makes because of what was posted to it, and they go to SNS's own hosts only,
over HTTPS, without following redirects: a certificate for hooks that ask for signed messages, and the one confirmation.
"""

import http.client
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from ingest.http_body import Refusal
from ingest.journal import Journal
from ingest.payload import PayloadError, decode_payload
from ingest.sns_signatures import (
    Certificates,
    ForgedError,
    NoCertificateError,
    check,
    is_sns_host,
    subscribe_address,
    told_apart,
)
from ingest.trust import Admission

FETCH_SECONDS = 5.0
MOST_BYTES = 64 * 1024
LOOKED_BACK = 20_000
"""So many inputs before the last are searched for a handshake."""


def fetch(url: str) -> bytes:
    """What lies at an address of SNS's own. Raises OSError, also for any other answer than 200 and any other host."""
    if not is_sns_host(url):
        raise OSError("this is no address of Amazon SNS")
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection = http.client.HTTPSConnection(
        parts.hostname or "", timeout=FETCH_SECONDS, context=ssl.create_default_context()
    )
    try:
        connection.request("GET", path, headers={"User-Agent": "quietdesk"})
        answer = connection.getresponse()
        body = answer.read(MOST_BYTES)
    except http.client.HTTPException as problem:
        raise OSError(f"the answer could not be read: {problem}") from problem
    finally:
        connection.close()
    if answer.status != 200:
        raise OSError(f"the answer was {answer.status}")
    return body


class Inspector:
    """For the webhook door: lets a post through that SNS signed. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], datetime], fetch: Callable[[str], bytes] = fetch) -> None:
        self._clock = clock
        self._certificates = Certificates(fetch, time.monotonic)
        self._lock = threading.Lock()

    def __call__(self, admission: Admission, body: bytes) -> bytes:
        """What tells this message from others.

        Raises `Refusal` 403 for a message that is not SNS's, 503 where its certificate cannot be had now.
        """
        envelope = _envelope(body)
        try:
            check(envelope, self._certificate, self._clock())
        except ForgedError as problem:
            raise Refusal(403, str(problem)) from problem
        except NoCertificateError as problem:
            raise Refusal(503, f"The message could not be proven: {problem}", {"retry-after": "60"}) from problem
        topic = envelope.get("TopicArn")
        if envelope.get("Type") == "Notification" and admission.topics and topic not in admission.topics:
            raise Refusal(
                403,
                f"This hook takes no messages of that topic yet: 'desk hook confirm {admission.hook}' shows which ask.",
            )
        return told_apart(envelope)

    def _certificate(self, url: str) -> bytes:
        with self._lock:
            return self._certificates(url)


class Handshake(Struct, frozen=True, kw_only=True):
    """A subscription that waits for its confirmation."""

    position: int
    at: datetime
    topic: str
    url: str


def handshakes(journal: Journal, route: str) -> Iterator[Handshake]:
    """The handshakes that came by a route lately, the last for each topic, newest first; forged ones are left out."""
    last = journal.head().position
    found: dict[str, Handshake] = {}
    after = max(0, last - LOOKED_BACK)
    while items := journal.read(after, 500):
        after = items[-1].position
        for item in items:
            if item.route == route and item.body is not None and b"SubscriptionConfirmation" in item.body:
                envelope = _envelope(item.body)
                topic = envelope.get("TopicArn")
                if envelope.get("Type") != "SubscriptionConfirmation" or not isinstance(topic, str):
                    continue
                try:
                    url = subscribe_address(envelope)
                except ForgedError:
                    continue
                found[topic] = Handshake(position=item.position, at=item.accepted_at, topic=topic, url=url)
    yield from sorted(found.values(), key=lambda one: -one.position)


def confirm(handshake: Handshake, fetch: Callable[[str], bytes] = fetch) -> None:
    """Confirm a subscription. Raises OSError where SNS does not agree."""
    if b"ConfirmSubscriptionResponse" not in fetch(handshake.url):
        raise OSError("the answer does not say that the subscription is confirmed")


def _envelope(body: bytes) -> dict[str, Any]:
    try:
        payload = decode_payload(body, "application/json")
    except PayloadError:
        return {}
    return payload if isinstance(payload, dict) else {}
