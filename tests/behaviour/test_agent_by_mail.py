"""An agent works by mail: what a verified one writes is done, and what anybody else writes in their name is not."""

from datetime import timedelta

import pytest

from correlate.policy import Agent
from tests.behaviour.harness import Desk

ADA = "ada@fernhill.example"
BEN = "ben@fernhill.example"
KIM = "kim@fernhill.example"
PROVEN = {"Authentication-Results": "mx.fernhill.example; dmarc=pass header.from=fernhill.example"}
BY_KIM = {"headers": PROVEN}


@pytest.fixture(autouse=True)
def _our_mail_server_is_believed(desk: Desk) -> None:
    desk.configure(authserv_ids=("mx.fernhill.example",))


def opened(desk: Desk, who: str = ADA, subject: str = "Laptop screen") -> str:
    desk.mail(who, subject, "There is a line across the screen of my laptop.")
    return desk.expect_mail(who, "acknowledgement").about


def kim_writes(desk: Desk, number: str, text: str, **more: object) -> int:
    return desk.mail(KIM, f"Re: [{number}] Laptop screen", text, **{**BY_KIM, **more})


def test_an_answer_goes_to_the_requester_in_their_thread(desk: Desk) -> None:
    number = opened(desk)
    asked = desk.last_message_id
    kim_writes(desk, number, "Please hold the lid a little lower.\n\nDoes it go away?")
    answer = desk.expect_mail(ADA, "update", "Please hold the lid", "Does it go away?", "Kim")
    assert asked in answer.header("References")
    assert not answer.header("Auto-Submitted")
    assert "Please hold the lid" in desk.timeline(number)
    assert desk.record(number).status == "new"


def test_who_has_the_agents_own_mail_does_not_get_it_twice(desk: Desk) -> None:
    number = opened(desk)
    kim_writes(desk, number, "Please hold the lid a little lower.", cc="Ada@Fernhill.example")
    assert "hold the lid" in desk.timeline(number)


def test_an_agent_hears_that_the_files_of_an_answer_stay_in_the_record(desk: Desk) -> None:
    number = opened(desk)
    raw = (
        f"Authentication-Results: {PROVEN['Authentication-Results']}\r\nFrom: {KIM}\r\nTo: help@fernhill.example\r\n"
        f"Subject: [{number}]\r\nMessage-ID: <files@fernhill.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the manual.\r\n'
        '--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="manual.pdf"\r\n\r\nx\r\n'
        "--b--\r\n"
    )
    desk.raw_mail(raw.encode(), sender=KIM)
    desk.expect_mail(ADA, "update", "See the manual.")
    desk.expect_mail(KIM, "refusal", "kept in the record")


def test_the_same_answer_through_two_addresses_is_sent_once(desk: Desk) -> None:
    number = opened(desk)
    for to in ("help@fernhill.example", "it@fernhill.example"):
        kim_writes(desk, number, "Please hold the lid lower.", to=to, message_id="<twice@fernhill.example>")
    desk.expect_mail(ADA, "update", "hold the lid")


def test_resolve_with_what_was_done_beneath(desk: Desk) -> None:
    number = opened(desk)
    kim_writes(desk, number, "#resolve\n\nThe cable was loose. I have fixed it.")
    assert "The cable was loose. I have fixed it." in desk.expect_mail(ADA, "resolution").text
    record = desk.record(number)
    assert (record.status, record.resolution) == ("resolved", "The cable was loose. I have fixed it.")


def test_resolve_with_what_was_done_on_the_line_and_words_beneath(desk: Desk) -> None:
    number = opened(desk)
    kim_writes(desk, number, "#resolve Cable replaced.\n\nSorry that it took so long.")
    desk.expect_mail(ADA, "resolution", "Cable replaced.", "Sorry that it took so long.")
    assert desk.record(number).resolution == "Cable replaced."


def test_several_commands_and_an_answer(desk: Desk) -> None:
    number = opened(desk)
    kim_writes(desk, number, "#take\n#priority p2\n#category Hardware\n\nI will come by at ten.")
    desk.expect_mail(ADA, "update", "I will come by at ten.")
    desk.expect_mail(ADA, "update", "Kim is now working", "P2")
    record = desk.record(number)
    assert (record.status, record.assignee, record.priority, record.category) == ("assigned", KIM, "P2", "hardware")
    assert {(label.target, label.value) for label in desk.labels(number)} == {
        ("priority", "P2"),
        ("category", "hardware"),
    }


def test_a_note_stays_inside(desk: Desk) -> None:
    number = opened(desk)
    kim_writes(desk, number, "#note\nThird time this month for this person.")
    assert "Third time" in desk.timeline(number)


def test_a_question_makes_it_wait_for_the_answer_and_reopen_opens_it_again(desk: Desk) -> None:
    number = opened(desk)
    kim_writes(desk, number, "#wait\nWhich model is it?")
    question = desk.expect_mail(ADA, "update", "Which model is it?")
    assert desk.record(number).status == "waiting"
    desk.reply(ADA, question, "The small one.")
    assert desk.record(number).status == "assigned"
    kim_writes(desk, number, "#resolve Replaced.")
    desk.expect_mail(ADA, "resolution")
    kim_writes(desk, number, "#reopen")
    desk.expect_mail(ADA, "reopened")
    assert desk.record(number).status == "assigned"


