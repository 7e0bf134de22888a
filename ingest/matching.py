"""Which of the administrator's rules a mail meets: conditions on any header field and on what the envelope says.

Pure. Comparisons do not care about upper and lower case. Expressions run on google-re2, whose time is linear in the
text, so that neither a slip in a rule nor a hostile mail can hang the desk. What follows from a rule is decided
elsewhere (`correlate.rules`); only what changes how a mail is read (`ignore`, `trust`) is known here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, get_args

import re2
from msgspec import Struct

from ingest.addresses import parse_addresses
from ingest.charset import decode_header
from ingest.rule import Condition, Matcher, Operator, Ruled

OPERATORS: tuple[Operator, ...] = get_args(Operator)
PSEUDO_FIELDS: Mapping[str, str] = {
    "envelope sender": "the sender of the SMTP envelope (MAIL FROM)",
    "recipient": "every address that the mail went to",
    "route": "the address of the desk at which it came in",
    "body": "the text of the mail",
    "attachment name": "the file name of each attachment",
    "size": "the size of the whole mail, as in 500KB or 10MB",
    "verified": "yes where one of your own mail servers verified the sender's domain, else no",
    "written by": 'person, or what wrote it: "list", "notification", "auto-reply", …',
}
"""What a condition may ask of beside header fields; none of them could be the name of a field."""
ALERT_FIELDS: Mapping[str, str] = {
    "alert tool": "the tool that reports it",
    "alert hook": "the name of the hook by which it came",
    "alert severity": "critical, major, minor, warning, info or unknown",
    "alert resource": "the host or whatever is in trouble",
    "alert service": "its service, by the tool's word or as the desk knows it",
    "alert title": "its title",
    "alert label …": "a label of it by its name, as in alert label env",
}
"""What the conditions of a rule over alerts ask of. A rule is about mails or about alerts, never both."""
ALERT_LABEL = "alert label "

MAX_RULES = 500
MAX_CONDITIONS = 40
MAX_VALUE = 1_000
MAX_NAME = 100
_MAX_TEXT = 200_000
_MAX_FIELD = 10_000
_MAX_FIELDS = 200
_PATTERN_MEMORY = 4 << 20
_FIELD_NAME = re.compile(r"[!-9;-~]{1,100}")
_ADDRESS_FIELDS = frozenset(
    {"from", "to", "cc", "bcc", "reply-to", "sender", "return-path", "delivered-to", "x-original-to"}
)
_SIZES: Mapping[str, int] = {"kb": 1024, "mb": 1024**2, "gb": 1024**3, "b": 1}


class Looked(Struct, frozen=True, kw_only=True):
    """What conditions look at. `every` gives all raw values of a header field by its name in lower case."""

    every: Callable[[str], Sequence[bytes]]
    hint: str | None = None
    """The charset that the mail declares: for raw 8-bit fields."""
    values: Mapping[str, tuple[str, ...]] = {}
    """PSEUDO_FIELDS to their values; `size` is in bytes."""


_Texts = dict[tuple[str, bool, bool], tuple[str, ...]]
"""Field, whether its addresses are meant, and whether it is for expressions, to what it says: each is made once."""


# --- holding ---------------------------------------------------------------------------------------------------------


def ruled(matchers: Iterable[Matcher], looked: Looked) -> Ruled | None:
    """The rules that hold, None where there is none. A rule that cannot be used (see `problems`) never holds."""
    held: list[Matcher] = []
    texts: _Texts = {}
    for matcher in matchers:
        if matcher.enabled and matcher.when and _holds(matcher, looked, texts):
            held.append(matcher)
            if matcher.stop:
                break
    if not held:
        return None
    trusting = next((matcher for matcher in held if matcher.trust is not None), None)
    return Ruled(
        names=tuple(matcher.name for matcher in held),
        ignored_by=next((matcher.name for matcher in held if matcher.ignore), None),
        trust=trusting.trust if trusting else None,
        trusted_by=trusting.name if trusting else None,
    )


def is_about_alerts(matcher: Matcher) -> bool:
    """Whether it is a rule over alerts: one of its conditions asks of an alert."""
    return any(is_of_alerts(condition.field) for condition in matcher.when)


def is_of_alerts(field: str) -> bool:
    """Whether a field is one of an alert."""
    field = field.lower()
    return field in ALERT_FIELDS or (field.startswith(ALERT_LABEL) and len(field) > len(ALERT_LABEL))


def holds(matcher: Matcher, looked: Looked) -> bool:
    """Whether the conditions of one rule hold."""
    return bool(matcher.when) and _holds(matcher, looked, {})


def _holds(matcher: Matcher, looked: Looked, texts: _Texts) -> bool:
    answers = (_meets(condition, looked, texts) for condition in matcher.when[:MAX_CONDITIONS])
    return any(answers) if matcher.require == "any" else all(answers)


def _meets(condition: Condition, looked: Looked, texts: _Texts) -> bool:
    field, operator = condition.field.lower(), condition.operator
    if operator in ("above", "below"):
        return _weighed(operator, condition.value, looked.values.get(field, ()))
    plain = operator.removesuffix(" not")
    # Whether an address begins or ends with something is asked of the address, never of the name beside it.
    addresses = field in _ADDRESS_FIELDS and plain not in ("contains", "matches")
    key = (field, addresses, plain == "matches")
    found = texts.get(key)
    if found is None:
        found = texts[key] = tuple(_texts_of(looked, field, addresses=addresses, folded=plain != "matches")) or ("",)
    return _compared(plain, condition.value, found) != (plain != operator)


def _texts_of(looked: Looked, field: str, *, addresses: bool, folded: bool) -> Iterator[str]:
    """What a field says, bounded; for comparisons in lower case, for expressions as UTF-8 can write it."""
    given = looked.values.get(field, ()) if field in PSEUDO_FIELDS or is_of_alerts(field) else None
    for text in _field_texts(looked, field, addresses=addresses) if given is None else given:
        bounded = text[:_MAX_TEXT]
        yield bounded.casefold().strip() if folded else _encodable(bounded)


def _field_texts(looked: Looked, field: str, *, addresses: bool) -> Iterator[str]:
    for value in looked.every(field)[:_MAX_FIELDS]:
        if not addresses:
            yield decode_header(value[:_MAX_FIELD], looked.hint)
            continue
        found = parse_addresses(value[:_MAX_FIELD], looked.hint)
        yield from (box.address for box in found)
        if not found:
            yield decode_header(value[:_MAX_FIELD], looked.hint)


def _compared(operator: str, value: str, texts: Sequence[str]) -> bool:
    if operator == "matches":
        pattern = _pattern(value)
        return pattern is not None and any(pattern.search(text) for text in texts)
    wanted = value.casefold().strip()
    if operator == "is":
        return wanted in texts
    if operator == "contains":
        return any(wanted in text for text in texts)
    if operator == "starts with":
        return any(text.startswith(wanted) for text in texts)
    return operator == "ends with" and any(text.endswith(wanted) for text in texts)


def _weighed(operator: str, value: str, texts: Sequence[str]) -> bool:
    limit = size_of(value)
    if limit is None:
        return False
    sizes = [int(text) for text in texts if text.isdecimal()]
    return any(size > limit if operator == "above" else size < limit for size in sizes)


def _encodable(text: str) -> str:
    """RE2 takes UTF-8, in which halves of surrogate pairs cannot be written."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def size_of(value: str) -> int | None:
    """Bytes, from a number or a text as in "500KB"; None for anything else."""
    number, factor = value.strip().lower(), 1
    for suffix, times in _SIZES.items():
        if number.endswith(suffix):
            number, factor = number.removesuffix(suffix).strip(), times
            break
    return int(number) * factor if number.isascii() and number.isdigit() and len(number) <= 15 else None


