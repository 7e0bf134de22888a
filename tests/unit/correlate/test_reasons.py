"""Every reason that the program can give has a sentence, and every sentence is used."""

import ast
from collections.abc import Iterator
from pathlib import Path

from correlate.reasons import SENTENCES, sentence
from correlate.records import Reason

ROOT = Path(__file__).parents[3]


def rules_in_the_program() -> Iterator[str]:
    for room in ("correlate", "desk"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reason":
                    rule = node.args[0] if node.args else next(k.value for k in node.keywords if k.arg == "rule")
                    yield from (
                        constant.value
                        for constant in (rule, *([rule.body, rule.orelse] if isinstance(rule, ast.IfExp) else []))
                        if isinstance(constant, ast.Constant)
                    )


def test_every_rule_has_a_sentence() -> None:
    assert set(rules_in_the_program()) <= set(SENTENCES)


def test_every_sentence_belongs_to_a_rule() -> None:
    assert set(SENTENCES) <= set(rules_in_the_program())


def test_a_sentence_names_its_evidence_and_bears_what_is_missing() -> None:
    assert sentence(Reason("reply in its thread", {"record": "INC-7"})) == "It replies to a mail of INC-7."
    assert sentence(Reason("reply in its thread")) == "It replies to a mail of ?."
    assert sentence(Reason("a rule of another version")) == "A rule of another version."
