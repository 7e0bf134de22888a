"""Which record a mail belongs to, and who is told what."""

from correlate.effects import InputIgnored, MailDue, MailFiled, MailWithheld
from correlate.gist import own_words
from ingest.event import Bounce, Mail
from tests.unit.correlate.world import ADA, BEN, CAT, TestDesk, alert, mail

OUTSIDER = "someone@elsewhere.example"


def sent(desk: TestDesk, to: str) -> list[tuple[str, str, str | None]]:
    return [
        (each.outgoing.kind, each.outgoing.template, each.outgoing.about)
        for each in desk.of(MailDue)
        if each.outgoing.to == to
    ]


def ledger_is_down(desk: TestDesk) -> None:
    desk.take(0, alert("a", resource="led-1"))


def test_who_names_the_service_in_trouble_hears_that_it_is_known_and_when_it_is_over() -> None:
    desk = TestDesk()
    ledger_is_down(desk)
    desk.take(5, mail(ADA, "ledger gone", "I cannot open the ledger, it shows a blank page.", "1@x"))
    desk.take(30, alert("a", status="resolved"))
    desk.wait_until(120)
    assert sent(desk, ADA) == [("acknowledgement", "known_incident", "INC-1"), ("resolution", "resolution", "INC-1")]


def test_the_end_is_told_once_however_often_it_ends() -> None:
    desk = TestDesk()
    ledger_is_down(desk)
    desk.take(5, mail(ADA, "ledger gone", "I cannot open the ledger.", "1@x"))
    desk.take(10, alert("a", status="resolved"))
    desk.take(18, alert("a"))
    desk.take(22, alert("a", status="resolved"))
    desk.wait_until(200)
    assert [kind for kind, _, _ in sent(desk, ADA)] == ["acknowledgement", "resolution"]


def test_one_typo_does_not_hide_a_name() -> None:
    desk = TestDesk()
    ledger_is_down(desk)
    desk.take(5, mail(ADA, "trouble", "The legder does not open any more on our floor.", "1@x"))
    assert desk.of(MailFiled)[0].record == "INC-1"


def test_a_symptom_of_what_depends_on_it_joins() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="pg-1"))
    desk.take(5, mail(ADA, "ledger gone", "The ledger does not load my postings.", "1@x"))
    assert desk.of(MailFiled)[0].record == "INC-1"


def test_somebodys_own_trouble_does_not_join() -> None:
    desk = TestDesk()
    ledger_is_down(desk)
    desk.take(5, mail(ADA, "Mouse", "The wheel of my mouse squeaks terribly when scrolling.", "1@x"))
    assert desk.of(MailFiled)[0].record == "INC-2"


def test_a_colleagues_me_too_follows_the_thread() -> None:
    desk = TestDesk()
    ledger_is_down(desk)
    desk.take(5, mail(ADA, "ledger gone", "I cannot open the ledger.", "1@x"))
    desk.take(9, mail(BEN, "Re: ledger gone", "Same here.", "2@x", in_reply_to="1@x"))
    assert {each.record for each in desk.of(MailFiled)} == {"INC-1"}
    assert sent(desk, BEN) == [("acknowledgement", "known_incident", "INC-1")]


def test_an_old_thread_answered_about_something_else_is_something_else() -> None:
    desk = TestDesk()
    desk.take(0, mail(ADA, "intranet pages", "The intranet pages show an error.", "1@x"))
    desk.command(10, "resolve", "INC-1", resolution="Restarted.")
    desk.take(60, alert("a", resource="led-1"))
    desk.take(70, mail(BEN, "Re: intranet pages", "Now the ledger does not open.", "2@x", in_reply_to="1@x"))
    assert desk.of(MailFiled)[-1].record == "INC-2"


def test_people_alone_make_an_incident_and_alerts_that_waited_join_it() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", severity="warning", resource="led-1"))
    desk.take(2, mail(ADA, "ledger slow", "The ledger takes ages to open.", "1@x"))
    assert len(desk.incidents()) == 1
    assert desk.situation.conditions["a"].record == "INC-1"


def test_the_number_of_people_raises_the_impact() -> None:
    desk = TestDesk()
    for n in range(12):
        desk.take(n, mail(f"p{n}@fernhill.example", "ledger", "The ledger is down for us.", f"{n}@x"))
    (incident,) = desk.incidents()
    assert incident.impact == "high"


