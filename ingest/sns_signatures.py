"""Is a message really from Amazon SNS? Its signature, by the certificate that the message points to.

The certificate's address is in the message, so it counts only where it is SNS's own host over HTTPS. Whoever uses this
passes in the fetching; nothing here opens a connection.
"""

import base64
import binascii
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

MOST_CERTIFICATES = 64
RETRY_SECONDS = 30.0
"""An address that could not be fetched is not asked again before."""
SNS_WINDOW = timedelta(hours=2)
"""A message that is older, or so much ahead, is refused: SNS gives up after an hour at most (its delivery policy's hard
limit), so that what comes later is sent by somebody who overheard it."""
_HOST = re.compile(r"sns\.[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}\.amazonaws\.com(?:\.cn)?")
_PEM = re.compile(r"/SimpleNotificationService-[0-9a-f]{8,64}\.pem")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_HASHES: Mapping[str, Callable[[], hashes.HashAlgorithm]] = {"1": hashes.SHA1, "2": hashes.SHA256}


class ForgedError(ValueError):
    """The message is not, or not provably, from SNS; the text is one sentence."""


class NoCertificateError(Exception):
    """The certificate could not be had now; the same message may be checked later."""


def is_sns_host(url: str) -> bool:
    """Is this an address at SNS's own host, over HTTPS, without anything that misleads a reader of it?"""
    try:
        parts = urlsplit(url)
        plain = parts.port in (None, 443) and parts.username is None and parts.password is None
    except ValueError:
        return False
    return parts.scheme == "https" and plain and bool(_HOST.fullmatch(parts.hostname or "")) and "\\" not in url


def certificate_address(envelope: Mapping[str, Any]) -> str:
    """Where the certificate of a message is. Raises ForgedError for any address that is not SNS's own."""
    url = envelope.get("SigningCertURL") or envelope.get("SigningCertUrl")
    if not isinstance(url, str) or not is_sns_host(url) or not _PEM.fullmatch(urlsplit(url).path) or "?" in url:
        raise ForgedError("The message points to a certificate that does not lie at Amazon SNS.")
    return url


def subscribe_address(envelope: Mapping[str, Any]) -> str:
    """The address that confirms a subscription. Raises ForgedError for any that is not SNS's own."""
    url = envelope.get("SubscribeURL")
    if not isinstance(url, str) or not is_sns_host(url) or "Action=ConfirmSubscription" not in urlsplit(url).query:
        raise ForgedError("The message asks to confirm a subscription at an address that is not Amazon SNS.")
    return url


def check(envelope: Any, certificate: Callable[[str], bytes], at: datetime) -> None:
    """Raise ForgedError where `envelope` is not a message that SNS signed.

    `certificate(url)` gives the PEM bytes, or raises NoCertificateError. Both versions of signatures are read: 1 is
    SHA-1, 2 is SHA-256 (docs.aws.amazon.com/sns, "Verifying the signatures of Amazon SNS messages").
    """
    if not isinstance(envelope, dict) or not isinstance(names := _SIGNED.get(str(envelope.get("Type"))), tuple):
        raise ForgedError("This hook takes signed messages of Amazon SNS only.")
    version = str(envelope.get("SignatureVersion"))
    if version not in _HASHES:
        raise ForgedError("The message has no signature of a version that is known.")
    try:
        signature = base64.b64decode(str(envelope.get("Signature")), validate=True)
    except (binascii.Error, ValueError):
        raise ForgedError("The message's signature is not base64.") from None
    pem = certificate(certificate_address(envelope))
    try:
        found = x509.load_pem_x509_certificate(pem)
        key = found.public_key()
    except ValueError:
        raise NoCertificateError("What lies at the certificate's address is no certificate.") from None
    if not found.not_valid_before_utc <= at <= found.not_valid_after_utc or not isinstance(key, rsa.RSAPublicKey):
        raise ForgedError("The certificate of the message is not valid now.")
    try:
        key.verify(signature, _text(envelope, names), padding.PKCS1v15(), _HASHES[version]())
    except InvalidSignature:
        raise ForgedError("The message's signature is wrong.") from None
    if not _is_fresh(envelope.get("Timestamp"), at):
        raise ForgedError("The message was sent long ago, or by a clock that is wrong: publish it anew.")


def told_apart(envelope: Mapping[str, Any]) -> bytes:
    """What tells a message that passed `check` from every other: the same is delivered more than once."""
    return hashlib.sha256(_text(envelope, _SIGNED[str(envelope["Type"])])).digest()


def _is_fresh(said: object, at: datetime) -> bool:
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        return False
    return abs(at - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))) <= SNS_WINDOW


def _text(envelope: Mapping[str, Any], names: tuple[str, ...]) -> bytes:
    """What is signed: names and values on lines of their own; a field that is missing is left out."""
    lines = [f"{name}\n{envelope[name]}\n" for name in names if isinstance(envelope.get(name), str)]
    return "".join(lines).encode("utf-8", "replace")


class Certificates:
    """Certificates by their address, each fetched once. For one thread at a time, or with a lock around it."""

    def __init__(self, fetch: Callable[[str], bytes], monotonic: Callable[[], float]) -> None:
        """`fetch(url)` gets the bytes, or raises OSError; it is only called for SNS's own addresses."""
        self._fetch = fetch
        self._monotonic = monotonic
        self._known: OrderedDict[str, bytes] = OrderedDict()
        self._failed: OrderedDict[str, float] = OrderedDict()

    def __call__(self, url: str) -> bytes:
        """The certificate at `url`. Raises NoCertificateError."""
        if url in self._known:
            return self._known[url]
        if self._monotonic() - self._failed.get(url, float("-inf")) < RETRY_SECONDS:
            raise NoCertificateError("The certificate could not be fetched a moment ago.")
        try:
            found = self._fetch(url)
            x509.load_pem_x509_certificate(found)
        except (OSError, ValueError) as problem:
            _remember(self._failed, url, self._monotonic())
            raise NoCertificateError(f"The certificate could not be fetched: {str(problem)[:200]}") from problem
        self._known[url] = found
        while len(self._known) > MOST_CERTIFICATES:
            self._known.popitem(last=False)
        return self._known[url]


def _remember(failed: OrderedDict[str, float], url: str, now: float) -> None:
    failed[url] = now
    while len(failed) > MOST_CERTIFICATES:
        failed.popitem(last=False)
