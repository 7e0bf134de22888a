"""HTML to readable text, with the marks that mail clients leave in it.

Clients say in their HTML where a quote or a signature begins (`gmail_quote`, `divRplyFwdMsg`, `moz-signature`, ...).
The text therefore comes in two forms: as people read it, and with marks of the private use area at the places where
such containers begin and end, for `ingest.quoting` to work with. Cited blockquotes become lines with `> `.
"""

import html as entities
import re
from collections.abc import Callable

from ingest.html_tags import UntidyError, write_tags
from ingest.html_tree import write_tree
from ingest.html_writer import (
    BLOCK,
    HISTORY,
    MARK_SIGNS,
    RULE,
    SIGNATURE_CLOSE,
    SIGNATURE_OPEN,
    SKIPPED,
    SPACES,
    Writer,
)

__all__ = [
    "HISTORY", "MARK_SIGNS", "RULE", "SIGNATURE_CLOSE", "SIGNATURE_OPEN",
    "html_to_marked", "html_to_text", "strip_marks", "without_signs",
]  # fmt: skip

_MARKS = re.compile("[\ue000-\ue003]")
_MAX_DEPTH = 500
_MAX_TAGS = 6_000
"""So many tags may nest as they like: the tree builder's worst case is then 0.1 s."""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Void elements, and those that the next one of their kind closes.
_NEVER_DEEP = frozenset(
    [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p",
        "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "a",
    ]
)  # fmt: skip


def html_to_text(source: str) -> str:
    """The text of an HTML document as a reader sees it, links in angle brackets where their text hides them."""
    return strip_marks(html_to_marked(source))


def without_signs(text: str) -> str:
    """Text of a sender, in which the signs of this module mean nothing."""
    return _MARKS.sub("", text) if any(sign in text for sign in MARK_SIGNS) else text


def strip_marks(marked: str) -> str:
    """Marked text without the marks; a rule is shown as one."""
    if not any(sign in marked for sign in MARK_SIGNS):
        return marked
    shown = ("_" * 16 if line == RULE else line for line in marked.split("\n"))
    return _tidy([line for line in shown if line not in MARK_SIGNS])


def html_to_marked(source: str) -> str:
    """The text of an HTML document with the marks of this module, each on a line of its own."""
    source = without_signs(source).replace("\x00", "")
    try:
        lines = _written(source, write_tags)
    except UntidyError:
        if source.count("<") > _MAX_TAGS and _too_deep(source):
            return _flat(source)
        lines = _written(source, write_tree)
    return _tidy(lines)


def _written(source: str, write: Callable[[str, Writer], None]) -> list[str]:
    writer = Writer(spans_matter="OLK_SRC" in source or "_signature" in source)
    write(source, writer)
    writer.line()
    return writer.lines


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
        out.append(SPACES.sub(" ", source[at : hit.start()]))
        name = (hit[2] or "").lower()
        at = hit.end()
        if not name or (name in SKIPPED and not hit[1]):
            close = "-->" if not name else "</" + name
            end = lowered.find(close, at)
            at = len(source) if end < 0 else end + (3 if not name else 0)
        elif name in BLOCK or name == "br":
            out.append("\n")
    out.append(SPACES.sub(" ", source[at:]))
    lines = [re.sub(r" {2,}", " ", line).strip() for line in entities.unescape("".join(out)).split("\n")]
    return _tidy([line for line in lines if line])


def _tidy(lines: list[str]) -> str:
    """No blanks at the ends of lines, and at most two empty lines together."""
    text = "\n".join([line.rstrip() for line in "\n".join(lines).replace("\u00a0", " ").split("\n")])
    while "\n\n\n\n" in text:
        text = text.replace("\n\n\n\n", "\n\n\n")
    return text.strip("\n")
