"""Words that begin alike in two languages are one thing; what both say and what one person said are not."""

from correlate.kindred import kindred
from correlate.symptoms import symptoms_in
from correlate.words import tokens


def test_words_of_one_origin_count_by_the_share_of_the_fewer() -> None:
    assert kindred({"catalogo": 20}, {"catalogu": 2}, (40, 4)) == 0.5
    assert kindred({"catalogu": 2}, {"catalogo": 20}, (4, 40)) == 0.5


def test_what_hardly_anybody_said_does_not_count() -> None:
    assert kindred({"catalogo": 1}, {"catalogu": 2}, (40, 4)) == 0.0
    assert kindred({"catalogo": 20}, {"catalogu": 1}, (40, 5)) == 0.0


def test_shared_words_short_words_marks_and_symptoms_do_not_count() -> None:
    assert kindred({"catalogo": 3}, {"catalogo": 3}, (3, 3)) == 0.0
    assert kindred({"carta": 3}, {"carte": 3}, (3, 3)) == 0.0
    assert kindred({"=printing": 3}, {"=printer": 3}, (3, 3)) == 0.0
    assert kindred({"instabile": 3}, {"instabl": 3}, (3, 3)) == 0.0


def test_a_symptom_is_known_in_each_language() -> None:
    said = {
        "slow": ("takes ages", "dauert ewig", "met longtemps", "va a pedales", "al rallentatore", "slakkengang"),
        "gone": (
            "won't open",
            "startet nicht",
            "ne s'ouvre pas",
            "no arranca",
            "non parte",
            "opent niet",
            "nie wstaje",
        ),
        "locked": ("locked out", "ausgesperrt", "accès refusé", "no me deja entrar", "buitengesloten", "nie wpuszcza"),
        "cut": ("kicks me", "wirft mich raus", "déconnexions", "nos echa", "mi butta fuori", "wyrzuca", "me expulsa"),
        "stale": (
            "not updated",
            "alte Zahlen",
            "pas à jour",
            "sin actualizar",
            "dati vecchi",
            "oude cijfers",
            "stare dane",
        ),
        "failing": ("acting up", "stürzt ab", "plante", "se cuelga", "va in crash", "vastgelopen", "awaria", "avaria"),
        "stuck": ("piling up", "steckt fest", "coincé", "atascado", "bloccato", "wachtrij", "utknęło", "encravado"),
    }
    for symptom, texts in said.items():
        for text in texts:
            assert symptom in symptoms_in(tokens(text)), text
