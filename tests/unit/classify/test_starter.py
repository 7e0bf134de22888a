"""The first day: what ships is enough to begin with, and is what its sources make."""

from collections import Counter

import numpy as np
import pytest

from classify import taxonomy
from classify.classification import LEVELS, TYPES, Text
from classify.model import StoredModel, load, loaded
from classify.model_file import model_digest, starter_model_path
from classify.starting import TARGETS, starter_tickets
from ingest.language import LANGUAGES, language_of


@pytest.fixture(scope="module")
def starter() -> StoredModel:
    return load(starter_model_path())


def test_every_category_has_many_tickets_and_is_in_the_taxonomy() -> None:
    counts = Counter(starter_tickets()[1]["category"])
    assert set(counts) == set(taxonomy.load().categories())
    assert len(counts) >= 12
    assert min(counts.values()) >= 60


def test_tickets_come_in_eight_languages_and_no_two_are_alike() -> None:
    texts, labels = starter_tickets()
    assert {text.language for text in texts} == set(LANGUAGES)
    assert len({(text.subject, text.body) for text in texts}) == len(texts)
    assert set(labels["type"]) == set(TYPES)
    assert set(labels["impact"]) == set(labels["urgency"]) == set(LEVELS)


def test_the_model_is_small_and_answers_the_desks_questions(starter: StoredModel) -> None:
    assert starter_model_path().stat().st_size < 5_000_000
    assert starter.targets == TARGETS
    assert starter.digest == model_digest(starter_model_path())


@pytest.mark.parametrize(
    ("subject", "body", "kind", "category"),
    [
        ("Printer", "paper jam on the second floor, nothing comes out", "incident", "printing"),
        (None, "ich habe mein passwort vergessen, bitte zurücksetzen", "service request", "accounts"),
        ("VPN", "je n'arrive pas à me connecter au VPN depuis chez moi", "incident", "remote access"),
        ("phishing?", "got a mail that wants my bank data, is it real", None, "security"),
        ("Nuevo empleado", "el lunes empieza una compañera, necesita usuario y portátil", None, "joiners and leavers"),
        ("Drukarka", "drukarka nie drukuje", "incident", "printing"),
        ("database", "ORA-12541 no listener, queries time out", "incident", "databases"),
        ("wifi", "la wifi no funciona en la planta baja", "incident", "network"),
    ],
)
def test_plain_cases_are_understood(
    starter: StoredModel, subject: str | None, body: str, kind: str | None, category: str
) -> None:
    found = starter.classify([Text(subject=subject, body=body)])[0]
    assert found.category.value == category
    if kind:
        assert found.type.value == kind


@pytest.mark.slow
def test_the_model_is_what_the_tickets_train(starter: StoredModel) -> None:
    """Byte for byte on one machine; another processor may round the last bit of a weight differently."""
    from desk.commands.train import starter_model

    fresh = loaded(starter_model())
    assert np.array_equal(fresh.pipeline.space.hashes, starter.pipeline.space.hashes), "run: make starter"
    assert np.allclose(fresh.pipeline.weights, starter.pipeline.weights, atol=0.01), "run: make starter"
    assert [head.classes for head in fresh.pipeline.heads] == [head.classes for head in starter.pipeline.heads]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Good morning, my laptop does not start any more", "en"),
        ("Guten Tag, mein Drucker druckt seit heute nicht mehr", "de"),
        ("Bonjour, je n'arrive plus à ouvrir ma messagerie", "fr"),
        ("Dzień dobry, nie mogę się zalogować do komputera", "pl"),
        ("ok", None),
        (None, None),
    ],
)
def test_languages_are_told_apart(text: str | None, code: str | None) -> None:
    assert language_of(text) == code


def test_a_taxonomy_knows_areas_titles_and_earlier_names() -> None:
    found = taxonomy.read(
        '[[area]]\nname="it"\n[[area.category]]\nname="printing"\ntitle="Printing"\nwas=["printers"]\n'
        '[[area.category]]\nname="vpn"\n'
    )
    assert found.categories() == ("printing", "vpn")
    assert found.area_of("printers") == "it"
    assert found.title_of("printing") == "Printing"
    assert found.title_of("vpn") == "vpn"
    assert found.present_names()["printers"] == "printing"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[area", "not valid TOML"),
        ("", "has no category"),
        ('[[area]]\nname="a"\n[[area.category]]\nname="x"\n[[area.category]]\nname="x"', "'x' is named twice"),
        ('[[area]]\nname="a"\n[[area.category]]\nname=" "', "empty name"),
        ('[[area]]\nname="a"\nnames="b"', "unknown field"),
    ],
)
def test_a_taxonomy_that_cannot_be_used_says_why(text: str, sentence: str) -> None:
    with pytest.raises(taxonomy.TaxonomyError, match=sentence):
        taxonomy.read(text)
