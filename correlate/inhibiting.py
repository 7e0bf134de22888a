"""Inhibition: while one condition fires nobody is told of another that follows from it (Alertmanager's rules).

A rule has matchers for the source and for the target, and labels whose values must be equal in both. What fires as a
source is kept by these values, so that looking for one costs the same with ten conditions as with a hundred thousand.
"""

from collections.abc import Mapping

from correlate.declared import Inhibition
from correlate.matchers import Facts, facts_of, holds
from correlate.records import Condition

_FIRING = frozenset({"firing", "acknowledged"})
_Values = tuple[str, ...]


class Sources:
    """The conditions that fire and are the source of a rule. `rules` may be empty: then nothing is kept."""

    __slots__ = ("_firing", "_places", "rules")

    def __init__(self, rules: tuple[Inhibition, ...] = ()) -> None:
        self.rules = rules
        self._firing: tuple[dict[_Values, dict[str, None]], ...] = tuple({} for _ in rules)
        self._places: dict[str, list[tuple[int, _Values]]] = {}

    def put(self, condition: Condition) -> None:
        """Take in a condition as it is now."""
        for number, values in self._places.pop(condition.fingerprint, ()):
            known = self._firing[number][values]
            known.pop(condition.fingerprint, None)
            if not known:
                del self._firing[number][values]
        if condition.status not in _FIRING:
            return
        facts = facts_of(condition)
        for number, rule in enumerate(self.rules):
            if holds(rule.source, facts):
                values = _equal(rule, facts)
                self._firing[number].setdefault(values, {})[condition.fingerprint] = None
                self._places.setdefault(condition.fingerprint, []).append((number, values))

    def over(self, condition: Condition, conditions: Mapping[str, Condition]) -> tuple[Inhibition, Condition] | None:
        """The first rule by which something that fires inhibits this condition, and what that is.

        A condition that fits both sides of a rule is not inhibited by another that does, nor by itself.
        """
        if not self.rules:
            return None
        facts = facts_of(condition)
        for number, rule in enumerate(self.rules):
            sources = self._firing[number].get(_equal(rule, facts))
            if not sources or not holds(rule.target, facts):
                continue
            both = holds(rule.source, facts)
            for fingerprint in sources:
                source = conditions.get(fingerprint)
                if source is None or fingerprint == condition.fingerprint:
                    continue
                if not (both and holds(rule.target, facts_of(source))):
                    return rule, source
        return None


def _equal(rule: Inhibition, facts: Facts) -> _Values:
    return tuple(facts.values(name)[0] for name in rule.equal)