def test_an_outsider_hears_nothing_of_others_and_joins_nothing() -> None:
    desk = TestDesk()
    ledger_is_down(desk)
    desk.take(5, mail(OUTSIDER, "ledger gone", "Your ledger does not open.", "1@x"))
    assert desk.of(MailFiled)[0].record == "REQ-1"
    assert sent(desk, OUTSIDER) == [("acknowledgement", "bare_acknowledgement", "REQ-1")]
    assert set(desk.of(MailDue)[-1].outgoing.facts) == {"number"}


def test_the_same_mail_through_another_recipient_is_one_mail() -> None:
    desk = TestDesk()
    first = mail(ADA, "Mouse", "The wheel of my mouse squeaks.", "1@x")
    desk.take(0, first)
    desk.take(1, first)
    assert len(desk.of(MailFiled)) == 1
    assert [each.record for each in desk.of(InputIgnored)] == ["INC-1"]


def test_machines_are_not_answered_and_a_bounce_shows_where_it_belongs() -> None:
    desk = TestDesk()
    desk.take(0, mail(ADA, "Mouse", "The wheel of my mouse squeaks.", "1@x"))
    ours = desk.of(MailDue)[0].outgoing.message_id
    desk.take(
        1, mail("mailer-daemon@x.example", "Undelivered", "", "2@x", automatic="bounce", bounce=Bounce(message_id=ours))
    )
    desk.take(2, mail(BEN, "Away", "Back on Monday.", "3@x", automatic="out-of-office"))
    assert len(desk.of(MailDue)) == 1
    filed = desk.of(MailFiled)[-1]
    assert (filed.record, filed.internal, filed.automatic) == ("INC-1", True, "bounce")


def test_thanks_do_not_reopen() -> None:
    desk = TestDesk()
    desk.take(0, mail(ADA, "Mouse", "The wheel of my mouse squeaks.", "1@x"))
    desk.command(10, "resolve", "INC-1", resolution="Replaced.")
    desk.take(20, mail(ADA, "Re: Mouse", "Thank you, works again!", "2@x", in_reply_to="1@x"))
    assert desk.record("INC-1").status == "resolved"
    desk.take(30, mail(ADA, "Re: Mouse", "It squeaks again, even louder.", "3@x", in_reply_to="1@x"))
    assert desk.record("INC-1").status == "new"


def test_mail_that_must_not_be_answered_is_withheld_with_its_reason() -> None:
    desk = TestDesk()
    desk.take(0, mail(CAT, "Mouse", "The wheel of my mouse squeaks.", "1@x", answerable=False))
    assert not desk.of(MailDue)
    assert [each.reason.rule for each in desk.of(MailWithheld)] == ["must not be answered"]


def test_merging_tells_nobody_of_the_end_twice() -> None:
    desk = TestDesk()
    desk.take(0, mail(ADA, "Mouse", "The wheel of my mouse squeaks.", "1@x"))
    desk.take(60, mail(ADA, "Chair", "One wheel fell off the chair.", "2@x"))
    desk.command(61, "join", "INC-2", into="INC-1")
    desk.command(62, "resolve", "INC-1", resolution="Done.")
    assert [about for kind, _, about in sent(desk, ADA) if kind == "resolution"] == ["INC-1"]


def test_message_ids_do_not_depend_on_when_a_deadline_was_noticed() -> None:
    early, late = TestDesk(), TestDesk()
    for desk in (early, late):
        desk.take(0, alert("a"))
        desk.take(1, mail(ADA, "ledger gone", "I cannot open the ledger.", "1@x"))
        desk.take(30, alert("a", status="resolved"))
    for minute in range(31, 120):
        early.wait_until(minute)
    late.wait_until(120)
    assert [e.outgoing.message_id for e in early.of(MailDue)] == [e.outgoing.message_id for e in late.of(MailDue)]


def test_footers_are_nobodys_words() -> None:
    text = "The ledger is down.\n\nPlease consider the environment before printing this e-mail.\nSent from my phone"
    assert own_words(Mail(sender=None, new_text=text)).strip() == "The ledger is down."
