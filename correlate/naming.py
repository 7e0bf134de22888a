"""Which services a text speaks of: by their names, by parts of them, and by the everyday words for such a thing."""

from collections.abc import Iterable, Mapping

from correlate.concepts import SINGLE, concepts_in, concepts_of_name
from correlate.words import Lexicon, name_tokens, stem, tokens

NAMED = 1.0
"""The whole name stands there, or something that people are declared to call it."""
CALLED = 0.7
"""An everyday word for such a service stands there, and no other service is called so."""
PARTLY = 0.5
"""A part of the name that no other service shares, or a word that a few services share."""

_LONG = 6
"""Words of fewer letters are too like others for a guess."""
_SHAREABLE = 3
"""A word that means more services than this says nothing about which one."""
_COMMON_WORDS = """
portal service services system server tool program application app online central core main internal external web
data time help desk self north south east west team work office print file mail page site entry management
"""
_COMMON = frozenset(_COMMON_WORDS.split())


class Names:
    """Derived from the names of the services; immutable once made."""

    def __init__(
        self,
        names: Iterable[str],
        aliases: Mapping[str, Iterable[str]] | None = None,
        learned: Mapping[str, str] | None = None,
    ) -> None:
        """`learned` leads from stems of words, and from marks of things ("=print"), to services (see `callings`)."""
        self._names: dict[tuple[str, ...], str] = {}
        self._joined: dict[str, str] = {}
        parts: dict[str, list[str]] = {}
        concepts: dict[str, list[str]] = {}
        for name in names:
            words = tuple(name_tokens(name))
            if not words:
                continue
            self._names.setdefault(words, name)
            if len(words) > 1:
                self._joined.setdefault("".join(words), name)
            for word in words:
                parts.setdefault(word, []).append(name)
            for concept in concepts_of_name(list(words)):
                concepts.setdefault(concept, []).append(name)
        called = [(tuple(tokens(alias)), name) for name in sorted(aliases or {}) for alias in (aliases or {})[name]]
        for words, name in called:
            if words:
                self._names.setdefault(words, name)
        self._parts = {
            word: owners[0]
            for word, owners in parts.items()
            if len(owners) == 1 and len(word) >= 4 and word not in _COMMON
        }
        self._concepts = concepts
        self._callings = Lexicon(
            word for word, meant in SINGLE.items() if len(word) >= _LONG and not concepts.keys().isdisjoint(meant)
        )
        self._learned = dict(learned or {})
        self._learned_words = Lexicon(word for word in self._learned if word[0] != "=")
        self._lexicon = Lexicon({*parts, *self._joined, *(word for words, _ in called for word in words)})
        self._longest: dict[str, int] = {}
        """First word of a name to the most words that a name with this beginning has."""
        for words in (*self._names, *((joined,) for joined in self._joined)):
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))

    def in_text(self, text: str | None) -> Mapping[str, float]:
        """Service to how plainly the text names it (NAMED, CALLED or PARTLY); one typo per word is forgiven."""
        words = tokens(text)
        repaired = [self._lexicon.find(word) or word for word in words]
        found, rest = self._whole(repaired, words)
        if found:
            return found
        for concept in concepts_in(rest) or self._mistyped(rest):
            if (meant := self._learned.get(f"={concept}")) is not None:
                found[meant] = CALLED
            owners = self._concepts.get(concept, ())
            strength = CALLED if len(owners) == 1 else PARTLY
            if len(owners) <= _SHAREABLE:
                for name in owners:
                    found[name] = max(found.get(name, 0.0), strength)
        for word in repaired:
            owner = self._parts.get(word)
            if owner is not None:
                found[owner] = max(found.get(owner, 0.0), PARTLY)
        for word in words if self._learned else ():
            known = self._learned_words.find(stem(word))
            if known is not None:
                found[self._learned[known]] = CALLED
        return found

    def _mistyped(self, words: list[str]) -> list[str]:
        """Concepts of our services that a word with a typo in it may mean; long words only."""
        found: dict[str, None] = {}
        for word in words:
            meant = self._callings.find(stem(word)) if len(word) > _LONG else None
            for concept in SINGLE.get(meant, ()) if meant is not None else ():
                found[concept] = None
        return list(found)

    def in_name(self, *names: str | None) -> str | None:
        """The service whose whole name is part of a machine's name, the longest first; no typos are forgiven."""
        for name in names:
            found, _ = self._whole(name_tokens(name), [])
            if found:
                return max(found, key=lambda service: (len(service), service))
        return None

    def _whole(self, words: list[str], spelled: list[str]) -> tuple[dict[str, float], list[str]]:
        found: dict[str, float] = {}
        if self._longest.keys().isdisjoint(words):
            return found, spelled
        rest: list[str] = []
        position = 0
        while position < len(words):
            longest = self._longest.get(words[position])
            if longest is None:
                if spelled:
                    rest.append(spelled[position])
                position += 1
                continue
            for length in range(min(longest, len(words) - position), 0, -1):
                name = self._names.get(tuple(words[position : position + length]))
                if name is None and length == 1:
                    name = self._joined.get(words[position])
                if name is not None:
                    found[name] = NAMED
                    position += length
                    break
            else:
                if spelled:
                    rest.append(spelled[position])
                position += 1
        return found, rest


def plainly_named(named: Mapping[str, float]) -> str | None:
    """The one service that is named in full, or the only one that is meant at all."""
    full = [service for service, strength in named.items() if strength >= NAMED]
    if len(full) == 1:
        return full[0]
    if not full and len(named) == 1:
        return next(iter(named))
    return max(named, key=lambda service: (named[service], service)) if named else None
