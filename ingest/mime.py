"""The structure of a mail: header fields and MIME parts (RFC 5322, RFC 2045 to 2047, RFC 2231), never an exception.

The parts are found by slicing the raw bytes top-down along their boundaries, so that time grows with the size of the
mail and not with its depth or its number of parts: the standard library's parser needs 15 seconds for a mail of 1 MB
whose multiparts nest 100 deep, and fails at 300. A test holds this reader to the standard library's result (compat32)
wherever that is defined. What is broken is noted in `Message.oddities` and read in the way that loses least.
"""

import binascii
import re
from collections.abc import Iterator, Set

from ingest.charset import decode, decode_header, lenient_base64
from ingest.parameters import content_type, parameters

MAX_DEPTH = 32
MAX_PARTS = 2_000
_MAX_MAILS_IN_MAILS = 4
_MAX_HEADER_LINES = 20_000

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_SOUND_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
_KNOWN_FIELD = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]+|received|return-path|reply-to|in-reply-to"
    rb"|references|sender|delivered-to|x-[!-9;-~]+)[ \t]*:",
    re.IGNORECASE,
)
_UUENCODE = re.compile(rb"(?m)^begin [0-7]{3,4} .*$")


class Headers:
    """Header fields in order, names in lower case, values as raw bytes with their folds."""

    __slots__ = ("_first", "fields")

    def __init__(self, fields: list[tuple[str, bytes]]) -> None:
        self.fields = fields
        self._first: dict[str, bytes] = {}
        for name, value in fields:
            self._first.setdefault(name, value)

    def raw(self, name: str) -> bytes | None:
        """The first field of that name."""
        return self._first.get(name)

    def every(self, name: str) -> list[bytes]:
        """All fields of that name, topmost first."""
        return [value for field, value in self.fields if field == name] if name in self._first else []

    def text(self, name: str, hint: str | None = None) -> str | None:
        """The first field of that name, decoded and on one line; None where it is missing or empty."""
        value = self._first.get(name)
        return (decode_header(value[:100_000], hint) or None) if value is not None else None

    @property
    def names(self) -> Set[str]:
        """The names of all fields."""
        return self._first.keys()

    def __contains__(self, name: str) -> bool:
        return name in self._first


class Part:
    """One MIME part. `index` is its place in the walk over all parts, the message itself being 0."""

    __slots__ = ("_payload", "body", "children", "content_type", "depth", "headers", "index",
                 "mails_above", "params", "virtual_name")  # fmt: skip

    def __init__(self, headers: Headers, body: bytes, index: int, depth: int) -> None:
        self.headers, self.body, self.index, self.depth = headers, body, index, depth
        self.content_type, self.params = content_type(headers.raw("content-type"))
        self.children: list[Part] = []
        self.mails_above = 0
        self.virtual_name: str | None = None
        self._payload: bytes | None = None

    @property
    def is_multipart(self) -> bool:
        return bool(self.children) and self.content_type.startswith("multipart/")

    @property
    def charset(self) -> str | None:
        return self.params.get("charset")

    @property
    def disposition(self) -> tuple[str, dict[str, str]]:
        """`attachment`, `inline` or an empty string, and the parameters."""
        value = self.headers.raw("content-disposition")
        return parameters(value) if value else ("", {})

    @property
    def filename(self) -> str | None:
        """The name that the sender gave, without any path; None where there is none."""
        name = self.virtual_name or self.disposition[1].get("filename") or self.params.get("name")
        if not name:
            return None
        name = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable()).strip()
        return name or None

    @property
    def payload(self) -> bytes:
        """The decoded content; what cannot be decoded stays as it is."""
        if self._payload is None:
            self._payload = _decode_body(self.body, self.headers.raw("content-transfer-encoding"))
        return self._payload

    def text(self) -> tuple[str, str | None]:
        """The decoded text with plain line ends, and an oddity where the charset was not what it claimed."""
        payload = self.payload
        if b"\r" in payload and payload.isascii() and b"\0" not in payload:
            bare = payload.replace(b"\r", b"")  # as below, but much faster, where all of them end lines
            payload = bare if len(payload) - len(bare) == payload.count(b"\r\n") else payload
        text, oddity = decode(payload, self.charset)
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text, oddity

    def walk(self) -> Iterator["Part"]:
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.children))


