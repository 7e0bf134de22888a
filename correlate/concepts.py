"""What things in an office are called by those who use them, in eight languages: "Drucker" and "print queue" are one.

A concept joins words of people with names of services: a service whose name (or a word of it) belongs to a concept is
meant by every word of it. The table holds everyday IT and office words only; what is special to a house is learned
from its own mails.
"""

from correlate.phrases import entries
from correlate.thing_words import THINGS
from correlate.words import stem


def _read() -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, ...], str]]:
    """Words to their concepts, and phrases, all of whose words must occur together ("shared drive")."""
    single: dict[str, dict[str, None]] = {}
    phrases: dict[tuple[str, ...], str] = {}
    for concept, words in entries(THINGS):
        if len(words) == 1:
            single.setdefault(words[0], {})[concept] = None
        else:
            phrases.setdefault(words, concept)
    return {word: tuple(names) for word, names in single.items()}, phrases


SINGLE, PHRASES = _read()
LONGEST_PHRASE = max(len(words) for words in PHRASES)
_FOLLOWERS = {first: frozenset(words[1] for words in PHRASES if words[0] == first) for first, *_ in PHRASES}
"""The first word of a phrase to the second words that it may have."""


_KEPT_WORDS = 20_000
_COMPOUND = 9
_COMPOUND_PART = 6


def _compound(word: str) -> tuple[str, ...]:
    """What a long compound begins with: "Einkaufssystem" is purchasing."""
    if len(word) < _COMPOUND:
        return ()
    for length in range(len(word) - 3, _COMPOUND_PART - 1, -1):
        found = SINGLE.get(stem(word[:length]))
        if found:
            return found
    return ()


class _Spoken(dict[str, tuple[tuple[str, ...], frozenset[str]] | None]):
    """Word to the concepts that it stands for by itself and the words that may follow it in a phrase; None where it
    tells nothing. Filled as words come: mails say the same words again and again."""

    def __missing__(self, word: str) -> tuple[tuple[str, ...], frozenset[str]] | None:
        root = stem(word)
        concepts, followers = SINGLE.get(root) or _compound(word), _FOLLOWERS.get(root, frozenset())
        if len(self) >= _KEPT_WORDS:
            self.clear()
        self[word] = (concepts, followers) if concepts or followers else None
        return self[word]


_SPOKEN = _Spoken()


def concepts_in(words: list[str]) -> list[str]:
    """The concepts that folded words (see `words.tokens`) speak of, in order of mention, each once.

    A phrase wins over its single words: "shared drive" is files, not a drive.
    """
    found: dict[str, None] = {}
    after, last = 0, len(words) - 1
    for position, spoken in enumerate(map(_SPOKEN.__getitem__, words)):
        if spoken is None or position < after:
            continue
        concepts, followers = spoken
        if followers and position < last and stem(words[position + 1]) in followers:
            stems = tuple(map(stem, words[position : position + LONGEST_PHRASE]))
            for length in range(len(stems), 1, -1):
                concept = PHRASES.get(stems[:length])
                if concept is not None:
                    concepts = (concept,)
                    after = position + length
                    break
        for concept in concepts:
            found[concept] = None
    return list(found)
