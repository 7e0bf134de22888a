"""A mail that was filed on weak evidence moves when it is clearly about something else, and nobody is told twice."""

from correlate.effects import MailDue, MailFiled
from correlate.reasons import sentence
from tests.unit.correlate.world import ADA, BEN, CAT, TestDesk, alert, mail


def moved(desk: TestDesk) -> list[MailFiled]:
    return [each for each in desk.of(MailFiled) if each.moved]


def storage_then_ledger(desk: TestDesk) -> None:
    """Storage fails; Ada writes of the ledger, which needs it, and Ben answers her. Then the ledger turns out to fail
    by itself, in another way: it has an incident of its own."""
    desk.take(0, alert("a", resource="nas-1", title="Disk full"))
    desk.take(5, mail(ADA, "ledger", "The ledger shows an error window.", "1@x"))
    desk.take(6, mail(BEN, "Re: ledger", "Same for me.", "2@x", in_reply_to="1@x"))
    assert [each.record for each in desk.of(MailFiled)] == ["INC-1", "INC-1"]
    desk.take(17, alert("b", resource="led-1", title="Postings rejected"))
    assert desk.situation.conditions["b"].record == "INC-2"


def test_a_mail_moves_to_the_incident_of_the_service_that_it_names_with_what_answered_it() -> None:
    desk = TestDesk()
    storage_then_ledger(desk)
    desk.wait_until(30)
    assert [(each.record, each.sender) for each in moved(desk)] == [("INC-2", ADA), ("INC-2", BEN)]
    said = sentence(moved(desk)[0].reason)
    assert "INC-1" in said
    assert "INC-2" in said
    assert desk.situation.threads["1@x"] == "INC-2"


def test_who_is_moved_is_acknowledged_once_and_hears_of_the_end_of_the_other_incident_alone() -> None:
    desk = TestDesk()
    storage_then_ledger(desk)
    desk.take(31, alert("a", "resolved", resource="nas-1", title="Disk full"))
    desk.wait_until(80)
    told = [(each.outgoing.kind, each.outgoing.about) for each in desk.of(MailDue) if each.outgoing.to == ADA]
    assert told == [("acknowledgement", "INC-1")]
    desk.take(81, alert("b", "resolved", resource="led-1", title="Postings rejected"))
    desk.wait_until(140)
    told = [(each.outgoing.kind, each.outgoing.about) for each in desk.of(MailDue) if each.outgoing.to == ADA]
    assert told == [("acknowledgement", "INC-1"), ("resolution", "INC-2")]


def test_the_incident_forgets_the_words_and_the_doubt() -> None:
    desk = TestDesk()
    storage_then_ledger(desk)
    desk.wait_until(60)
    assert "window" not in desk.record("INC-1").topic
    assert "window" in desk.record("INC-2").topic
    assert desk.record("INC-1").doubted == ()


def test_what_a_person_has_taken_up_stays_as_it_is() -> None:
    desk = TestDesk()
    storage_then_ledger(desk)
    desk.command(18, "take", "INC-1")
    desk.wait_until(60)
    assert not moved(desk)


def test_a_mail_that_names_the_failing_service_is_not_doubted() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="nas-1", title="Disk full"))
    desk.take(5, mail(CAT, "storage", "The storage takes no files.", "3@x"))
    assert desk.record("INC-1").doubted == ()
