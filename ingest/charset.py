"""Bytes to text, whatever the sender claims.

The order is: what the bytes prove (a byte order mark, plain ASCII), what is declared, read as the superset that
senders really mean (a mail labelled gb2312 holds gb18030), then UTF-8, then detection, and at last a reading that
cannot fail. Nothing here raises.
"""

import binascii
import codecs
import re
from functools import lru_cache

_SUPERSET = {
    "gb2312": "gb18030", "gb_2312-80": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "us-ascii": "ascii", "ansi_x3.4-1968": "ascii", "ascii": "ascii", "x-unknown": "ascii", "unknown-8bit": "ascii",
    "default_charset": "ascii", "_autodetect": "ascii", "7bit": "ascii", "8bit": "ascii", "binary": "ascii",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949", "ksc_5601": "cp949",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "iso-2022-jp-ms": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext",
    "big5": "big5hkscs", "big-5": "big5hkscs", "cp950": "big5hkscs", "x-big5": "big5hkscs",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874",
    "iso-8859-8-i": "iso8859_8", "iso-8859-8-e": "iso8859_8", "unicode-1-1-utf-7": "utf_7", "x-utf-7": "utf_7",
    "utf8": "utf-8", "utf-8mb4": "utf-8", "unicode": "utf-8", "ansi": "cp1252", "windows-1252": "cp1252",
    "macintosh": "mac_roman", "x-mac-roman": "mac_roman", "cp-850": "cp850", "iso-10646-ucs-2": "utf_16",
}  # fmt: skip
_SHIFTING = frozenset(
    {
        "iso2022_jp_ext",
        "iso2022_kr",
        "hz",
        "utf-7",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
    }
)
_WESTERN = frozenset({"ascii", "cp1252", "iso8859-15", "mac-roman", "cp850"})
_DETECT_AT_MOST = 16_384
_DETECT_AT_LEAST = 12
"""Bytes beyond ASCII: below this, detection is a guess, and Western text the best one."""
_ASCII = bytes(range(128))

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@lru_cache(maxsize=256)
def _codec(label: str) -> str | None:
    """The Python codec to read a declared charset with, or None where it names nothing that turns bytes into text."""
    name = label.strip().strip("'\"").lower()
    name = _SUPERSET.get(name, name)
    if name.startswith("windows-") and name[8:].isdigit():
        name = "cp" + name[8:]
    try:
        found = codecs.lookup(name)
        if not isinstance(b"a".decode(found.name, "replace"), str):  # nothing at all any codec can read
            return None
    except (LookupError, ValueError, TypeError, AssertionError, UnicodeError):
        return None
    return found.name


def _try(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None
    return _whole(text) if codec in _SHIFTING else text


def _whole(text: str) -> str:
    """Halves of characters, which UTF-7 and its like can smuggle in, become signs for "broken"."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def decode(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """The text of `data`, and how it was read where that is not what was declared (None where all was well)."""
    codec = _codec(declared) if declared else None
    if data.isascii() and codec not in _SHIFTING:
        if b"\x1b" in data and (b"\x1b$" in data or b"\x1b(J" in data):
            shifted = _try(data, "iso2022_jp_ext")
            if shifted is not None:
                return shifted, "charset-guessed:iso-2022-jp"
        return data.decode("ascii"), None
    for bom, name in _BOMS:
        if data.startswith(bom) and (text := _try(data, name)) is not None:
            return text, None
    if codec and codec not in _WESTERN and (text := _try(data, codec)) is not None:
        return text, None
    # Bytes that are valid UTF-8 beyond ASCII are that: by chance, Latin text hardly ever is.
    if (text := _try(data, "utf-8")) is not None:
        return text, f"charset-wrong:{declared}" if declared else "charset-missing:utf-8"
    if codec and codec in _WESTERN and codec != "ascii" and (text := _try(data, codec)) is not None:
        return text, None
    return _without_label(data, declared, codec)


def _without_label(data: bytes, declared: str | None, codec: str | None) -> tuple[str, str]:
    if codec and codec not in _WESTERN:
        # A few broken characters in a label that is otherwise right (a mail cut in the middle of a character).
        text = _whole(data.decode(codec, "replace"))
        if text.count("\ufffd") * 20 <= len(text):
            return text, f"charset-broken:{declared}"
    if len(data[:_DETECT_AT_MOST].translate(None, _ASCII)) >= _DETECT_AT_LEAST:
        name = _detected(data[:_DETECT_AT_MOST])
        if name is not None:
            return _whole(data.decode(name, "replace")), f"charset-guessed:{name}"
    western = _try(data, "cp1252")
    return (western if western is not None else data.decode("latin-1")), "charset-guessed:windows-1252"


@lru_cache(maxsize=64)
def _detected(sample: bytes) -> str | None:
    """The codec that the bytes look like; a mail of many small parts often says the same again and again."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample, steps=5, chunk_size=512).best()
    return None if best is None else _codec(best.encoding) or best.encoding


# --- encoded words (RFC 2047) ---------------------------------------------------------------------

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,8})\?=(\s+(?==\?))?")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return _HEX.sub(lambda hit: bytes((int(hit[1], 16),)), raw.replace(b"_", b" "))
    return lenient_base64(raw)


def lenient_base64(data: bytes) -> bytes:
    """Base64 without padding, with stray characters or cut short: what can be decoded of it."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        pure = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        return binascii.a2b_base64(pure[: len(pure) - (len(pure) % 4 == 1)] + b"=" * (-len(pure) % 4))


def decode_words(text: str) -> str:
    """A header value with its encoded words read (RFC 2047). Neighbours of one charset are joined before decoding,
    because many senders split a character between two words."""
    if "=?" not in text:
        return text
    out: list[str] = []
    pending, charset, at = b"", "", 0
    for hit in _WORD.finditer(text):
        if hit.start() > at:
            out.append(_flush(pending, charset))
            pending = b""
            out.append(text[at : hit.start()])
        name = hit[1].partition("*")[0].lower()
        if pending and name != charset:
            out.append(_flush(pending, charset))
            pending = b""
        charset = name
        pending += _word_bytes(hit[2], hit[3])
        at = hit.end()
    out.append(_flush(pending, charset))
    out.append(text[at:])
    return "".join(out)


def _flush(data: bytes, charset: str) -> str:
    return decode(data, charset)[0] if data else ""


def decode_header(value: bytes, hint: str | None = None) -> str:
    """A raw header value as text: unfolded, 8-bit read by `hint` (the mail's own charset), encoded words decoded."""
    if value.isascii() and b"=?" not in value and b"\x1b" not in value:
        plain = value.decode("ascii")
        return " ".join(plain.split()) if "\n" in plain or "  " in plain or "\t" in plain else plain.strip()
    text = value.decode("ascii") if value.isascii() and b"\x1b" not in value else decode(value, hint)[0]
    return " ".join(decode_words(unfold(text)).split())


_FOLD = re.compile(r"\r?\n[ \t]*")


def unfold(text: str) -> str:
    """One line: a fold is one blank (RFC 5322, 2.2.3; the many blanks that senders add are none of the value)."""
    return _FOLD.sub(" ", text).strip() if "\n" in text else text.strip()
