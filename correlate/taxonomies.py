"""The categories in force: changed one at a time by inputs of their own, and applied to what a model says.

A model knows the categories that it was trained with. Until another one is trained, what it says of renamed and merged
ones counts for their present names; one that was split or taken away is not decided any more.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from classify import taxonomy as taxonomies
from classify import taxonomy_edits as edits
from classify.classification import Alternative, Classification, Verdict
from classify.taxonomy import Taxonomy, TaxonomyError
from correlate.effects import PolicyChanged
from correlate.policy import Policy
from correlate.records import Reason
from correlate.turn import Turn
from ingest.event import Command

ACTION = "taxonomy"
_LONGEST_WHY = 300
_DONE: Mapping[str, str] = {
    "add": "added",
    "rename": "renamed",
    "remove": "removed",
    "merge": "merged",
    "split": "split",
    "adopt": "taken over from history",
    "replace": "replaced by those of history",
}


def in_force(policy: Policy) -> Taxonomy:
    """The desk's own categories, or those that it comes with."""
    return policy.taxonomy if policy.taxonomy is not None else _shipped()


@lru_cache(maxsize=1)
def _shipped() -> Taxonomy:
    return taxonomies.load()


def taxonomy_command(turn: Turn, command: Command) -> bool:
    """Change the categories, or refuse with a sentence; False for another command."""
    if command.action != ACTION:
        return False
    what = str(command.arguments.get("what"))
    before = in_force(turn.policy)
    try:
        changed = edited(before, what, command.subject or "", command.arguments)
    except TaxonomyError as problem:
        turn.refuse(command, Reason("taxonomy cannot be changed so", {"why": str(problem)}))
        return True
    name = command.subject or ", ".join(_names(command.arguments, "names"))
    why = _text(command.arguments, "why")
    done = f"{_DONE[what]} (“{why[:_LONGEST_WHY]}”)" if why else _DONE[what]
    evidence = {"actor": command.actor, "name": name[:200], "done": done}
    policy = replace(turn.policy, taxonomy=changed)
    turn.effects.append(
        PolicyChanged(cause=turn.cause, at=turn.at, reason=Reason("taxonomy changed", evidence), policy=policy)
    )
    _carried_over(turn, before, changed)
    return True


def _carried_over(turn: Turn, before: Taxonomy, after: Taxonomy) -> None:
    """Open records under a name that means another one now have that; where it could mean several, a person says."""
    moved = moves(before, after)
    for number in tuple(turn.situation.open_records) if moved else ():
        record = turn.situation.records[number]
        name = moved.get(record.category or "")
        if name is not None:
            turn.changed(
                replace(record, category=name), "category", Reason("category is called so now", {"name": name})
            )


def moves(before: Taxonomy, after: Taxonomy) -> dict[str, str]:
    """Categories whose labels and open records count for another one after the change, with that one."""
    meant = {name: after.meant(name) for name in before.categories()}
    return {name: into[0] for name, into in meant.items() if len(into) == 1 and into[0] != name}


def edited(taxonomy: Taxonomy, what: str, name: str, given: Mapping[str, Any]) -> Taxonomy:
    """The taxonomy after one change. Raises TaxonomyError with a sentence."""
    into = given.get("into")
    match what:
        case "add":
            return edits.added(taxonomy, name, _text(given, "parent"), _text(given, "about"))
        case "rename":
            return edits.renamed(taxonomy, name, _text(given, "to") or "")
        case "remove":
            return edits.removed(taxonomy, name, _text(given, "into"))
        case "merge":
            return edits.merged(taxonomy, _names(given, "names"), into if isinstance(into, str) else "")
        case "split":
            return edits.split(taxonomy, name, _names(given, "into"))
        case "adopt":
            return edits.adopted(taxonomy, _names(given, "names"), _text(given, "parent"))
        case "replace":
            return edits.replaced(taxonomy, _names(given, "names"), _text(given, "parent"))
    raise TaxonomyError(f"Categories can be {', '.join(_DONE)}: not {what[:40]!r}.")


def _text(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    return value.strip() or None if isinstance(value, str) else None


def _names(given: Mapping[str, Any], name: str) -> Sequence[str]:
    value = given.get(name)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []


def present(policy: Policy, classification: Classification | None) -> Classification | None:
    """What a model said, in the categories that are in force."""
    if policy.taxonomy is None or classification is None or classification.category.value is None:
        return classification
    return replace(classification, category=present_verdict(policy.taxonomy, classification.category))


def present_verdict(taxonomy: Taxonomy, verdict: Verdict) -> Verdict:
    """An answer in the categories of a taxonomy; undecided where what was said is split or gone."""
    shares: dict[str, float] = {}
    said = [(verdict.value or "", verdict.confidence), *((a.value, a.confidence) for a in verdict.alternatives)]
    for value, confidence in said:
        for name in taxonomy.meant(value)[:1]:
            shares[name] = shares.get(name, 0.0) + confidence
    if not shares:
        return replace(verdict, value=None, confidence=0.0, decided=False, alternatives=())
    ranked = sorted(shares.items(), key=lambda pair: -pair[1])
    value, confidence = ranked[0]
    certain = taxonomy.meant(verdict.value or "") == (value,)
    return replace(
        verdict,
        value=value,
        confidence=min(confidence, 1.0),
        decided=verdict.decided and certain,
        alternatives=tuple(Alternative(*each) for each in ranked[1:]),
    )
