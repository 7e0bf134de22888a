"""What counts as a command at the top of a mail, and what is the mail itself."""

import pytest

from correlate.mail_commands import commands_of, read
from correlate.records import Reason


@pytest.mark.parametrize(
    ("text", "lines", "rest"),
    [
        ("Hello Ada,\n#resolve", (), "Hello Ada,\n#resolve"),
        ("#take", (("take", ""),), ""),
        ("\n  #Take \n\n#priority: P2\n\nHello Ada,\n#5 is yours", (("take", ""), ("priority", "P2")),
         "Hello Ada,\n#5 is yours"),
        ("#1 priority is the printer", (), "#1 priority is the printer"),
        ("# A heading", (), "# A heading"),
        ("#resolve  The cable was loose.  ", (("resolve", "The cable was loose."),), ""),
        ("\u200b#assign\u00a0Kim Larsen\nHello", (("assign", "Kim Larsen"),), "Hello"),
        ("", (), ""),
        ("#note", (("note", ""),), ""),
        ("Kategorie: hardware\n\nDanke", (("category", "hardware"),), "Danke"),
        ("Catégorie : réseau", (("category", "réseau"),), ""),
        ("Categoría: correo", (("category", "correo"),), ""),
        ("Categories: two", (), "Categories: two"),
    ],
)  # fmt: skip
def test_only_the_first_lines_are_commands(text: str, lines: tuple[tuple[str, str], ...], rest: str) -> None:
    asked = read(text)
    assert (asked.lines, asked.rest) == (lines, rest)


def test_no_more_than_ten_are_read() -> None:
    asked = read("#take\n" * 50)
    assert len(asked.lines) == 10
    assert asked.rest.count("#take") == 40


def test_the_rest_is_the_question_or_what_was_done_unless_it_is_a_note() -> None:
    def arguments(text: str) -> dict[str, object]:
        commands, wrong = commands_of(read(text), "kim", "INC-7", lambda name: name)
        assert not wrong
        return dict(commands[0].arguments)

    assert arguments("#wait\nWhich model?") == {"text": "Which model?"}
    assert arguments("#wait\n#note\nAsked by telephone.") == {}
    assert arguments("#resolve\nDone.") == {"resolution": "Done."}
    assert arguments("#resolve Done.\nSorry!") == {"resolution": "Done.", "text": "Sorry!"}
    assert arguments("#priority 2") == {"field": "priority", "value": "P2"}


def test_every_mistake_is_named() -> None:
    text = "#assign\n#resolve\n#fix it\n#take now\n#category x"
    _, wrong = commands_of(read(text), "kim", "INC-7", lambda name: Reason("value not allowed", {"value": name}))
    assert [reason.rule for reason in wrong] == [
        "mail command needs more",
        "mail command needs more",
        "no such mail command",
        "word too many",
        "value not allowed",
    ]
