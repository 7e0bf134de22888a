"""Opsgenie's search language for alerts: `status: open AND (priority: P1 OR tag: "net core") AND NOT message: test*`.

Words beside each other are joined by AND; a word without a field is looked for in the texts of the alert; `*` and `?`
stand for any signs (support.atlassian.com, "Search queries for alerts").
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import re2

LONGEST = 1_000
"""Characters of a query."""
_DEEPEST = 20
_TERMS = 100
_TOKEN = re.compile(r'\s*(?P<sign>"(?:[^"\\]|\\.)*"|[()]|<=|>=|!=|[:<>=]|[^\s()":<>=!]+)')
_VALUE = re.compile(r'\s*(?P<sign>"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+)')
_ESCAPED = re.compile(r"\\(.)")
_WORD = re.compile(r"\w+")
_OPERATORS = frozenset({":", "=", "!=", "<", ">", "<=", ">="})
_TIMES = {"createdat": "createdAt", "updatedat": "updatedAt", "lastoccurredat": "lastOccurredAt",
          "snoozeduntil": "snoozedUntil"}  # fmt: skip
_EXACT = {"status": "status", "priority": "priority", "alias": "alias", "tinyid": "tinyId", "alertid": "id", "id": "id",
          "owner": "owner", "acknowledged": "acknowledged", "isseen": "isSeen", "snoozed": "snoozed"}  # fmt: skip
_PROSE = {"message": "message", "description": "description", "source": "source", "entity": "entity"}
_LISTED = {"tag": "tags", "tags": "tags", "actions": "actions"}
_ANYWHERE = ("message", "description", "alias", "entity", "source", "tags", "tinyId")

Alert = Mapping[str, Any]
Fits = Callable[[Alert], bool]


class QueryError(ValueError):
    """A query that cannot be read; the text is a sentence for whoever wrote it."""


def fits(query: str) -> Fits:
    """What tells whether an alert, as the API gives it, is asked for. Raises `QueryError`."""
    if len(query) > LONGEST:
        raise QueryError(f"A query has at most {LONGEST} characters.")
    return _Reader(query).read() if query.strip() else lambda _: True


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0
        self._terms = 0

    def read(self) -> Fits:
        found = self._either(0)
        if self._peek() is not None:
            raise self._fault()
        return found

    def _fault(self) -> QueryError:
        rest = self._text[self._place :].strip()
        return QueryError(f"The query cannot be read at “{rest[:40]}”." if rest else "The query ends too early.")

    def _peek(self, pattern: re.Pattern[str] = _TOKEN) -> str | None:
        match = pattern.match(self._text, self._place)
        if match is None and self._text[self._place :].strip():
            raise self._fault()
        return None if match is None else match["sign"]

    def _take(self, pattern: re.Pattern[str] = _TOKEN) -> str:
        match = pattern.match(self._text, self._place)
        if match is None:
            raise self._fault()
        self._place = match.end()
        return match["sign"]

    def _either(self, depth: int, field: tuple[str, str] | None = None) -> Fits:
        if depth > _DEEPEST:
            raise QueryError("The query has too many brackets.")
        found = [self._both(depth, field)]
        while self._peek() == "OR":
            self._take()
            found.append(self._both(depth, field))
        return found[0] if len(found) == 1 else lambda alert: any(one(alert) for one in found)

    def _both(self, depth: int, field: tuple[str, str] | None) -> Fits:
        found = [self._one(depth, field)]
        while (sign := self._peek()) not in (None, "OR", ")"):
            if sign == "AND":
                self._take()
            found.append(self._one(depth, field))
        return found[0] if len(found) == 1 else lambda alert: all(one(alert) for one in found)

    def _one(self, depth: int, field: tuple[str, str] | None) -> Fits:
        self._terms += 1
        if self._terms > _TERMS:
            raise QueryError(f"A query has at most {_TERMS} terms.")
        sign = self._peek() if field is None else self._peek(_VALUE)
        if sign == "NOT":
            self._take()
            if depth > _DEEPEST:
                raise QueryError("The query has too many brackets.")
            other = self._one(depth + 1, field)
            return lambda alert: not other(alert)
        if sign == "(":
            self._take()
            inner = self._either(depth + 1, field)
            if self._take() != ")":
                raise self._fault()
            return inner
        if sign is None or sign in _OPERATORS or sign in (")", "AND", "OR"):
            raise self._fault()
        if field is not None:
            return _term(*field, _unquoted(self._take(_VALUE)))
        word = self._take()
        if self._peek() not in _OPERATORS:
            said = _pattern(_unquoted(word), exact=False)
            return lambda alert: any(said(value) for name in _ANYWHERE for value in _texts(alert.get(name)))
        operator = self._take()
        if self._peek(_VALUE) == "(":
            self._take(_VALUE)
            inner = self._either(depth + 1, (word, operator))
            if self._take() != ")":
                raise self._fault()
            return inner
        if self._peek(_VALUE) == ")":
            raise self._fault()
        return _term(word, operator, _unquoted(self._take(_VALUE)))


def _unquoted(sign: str) -> str:
    return _ESCAPED.sub(r"\1", sign[1:-1]) if sign.startswith('"') else sign


def _term(field: str, operator: str, value: str) -> Fits:
    name = field.casefold()
    if name in _TIMES or name == "count" or operator in ("<", ">", "<=", ">="):
        return _compared(_TIMES.get(name, field), operator, value, moment=name in _TIMES)
    said = _pattern(value, exact=name in _EXACT or name in _LISTED)
    values = _values_of(name, field)
    if operator == "!=":
        return lambda alert: not any(said(one) for one in values(alert))
    return lambda alert: any(said(one) for one in values(alert))


def _values_of(name: str, field: str) -> Callable[[Alert], Iterable[str]]:
    """What a field says of an alert; a field that alerts do not have is one of their details."""
    known = _EXACT.get(name) or _PROSE.get(name) or _LISTED.get(name)
    if known is not None:
        return lambda alert: _texts(alert.get(known))
    if name in ("acknowledgedby", "closedby"):
        key = "acknowledgedBy" if name == "acknowledgedby" else "closedBy"
        return lambda alert: _texts(alert["report"].get(key))
    if name in ("team", "teams", "responder", "responders", "recipients"):
        return lambda alert: [
            said
            for one in alert["responders"]
            if not name.startswith("team") or one.get("type") == "team"
            for key in ("name", "username", "id")
            for said in _texts(one.get(key))
        ]
    if name in ("integration.name", "integration.type", "integration.id"):
        return lambda alert: _texts(alert["integration"].get(name.partition(".")[2]))
    if name == "details.key":
        return lambda alert: list(alert["details"])
    if name == "details.value":
        return lambda alert: list(alert["details"].values())
    key = field.removeprefix("details.")
    return lambda alert: _texts(alert["details"].get(key))


def _texts(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _pattern(value: str, *, exact: bool) -> Callable[[str], bool]:
    """Whether a text is this value, or has its words in this order where it need not be `exact`."""
    wanted = value.casefold()
    if "*" in wanted or "?" in wanted:
        signs = {"*": "(?s:.*)", "?": "(?s:.)"}
        pattern = re2.compile("".join(signs.get(sign) or re2.escape(sign) for sign in wanted))
        if exact:
            return lambda text: pattern.fullmatch(text.casefold()) is not None
        return lambda text: any(pattern.fullmatch(part) for part in (text.casefold(), *text.casefold().split()))
    if exact:
        return lambda text: text.casefold() == wanted
    words = _WORD.findall(wanted)
    return lambda text: text.casefold() == wanted or (bool(words) and _has_words(_WORD.findall(text.casefold()), words))


def _has_words(text: list[str], words: list[str]) -> bool:
    return any(text[place : place + len(words)] == words for place in range(len(text) - len(words) + 1))


def _compared(field: str, operator: str, value: str, *, moment: bool) -> Fits:
    wanted = _moment(value) if moment else _number(value)

    def fits_it(alert: Alert) -> bool:
        said = alert.get(field)
        if said is None:
            said = alert["details"].get(field)
        try:
            known = datetime.fromisoformat(said).timestamp() if moment else float(said)
        except (TypeError, ValueError):
            return False
        match operator:
            case "<":
                return known < wanted
            case ">":
                return known > wanted
            case "<=":
                return known <= wanted
            case ">=":
                return known >= wanted
            case "!=":
                return known != wanted
        return known == wanted

    return fits_it


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise QueryError(f"“{value[:40]}” is no number.") from None


def _moment(value: str) -> float:
    """Seconds since the epoch: milliseconds as Opsgenie counts them, or a date."""
    if value.isascii() and value.isdigit() and len(value) < 16:
        return int(value) / 1000 if len(value) > 10 else float(value)
    day_first = re.fullmatch(r"(\d\d)-(\d\d)-(\d{4})", value)
    written = f"{day_first[3]}-{day_first[2]}-{day_first[1]}" if day_first is not None else value
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        raise QueryError(f"“{value[:40]}” is no time: write milliseconds since 1970, or a date.") from None
    return (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).timestamp()
