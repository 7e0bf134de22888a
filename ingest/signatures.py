"""Signatures of posts: how a tool proves with a shared secret that a post is its own (HMAC, RFC 2104).

Pure: the secrets, the headers, the raw body and the time are arguments. Comparisons take the same time for every wrong
signature.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

MOST_STATED = 10
"""So many signatures in one header are looked at: a tool that changes its secret states two."""
_HOLE = re.compile(r"\{([A-Za-z0-9_-]{1,60})\}")

HeaderName = Annotated[str, Meta(pattern="^[A-Za-z0-9-]{1,60}$")]


class Signature(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a tool signs.

    `header` holds the signature as `encoding`, after `prefix`; with a `separator` it may hold several, of which one
    must be right. `signed` says what is signed: {body} is the raw body, {timestamp} the time, any other name in braces
    the header of that name. The time, in seconds since 1970, stands in the header `timestamp`, or, where
    `timestamp_prefix` is set, among the parts of `header` itself. A post that is older than `window` seconds, or as
    much ahead, is refused; where the tool states no time there is no such check. `written` says how the secret is: its
    text, or bytes in base64 (a `whsec_` before it is left out).
    """

    header: HeaderName
    algorithm: Literal["sha1", "sha256", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""
    separator: str = ""
    signed: str = "{body}"
    timestamp: HeaderName | None = None
    timestamp_prefix: str = ""
    window: Annotated[int, Meta(ge=1)] = 300
    written: Literal["text", "base64"] = "text"


_STANDARD = Signature(
    header="webhook-signature",
    encoding="base64",
    prefix="v1,",
    separator=" ",
    timestamp="webhook-timestamp",
    signed="{webhook-id}.{timestamp}.{body}",
    written="base64",
)

SCHEMES: Mapping[str, Signature] = {
    "github": Signature(header="X-Hub-Signature-256", prefix="sha256="),
    "gitea": Signature(header="X-Gitea-Signature"),
    "atlassian": Signature(header="X-Hub-Signature", prefix="sha256="),
    "pagerduty": Signature(header="X-PagerDuty-Signature", prefix="v1=", separator=","),
    "sentry": Signature(header="Sentry-Hook-Signature"),
    "grafana": Signature(header="X-Grafana-Alerting-Signature"),
    "grafana-timed": Signature(
        header="X-Grafana-Alerting-Signature",
        timestamp="X-Grafana-Alerting-Signature-Timestamp",
        signed="{timestamp}:{body}",
    ),
    "gitlab": _STANDARD,
    "checkly": Signature(header="X-Checkly-Signature"),
    "netbox": Signature(header="X-Hook-Signature", algorithm="sha512"),
    "signalfx": Signature(header="X-SFX-Signature", encoding="base64"),
    "slack": Signature(
        header="X-Slack-Signature", prefix="v0=", timestamp="X-Slack-Request-Timestamp", signed="v0:{timestamp}:{body}"
    ),
    "stripe": Signature(
        header="Stripe-Signature", prefix="v1=", separator=",", timestamp_prefix="t=", signed="{timestamp}.{body}"
    ),
    "standard": _STANDARD,
}
"""Schemes by the name under which an administrator chooses one; `standard` is that of
standardwebhooks.com, which GitLab has for its signing tokens; its older secret token is no signature, but a key in a
header."""


def fault(
    signature: Signature, secrets: Iterable[bytes], headers: Mapping[bytes, str], body: bytes, now: float
) -> str | None:
    """None where the post is signed by one of `secrets` and fresh, else one sentence for the sender.

    `headers` are by their names in lower case; `now` is in seconds since 1970.
    """
    stated = headers.get(signature.header.lower().encode())
    if stated is None:
        return f"The post is not signed, it has no header {signature.header}: give the tool the secret of this hook."
    parts = [part.strip() for part in stated[:4096].split(signature.separator)] if signature.separator else [stated]
    moment = _timestamp(signature, headers, parts)
    if moment is None and (signature.timestamp or signature.timestamp_prefix):
        where = signature.timestamp or signature.header
        return f"The signature comes without its time in {where}: switch the time on in the tool."
    if loose := _ends_early(signature, headers):
        return f"The header {loose} holds what separates it from the rest: its sender has to leave that out."
    given = [part.removeprefix(signature.prefix) for part in parts if part.startswith(signature.prefix)][:MOST_STATED]
    content = _signed(signature, headers, body, moment or "")
    right = False
    for secret in secrets:
        expected = _encoded(signature, hmac.new(_key(signature, secret), content, signature.algorithm))
        for one in given:
            right |= hmac.compare_digest(expected, one.strip().encode("utf-8", "replace"))
    if not right:
        return (
            "The signature is not that of this body by a secret that the hook knows: give 'desk hook secret' the one "
            "of the tool, and let nothing on the way change the body."
        )
    if moment is not None and not _is_fresh(moment, now, signature.window):
        return (
            f"The post was signed more than {signature.window} seconds ago, or by a clock that is wrong: set both "
            "clocks right, and send it signed anew."
        )
    return None


def proof(signature: Signature, headers: Mapping[bytes, str], body: bytes) -> bytes | None:
    """What tells one signed post from every other, for a post without fault; None where no time is signed.

    Without a time the same body may well be two notices: a condition that is over, back again, and over again.
    """
    stated = headers.get(signature.header.lower().encode(), "")[:4096]
    parts = [part.strip() for part in stated.split(signature.separator)] if signature.separator else [stated]
    moment = _timestamp(signature, headers, parts)
    if moment is None or "{timestamp}" not in signature.signed:
        return None
    return hashlib.sha256(_signed(signature, headers, body, moment)).digest()


def sign(signature: Signature, secret: bytes, headers: Mapping[bytes, str], body: bytes, moment: str = "") -> str:
    """The header's value for a post: for tests, and for whoever writes a sender."""
    content = _signed(signature, headers, body, moment)
    made = (
        signature.prefix + _encoded(signature, hmac.new(_key(signature, secret), content, signature.algorithm)).decode()
    )
    return f"{signature.timestamp_prefix}{moment}{signature.separator}{made}" if signature.timestamp_prefix else made


def secret_problem(signature: Signature, secret: bytes) -> str | None:
    """A sentence where a secret cannot be used with this scheme."""
    if len(secret) < 8:
        return "A secret has at least 8 characters: take the one that the tool shows, or make a long one."
    try:
        _key(signature, secret)
    except binascii.Error:
        return "This scheme's secret is base64, as the tool shows it (whsec_…)."
    return None


def _timestamp(signature: Signature, headers: Mapping[bytes, str], parts: list[str]) -> str | None:
    if signature.timestamp_prefix:
        found = (part.removeprefix(signature.timestamp_prefix) for part in parts)
        return next((one for one, part in zip(found, parts, strict=True) if one != part), None)
    return headers.get(signature.timestamp.lower().encode()) if signature.timestamp else None


def _is_fresh(moment: str, now: float, window: int) -> bool:
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 16):
        return False
    seconds = int(moment) / 1000 if len(moment) >= 13 else int(moment)
    return abs(now - seconds) <= window


