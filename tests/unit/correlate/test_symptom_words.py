"""Words of malfunction, and everyday words that only look like them."""

import pytest

from correlate.phrases import entries
from correlate.symptom_words import INNOCENT, SYMPTOMS
from correlate.symptoms import symptoms_in
from correlate.words import fold, tokens


@pytest.mark.parametrize(
    "text",
    ["Training for the new store", "The date of the record", "A logo for the plant", "Plates for the lockers"],
)
def test_everyday_words_are_no_symptoms(text: str) -> None:
    assert symptoms_in(tokens(text)) == []


@pytest.mark.parametrize(
    ("text", "symptom"),
    [("een storing", "failing"), ("la caisse plante", "failing"), ("ça traîne", "slow"), ("es ist lahm", "slow")],
)
def test_what_they_look_like_are(text: str, symptom: str) -> None:
    assert symptoms_in(tokens(text)) == [symptom]


def test_no_word_is_both() -> None:
    written = {fold(word.strip()) for line in SYMPTOMS.replace(":", ",").split("\n") for word in line.split(",")}
    assert not INNOCENT & written
    assert list(entries(SYMPTOMS))
