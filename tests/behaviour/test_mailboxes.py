"""What the administrator sees of mailboxes that are read by IMAP, and of history that was imported."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from correlate.mailboxes import FAILING, WELL
from ingest.event import Command, Draft
from ingest.normalize import draft_of
from tests.behaviour.harness import ADDRESS, Desk

LONG_AGO = datetime(2025, 11, 3, 14, 5, tzinfo=UTC)


def old_mail(
    desk: Desk, sender: str, subject: str, text: str, *, at: datetime, ident: str, reply_to: str | None = None,
    **headers: str,
) -> int:  # fmt: skip
    """One mail of an imported mailbox."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = sender, ADDRESS, subject, at
    mail["Message-ID"] = f"<{ident}>"
    if reply_to is not None:
        mail["In-Reply-To"] = f"<{reply_to}>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    envelope = {"imported_at": at.isoformat(), "rcpt_to": [ADDRESS]}
    return desk._accept(Draft(kind="mail", route="import", envelope=envelope, body=mail.as_bytes()))


def test_imported_mails_become_closed_records_with_their_own_dates_and_nobody_hears_of_them(desk: Desk) -> None:
    old_mail(desk, "ana@fernhill.example", "No network", "The network is down here.", at=LONG_AGO, ident="1@x")
    later = LONG_AGO + timedelta(days=2)
    old_mail(desk, "ben@fernhill.example", "Re: No network", "Here too.", at=later, ident="2@x", reply_to="1@x")
    answered = later + timedelta(hours=1)
    old_mail(desk, ADDRESS, "Re: No network", "A cable was loose.", at=answered, ident="3@x", reply_to="2@x")
    desk.advance(timedelta(days=5))

    (record,) = desk.records()
    assert record.status == "closed"
    assert (record.opened_at, record.closed_at) == (LONG_AGO, answered)
    assert record.requester == "ana@fernhill.example"
    assert "Here too." in desk.timeline(record.number)
    assert "A cable was loose." in desk.timeline(record.number)
    assert "imported as history" in desk.sentence(record.reasons[0])


def test_machines_and_mails_that_come_twice_open_nothing_in_history_either(desk: Desk) -> None:
    old_mail(desk, "ana@fernhill.example", "No network", "The network is down.", at=LONG_AGO, ident="1@x")
    old_mail(desk, "ana@fernhill.example", "No network", "The network is down.", at=LONG_AGO, ident="1@x")
    old_mail(
        desk, "ben@fernhill.example", "Away", "I am away.", at=LONG_AGO, ident="2@x", Auto_Submitted="auto-replied"
    )
    old_mail(
        desk, "alertmanager@fernhill.example", "[FIRING:1] HostDown db-1", "HostDown on db-1", at=LONG_AGO, ident="3@x",
        Auto_Submitted="auto-generated",
    )  # fmt: skip

    text = "CRITICAL: disk on db-1 is full\n\nNotification Type: PROBLEM\nService: disk\nHost: db-1\nState: CRITICAL\n"
    old_mail(desk, "ops@fernhill.example", "** PROBLEM Service Alert: db-1/disk is CRITICAL **", text,
             at=LONG_AGO, ident="4@x")  # fmt: skip

    assert len(desk.records()) == 1


def test_history_takes_no_part_in_the_present(desk: Desk) -> None:
    yesterday = desk.now - timedelta(days=1)
    old_mail(desk, "ana@fernhill.example", "ERP is down", "The ERP is down for all of us.", at=yesterday, ident="1@x")

    desk.mail("ben@fernhill.example", "ERP is down", "The ERP is down, nobody can work.")

    desk.expect_mail("ben@fernhill.example", "acknowledgement")
    assert len(desk.records()) == 2
    assert desk.records()[0].status == "closed"


