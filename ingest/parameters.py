"""Content-Type and Content-Disposition: a token and its parameters (RFC 2045, 5.1; RFC 2231), as senders write them."""

import re
from collections.abc import Mapping
from functools import lru_cache

from ingest.charset import decode, decode_words

_PARAM = re.compile(
    r";\s*([^\s=;\"]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"?|([^;]*))",
    re.DOTALL,
)
_CONTINUED = re.compile(r"(.+?)\*(\d{1,3})(\*?)\Z")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


def _unpercent(text: str) -> bytes:
    return _PERCENT.sub(lambda hit: bytes((int(hit[1], 16),)), text.encode("utf-8", "surrogateescape"))


def _extended(text: str) -> str:
    """`charset'language'percent-encoded` (RFC 2231); a charset that is missing or false is found out."""
    charset, quote, rest = text.partition("'")
    if quote:
        _, quote, rest = rest.partition("'")
    if not quote:
        charset, rest = "", text
    return decode(_unpercent(rest), charset or None)[0]


def parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """The leading token in lower case, and the parameters (RFC 2045, RFC 2231, and encoded words in quotes)."""
    text = decode(value[:20_000])[0].replace("\r\n", "").replace("\n", "")
    token, semicolon, _ = text.partition(";")
    params: dict[str, str] = {}
    if not semicolon:
        return token.strip().lower(), params
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for hit in _PARAM.finditer(text, len(token)):
        name = hit[1].lower()
        content = re.sub(r"\\([\"\\])", r"\1", hit[2]) if hit[2] is not None else hit[3].strip()
        part = _CONTINUED.match(name)
        if part:
            pieces.setdefault(part[1], {})[int(part[2])] = (content, bool(part[3]))
        elif name.endswith("*"):
            params[name[:-1]] = _extended(content)
        elif name not in params:
            params[name] = " ".join(decode_words(content).split())
    for name, numbered in pieces.items():
        ordered = [numbered[n] for n in sorted(numbered)]
        if any(extended for _, extended in ordered):
            params[name] = _extended("".join(content for content, _ in ordered))
        else:
            params[name] = decode_words("".join(content for content, _ in ordered))
    return token.strip().lower(), params


_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")


def content_type(value: bytes | None) -> tuple[str, Mapping[str, str]]:
    """The media type in lower case, and its parameters; text/plain where there is none."""
    if not value:
        return "text/plain", {}
    return _known_content_type(value) if len(value) < 100 else _parsed_content_type(value)


@lru_cache(maxsize=512)
def _known_content_type(value: bytes) -> tuple[str, Mapping[str, str]]:
    return _parsed_content_type(value)


def _parsed_content_type(value: bytes) -> tuple[str, Mapping[str, str]]:
    token, params = parameters(value)
    hit = _TYPE.match(token.replace(" ", ""))
    if hit:
        return hit[0], params
    return ("text/plain" if token in {"", "text"} else "application/octet-stream"), params
