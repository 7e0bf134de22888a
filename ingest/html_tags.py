"""HTML to text from tag to tag, without a tree: for tidy HTML, as nearly all clients write it, in half the time.

Keeps those rules of HTML's tree construction that clients rely on (end tags that may be left out). A document that
needs others is not tidy, and `ingest.html_tree` reads it. A test holds the two readers to the same text.
"""

import html as entities
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from ingest.html_writer import BLOCK, CONTAINERS, SKIPPED, SPACED, Attributes, Writer, enter, leave

_MAX_OPEN: Final = 400
_MAX_KNOWN: Final = 1_000


class UntidyError(Exception):
    """The document needs a tree."""


# What a tag is: plain numbers, for they are looked at some thousand times in a mail.
_INLINE: Final = 0
_SIMPLE: Final = 1
"""A start that ends nothing but a paragraph, and means nothing but a line or a paragraph of its own."""
_START: Final = 2
_END: Final = 3
_EMPTY_TAG: Final = 4
_RAW_TEXT: Final = 5
_COMMENT: Final = 6
_SPAN: Final = 7
_SPAN_END: Final = 8


class _Tag(NamedTuple):
    what: int
    name: str
    attributes: Attributes


_NAME = re.compile(r"(/?)([a-zA-Z][^\s/>]*)")
_ATTRIBUTES = re.compile(r"(?:\s+[^\s\"'<>/=]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*\s*/?")
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")
_RAW: Final = frozenset({"style", "script", "title"})
_FOREIGN: Final = (SKIPPED - _RAW - {"head"}) | frozenset(
    ["plaintext", "xmp", "listing", "frameset", "noembed", "noframes", "image", "button", "option", "isindex", "rp"]
)
_EMPTY: Final = frozenset(["img", "hr", "br"])
_STACKED: Final = (BLOCK - {"hr", "html", "body"}) | {"td", "th", "a"}
_HEADINGS: Final = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_SECTIONS: Final = frozenset(["tbody", "thead", "tfoot"])
_CELLS: Final = frozenset(["td", "th"])
_PARENTS: Final = {
    **dict.fromkeys(_CELLS, frozenset(["tr"])), "tr": _SECTIONS | {"table"},
    **dict.fromkeys(_SECTIONS | {"caption"}, frozenset(["table"])),
}  # fmt: skip
_ONLY_CELLS: Final = _SECTIONS | {"table", "tr"}
"""Between the tags of these stands nothing to read."""
_NEVER_NESTED: Final = frozenset(["a", "form"])
_LOOSE: Final = frozenset(["p", "li", "dt", "dd"])
_LOOSE_IN_TABLES: Final = _LOOSE | _CELLS | _SECTIONS | {"tr"}
"""What the end tag of an element around it closes too."""
_CLOSED_BY: Final = {
    "li": frozenset(["li"]), "dt": frozenset(["dt", "dd"]), "dd": frozenset(["dt", "dd"]),
    **dict.fromkeys(_CELLS, _CELLS), "tr": _CELLS | {"tr"}, **dict.fromkeys(_SECTIONS, _CELLS | _SECTIONS | {"tr"}),
    **dict.fromkeys(_HEADINGS, _HEADINGS),
}  # fmt: skip
"""What a start tag closes that is still open right above it."""


_PARTICULAR: Final = _PARENTS.keys() | _CLOSED_BY.keys() | _NEVER_NESTED | {"blockquote", "pre", "table", "a"}
_TELLING: Final = frozenset(["class", "id", "style", "data-smartmail"])


@lru_cache(maxsize=4096)
def _known(source: str) -> _Tag:
    return _read(source)


def _read(source: str) -> _Tag:
    """A tag without its brackets. Raises UntidyError where it is none, or one that the tree must see."""
    if source[:1] in {"!", "?"}:
        return _Tag(_COMMENT if source[:3] == "!--" else _INLINE, "", {})
    hit = _NAME.match(source)
    if hit is None or not _ATTRIBUTES.fullmatch(source, hit.end()):
        raise UntidyError
    name = hit[2].lower()
    if name in _FOREIGN:
        raise UntidyError
    if hit[1]:
        what = _SPAN_END if name == "span" else _END if name in _STACKED else _EMPTY_TAG if name == "br" else _INLINE
        return _Tag(what, name, {})
    attributes = {
        found[1].lower(): entities.unescape(found[3] or found[4] or found[5] or "") if found[2] else None
        for found in reversed(list(_ATTRIBUTE.finditer(source, hit.end())))
    }
    if name in _STACKED:
        simple = name not in _PARTICULAR and not (name in CONTAINERS and attributes.keys() & _TELLING)
        return _Tag(_SIMPLE if simple else _START, name, attributes)
    what = _EMPTY_TAG if name in _EMPTY else _RAW_TEXT if name in _RAW else _SPAN if name == "span" else _INLINE
    return _Tag(what, name, attributes)


class _Open(NamedTuple):
    """An element whose end tag is to come; `close` is what `enter` said."""

    name: str
    close: bool
    href: str


_NESTS: Final = frozenset(["div", "center", "td", "th", "section", "blockquote"])
_PLAIN: Final = {name: _Open(name, close=False, href="") for name in _STACKED}