class _PatternError(ValueError):
    """What RE2 says of an expression."""


@lru_cache(maxsize=1_000)
def _compiled(expression: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.max_mem = _PATTERN_MEMORY
    try:
        return re2.compile(expression, options)
    except re2.error as problem:
        said = problem.args[0] if problem.args else ""
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise _PatternError(words[:200]) from problem


def _pattern(expression: str) -> Any:
    try:
        return _compiled(expression)
    except _PatternError:
        return None


# --- what is wrong with a rule ----------------------------------------------------------------------------------------


def problems(matcher: Matcher) -> Iterator[str]:
    """What is wrong with the conditions of a rule, as sentences."""
    if not matcher.name.strip() or len(matcher.name) > MAX_NAME or not matcher.name.isprintable():
        yield f"a rule needs a name of at most {MAX_NAME} characters, on one line."
    if not matcher.when:
        yield 'without a condition it would hold for every mail. Write one, as in ["Subject", "contains", "x"].'
    if len(matcher.when) > MAX_CONDITIONS:
        yield f"it has {len(matcher.when)} conditions: at most {MAX_CONDITIONS} are possible."
    if len({is_of_alerts(condition.field) for condition in matcher.when}) > 1:
        yield "it asks of mails and of alerts: write one rule for each."
    for condition in matcher.when:
        yield from _condition_problems(condition)


def _condition_problems(condition: Condition) -> Iterator[str]:
    field, operator, value = condition.field.lower(), condition.operator, condition.value
    where = f'["{condition.field[:60]}", "{operator[:20]}", "{value[:60]}"]'
    if field not in PSEUDO_FIELDS and not is_of_alerts(field) and not _FIELD_NAME.fullmatch(field):
        known = ", ".join((*PSEUDO_FIELDS, *ALERT_FIELDS))
        yield f"{where}: '{condition.field[:60]}' is no header field and none of {known}."
    if operator not in OPERATORS:
        yield f"{where}: '{operator[:40]}' is no comparison; possible are: {', '.join(OPERATORS)}."
        return
    if len(value) > MAX_VALUE:
        yield f"{where}: the text to compare with is too long: at most {MAX_VALUE} characters."
    if (field == "size") != (operator in ("above", "below")):
        yield f'{where}: "above" and "below" go with "size", and "size" goes with them only.'
    elif operator in ("above", "below"):
        if size_of(value) is None:
            yield f"{where}: '{value[:40]}' is no size: write it as in 500KB or 10MB."
    elif field == "verified" and (value.strip().lower() not in ("yes", "no") or operator not in ("is", "is not")):
        yield f'{where}: "verified" is "yes" or "no".'
    elif operator.startswith("matches"):
        yield from _pattern_problems(where, value)
    elif not value.strip() and operator not in ("is", "is not"):
        yield f"{where}: say what to look for: every text contains nothing."


def _pattern_problems(where: str, expression: str) -> Iterator[str]:
    if not expression:
        yield f"{where}: an empty expression matches everything."
        return
    try:
        _compiled(expression)
    except _PatternError as problem:
        yield f"{where}: this is no expression (RE2): {problem}."
