"""`winmail.dat`: what Outlook wraps around a body and attachments (MS-OXTNEF, with property values as in MS-OXCDATA).

The stream is read once from front to back: every step moves forward, and what it gives are pieces of it, so that time
and memory are bounded by its size, whatever counts and lengths it states.
"""

from collections.abc import Iterator
from itertools import islice
from struct import Struct
from typing import NamedTuple

from ingest.charset import decode

_SIGNATURE = 0x223E9F78
_MAX_SIZE = 40_000_000
_MAX_FILES = 1_000
"""Those of messages within it among them."""
_DEEPEST = 4
"""Messages within messages."""

_HEAD = Struct("<BHHI")
_U32 = Struct("<I")
_TYPE_AND_ID = Struct("<HH")

_BODY, _ATTACH_DATA, _ATTACH_TITLE, _ATTACH_BEGINS = 0x800C, 0x800F, 0x8010, 0x9002
_MESSAGE_PROPERTIES, _ATTACH_PROPERTIES, _CODE_PAGE = 0x9003, 0x9005, 0x9007

_P_BODY, _P_HTML, _P_CODE_PAGE = 0x1000, 0x1013, 0x3FDE
_P_NAME, _P_DATA, _P_SHORT_NAME, _P_LONG_NAME = 0x3001, 0x3701, 0x3704, 0x3707
_WANTED = frozenset({_P_BODY, _P_HTML, _P_CODE_PAGE, _P_NAME, _P_DATA, _P_SHORT_NAME, _P_LONG_NAME})
_MESSAGE_WITHIN = bytes.fromhex("0703020000000000c000000000000046")
"""IID_IMessage: the data is a TNEF stream of its own."""
_INTERFACE = 16
"""An object's value begins with the identifier of its interface."""

