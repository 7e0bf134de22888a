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


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("Intranätet svarar inte", "gone"), ("Skanneren virker ikke", "gone"), ("Skjermen henger seg", "stuck"),
        ("Tulostin ei toimi", "gone"), ("Nikdo neotevře objednávky", "gone"), ("A rendszer nagyon lassú", "slow"),
        ("Nu se deschide pagina", "gone"), ("Hier kann niemand Bestellungen öffnen", "gone"),
        ("Nobody can open the orders", "gone"), ("Tietoja puuttuu", "stale"), ("Glömt lösenordet", "locked"),
    ],
)  # fmt: skip
def test_the_commonest_of_it_is_known_in_more_languages(text: str, symptom: str) -> None:
    assert symptom in symptoms_in(tokens(text))


def test_who_asks_whether_somebody_can_tell_them_something_speaks_of_no_malfunction() -> None:
    assert symptoms_in(tokens("Nobody can tell me where the form for a new phone is")) == []
    assert symptoms_in(tokens("Kann mir niemand sagen, wo das Formular liegt?")) == []


def test_no_word_is_both() -> None:
    written = {fold(word.strip()) for line in SYMPTOMS.replace(":", ",").split("\n") for word in line.split(",")}
    assert not INNOCENT & written
    assert list(entries(SYMPTOMS))
