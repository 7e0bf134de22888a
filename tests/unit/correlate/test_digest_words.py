"""The digest's subject says how much is suggested, in the desk's language."""

import pytest

from correlate.digest_words import count_of_suggestions
from desk.config_sections import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_none_one_and_several_are_said_in_every_shipped_language(language: str) -> None:
    said = [count_of_suggestions(number, language) for number in (0, 1, 2, 5)]
    assert len(set(said)) == 4
    assert "5" in said[3]
    assert language == "en" or said[0] != count_of_suggestions(0, "en")


@pytest.mark.parametrize(
    ("number", "words"), [(3, "3 sugerowane"), (5, "5 sugerowanych"), (13, "13 sugerowanych"), (22, "22 sugerowane")]
)
def test_polish_counts_as_it_does(number: int, words: str) -> None:
    assert count_of_suggestions(number, "pl").startswith(words)


def test_a_language_of_ones_own_gets_english() -> None:
    assert count_of_suggestions(2, "sv") == "2 suggested problems"
