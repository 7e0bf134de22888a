"""Header fields with people's words in them: RFC 5322 folded, RFC 2047 encoded, and nothing can be slipped in.

The standard library writes encoded words that are longer than allowed and loses spaces where it folds between them
(Python 3.11); here whatever is not plain ASCII becomes base64, which has no character that means anything.
"""

import base64
import re
from collections.abc import Iterable, Iterator

LONGEST_LINE = 76
"""RFC 2047, 2: for a line that holds an encoded word, which has 75 characters at most."""
_OCTETS = 36
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_PLAIN = re.compile(r"[ -~]*")


def text_field(name: str, text: str) -> bytes:
    """A field whose text is free, such as Subject. `text` is one line without control characters."""
    head, _, tail = _split(text)
    return _folded(name, [*head.split(" ")] if not tail else [*head.split(), *_encoded(tail)])


def address_field(name: str, display_name: str, address: str) -> bytes:
    """A field with one address. `address` has been checked: it has no space, bracket, comma or quote."""
    if not display_name:
        return _folded(name, [address])
    if not _is_plain(display_name):
        words: Iterable[str] = _encoded(display_name)
    elif _ATOMS.fullmatch(display_name):
        words = display_name.split()
    else:
        escaped = display_name.replace("\\", "\\\\").replace('"', '\\"')
        words = f'"{escaped}"'.split(" ")
    return _folded(name, [*words, f"<{address}>"])


def _split(text: str) -> tuple[str, str, str]:
    """The words at the beginning that can stand as they are, and the rest, which has to be encoded."""
    if _is_plain(text):
        return text, "", ""
    words = text.split(" ")
    plain = next(place for place, word in enumerate(words) if not _is_plain(word))
    return " ".join(words[:plain]), " ", " ".join(words[plain:])


def _is_plain(text: str) -> bool:
    """Whether the text is ASCII, looks like no encoded word, and can be folded."""
    fits = all(len(word) < LONGEST_LINE - 20 for word in text.split(" "))
    return fits and "=?" not in text and _PLAIN.fullmatch(text) is not None


def _encoded(text: str) -> Iterator[str]:
    """The text as encoded words; none of them ends within a character."""
    chunk = b""
    for character in text:
        octets = character.encode("utf-8", "replace")
        if len(chunk) + len(octets) > _OCTETS:
            yield _encoded_word(chunk)
            chunk = b""
        chunk += octets
    if chunk:
        yield _encoded_word(chunk)


def _encoded_word(octets: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(octets).decode()}?="


def _folded(name: str, words: Iterable[str]) -> bytes:
    """The field with a line end, its lines as short as its words allow."""
    lines, line = [], f"{name}:"
    for word in words:
        if len(line) + 1 + len(word) > LONGEST_LINE and line.strip() not in ("", f"{name}:"):
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line, ""]).encode("utf-8")
