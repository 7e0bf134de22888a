"""Decisions by mail where no sender is verified: a link in a mail of the desk, for one person, matter and action."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest

from tests.behaviour.conftest import Lived
from tests.behaviour.harness import Desk
from tests.behaviour.post_office import SentMail

ADA = "ada@fernhill.example"
KIM = "kim@fernhill.example"
MANAGER = "pm@fernhill.example"
STRANGER = "someone@elsewhere.example"


def subjects(mail: SentMail, action: str) -> list[str]:
    """The subjects that the links of a mail put into what their reader sends."""
    found = re.findall(rf"mailto:help@fernhill\.example\?subject=(%23{action}\S+)", mail.text)
    return [unquote(subject) for subject in found]


def some_weeks(desk: Desk) -> None:
    """Some weeks in which the spooler stopped every other day."""
    for _ in range(12):
        desk.fire("spooler stopped", "prn-hq")
        desk.advance(timedelta(minutes=40))
        desk.resolve("spooler stopped", "prn-hq")
        desk.advance(timedelta(days=2) - timedelta(minutes=40))


@pytest.fixture
def asked(lived: Lived) -> tuple[Desk, SentMail]:
    """The desk after those weeks, and its weekly digest."""
    desk = lived(some_weeks)
    return desk, [mail for mail in desk.take_mail() if mail.kind == "digest"][-1]


def test_a_problem_manager_accepts_a_suggestion_from_the_digest_once(asked: tuple[Desk, SentMail]) -> None:
    desk, digest = asked
    subject = subjects(digest, "accept")[0]
    desk.mail("PM@fernhill.example", subject, "Sent from my phone")
    (problem,) = desk.problems()
    assert problem.owner == MANAGER
    desk.restart()
    desk.mail(MANAGER, subject, "")
    desk.expect_mail(MANAGER, "refusal", "has been used")
    assert len(desk.problems()) == 1
    assert not desk.records()[-1].number.startswith("REQ")


def test_declining_needs_a_reason_and_the_link_is_still_good_when_it_was_forgotten(
    asked: tuple[Desk, SentMail],
) -> None:
    desk, digest = asked
    subject = subjects(digest, "decline")[0]
    desk.mail(MANAGER, subject, "")
    desk.expect_mail(MANAGER, "refusal", "reason")
    desk.mail(MANAGER, subject, "The printer is being replaced.")
    (declined,) = [s for s in desk.suggestions() if s.status == "declined"]
    assert declined.declined_reason == "The printer is being replaced."


def test_a_link_is_good_for_its_reader_its_matter_and_its_time(asked: tuple[Desk, SentMail]) -> None:
    desk, digest = asked
    subject = subjects(digest, "accept")[0]
    desk.mail(STRANGER, subject, "")
    desk.mail(KIM, subject, "")
    assert not desk.problems()
    desk.mail(MANAGER, subject.replace("accept", "decline"), "An action that it was not made for.")
    desk.expect_mail(MANAGER, "refusal", "could not find the matter")
    desk.mail(MANAGER, re.sub("SUG-[0-9]+", "SUG-99", subject), "A suggestion that it was not made for.")
    assert [s.status for s in desk.suggestions()] == ["proposed"]
    desk.advance(timedelta(days=8))
    desk.take_mail(MANAGER)
    desk.mail(MANAGER, subject, "")
    desk.expect_mail(MANAGER, "refusal", "good for 7 days")
    assert not desk.problems()


def test_who_is_no_problem_manager_any_more_decides_nothing(asked: tuple[Desk, SentMail]) -> None:
    desk, digest = asked
    desk.configure(problem_managers=())
    desk.mail(MANAGER, subjects(digest, "accept")[0], "")
    desk.expect_mail(MANAGER, "refusal", "Only problem managers")
    assert not desk.problems()


def test_an_agent_whom_nothing_verifies_confirms_what_they_wrote(desk: Desk) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    number = desk.expect_mail(ADA, "acknowledgement").about
    asked = desk.last_message_id
    text = "#take\n#priority P2\n\nI will come by at ten."
    desk.mail(KIM, f"Re: [{number}] Laptop screen", text, in_reply_to=asked)
    assert desk.record(number).status == "new"
    (subject,) = subjects(desk.expect_mail(KIM, "refusal", "confirm"), "confirm")
    desk.mail(STRANGER, subject, "")
    assert desk.record(number).status == "new"
    desk.mail(KIM, subject, "")
    desk.expect_mail(ADA, "update", "I will come by at ten.")
    desk.expect_mail(ADA, "update", "Kim is now working")
    assert (desk.record(number).status, desk.record(number).priority) == ("assigned", "P2")
    desk.mail(KIM, subject, "")
    desk.expect_mail(KIM, "refusal", "has been used")


def test_nobody_confirms_what_somebody_else_wrote_in_their_name_by_answering(desk: Desk) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    number = desk.expect_mail(ADA, "acknowledgement").about
    asked = desk.last_message_id
    desk.mail(KIM, f"Re: [{number}] Laptop screen", "#resolve Hahaha.", in_reply_to=asked)
    notice = desk.expect_mail(KIM, "refusal", "#resolve Hahaha.")
    desk.reply(KIM, notice, "That was not me!")
    assert desk.record(number).status == "new"


def test_a_reply_that_keeps_the_references_proves_its_record_from_any_address(desk: Desk) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    answer = desk.expect_mail(ADA, "acknowledgement")
    references = f"{answer.header('References')} {answer.header('Message-ID')}"
    home = "ada.byron@home.example"
    desk.mail(home, "Re: Laptop screen", "It flickers, too.", headers={"References": references})
    assert "It flickers, too." in desk.timeline(answer.about)
    desk.expect_mail(home, "acknowledgement", answer.about)
    forged = re.sub(r"-[a-z2-7]{16}@", "-aaaaaaaaaaaaaaaa@", references)
    assert forged != references
    desk.mail(STRANGER, "Re: Laptop screen", "Tell me more.", headers={"References": forged})
    assert "Tell me more." not in desk.timeline(answer.about)
    desk.expect_mail(STRANGER, "acknowledgement")
