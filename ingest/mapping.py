"""Mappings that an administrator writes for tools that nobody knows: JMESPath over JSON, expressions over mails.

A mapping is a table of strings. One with `from`, `subject` or `body` reads notification mails, any other reads JSON.
docs/adding-a-tool.md says what each entry means. Expressions over mails run on google-re2, whose time is linear in
the text; the named groups of all expressions are the fields.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jmespath
import jmespath.exceptions
import re2
from msgspec import Struct

from ingest.event import Alert, AlertKind, AlertStatus, Mail, Severity
from ingest.fingerprint import without_measurements
from ingest.mapping_cost import MOST_COPIES, copies
from ingest.tools.fields import SEVERITY_WORDS, items, labels, line, links, links_within, text, word
from ingest.tools.generic import STATUS
from ingest.tools.notice import NotThisToolError, Payload, notice
from ingest.tools.times import instant

MAX_MEMBERS = 10_000
MAX_BODY = 100_000
_GROUP = re.compile(r"\{(\w+)\}")
STATUS_TABLES: tuple[AlertStatus, ...] = ("firing", "resolved", "acknowledged", "unknown")
SEVERITY_TABLES: tuple[Severity, ...] = ("critical", "major", "minor", "warning", "info")
WORD_TABLES = frozenset({*(f"{status}" for status in STATUS_TABLES), *SEVERITY_TABLES})
FIELDS = (
    "status", "severity", "resource", "service", "title", "description", "started_at", "ended_at", "link", "kind",
)  # fmt: skip
JSON_ENTRIES = frozenset({*FIELDS, *WORD_TABLES, "when", "alerts", "key", "labels"})
MAIL_ENTRIES = frozenset({*FIELDS, *WORD_TABLES, "from", "subject", "body", "key"})


class MappingError(ValueError):
    """A mapping that cannot be used; the message is one sentence that says what to change."""


class _Words(Struct, frozen=True):
    status: Mapping[str, AlertStatus]
    severity: Mapping[str, Severity]


class JsonMapping(Struct, frozen=True):
    """A compiled mapping for JSON; values are compiled JMESPath expressions."""

    name: str
    words: _Words
    expressions: Mapping[str, Any]


class MailMapping(Struct, frozen=True):
    """A compiled mapping for mails. `templates` are texts with `{group}` in them."""

    name: str
    words: _Words
    sender: Any
    subject: Any
    body: tuple[tuple[Any, Any], ...]
    templates: Mapping[str, str]
    key: tuple[str, ...]


def is_for_mails(table: Mapping[str, str]) -> bool:
    """Does this mapping read notification mails?"""
    return bool({"from", "subject", "body"} & table.keys())


def problems(name: str, table: Mapping[str, str]) -> tuple[str, ...]:
    """What is wrong with a mapping, as sentences; empty where it can be used."""
    try:
        compile_mapping(name, tuple(sorted(table.items())))
    except MappingError as problem:
        return (str(problem),)
    return ()


@lru_cache(maxsize=256)
def compile_mapping(name: str, entries: tuple[tuple[str, str], ...]) -> JsonMapping | MailMapping:
    """Compile a mapping's sorted entries. Raises MappingError."""
    table = dict(entries)
    known = MAIL_ENTRIES if is_for_mails(table) else JSON_ENTRIES
    unknown = sorted(table.keys() - known)
    if unknown:
        raise MappingError(f'Mapping "{name}" has an entry "{unknown[0]}"; known are: {", ".join(sorted(known))}.')
    words = _words(table)
    if is_for_mails(table):
        return _mail_mapping(name, table, words)
    return _json_mapping(name, table, words)


def _words(table: Mapping[str, str]) -> _Words:
    """The tables of words: `firing = "Incomplete, Canceled"`. Words that no table names mean what they usually do."""
    status: dict[str, AlertStatus] = dict(STATUS)
    severity: dict[str, Severity] = dict(SEVERITY_WORDS)
    for meaning in STATUS_TABLES:
        status.update(dict.fromkeys(_listed(table.get(meaning)), meaning))
    for rank in SEVERITY_TABLES:
        severity.update(dict.fromkeys(_listed(table.get(rank)), rank))
    return _Words(status, severity)


def _listed(said: str | None) -> list[str]:
    return [part.strip().casefold() for part in (said or "").split(",") if part.strip()]


# --- JSON ------------------------------------------------------------------------------------------


