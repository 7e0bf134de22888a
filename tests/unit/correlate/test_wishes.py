"""What is plainly wished for is known without a model, in many languages; who cannot do something has a trouble."""

import pytest

from correlate.wishes import asks_only, wishes


@pytest.mark.parametrize(
    "text",
    [
        "I would like to order a headset for the new starter.",
        "Please create a shared folder for the sales team.",
        "Could you give Nina access to the archive?",
        "Ich möchte gern ein Headset bestellen.",
        "Bitte ein Postfach für das neue Team anlegen.",
        "Je voudrais commander un casque, s'il vous plaît.",
        "Merci de donner accès à l'archive à Nina.",
        "Quisiera pedir unos auriculares.",
        "Necesitamos tres licencias más.",
        "Vorrei ordinare una cuffia.",
        "Gostaria de encomendar uns auscultadores.",
        "Ik wil graag een headset bestellen.",
        "Proszę o dostęp do archiwum.",
        "Jag vill beställa ett headset.",
        "Prosím o přístup k archivu, potřebuji nová oprávnění.",
    ],
)
def test_a_wish(text: str) -> None:
    assert wishes(None, text)


@pytest.mark.parametrize(
    "text",
    [
        "I cannot order anything in the shop, please help.",
        "The order I placed has vanished.",
        "Please help, the screen flickers.",
        "Ich kann im Shop nichts bestellen, bitte helfen Sie mir, es geht nicht.",
        "Je ne peux plus commander, merci de regarder.",
        "No puedo pedir nada en la tienda, por favor ayuda.",
        "Non riesco a ordinare, vorrei un aiuto.",
        "Não consigo encomendar, por favor ajudem.",
        "Ik kan niet bestellen, graag hulp.",
        "Nie mogę zamówić obiadu, proszę o pomoc.",
        "Jag kan inte beställa, hjälp tack.",
        "",
    ],
)
def test_no_wish(text: str) -> None:
    assert not wishes(None, text)


def test_who_asks_for_something_new_wishes() -> None:
    assert wishes("Mobile phone", "My contract ends soon, can I get a new phone?")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Hi there,\n\nIs there a course for the archive this spring?\n\nKind regards\nMalte", True),
        ("Where is the manual of https://parts.example.com to be found?\nThank you", True),
        ("My mail is gone. Can you help me please?", False),
        ("Is the archive slow today? I wait for minutes whenever I open a drawing there.", False),
        ("What?", False),
    ],
)
def test_a_mail_that_only_asks(text: str, asks: bool) -> None:
    assert asks_only(text) is asks
