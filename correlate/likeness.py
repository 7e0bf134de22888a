"""How well words fit what was written of one trouble before, against the words of any mail of the house."""

from collections.abc import Mapping
from math import log

from correlate.lore import Lore

_MANY_MAILS = 5
"""From so many on it tells that a mail has none of the words that most of them have."""
_OFTEN = 0.9
_MOST_MISSED = -3.0
_OWN_SHARE = 0.5
"""Of the words of a mail about an incident, so many are about it."""
_UNHEARD = -0.35
_UNHEARD_RARE = -0.7
"""What a word tells that was never written of it: more where the house never wrote it at all, as it is with names."""


def likeness(
    lore: Lore, topic: Mapping[str, int], people: int, words: list[str], *, lacks: bool = True
) -> float | None:
    """The logarithm of how much likelier these words are in a mail about this topic than in any mail; None where no
    word is shared.

    A mail about an incident takes half of its words from what was written of it before, the rest from all mails.
    """
    told, shared = _missed(topic, people, words) if lacks else 0.0, False
    for word in words:
        if word[0] in "=~":
            continue
        count = topic.get(word)
        if count is None:
            told += _UNHEARD_RARE if word not in lore.words else _UNHEARD
        else:
            share = min(1.0, count / max(people, 1))
            told += log(_OWN_SHARE * share / lore.usual(word) + 1 - _OWN_SHARE)
            shared = True
    return told if shared else None


def _missed(topic: Mapping[str, int], people: int, words: list[str]) -> float:
    """What it says that a mail has none of the words that most mails about the topic have."""
    if people < _MANY_MAILS:
        return 0.0
    absent = 0.0
    for word, count in topic.items():
        if 2 * count >= people and word[0] not in "=~":
            if word in words:
                return 0.0
            absent += log(1 - _OFTEN * min(1.0, count / people))
    return max(absent, _MOST_MISSED)
