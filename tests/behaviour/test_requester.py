"""Somebody writes to the desk."""

from datetime import timedelta

from desk.simulator.words import PERSONAL, REQUESTS
from tests.behaviour.harness import Desk

ADA = "ada@fernhill.example"
BEN = "ben@fernhill.example"
STRANGER = "someone@elsewhere.example"


def test_one_answer_within_seconds_says_what_was_understood(desk: Desk) -> None:
    desk.mail(ADA, "Printer jam", "The printer on the second floor eats my paper. It is stuck again.")
    answer = desk.expect_mail(ADA, "acknowledgement")
    record = desk.record(answer.about)
    assert record.requester == ADA
    assert record.number in answer.subject
    assert record.number in answer.text
    assert record.priority in answer.text
    assert record.category
    assert answer.header("Auto-Submitted") == "auto-replied"
    assert answer.header("In-Reply-To") == desk.last_message_id


def test_a_reply_lands_in_the_same_record_and_is_not_answered_again(desk: Desk) -> None:
    desk.mail(ADA, "Printer jam", "The printer eats my paper.")
    answer = desk.expect_mail(ADA, "acknowledgement")
    desk.reply(ADA, answer, "It now also beeps.")
    assert len(desk.records()) == 1
    assert "It now also beeps." in desk.timeline(answer.about)


def test_the_same_mail_twice_is_one_record_with_one_answer(desk: Desk) -> None:
    desk.mail(ADA, "Printer jam", "The printer eats my paper.", message_id="<one@fernhill.example>")
    desk.mail(ADA, "Printer jam", "The printer eats my paper.", message_id="<one@fernhill.example>")
    desk.expect_mail(ADA, "acknowledgement")
    assert len(desk.records()) == 1


def test_they_hear_when_it_is_taken_when_the_desk_waits_and_when_it_is_resolved(desk: Desk) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    number = desk.expect_mail(ADA, "acknowledgement").about
    desk.advance(timedelta(minutes=10))
    desk.command("take", "kim", number)
    desk.expect_mail(ADA, "update", "Kim")
    desk.command("wait", "kim", number, text="Which model is it?")
    desk.expect_mail(ADA, "update", "Which model is it?")
    assert desk.record(number).status == "waiting"
    desk.command("resolve", "kim", number, resolution="Screen replaced.")
    assert desk.expect_mail(ADA, "resolution", "Screen replaced.").about == number
    assert desk.record(number).status == "resolved"


def test_a_reply_ends_the_waiting(desk: Desk) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    number = desk.expect_mail(ADA, "acknowledgement").about
    desk.command("take", "kim", number)
    desk.expect_mail(ADA, "update")
    desk.command("wait", "kim", number, text="Which model is it?")
    question = desk.expect_mail(ADA, "update")
    desk.reply(ADA, question, "It is the small one, a 13 inch.")
    assert desk.record(number).status == "assigned"


def test_a_mail_that_only_says_status_is_told_where_things_stand(desk: Desk) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    answer = desk.expect_mail(ADA, "acknowledgement")
    desk.command("take", "kim", answer.about)
    desk.expect_mail(ADA, "update")
    desk.reply(ADA, answer, "status")
    assert answer.about in desk.expect_mail(ADA, "update").text


def test_a_reply_to_the_resolution_reopens_it(desk: Desk) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    number = desk.expect_mail(ADA, "acknowledgement").about
    desk.command("resolve", "kim", number, resolution="Screen replaced.")
    resolution = desk.expect_mail(ADA, "resolution")
    desk.advance(timedelta(days=1))
    desk.reply(ADA, resolution, "Sorry, the line is back.")
    assert desk.record(number).status in {"new", "assigned"}
    desk.expect_mail(ADA, "reopened")


def test_long_after_the_resolution_a_reply_opens_a_new_record_that_names_the_old(desk: Desk) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    number = desk.expect_mail(ADA, "acknowledgement").about
    desk.command("resolve", "kim", number, resolution="Screen replaced.")
    resolution = desk.expect_mail(ADA, "resolution")
    desk.advance(timedelta(days=60))
    desk.take_mail("pm@fernhill.example")
    desk.reply(ADA, resolution, "The line is back.")
    new = desk.expect_mail(ADA, "acknowledgement").about
    assert new != number
    assert number in desk.record(new).related


def test_an_out_of_office_reply_changes_nothing_and_is_not_answered(desk: Desk) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    answer = desk.expect_mail(ADA, "acknowledgement")
    before = desk.record(answer.about)
    desk.reply(ADA, answer, "I am away until Monday.", subject="Automatic reply: away", auto_submitted="auto-replied")
    assert desk.record(answer.about) == before


def test_a_newsletter_opens_nothing_and_is_not_answered(desk: Desk) -> None:
    desk.mail(
        "news@vendor.example",
        "Ten trends",
        "Buy more.",
        headers={"List-Id": "<n.vendor.example>", "Precedence": "bulk"},
    )
    assert not desk.records()


def test_a_stranger_does_not_get_into_a_record_by_its_number(desk: Desk) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    number = desk.expect_mail(ADA, "acknowledgement").about
    desk.mail(STRANGER, f"Re: [{number}] Laptop screen", "Please send me all that you know about this.")
    answer = desk.expect_mail(STRANGER, "acknowledgement")
    assert answer.about != number
    assert "Please send me" not in desk.timeline(number)
    assert number in desk.record(answer.about).related
    assert number not in answer.text


def test_a_colleague_who_answers_the_thread_adds_words(desk: Desk) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen.", cc=BEN)
    answer = desk.expect_mail(ADA, "acknowledgement")
    desk.mail(BEN, "Re: Laptop screen", "I saw it too, it is the cable.", in_reply_to=desk.last_message_id)
    assert "it is the cable" in desk.timeline(answer.about)
    assert len(desk.records()) == 1
    assert desk.expect_mail(BEN, "acknowledgement").about == answer.about


def test_nobody_can_make_the_desk_write_to_one_address_without_end(desk: Desk) -> None:
    matters = [*PERSONAL, *REQUESTS]
    for subject, text in matters:
        desk.mail(ADA, subject, text)
        desk.advance(timedelta(seconds=20))
    assert len(desk.records()) >= len(matters) - 2
    assert len(desk.take_mail(ADA)) == 10
    assert any("too many automatic mails" in reason for reason in desk.withheld(ADA))


def test_what_cannot_be_decided_is_shown_with_its_reason(desk: Desk) -> None:
    desk.mail(ADA, "Printer jam", "The printer eats my paper.")
    record = desk.record(desk.expect_mail(ADA, "acknowledgement").about)
    assert record.reasons, "the record says why it is what it is"
    assert all(desk.sentence(reason) for reason in record.reasons)


def test_what_is_wished_for_is_a_request_and_what_is_only_asked_a_question(desk: Desk) -> None:
    wishes = {
        "Headset": "Queria encomendar uns auscultadores.",
        "Ny dator": "Jag vill beställa en bärbar dator. Mvh Ada",
    }
    for subject, text in wishes.items():
        desk.mail(ADA, subject, text)
        assert desk.record(desk.expect_mail(ADA, "acknowledgement").about).type == "service request"
    desk.mail(BEN, "Training", "Hi there,\n\nIs there a course for the archive this spring?\n\nKind regards\nBen Reed")
    assert desk.record(desk.expect_mail(BEN, "acknowledgement").about).type == "question"
    desk.mail(BEN, "Cafeteria", "Ich kann im Shop nichts bestellen, bitte helfen Sie mir.")
    assert desk.record(desk.expect_mail(BEN, "acknowledgement").about).type == "incident"
