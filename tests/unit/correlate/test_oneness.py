"""Early splits are joined later, early joins are parted by people, and the machine never undoes what a person said."""

from msgspec.structs import replace

from correlate.effects import LabelLearned, MailDue, RecordChanged
from correlate.policy import Service
from correlate.reasons import sentence
from correlate.situation import FiledItem
from tests.unit.correlate.world import ADA, BEN, CAT, POLICY, TestDesk, alert, mail

DAN, EVE = "dan@fernhill.example", "eve@fernhill.example"
CROWD = (ADA, BEN, CAT, DAN, EVE)


def crowd(desk: TestDesk, minute: float, text: str = "Boxxen zwirbelt und fiept.") -> None:
    """Several people who call a thing by a name that nobody declared."""
    for number, person in enumerate(CROWD):
        desk.take(minute + number / 4, mail(person, "Boxxen", text, f"{minute}.{number}@x"))


def test_what_people_call_by_a_name_of_their_own_is_joined_with_what_began_with_it() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="led-1"))
    crowd(desk, 1)
    desk.wait_until(30)
    (incident,) = desk.incidents()
    assert incident.service == "ledger"
    acknowledged = [each.outgoing.to for each in desk.of(MailDue) if each.outgoing.kind == "acknowledgement"]
    assert sorted(acknowledged) == sorted(CROWD)
    (merged,) = [each for each in desk.of(RecordChanged) if each.change == "merged" and each.record.merged_into]
    assert "onset" in merged.reason.evidence
    assert incident.number in sentence(merged.reason)


def test_what_began_much_later_stays_apart() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="led-1"))
    crowd(desk, 25)
    desk.wait_until(60)
    assert len(desk.incidents()) == 2


def test_with_two_troubles_at_a_time_nothing_is_guessed() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="led-1"), alert("b", resource="web-1"))
    crowd(desk, 1)
    desk.wait_until(60)
    assert len(desk.incidents()) == 3


def test_what_somebody_has_taken_up_is_left_to_them() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="led-1"))
    desk.command(0.5, "take", "INC-1")
    crowd(desk, 1)
    desk.wait_until(60)
    assert len(desk.incidents()) == 2


def split_off(desk: TestDesk, minute: float) -> str:
    """Ada's mail, which joined INC-1, taken out again."""
    desk.situation.items[2, 0] = FiledItem(kind="mail", record="INC-1", subject="1@x", sender=ADA, title="ledger")
    desk.command(minute, "split", "INC-1", items=[[2, 0]])
    return "INC-2"


def test_what_a_person_parted_the_machine_never_joins() -> None:
    desk = TestDesk(replace(POLICY, group_wait=0))
    desk.take(0, alert("a", resource="led-1"))
    desk.take(1, mail(ADA, "ledger", "ledger is slow, all of it errors", "1@x"))
    number = split_off(desk, 2)
    assert desk.record(number).apart == ("INC-1",)
    assert desk.record("INC-1").apart == (number,)
    desk.wait_until(40)
    assert len(desk.incidents()) == 2


def test_a_moved_mail_takes_its_thread_and_its_acknowledgement_along_and_teaches() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="led-1"))
    desk.take(1, mail(ADA, "ledger", "ledger is slow, all of it errors", "1@x"))
    desk.take(2, alert("b", resource="web-1"))
    desk.situation.items[2, 0] = FiledItem(kind="mail", record="INC-1", subject="1@x", sender=ADA, title="ledger")
    effects = desk.command(3, "move", "INC-1", items=[[2, 0]], into="INC-2")
    assert not [each for each in effects if isinstance(each, MailDue)]
    assert [(each.target, each.record, each.value) for each in desk.of(LabelLearned)] == [("move", "INC-1", "INC-2")]
    desk.take(5, mail(ADA, "Re: ledger", "It still is.", "2@x", in_reply_to="1@x"))
    assert desk.situation.threads["2@x"] == "INC-2"
    desk.take(9, alert("a", "resolved", resource="led-1"))
    desk.wait_until(60)
    assert not [each for each in desk.of(MailDue) if each.outgoing.kind == "resolution"]
    desk.take(61, alert("b", "resolved", resource="web-1"))
    desk.wait_until(120)
    assert [each.outgoing.to for each in desk.of(MailDue) if each.outgoing.kind == "resolution"] == [ADA]


def test_three_who_say_the_same_of_a_thing_on_a_desk_are_one_trouble() -> None:
    desk = TestDesk()
    for number, person in enumerate((ADA, BEN, CAT)):
        text = "The screen of the foyer shows zebras and pumpkins."
        desk.take(number * 3, mail(person, "Foyer screen", text, f"{number}@x"))
        expected = 1 if number == 2 else number + 1
        desk.wait_until(number * 3 + 2.5)
        assert len(desk.incidents()) == expected


def test_who_names_another_service_late_opens_an_incident_that_more_mails_keep_apart() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="led-1"))
    for number, person in enumerate((ADA, BEN, CAT)):
        desk.take(40 + number, mail(person, "storage", "storage lost all of my files, an error.", f"{number}@x"))
    desk.wait_until(70)
    assert [incident.service for incident in desk.incidents()] == ["ledger", "storage"]


def test_what_both_need_makes_both_fail_at_once() -> None:
    services = (
        Service(name="core"),
        Service(name="left-base", depends_on=("core",)),
        Service(name="right-base", depends_on=("core",)),
        Service(name="left", depends_on=("left-base",), resources=("left-*",)),
        Service(name="right", depends_on=("right-base",), resources=("right-*",)),
        Service(name="apart", resources=("apart-*",)),
    )
    desk = TestDesk(replace(POLICY, services=services))
    desk.take(0, alert("a", resource="left-1"))
    desk.take(0.2, alert("b", resource="right-1"), alert("c", resource="apart-1"))
    desk.wait_until(20)
    assert [incident.service for incident in desk.incidents()] == ["left", "apart"]