def _json_mapping(name: str, table: Mapping[str, str], words: _Words) -> JsonMapping:
    if "title" not in table:
        raise MappingError(f'Mapping "{name}" needs a "title".')
    expressions: dict[str, Any] = {}
    for entry, expression in table.items():
        if entry not in WORD_TABLES:
            try:
                expressions[entry] = jmespath.compile(expression)
                made = copies(expressions[entry].parsed)
            except (jmespath.exceptions.JMESPathError, RecursionError) as problem:
                said = " ".join(str(problem).split())[:200]
                raise MappingError(f'Mapping "{name}", entry "{entry}" is no JMESPath expression: {said}.') from problem
            if made > MOST_COPIES:
                raise MappingError(
                    f'Mapping "{name}", entry "{entry}" makes the payload over {MOST_COPIES} times as large: '
                    "write it with fewer steps that repeat it."
                )
    return JsonMapping(name, words, expressions)


def read_json(mapping: JsonMapping, payload: Payload) -> list[Alert]:
    """The alerts in a payload. Raises NotThisToolError where the mapping finds no title, or not its own payload."""
    if "when" in mapping.expressions and not _evaluate(mapping, "when", payload):
        raise NotThisToolError(f'The payload does not meet "when" of the mapping "{mapping.name}".')
    if "alerts" not in mapping.expressions:
        return [_read_member(mapping, payload)]
    members = items(_evaluate(mapping, "alerts", payload))[:MAX_MEMBERS]
    return [_read_member(mapping, member) for member in members]


def meets(name: str, table: Mapping[str, str], payload: Payload) -> bool:
    """Does a payload meet the mapping's condition `when`? False also where either cannot be evaluated."""
    try:
        mapping = compile_mapping(name, tuple(sorted(table.items())))
        return isinstance(mapping, JsonMapping) and bool(_evaluate(mapping, "when", payload))
    except (MappingError, NotThisToolError):
        return False


def _evaluate(mapping: JsonMapping, entry: str, value: Any) -> Any:
    expression = mapping.expressions.get(entry)
    if expression is None:
        return None
    try:
        return expression.search(value)
    except (jmespath.exceptions.JMESPathError, TypeError, ValueError, AttributeError, RecursionError) as problem:
        said = " ".join(str(problem).split())[:200]
        raise NotThisToolError(
            f'Entry "{entry}" of the mapping "{mapping.name}" does not fit the payload: {said}.'
        ) from problem


def _read_member(mapping: JsonMapping, member: Any) -> Alert:
    def said(entry: str) -> str | None:
        value = _evaluate(mapping, entry, member)
        return text(value[0]) if isinstance(value, list) and value else text(value)

    title = said("title")
    if title is None:
        raise NotThisToolError(f'The mapping "{mapping.name}" finds no title in the payload.')
    link, found = _evaluate(mapping, "link", member), _evaluate(mapping, "labels", member)
    key = _evaluate(mapping, "key", member)
    fields = {entry: said(entry) for entry in FIELDS if entry not in {"link", "started_at", "ended_at"}}
    return _alert(
        mapping.name,
        mapping.words,
        {**fields, "title": title},
        key={"key": key} if key not in (None, "", [], {}) else None,
        started=instant(_evaluate(mapping, "started_at", member)),
        ended=instant(_evaluate(mapping, "ended_at", member)),
        labels=labels(found if isinstance(found, dict) else member),
        links=links(link),
    )


# --- mails -----------------------------------------------------------------------------------------


def _mail_mapping(name: str, table: Mapping[str, str], words: _Words) -> MailMapping:
    if not {"from", "subject"} & table.keys():
        raise MappingError(f'Mapping "{name}" needs "from" or "subject", by which it knows the tool\'s mails.')
    lines = [part.strip() for part in table.get("body", "").splitlines() if part.strip()]
    body = tuple((_pattern(name, "body", f"(?m:{part})"), _pattern(name, "body", part)) for part in lines)
    sender, subject = _pattern(name, "from", table.get("from")), _pattern(name, "subject", table.get("subject"))
    groups = {
        group
        for pattern in (sender, subject, *(in_line for _, in_line in body))
        if pattern is not None
        for group in pattern.groupindex
    }
    templates = {entry: table[entry] for entry in FIELDS if entry in table}
    key = tuple(part.strip() for part in table.get("key", "").split(",") if part.strip())
    missing = [part for part in key if part not in groups and part not in templates]
    if missing:
        raise MappingError(
            f'Mapping "{name}" names "{missing[0]}" in "key", but no expression has a group of that name.'
        )
    return MailMapping(name, words, sender, subject, body, templates, key)


def _pattern(name: str, entry: str, expression: str | None) -> Any:
    if expression is None:
        return None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 4 << 20
    try:
        return re2.compile(expression, options)
    except re2.error as problem:
        said = problem.args[0] if problem.args else ""
        said = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise MappingError(
            f'Mapping "{name}", entry "{entry}": "{expression[:80]}" is no expression: {said[:200]}.'
        ) from problem