class Message:
    """A parsed mail: its root part and what was odd about it."""

    __slots__ = ("oddities", "parts", "root")

    def __init__(self, root: Part, parts: list[Part], oddities: list[str]) -> None:
        self.root, self.parts, self.oddities = root, parts, oddities

    @property
    def headers(self) -> Headers:
        return self.root.headers

    @property
    def charset_hint(self) -> str | None:
        """The charset that the mail declares for its text: raw 8-bit header fields are mostly in the same."""
        return next((part.charset for part in self.parts if part.charset), None)


# --- header fields --------------------------------------------------------------------------------


def split_head(raw: bytes) -> tuple[Headers, bytes, str | None]:
    """Header fields, body, and an oddity where the header was broken."""
    if raw.startswith((b"\n", b"\r\n")):
        return Headers([]), raw[2:] if raw.startswith(b"\r\n") else raw[1:], None
    gap, after = _gap(raw)
    block, body = raw[:gap], raw[after:]
    sound = _sound_fields(block)
    if sound is not None:
        return Headers(sound), body, None
    fields, body, oddity = _broken_fields(raw, block, body, gap)
    return Headers(fields), body, oddity


def _gap(raw: bytes) -> tuple[int, int]:
    """Where the header ends and where the body begins: around the first empty line, or at the end."""
    windows = raw.find(b"\n\r\n") if b"\r" in raw[:1_000] else -1
    plain = raw.find(b"\n\n", 0, windows if windows >= 0 else len(raw))
    if plain >= 0 or windows < 0:
        windows = raw.find(b"\n\r\n", 0, plain + 1 if plain >= 0 else len(raw))
    if windows >= 0:
        start, after = windows, windows + 3
    elif plain >= 0:
        start, after = plain, plain + 2
    else:
        start = after = len(raw)
        if raw.endswith(b"\n"):
            start -= 1
    return start - (raw[start - 1 : start] == b"\r"), after


def _sound_fields(block: bytes) -> list[tuple[str, bytes]] | None:
    """The fields of a header that is as it should be; None for any other."""
    fields: list[tuple[str, bytes]] = []
    at, end = 0, len(block)
    while at < end:
        hit = _SOUND_FIELD.match(block, at)
        if hit is None or len(fields) >= _MAX_HEADER_LINES:
            return None
        fields.append((hit[1].decode("ascii").lower(), hit[2].strip()))
        at = hit.end()
    return fields


def _broken_fields(
    raw: bytes, block: bytes, body: bytes, gap: int
) -> tuple[list[tuple[str, bytes]], bytes, str | None]:
    """Line by line: a fold that lost its blank, a body that begins without an empty line, an mbox's From line."""
    fields: list[tuple[str, bytes]] = []
    oddity = None
    lines = block.split(b"\n", _MAX_HEADER_LINES)
    folds: list[bytes] = []
    name = ""

    def finish() -> None:
        if name:
            fields.append((name, (b"\n".join(folds) if len(folds) > 1 else folds[0]).strip()))

    for number, line in enumerate(lines):
        line = line.rstrip(b"\r")
        if line[:1] in b" \t" and line:
            if name:
                folds.append(line)
            continue
        hit = _FIELD.match(line)
        if hit:
            finish()
            name, folds = hit[1].decode("ascii").lower(), [hit[2]]
            continue
        if line.startswith((b"From ", b">From ")) and not fields:
            continue
        # No field and no fold. Where real fields follow, a fold lost its blank; else the body has begun.
        if any(_KNOWN_FIELD.match(later) for later in lines[number + 1 : number + 30]):
            oddity = "header-line-broken"
            if name:
                folds.append(b" " + line)
            continue
        oddity = "header-ends-without-blank-line"
        rest = b"\n".join(lines[number:])
        body = rest + raw[gap:]
        break
    finish()
    return fields, body, oddity


# --- bodies ---------------------------------------------------------------------------------------


