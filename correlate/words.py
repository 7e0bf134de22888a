"""Words of people and machines made comparable: folded, stripped of what says nothing, and forgiving of a typo."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_PARTING = {code: " " for code in range(128) if not chr(code).isalnum()}
"""What parts words in plain ASCII; the pattern does the same, ten times slower."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "þ": "th"})
"""Letters that Unicode does not take apart, and that people leave out all the same where a keyboard has none."""
MAX_TEXT = 4_000
"""Characters of a text that are looked at: what a mail is about stands at its beginning."""


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Lower case without accents: "Gebühr" and "gebuhr" are one word."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.lower().translate(_STROKES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def tokens(text: str | None) -> list[str]:
    """The folded words of a text in order; digits count as words, punctuation and underscores part them."""
    return list(_tokens(text)) if text else []


@lru_cache(maxsize=8)
def _tokens(text: str) -> tuple[str, ...]:
    # A mail is looked at for names, for telling words and for symptoms, one right after the other.
    if text.isascii():
        return tuple(text[:MAX_TEXT].lower().translate(_PARTING).split())
    return tuple(fold(word) for word in _WORD.findall(text[:MAX_TEXT]))


def name_tokens(name: str | None) -> list[str]:
    """The words of a machine's name: "HostDiskFull", "helpdesk_kiosk-backend" and "host disk full" alike."""
    return tokens(_CAMEL.sub(" ", name or ""))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without the endings that change with number and case; crude, alike for European languages."""
    for ending in ("ings", "ing", "ers", "ed", "es", "en", "er", "s", "e", "n"):
        if len(word) - len(ending) >= 4 and word.endswith(ending):
            return word[: -len(ending)]
    return word


def _deletions(word: str) -> Iterator[str]:
    for position in range(len(word)):
        yield word[:position] + word[position + 1 :]


_KEPT_WORDS = 20_000


class Lexicon:
    """Known words that are found again in spite of one typo: a letter missing, added, changed or swapped.

    Words of fewer than four letters must be exact (two neighbours swapped is still seen in words of three): short
    words have too many neighbours. The look-up costs one dictionary access per letter, however many words are known
    (symmetric deletes, as in SymSpell).
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = set(words)
        self._near: dict[str, str] = {}
        self._firsts = {word[0] for word in self._words if word}
        self._lasts = {word[-1] for word in self._words if word}
        for word in sorted(self._words):
            if len(word) >= 3:
                self._near.setdefault(word, word)
            if len(word) >= 5:
                for shorter in _deletions(word):
                    self._near.setdefault(shorter, word)
        # Mails say the same words again and again.
        self.find = lru_cache(maxsize=_KEPT_WORDS)(self._find)

    def _find(self, word: str) -> str | None:
        """The known word that is meant, or None."""
        if word in self._words:
            return word
        if len(word) < 4:
            return self._swapped(word)
        if word[0] not in self._firsts and word[-1] not in self._lasts:
            return None  # one typo leaves the first letter or the last
        found = self._near.get(word)
        if found is not None and abs(len(found) - len(word)) <= 1:
            return found
        for shorter in _deletions(word):
            found = self._near.get(shorter)
            if found is not None and len(word) >= 5 and _one_edit(found, word):
                return found
        return None

    def _swapped(self, word: str) -> str | None:
        if len(word) != 3:
            return None
        for other in (word[1] + word[0] + word[2], word[0] + word[2] + word[1]):
            if other in self._words:
                return other
        return None


def _one_edit(known: str, word: str) -> bool:
    """Whether one change, insertion, deletion or swap of neighbours makes one of the other."""
    if len(known) == len(word):
        differing = [i for i, (a, b) in enumerate(zip(known, word, strict=True)) if a != b]
        if len(differing) == 1:
            return True
        if len(differing) != 2 or differing[1] != differing[0] + 1:
            return False
        first, second = differing
        return known[first] == word[second] and known[second] == word[first]
    longer, shorter = (known, word) if len(known) > len(word) else (word, known)
    return len(longer) - len(shorter) == 1 and shorter in _deletions(longer)
