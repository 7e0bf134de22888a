"""What is wrong, in the words of people and of tools, in eight languages: slow, failing, gone, locked out, cut off.

A symptom alone says little, for there are few of them. Beside a time at which just one thing has this symptom it says
enough, where people call that thing by a name that nobody has declared.
"""

from correlate.symptom_words import SYMPTOMS
from correlate.words import fold, stem

_DEVICES = """
mouse keyboard monitor screen display laptop notebook docking dock headset webcam camera charger adapter cable
battery trackball usb stick microphone speaker smartphone tablet desktop spreadsheet maus tastatur bildschirm
ladegerat netzteil kabel akku kopfhorer souris clavier ecran portable chargeur cle casque raton teclado pantalla
portatil cargador auriculares scherm toetsenbord muis laptopu klawiatura mysz myszy sluchawki ekranu tastiera
schermo cuffie caricabatterie portatile rato teclado ecra auscultadores carregador smartcard chipkarte notebooks
dongle hinge scharnier akku bateria batteria accu
"""
DEVICES = frozenset(stem(fold(word)) for word in _DEVICES.split())
"""Things on somebody's own desk: what is wrong with them is their own trouble."""


def _read() -> tuple[dict[str, str], dict[tuple[str, ...], str]]:
    single: dict[str, str] = {}
    phrases: dict[tuple[str, ...], str] = {}
    for line in SYMPTOMS.strip().replace("\n    ", " ").split("\n"):
        symptom, _, listed = line.partition(": ")
        for entry in listed.split(","):
            words = tuple(stem(fold(word)) for word in entry.split())
            if len(words) == 1:
                single.setdefault(words[0], symptom)
            elif words:
                phrases.setdefault(words, symptom)
    return single, phrases


_SINGLE, _PHRASES = _read()
_LENGTHS = sorted({len(words) for words in _PHRASES})
_BEGINNINGS = frozenset(words[0] for words in _PHRASES)


def is_symptom(word: str) -> bool:
    """Whether a folded and stemmed word by itself tells of a symptom."""
    return word in _SINGLE


def symptoms_in(words: list[str]) -> list[str]:
    """The symptoms that folded words (see `words.tokens`) speak of, each once."""
    stems = list(map(stem, words))
    found: dict[str, None] = {}
    last = len(stems) - 1
    for position, word in enumerate(stems):
        symptom = _SINGLE.get(word)
        if symptom is not None:
            found[symptom] = None
        if word not in _BEGINNINGS or position == last:
            continue
        for length in _LENGTHS:
            symptom = _PHRASES.get(tuple(stems[position : position + length]))
            if symptom is not None:
                found[symptom] = None
    return list(found)
