"""What people find in their mailbox: one conversation, in their language, whatever the way there does."""

from datetime import timedelta

import pytest

from tests.behaviour.harness import Desk
from tests.behaviour.mail_programs import conversations

ADA = "ada@fernhill.example"
GERMAN = "Guten Tag, mein Drucker im zweiten Stock nimmt kein Papier mehr an, bitte schauen Sie sich das einmal an."


def test_a_long_conversation_stays_one_conversation(desk: Desk) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    first = desk.last_message_id
    mails = [desk.expect_mail(ADA, "acknowledgement")]
    number = mails[0].about
    for turn in range(8):
        desk.command("reply", "kim", number, text=f"Question {turn}?")
        answer = desk.expect_mail(ADA, "update", f"Question {turn}?")
        assert answer.header("In-Reply-To") == desk.last_message_id
        mails.append(answer)
        chain = [*answer.header("References").split(), answer.header("Message-ID")]
        desk.reply(ADA, answer, f"It is {turn}.", references=" ".join(chain))

    assert {mail.subject for mail in mails} == {f"Re: [{number}] Laptop screen"}
    for mail in mails:
        references = mail.header("References").split()
        assert references[0] == first, "the beginning is never lost"
        assert len(references) <= 6
        assert mail.header("In-Reply-To") in references[-2:]
    assert len(desk.records()) == 1


def test_for_everybodys_mail_program_a_record_is_one_conversation(desk: Desk) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    mailbox = [desk.expect_mail(ADA, "acknowledgement")]
    number, written = mailbox[0].about, [desk.last_mail]
    for turn in range(6):
        desk.command("reply", "kim", number, text=f"Question {turn}?")
        answer = desk.expect_mail(ADA, "update", f"Question {turn}?")
        mailbox.append(answer)
        if turn % 2:
            chain = [*answer.header("References").split(), answer.header("Message-ID")]
            desk.reply(ADA, answer, f"It is {turn}.", references=" ".join(chain))
            written.append(desk.last_mail)
    desk.command("resolve", "kim", number, resolution="Screen replaced.")
    mailbox.append(desk.expect_mail(ADA, "resolution"))

    received = [mail.mail for mail in mailbox]
    assert conversations([*written, *received]) == 1, "with what she sent"
    assert conversations(received) == 1, "and where her program keeps what was sent elsewhere"
    assert conversations([*reversed(received), *written]) == 1, "in whatever order they are read"


def test_the_answer_is_in_the_language_of_the_mail(desk: Desk) -> None:
    desk.mail(ADA, "Drucker", GERMAN)

    answer = desk.expect_mail(ADA, "acknowledgement")

    assert "Guten Tag Ada" in answer.text
    assert answer.header("Content-Language") == "de"


def test_a_mail_that_does_not_tell_its_language_is_answered_in_that_of_the_persons_last(desk: Desk) -> None:
    desk.mail(ADA, "Drucker", GERMAN)
    desk.expect_mail(ADA, "acknowledgement")
    desk.advance(timedelta(days=1))

    desk.mail(ADA, "VPN?", "VPN 0x80?")

    assert desk.expect_mail(ADA, "acknowledgement", "Guten Tag Ada")


def test_a_mail_in_another_language_is_answered_in_that(desk: Desk) -> None:
    desk.mail(ADA, "Drucker", GERMAN)
    answer = desk.expect_mail(ADA, "acknowledgement")
    desk.reply(ADA, answer, "Now it takes paper again, but every single page has got a black stripe on the left side.")

    desk.command("take", "kim", answer.about)

    assert "Hello Ada" in desk.expect_mail(ADA, "update").text


@pytest.mark.parametrize("days", [0, 1])
def test_while_the_mail_server_is_down_nothing_is_lost_and_the_order_stays(desk: Desk, days: int) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    number = desk.expect_mail(ADA, "acknowledgement").about
    desk.mail_server_is_down(True)
    desk.command("take", "kim", number)
    desk.advance(timedelta(minutes=30))
    desk.command("reply", "kim", number, text="Which model is it?")
    desk.advance(timedelta(minutes=30, days=days))
    desk.command("resolve", "kim", number, resolution="Screen replaced.")
    desk.advance(timedelta(hours=1))
    assert desk.take_mail(ADA) == []

    desk.mail_server_is_down(False)
    mails = desk.take_mail(ADA)

    assert [mail.kind for mail in mails] == ["update", "update", "resolution"]
    assert len({mail.header("Message-ID") for mail in mails}) == 3
    assert mails == sorted(mails, key=lambda mail: mail.mail["Date"].datetime)
