"""Which language a text is written in.

The small words of a language tell it in nearly every mail of a few sentences; where they do not, a model of byte
n-grams is asked (py3langid), which costs ten times as much.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "pl")
"""The languages that the starter model reads and that mails are shipped in, ISO 639-1."""
_OTHERS = (
    "sv", "da", "no", "fi", "cs", "sk", "hu", "ro", "tr", "ru", "uk", "bg", "el", "ar", "fa", "he", "hi", "th", "vi",
    "zh", "ja", "ko",
)  # fmt: skip
"""Told apart from those: a Swede who is answered in Dutch would wonder. Near kin of them (Catalan, Afrikaans) is not
asked for, because short texts would be taken for it."""
_ENOUGH = 20
"""Characters: a guess from fewer is worth little."""
_READ = 400
_SURE = 0.8

# Words that none of the eight shares with another, nor with a neighbour that is not among them (Danish has "for").
_SMALL_WORDS = """
en the and not you it this that with were are please our been since which there would could cannot when they your does
en did what after before because my has have
de und ist nicht ich wir mit auf ein eine einen zu bitte kann seit bei dem auch noch meine mein unser haben hat wird
de sind aber wenn zum zur sich wurde können habe heute immer wieder dass
fr les est pas je nous vous des une pour avec dans mon notre bonjour merci depuis mais cette ce aux être votre sont été
fr tout fait avez peut même où
es el los las nuestro pero muy hola tengo puedo cuando hay buenos ningún hace esto sin desde está también una con mi del
pt não uma com meu minha nosso mas já olá obrigado tenho ao pela você isso são nós bom desde está também posso
it il gli di è sono della dei nel nella questo più buongiorno grazie ho alla anche già mio stato essere ogni dal una con
it mi del posso
nl het een niet ik wij voor naar mijn onze hebben heeft kunnen maar wel nog bij aan ook sinds graag deze wordt zijn
nl geen niets
pl jest się proszę dla przez oraz czy są mnie może już mam dziękuję tylko ale który która przy dzień nas nasz działa
"""
_WORD = re.compile(r"[^\W\d_]+")
_PARTING = {code: " " for code in range(128) if not chr(code).isalpha()}
_ENOUGH_WORDS = 4
_DISTINCT = 3
_OUTWEIGH = 5
"""The language with most small words has so many times as many as the next."""


def _exclusive() -> dict[str, str]:
    """Small words that only one language has."""
    owners: dict[str, set[str]] = {}
    for line in _SMALL_WORDS.strip().split("\n"):
        code, *words = line.split()
        for word in words:
            owners.setdefault(word, set()).add(code)
    return {word: next(iter(codes)) for word, codes in owners.items() if len(codes) == 1}


_OWNER = _exclusive()


def prepare() -> None:
    """Load what the first text may need, which takes up to a second."""
    _identifier()


def language_of(text: str | None) -> str | None:
    """The ISO 639-1 code of a text's language; None for short or doubtful texts."""
    start = " ".join((text or "")[: 4 * _READ].split())[:_READ]
    if len(start) < _ENOUGH:
        return None
    return _by_small_words(start) or _by_model(start)


def language_of_mail(body: str | None, subject: str | None) -> str | None:
    """The language of what a person wrote; the subject is asked only where the body does not tell."""
    return language_of(body) or (language_of(f"{subject}\n{body or ''}") if subject else None)


def _by_small_words(text: str) -> str | None:
    lower = text.lower()
    words = lower.translate(_PARTING).split() if lower.isascii() else _WORD.findall(lower)
    heard: dict[str, int] = {}
    distinct: set[str] = set()
    for word in words:
        code = _OWNER.get(word)
        if code is not None:
            heard[code] = heard.get(code, 0) + 1
            distinct.add(word)
    if not heard:
        return None
    best = max(heard, key=lambda code: heard[code])
    if heard[best] < _ENOUGH_WORDS or _OUTWEIGH * (sum(heard.values()) - heard[best]) > heard[best]:
        return None
    return best if sum(_OWNER[word] == best for word in distinct) >= _DISTINCT else None


def _by_model(text: str) -> str | None:
    code, probability = _identifier().classify(text)
    return str(code) if probability >= _SURE else None


@cache
def _identifier() -> "LanguageIdentifier":
    """py3langid's model (Lui and Baldwin 2012), read once."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*LANGUAGES, *_OTHERS])
    return identifier
