"""Is one model better than another? Paired, exact tests on the same labelled texts; nothing here trains anything."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

RISK = 0.05
"""A win that chance gives more often than this is no win; a loss that chance gives less often is one."""
RISK_OF_CLASS = 0.01
"""The same for a single class: there are many of them, and each is looked at."""
LEAST_LOST = 3
"""A class is not called broken over fewer answers."""


class Paired(Struct, frozen=True, kw_only=True):
    """Two models on the same texts: `won` the new one has right and the old one wrong, `lost` the other way round."""

    rows: int
    old_right: int
    new_right: int
    won: int
    lost: int

    @property
    def chance(self) -> float:
        """How probable so clear a win is where neither is better (McNemar 1947, exact, one-sided)."""
        return tail(self.won, self.won + self.lost)

    @property
    def chance_worse(self) -> float:
        """The same for the loss."""
        return tail(self.lost, self.won + self.lost)


def tail(hits: int, total: int) -> float:
    """The probability of at least `hits` heads in `total` throws of a fair coin."""
    if total == 0 or hits <= 0:
        return 1.0
    from scipy.stats import binom

    return float(binom.sf(hits - 1, total, 0.5))


def paired(old: Sequence[str | None], new: Sequence[str | None], truth: Sequence[str]) -> Paired:
    """Both models' answers against the truth; all three are of one length."""
    right = [(a == t, b == t) for a, b, t in zip(old, new, truth, strict=True)]
    return Paired(
        rows=len(right),
        old_right=sum(a for a, _ in right),
        new_right=sum(b for _, b in right),
        won=sum(b and not a for a, b in right),
        lost=sum(a and not b for a, b in right),
    )


def broken(
    old: Sequence[str | None], new: Sequence[str | None], truth: Sequence[str], risk: float = RISK_OF_CLASS
) -> dict[str, Paired]:
    """The classes whose texts the new model knows significantly worse than the old one, worst first."""
    by_class: dict[str, list[tuple[str | None, str | None, str]]] = {}
    for a, b, t in zip(old, new, truth, strict=True):
        by_class.setdefault(t, []).append((a, b, t))
    found = {}
    for value, answers in by_class.items():
        pair = paired(*(list(column) for column in zip(*answers, strict=True)))
        if pair.lost - pair.won >= LEAST_LOST and pair.chance_worse < risk:
            found[value] = pair
    return dict(sorted(found.items(), key=lambda each: each[1].won - each[1].lost))


def population_stability(before: Counter[str], now: Counter[str]) -> float:
    """The population stability index of two counts: 0 where nothing moved; by custom 0.1 is little, 0.25 is much.

    Every value counts half an observation more than there are, so that what is new does not make it infinite.
    """
    from math import log

    values = sorted({*before, *now})
    if not values:
        return 0.0
    total_before, total_now = before.total() + 0.5 * len(values), now.total() + 0.5 * len(values)
    index = 0.0
    for value in values:
        was, is_now = (before[value] + 0.5) / total_before, (now[value] + 0.5) / total_now
        index += (is_now - was) * log(is_now / was)
    return index


def chance_of_stability(before: Counter[str], now: Counter[str], risk: float = 0.01) -> float:
    """The index that mere chance stays below with probability 1 - `risk` where nothing moved: about χ²·(1/n + 1/m)."""
    from scipy.stats import chi2

    values = len({*before, *now})
    if values < 2 or not before or not now:
        return 0.0
    return float(chi2.isf(risk, values - 1)) * (1 / before.total() + 1 / now.total())
