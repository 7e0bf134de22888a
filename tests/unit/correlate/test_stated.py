"""What a mail says itself of how many are affected and how it cannot wait."""

import pytest

from correlate.assumed import levels_of
from correlate.reasons import sentence
from correlate.stated import Stated, stated


@pytest.mark.parametrize(
    ("text", "impact", "urgency"),
    [
        ("URGENT: the whole finance department cannot work", "medium", "high"),
        ("Nobody in accounting can open an invoice.", "medium", None),
        ("Production is down since six, please call me", "high", None),
        ("Die ganze Abteilung kommt nicht mehr ins Netz, die Produktion steht!", "high", None),
        ("Ich kann nicht arbeiten, bitte dringend", None, "high"),
        ("Toute l'équipe est bloquée, impossible de travailler", "medium", "high"),
        ("Todo el departamento está sin correo, es urgente", "medium", "high"),
        ("Nessuno riesce a stampare in ufficio", "medium", None),
        ("De hele afdeling ligt eruit, met spoed graag", "medium", "high"),
        ("Nikt nie może się zalogować, pilne!", "medium", "high"),
        ("Ninguém consegue abrir o sistema", "medium", None),
    ],
)
def test_plain_statements_count(text: str, impact: str | None, urgency: str | None) -> None:
    said = stated(text)
    assert (said.impact, said.urgency) == (impact, urgency)


@pytest.mark.parametrize(
    "text",
    [
        "My mouse is broken.",
        "It is not urgent.",
        "The whole thing is about a new department head.",
        "Es ist nicht dringend, danke",
        "Ce n'est pas urgent",
        "Non è urgente",
        "It works for everyone else in the office",
        "Could somebody look at my printer?",
        "",
    ],
)
def test_what_is_denied_or_not_said_does_not(text: str) -> None:
    assert stated(text) == Stated()


def test_what_is_stated_raises_and_says_why() -> None:
    impact, urgency, (why,) = levels_of(None, "Urgent: nobody can work")
    assert (impact, urgency) == ("medium", "high")
    assert sentence(why).startswith("The mail says itself how grave it is (“nobody can”, “urgent”)")
    assert levels_of(None, "A line across my screen") == ("low", "medium", ())
