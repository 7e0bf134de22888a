"""What things in an office are called by those who use them, in eight languages: "Drucker" and "print queue" are one.

A concept joins words of people with names of services: a service whose name (or a word of it) belongs to a concept is
meant by every word of it. The tables hold everyday IT and office words, and what companies of all trades name their
applications after; what is special to a house is learned from its own mails.
"""

from itertools import chain

from correlate.phrases import entries
from correlate.thing_words import THINGS
from correlate.trade_words import TRADES
from correlate.words import stem


def _read() -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, ...], str]]:
    """Words to their concepts, and phrases, all of whose words must occur together ("shared drive")."""
    single: dict[str, dict[str, None]] = {}
    phrases: dict[tuple[str, ...], str] = {}
    for concept, words in chain(entries(THINGS), entries(TRADES)):
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
_SHORT_PART = 4
_ENDINGS = """
    abrechnung abteilung administratie anlage annahme anzeige app archiv archivet ausgabe auskunft bank beheer
    bestand bestelling bestellung buch buchung daten datenbank dienst erfassung freigabe kalender karte kasse
    kassen katalog kontor kontroll kontrolle lager lauf lijst lista liste listen maske meldung modul monitor
    nummer ordnung overzicht plan planen planer planning planung platz portaal portal portalen portalet programm
    programma programmet rechner register registratie schein software stand statistik steuerung suche systeem
    store system systemen systemet tabelle tafel terminal ubersicht uebersicht verwaltung wesen zeiten zentrale zettel
"""
_TAILS = frozenset(_ENDINGS.split())
"""What the second part of a compound says of no service in particular."""


_DERIVED_WORDS = "cion ment mente ments ness sao schaft ship sion sions soes tion tions zione"
_DERIVED = frozenset(_DERIVED_WORDS.split())
_VOWELS = "aeiouy"


def _is_second_part(rest: str, before: str) -> bool:
    """Whether `rest` may be a word of its own: "author|isation" and "permis|sion" are one word each."""
    return len(rest) >= _SHORT_PART and rest not in _DERIVED and (rest[0] not in _VOWELS or before[-1] == "s")


def _compound(word: str) -> tuple[str, ...]:
    """What a long compound begins with: "Einkaufssystem" is purchasing, "Bettenplan" the beds.

    A short beginning counts only before a second part that compounds are known to end with: "Radiologe" is no radio.
    """
    for length in range(len(word) - 3, _SHORT_PART - 1, -1):
        begins, rest = word[:length], word[length:]
        if rest in _TAILS or (length >= _COMPOUND_PART and len(word) >= _COMPOUND and _is_second_part(rest, begins)):
            found = SINGLE.get(stem(begins))
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


def concepts_of_name(words: list[str]) -> list[str]:
    """The concepts that the name of a service speaks of; also what a compound ends with: "Hafenfunk" is radio.

    Names are chosen to tell what a thing is. In running text the ends of words mislead: "afterwards" is no ward.
    """
    found = dict.fromkeys(concepts_in(words))
    for word in words:
        if _SPOKEN[word] is not None:
            continue
        for start in range(_SHORT_PART, len(word) - _SHORT_PART + 1):
            if word[start:] not in _TAILS and (meant := SINGLE.get(stem(word[start:]))):
                found.update(dict.fromkeys(meant))
                break
    return list(found)
