"""Careful reading of fields from payloads of which nothing can be taken for granted.

Every function takes whatever JSON can hold and gives what was asked for, or None (an empty list or mapping):
a wrong type is the same as nothing said. Lengths, depths and counts are bounded.
"""

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from ingest.event import Severity

MAX_TEXT = 32_768
MAX_LINE = 500
MAX_LABELS = 400
MAX_LABEL_VALUE = 2_000
MAX_DEPTH = 6
MAX_LINKS = 20

# Template variables that nobody filled in: the tool said nothing. $VAR$, {{x}}, {X}, %%X%%, *alertX*.
_UNFILLED = re.compile(
    r"\$\{?[A-Za-z_][\w.:]*\}?\$?|\{\{?[^{}]*\}?\}|%%?[A-Za-z_]\w*%%?|\*[a-z]+[A-Z]\w*\*|\*insert [^*]*\*|<no value>"
)
_NOTHING = frozenset({"", "null", "none", "undefined", "nil", "n/a", "-", "*unknown*", "(null)", "(none)"})
_LONGEST_NOTHING = max(map(len, _NOTHING))
_PLACEHOLDER_STARTS = frozenset("${%*<")
_UNSAFE = re.compile(r"[<>\"']")
_URL = re.compile(r"https?://[^\s<>\"']{3,2000}", re.IGNORECASE)

T = TypeVar("T")


def text(value: Any) -> str | None:
    """A string that says something. Numbers and truth values become strings; unfilled placeholders are nothing."""
    if isinstance(value, str):
        if 0 < len(value) <= MAX_LINE and _is_plain(value):
            return value
        value = value.strip()[:MAX_TEXT]
        if value.casefold() in _NOTHING or (value[0] in _PLACEHOLDER_STARTS and _UNFILLED.fullmatch(value)):
            return None
        return encodable(value)
    return number_text(value)


def encodable(value: str) -> str:
    """`value` without lone surrogates, which JSON can smuggle in and no encoding can carry."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def number_text(value: Any) -> str | None:
    """A number or truth value as a string; None for everything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else None
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return None


def _is_plain(value: str) -> bool:
    """The ordinary case, told without the cost of the careful one."""
    if not (value.isascii() and value.isprintable() and value[0].isalnum() and value[-1] != " "):
        return False
    return "  " not in value and (len(value) > _LONGEST_NOTHING or value.casefold() not in _NOTHING)


def line(value: Any, limit: int = MAX_LINE) -> str | None:
    """A text as one line, white space folded, cut at `limit` characters."""
    if type(value) is str and 0 < len(value) <= limit and _is_plain(value):
        return value
    said = text(value)
    if said is None:
        return None
    said = " ".join(said[: 4 * limit].split())
    return (said if len(said) <= limit else said[: limit - 1] + "…") or None


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def dig(value: Any, *path: str | int) -> Any:
    """Follow keys and positions; None where the path ends early."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def pick(source: Any, *names: str) -> str | None:
    """The first of these fields that says something."""
    if not isinstance(source, dict):
        return None
    for name in names:
        if (said := text(source.get(name))) is not None:
            return said
    return None


def has(value: Any, *names: str) -> bool:
    """Is this an object with all these fields, whatever they hold?"""
    return isinstance(value, dict) and all(name in value for name in names)


def fields_of(value: Any, *names: str) -> int:
    """How many of these fields the object has."""
    return sum(name in value for name in names) if isinstance(value, dict) else 0


def folded(source: Mapping[str, Any]) -> dict[str, Any]:
    """The same mapping under names in lower case without separators: `starts_at`, `startsAt` and `Starts-At` meet."""
    return {fold(name): value for name, value in reversed(source.items())} if isinstance(source, dict) else {}


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    return re.sub(r"[\W_]+", "", name[:100]).casefold()


def word(table: Mapping[str, T], value: Any, otherwise: T) -> T:
    """Look a tool's word up, whatever its case; a number is looked up by its digits."""
    said = text(value)
    return otherwise if said is None else table.get(said.casefold(), otherwise)


def labels(*sources: Any) -> dict[str, str]:
    """All key/value pairs as strings, nested keys joined with dots. Later sources win; bounded in count and depth."""
    found: dict[str, str] = {}
    for source in sources:
        if isinstance(source, dict):
            _collect(source, "", found, 0)
    return found


