"""Answers to what went wrong: a page with a sentence for people, JSON for programs."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import HTMLResponse, Response

from desk.web import rendering
from desk.web.page import services_of
from desk.web.security import safe_path


def wants_json(request: Request) -> bool:
    """Programs get JSON: whatever is under /api/, and whoever asks for it."""
    return request.url.path.startswith(("/api/", "/hooks/")) or "text/html" not in request.headers.get("accept", "*/*")


def login_address(request: Request) -> str:
    """The login page, which leads back to where the visitor wanted to go; after a post only to the overview."""
    if request.method != "GET":
        return "/login"
    target = safe_path(str(request.url.replace(scheme="", netloc="")))
    return "/login" if target == "/" else f"/login?{urlencode({'next': target})}"


def page(request: Request, status: int, sentence: str, headers: Mapping[str, str]) -> Response:
    """A page with one sentence and the way back."""
    title = {404: "Not here", 403: "Not allowed", 503: "Not now"}.get(status, HTTPStatus(status).phrase)
    if status == HTTPStatus.NOT_FOUND and sentence == HTTPStatus.NOT_FOUND.phrase:
        sentence = "There is no such page. The address may be mistyped."
    text = rendering.render(
        "error.html",
        {
            "status": status, "title": title, "sentence": sentence,
            "now": services_of(request).clock(), "zone": rendering.zone(None),
        },
    )  # fmt: skip
    return HTMLResponse(text, status, dict(headers))


def first_sentence(problems: Sequence[Any]) -> str:
    """What is wrong with the first field, in words."""
    if not problems:
        return "This could not be read."
    where = ".".join(str(part) for part in problems[0].get("loc", ())[1:])
    return f"{where or 'The request'}: {problems[0].get('msg', 'cannot be read')}."
