"""Search: a number leads straight to its page, anything else to a list."""

import re

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from desk.web.page import SignedIn
from desk.web.queries import problems, record, search

router = APIRouter()

_NUMBER = re.compile(r"\s*(INC|REQ|PRB|SUG)[- ]?([1-9][0-9]{0,8})\s*", re.IGNORECASE)


@router.get("/search")
def show(page: SignedIn, q: str = "") -> Response:
    words = q.strip()[:200]
    with page.reading() as connection:
        if (match := _NUMBER.fullmatch(words)) is not None:
            number = f"{match.group(1).upper()}-{match.group(2)}"
            folder, there = {
                "PRB": ("problems", problems.problem),
                "SUG": ("suggestions", problems.suggestion),
            }.get(number[:3], ("records", record.find))
            if there(connection, number) is not None:
                return RedirectResponse(f"/{folder}/{number}", 303)
        found = search.find(connection, words) if words else None
        return page.render(connection, "search.html", words=words, found=found)
