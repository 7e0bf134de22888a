"""The first day: the model that ships proposes, and nobody is told that it decided anything."""

from correlate.reasons import sentence
from desk.web.queries import queue
from tests.behaviour.harness import Desk

ADA = "ada@fernhill.example"
JAM = ("Printer", "The label printer on the second floor has a paper jam and prints nothing. The team is blocked.")


def marked(desk: Desk) -> list[bool]:
    """Whether the queue calls each category proposed."""
    with desk.database.connect() as connection:
        return [row["proposed"] for row in queue.find(connection, queue.Filter(), "kim").rows]


def test_a_first_guess_is_filed_and_called_a_guess_with_the_words_that_speak_for_it(desk: Desk) -> None:
    desk.mail(ADA, *JAM)
    mail = desk.expect_mail(ADA, "acknowledgement")
    record = desk.record(mail.about)
    assert (record.category, record.decided_by["category"]) == ("printing", "proposal")
    assert "printing (our first guess)" in mail.text
    assert "because of these words: printer, " in mail.text
    assert marked(desk) == [True]
    desk.command("set", "kim", record.number, field="category", value="hardware")
    assert marked(desk) == [False]
    assert desk.record(record.number).decided_by["category"] == "person"


def test_a_guess_in_another_language_is_called_one_there_too(desk: Desk) -> None:
    desk.mail(ADA, "Drucker", "Guten Tag, der Drucker im zweiten Stock hat Papierstau und druckt gar nichts mehr.")
    mail = desk.expect_mail(ADA, "acknowledgement")
    assert "printing (unsere erste Vermutung)" in mail.text
    assert "aus diesen wörtern geschlossen: drucker" in " ".join(mail.text.casefold().split())


def test_a_guessed_impact_moves_no_priority_and_the_record_says_what_was_guessed(desk: Desk) -> None:
    desk.mail(ADA, *JAM)
    record = desk.record(desk.expect_mail(ADA, "acknowledgement").about)
    assert (record.impact, record.urgency, record.priority) == ("low", "medium", "P4")
    assert record.decided_by["impact"] == "default"
    said = " ".join(sentence(why) for why in record.reasons)
    assert "impact medium" in said
    assert "are assumed until somebody says otherwise" in said
    desk.command("set", "kim", record.number, field="impact", value="medium")
    assert desk.record(record.number).priority == "P3"
