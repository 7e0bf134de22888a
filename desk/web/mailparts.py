"""What a stored mail contains beside its text: attachments to download, HTML to look at safely."""

import base64
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import nh3

from desk.web.queries.timeline import Timeline
from ingest.event import Attachment
from ingest.journal import Journal
from ingest.mail import part_bytes, read_body
from ingest.mime import Message, Part, parse
from ingest.oddities import sentence_of

MAX_PREVIEW = 12_000_000
"""Bytes of inline images that an HTML view carries in all: a few photographs of a phone."""
MAX_HTML = 2_000_000
MAX_TAGS = 15_000
"""The sanitiser's time grows with the square of how deep tags are nested: so many take two seconds at worst."""
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a browser may show as a picture; SVG is a program and is none of them."""
SAFE_TYPES = IMAGES | {
    "application/pdf", "application/zip", "application/msword", "application/rtf", "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint", "application/gzip", "application/json", "audio/mpeg", "audio/wav", "video/mp4",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
}  # fmt: skip
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt",
    "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre",
    "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "tt", "u", "ul",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "title", "align", "valign"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start", "type"},
    "font": {"color"},
}


@dataclass(frozen=True, kw_only=True)
class MailParts:
    """`html` is whether the mail has HTML to look at, `odd` what was odd about it, in words."""

    attachments: tuple[Attachment, ...]
    html: bool
    odd: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Content:
    """One attachment, ready to be sent: its type is one of those known to be harmless, its name has no path."""

    filename: str
    content_type: str
    data: bytes


class MailIndex:
    """What is attached to the mails of a journal, read once for each. Safe to use from several threads."""

    MOST = 5_000

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._known: OrderedDict[int, MailParts | None] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, history: Timeline) -> dict[int, MailParts]:
        """Position to what is attached, for the messages of a history."""
        positions = {
            item.position for stretch in history.stretches for item in stretch.items if item.shape == "message"
        }
        return {position: found for position in sorted(positions) if (found := self._at(position)) is not None}

    def _at(self, position: int) -> MailParts | None:
        with self._lock:
            if position in self._known:
                self._known.move_to_end(position)
                known = self._known[position]
                return known if known is None or self._journal.erasure(position) is None else None
        found = self._journal.get(position)
        parts = None if found is None or found.kind != "mail" or found.body is None else _parts(found.body)
        with self._lock:
            self._known[position] = parts
            while len(self._known) > self.MOST:
                self._known.popitem(last=False)
        return parts


def _parts(raw: bytes) -> MailParts:
    message = parse(raw)
    body = read_body(message)
    odd = tuple(sentence_of(oddity) for oddity in dict.fromkeys([*message.oddities, *body.oddities]))
    return MailParts(attachments=tuple(body.attachments), html=body.html is not None, odd=odd)


def attachment(raw: bytes, part: int) -> Content | None:
    """The decoded content of `Attachment.part`: of a part of the mail, or of a file in a winmail.dat."""
    message = parse(raw)
    if 0 <= part < len(message.parts):
        found = message.parts[part]
        if found.content_type.startswith("multipart/"):
            return None
        listed = next((one for one in read_body(message).attachments if one.part == part), None)
        return _content((listed.filename if listed else None) or found.filename, part, found.content_type, _data(found))
    try:
        wrapped, data = part_bytes(raw, part)
    except KeyError:
        return None
    return _content(wrapped.filename, part, wrapped.content_type, data)


def _content(name: str | None, part: int, content_type: str, data: bytes) -> Content:
    shown = content_type if content_type in SAFE_TYPES else "application/octet-stream"
    return Content(filename=safe_name(name, part, content_type), content_type=shown, data=data)


def _data(part: Part) -> bytes:
    """A forwarded mail is sent as it stands."""
    return part.body if part.content_type.startswith("message/") else part.payload


def safe_name(name: str | None, part: int, content_type: str) -> str:
    """A file name without path, control characters or tricks of direction, and never longer than 120 characters."""
    cleaned = "".join(c if c.isprintable() and c not in '\\/:*?"<>|' else "_" for c in name or "").strip(" .")
    if not cleaned:
        return f"part-{part}" + {"message/rfc822": ".eml", "image/png": ".png", "text/plain": ".txt"}.get(
            content_type, ""
        )
    stem, dot, ending = cleaned.rpartition(".")
    return cleaned if len(cleaned) <= 120 else f"{stem[:100]}{dot}{ending[:19]}"


@dataclass(frozen=True, kw_only=True)
class HtmlView:
    """`remote` counts the pictures that are elsewhere, shown or not."""

    document: str
    remote: int


def html_view(raw: bytes, *, remote: bool = False) -> HtmlView | None:
    """The HTML of a mail as a document to be shown in a sandboxed frame; None where it has none.

    Scripts, forms and styles are gone; pictures that came with the mail are in it, as data: addresses, because a frame
    without an origin gets nothing that needs the session. Nothing refers to a place outside, unless `remote` pictures
    are asked for: whoever sent the mail learns from them that it is being read.
    """
    message = parse(raw)
    html = read_body(message).html
    return None if html is None else sanitised(html, _pictures(message), remote=remote)


def sanitised(html: str, pictures: Mapping[str, str] | None = None, *, remote: bool = False) -> HtmlView:
    """Somebody's HTML as a document that runs nothing. `pictures` maps content ids to data: addresses."""
    known = pictures or {}
    elsewhere, room = 0, MAX_PREVIEW * 3 // 2  # base64, and some for a logo that is there twice

    def attribute(tag: str, name: str, value: str) -> str | None:
        nonlocal elsewhere, room
        if tag == "img" and name == "src":
            if value.startswith("cid:"):
                data = known.get(value.removeprefix("cid:").strip("<> ").lower(), "")
                if len(data) > room:
                    return None
                room -= len(data)
                return data or None
            if not value.strip().lower().startswith(("https://", "http://", "//")):
                return None
            elsewhere += 1
            return value if remote else None
        return value

    clean = nh3.clean(
        _bounded(html),
        tags=_TAGS,
        clean_content_tags={"script", "style", "title", "template", "noscript"},
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto", "cid", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    return HtmlView(document=_FRAME.replace("{}", clean), remote=elsewhere)


def _bounded(html: str) -> str:
    *within, rest = html[:MAX_HTML].split("<", MAX_TAGS)
    return "<".join(within) if len(within) == MAX_TAGS else "<".join([*within, rest])


_FRAME = (
    '<!doctype html><html><head><meta charset="utf-8"><base target="_blank"><style>'
    "body{font:15px/1.5 system-ui,sans-serif;margin:12px;color:#1c2326;background:#fff;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}table{max-width:100%}blockquote{margin:0 0 0 8px;padding-left:10px;"
    "border-left:3px solid #ccd3d1;color:#4f5b61}pre{white-space:pre-wrap}</style></head><body>{}</body></html>"
)


def _pictures(message: Message) -> dict[str, str]:
    found: dict[str, str] = {}
    room = MAX_PREVIEW
    for part in message.parts:
        ident = (part.headers.text("content-id") or "").strip("<> ").lower()
        if not ident or part.content_type not in IMAGES or len(part.payload) > room:
            continue
        room -= len(part.payload)
        found[ident] = f"data:{part.content_type};base64,{base64.b64encode(part.payload).decode()}"
    return found
