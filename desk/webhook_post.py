"""One notice posted to one webhook: what it says, how it is signed, and where it may go.

Signed as the Standard Webhooks specification has it (standardwebhooks.com): HMAC-SHA256 over id, time and body, so that
its receiver can check it with a ready-made library, and refuse what is old. The id stays the same however often the
same notice is posted.

It goes to the URL that the administrator wrote and nowhere else: redirects are not followed, proxies of the environment
are not used, and where the name leads into one's own network it is not posted unless that was allowed.
"""

import base64
import contextlib
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from correlate.duty import WEBHOOK
from correlate.records import Outgoing
from desk.config import ConfigError, Settings, read_secret
from desk.outbox import Due
from desk.outside import is_outside
from desk.smtp_out import Handed
from desk.staff_settings import WebhookSettings

VERSION = 1
_ANSWER_READ = 2_000
_ANSWER_TOLD = 200
_REFUSED = frozenset({400, 410, 413, 415, 422})
"""Answers that say that this very notice will never be taken."""
_LEFT_OUT = frozenset({"by_mail", "basis", "because", "next", "happened", "escalation"})


class NotAllowedError(OSError):
    """The name leads where the desk must not post to; the text says so."""


class Poster:
    """Posts to the configured webhooks. Thread-safe; secrets are read anew for each post, so they can be changed."""

    def __init__(self, settings: Settings) -> None:
        self._webhooks = {f"{WEBHOOK}{webhook.name}": webhook for webhook in settings.webhooks}
        self._public_url = settings.public_url()

    def post(self, due: Due, now: datetime) -> Handed:
        """Post one notice; never raises for what the receiver or the network does."""
        webhook = self._webhooks.get(due.outgoing.to)
        if webhook is None:
            return Handed("failed", f"There is no [webhooks.{due.outgoing.to.removeprefix(WEBHOOK)}] any more.")
        body = body_of(due.outgoing, due.created_at, self._public_url)
        try:
            signature = signed(due.outgoing.message_id, now, body, secrets_of(webhook))
            status, words = _exchange(webhook, body, signature)
        except ConfigError as error:
            return Handed("again", str(error))
        except NotAllowedError as error:
            return Handed("again", str(error))
        except (OSError, http.client.HTTPException, ValueError) as error:
            said = " ".join(str(error).split())[:_ANSWER_TOLD] or type(error).__name__
            return Handed("again", f"It cannot be reached: {said}", down=True, server=urlsplit(webhook.url).hostname)
        return handed(status, words, urlsplit(webhook.url).hostname)


def handed(status: int, words: str, server: str | None) -> Handed:
    """What an answer means."""
    answer = f"{status} {words}".strip()
    if 200 <= status < 300:
        return Handed("sent", answer, server=server)
    if 300 <= status < 400:
        return Handed("again", f"{answer}: redirects are not followed, write the final URL", server=server)
    return Handed("failed" if status in _REFUSED else "again", answer, server=server)


def body_of(outgoing: Outgoing, created_at: datetime, public_url: str) -> bytes:
    """The notice as JSON, the same whenever it is made: type, timestamp and data, as the specification recommends."""
    facts: Mapping[str, Any] = outgoing.facts
    data = {name: value for name, value in facts.items() if name not in _LEFT_OUT and value is not None}
    data["url"] = f"{public_url}/records/{outgoing.about}"
    if facts.get("escalation"):
        data["escalation"] = facts["escalation"]
    content = {
        "type": f"incident.{facts.get('happened') or 'opened'}",
        "timestamp": created_at.isoformat(),
        "version": VERSION,
        "data": data,
    }
    return msgspec.json.encode(content)


def signed(name: str, now: datetime, body: bytes, secrets: Iterable[bytes]) -> dict[str, str]:
    """The fields that prove who posts: one signature for each secret."""
    moment = int(now.timestamp())
    basis = f"{name}.{moment}.".encode() + body
    made = (base64.b64encode(hmac.digest(secret, basis, hashlib.sha256)).decode() for secret in secrets)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(f"v1,{one}" for one in made),
    }


def secrets_of(webhook: WebhookSettings) -> list[bytes]:
    """The keys that a webhook is signed with. Raises ConfigError."""
    section = f"webhooks.{webhook.name}"
    found = [read_secret(webhook.secret_file, webhook.secret_env, section, name="secret")]
    if webhook.second_secret_file is not None:
        found.append(read_secret(webhook.second_secret_file, None, section, name="second_secret"))
    return [_key(text.strip(), section) for text in found if text is not None]


def _key(text: str, section: str) -> bytes:
    """The specification writes secrets in base64 after `whsec_`; any other is taken as it stands."""
    if not text.startswith("whsec_"):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except ValueError as error:
        raise ConfigError([f"[{section}] secret: what follows whsec_ is no base64."]) from error


def reachable(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of a host that may be posted to. Raises NotAllowedError where there is none, OSError where the
    name is not known."""
    found = list(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    allowed = [a for a in found if allow_private or is_outside(ipaddress.ip_address(a.partition("%")[0]))]
    if not allowed:
        raise NotAllowedError(f"{host} is within your own network ({found[0]}): allow_private = true allows that.")
    return allowed


class _Connection(http.client.HTTPSConnection):
    """A connection to an address that has been looked at, so that the name cannot lead elsewhere meanwhile."""

    def __init__(self, host: str, port: int, addresses: list[str], timeout: int, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=timeout, context=context)
        self._addresses = addresses
        self._tls = context
        self._plain: socket.socket | None = None
        self._cut = False

    def cut(self) -> None:
        """End it from another thread. To close it would not end a read that waits, nor one that has its own handle."""
        self._cut = True
        if self._plain is not None:
            with contextlib.suppress(OSError):  # it has ended by itself
                socket.socket.shutdown(self._plain, socket.SHUT_RDWR)

    def connect(self) -> None:
        trouble: OSError | None = None
        for address in self._addresses:
            try:
                plain = socket.create_connection((address, self.port), self.timeout)
            except OSError as error:
                trouble = error
                continue
            try:
                self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
            except BaseException:
                plain.close()
                raise
            self._plain = self.sock
            if self._cut:
                raise TimeoutError("it took too long")
            return
        raise trouble or OSError("it has no address")


def _exchange(webhook: WebhookSettings, body: bytes, signature: Mapping[str, str]) -> tuple[int, str]:
    """The status and the first words of the answer."""
    url = urlsplit(webhook.url)
    host, port = url.hostname or "", url.port or 443
    addresses = reachable(host, port, allow_private=webhook.allow_private)
    context = ssl.create_default_context(cafile=webhook.ca_file)
    connection = _Connection(host, port, addresses, webhook.timeout, context)
    # Each read has a time limit of its own; a receiver that sends a byte now and then needs one for all of them.
    cut = threading.Timer(3 * webhook.timeout, connection.cut)
    cut.daemon = True
    cut.start()
    try:
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        headers = {"Content-Type": "application/json", "User-Agent": "quietdesk", "Connection": "close", **signature}
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        words = answer.read(_ANSWER_READ).decode("utf-8", "replace")
        shown = "".join(c if c.isprintable() else " " for c in words)
        return answer.status, " ".join(shown.split())[:_ANSWER_TOLD]
    finally:
        cut.cancel()
        connection.close()
