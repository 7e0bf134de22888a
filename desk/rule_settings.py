"""`[[rules]]` of desk.toml: rules over mails, and a sentence for whatever is wrong with one."""

import difflib
import re
from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from correlate import rules
from correlate.rules import Rule
from ingest.rule import TRUSTS

_FIELDS = tuple(field.name for field in msgspec.structs.fields(Rule))
_WHERE = re.compile(r" - at `\$\.?([a-z]*)[^`]*`")

EXAMPLE = """\
# Rules over mails, tried in this order before anything else is decided: any header field, the envelope, the text.
# What a rule can do: ignore, type, category, team, assignee, impact, urgency, priority, tags, trust, stop.
#[[rules]]
#name = "The board comes first"
#when = [["From", "ends with", "@board.example.com"], ["verified", "is", "yes"]]
#priority = "P2"
#tags = ["board"]
"""


def read_rules(content: Any, problems: list[str]) -> tuple[Rule, ...]:
    """The rules of parsed TOML; what is wrong with their shape is added to `problems`."""
    if not isinstance(content, list) or not all(isinstance(table, dict) for table in content):
        problems.append("[[rules]]: a rule begins with a line [[rules]], in two pairs of brackets.")
        return ()
    found = []
    for number, table in enumerate(content, 1):
        where = f"[[rules]] {table.get('name') or number}"
        unknown = [key for key in table if key not in _FIELDS]
        for key in unknown:
            near = difflib.get_close_matches(key, _FIELDS, 1, 0.5)
            problems.append(f"{where}: there is no setting '{key}'" + (f": did you mean '{near[0]}'?" if near else "."))
        if unknown:
            continue
        try:
            found.append(rules.rule_from(table))
        except msgspec.ValidationError as error:
            problems.append(f"{where}: {plain_words(str(error))}")
    return tuple(found)


def contradictions(found: Collection[Rule], categories: Collection[str]) -> Iterator[str]:
    """What is wrong with rules that are each well-formed, as sentences."""
    names = [rule.name for rule in found]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"[[rules]]: two rules are called '{name}': give each a name of its own."
    for rule in found:
        for problem in rules.problems(rule, categories):
            yield f"[[rules]] {rule.name[:100]}: {problem}"


def plain_words(message: str) -> str:
    """msgspec's words about a rule, for people."""
    found = _WHERE.search(message)
    field = found[1] if found else ""
    if "missing required field" in message:
        missing = re.search(r"field `([a-z]+)`", message)
        return f'it needs "{missing[1] if missing else "name"}".'
    if field == "when":
        return 'when is a list of conditions, each with three texts, as in ["Subject", "contains", "invoice"].'
    if "Invalid enum value" in message:
        value = message.partition("'")[2].partition("'")[0]
        return f"{field} cannot be '{value}'; possible are: {', '.join(choices(field))}."
    if field == "tags":
        return 'tags is a list of texts, as in ["vip", "board"].'
    wanted = "true or false" if field in ("ignore", "stop", "enabled") else "a text in quotes"
    return f"{field or 'it'} must be {wanted}."


def choices(field: str) -> tuple[str, ...]:
    """What the field of a rule may be, for the fields that have a fixed set."""
    levels = rules.LEVEL_CHOICES
    known: dict[str, tuple[str, ...]] = {
        "type": rules.TYPE_CHOICES, "priority": rules.PRIORITY_CHOICES, "impact": levels, "urgency": levels,
        "trust": TRUSTS, "require": ("all", "any"),
    }  # fmt: skip
    return known.get(field, ())
