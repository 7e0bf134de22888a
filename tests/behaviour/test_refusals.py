"""What the desk does not take, its sender hears, with the reason, once a day; what says something is always taken."""

from datetime import timedelta

import pytest

from tests.behaviour.harness import ADDRESS, Desk
from tests.behaviour.post_office import SentMail

ADA = "ada@fernhill.example"
STRANGER = "someone@elsewhere.example"
LONG_AGO = timedelta(days=60)
WRONG_KEY = "help+r7-aaaaaaaaaaaaaaaa@fernhill.example"


def over(desk: Desk) -> SentMail:
    """A matter that was resolved and closed long ago; its last mail."""
    desk.configure(problem_managers=())
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    number = desk.expect_mail(ADA, "acknowledgement").about
    desk.command("resolve", "kim", number, resolution="Cable replaced.")
    last = desk.expect_mail(ADA, "resolution")
    desk.advance(LONG_AGO)
    return last


# --- closed ---


def test_who_asks_about_a_matter_that_is_long_over_hears_that_it_is_closed(desk: Desk) -> None:
    last = over(desk)
    desk.reply(ADA, last, "Any news?\n\nAda")
    told = desk.expect_mail(ADA, "refusal", "is closed", "new mail")
    assert told.about == last.about
    assert told.header("Auto-Submitted") == "auto-replied"
    assert len(desk.records()) == 1


def test_that_it_is_closed_is_said_once_a_day(desk: Desk) -> None:
    last = over(desk)
    for _ in range(5):
        desk.reply(ADA, last, "Any news?")
        desk.advance(timedelta(hours=1))
    desk.expect_mail(ADA, "refusal")
    assert len(desk.withheld(ADA)) == 4
    desk.advance(timedelta(days=1))
    desk.reply(ADA, last, "Any news?")
    desk.expect_mail(ADA, "refusal")


def test_late_thanks_are_filed_and_answered_by_nobody(desk: Desk) -> None:
    last = over(desk)
    desk.reply(ADA, last, "Many thanks!")
    assert "Many thanks" in desk.timeline(last.about)
    assert len(desk.records()) == 1
    assert desk.record(last.about).status in ("resolved", "closed")


def test_who_has_something_to_say_gets_a_new_record_that_names_the_old(desk: Desk) -> None:
    last = over(desk)
    desk.reply(ADA, last, "The line across the screen is back, and now it flickers too.")
    new = desk.expect_mail(ADA, "acknowledgement")
    assert new.about != last.about
    assert last.about in desk.record(new.about).related


# --- unknown ---


@pytest.mark.parametrize("sender", [ADA, STRANGER])
def test_who_asks_about_a_matter_that_nobody_knows_hears_that_it_was_not_found(desk: Desk, sender: str) -> None:
    for _ in range(3):
        desk.mail(sender, "Re: [INC-4711] VPN", "Any update?")
    desk.expect_mail(sender, "refusal", "could not find the matter")
    assert not desk.records()


def test_a_stranger_learns_nothing_of_a_matter_by_its_number(desk: Desk) -> None:
    number = over(desk).about
    desk.mail(STRANGER, f"Re: [{number}] Laptop screen", "Any update?")
    told = desk.expect_mail(STRANGER, "refusal", "could not find the matter")
    assert "closed" not in told.text
    assert number not in desk.timeline(number).replace(f"[{number}]", "") or len(desk.records()) == 1


def test_a_number_that_nobody_knows_holds_nobody_off_who_says_what_is_wrong(desk: Desk) -> None:
    desk.mail(ADA, "Re: [INC-4711] VPN", "The VPN client says that its certificate has expired.")
    assert desk.expect_mail(ADA, "acknowledgement").about


def test_an_address_with_a_wrong_key_and_no_words_is_no_matter(desk: Desk) -> None:
    desk.mail(ADA, "Re: VPN", "Status?", to=WRONG_KEY, envelope={"rcpt_to": [WRONG_KEY]})
    desk.expect_mail(ADA, "refusal", "could not find the matter")
    assert not desk.records()


def test_an_address_with_a_wrong_key_takes_what_is_said(desk: Desk) -> None:
    desk.mail(ADA, "Re: VPN", "The VPN client says that its certificate has expired.", to=WRONG_KEY)
    assert desk.expect_mail(ADA, "acknowledgement").about


@pytest.mark.parametrize(
    "subject",
    ["#accept SUG-1 a5-aaaaaaaaaaaaaaaa", "unsubscribe u5-aaaaaaaaaaaaaaaa", "#confirm INC-1 a9-bbbbbbbbbbbbbbbb"],
)
def test_a_link_that_proves_nothing_does_nothing_and_opens_nothing(desk: Desk, subject: str) -> None:
    for _ in range(2):
        desk.mail(ADA, subject, "")
    desk.expect_mail(ADA, "refusal", "could not find")
    assert not desk.records()


# --- too large, and whom nobody tells ---


def test_what_was_too_large_is_said_once_a_day(desk: Desk) -> None:
    header = (
        b"From: Ada <ada@fernhill.example>\r\nTo: help@fernhill.example\r\nSubject: Plans\r\nMessage-ID: <%d@x>\r\n\r\n"
    )
    for number in range(3):
        left = {"not_fetched": "It is larger than 25 MB.", "too_large": 60_000_000}
        desk.raw_mail(header % number, sender=ADA, envelope=left)
    desk.expect_mail(ADA, "refusal", "larger than we can accept")


@pytest.mark.parametrize(
    "headers", [{"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List-Id": "<all.fernhill.example>"}]
)
def test_no_machine_is_told(desk: Desk, headers: dict[str, str]) -> None:
    desk.mail("robot@fernhill.example", "Re: [INC-4711] VPN", "Any update?", headers=headers)
    assert desk.outbox_is_empty()


def test_what_is_refused_for_one_reason_is_still_refused_for_another(desk: Desk) -> None:
    last = over(desk)
    desk.reply(ADA, last, "Any news?")
    desk.mail(ADA, "Re: [INC-4711] VPN", "Any update?", to=ADDRESS)
    told = sorted(mail.text.splitlines()[4] for mail in desk.take_mail(ADA))
    assert len(told) == 2
    assert len(set(told)) == 2
