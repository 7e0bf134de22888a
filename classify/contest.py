"""Is one model better than another? Paired, exact tests on the same labelled texts; nothing here trains anything."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

RISK = 0.05
"""A win that chance gives more often than this is no win; a loss that chance gives less often is one."""
LEAST_LOST = 3
"""A class is not called broken over fewer answers."""
SHARE_LOST = 0.02
"""Nor over less than this share of its texts: among thousands, a loss that nobody would notice is beyond chance too."""
FIRST_LOOK = 10
"""Labels at which a challenger is first compared with the model in force."""


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


def risk_of_look(labels: int, looked_at: int) -> float:
    """What a comparison on so many new labels may risk where the last one in vain was on `looked_at` of them (0: none).

    Every night compares anew, with a few labels more. The risk is spent as labels come in and never twice (Lan and
    DeMets 1983), so that all looks at one model in force together risk no more than RISK, in whatever way they depend
    on each other. A third is spent at the first FIRST_LOOK labels, and less and less with each doubling.
    """
    return RISK * max(_spent(labels) - _spent(looked_at), 0.0)


def _spent(labels: int) -> float:
    from math import log2

    return 0.0 if labels < FIRST_LOOK else 1 - 2 / (3 + log2(labels / FIRST_LOOK))


def by_class(old: Sequence[str | None], new: Sequence[str | None], truth: Sequence[str]) -> dict[str, Paired]:
    """Both models on the texts of each class."""
    answers: dict[str, list[tuple[str | None, str | None, str]]] = {}
    for a, b, t in zip(old, new, truth, strict=True):
        answers.setdefault(t, []).append((a, b, t))
    return {value: paired(*(list(column) for column in zip(*rows, strict=True))) for value, rows in answers.items()}


Name = TypeVar("Name", bound=Hashable)


def broken(classes: Mapping[Name, Paired], risk: float = RISK) -> dict[Name, Paired]:
    """The classes whose texts the new model knows worse than the old one, worst first.

    Each class is a test, and with a hundred of them chance alone would break one every other night. So the share of
    classes that are called broken by chance is held below `risk` (Benjamini and Hochberg 1995), and so is the chance
    that any is where none is. Classes on which the models hardly differ cannot come out and do not count (Tarone 1990,
    Gilbert 2005).
    """
    least = {name: 0.5 ** (pair.won + pair.lost) for name, pair in classes.items()}
    factor = 1
    while sum(each <= risk / factor for each in least.values()) > factor:
        factor += 1
    counted = sorted(
        (pair.chance_worse, place, name)
        for place, (name, pair) in enumerate(classes.items())
        if least[name] <= risk / factor
    )
    passed = max(
        (rank for rank, (chance, _, _) in enumerate(counted, 1) if chance <= rank * risk / len(counted)), default=0
    )
    found = {name: classes[name] for _, _, name in counted[:passed] if _is_much(classes[name])}
    return dict(sorted(found.items(), key=lambda each: each[1].won - each[1].lost))


def _is_much(pair: Paired) -> bool:
    return pair.lost - pair.won >= max(LEAST_LOST, SHARE_LOST * pair.rows)


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