def _decode_body(body: bytes, encoding: bytes | None) -> bytes:
    name = encoding.strip().strip(b"\"'").lower() if encoding else b""
    if name == b"quoted-printable":
        return binascii.a2b_qp(body)
    if name == b"base64":
        return lenient_base64(body)
    if name in {b"x-uuencode", b"uuencode", b"x-uue", b"uue"}:
        return decode_uuencode(body)
    return body


def decode_uuencode(body: bytes) -> bytes:
    """The content between `begin` and `end`; lines that are broken are left out."""
    start = _UUENCODE.search(body)
    if start is None:
        return body
    out = []
    for line in body[start.end() + 1 :].splitlines():
        if line.strip() == b"end":
            break
        if not line:
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders pad the line: take as many signs as its own count says.
            wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:wanted]))
            except binascii.Error:
                continue
    return b"".join(out)


# --- structure ------------------------------------------------------------------------------------


def parse(raw: bytes) -> Message:
    """The mail as a tree of parts. Deeper than 32 levels or beyond 2,000 parts, what is left is one opaque part."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    headers, body, oddity = split_head(raw)
    root = Part(headers, body, 0, 0)
    parts = [root]
    oddities = [oddity] if oddity else []
    open_parts = [root]
    while open_parts:
        part = open_parts.pop()
        for piece in _divide(part, oddities):
            if len(parts) >= MAX_PARTS:
                oddities.append("too-many-parts")
                break
            head, rest, oddity = split_head(piece)
            if oddity:
                oddities.append(oddity)
            child = Part(head, rest, len(parts), part.depth + 1)
            child.mails_above = part.mails_above + (not part.content_type.startswith("multipart/"))
            if part.content_type == "multipart/digest" and "content-type" not in head:
                child.content_type = "message/rfc822"
            part.children.append(child)
            parts.append(child)
        if part.depth + 1 >= MAX_DEPTH and part.children:
            oddities.append("nested-too-deep")
            continue
        open_parts.extend(reversed(part.children))
    if len(parts) > 1:
        parts = list(root.walk())
        for index, part in enumerate(parts):
            part.index = index
    return Message(root, parts, list(dict.fromkeys(oddities)))


def _divide(part: Part, oddities: list[str]) -> list[bytes]:
    """The raw bytes of a part's children."""
    kind = part.content_type
    if kind.startswith("multipart/"):
        boundary = part.params.get("boundary", "").encode("utf-8", "surrogateescape").rstrip()
        pieces = _slices(part.body, boundary) if boundary else []
        if not pieces:
            guessed = re.search(rb"(?m)^--([^\s-][^\r\n]{0,69}?)[ \t]*\r?$", part.body[:100_000])
            pieces = _slices(part.body, guessed[1]) if guessed else []
            oddities.append("boundary-guessed" if pieces else "multipart-without-parts")
        if not pieces:
            part.content_type = "text/plain"
        else:
            part.body = b""  # its children have it: else every level would keep a copy
        return pieces
    if kind in {"message/rfc822", "message/global", "message/news"} and part.mails_above < _MAX_MAILS_IN_MAILS:
        content = part.payload.lstrip(b"\r\n")
        return [content] if content.strip() else []
    return []


def _slices(body: bytes, boundary: bytes) -> list[bytes]:
    """What stands between the boundary lines; an unclosed last part counts (RFC 2046, 5.1.2)."""
    pieces: list[bytes] = []
    start = -1
    mark = b"--" + boundary
    at = body.find(mark)
    while at >= 0 and len(pieces) <= MAX_PARTS:
        end = at + len(mark)
        closing = body[end : end + 2] == b"--"
        hit = _LINE_END.match(body, end + 2 if closing else end)
        if hit and (at == 0 or body[at - 1] == 10):
            if start >= 0:
                stop = at - (2 if body[at - 2 : at] == b"\r\n" else 1)
                pieces.append(body[start : max(start, stop)])
            start = hit.end()
            if closing:
                return pieces
        at = body.find(mark, end)
    if start >= 0 and body[start:].strip():
        pieces.append(body[start:])
    return pieces


_LINE_END = re.compile(rb"[ \t]*(?:\r?\n|\Z)")
