"""How much an expression of JMESPath may make of what it reads.

`[@, @] | [@, @] | …` doubles with each step: thirty of them make a payload a thousand million times as large, and
whoever writes it out never comes to an end. So the copies that an expression can make are counted before it is used.
"""

from collections.abc import Mapping
from functools import reduce
from operator import mul
from typing import Any

MOST_COPIES = 1_000
_FACTORS = {"to_string": 2}
"""It writes a backslash before what is quoted within quotes, and one before that the next time."""
_BY_LENGTH = 100
"""What a `join` with a glue out of the payload counts as: it puts the one text between all the others."""
_DEEPEST = 100
"""Steps within steps, so that it does not depend on who calls whether an expression can be evaluated."""
_IN_TURN = frozenset({
    "pipe", "subexpression", "index_expression", "projection", "filter_projection", "value_projection",
})  # fmt: skip


def copies(node: Mapping[str, Any], depth: int = 1) -> int:
    """How many times the parsed expression can hold what it is given, at most. Raises RecursionError."""
    if depth > _DEEPEST:
        raise RecursionError(f"it has more than {_DEEPEST} steps within steps")
    inner = [copies(child, depth + 1) for child in node["children"] if isinstance(child, Mapping)]
    if node["type"] in _IN_TURN:
        return reduce(mul, inner, 1)
    if node["type"] != "function_expression":
        return max(1, sum(inner))
    if any(child["type"] == "expref" for child in node["children"]):
        return reduce(mul, inner, 1)
    glued = node["value"] == "join" and node["children"] and node["children"][0]["type"] != "literal"
    return max(1, sum(inner)) * (_BY_LENGTH if glued else _FACTORS.get(node["value"], 1))
