"""Much is in trouble at once, and people write of it in words that nobody declared."""

from datetime import timedelta

from tests.behaviour.harness import Desk

ADA = "ada@fernhill.example"
BEN = "ben@fernhill.example"
HOUSE_WORD = ("Help", "I cannot get at the Turnbook, everything stays blank since a few minutes.")


def much_is_down(desk: Desk) -> str:
    """The network, and with it names, logins, storage and the orders. The number of the incident."""
    for name, host in (
        ("SwitchUnreachable", "sw-core-1"), ("DnsServfail", "ns-1"), ("Kerberos failures", "dc-a"),
        ("volume latency", "san-01"), ("ReplicationLag", "pg-orders-1"),
    ):  # fmt: skip
        desk.fire(name, host)
    desk.advance(timedelta(minutes=3))
    (number,) = {mail.about for mail in desk.take_mail()}
    return number


def filed(desk: Desk, who: str, subject: str, text: str) -> str:
    desk.mail(who, subject, text)
    return desk.expect_mail(who, "acknowledgement").about


def test_who_writes_of_something_with_a_name_of_the_house_is_told_of_what_is_going_on(desk: Desk) -> None:
    number = much_is_down(desk)
    assert filed(desk, ADA, *HOUSE_WORD) == number
    assert desk.record(number).kind == "incident"


def test_without_a_wide_trouble_the_same_words_are_a_matter_of_their_own(desk: Desk) -> None:
    desk.fire("SwitchUnreachable", "sw-core-1")
    desk.advance(timedelta(minutes=3))
    (number,) = {mail.about for mail in desk.take_mail()}
    assert filed(desk, ADA, *HOUSE_WORD) != number


def test_what_breaks_on_somebodys_own_desk_stays_theirs(desk: Desk) -> None:
    number = much_is_down(desk)
    assert filed(desk, ADA, "Keyboard", "My keyboard is broken, the keys are stuck.") != number


def test_who_wants_something_new_gets_a_request(desk: Desk) -> None:
    number = much_is_down(desk)
    mine = filed(desk, ADA, "New screen", "I would like to order a second screen for my desk, please.")
    assert mine != number
    assert desk.record(mine).kind == "request"


def test_where_another_trouble_goes_on_beside_it_only_what_is_out_of_reach_is_it(desk: Desk) -> None:
    number = much_is_down(desk)
    desk.fire("FuelLow", "generator-7")
    desk.advance(timedelta(minutes=3))
    desk.take_mail()
    beside = {record.number for record in desk.records()} - {number}
    assert beside
    assert filed(desk, BEN, "Turnbook", "The figures in the Turnbook are outdated.") not in {number, *beside}
    assert filed(desk, ADA, *HOUSE_WORD) == number


def test_hours_after_its_last_sign_of_life_it_explains_nothing_any_more(desk: Desk) -> None:
    number = much_is_down(desk)
    desk.advance(timedelta(hours=3))
    desk.take_mail()
    assert filed(desk, BEN, *HOUSE_WORD) != number
