"""Only who heard that it fires hears that it is over, whatever happens to the incident in between."""

from datetime import timedelta

import pytest

from correlate.declared import Level
from tests.behaviour.harness import Desk
from tests.behaviour.test_escalation import ANA, BOSS, on_call

APPS = "apps@fernhill.example"
PHONES = "collaboration@fernhill.example"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def phones_fail(desk: Desk) -> str:
    """The phones fail, and their owner has heard of it."""
    desk.fire("TrunkLost", "pbx-1")
    desk.advance(MINUTE)
    return desk.expect_mail(PHONES, "staff", "is open").about


def both_over(desk: Desk) -> None:
    desk.resolve("TrunkLost", "pbx-1")
    desk.resolve("ErpDown", "erp-app-1")
    desk.advance(HOUR)


def test_who_heard_of_an_incident_that_was_joined_to_one_that_is_silenced_hears_the_end(desk: Desk) -> None:
    desk.command("silence-add", "kim", "", services=["erp"], duration=7200, comment="The database moves.")
    desk.fire("ErpDown", "erp-app-1")
    silenced = desk.records()[0].number
    told = phones_fail(desk)
    desk.command("join", "kim", told, into=silenced)
    desk.advance(MINUTE)
    desk.expect_mail(APPS, "staff", "is open")  # no silence holds back the phones, which are a part of it now
    both_over(desk)
    desk.expect_mail(PHONES, "staff", "resolved")
    desk.expect_mail(APPS, "staff", "resolved")


def test_it_is_over_before_its_owner_was_told_but_somebody_knows_of_a_part(desk: Desk) -> None:
    desk.configure(group_wait=600)
    desk.fire("TrunkLost", "pbx-1")
    desk.advance(9 * MINUTE + timedelta(seconds=30))
    desk.fire("ErpDown", "erp-app-1")
    desk.advance(MINUTE)
    told = desk.expect_mail(PHONES, "staff", "is open").about
    kept = next(record.number for record in desk.records() if record.service == "erp")
    desk.command("join", "kim", told, into=kept)
    both_over(desk)
    desk.expect_mail(PHONES, "staff", "resolved")


def test_an_owner_who_knows_of_a_part_is_not_told_again_when_two_are_one(desk: Desk) -> None:
    desk.configure(group_wait=600)
    desk.fire("ErpSlow", "erp-app-2")
    desk.advance(11 * MINUTE)
    told = desk.expect_mail(APPS, "staff", "is open").about
    desk.advance(3 * HOUR)
    desk.fire("ErpDown", "erp-app-1")
    desk.advance(MINUTE)
    fresh = desk.records()[-1].number
    assert fresh != told
    desk.command("join", "kim", told, into=fresh)
    desk.advance(HOUR)
    assert desk.outbox_is_empty()
    desk.resolve("ErpDown", "erp-app-1")
    desk.resolve("ErpSlow", "erp-app-2")
    desk.advance(HOUR)
    desk.expect_mail(APPS, "staff", "resolved")


def test_an_alert_that_was_joined_to_what_people_wrote_of_before_anybody_was_told_is_told(desk: Desk) -> None:
    desk.mail("ada@fernhill.example", "ERP is down", "The ERP does not start, for nobody here.")
    wrote = desk.expect_mail("ada@fernhill.example", "acknowledgement").about
    desk.advance(6 * HOUR)
    desk.fire("TrunkLost", "pbx-1")
    number = desk.records()[-1].number
    assert number != wrote
    desk.command("join", "kim", number, into=wrote)
    desk.advance(MINUTE)
    assert [mail.about for mail in desk.take_mail() if mail.kind == "staff"] == [wrote]


def test_who_was_called_in_and_heard_the_end_hears_nothing_of_the_next_round_unless_called_again(desk: Desk) -> None:
    """It is opened again after its end was told: its owner is told anew, and so is the chain, from its beginning."""
    on_call(desk, Level(to=(ANA,), after=0), Level(to=(BOSS,), after=900))
    desk.fire("ErpDown", "erp-1")
    desk.advance(20 * MINUTE)
    assert [mail.to for mail in desk.take_mail()].count(BOSS) == 1
    desk.resolve("ErpDown", "erp-1")
    desk.advance(19 * MINUTE)
    assert {mail.to for mail in desk.take_mail()} == {APPS, ANA, BOSS}
    desk.fire("ErpDown", "erp-1")
    desk.advance(5 * MINUTE)
    assert {mail.to for mail in desk.take_mail()} == {APPS, ANA}
    desk.resolve("ErpDown", "erp-1")
    desk.advance(HOUR)
    assert {mail.to for mail in desk.take_mail()} == {APPS, ANA}
    assert len(desk.records()) == 1


# --- while a source is only observed ----------------------------------------------------------------------------------


def observed(desk: Desk) -> str:
    """ERP fails while its source is only observed; the Message-ID of the notice that is held."""
    desk.configure(observing=("hook:alertmanager",))
    desk.fire("ErpDown", "erp-app-1")
    desk.advance(5 * MINUTE)
    (held,) = desk.held()
    return held.message_id


def test_whose_notice_was_held_hears_of_no_end_when_the_source_is_switched_on_meanwhile(desk: Desk) -> None:
    observed(desk)
    desk.configure(observing=())
    desk.resolve("ErpDown", "erp-app-1")
    desk.advance(HOUR)
    assert [record.status for record in desk.records()] == ["resolved"]
    assert desk.outbox_is_empty()


@pytest.mark.parametrize("first", ["released", "switched on"])
def test_whose_notice_was_let_out_hears_of_the_end(desk: Desk, first: str) -> None:
    held = observed(desk)
    for what in ("released", "switched on") if first == "released" else ("switched on", "released"):
        if what == "released":
            desk.command("mail-release", "kim", held)
        else:
            desk.configure(observing=())
        desk.advance(MINUTE)
    desk.expect_mail(APPS, "staff", "is open")
    desk.resolve("ErpDown", "erp-app-1")
    desk.advance(HOUR)
    desk.expect_mail(APPS, "staff", "resolved")
