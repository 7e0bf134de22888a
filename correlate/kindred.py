"""Words of one origin in several languages: who writes "catalogue" and who writes "catalogo" mean the same thing.

No dictionary is needed for it: names of things in the languages of Europe are often one word, and begin alike.
"""

from collections.abc import Mapping

from correlate.symptoms import is_symptom

_BEGINNING = 6
"""So many equal letters make two words kindred; fewer are too often chance."""
_SOME = 0.05
"""The share of the mails of a crowd of which a word must be: what one person happened to say is not the thing."""
_OFTEN = 0.25
"""The same for the fewer people who are asked about."""


def kindred(one: Mapping[str, int], two: Mapping[str, int], people: tuple[int, int]) -> float:
    """How much two topics (word to the number of mails that had it) have kindred words in them, from 0 to 1: the share
    of the fewer people who use such a word.

    `people` are the numbers of those who wrote to each. Words that both have, and words of symptoms, do not count.
    """
    (few, one), (many, two) = sorted(((people[0], one), (people[1], two)), key=lambda each: each[0])
    here = _beginnings(one, two, few, _OFTEN)
    there = _beginnings(two, one, many, _SOME) if here else {}
    return max((share for beginning, share in here.items() if beginning in there), default=0.0)


def _beginnings(topic: Mapping[str, int], other: Mapping[str, int], people: int, least: float) -> dict[str, float]:
    found: dict[str, float] = {}
    for word, count in topic.items():
        share = min(1.0, count / max(1, people))
        if len(word) < _BEGINNING or word[0] in "=~" or share < least or word in other or is_symptom(word):
            continue
        beginning = word[:_BEGINNING]
        found[beginning] = max(share, found.get(beginning, 0.0))
    return found
