"""HTML to readable text, with the marks that mail clients leave in it.

Clients say in their HTML where a quote or a signature begins (`gmail_quote`, `divRplyFwdMsg`, `moz-signature`, ...).
The text therefore comes in two forms: as people read it, and with marks of the private use area at the places where
such containers begin and end, for `ingest.quoting` to work with. Cited blockquotes become lines with `> `.
"""

import html as entities
import re
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

SIGNATURE_OPEN: Final = "\ue000"
SIGNATURE_CLOSE: Final = "\ue001"
HISTORY: Final = "\ue002"
"""From here on a client put the mail that is answered or forwarded, and nothing else."""
RULE: Final = "\ue003"
"""A line of the kind that clients draw above the header fields of an old mail (and people draw anywhere)."""
MARK_SIGNS: Final = frozenset({SIGNATURE_OPEN, SIGNATURE_CLOSE, HISTORY, RULE})
_MARKS = re.compile("[\ue000-\ue003]")

_MAX_DEPTH = 500
_MAX_TAGS = 6_000
"""So many tags may nest as they like: the tree builder's worst case is then 0.1 s."""
_MAX_NODES = 400_000
_MAX_LINK = 2_000
_MAX_QUOTES = 20

_BLOCK = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div",
        "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
        "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "caption",
    ]
)  # fmt: skip
_SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "table", "pre"])
_SKIPPED = frozenset(
    [
        "script",
        "style",
        "head",
        "title",
        "template",
        "noscript",
        "object",
        "applet",
        "svg",
        "math",
        "iframe",
        "textarea",
        "select",
    ]
)

# Containers of a whole old mail. Those in which people answer between the lines (Gmail's, Proton's) are not here:
# there the blockquotes tell the old from the new.
_HISTORY_CLASS = re.compile(r"(?:^|\s)(?:x_)*(?:yahoo_quoted|moz-forward-container|OutlookMessageHeader)(?=\s|$)")
_HISTORY_ID = re.compile(
    r"(?:x_)*(?:divRplyFwdMsg|OLK_SRC_BODY_SECTION|mail-editor-reference-message-container|isForwardContent|"
    r"isReplyContent"
    r"|yahoo_quoted_\d+|stopSpelling|zwchr)\Z"
)
_QUOTE_CLASS = re.compile(
    r"(?:^|[\s_])(?:gmail_quote|protonmail_quote|tutanota_quote|front-blockquote|spark_quote|quote)(?=\s|$)"
)
_SIGNATURE_CLASS = re.compile(
    r"(?:^|\s)(?:x_|ecx)*(?:gmail_signature|moz-signature|protonmail_signature_block|tutanota_signature|"
    r"k9mail-signature"
    r"|bloop_sign|zm_signature|yahoo-signature)(?=\s|$)"
)
_SIGNATURE_ID = re.compile(r"(?:x_)*(?:Signature|ymail_android_signature|bloop_sign|Zm-_Id_-Sgn)\Z")
_CITE_STYLE = re.compile(r"border-left\s*:[^;]*(?:solid|\dpx|#|rgb)|padding-left\s*:\s*1ex", re.IGNORECASE)
_OUTLOOK_RULE = re.compile(
    r"border\s*:\s*none\s*;\s*border-top\s*:\s*solid\s*#[0-9a-f]{6}\s*1\.0pt|"
    r"border-top\s*:\s*#[0-9a-f]{6} 1(?:\.0)?p[tx] solid"
    r"|border-top-style:\s*solid;\s*border-top-width:\s*1p[tx]",
    re.IGNORECASE,
)

_SPACES = re.compile(r"[ \t\r\n\f\u200b\u200c\ufeff\u00ad\u034f]+")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Void elements, and those that the next one of their kind closes.
_NEVER_DEEP = frozenset(
    [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p",
        "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "a",
    ]
)  # fmt: skip


