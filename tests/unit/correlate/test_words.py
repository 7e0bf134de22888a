"""Words of people: names in spite of typos, things and symptoms in four languages, and nothing from courtesy."""

import pytest

from correlate.chatter import ALONE_BELOW, share
from correlate.concepts import concepts_in
from correlate.naming import CALLED, NAMED, Names
from correlate.records import Condition
from correlate.similarity import telling_words
from correlate.symptoms import symptoms_in
from correlate.templates import template_of
from correlate.words import Lexicon, tokens
from tests.unit.correlate.world import START, TestDesk, mail

NAMES = Names(["payroll", "travel-expenses", "print-servers", "vpn", "ledger-db"])


@pytest.mark.parametrize(
    ("text", "service", "strength"),
    [
        ("payroll is empty", "payroll", NAMED),
        ("the payrol is empty", "payroll", NAMED),
        ("travel expenses do not load", "travel-expenses", NAMED),
        ("https://travel-expenses.example/login", "travel-expenses", NAMED),
        ("vnp drops again", "vpn", NAMED),
        ("Die Gehaltsabrechnung fehlt", "payroll", CALLED),
        ("les notes de frais ne marchent pas", "travel-expenses", CALLED),
        ("Mein Reisekostenprogramm hängt", "travel-expenses", CALLED),
        ("nada se imprime en la impresora", "print-servers", CALLED),
    ],
)
def test_what_a_text_names(text: str, service: str, strength: float) -> None:
    assert NAMES.in_text(text) == {service: strength}


def test_a_text_about_nothing_that_is_known_names_nothing() -> None:
    assert NAMES.in_text("My chair squeaks") == {}


@pytest.mark.parametrize("typo", ["warehouse", "warehoues", "wrehouse", "warehousse", "warehoise"])
def test_one_typo_is_forgiven(typo: str) -> None:
    assert Lexicon(["warehouse", "house"]).find(typo) == "warehouse"


def test_two_typos_are_not() -> None:
    assert Lexicon(["warehouse"]).find("wraehoise") is None


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("everything is slow", "slow"),
        ("Seit heute sehr langsam", "slow"),
        ("va lentísimo", "slow"),
        ("Fehlermeldung beim Speichern", "failing"),
        ("ne répond plus", "gone"),
        ("my password is rejected", "locked"),
        ("die Verbindung bricht ab", "cut"),
        ("faltan datos", "stale"),
    ],
)
def test_symptoms_in_four_languages(text: str, symptom: str) -> None:
    assert symptom in symptoms_in(tokens(text))


def test_one_thing_has_one_concept_in_four_languages() -> None:
    for text in ("the printer", "der Drucker", "l'imprimante", "la impresora"):
        assert concepts_in(tokens(text)) == ["print"]


def test_courtesy_and_the_own_name_say_nothing() -> None:
    text = "Dear service desk, nothing works any more, please help! Kind regards Ada Byron"
    assert telling_words(text, frozenset({"ada", "byron"})) == []
    assert telling_words("Nothign wroks, plaese help") == []


def test_templates_mask_what_differs_from_case_to_case() -> None:
    one = template_of("Disk /var on web-03 is 91.5 % full since 10:32", "web-03")
    other = template_of("Disk /var on web-11 is 97 % full since 23:01", "web-11")
    assert one == other != ""
    assert template_of(None) == ""


def test_two_names_of_one_thing_become_one_incident_when_somebody_says_so() -> None:
    desk = TestDesk()
    desk.take(0, mail("p1@fernhill.example", "badge trouble", "The door does not accept any badge.", "1@x"))
    desk.take(9, mail("p2@fernhill.example", "intranet pages down", "The intranet pages are gone.", "2@x"))
    assert len(desk.incidents()) == 2
    desk.take(12, mail("p3@fernhill.example", "intranet pages", "No badge works, the intranet pages say so.", "3@x"))
    assert len(desk.incidents()) == 1


def test_a_request_that_others_share_is_a_trouble() -> None:
    from classify.classification import Classification, Verdict

    unsure = Classification(type=Verdict(value="question", confidence=0.6, decided=False))
    desk = TestDesk()
    first = mail("p1@fernhill.example", "strange", "The coffee corner screen shows snow, is that normal?", "1@x")
    desk.take_pairs(0, [(first, unsure)])
    assert not desk.incidents()
    desk.take_pairs(5, [(mail("p2@fernhill.example", "Re: strange", "Same here.", "2@x", in_reply_to="1@x"), unsure)])
    (incident,) = desk.incidents()
    assert desk.record("REQ-1").merged_into == incident.number


def test_what_is_usual_on_a_desk_judges_a_new_kind_of_lone_warning() -> None:
    condition = Condition(
        fingerprint="f",
        status="firing",
        tool="t",
        severity="warning",
        resource="r",
        service=None,
        title="New",
        template="New",
        first_at=START,
        last_at=START,
        changed_at=START,
    )
    assert share({"came:all": 1}, condition) > ALONE_BELOW
    assert share({"came:all": 100, "grew:all": 80}, condition) > ALONE_BELOW
    assert share({"came:all": 100, "grew:all": 5}, condition) < share({"came:all": 1}, condition)


def test_what_people_are_declared_to_call_a_service_is_its_name() -> None:
    names = Names(["atlas", "crm-north"], {"atlas": ["Tourenplanung", "the route board"], "crm-north": []})
    assert names.in_text("Die Tourenplannung hängt.") == {"atlas": NAMED}
    assert names.in_text("nothing on the route board today") == {"atlas": NAMED}
    assert names.in_text("the notice board fell down") == {}


def test_letters_with_a_stroke_are_the_letters_that_keyboards_have() -> None:
    assert tokens("Nie działa, Ærø, Straße, œuvre") == ["nie", "dziala", "aero", "strasse", "oeuvre"]


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("le grutier attend, la grue ne se réserve pas", "crane-booking"),
        ("Der Kranplan lädt nicht", "crane-booking"),
        ("Receptury się nie otwierają", "recipes"),
        ("la ricetta nuova non si salva", "recipes"),
        ("Auf dem Funk hört man niemanden", "hafenfunk"),
        ("Das Backrezeptportal steht", None),
    ],
)
def test_people_name_an_application_of_their_trade_in_their_own_language(text: str, service: str | None) -> None:
    found = Names(["crane-booking", "recipes", "hafenfunk"]).in_text(text)
    assert list(found) == ([service] if service else [])


@pytest.mark.parametrize(
    ("word", "concepts"),
    [
        ("bettenplan", ["bed"]),
        ("lieferantenportal", ["procurement", "supplier"]),
        ("vertragsablage", ["contracts"]),
        ("radiologe", []),
        ("authorisation", []),
        ("permission", []),
        ("collègues", []),
        ("afterwards", []),
    ],
)
def test_a_compound_means_what_it_begins_with_and_other_long_words_do_not(word: str, concepts: list[str]) -> None:
    assert concepts_in(tokens(word)) == concepts


def test_what_is_under_way_is_no_course() -> None:
    assert "learning" not in concepts_in(tokens("Une panne est en cours, il guasto è in corso"))
