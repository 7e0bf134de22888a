"""Address fields (RFC 5322, 3.4) as people and programs really write them.

Addresses are taken apart before encoded words are decoded: decoding first would let a display name such as
`=?utf-8?q?boss=40corp.example=3E?=` become an address. An address is therefore never decoded at all.
"""

import re

from ingest.charset import decode, decode_words, unfold
from ingest.event import Address

_MAX_ADDRESSES = 1_000
_MAX_LENGTH = 200_000
_MAX_COMMENTS = 20
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"?'  # a quoted string, perhaps never closed
    r"|<[^<>]*>?"  # an angle address, perhaps never closed
    r"|\((?:[^()\\]|\\.)*\)?"  # a comment
    r"|[,;:]"
    r'|[^"<(,;:]+'
    r"|[\s\S]",
)
# Lengths are bounded (RFC 5321, 4.5.3.1, and some more) so that a megabyte without an @ is not searched from each sign.
_SPEC = re.compile(r"(?:\"[^\"]{1,256}\"|[^\s<>,;:()\[\]\"@]{1,256})@(?:\[[^\]\s]{1,256}\]|[^\s<>,;:()\[\]\"@]{1,256})")
_ESCAPE = re.compile(r"\\(.)")


def _clean_spec(text: str) -> str | None:
    """An addr-spec, the domain in lower case; None where there is none."""
    if "@" not in text:
        return None
    text = text.strip().strip("<>").strip()
    if text[:7].lower() == "mailto:":
        text = text[7:]
    if text.startswith("@") and ":" in text:  # an old source route
        text = text.partition(":")[2]
    if (
        len(text) < 400
        and len(words := text.partition("@")[0].split()) == 1
        and len(text.partition("@")[2].split()) == 1
    ):
        text = words[0] + "@" + text.partition("@")[2].strip()
    hit = _SPEC.search(text) if "@" in text else None
    if hit is None:
        return None
    local, _, domain = hit[0].rpartition("@")
    domain = domain.strip(".'`").lower()
    local = local.lstrip("'`")
    return f"{local}@{domain}" if local and domain else None


def _clean_name(text: str, address: str | None) -> str | None:
    text = " ".join(decode_words(text).split())
    text = text.strip(" \t,;<>")
    while len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    if not text.isprintable():
        text = "".join(c for c in text if c.isprintable()).strip()
    return None if not text or (address and text.lower() == address.lower()) else text


class _Segment:
    """What stands between two commas."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.comments: list[str] = []
        self.angle: str | None = None
        self.has_at = False
        self.empty = True

    def add(self, word: str) -> None:
        self.words.append(word)
        self.has_at = self.has_at or "@" in word
        self.empty = self.empty and not word.strip()

    def take(self, piece: str) -> None:
        """A quoted string, an angle address, a comment or plain words."""
        if piece[0] == '"':
            self.add(_ESCAPE.sub(r"\1", piece[1:-1] if len(piece) > 1 and piece[-1] == '"' else piece[1:]))
        elif piece[0] == "<":
            if self.angle is None or "@" in piece:
                self.angle, self.empty = piece[1:].rstrip(">"), False
        elif piece[0] == "(":
            if len(self.comments) < _MAX_COMMENTS:
                self.comments.append(_ESCAPE.sub(r"\1", piece[1:].rstrip(")")))
            self.empty = False
        else:
            self.add(piece)

    def has_address(self) -> bool:
        return self.angle is not None or self.has_at

    def mailbox(self) -> Address | None:
        text = "".join(self.words)
        if self.angle is not None and (spec := _clean_spec(self.angle)):
            return Address(_clean_name(text, spec) or _clean_name(" ".join(self.comments), spec), spec)
        spec = _clean_spec(text)
        if spec is None:
            # An address in quotes, or one in the comment.
            spec = next((s for c in self.comments if (s := _clean_spec(c))), None)
            return Address(_clean_name(text, spec), spec) if spec else None
        rest = _SPEC.sub(" ", text, count=1)
        return Address(_clean_name(" ".join(self.comments) or rest.strip("'\"<> "), spec), spec)


def _segments(text: str) -> list[_Segment]:
    found: list[_Segment] = []
    segment = _Segment()
    for hit in _TOKEN.finditer(text):
        piece = hit[0]
        if piece == "," and not segment.has_address() and not segment.empty:
            # `Doe, Jane <j@example.org>`: a piece without an address belongs to the name that follows.
            segment.add(", ")
        elif piece in {",", ";"}:
            if not segment.empty:
                found.append(segment)
            segment = _Segment()
        elif piece == ":" and not segment.has_address():
            segment = _Segment()  # the name of a group, or "mailto"
        else:
            segment.take(piece)
        if len(found) >= _MAX_ADDRESSES:
            return found
    return found if segment.empty else [*found, segment]


# What nearly all fields are: one address, bare or in brackets behind a plain or quoted name.
_PLAIN = re.compile(
    r"""\s*(?:(?P<name>[^"'<>,;:()@\\]*|"[^"'<>()@\\]*")\s*<(?P<angle>[\w.+=-]{1,200}@[\w.-]{1,200})>|"
    r"(?P<bare>[\w.+-]{1,200}@[\w.-]{1,200}))\s*""",
    re.ASCII,
)


def _plain(text: str) -> Address | None:
    """The address of a field of the usual form; None for any other, which is then taken apart sign by sign."""
    hit = _PLAIN.fullmatch(text)
    if hit is None:
        return None
    local, _, domain = (hit["angle"] or hit["bare"]).rpartition("@")
    if local.startswith("=?") or domain[-1] == "." or not domain[0].isalnum():
        return None
    address = f"{local}@{domain.lower()}"
    name = (hit["name"] or "").strip('"')
    return Address(_clean_name(name, address) if name else None, address)


def parse_addresses(value: bytes | str | None, hint: str | None = None) -> tuple[Address, ...]:
    """The mailboxes of an address field; `hint` is the charset to read raw 8-bit names with. At most 1,000."""
    if not value:
        return ()
    text = value[:_MAX_LENGTH] if isinstance(value, str) else decode(value[:_MAX_LENGTH], hint)[0]
    text = unfold(text)
    if len(text) < 400 and (found := _plain(text)) is not None:
        return (found,)
    return tuple(box for part in _segments(text) if (box := part.mailbox()) is not None)


def first_address(value: bytes | str | None, hint: str | None = None) -> Address | None:
    """The first mailbox of an address field."""
    boxes = parse_addresses(value, hint)
    return boxes[0] if boxes else None
