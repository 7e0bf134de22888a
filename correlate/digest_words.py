"""The subject of the weekly digest, in the languages that mails are shipped in."""

from collections.abc import Mapping
from typing import NamedTuple


class _Words(NamedTuple):
    """What to say of no suggested problem, of one, and of several."""

    none: str
    one: str
    several: str
    few: str | None = None
    """Of a number that ends in 2, 3 or 4, where the language has another word then."""


_WORDS: Mapping[str, _Words] = {
    "en": _Words("nothing new recurs", "1 suggested problem", "{n} suggested problems"),
    "de": _Words("nichts Neues kehrt wieder", "1 vorgeschlagenes Problem", "{n} vorgeschlagene Probleme"),
    "fr": _Words("rien de nouveau ne se répète", "1 problème suggéré", "{n} problèmes suggérés"),
    "es": _Words("nada nuevo se repite", "1 problema sugerido", "{n} problemas sugeridos"),
    "pt": _Words("nada de novo se repete", "1 problema sugerido", "{n} problemas sugeridos"),
    "it": _Words("niente di nuovo si ripete", "1 problema suggerito", "{n} problemi suggeriti"),
    "nl": _Words("niets nieuws keert terug", "1 voorgesteld probleem", "{n} voorgestelde problemen"),
    "pl": _Words(
        "nic nowego się nie powtarza", "1 sugerowany problem", "{n} sugerowanych problemów", "{n} sugerowane problemy"
    ),
}


def count_of_suggestions(number: int, language: str) -> str:
    """How many problems are suggested, in this language; English where it is not one of ours."""
    words = _WORDS.get(language, _WORDS["en"])
    if number < 2:
        return words.one if number else words.none
    few = words.few is not None and number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
    return (words.few if few and words.few else words.several).format(n=number)
