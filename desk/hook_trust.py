"""What a hook asks for beside its key: networks, signatures, messages of Amazon SNS; and the secrets for it, sealed."""

import hashlib
import hmac
import os

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from ingest.signatures import SCHEMES, Signature
from ingest.trust import network_problem

SNS_TOOLS = frozenset({"aws_sns", "cloudwatch", "aws_eventbridge", "auto"})
"""Tools whose posts Amazon SNS delivers."""
_NONCE = 12


class Trust(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a hook's posts must show. `scheme` is the name under which `signature` was chosen, for people."""

    networks: tuple[str, ...] = ()
    scheme: str | None = None
    signature: Signature | None = None
    sns: bool = False
    topics: tuple[str, ...] = ()

    def told(self) -> str:
        """In a few words, for a table."""
        said = []
        if self.signature is not None:
            said.append(f"signed ({self.scheme or self.signature.header})")
        if self.sns:
            said.append("signed by SNS" + (f", {len(self.topics)} topics" if self.topics else ""))
        if self.networks:
            said.append(f"from {', '.join(self.networks)}")
        return "; ".join(said) or "key"


def read_trust(stored: str | None) -> Trust:
    """The trust of a row; that of a bare key where nothing is stored."""
    return msgspec.json.decode(stored, type=Trust) if stored else Trust()


def written(trust: Trust) -> str | None:
    """What a row stores of it."""
    return None if trust == Trust() else msgspec.json.encode(trust).decode()


def problem(trust: Trust) -> str | None:
    """A sentence where this cannot be used."""
    return next((said for network in trust.networks if (said := network_problem(network))), None)


def signature_by(name: str) -> Signature | None:
    """The signature that somebody chose: the name of a scheme, or one of their own as JSON. Raises ValueError."""
    if name == "none":
        return None
    if name in SCHEMES:
        return SCHEMES[name]
    if not name.startswith("{"):
        raise ValueError(f"There is no scheme {name[:40]}: known are {', '.join(SCHEMES)}, none, or one as JSON.")
    try:
        found = msgspec.json.decode(name, type=Signature)
    except msgspec.MsgspecError as problem:
        raise ValueError(f"That is no scheme: {problem}.") from problem
    if "{body}" not in found.signed:
        raise ValueError('A scheme\'s "signed" holds {body}: else anybody could put another body under a signature.')
    if (found.timestamp or found.timestamp_prefix) and "{timestamp}" not in found.signed:
        raise ValueError(
            'A scheme with a time holds {timestamp} in "signed": else anybody could put another time to it.'
        )
    return found


class Seal:
    """Keeps secrets that must be known again (AES-256-GCM). Only who has the desk's own secret opens them."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(hmac.digest(secret, b"secrets of hooks", hashlib.sha256))

    def close(self, secret: bytes, hook: str) -> bytes:
        """`secret`, sealed for this hook."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, secret, hook.encode())

    def open(self, sealed: bytes, hook: str) -> bytes | None:
        """The secret; None where it was sealed by another desk or for another hook."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], hook.encode())
        except (InvalidTag, ValueError):
            return None
