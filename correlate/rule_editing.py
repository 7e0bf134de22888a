"""The page's rules are changed one at a time; each change is an input, so that a replay knows which rules held when."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from correlate.effects import CommandRefused, PolicyChanged
from correlate.records import Reason
from correlate.rules import Rule, problems, rule_from
from correlate.turn import Turn
from ingest.matching import MAX_RULES
from ingest.rule import RuleEdit

_WORDS: Mapping[str, str] = {
    "move up": "moved up",
    "move down": "moved down",
    "switch on": "switched on",
    "switch off": "switched off",
    "remove": "removed",
}


def edited(turn: Turn, edit: RuleEdit) -> None:
    """Carry out the change, or refuse it with a sentence."""
    rules = list(turn.policy.page_rules)
    place = next((n for n, rule in enumerate(rules) if rule.name == edit.name), None)
    if edit.name is not None and place is None:
        _refuse(turn, edit, Reason("no such rule", {"name": edit.name}))
        return
    if edit.what == "save":
        _save(turn, edit, rules, place)
    elif place is not None:
        done = _WORDS[edit.what]
        if edit.what == "remove":
            del rules[place]
        elif edit.what in ("switch on", "switch off"):
            rules[place] = replace(rules[place], enabled=edit.what == "switch on")
        else:
            other = place + (-1 if edit.what == "move up" else 1)
            if 0 <= other < len(rules):
                rules[place], rules[other] = rules[other], rules[place]
        _change(turn, edit, rules, edit.name or "", done)


def _save(turn: Turn, edit: RuleEdit, rules: list[Rule], place: int | None) -> None:
    try:
        rule = rule_from(edit.rule or {})
    except msgspec.ValidationError as error:
        _refuse(turn, edit, Reason("rule cannot be used", {"why": f"{error}."}))
        return
    wrong = next(problems(rule, ()), None)
    if wrong is not None:
        _refuse(turn, edit, Reason("rule cannot be used", {"why": wrong}))
        return
    taken = {known.name for known in (*turn.policy.rules, *rules)} - {edit.name}
    if rule.name in taken:
        _refuse(turn, edit, Reason("rule of this name exists", {"name": rule.name}))
    elif place is None and len(rules) >= MAX_RULES:
        _refuse(turn, edit, Reason("rule cannot be used", {"why": f"there are {MAX_RULES} rules already."}))
    elif place is None:
        _change(turn, edit, [*rules, rule], rule.name, "added")
    else:
        rules[place] = rule
        _change(turn, edit, rules, rule.name, "changed")


def _change(turn: Turn, edit: RuleEdit, rules: list[Rule], name: str, done: str) -> None:
    policy = replace(turn.policy, page_rules=tuple(rules))
    reason = Reason("rule edited", {"actor": edit.actor, "name": name, "done": done})
    turn.effects.append(PolicyChanged(cause=turn.cause, at=turn.at, reason=reason, policy=policy))


def _refuse(turn: Turn, edit: RuleEdit, reason: Reason) -> None:
    turn.effects.append(
        CommandRefused(
            cause=turn.cause, at=turn.at, reason=reason, action=f"rule {edit.what}", actor=edit.actor, subject=edit.name
        )
    )
