"""Which silence or maintenance window is in force for a condition, found without trying all of them.

Derived from the silences that the situation holds: those that ask for one value of a label or field are found by that
value; only the others are tried one after another. With none, nothing costs anything.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from correlate.matchers import Facts, facts_of, holds
from correlate.records import Condition, Silence

_Key = tuple[str, str]


class Mutes:
    """The silences and windows that are not over, by id."""

    __slots__ = ("_by_value", "_others", "by_id")

    def __init__(self) -> None:
        self.by_id: dict[str, Silence] = {}
        self._by_value: dict[_Key, dict[str, None]] = {}
        self._others: dict[str, None] = {}

    def put(self, silence: Silence) -> None:
        """Take in a silence as it is now; one that is over is forgotten."""
        self._drop(silence.id)
        if silence.over:
            return
        self.by_id[silence.id] = silence
        for key in _keys(silence):
            self._by_value.setdefault(key, {})[silence.id] = None
        if not _keys(silence):
            self._others[silence.id] = None

    def _drop(self, name: str) -> None:
        known = self.by_id.pop(name, None)
        if known is None:
            return
        self._others.pop(name, None)
        for key in _keys(known):
            self._by_value[key].pop(name, None)
            if not self._by_value[key]:
                del self._by_value[key]

    def on(self, condition: Condition, at: datetime) -> Silence | None:
        """The one in force for this condition at this time that lasts longest; None where there is none."""
        return max(self.every(condition, at), key=lambda silence: (silence.ends_at, silence.id), default=None)

    def every(self, condition: Condition, at: datetime) -> Iterator[Silence]:
        """Each one that is in force for this condition at this time."""
        if not self.by_id:
            return
        facts = facts_of(condition)
        for name in dict.fromkeys(self._candidates(facts)):
            silence = self.by_id[name]
            if (
                silence.starts_at <= at < silence.ends_at
                and (not silence.services or condition.service in silence.services)
                and holds(silence.matchers, facts)
            ):
                yield silence

    def _candidates(self, facts: Facts) -> Iterator[str]:
        yield from self._others
        for names in (facts.labels, facts.own):
            for name, value in names.items():
                yield from self._by_value.get((name, value or ""), ())


def _keys(silence: Silence) -> tuple[_Key, ...]:
    """What a condition must have for the silence to fit at all: one of these values. None where that is not known."""
    if silence.services:
        return tuple(("service", service) for service in silence.services)
    exact = next((one for one in silence.matchers if one.op == "=" and one.value), None)
    return () if exact is None else ((exact.name, exact.value),)


def in_force(silences: Iterable[Silence], at: datetime) -> list[Silence]:
    """Those of the silences that are in force."""
    return [silence for silence in silences if not silence.over and silence.starts_at <= at < silence.ends_at]
