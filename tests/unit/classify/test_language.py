"""The language of a mail: told where it is plain, and not guessed where it is not."""

import csv
from pathlib import Path

import pytest

from classify.language import language_of

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
