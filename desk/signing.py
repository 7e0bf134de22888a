"""DKIM signatures for outgoing mail (RFC 6376; Ed25519: RFC 8463)."""

import base64
import binascii
from pathlib import Path

from desk.config import ConfigError
from desk.delivery_settings import DeliverySettings

_ONLY_ONCE = (b"from", b"to", b"subject", b"date", b"reply-to", b"mime-version", b"content-type")
SIGNED = (
    *_ONLY_ONCE, *_ONLY_ONCE, b"message-id", b"in-reply-to", b"references", b"content-transfer-encoding",
    b"content-language", b"auto-submitted", b"x-quietdesk", b"list-id", b"list-unsubscribe", b"list-unsubscribe-post",
)  # fmt: skip
"""Also fields that are absent are signed, and some once more than they are there: nobody can add one later."""
_ED25519 = bytes.fromhex("302e020100300506032b657004220420")
"""How an Ed25519 key begins in PKCS #8 (RFC 8410, 7); its 32 bytes follow."""
_WRONG = "holds no key that can sign: it has to be an RSA or an Ed25519 key in PEM, as `openssl genpkey` writes it"


class Signer:
    """Signs letters with one key, relaxed/relaxed. Raises ConfigError where the key cannot be used."""

    def __init__(self, domain: str, selector: str, key_file: Path, setting: str = "dkim_key_file") -> None:
        import dkim

        try:
            raw = key_file.read_bytes()
        except OSError as error:
            raise ConfigError([f"[delivery] {setting}: {key_file} cannot be read: {error.strerror}."]) from error
        seed = _ed25519_seed(raw)
        self._key = raw if seed is None else base64.b64encode(seed)
        self._algorithm = b"rsa-sha256" if seed is None else b"ed25519-sha256"
        self._selector = selector.encode()
        try:
            self._domain = domain.encode("idna")
            self.sign(b"From: a@example.com\r\n\r\n\r\n")
        except (dkim.DKIMException, ValueError, IndexError) as error:
            raise ConfigError([f"[delivery] {setting}: {key_file} {_WRONG} ({error})."]) from error

    def sign(self, message: bytes) -> bytes:
        """The DKIM-Signature field to put in front of the message."""
        import dkim

        signature = dkim.sign(
            message, self._selector, self._domain, self._key, canonicalize=(b"relaxed", b"relaxed"),
            signature_algorithm=self._algorithm, include_headers=list(SIGNED),
        )  # fmt: skip
        return bytes(signature)


def signers(delivery: DeliverySettings) -> tuple[Signer, ...]:
    """One for each key that is configured."""
    domain = delivery.dkim_domain
    named = (
        ("dkim_key_file", delivery.dkim_selector, delivery.dkim_key_file),
        ("dkim_second_key_file", delivery.dkim_second_selector, delivery.dkim_second_key_file),
    )
    return tuple(
        Signer(domain, selector, Path(file), setting)
        for setting, selector, file in named
        if domain and selector and file
    )


def _ed25519_seed(raw: bytes) -> bytes | None:
    lines = [line.strip() for line in raw.splitlines() if line.strip()]
    if len(lines) < 3 or lines[0] != b"-----BEGIN PRIVATE KEY-----":
        return None
    try:
        der = base64.b64decode(b"".join(lines[1:-1]), validate=True)
    except binascii.Error:
        return None
    return der[-32:] if der.startswith(_ED25519) and len(der) == len(_ED25519) + 32 else None
