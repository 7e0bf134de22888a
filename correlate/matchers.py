"""Matchers, as in Alertmanager: conditions on the labels of an alert and on what the desk itself knows of it.

`severity="critical"`, `instance=~"web-.*"`, `env!="test"`, `team!~"net|dba"`; several are joined by commas, with or
without braces around them. Patterns match the whole value and run on google-re2, so that none can hang the desk.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

import msgspec
import re2

from correlate.records import Condition, Matcher

Operator = Literal["=", "!=", "=~", "!~"]

OWN_FIELDS = ("service", "resource", "title", "tool", "severity", "source", "fingerprint")
"""What may be matched beside labels. Where a label has the same name, either value may match."""

MAX_MATCHERS = 30
MAX_VALUE = 1_000
_PATTERN_MEMORY = 4 << 20
_KEPT_PATTERNS = 2_048

_NAME = r'[^\s=!~{},"\\]{1,200}'
_MATCHER = re.compile(
    rf'\s*(?P<name>{_NAME}|"(?:[^"\\]|\\.){{1,400}}")\s*(?P<op>=~|!~|!=|=)\s*'
    r'(?P<value>"(?:[^"\\]|\\.)*"|[^",{}\s]*)\s*(?P<end>,|$)'
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_EQUALITY = frozenset({"=", "=~"})


class MatcherError(ValueError):
    """A matcher that cannot be used; the text is a sentence for whoever wrote it."""


def parse(text: str) -> tuple[Matcher, ...]:
    """The matchers in a text, each checked. Raises MatcherError."""
    rest = text.strip()
    if rest.startswith("{") and rest.endswith("}"):
        rest = rest[1:-1].strip().removesuffix(",")
    found: list[Matcher] = []
    place = 0
    while place < len(rest):
        match = _MATCHER.match(rest, place)
        if match is None:
            raise MatcherError(f'“{rest[place : place + 60]}” cannot be read: write name="value", or =~, !=, !~.')
        found.append(Matcher(_unquoted(match["name"]), _operator(match["op"]), _unquoted(match["value"])))
        place = match.end()
    return checked(found)


def written(matchers: Iterable[Matcher]) -> str:
    """The matchers as people write them."""
    return ", ".join(f"{one.name}{one.op}{_quoted(one.value)}" for one in matchers)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def parse_all(texts: Iterable[str]) -> tuple[Matcher, ...]:
    """The matchers of several texts together. Raises MatcherError."""
    return checked([matcher for text in texts for matcher in parse(text)])


def checked(matchers: Sequence[Matcher]) -> tuple[Matcher, ...]:
    """The matchers, if they can be used. Raises MatcherError."""
    if len(matchers) > MAX_MATCHERS:
        raise MatcherError(f"There are {len(matchers)} matchers: at most {MAX_MATCHERS} are possible.")
    for matcher in matchers:
        if not matcher.name or len(matcher.name) > MAX_VALUE or len(matcher.value) > MAX_VALUE:
            raise MatcherError(f"A matcher needs a name, and at most {MAX_VALUE} characters.")
        if matcher.op in ("=~", "!~"):
            _pattern(matcher.value)
    return tuple(matchers)


def from_alertmanager(given: Iterable[Mapping[str, Any]]) -> tuple[Matcher, ...]:
    """Matchers as Alertmanager's API v2 has them: name, value, isRegex, isEqual. Raises MatcherError."""
    found: list[Matcher] = []
    for one in given:
        name, value = one.get("name"), one.get("value")
        if not isinstance(name, str) or not isinstance(value, str):
            raise MatcherError("A matcher of Alertmanager has a name and a value, both texts.")
        equal = one.get("isEqual") is not False
        op = ("=~" if equal else "!~") if one.get("isRegex") else ("=" if equal else "!=")
        found.append(Matcher(name, _operator(op), value))
    return checked(found)


def selects_something(matchers: Iterable[Matcher]) -> bool:
    """Whether at least one matcher does not match what is empty: else everything would be matched (Alertmanager's
    rule for silences)."""
    return any(not _holds(matcher, ("",)) for matcher in matchers)


class Facts:
    """What matchers look at: the labels of a condition, and the desk's own fields."""

    __slots__ = ("labels", "own")

    def __init__(self, labels: Mapping[str, str], own: Mapping[str, str | None]) -> None:
        self.labels = labels
        self.own = own

    def values(self, name: str) -> tuple[str, ...]:
        """Every value under this name; the empty one where there is none."""
        label, own = self.labels.get(name), self.own.get(name)
        if label is None:
            return (own or "",)
        return (label,) if own is None or own == label else (label, own)


def facts_of(condition: Condition) -> Facts:
    """What there is to match of a condition."""
    own = {name: getattr(condition, name) for name in OWN_FIELDS}
    return Facts(labels_of(condition), own)


def labels_of(condition: Condition) -> Mapping[str, str]:
    """The labels that the tool gave."""
    return _decoded(condition.labels) if condition.labels else {}


@lru_cache(maxsize=4096)
def _decoded(labels: str) -> Mapping[str, str]:
    return msgspec.json.decode(labels, type=dict[str, str])


def holds(matchers: Iterable[Matcher], facts: Facts) -> bool:
    """Whether every matcher holds."""
    return all(_holds(matcher, facts.values(matcher.name)) for matcher in matchers)


def _holds(matcher: Matcher, values: Iterable[str]) -> bool:
    if matcher.op in ("=", "!="):
        found = any(value == matcher.value for value in values)
    else:
        found = any(_pattern(matcher.value).fullmatch(value) is not None for value in values)
    return found == (matcher.op in _EQUALITY)


@lru_cache(maxsize=_KEPT_PATTERNS)
def _pattern(text: str) -> Any:
    options = re2.Options()
    options.max_mem = _PATTERN_MEMORY
    options.log_errors = False
    options.dot_nl = True
    try:
        return re2.compile(text, options)
    except re2.error as error:
        why = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
        raise MatcherError(f"The pattern “{text[:100]}” cannot be used: {why[:200]}.") from None


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return _ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], text[1:-1])
    return text


def _operator(text: str) -> Operator:
    return "=" if text == "=" else "!=" if text == "!=" else "=~" if text == "=~" else "!~"
