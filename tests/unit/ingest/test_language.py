"""The language of a mail: told where it is plain, and not guessed where it is not."""

import csv
from pathlib import Path

import pytest

from ingest.language import _by_small_words, language_of

TICKETS = Path(__file__).parents[3] / "classify" / "starter" / "tickets"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The printer on the third floor has been jammed since this morning."),
        ("de", "Der Drucker im dritten Stock ist seit heute Morgen gestört."),
        ("fr", "L’imprimante du troisième étage est bloquée depuis ce matin."),
        ("es", "La impresora de la tercera planta está atascada desde esta mañana."),
        ("pt", "A impressora do terceiro andar está encravada desde esta manhã."),
        ("it", "La stampante al terzo piano è bloccata da questa mattina."),
        ("nl", "De printer op de derde verdieping is sinds vanochtend vastgelopen."),
        ("pl", "Drukarka na trzecim piętrze nie działa od dzisiejszego ranka."),
    ],
)
def test_a_sentence_tells_its_language(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "VPN", "status", "INC-7", "Outlook SAP Citrix", "1234 5678 90", "??!", "x" * 400])
def test_what_does_not_tell_is_not_guessed(text: str) -> None:
    assert language_of(text) is None


def test_tickets_in_eight_languages() -> None:
    rows = [
        row
        for file in sorted(TICKETS.glob("*.csv"))
        for row in csv.DictReader(file.read_text("utf-8").splitlines(keepends=True))
    ]
    told = [(language_of(f"{row['subject']}\n{row['text']}"), row["language"]) for row in rows]

    wrong = [pair for pair in told if pair[0] is not None and pair[0] != pair[1]]
    assert len(wrong) <= 0.005 * len(rows), wrong
    assert sum(guess is None for guess, _ in told) <= 0.12 * len(rows)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Skrivaren på tredje våningen har stannat och jag kan inte skriva ut något alls sedan i morse."),
        ("fi", "Kolmannen kerroksen tulostin on ollut jumissa tästä aamusta lähtien eikä mitään tule ulos."),
        ("cs", "Tiskárna ve třetím patře od dnešního rána nefunguje a nikdo z nás nemůže nic vytisknout."),
        ("ru", "Принтер на третьем этаже не работает с сегодняшнего утра, распечатать ничего нельзя."),
        ("ja", "今朝から三階のプリンターが紙詰まりを起こしていて、何も印刷できません。"),
    ],
)
def test_a_language_that_no_mails_are_shipped_in_is_not_taken_for_another(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "There is no sound when the call starts, and this was fine before the update. What could that be?"),
        (
            "nl",
            "Het geluid is niet meer te horen sinds de update, maar bij mijn collega doet het nog wel wat het moet.",
        ),
        (
            "fr",
            "Nous sommes dans la salle du bas et le son ne vient pas, mais cette prise est pourtant dans le bon port.",
        ),
    ],
)
def test_the_small_words_of_a_few_sentences_are_enough(language: str, text: str) -> None:
    assert _by_small_words(text) == language


def test_small_words_of_two_languages_decide_nothing() -> None:
    assert (
        _by_small_words("Bitte nicht löschen, wir haben das so auf dem Plan: you cannot do this when they are out.")
        is None
    )
