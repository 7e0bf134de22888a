"""The desk behind a real Postfix: mail comes through it, leaves through it, and comes back through it."""

import base64
import subprocess
from email.message import EmailMessage

import dkim
import pytest

from correlate.identity import known_as
from tests.integration.postfix import DOMAIN, LOGIN, PASSWORD, Postfix, a_mail
from tests.integration.running_desk import ADDRESS, RunningDesk, until

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.waits]


def configure(desk: RunningDesk, postfix: Postfix, *more: str, smtp_in: str = "") -> None:
    """The desk sends through Postfix: STARTTLS, an authority of its own, a login, DKIM, keyed addresses."""
    (desk.folder / "password").write_text(PASSWORD)
    key = desk.folder / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)
    lines = [
        'host = "localhost"', f"port = {postfix.submission}", f'ca_file = "{postfix.ca}"', f'username = "{LOGIN}"',
        'password_file = "password"', "plus_addresses = true", f'dkim_domain = "{DOMAIN}"', 'dkim_selector = "desk"',
        'dkim_key_file = "dkim.pem"', *more,
    ]  # fmt: skip
    text = desk.config.read_text().replace('maildir = "sent"', "\n".join(lines))
    desk.config.write_text(text.replace("mails_per_minute = 100000", smtp_in or "mails_per_minute = 100000"))


def public_key(desk: RunningDesk) -> bytes:
    der = subprocess.run(
        ["openssl", "rsa", "-in", str(desk.folder / "dkim.pem"), "-pubout", "-outform", "DER"],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_mail_comes_in_its_answer_goes_out_and_the_reply_finds_its_record(
    desk: RunningDesk, postfix: Postfix
) -> None:
    postfix.person("ada")
    configure(desk, postfix)
    postfix.start()
    desk.start()
    question = a_mail(f"Ada <ada@{DOMAIN}>", ADDRESS, "Printer jam", "The printer on floor 2 eats my paper.")

    postfix.send(question)
    (answer,) = until(lambda: postfix.mailbox("ada"))

    assert answer["In-Reply-To"] == answer["References"].split()[0] == question["Message-ID"]
    assert answer["Subject"].startswith("Re: [")
    assert answer["Subject"].endswith("] Printer jam")
    assert (answer["Auto-Submitted"], answer["X-Quietdesk"]) == ("auto-replied", f"{ADDRESS}; machine")
    assert "sasl" in postfix.log().lower()
    assert "with ESMTPSA" in answer["Received"]
    assert answer.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in answer.iter_parts()] == ["text/plain", "text/html"]
    number = answer["Subject"].partition("[")[2].partition("]")[0]
    assert number in text_of(answer)
    assert number in text_of(answer, "html")
    assert " style=" in text_of(answer, "html")
    assert answer["Return-Path"].startswith("<help+b")
    delivered = postfix.raw_mail("ada")
    assert dkim.verify(delivered[delivered.index(b"DKIM-Signature") :], dnsfunc=lambda *_, **__: public_key(desk))

    (row,) = until(lambda: desk.rows("SELECT message_id, answer FROM outbox WHERE status = 'sent'"))
    assert row[0] == known_as(answer["Message-ID"].strip("<>"))
    assert row[0] != answer["Message-ID"].strip("<>"), "what it bears is a key"
    assert "queued as" in str(row[1])
    ((outcome, server, said),) = desk.rows("SELECT outcome, server, answer FROM deliveries")
    assert (outcome, server) == ("sent", "localhost")
    assert str(said).startswith("250 2.0.0 Ok: queued as")

    reply = a_mail(f"Ada <ada@{DOMAIN}>", answer["Reply-To"], "(no references)", "It beeps now as well.")
    postfix.send(reply)
    until(lambda: desk.rows("SELECT 1 FROM entries WHERE kind = 'mail-filed' AND text LIKE 'It beeps%'"))
    assert desk.rows("SELECT number FROM records") == [(number,)]


def test_an_unknown_user_bounces_into_the_record_and_the_address_is_marked(desk: RunningDesk, postfix: Postfix) -> None:
    configure(desk, postfix)
    postfix.start()
    desk.start()

    postfix.send(a_mail(f"Gone <gone@{DOMAIN}>", ADDRESS, "Printer jam", "The printer on floor 2 eats my paper."))
    ((text, internal),) = until(
        lambda: desk.rows("SELECT text, internal FROM entries WHERE kind = 'mail-filed' AND detail LIKE '%bounce%'")
    )

    assert "unknown user" in str(text)
    assert internal
    ((number, status),) = desk.rows("SELECT number, status FROM records")
    assert status == "new"
    ((person,),) = desk.rows(f"SELECT body FROM participants WHERE record = '{number}'")
    assert "5.1.1" in str(person)
    assert "unknown user" in str(person)
    ((outcome,),) = desk.rows("SELECT outcome FROM deliveries")
    assert outcome == "sent", "Postfix had taken it"
    assert len(desk.rows("SELECT 1 FROM outbox")) == 1, "a bounce is not answered"