class _Writer:
    """Gathers lines; knows when a blank is due and how deep in quotes it is."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.current: list[str] = []
        self.depth = 0
        self.last_depth = 0
        self.blank_due = False
        self.preformatted = 0
        self.spans_matter = False

    def text(self, data: str) -> None:
        if self.preformatted:
            pieces = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self.current.append(pieces[0])
            for piece in pieces[1:]:
                self.line(force=True)
                self.current.append(piece)
            return
        if data.isspace():
            if self.current:
                self.current.append(" ")
            return
        if "\n" in data or "  " in data or "\t" in data or not data.isascii():
            data = _SPACES.sub(" ", data)
        self.current.append(data)

    def line(self, force: bool = False) -> None:
        """Ends the line that is being written; a forced one may be empty."""
        if not self.current and not force:
            return
        content = "".join(self.current)
        self.current = []
        if not self.preformatted:
            content = content.strip(" ")
            while "  " in content:
                content = content.replace("  ", " ")
        else:
            content = content.rstrip(" ")
        if not content and not force:
            return
        if self.blank_due and content:
            self.blank_due = False
            if self.lines and self.lines[-1].strip(" >"):
                self.lines.append(">" * min(self.depth, self.last_depth, _MAX_QUOTES))
        self.lines.append((">" * min(self.depth, _MAX_QUOTES) + " " + content).rstrip() if self.depth else content)
        self.last_depth = self.depth

    def paragraph(self) -> None:
        self.line()
        self.blank_due = True

    def mark(self, sign: str) -> None:
        self.line()
        self.lines.append(sign)


def html_to_text(source: str) -> str:
    """The text of an HTML document as a reader sees it, links in angle brackets where their text hides them."""
    return strip_marks(html_to_marked(source))


def without_signs(text: str) -> str:
    """Text of a sender, in which the signs of this module mean nothing."""
    return text if text.isascii() or not _MARKS.search(text) else _MARKS.sub("", text)


def strip_marks(marked: str) -> str:
    """Marked text without the marks; a rule is shown as one."""
    if marked.isascii() or not _MARKS.search(marked):
        return marked
    shown = ("_" * 16 if line == RULE else line for line in marked.split("\n"))
    return _tidy([line for line in shown if line not in MARK_SIGNS])


def html_to_marked(source: str) -> str:
    """The text of an HTML document with the marks of this module, each on a line of its own."""
    source = without_signs(source).replace("\x00", "")
    if source.count("<") > _MAX_TAGS and _too_deep(source):
        return _flat(source)
    # lexbor ends the document at </body></html>; some mails go on behind it, and it takes that in as well.
    root = LexborHTMLParser(source).root
    if root is None:
        return ""
    writer = _Writer()
    writer.spans_matter = "OLK_SRC" in source or "_signature" in source
    _walk(root, writer)
    writer.line()
    return _tidy(writer.lines)


def _too_deep(source: str) -> bool:
    """Whether tags may nest so deep that a tree builder would need quadratic time: an upper bound of the depth."""
    open_tags: dict[str, int] = {}
    depth = 0
    for closing, name in _TAG.findall(source):
        name = name.lower()
        if name in _NEVER_DEEP:
            continue
        count = open_tags.get(name, 0)
        if not closing:
            open_tags[name] = count + 1
            depth += 1
            if depth > _MAX_DEPTH:
                return True
        elif count:
            open_tags[name] = count - 1
            depth -= 1
    return False


_FLAT_TOKEN = re.compile(r"<!--|<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})[^<>]{0,4000}>?")


def _flat(source: str) -> str:
    """Text without a tree, in linear time."""
    out: list[str] = []
    lowered = source.lower()
    at = 0
    while (hit := _FLAT_TOKEN.search(source, at)) is not None:
        out.append(_SPACES.sub(" ", source[at : hit.start()]))
        name = (hit[2] or "").lower()
        at = hit.end()
        if not name or (name in _SKIPPED and not hit[1]):
            close = "-->" if not name else "</" + name
            end = lowered.find(close, at)
            at = len(source) if end < 0 else end + (3 if not name else 0)
        elif name in _BLOCK or name == "br":
            out.append("\n")
    out.append(_SPACES.sub(" ", source[at:]))
    lines = [re.sub(r" {2,}", " ", line).strip() for line in entities.unescape("".join(out)).split("\n")]
    return _tidy([line for line in lines if line])


def _tidy(lines: list[str]) -> str:
    out: list[str] = []
    empty = 0
    for line in lines:
        line = line.replace("\u00a0", " ").rstrip()
        empty = 0 if line else empty + 1
        if empty <= 2:
            out.append(line)
    return "\n".join(out).strip("\n")


def _walk(root: LexborNode, writer: _Writer) -> None:
    """Depth first without recursion: each node is entered, and left when its children are done."""
    leaving: list[tuple[LexborNode, str, bool]] = []
    node: LexborNode | None = root
    count = 0
    while node is not None:
        count += 1
        if count > _MAX_NODES:
            break
        tag = node.tag or ""
        if tag == "-text":
            writer.text(node.text_content or "")
        elif tag not in _SKIPPED and tag != "-comment":
            plain = tag in _INLINE
            close = False if plain else _enter(node, tag, writer)
            child = node.child
            if child is not None:
                leaving.append((node, "" if plain else tag, close))
                node = child
                continue
            if not plain:
                _leave(tag, close, node, writer)
        following = node.next
        while following is None and leaving:
            node, tag, close = leaving.pop()
            if tag:
                _leave(tag, close, node, writer)
            following = node.next
        node = following


# Blocks whose attributes are looked at; of the others clients make no containers.
_CONTAINERS = frozenset(["div", "pre", "hr", "blockquote", "table", "section", "center", "span"])
_INLINE = frozenset(
    [
        "o:p",
        "b",
        "i",
        "u",
        "em",
        "strong",
        "font",
        "small",
        "big",
        "sub",
        "sup",
        "code",
        "tt",
        "s",
        "del",
        "ins",
        "mark",
        "label",
        "abbr",
    ]
)


def _enter(node: LexborNode, tag: str, writer: _Writer) -> bool:
    """Writes what a start tag means; says whether its end tag has to close a mark."""
    if tag == "br":
        writer.line(force=True)
    elif tag == "img":
        # Of what pictures stand for only the emoji are words of the writer.
        alt = (node.attributes.get("alt") or "").strip()
        if alt and len(alt) <= 8 and not alt.isascii():
            writer.text(alt)
    elif tag in {"td", "th"}:
        writer.text(" ")
    elif tag in _SPACED:
        writer.paragraph()
    elif tag in _BLOCK:
        writer.line()
    if tag == "li":
        writer.text("- ")
    # Outlook for Mac puts the whole old mail into a span.
    return tag in _CONTAINERS and (tag != "span" or writer.spans_matter) and _enter_container(node, tag, writer)


def _enter_container(node: LexborNode, tag: str, writer: _Writer) -> bool:
    attributes = node.attributes
    if tag == "pre":
        writer.preformatted += 1
    elif tag == "blockquote":
        return _enter_blockquote(attributes, writer)
    elif tag == "hr" and not writer.depth:
        divider = _HISTORY_ID.match(attributes.get("id") or "") or attributes.get("data-marker") == "__DIVIDER__"
        writer.mark(HISTORY if divider else RULE)
        return False
    return bool(attributes) and _mark_container(attributes, writer)


def _enter_blockquote(attributes: dict[str, str | None], writer: _Writer) -> bool:
    """Indented text is no quote (people indent too) unless the client says that it is."""
    cited = (
        (attributes.get("type") or "").lower() == "cite"
        or "cite" in attributes
        or bool(_QUOTE_CLASS.search(attributes.get("class") or ""))
        or bool(_CITE_STYLE.search(attributes.get("style") or ""))
    )
    if cited or writer.depth:
        writer.depth += 1
        return True
    return False


@lru_cache(maxsize=4096)
def _container(classes: str, ident: str) -> str | None:
    """The mark that a container begins with."""
    if _SIGNATURE_CLASS.search(classes) or _SIGNATURE_ID.match(ident):
        return SIGNATURE_OPEN
    return HISTORY if _HISTORY_CLASS.search(classes) or _HISTORY_ID.match(ident) else None


def _mark_container(attributes: dict[str, str | None], writer: _Writer) -> bool:
    if writer.depth:
        return False
    classes, ident = attributes.get("class") or "", attributes.get("id") or ""
    mark = _container(classes[:200], ident[:200]) if classes or ident else None
    if mark is None and attributes.get("data-smartmail") == "gmail_signature":
        mark = SIGNATURE_OPEN
    if mark is not None:
        writer.mark(mark)
        return mark == SIGNATURE_OPEN
    style = attributes.get("style") or ""
    if "border-top" in style and _OUTLOOK_RULE.search(style):
        writer.mark(RULE)
    return False


def _leave(tag: str, close: bool, node: LexborNode, writer: _Writer) -> None:
    if tag == "br":
        return
    if tag == "a":
        _link(node, writer)
        return
    if tag in _SPACED:
        writer.paragraph()
    elif tag in _BLOCK:
        writer.line()
    if tag == "pre":
        writer.preformatted -= 1
    if close:
        if tag == "blockquote":
            writer.depth -= 1
        else:
            writer.mark(SIGNATURE_CLOSE)


def _link(node: LexborNode, writer: _Writer) -> None:
    """A target that its text does not show goes behind it in angle brackets."""
    target = (node.attributes.get("href") or "").strip()
    if not target.lower().startswith(("http://", "https://", "ftp://", "mailto:")) or len(target) > _MAX_LINK:
        return
    shown = "".join(writer.current[-6:]).strip()
    bare = target.split("://", 1)[-1] if "://" in target else target[7:]
    if bare.rstrip("/").lower() in shown.lower():
        return
    writer.text(f" <{target}>")
