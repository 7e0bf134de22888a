"""What a rule over mails is made of, as far as reading is concerned (`ingest.matching` looks whether it holds)."""

from collections.abc import Mapping
from typing import Any, Literal, get_args

from msgspec import Struct

Operator = Literal[
    "is", "is not", "contains", "contains not", "starts with", "ends with", "matches", "matches not", "above", "below"
]
Trust = Literal["person", "tool", "spam"]
TRUSTS: tuple[Trust, ...] = get_args(Trust)


class Condition(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """`["Subject", "contains", "invoice"]`: a header field or one of `matching.PSEUDO_FIELDS`, how, with what."""

    field: str
    operator: str
    value: str


class Matcher(Struct, frozen=True, kw_only=True):
    """When a rule holds, and what it says about reading the mail. A rule that holds with `stop` is the last one."""

    name: str
    when: tuple[Condition, ...]
    require: Literal["all", "any"] = "all"
    enabled: bool = True
    stop: bool = False
    ignore: bool = False
    trust: Trust | None = None


class Ruled(Struct, frozen=True, kw_only=True):
    """The rules that a mail meets, in their order; the first that ignores it, and the first that says whom to trust."""

    names: tuple[str, ...]
    ignored_by: str | None = None
    trust: Trust | None = None
    trusted_by: str | None = None


class RuleEdit(Struct, frozen=True, kw_only=True):
    """What an administrator did on the page of rules. `name` is the rule's present name; None for a new one."""

    what: Literal["save", "move up", "move down", "switch on", "switch off", "remove"]
    actor: str
    name: str | None = None
    rule: Mapping[str, Any] | None = None
    """The whole rule as it is to be, for "save"; `correlate.rules` gives it its type."""