def test_one_refused_recipient_holds_up_nobody(desk: RunningDesk, postfix: Postfix) -> None:
    postfix.person("ada", "ben")
    postfix.refuse(f"ada@{DOMAIN}", "550 5.7.1 left the company")
    postfix.refuse(f"cleo@{DOMAIN}", "450 4.2.1 mailbox is being moved")
    configure(desk, postfix)
    postfix.start()
    desk.start()

    postfix.send(
        *(
            a_mail(f"{name}@{DOMAIN}", ADDRESS, subject, text)
            for name, subject, text in (
                ("ada", "Printer jam", "The printer on floor 2 eats my paper."),
                ("ben", "New keyboard", "May I have a keyboard with large keys, please?"),
                ("cleo", "Badge", "My badge does not open the door of the car park."),
            )
        )
    )
    until(lambda: len(desk.rows("SELECT 1 FROM deliveries")) == 3)

    logged = desk.rows('SELECT o."to", d.outcome, d.answer FROM deliveries d JOIN outbox o ON o.id = d.outbox')
    assert [(str(to).partition("@")[0], outcome) for to, outcome, _ in sorted(logged, key=str)] == [
        ("ada", "failed"), ("ben", "sent"), ("cleo", "deferred")
    ]  # fmt: skip
    answers = {str(to).partition("@")[0]: str(answer) for to, _, answer in logged}
    assert "550 5.7.1" in answers["ada"]
    assert "left the company" in answers["ada"]
    assert "450 4.2.1" in answers["cleo"]
    until(lambda: postfix.mailbox("ben"))
    until(lambda: desk.rows("SELECT 1 FROM entries WHERE kind = 'mail-delivered' AND record IS NOT NULL"))
    assert 'desk_outbox_mails{status="failed"} 1.0' in desk.get("/metrics")[1]


def test_what_the_desk_puts_off_postfix_brings_again(desk: RunningDesk, postfix: Postfix) -> None:
    configure(desk, postfix, smtp_in="mails_per_minute = 15\nunlimited = []")
    postfix.start()
    desk.start()
    mails = [
        a_mail(f"p{n}@elsewhere.example", ADDRESS, f"Report {n}", f"Number {n}.", Auto_Submitted="auto-generated")
        for n in range(36)
    ]  # fmt: skip

    postfix.send(*mails)
    until(lambda: desk.rows("SELECT count(*) FROM entries WHERE kind = 'input-ignored'") == [(36,)], 60)

    assert " 451 4." in postfix.log()
    assert "status=deferred" in postfix.log()


def test_a_desk_that_is_down_gets_its_mail_when_it_is_back(desk: RunningDesk, postfix: Postfix) -> None:
    postfix.person("ada")
    configure(desk, postfix)
    postfix.start()
    postfix.send(a_mail(f"Ada <ada@{DOMAIN}>", ADDRESS, "Printer jam", "The printer on floor 2 eats my paper."))
    until(lambda: "status=deferred" in postfix.log())

    desk.start()

    assert len(until(lambda: postfix.mailbox("ada"))) == 1


def test_a_smarthost_that_was_down_gets_every_mail_once_and_in_order(desk: RunningDesk, postfix: Postfix) -> None:
    names = [f"person{n}" for n in range(6)]
    postfix.person(*names)
    configure(desk, postfix, "connections = 1")
    desk.start()
    for n, name in enumerate(names):
        question = a_mail(f"{name}@{DOMAIN}", ADDRESS, f"Matter {n}", MATTERS[n])
        with_desk(desk, question)
    until(lambda: desk.rows("SELECT 1 FROM deliveries WHERE outcome = 'deferred'"))
    until(lambda: desk.rows("SELECT DISTINCT status FROM outbox") == [("due",)])

    postfix.start()

    until(lambda: desk.rows("SELECT count(*) FROM outbox WHERE status = 'sent'") == [(6,)], 60)
    until(lambda: all(postfix.mailbox(name) for name in names))
    assert [len(postfix.mailbox(name)) for name in names] == [1] * 6
    sent = desk.rows("SELECT outbox FROM deliveries WHERE outcome = 'sent' ORDER BY id")
    assert sent == sorted(sent)


MATTERS = (
    "The printer on floor 2 eats my paper.", "May I have a keyboard with large keys, please?",
    "My badge does not open the door of the car park.", "Who changes the light above my desk?",
    "The projector in the small meeting room shows everything in green.", "I need a chair that can be raised.",
)  # fmt: skip


def with_desk(desk: RunningDesk, mail: EmailMessage) -> None:
    """Hand in a mail at the desk's own door."""
    import smtplib

    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=30) as connection:
        connection.send_message(mail)
