"""Labels that should not be learned from before a person has looked: those that contradict each other on equal texts,
and those of somebody whose labels differ from what everybody else's teach far more often than others' do."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct

from classify.classification import Text
from classify.features import SUBJECT_CHARACTERS, WORD_CHARACTERS, normalized

ALIKE = 0.8
"""Texts of which at least this share of words is the same (Jaccard 1901) count as near-equal."""
_FEWEST_WORDS = 4
_WORD = re.compile(r"[^\W\d_]+")
_MOST_IN_BLOCK = 60
SURE = 0.5
"""An answer of other people's labels counts as sure from this calibrated probability."""
LEAST_DOUBTFUL = 8
"""Fewer labels that differ are a matter of opinion."""
SHARE = 0.6
"""Share of somebody's labels that must differ before they are doubted together."""
ONE_WORD = 0.8
"""Whoever gives this share of their labels one value files everything under it, where the texts are of many kinds."""
KINDS = 3
LEAST_OTHERS = 20
"""Labels of others that one person's are compared with."""
RISK_OF_PERSON = 0.01
"""A difference that chance gives more often than this says nothing about somebody."""


class Labelled(Struct, frozen=True, kw_only=True):
    """One label of one text, and who gave it. `judged` labels a person has looked at already."""

    key: str
    text: Text
    value: str
    actor: str
    judged: bool = False


def words_of(text: Text) -> frozenset[str]:
    """What a text is compared by: its distinct words, without numbers."""
    whole = f"{normalized(text.subject, SUBJECT_CHARACTERS)} {normalized(text.body, WORD_CHARACTERS)}"
    return frozenset(_WORD.findall(whole))


def contradictions(labelled: Sequence[Labelled]) -> list[list[Labelled]]:
    """Groups of labels with different values on equal or near-equal texts, largest first.

    A text is compared with those that share its rarest words only, so it takes little more than one pass. Very short
    texts must be equal: three words say too little.
    """
    sets = [words_of(one.text) for one in labelled]
    often = Counter(word for words in sets for word in words)
    blocks: dict[object, list[int]] = {}
    for place, words in enumerate(sets):
        blocks.setdefault(words, []).append(place)
        for word in sorted(words, key=lambda w: (often[w], w))[:3]:
            blocks.setdefault(word, []).append(place)
    parent = list(range(len(labelled)))
    for places in blocks.values():
        for number, one in enumerate(places):
            for other in places[max(0, number - _MOST_IN_BLOCK) : number]:
                if _alike(sets[one], sets[other]):
                    parent[_root(parent, one)] = _root(parent, other)
    groups: dict[int, list[Labelled]] = {}
    for place, label in enumerate(labelled):
        groups.setdefault(_root(parent, place), []).append(label)
    found = [group for group in groups.values() if len({label.value for label in group}) > 1]
    return sorted(found, key=lambda group: (-len(group), group[0].key))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    if one == other:
        return bool(one)
    if min(len(one), len(other)) < _FEWEST_WORDS:
        return False
    return len(one & other) >= ALIKE * len(one | other)


def _root(parent: list[int], place: int) -> int:
    while parent[place] != place:
        parent[place] = parent[parent[place]]
        place = parent[place]
    return place


class Odd(Struct, frozen=True, kw_only=True):
    """Somebody whose labels differ: these labels, their share of all that they gave, and that of everybody else."""

    actor: str
    labels: tuple[Labelled, ...]
    share: float
    others: float


def odd_people(labelled: Sequence[Labelled], learned: Mapping[str, tuple[str | None, float]]) -> list[Odd]:
    """People whose labels differ from what everybody else's teach: who files texts of many kinds under one word, or
    whose labels differ far more often than others' do.

    `learned` has, for the key of a label, what a model says that saw no label of that person, and how sure it is
    (confident learning, Northcutt and others 2021, by person). Shares are compared with a one-sided exact test
    (Fisher 1922).
    """
    differs: dict[str, list[Labelled]] = {}
    given: Counter[str] = Counter(one.actor for one in labelled)
    for one in labelled:
        value, sure = learned.get(one.key, (None, 0.0))
        if not one.judged and value is not None and value != one.value and sure >= SURE:
            differs.setdefault(one.actor, []).append(one)
    total = sum(map(len, differs.values()))
    found = []
    for actor, doubtful in sorted(differs.items()):
        share, rest = len(doubtful) / given[actor], given.total() - given[actor]
        if len(doubtful) < LEAST_DOUBTFUL or share < SHARE:
            continue
        others = total - len(doubtful)
        unlike = rest >= LEAST_OTHERS and _fisher(len(doubtful), given[actor], others, rest) < RISK_OF_PERSON
        if unlike or _one_word([one for one in labelled if one.actor == actor], doubtful, learned):
            found.append(Odd(actor=actor, labels=tuple(doubtful), share=share, others=others / rest if rest else 0.0))
    return found


def overruling(labelled: Sequence[Labelled], decided: Mapping[str, str]) -> list[Odd]:
    """People who overrule most of what the model in force was sure enough of to decide, and whom nobody bears out.

    `decided` has, for the key of a label, what that model decided. It promises that few of these answers are wrong: so
    either it has become wrong, or these labels are.
    """
    borne_out: dict[tuple[str, str], Counter[str]] = {}
    for one in labelled:
        if one.key in decided and decided[one.key] != one.value:
            borne_out.setdefault((decided[one.key], one.value), Counter())[one.actor] += 1
    found = []
    for actor in sorted({one.actor for one in labelled}):
        of_sure = [one for one in labelled if one.actor == actor and one.key in decided]
        over = [
            one
            for one in of_sure
            if not one.judged
            and decided[one.key] != one.value
            and not any(who != actor and n >= _BEARS_OUT for who, n in borne_out[decided[one.key], one.value].items())
        ]
        if len(over) >= LEAST_DOUBTFUL and len(over) >= SHARE * len(of_sure):
            found.append(Odd(actor=actor, labels=tuple(over), share=len(over) / len(of_sure), others=0.0))
    return found


_BEARS_OUT = 3
"""Labels of another person that say the same of the same answer."""


def _one_word(
    given: Sequence[Labelled], doubtful: Sequence[Labelled], learned: Mapping[str, tuple[str | None, float]]
) -> bool:
    values = Counter(one.value for one in given)
    kinds = Counter(learned[one.key][0] for one in doubtful)
    one_sided = values.most_common(1)[0][1] >= ONE_WORD * values.total()
    return one_sided and len(kinds) >= KINDS and kinds.most_common(1)[0][1] <= SHARE * kinds.total()


def _fisher(hits: int, of: int, other_hits: int, other_of: int) -> float:
    from scipy.stats import hypergeom

    return float(hypergeom.sf(hits - 1, of + other_of, hits + other_hits, of))