def test_whoever_answers_an_old_mail_shortly_after_the_import_goes_on_with_the_matter(desk: Desk) -> None:
    yesterday = desk.now - timedelta(days=1)
    old_mail(desk, "ana@fernhill.example", "No network", "The network is down here.", at=yesterday, ident="1@x")
    old_mail(desk, "ben@fernhill.example", "Re: No network", "Same.", at=yesterday, ident="2@x", reply_to="1@x")

    desk.mail("ana@fernhill.example", "Re: No network", "It is still down here.", in_reply_to="<1@x>")

    desk.expect_mail("ana@fernhill.example", "acknowledgement")
    (record,) = desk.records()
    assert record.status == "new"


def test_whoever_answers_an_old_mail_long_after_gets_a_record_that_names_the_old_one(desk: Desk) -> None:
    old_mail(desk, "ana@fernhill.example", "No network", "The network is down here.", at=LONG_AGO, ident="1@x")

    desk.mail("ana@fernhill.example", "Re: No network", "It is down again.", in_reply_to="<1@x>")

    desk.expect_mail("ana@fernhill.example", "acknowledgement")
    old, new = desk.records()
    assert (old.status, new.status) == ("closed", "new")
    assert old.number in new.related


def failing(desk: Desk, action: str, since: datetime, trouble: str | None = None) -> int:
    arguments = {"since": since.isoformat(), "host": "imap.fernhill.example", "trouble": trouble}
    command = Command(action=action, actor="desk", subject="support", arguments=arguments)
    return desk._accept(draft_of(command, "mailbox:support"))


def test_administrators_hear_once_that_a_mailbox_cannot_be_read_and_once_that_it_can_be_again(desk: Desk) -> None:
    desk.configure(administrators=("root@fernhill.example", "ops@fernhill.example"), observing=("mailbox:support",))
    since = desk.now - timedelta(hours=1)

    failing(desk, FAILING, since, "The password is not accepted.")
    failing(desk, FAILING, since, "The password is not accepted.")

    for address in ("root@fernhill.example", "ops@fernhill.example"):
        desk.expect_mail(address, "staff", "mailbox", "support", "cannot be read", "The password is not accepted.")
    failing(desk, WELL, since)
    for address in ("root@fernhill.example", "ops@fernhill.example"):
        desk.expect_mail(address, "staff", "support", "can be read again")
    later = desk.now
    failing(desk, FAILING, later, "Nothing listens there.")
    desk.expect_mail("root@fernhill.example", "staff", "Nothing listens there.")
    desk.expect_mail("ops@fernhill.example", "staff", "Nothing listens there.")


def test_without_administrators_the_agents_hear_of_it(desk: Desk) -> None:
    failing(desk, FAILING, desk.now, "The password is not accepted.")

    desk.expect_mail("kim@fernhill.example", "staff", "cannot be read")


def test_a_mail_of_a_mailbox_that_is_observed_is_decided_and_its_answer_is_held(desk: Desk) -> None:
    desk.configure(observing=("mailbox:support",))
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "ana@fernhill.example", ADDRESS, "The scanner does not scan"
    mail.set_content("It only makes a noise.")
    envelope = {"mailbox": "support", "folder": "INBOX", "uid": 7, "uidvalidity": 1, "rcpt_to": [ADDRESS]}
    desk._accept(Draft(kind="mail", route="mailbox:support", envelope=envelope, body=mail.as_bytes()))

    assert [outgoing.to for outgoing in desk.held()] == ["ana@fernhill.example"]
    assert len(desk.records()) == 1


def test_a_mail_that_was_left_in_its_mailbox_shows_in_the_quarantine(desk: Desk) -> None:
    why = "A mail in INBOX was not taken. It has 80.0 MB. It stays there."
    envelope = {"mailbox": "support", "not_fetched": why, "rcpt_to": [ADDRESS]}
    desk._accept(Draft(kind="mail", route="mailbox:support", envelope=envelope, body=b"Subject: big\r\n"))

    (item,) = desk.quarantine()
    assert why in desk.sentence(item.reason)
    assert desk.records() == []
