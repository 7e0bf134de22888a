"""What mails are made of: paragraphs, verbatim text, details, lists and links, once as plain text and once as HTML.

Templates are written in terms of these blocks, so that both parts of a mail say the same by construction.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from markupsafe import Markup, escape

from desk.wording import JOINERS

LONGEST_TEXT = 20_000
_KEPT = "\t" + JOINERS


class Blocks(Protocol):
    """Every block of nothing is nothing."""

    def paragraph(self, text: str) -> str: ...

    def heading(self, text: str) -> str: ...

    def verbatim(self, text: str) -> str:
        """What a person wrote, line ends kept."""

    def prose(self, text: str) -> str:
        """What a person writes in this very mail: line ends kept, not set apart."""

    def details(self, rows: Sequence[tuple[str, str]]) -> str:
        """Names and values."""

    def items(self, texts: Iterable[str]) -> str: ...

    def link(self, label: str, url: str) -> str: ...

    def note(self, text: str) -> str:
        """A paragraph in small print."""

    def chart(self, small: str, picture: str) -> str:
        """A picture that travels with the mail, by its Content-ID; where there is none, a row of bars."""


class TextBlocks:
    """Plain text, each block with an empty line after it."""

    def paragraph(self, text: str) -> str:
        return f"{text}\n\n" if text else ""

    def heading(self, text: str) -> str:
        return f"{text}\n{'-' * min(len(text), 72)}\n\n" if text else ""

    def verbatim(self, text: str) -> str:
        lines = [f"    {line}".rstrip() for line in _lines(text)]
        return "\n".join(lines) + "\n\n" if lines else ""

    def prose(self, text: str) -> str:
        lines = _lines(text)
        return "\n".join(lines) + "\n\n" if lines else ""

    def details(self, rows: Sequence[tuple[str, str]]) -> str:
        width = max((len(name) for name, _ in rows), default=0) + 1
        lines = [f"    {name + ':':<{width}}  {value}" for name, value in rows]
        return "\n".join(lines) + "\n\n" if lines else ""

    def items(self, texts: Iterable[str]) -> str:
        lines = [f"  - {text}" for text in texts if text]
        return "\n".join(lines) + "\n\n" if lines else ""

    def link(self, label: str, url: str) -> str:
        return f"{label}:\n{url}\n\n" if label and url else ""

    def note(self, text: str) -> str:
        return self.paragraph(text)

    def chart(self, small: str, picture: str) -> str:  # noqa: ARG002 - text has no pictures
        return self.verbatim(small)


class HtmlBlocks:
    """HTML; everything that comes in is escaped. The classes get their looks from the layout's style sheet."""

    def paragraph(self, text: str) -> Markup:
        return Markup("<p>{}</p>\n").format(text) if text else Markup()

    def heading(self, text: str) -> Markup:
        return Markup("<h2>{}</h2>\n").format(text) if text else Markup()

    def verbatim(self, text: str) -> Markup:
        return _broken('<div class="verbatim">{}</div>\n', text)

    def prose(self, text: str) -> Markup:
        return _broken("<p>{}</p>\n", text)

    def details(self, rows: Sequence[tuple[str, str]]) -> Markup:
        if not rows:
            return Markup()
        row = Markup('<tr><td class="name">{}</td><td class="value">{}</td></tr>\n')
        inside = Markup().join(row.format(name, value) for name, value in rows)
        return Markup(
            '<table class="details" role="presentation" cellpadding="0" cellspacing="0">\n{}</table>\n'
        ).format(inside)

    def items(self, texts: Iterable[str]) -> Markup:
        inside = Markup().join(Markup("<li>{}</li>\n").format(text) for text in texts if text)
        return Markup("<ul>\n{}</ul>\n").format(inside) if inside else Markup()

    def link(self, label: str, url: str) -> Markup:
        if not label or not url.startswith(("https://", "http://", "mailto:")):
            return Markup()
        return Markup('<p><a class="link" href="{}">{}</a></p>\n').format(url, label)

    def note(self, text: str) -> Markup:
        return Markup('<p class="note">{}</p>\n').format(text) if text else Markup()

    def chart(self, small: str, picture: str) -> Markup:
        if not picture:
            return self.verbatim(small)
        shown = Markup('<p><img src="cid:{}" alt="{}" width="620" style="max-width:100%;height:auto"></p>\n')
        return shown.format(picture, small)


def _lines(text: str) -> list[str]:
    """The lines of a text without control characters and without empty lines at its ends; cut where it is very long."""
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT] + " …"
    lines = ["".join(c for c in line if c.isprintable() or c in _KEPT).rstrip() for line in text.splitlines()]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    return lines


def _broken(frame: str, text: str) -> Markup:
    lines = _lines(text)
    return Markup(frame).format(Markup("<br>\n").join(map(_keep_indent, lines))) if lines else Markup()  # noqa: S704 - constants


def _keep_indent(line: str) -> Markup:
    bare = line.lstrip(" \t")
    indent = line[: len(line) - len(bare)].replace("\t", "    ")
    return Markup("&nbsp;") * len(indent) + escape(bare)