def _collect(source: dict[Any, Any], prefix: str, found: dict[str, str], depth: int) -> None:
    for key, value in source.items():
        if len(found) >= MAX_LABELS:
            return
        name = encodable(f"{prefix}{key}"[:200])
        if isinstance(value, dict):
            if depth < MAX_DEPTH:
                _collect(value, f"{name}.", found, depth + 1)
        elif isinstance(value, list):
            plain = [said for item in value[:50] if not isinstance(item, (dict, list)) and (said := text(item))]
            if plain:
                found[name] = ", ".join(plain)[:MAX_LABEL_VALUE]
            for position, item in enumerate(value[:20]):
                if isinstance(item, dict) and depth < MAX_DEPTH:
                    _collect(item, f"{name}.{position}.", found, depth + 1)
        elif (said := text(value)) is not None:
            found[name] = said[:MAX_LABEL_VALUE]


def strings(value: Any) -> dict[str, str]:
    """A mapping of names to strings exactly as stated (numbers as their digits), without the empty ones."""
    said = ((name, item if isinstance(item, str) else number_text(item)) for name, item in mapping(value).items())
    return {encodable(name): encodable(item) for name, item in said if item}


def pairs(value: Any, key: str = "key", held: str = "value") -> dict[str, str]:
    """A list of {key, value} objects, of [key, value] pairs, of "key:value" strings, or a mapping, as a mapping."""
    if isinstance(value, dict):
        return {encodable(name[:200]): said for name, item in value.items() if (said := text(item)) is not None}
    found: dict[str, str] = {}
    if isinstance(value, str):
        value = re.split(r"[,;\n]", value[:MAX_TEXT])
    for item in items(value)[:MAX_LABELS]:
        name, said = _pair(item, key, held)
        if name and said:
            found.setdefault(name, said[:MAX_LABEL_VALUE])
    return found


def _pair(item: Any, key: str, held: str) -> tuple[str | None, str | None]:
    if isinstance(item, dict):
        return pick(item, key), pick(item, held)
    if isinstance(item, list) and len(item) == 2:
        return text(item[0]), text(item[1])
    if isinstance(item, str):
        name, separator, said = item.partition(":" if ":" in item else "=")
        return (text(name), text(said)) if separator else (None, None)
    return None, None


def links(*values: Any) -> tuple[str, ...]:
    """Absolute http(s) addresses among these values, each once, in order."""
    found: dict[str, None] = {}
    for value in values:
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, str) and (address := address_in(item.strip())):
                found[address] = None
    return tuple(found)[:MAX_LINKS]


def address_in(said: str) -> str | None:
    """`said` if all of it is an http(s) address."""
    if not said.startswith(("http://", "https://", "HTTP://", "HTTPS://")) or not 10 <= len(said) <= 2_000:
        return None
    return encodable(said) if said.isprintable() and " " not in said and not _UNSAFE.search(said) else None


def links_within(prose: str | None) -> tuple[str, ...]:
    """Addresses that stand in running text."""
    return links(*(found.rstrip(".,;:)]}>") for found in _URL.findall((prose or "")[:MAX_TEXT])[:MAX_LINKS]))


def paragraphs(*values: Any) -> str | None:
    """Several texts as one: each once, and none that another already holds."""
    kept: list[str] = []
    for part in filter(None, map(text, filter(None, values))):
        for other in kept:
            if part in other:
                break
        else:
            kept = [other for other in kept if other not in part] if kept else []
            kept.append(part)
    return "\n\n".join(kept)[:MAX_TEXT] or None


def first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


_SEVERITIES: Mapping[Severity, str] = {
    "critical": """critical crit fatal emergency emerg disaster page p0 p1 sev0 sev1 sev-1 urgent severe panic alert
        blocker""",
    "major": "major high error err p2 sev2 sev-2",
    "minor": "minor medium average moderate p3 sev3 ticket",
    "warning": "warning warn low p4 sev4 degraded",
    "info": "info informational information notice debug none ok normal p5 sev5 trivial success",
}
SEVERITY_WORDS: Mapping[str, Severity] = {said: meant for meant, words in _SEVERITIES.items() for said in words.split()}
"""Words that mean the same in most tools. A tool whose words mean something else has a table of its own."""
