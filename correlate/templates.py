"""What kind of trouble a text speaks of: the text with everything masked that differs from case to case."""

import re
from functools import lru_cache

from correlate.records import Condition

_VARIABLE = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"']+)"
    r"|(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
    r"|(?P<uuid>\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b)"
    r"|(?P<time>\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\b"
    r"|\b\d\d?:\d\d(?::\d\d)?\b)"
    r"|(?P<ip>\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b)"
    r"|(?P<hex>\b(?:0x[0-9a-fA-F]+|(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,64})\b)"
    r"|(?P<host>\b[a-zA-Z][\w]{0,40}(?:-[\w]{1,40}){0,6}-?\d{1,4}(?:\.[a-zA-Z][\w-]{0,60}){0,5}(?::\d{1,5})?\b)"
    r"|(?P<number>[+-]?\d+(?:[.,]\d+)*)"
)
_SPACE = re.compile(r"\s+")
_MASK = re.compile(r"<[a-z]+>")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LETTERS = re.compile(r"[^\W\d_]+")
_BEGINNING = 4
MAX_LENGTH = 160


def template_of(text: str | None, resource: str | None = None) -> str:
    """The text with URLs, addresses, times, hosts and numbers masked, and without the resource it is about.

    At most 160 characters; empty for nothing. One ordered pattern without nested repetition, so that no text is slow.
    """
    if not text:
        return ""
    shown = text[:1_000]
    if resource and resource in shown:
        shown = shown.replace(resource, "<resource>")
    return _masked(shown)


@lru_cache(maxsize=20_000)
def _masked(shown: str) -> str:
    return _SPACE.sub(" ", _VARIABLE.sub(_mask, shown)).strip()[:MAX_LENGTH]


def _mask(found: re.Match[str]) -> str:
    return f"<{found.lastgroup}>"


def kinds_of(condition: Condition) -> frozenset[str]:
    """The beginnings of the words of its template, by which two tools' names for one kind of trouble are recognised:
    "SyncLag" and "last sync <number> h ago" share one. Where it only names its service, there are none."""
    return _kinds_in(condition.template) - _kinds_in(condition.service or "")


@lru_cache(maxsize=20_000)
def _kinds_in(template: str) -> frozenset[str]:
    plain = _MASK.sub(" ", _CAMEL.sub(" ", template)).lower()
    return frozenset(word[:_BEGINNING] for word in _LETTERS.findall(plain) if len(word) >= _BEGINNING)
