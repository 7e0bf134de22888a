"""What a reader of changes gives to the list of them, and the one place where a `ChangeNotice` is made."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import Struct

from ingest.event import ChangeNotice
from ingest.tools.fields import line

_WORDS = re.compile(r"[a-z]+")
_ELSEWHERE = """
staging stage stg test testing qa uat dev devel development sandbox preview review preprod integration ci
"""
_NOT_PRODUCTION = frozenset(_ELSEWHERE.split())
MAX_TITLE = 200


class ChangeTool(Struct, frozen=True):
    """A tool that tells of changes. `read` gives none for a post that says nothing of one, and raises ValueError for
    what is not a post of this tool. `expects` completes "this hook expects …"."""

    name: str
    title: str
    read: Callable[[Any], ChangeNotice | None]
    looks_like: Callable[[Any], bool]
    expects: str


def change(
    ident: str | None, service: Any, title: Any, start: datetime | None, end: datetime | None = None
) -> ChangeNotice:
    """A change; a second notice with the same `ident` says more of the same change (that it is over)."""
    if end is not None and start is not None and end < start:
        end = start
    return ChangeNotice(
        id=line(ident, 200), service=line(service, 200), title=line(title, MAX_TITLE), start=start, end=end
    )


def is_production(environment: str | None) -> bool:
    """Whether a change there can trouble people; true where the name does not tell."""
    return _NOT_PRODUCTION.isdisjoint(_WORDS.findall((environment or "").lower()))