def test_agents_are_known_by_login_name_or_address(desk: Desk) -> None:
    raj = Agent(login="raj", name="Raj Patel", address="raj@fernhill.example", roles=("agent",))
    kim = Agent(login="kim", name="Kim Larsen", address=KIM, roles=("agent",))
    desk.configure(agents=(kim, raj), staff=())
    number = opened(desk)
    for name in ("raj", "Raj Patel", "RAJ@fernhill.example"):
        kim_writes(desk, number, f"#assign {name}")
        assert desk.record(number).assignee == "raj"
    assert desk.take_mail(ADA)[0].text.count("Raj Patel") == 1
    kim_writes(desk, number, "#take")
    assert desk.record(number).assignee == "kim"
    desk.expect_mail(ADA, "update", "Kim Larsen")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("#resolv", "#resolve"),
        ("#assign nobody-here", "kim@fernhill.example"),
        ("#assign", "#assign NAME"),
        ("#priority P9", "P1, P2, P3, P4, P5"),
        ("#category gardening", "hardware, printing"),
        ("#resolve", "WHAT WAS DONE"),
        ("#take it all", "stands alone"),
        ("#resume", "cannot be resumed"),
    ],
)
def test_a_mistake_is_answered_and_nothing_is_done_by_halves(desk: Desk, command: str, told: str) -> None:
    number = opened(desk)
    before = desk.record(number)
    kim_writes(desk, number, f"#priority P1\n{command}\n" + ("" if command == "#resolve" else "Words for Ada."))
    refusal = desk.expect_mail(KIM, "refusal", told)
    assert refusal.about == number
    assert "#priority P1" in refusal.text
    assert desk.record(number) == before
    assert command in desk.timeline(number)


def test_commands_that_belong_to_no_record_are_answered(desk: Desk) -> None:
    desk.mail(KIM, "Laptop screen", "#resolve Cable replaced.", headers=PROVEN)
    desk.expect_mail(KIM, "refusal", "belongs to no record")
    assert not desk.records()


def test_an_agent_with_a_trouble_of_their_own_is_a_requester_like_any_other(desk: Desk) -> None:
    desk.mail(KIM, "My own badge", "My badge does not open the garage any more.", headers=PROVEN)
    number = desk.expect_mail(KIM, "acknowledgement").about
    assert desk.record(number).requester == KIM
    kim_writes(desk, number, "It also fails at the main door.")
    assert "main door" in desk.timeline(number)


def test_an_unverified_agents_words_are_added_and_the_agent_hears_why_they_are_no_more(desk: Desk) -> None:
    number = opened(desk)
    asked = desk.last_message_id
    kim_writes(desk, number, "#resolve All fine now.", headers=None, in_reply_to=asked)
    assert desk.record(number).status == "new"
    assert "All fine now." in desk.timeline(number)
    notice = desk.expect_mail(KIM, "refusal", "not proven that it came from you")
    assert notice.header("Auto-Submitted") == "auto-replied"
    kim_writes(desk, number, "I mean it.", headers=None, in_reply_to=asked)
    assert any("same reason today" in why for why in desk.withheld(KIM))
    desk.advance(timedelta(days=1))
    desk.mail(ADA, f"Re: [{number}] Laptop screen", "It is still there.")
    kim_writes(desk, number, "I mean it still.", headers=None, in_reply_to=asked)
    desk.expect_mail(KIM, "refusal")


def test_a_spoofed_agent_moves_nothing(desk: Desk) -> None:
    number = opened(desk)
    forged = {
        "Authentication-Results": "mx.fernhill.example; dmarc=fail header.from=fernhill.example",
        "X-Note": "the next field came with the mail",
        "ARC-Authentication-Results": "i=1; mx.fernhill.example; dmarc=pass header.from=fernhill.example",
    }
    kim_writes(desk, number, "#resolve Hahaha.", headers=forged)
    assert desk.record(number).status == "new"
    desk.expect_mail(KIM, "refusal", "DMARC")
    # Without a proof of the thread the words are not even in the record: they are a matter of their own.
    assert "Hahaha." not in desk.timeline(number)
    desk.expect_mail(KIM, "acknowledgement")


def test_commands_alone_of_an_unverified_agent_are_no_matter_of_their_own(desk: Desk) -> None:
    number = opened(desk)
    kim_writes(desk, number, "#take\n#priority P1", headers=None)
    desk.expect_mail(KIM, "refusal", "not proven that it came from you")
    assert desk.record(number).status == "new"
    assert [record.number for record in desk.records()] == [number]


def test_commands_of_others_are_words_and_they_are_told_nothing_of_commands(desk: Desk) -> None:
    number = opened(desk)
    desk.mail(ADA, f"Re: [{number}] Laptop screen", "#resolve\nIt went away by itself.", headers=PROVEN)
    assert desk.record(number).status == "new"
    assert "#resolve" in desk.timeline(number)


def test_a_fresh_desk_believes_nobody_and_is_useful_all_the_same(desk: Desk) -> None:
    desk.configure(authserv_ids=())
    number = opened(desk)
    asked = desk.last_message_id
    kim_writes(desk, number, "#priority P1\nI will have a look.", in_reply_to=asked)
    desk.expect_mail(KIM, "refusal", "authserv_ids")
    assert "I will have a look." in desk.timeline(number)
    desk.command("resolve", "kim", number, resolution="Cable replaced.")
    resolution = desk.expect_mail(ADA, "resolution")
    desk.reply(ADA, resolution, "The line is back.")
    desk.expect_mail(ADA, "reopened")
    assert desk.record(number).status == "new"