_STRING, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_SIZES = {0x02: 2, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 2, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes of a value, by its type; each is padded to a multiple of four."""
_MANY, _NAMED = 0x1000, 0x8000

_CHARSETS = {
    65001: "utf-8", 20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u", 50220: "iso-2022-jp", 50221: "iso-2022-jp",
    50222: "iso-2022-jp", 50225: "iso-2022-kr", 51932: "euc-jp", 51949: "euc-kr", 54936: "gb18030", 65000: "utf-7",
    1200: "utf-16-le", 1201: "utf-16-be",
    **{28590 + part: f"iso-8859-{part}" for part in range(1, 17)},
}  # fmt: skip
"""Code pages that are no Windows code page."""


class Unwrapped(NamedTuple):
    """Files as (name, content), and the body where the wrapping holds one."""

    files: tuple[tuple[str | None, bytes], ...]
    text: str | None
    html: str | None


class _BrokenError(ValueError):
    """The stream is no TNEF."""


class _Property(NamedTuple):
    id: int
    kind: int
    value: bytes


def unwrap(data: bytes) -> Unwrapped | None:
    """What is inside a winmail.dat; None where it cannot be read (the file itself then stays attached)."""
    if len(data) > _MAX_SIZE:
        return None
    try:
        return _unwrapped(memoryview(data), 1)
    except _BrokenError:
        return None


class _Attached:
    """An attachment that is being read."""

    def __init__(self) -> None:
        self.title: str | None = None
        self.data = b""
        self.message: memoryview | None = None


def _unwrapped(data: memoryview, depth: int) -> Unwrapped:
    if len(data) < 6 or _U32.unpack_from(data)[0] != _SIGNATURE:
        raise _BrokenError("no TNEF signature")
    charset: str | None = None
    text: str | None = None
    html: str | None = None
    attached: list[_Attached] = []
    for level, name, value in _attributes(data):
        if level == 2:
            if name == _ATTACH_BEGINS and len(attached) < _MAX_FILES:
                attached.append(_Attached())
            elif attached:
                _attach(attached[-1], name, value, charset)
        elif name == _CODE_PAGE and len(value) >= 4:
            charset = _charset(_U32.unpack_from(value)[0])
        elif name == _BODY:
            text = text or _text(bytes(value), charset)
        elif name == _MESSAGE_PROPERTIES:
            found = {item.id: item for item in _properties(value)}
            page = found.get(_P_CODE_PAGE)
            inner = _charset(_U32.unpack(page.value)[0]) if page is not None and len(page.value) == 4 else charset
            text = _said(found.get(_P_BODY), inner) or text
            html = _said(found.get(_P_HTML), inner) or html
    return Unwrapped(tuple(islice(_files(attached, depth), _MAX_FILES)), text, html)


def _files(attached: list[_Attached], depth: int) -> Iterator[tuple[str | None, bytes]]:
    """Each file; of a message within the message its text and its files."""
    for item in attached:
        if item.message is None:
            yield _name(item.title), item.data
            continue
        try:
            inner = _unwrapped(item.message, depth + 1) if depth < _DEEPEST else None
        except _BrokenError:
            inner = None
        said = (inner.html or inner.text) if inner is not None else None
        if inner is None or not (said or inner.files):
            yield _name(item.title), bytes(item.message)
            continue
        if said:
            yield (_name(item.title) or "message") + (".html" if inner.html else ".txt"), said.encode()
        yield from inner.files


def _attributes(data: memoryview) -> Iterator[tuple[int, int, memoryview]]:
    """Each attribute as level, name and value; the last may be cut short."""
    at = 6
    while at + _HEAD.size <= len(data):
        level, name, _, length = _HEAD.unpack_from(data, at)
        if level not in (1, 2):
            return
        at += _HEAD.size
        yield level, name, data[at : at + length]
        at += length + 2


def _attach(item: _Attached, name: int, value: memoryview, charset: str | None) -> None:
    if name == _ATTACH_TITLE:
        item.title = item.title or _text(bytes(value), charset)
    elif name == _ATTACH_DATA:
        item.data = bytes(value)
    elif name == _ATTACH_PROPERTIES:
        found = {part.id: part for part in _properties(value)}
        for ident in (_P_LONG_NAME, _P_SHORT_NAME, _P_NAME):
            if title := _said(found.get(ident), charset):
                if ident == _P_LONG_NAME or item.title is None:
                    item.title = title
                break
        content = found.get(_P_DATA)
        if content is not None and content.value.startswith(_MESSAGE_WITHIN):
            item.message = memoryview(content.value)[_INTERFACE:]
        elif content is not None and content.value:
            item.data = content.value[_INTERFACE:] if content.kind == _OBJECT else content.value


def _properties(data: memoryview) -> Iterator[_Property]:
    """The properties that are asked for. Ends where the data end, whatever number of them is stated."""
    reader = _Reader(data)
    try:
        for _ in range(reader.number()):
            kind, ident = _TYPE_AND_ID.unpack(reader.take(4))
            if ident >= _NAMED:
                reader.take(16)
                if reader.number() == 0:
                    reader.take(4)
                else:
                    reader.padded(reader.number())
            value = _value(reader, kind)
            if ident in _WANTED:
                yield _Property(ident, kind & ~_MANY, bytes(value))
    except _BrokenError:
        return


def _value(reader: "_Reader", kind: int) -> memoryview:
    """The first value of a property; further ones are passed over."""
    of = kind & ~_MANY
    first: memoryview | None = None
    if of in (_STRING, _UNICODE, _OBJECT, _BINARY):
        for _ in range(reader.number()):
            value = reader.padded(reader.number())
            first = value if first is None else first
    elif (size := _SIZES.get(of)) is not None:
        for _ in range(reader.number() if kind & _MANY else 1):
            value = reader.padded(size)
            first = value if first is None else first
    else:
        raise _BrokenError(f"unknown type {kind:#x}")
    return memoryview(b"") if first is None else first


class _Reader:
    """Takes bytes from the front; raises `_BrokenError` where there are too few."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> memoryview:
        end = self._at + size
        if end > len(self._data):
            raise _BrokenError("cut short")
        piece = self._data[self._at : end]
        self._at = end
        return piece

    def number(self) -> int:
        return int(_U32.unpack(self.take(4))[0])

    def padded(self, size: int) -> memoryview:
        """So many bytes, and those that fill them up to a multiple of four (the last may lack its filling)."""
        piece = self.take(size)
        self._at = min(len(self._data), self._at + -size % 4)
        return piece


def _charset(code_page: int) -> str:
    return _CHARSETS.get(code_page, f"cp{code_page}")


def _said(found: _Property | None, charset: str | None) -> str | None:
    if found is None:
        return None
    return _text(found.value, "utf-16-le" if found.kind == _UNICODE else charset)


def _text(value: bytes, charset: str | None) -> str | None:
    return decode(value, charset)[0].replace("\x00", "").strip() or None


def _name(title: str | None) -> str | None:
    return title.replace("\\", "/").rpartition("/")[2].strip() or None if title else None