def read_mail(mapping: MailMapping, mail: Mail) -> Alert | None:
    """The alert in a notification mail; None where the mail is not one of this mapping's tool."""
    found = _found_in(mapping, mail)
    if found is None:
        return None
    return _alert(
        mapping.name,
        mapping.words,
        {"title": mail.subject, "description": mail.text, **found},
        key={part: found.get(part) for part in mapping.key} or None,
        started=instant(found.get("started_at")),
        ended=instant(found.get("ended_at")) or mail.date,
        labels=labels({group: said for group, said in found.items() if group not in FIELDS}),
        links=links(found["link"]) if found.get("link") else links_within(mail.text),
    )


def _found_in(mapping: MailMapping, mail: Mail) -> dict[str, str] | None:
    """What the groups found and the templates made of it; None where the mail is not this tool's."""
    address = mail.sender.address if mail.sender else ""
    found: dict[str, str] = {}
    for pattern, value in ((mapping.sender, address), (mapping.subject, mail.subject or "")):
        if pattern is not None:
            match = pattern.search(value)
            if match is None:
                return None
            _take(match, found)
    told = (mail.text or "")[:MAX_BODY]
    for anywhere, in_line in mapping.body:
        if (match := _first_in_a_line(told, anywhere, in_line)) is not None:
            _take(match, found)
    for entry, template in mapping.templates.items():
        found[entry] = _filled(template, found)
    return found


def groups_in(name: str, table: Mapping[str, str], mail: Mail) -> dict[str, str]:
    """For people who write a mapping: what its groups find in a mail. Raises MappingError."""
    compiled = compile_mapping(name, tuple(sorted(table.items())))
    return (_found_in(compiled, mail) or {}) if isinstance(compiled, MailMapping) else {}


def evaluated(name: str, table: Mapping[str, str], payload: Payload) -> dict[str, Any]:
    """For people who write a mapping: what each expression gives, for the first member where there are several.

    Raises MappingError.
    """
    compiled = compile_mapping(name, tuple(sorted(table.items())))
    if not isinstance(compiled, JsonMapping):
        return {}
    given: dict[str, Any] = {}
    member = payload
    for entry in sorted(compiled.expressions, key=lambda entry: (entry not in {"when", "alerts"}, entry)):
        try:
            given[entry] = _evaluate(compiled, entry, payload if entry in {"when", "alerts"} else member)
        except NotThisToolError as problem:
            given[entry] = str(problem)
        if entry == "alerts":
            member = next(iter(items(given[entry])), None)
    return given


def _first_in_a_line(told: str, anywhere: Any, in_line: Any) -> Any:
    """The first match within one line. A look at the whole text finds where it begins, or that there is none."""
    rough = anywhere.search(told)
    if rough is None:
        return None
    for said in told[told.rfind("\n", 0, rough.start()) + 1 :].splitlines():
        if (match := in_line.search(said)) is not None:
            return match
    return None


def _take(match: Any, found: dict[str, str]) -> None:
    """The first expression that finds a field counts."""
    for group, said in match.groupdict().items():
        if said and said.strip():
            found.setdefault(group, said.strip())


def _filled(template: str, found: Mapping[str, str]) -> str:
    """In one go: what the mail says is never a template itself."""
    return _GROUP.sub(lambda group: found.get(group[1], group[0]), template)


# --- both ------------------------------------------------------------------------------------------


def _alert(
    name: str,
    words: _Words,
    found: Mapping[str, str | None],
    *,
    key: Mapping[str, object] | None,
    started: Any,
    ended: Any,
    labels: Mapping[str, str],
    links: tuple[str, ...],
) -> Alert:
    stated, rank = found.get("status"), found.get("severity")
    status: AlertStatus = word(words.status, stated, "unknown" if stated else "firing")
    title = line(found.get("title"))
    resource, service = found.get("resource"), found.get("service")
    kinds: Mapping[str, AlertKind] = {"heartbeat": "heartbeat", "test": "test", "control": "control"}
    identity = {"resource": resource, "service": service, "title": without_measurements(title or "")}
    return notice(
        name,
        key=key or identity,
        scheme=f"map:{name}",
        status=status,
        severity=word(words.severity, rank, "unknown"),
        tool_severity=rank,
        resource=resource,
        service=service,
        title=title,
        description=found.get("description"),
        started_at=started,
        ended_at=ended,
        labels=labels,
        links=links,
        kind=word(kinds, found.get("kind"), "alert"),
    )
