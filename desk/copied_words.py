"""What one mail said, and taking it out of whatever has a copy of it.

A copy is the subject, a stretch of its text, or a word that nobody else wrote of the same matter. Words that others
wrote too are theirs, and names of services are the house's own.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from correlate.subjects import subject_of
from correlate.templates import template_of
from correlate.words import fold, name_tokens, stem, tokens

GONE = "(erased)"
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"(?:INC|REQ|PRB|SUG|CHG|SIL|MNT)-\d{1,9}")
_BEFORE = re.compile(r"[]:](?: p[1-5])?$")
"""What stands before a subject in that of another mail: "Re: [INC-7] P3"."""
_SHORTEST_WORD = 3
_SHORTEST_STRETCH = 20
_MOST = 4_000
"""Characters of `tokens`: longer texts are looked at piece by piece."""


def words_in(text: str | None) -> set[str]:
    """The words of a text, each as it is compared elsewhere: folded, and folded and stemmed."""
    text = text or ""
    found: set[str] = set()
    for start in range(0, len(text), _MOST // 2):
        folded = tokens(text[start : start + _MOST])
        found.update(folded, map(stem, folded))
    return found


def _line(text: str) -> str:
    return " ".join(text.split()).casefold()


class Copied(Struct, frozen=True):
    """What a mail said: `subjects` as they may stand elsewhere, all its `text` in one line, and the `words` of it that
    are its alone."""

    subjects: frozenset[str]
    text: str
    words: frozenset[str]

    @classmethod
    def of(cls, subjects: Iterable[str], texts: Iterable[str], theirs: Iterable[str]) -> "Copied":
        """From the mail's subjects and texts; `theirs` are words that others wrote, or that name things here."""
        subjects, texts = set(filter(None, subjects)), list(filter(None, texts))
        own = set().union(*map(words_in, (*subjects, *texts)))
        kept = {word for word in own - set(theirs) if len(word) >= _SHORTEST_WORD}
        shown = subjects | {template_of(subject) for subject in subjects}
        shown |= {subject_of("", subject, reply=False).removeprefix("[]").strip() for subject in subjects}
        return cls(
            frozenset(line for subject in shown if (line := _line(subject))),
            "\n".join(map(_line, texts)),
            frozenset(kept),
        )

    def has_word(self, word: str) -> bool:
        """Whether this word is the mail's alone; marks of things and symptoms ("=print") are nobody's."""
        folded = fold(word)
        return bool(folded) and folded[0] not in "=~" and not self.words.isdisjoint((folded, stem(folded)))

    def is_subject(self, text: str | None) -> bool:
        return text is not None and _line(text) in self.subjects

    def without(self, value: Any) -> Any:
        """The value (plain JSON) without what was copied: strings lose it, lists and keys that were such words go."""
        if isinstance(value, str):
            return self.text_without(value)
        if isinstance(value, Mapping):
            return {name: self.without(each) for name, each in value.items() if not self._is_word(name)}
        if isinstance(value, list):
            return [self.without(each) for each in value if not (isinstance(each, str) and self._is_word(each))]
        return value

    def text_without(self, text: str) -> str:
        """A text without what was copied into it."""
        line = _line(text)
        if not line or _NUMBER.fullmatch(text):
            return text
        if line in self.subjects or (len(line) >= _SHORTEST_STRETCH and line in self.text):
            return GONE
        for subject in self.subjects:
            before = line.removesuffix(" " + subject)
            if before != line and _BEFORE.search(before):
                return f"{' '.join(text.split())[: len(before)]} {GONE}"
        return _WORD.sub(lambda found: "…" if self.has_word(found[0]) else found[0], text) if self.words else text

    def _is_word(self, text: str) -> bool:
        return bool(self.words) and _WORD.fullmatch(text) is not None and self.has_word(text)


def names_of(values: Iterable[str | None]) -> set[str]:
    """The words of names that are the house's own: services, hosts, categories."""
    found: set[str] = set()
    for value in values:
        parts = name_tokens(value)
        found.update(parts, map(stem, parts), words_in(value))
    return found