def _signed(signature: Signature, headers: Mapping[bytes, str], body: bytes, moment: str) -> bytes:
    pieces: list[bytes] = []
    for place, piece in enumerate(_HOLE.split(signature.signed)):
        if place % 2 == 0:
            pieces.append(piece.encode())
        elif piece == "body":
            pieces.append(body)
        else:
            said = moment if piece == "timestamp" else headers.get(piece.lower().encode(), "")
            pieces.append(said.encode("latin-1", "replace"))
    return b"".join(pieces)


def _ends_early(signature: Signature, headers: Mapping[bytes, str]) -> str | None:
    """The name of a signed header that holds what comes after it: body and time could be cut elsewhere than signed."""
    pieces = _HOLE.split(signature.signed)
    for place in range(1, len(pieces), 2):
        name, after = pieces[place], pieces[place + 1]
        own = name not in {"body", "timestamp"}
        if own and after and after in headers.get(name.lower().encode(), ""):
            return name
    return None


def _key(signature: Signature, secret: bytes) -> bytes:
    return base64.b64decode(secret.removeprefix(b"whsec_"), validate=True) if signature.written == "base64" else secret


def _encoded(signature: Signature, made: "hmac.HMAC") -> bytes:
    return made.hexdigest().encode() if signature.encoding == "hex" else base64.b64encode(made.digest())


if not all(name in hashlib.algorithms_guaranteed for name in ("sha1", "sha256", "sha512")):
    raise ImportError("This Python lacks the hash functions that tools sign with.")
