"""What is wrong, in the words of people and of tools, in eight languages: slow, failing, gone, locked out, cut off.

A symptom alone says little, for there are few of them. Beside a time at which just one thing has this symptom it says
enough, where people call that thing by a name that nobody has declared.
"""

from correlate.phrases import Phrases
from correlate.symptom_words import INNOCENT, SYMPTOMS
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


_SYMPTOMS = Phrases(SYMPTOMS, INNOCENT)


def is_symptom(word: str) -> bool:
    """Whether a folded and stemmed word by itself tells of a symptom."""
    return word in _SYMPTOMS.single


def symptoms_in(words: list[str]) -> list[str]:
    """The symptoms that folded words (see `words.tokens`) speak of, each once."""
    return list(dict.fromkeys(name for name, _, _ in _SYMPTOMS.found_in(words)))
