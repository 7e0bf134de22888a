"""What was joined too early is parted when one trouble is over and the other goes on; people are left in peace."""

from correlate.effects import MailDue, RecordChanged
from correlate.reasons import sentence
from tests.unit.correlate.world import ADA, BEN, TestDesk, alert, mail


def joined(desk: TestDesk, *, later: float = 4.5, title: str = "Disk full") -> None:
    """Alerts of two services, one of which needs the other, in one incident; Ada wrote of the first."""
    desk.take(0, alert("a", resource="led-1"))
    desk.take(1, mail(ADA, "ledger fails", "The ledger shows an error.", "1@x"))
    desk.take(later, alert("b", resource="nas-1", title=title))
    (incident,) = desk.incidents()
    assert incident.service == "ledger"


def parted(desk: TestDesk) -> list[RecordChanged]:
    return [each for each in desk.of(RecordChanged) if each.reason.rule == "two troubles after all"]


def test_one_trouble_is_over_and_the_other_goes_on() -> None:
    desk = TestDesk()
    joined(desk)
    desk.take(10, alert("a", "resolved", resource="led-1"))
    desk.wait_until(50)
    first, second = desk.incidents()
    assert (first.status, second.status) == ("resolved", "new")
    assert desk.situation.conditions["b"].record == second.number
    assert second.number in first.apart
    assert first.number in second.apart
    assert first.number in sentence(parted(desk)[0].reason)


def test_who_wrote_stays_is_told_of_the_end_and_acknowledged_once() -> None:
    desk = TestDesk()
    joined(desk)
    desk.take(10, alert("a", "resolved", resource="led-1"))
    desk.wait_until(90)
    kinds = [each.outgoing.kind for each in desk.of(MailDue) if each.outgoing.to == ADA]
    assert kinds.count("acknowledgement") == 1
    assert kinds.count("resolution") == 1


def test_what_began_at_once_in_the_same_way_stays_one() -> None:
    desk = TestDesk()
    joined(desk, later=0.5, title="Errors")
    desk.take(10, alert("a", "resolved", resource="led-1"))
    desk.wait_until(50)
    assert len(desk.incidents()) == 1


def test_who_wrote_of_what_goes_on_is_not_told_that_it_is_over() -> None:
    desk = TestDesk()
    joined(desk)
    desk.take(9, mail(BEN, "storage", "The storage answers with an error.", "2@x"))
    desk.take(10, alert("a", "resolved", resource="led-1"))
    desk.wait_until(50)
    assert not parted(desk)


def test_what_somebody_has_taken_up_is_not_parted() -> None:
    desk = TestDesk()
    joined(desk)
    desk.command(9, "take", "INC-1")
    desk.take(10, alert("a", "resolved", resource="led-1"))
    desk.wait_until(50)
    assert not parted(desk)


def test_what_a_person_joined_is_not_parted() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="led-1"))
    desk.take(20, alert("b", resource="web-1", title="Disk full"))
    first, second = desk.incidents()
    desk.command(21, "join", second.number, into=first.number)
    desk.take(22, alert("a", "resolved", resource="led-1"))
    desk.wait_until(70)
    (incident,) = desk.incidents()
    assert incident.held_together == (second.number,)
    assert not parted(desk)
