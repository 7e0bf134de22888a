"""Somebody wants to hear no more of an incident: by a reply of one word, for a while, and with a reason."""

from datetime import timedelta
from typing import Any

import pytest

from correlate.policy import Agent
from tests.behaviour.harness import Desk
from tests.behaviour.post_office import SentMail
from tests.behaviour.test_escalation import ANA, APPS, KIM, PROVEN, erp_fails, on_call


@pytest.fixture(autouse=True)
def _our_mail_server_is_believed(desk: Desk) -> None:
    desk.configure(authserv_ids=("mx.fernhill.example",), repeat_interval=3600, problem_managers=())


def told(desk: Desk) -> SentMail:
    """ERP fails, and its owner hears of it."""
    desk.fire("ErpDown", "erp-1")
    desk.advance(timedelta(seconds=31))
    return desk.expect_mail(APPS, "staff", "mute 4h")


def owner_writes(desk: Desk, to: SentMail, text: str, **more: Any) -> None:
    desk.reply(APPS, to, text, headers=PROVEN, **more)


def test_mute_4h_by_reply_is_four_hours_of_silence_and_then_one_mail(desk: Desk) -> None:
    mail = told(desk)
    owner_writes(desk, mail, "mute 4h\nThe vendor replaces the disk at noon.")
    muted = desk.record(mail.about).mute
    assert muted is not None
    assert (muted.by, muted.why) == (APPS, "The vendor replaces the disk at noon.")
    assert muted.until == muted.at + timedelta(hours=4)
    desk.advance(timedelta(hours=3, minutes=58))
    assert desk.outbox_is_empty()
    assert any(APPS in why and "replaces the disk" in why for why in desk.not_told(mail.about))
    desk.advance(timedelta(minutes=5))
    desk.expect_mail(APPS, "staff", "still goes on")
    assert desk.record(mail.about).mute is None


def test_mute_without_a_time_lasts_until_it_is_over_and_its_end_is_told(desk: Desk) -> None:
    mail = told(desk)
    owner_writes(desk, mail, "mute")
    desk.advance(timedelta(hours=30))
    assert desk.outbox_is_empty()
    desk.resolve("ErpDown", "erp-1")
    desk.advance(timedelta(minutes=30))
    desk.expect_mail(APPS, "staff", "resolved")
    assert desk.record(mail.about).mute is None


def test_unmute_by_reply_ends_it(desk: Desk) -> None:
    mail = told(desk)
    owner_writes(desk, mail, "mute 2d")
    desk.advance(timedelta(hours=2))
    owner_writes(desk, mail, "unmute")
    assert desk.record(mail.about).mute is None
    desk.advance(timedelta(seconds=10))
    desk.expect_mail(APPS, "staff", "still goes on")
    desk.advance(timedelta(minutes=59))
    assert desk.outbox_is_empty()
    desk.advance(timedelta(minutes=2))
    desk.expect_mail(APPS, "staff", "still goes on")


def test_what_gets_worse_is_told_though_it_is_muted(desk: Desk) -> None:
    alert = {"id": "erp", "host": "erp-1", "title": "ERP slow", "status": "firing"}
    desk.post("generic", {**alert, "severity": "major"})
    desk.advance(timedelta(seconds=31))
    mail = desk.expect_mail(APPS, "staff")
    owner_writes(desk, mail, "mute 1w")
    desk.advance(timedelta(hours=2))
    assert desk.outbox_is_empty()
    desk.post("generic", {**alert, "severity": "critical"})
    desk.expect_mail(APPS, "staff", "still goes on")
    assert "graver than when it was muted" in desk.decisions(mail.about)


def test_a_mute_stops_the_escalation_too_and_its_end_lets_it_go_on(desk: Desk) -> None:
    on_call(desk)
    desk.configure(repeat_interval=0)
    number = erp_fails(desk)
    page = desk.expect_mail(ANA, "staff", "is open")
    desk.reply(ANA, page, "mute 1h: I am on the train", headers=PROVEN)
    muted = desk.record(number).mute
    assert muted is not None
    assert muted.why == "I am on the train"
    desk.advance(timedelta(minutes=58))
    assert desk.outbox_is_empty()
    desk.advance(timedelta(minutes=3))
    assert len([mail for mail in desk.take_mail() if "nobody has taken it" in mail.text]) == 3


def test_a_mute_before_anybody_was_told_holds_the_first_mail_back(desk: Desk) -> None:
    desk.fire("ErpDown", "erp-1")
    (record,) = desk.records()
    desk.command("mute", "kim", record.number, seconds=600, text="I am on it.")
    desk.advance(timedelta(minutes=9))
    assert desk.outbox_is_empty()
    desk.advance(timedelta(minutes=2))
    desk.expect_mail(APPS, "staff", "is open")


def test_a_flapping_alert_does_not_end_a_mute(desk: Desk) -> None:
    mail = told(desk)
    owner_writes(desk, mail, "mute 1d")
    for _ in range(6):
        desk.advance(timedelta(minutes=4))
        desk.resolve("ErpDown", "erp-1")
        desk.advance(timedelta(minutes=4))
        desk.fire("ErpDown", "erp-1")
    desk.advance(timedelta(hours=1))
    assert desk.record(mail.about).mute is not None
    desk.take_mail(APPS)


def test_a_stranger_in_the_owners_name_mutes_nothing_and_the_owner_is_asked(desk: Desk) -> None:
    mail = told(desk)
    desk.reply(APPS, mail, "mute 4h")
    assert desk.record(mail.about).mute is None
    asked = desk.expect_mail(APPS, "refusal", "Confirm it by mail")
    link = next(word for word in asked.text.split() if word.startswith("mailto:") or "subject=" in word)
    subject = link.partition("subject=")[2].rstrip(">)").replace("%23", "#").replace("%20", " ")
    desk.mail(APPS, subject, "")
    assert desk.record(mail.about).mute is not None


def test_who_has_heard_nothing_of_it_cannot_mute_it(desk: Desk) -> None:
    mail = told(desk)
    desk.reply("eve@fernhill.example", mail, "mute 4h", headers=PROVEN)
    desk.take_mail("eve@fernhill.example")
    assert desk.record(mail.about).mute is None


def test_an_agent_can_mute_any_incident_by_its_number(desk: Desk) -> None:
    desk.configure(agents=(Agent(login="kim", address=KIM, roles=("agent",)),))
    mail = told(desk)
    desk.mail(KIM, f"[{mail.about}]", "#mute 90m\n\nKnown since Monday.", headers=PROVEN)
    muted = desk.record(mail.about).mute
    assert muted is not None
    assert (muted.by, muted.why) == ("kim", "Known since Monday.")


def test_a_duration_that_is_too_long_is_refused_with_a_sentence(desk: Desk) -> None:
    mail = told(desk)
    owner_writes(desk, mail, "mute 99w")
    desk.expect_mail(APPS, "refusal", "90 days at most")
    assert desk.record(mail.about).mute is None


def test_words_that_only_begin_with_mute_are_an_answer(desk: Desk) -> None:
    desk.mail("ada@fernhill.example", "The ERP is down", "I cannot log in to the ERP.")
    number = desk.expect_mail("ada@fernhill.example", "acknowledgement").about
    desk.configure(agents=(Agent(login="kim", address=KIM, roles=("agent",)),))
    desk.mail(KIM, f"[{number}]", "Mute the phone and call again.", headers=PROVEN)
    desk.expect_mail("ada@fernhill.example", "update", "Mute the phone")
    assert desk.record(number).mute is None
