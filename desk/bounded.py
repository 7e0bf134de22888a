"""Keys from outside, cut to what an index of every database can hold."""

import hashlib

MAX_KEY_BYTES = 500
"""PostgreSQL refuses index rows over 2,700 bytes; a key of three such columns still fits."""

ADDRESS_BYTES = 320
NAME_BYTES = 200


def bounded(key: str, limit: int = MAX_KEY_BYTES) -> str:
    """The key itself where it has at most `limit` bytes, else its beginning and a digest: equal keys stay equal."""
    if len(key) * 4 <= limit or len(key.encode()) <= limit:
        return key
    digest = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    return key.encode()[: limit - len(digest) - 1].decode("utf-8", "ignore") + "~" + digest


def bounded_or_none(key: str | None, limit: int = MAX_KEY_BYTES) -> str | None:
    """The same for a key that may be missing."""
    return None if key is None else bounded(key, limit)
