"""What HTML elements mean for the text of a mail: lines, paragraphs, quotes, and the marks of mail clients.

Two readers use this: one walks a tree (`ingest.html_tree`), one goes from tag to tag (`ingest.html_tags`).
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

SIGNATURE_OPEN: Final = "\ue000"
SIGNATURE_CLOSE: Final = "\ue001"
HISTORY: Final = "\ue002"
"""From here on a client put the mail that is answered or forwarded, and nothing else."""
RULE: Final = "\ue003"
"""A line of the kind that clients draw above the header fields of an old mail (and people draw anywhere)."""
MARK_SIGNS: Final = frozenset({SIGNATURE_OPEN, SIGNATURE_CLOSE, HISTORY, RULE})

_MAX_LINK = 2_000
_MAX_QUOTES = 20

BLOCK = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div",
        "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
        "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "caption",
    ]
)  # fmt: skip
SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "table", "pre"])
SKIPPED = frozenset(
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

# Blocks whose attributes are looked at; of the others clients make no containers.
CONTAINERS = frozenset(["div", "pre", "hr", "blockquote", "table", "section", "center", "span"])
INLINE = frozenset(
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


SPACES = re.compile(r"[ \t\r\n\f\u200b\u200c\ufeff\u00ad\u034f]+")
Attributes = Mapping[str, str | None]


class Writer:
    """Gathers lines; knows when a blank is due and how deep in quotes it is."""

    def __init__(self, spans_matter: bool = False) -> None:
        self.lines: list[str] = []
        self.current: list[str] = []
        self.depth = 0
        self.last_depth = 0
        self.blank_due = False
        self.preformatted = 0
        self.spans_matter = spans_matter

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
        self.current.append(data)

    def line(self, force: bool = False) -> None:
        """Ends the line that is being written; a forced one may be empty."""
        if not self.current and not force:
            return
        current = self.current
        content = current[0] if len(current) == 1 else "".join(current)
        self.current = []
        if not self.preformatted:
            if "\n" in content or "  " in content or "\t" in content or not content.isascii():
                content = SPACES.sub(" ", content)
            content = content.strip(" ")
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


def enter(tag: str, attributes: Attributes, writer: Writer) -> bool:
    """Writes what a start tag means; says whether its end tag has to close a quote or a mark."""
    if tag == "br":
        writer.line(force=True)
    elif tag == "img":
        # Of what pictures stand for only the emoji are words of the writer.
        alt = (attributes.get("alt") or "").strip()
        if alt and len(alt) <= 8 and not alt.isascii():
            writer.text(alt)
    elif tag in {"td", "th"}:
        writer.text(" ")
    elif tag in SPACED:
        writer.paragraph()
    elif tag in BLOCK:
        writer.line()
    if tag == "li":
        writer.text("- ")
    # Outlook for Mac puts the whole old mail into a span.
    return tag in CONTAINERS and (tag != "span" or writer.spans_matter) and _enter_container(tag, attributes, writer)


def _enter_container(tag: str, attributes: Attributes, writer: Writer) -> bool:
    if tag == "pre":
        writer.preformatted += 1
    elif tag == "blockquote":
        return _enter_blockquote(attributes, writer)
    elif tag == "hr" and not writer.depth:
        divider = _HISTORY_ID.match(attributes.get("id") or "") or attributes.get("data-marker") == "__DIVIDER__"
        writer.mark(HISTORY if divider else RULE)
        return False
    return bool(attributes) and _mark_container(attributes, writer)


def _enter_blockquote(attributes: Attributes, writer: Writer) -> bool:
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


def _mark_container(attributes: Attributes, writer: Writer) -> bool:
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


def leave(tag: str, close: bool, href: str, writer: Writer) -> None:
    """Writes what an end tag means; `close` is what `enter` said of its start tag, `href` the target of a link."""
    if tag == "br":
        return
    if tag == "a":
        _link(href.strip(), writer)
        return
    if tag in SPACED:
        writer.paragraph()
    elif tag in BLOCK:
        writer.line()
    if tag == "pre":
        writer.preformatted -= 1
    if close:
        if tag == "blockquote":
            writer.depth -= 1
        else:
            writer.mark(SIGNATURE_CLOSE)


def _link(target: str, writer: Writer) -> None:
    """A target that its text does not show goes behind it in angle brackets."""
    if not target.lower().startswith(("http://", "https://", "ftp://", "mailto:")) or len(target) > _MAX_LINK:
        return
    shown = "".join(writer.current[-6:]).strip()
    bare = target.split("://", 1)[-1] if "://" in target else target[7:]
    if bare.rstrip("/").lower() in shown.lower():
        return
    writer.text(f" <{target}>")
