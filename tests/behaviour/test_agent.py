"""An agent works on records; what a person says holds."""

from datetime import timedelta

from tests.behaviour.harness import Desk

ADA = "ada@fernhill.example"
BEN = "ben@fernhill.example"
OWNER = "apps@fernhill.example"


def opened(
    desk: Desk, who: str = ADA, subject: str = "Laptop", text: str = "My laptop does not start any more."
) -> str:
    desk.mail(who, subject, text)
    return desk.expect_mail(who, "acknowledgement").about


def test_taking_assigns_and_an_impossible_second_resolution_is_refused_with_a_sentence(desk: Desk) -> None:
    number = opened(desk)
    desk.command("take", "kim", number)
    desk.expect_mail(ADA, "update")
    assert desk.record(number).assignee == "kim"
    desk.command("resolve", "kim", number, resolution="Replaced the battery.")
    desk.expect_mail(ADA, "resolution")
    refusal = desk.refused("resolve", "kim", number, resolution="Again.")
    assert "resolved" in refusal


def test_an_internal_note_is_not_mailed(desk: Desk) -> None:
    number = opened(desk)
    desk.command("note", "kim", number, text="Third time this month for this person.")
    assert "Third time" in desk.timeline(number)


def test_an_answer_is_mailed_in_the_thread(desk: Desk) -> None:
    number = opened(desk)
    asked = desk.last_message_id
    desk.command("reply", "kim", number, text="Please hold the power button for ten seconds.")
    answer = desk.expect_mail(ADA, "update", "hold the power button")
    assert asked in answer.header("References")


def test_a_corrected_category_and_priority_are_kept_as_labels_and_never_overwritten(desk: Desk) -> None:
    number = opened(desk)
    desk.command("set", "kim", number, field="priority", value="P1")
    desk.command("set", "kim", number, field="category", value="hardware")
    desk.mail(ADA, f"Re: [{number}]", "no hurry at all, take your time")
    record = desk.record(number)
    assert (record.priority, record.category) == ("P1", "hardware")
    assert {(label.target, label.value) for label in desk.labels(number)} == {
        ("priority", "P1"),
        ("category", "hardware"),
    }


def test_joining_two_records_leads_later_mails_to_the_survivor_and_tells_nobody_twice(desk: Desk) -> None:
    first = opened(desk, ADA, "Coffee corner screen", "The info screen at the coffee corner is black.")
    second = opened(desk, BEN, "Badge", "My badge does not open the garage any more.")
    asked = desk.last_message_id
    desk.command("join", "kim", second, into=first)
    desk.take_mail(BEN)
    assert desk.record(second).merged_into == first
    desk.mail(BEN, "Re: Badge", "It is the screen as well.", in_reply_to=asked)
    assert "the screen as well" in desk.timeline(first)
    desk.command("resolve", "kim", first, resolution="Power supply replaced.")
    assert len(desk.take_mail(ADA)) == 1
    assert len(desk.take_mail(BEN)) == 1


def test_splitting_takes_a_mail_out_again(desk: Desk) -> None:
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(minutes=5))
    number = desk.expect_mail(OWNER, "staff").about
    position = desk.mail(ADA, "ERP error", "The erp shows an error page whenever I post something.")
    desk.expect_mail(ADA, "acknowledgement", number)
    desk.command("split", "kim", number, items=[[position, 0]])
    (new,) = [record for record in desk.records() if record.number != number]
    assert new.requester == ADA
    desk.take_mail(ADA)
    desk.resolve("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(hours=1))
    assert desk.record(number).status == "resolved"
    assert desk.record(new.number).status != "resolved"
    desk.take_mail(OWNER)
    assert not [mail for mail in desk.take_mail(ADA) if mail.kind == "resolution"]


def test_a_resolved_record_is_closed_after_a_while(desk: Desk) -> None:
    number = opened(desk)
    desk.command("resolve", "kim", number, resolution="Replaced the battery.")
    desk.expect_mail(ADA, "resolution")
    desk.advance(timedelta(days=8))
    assert desk.record(number).status == "closed"
    desk.expect_mail("pm@fernhill.example", "digest")


def test_a_command_for_what_does_not_exist_is_refused_with_a_sentence(desk: Desk) -> None:
    assert "INC-999" in desk.refused("resolve", "kim", "INC-999", resolution="?")