class _Reader:
    """Goes over a document; knows which elements are open."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.open: list[_Open] = []
        self.count = dict.fromkeys((*_STACKED, "span"), 0)
        self.fresh = False
        """Whether a pre has just begun: a line break is then none (HTML, 13.2.6.4.7)."""

    def take_simple(self, what: int, name: str) -> bool:
        """As `start` and `end`, for what most tags of most mails are; False where it is not so simple."""
        opened, plain = self.open, _PLAIN.get(name)
        if what == _SIMPLE:
            if (opened and opened[-1].name not in _NESTS) or len(opened) >= _MAX_OPEN or plain is None:
                return False
            opened.append(plain)
            self.count[name] += 1
        elif what == _END and opened and opened[-1] is plain:
            opened.pop()
            self.count[name] -= 1
        else:
            return False
        self.fresh = False
        if self.writer.current:
            self.writer.line()
        if name in SPACED:
            self.writer.blank_due = True
        return True

    def take(self, tag: _Tag) -> None:
        """A tag that means something for the text."""
        self.fresh = False
        if tag.what == _END:
            self.end(tag.name)
        elif tag.what == _EMPTY_TAG:
            self.make_room(tag.name)
            enter(tag.name, tag.attributes, self.writer)
        elif tag.name == "span":
            self.push(tag)
        else:
            self.start(tag)

    def make_room(self, name: str) -> None:
        """Closes the paragraph that a block ends; nothing can be read between the cells of a table."""
        if self.open and self.open[-1].name in _ONLY_CELLS:
            raise UntidyError
        if self.count["p"] and name not in {"a", "img", "br"}:
            # Whether a table ends a paragraph depends on the doctype.
            if self.open[-1].name != "p" or name == "table":
                raise UntidyError
            self.pop()

    def start(self, tag: _Tag) -> None:
        name = tag.name
        parents = _PARENTS.get(name)
        if parents is None:
            self.make_room(name)
        elif self.open and self.open[-1].name == "p":
            self.pop()
        closed = _CLOSED_BY.get(name, ())
        if closed and self.open and self.open[-1].name == "a":
            raise UntidyError
        while self.open and self.open[-1].name in closed:
            self.pop()
            if parents is None:
                break
        if parents is not None and (not self.open or self.open[-1].name not in parents):
            raise UntidyError
        if name in _NEVER_NESTED and self.count[name]:
            raise UntidyError
        self.push(tag)
        self.fresh = name == "pre"

    def push(self, tag: _Tag) -> None:
        if len(self.open) >= _MAX_OPEN:
            raise UntidyError
        close = enter(tag.name, tag.attributes, self.writer)
        self.open.append(_Open(tag.name, close, tag.attributes.get("href") or ""))
        self.count[tag.name] += 1

    def pop(self) -> None:
        name, close, href = self.open.pop()
        self.count[name] -= 1
        leave(name, close, href, self.writer)

    def end(self, name: str) -> None:
        if not self.count[name]:
            raise UntidyError
        loose = _LOOSE_IN_TABLES if name in _ONLY_CELLS else _LOOSE
        while self.open[-1].name != name:
            if self.open[-1].name not in loose:
                raise UntidyError
            self.pop()
        self.pop()

    def text(self, data: str) -> None:
        if self.fresh:
            data = data.removeprefix("\n")
            self.fresh = False
        if self.open and self.open[-1].name in _ONLY_CELLS and not data.isspace():
            raise UntidyError
        self.writer.text(entities.unescape(data) if "&" in data else data)


def write_tags(source: str, writer: Writer) -> None:
    """Writes the text of a document. Raises UntidyError, perhaps when much is written already."""
    if "--!>" in source:
        raise UntidyError
    reader = _Reader(writer)
    # What means nothing is left out at once: the two tags that Word and its kin write most.
    source = source.replace("<o:p></o:p>", "")
    if not writer.spans_matter:
        source = source.replace("</span>", "")
    pieces = iter(source.split("<"))
    if first := next(pieces):
        reader.text(first)
    known: dict[str, _Tag] = {}
    for piece in pieces:
        head, closed, text = piece.partition(">")
        if not closed:
            raise UntidyError
        tag = known.get(head)
        if tag is None:
            tag = known[head] = _meaning(head, writer.spans_matter)
        what = tag[0]
        if what:
            if what >= _RAW_TEXT:
                text = _after_raw_text(pieces, tag.name) if what == _RAW_TEXT else _after_comment(piece, pieces)
            elif not reader.take_simple(what, tag[1]):
                reader.take(tag)
        if text and (text != "\n" or writer.current or writer.preformatted):
            reader.text(text)
    while reader.open:
        reader.pop()


def _meaning(head: str, spans_matter: bool) -> _Tag:
    tag = _known(head) if len(head) < _MAX_KNOWN else _read(head)
    if tag.what in {_SPAN, _SPAN_END}:
        what = _INLINE if not spans_matter else _START if tag.what == _SPAN else _END
        return tag._replace(what=what)
    return tag


def _after_comment(piece: str, pieces: Iterator[str]) -> str:
    at = piece.find("-->", 1)
    while at < 0:
        piece = next(pieces, "-->")
        at = piece.find("-->")
    return piece[at + 3 :]


def _after_raw_text(pieces: Iterator[str], name: str) -> str:
    """What follows the end tag of an element whose content is no HTML."""
    end = "/" + name
    return next((piece for piece in pieces if piece[: len(end)].lower() == end), "").partition(">")[2]
