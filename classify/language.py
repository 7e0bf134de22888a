"""Which language a text is written in."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "pl")
"""The languages that the starter model reads, ISO 639-1."""
_ENOUGH = 20
"""Characters: a guess from fewer is worth little."""
_READ = 400
_SURE = 0.8


def language_of(text: str | None) -> str | None:
    """The ISO 639-1 code of a text's language among LANGUAGES; None for short or doubtful texts."""
    start = " ".join((text or "").split())[:_READ]
    if len(start) < _ENOUGH:
        return None
    code, probability = _identifier().classify(start)
    return str(code) if probability >= _SURE else None


@cache
def _identifier() -> "LanguageIdentifier":
    """py3langid's model (Lui and Baldwin 2012), read once."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
