"""What came in, as it came: raw inputs as text, attachments as downloads, HTML in a frame where nothing runs."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from desk.web import mailparts
from desk.web.page import Page, SignedIn
from desk.web.security import DOWNLOAD, FRAMED, FRAMED_WITH_PICTURES
from ingest.event import Input

router = APIRouter()

SHOWN = 200_000
"""Bytes of a raw input that its page shows; the rest is in the download."""


def _input(page: Page, position: int) -> Input:
    found = page.services.journal.get(position) if 0 < position < 2**62 else None
    if found is None:
        raise HTTPException(404, "The journal has no input at this position.")
    return found


def _body(page: Page, position: int) -> bytes:
    body = _input(page, position).body
    if body is None:
        raise HTTPException(410, "The content of this input has been erased; the mark of it remains.")
    return body


@router.get("/inputs/{position}")
def show(page: SignedIn, position: int, view: str = "", images: bool = False) -> Response:
    """The raw input as text, with what the door noted about it."""
    found = _input(page, position)
    body = found.body
    html = mailparts.html_view(body) if found.kind == "mail" and body is not None else None
    with page.reading() as connection:
        return page.render(
            connection,
            "input.html",
            input=found,
            erasure=page.services.journal.erasure(position) if body is None else None,
            text=None if body is None else body[:SHOWN].decode("utf-8", "replace"),
            cut=body is not None and len(body) > SHOWN,
            size=None if body is None else len(body),
            html=html is not None,
            remote=html.remote if html is not None else 0,
            images=images,
            view=view,
        )


@router.get("/inputs/{position}/raw")
def raw(page: SignedIn, position: int) -> Response:
    """The bytes, for download, as plain text: what nobody's program runs or renders."""
    kind = _input(page, position).kind
    ending = {"mail": "eml", "webhook": "json", "change": "json", "command": "json"}.get(kind, "txt")
    return _download(_body(page, position), f"input-{position}.{ending}", "text/plain")


@router.get("/inputs/{position}/parts/{part}")
def part(page: SignedIn, position: int, part: int, show: bool = False) -> Response:
    """One attachment: a download, or with `show` a picture to look at."""
    found = mailparts.attachment(_body(page, position), part)
    if found is None:
        raise HTTPException(404, "This mail has no such part.")
    if show and found.content_type in mailparts.IMAGES:
        return Response(found.data, media_type=found.content_type, headers=DOWNLOAD | _KEPT)
    return _download(found.data, found.filename, found.content_type)


_KEPT = {"cache-control": "private, max-age=86400, immutable"}


@router.get("/inputs/{position}/html")
def html(page: SignedIn, position: int, images: bool = False) -> Response:
    """The mail's HTML, sanitised, for a sandboxed frame; with its pictures from elsewhere where they are asked for."""
    found = mailparts.html_view(_body(page, position), remote=images)
    if found is None:
        raise HTTPException(404, "This mail has no HTML.")
    return HTMLResponse(found.document, headers=(FRAMED_WITH_PICTURES if images else FRAMED) | _KEPT)


def _download(data: bytes, filename: str, content_type: str) -> Response:
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in filename)
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
    return Response(data, media_type=content_type, headers=DOWNLOAD | _KEPT | {"content-disposition": named})
