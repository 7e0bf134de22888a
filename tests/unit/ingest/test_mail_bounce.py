"""Bounces: which mail came back, from whom, with which code, and whether it is any use to try again."""

import pytest

from tests.unit.ingest.mail_maker import mixed, plain, read

ORIGINAL = (
    "Message-ID: <ack.INC-7.1@desk.example.com>\nFrom: desk@example.com\n"
    "To: kim@example.net\nSubject: INC-7\n\nWe are on it."
)


def report(status: str, *, enclosed: str = "Content-Type: message/rfc822\n\n" + ORIGINAL) -> str:
    """A delivery status notification as RFC 3464 has it."""
    notice = "Content-Type: text/plain\n\nYour message could not be delivered."
    status_part = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n" + status
    text = mixed(notice, status_part, enclosed, kind="report")
    text = text.replace("multipart/report;", "multipart/report; report-type=delivery-status;")
    return text.replace("From: Pat Example <pat@example.org>", "From: MAILER-DAEMON@mx.example.net")


def test_a_permanent_failure_by_the_book() -> None:
    mail = read(
        report(
            "Final-Recipient: rfc822; kim@example.net\nAction: failed\n"
            "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n"
        )
    )
    assert mail.bounce is not None
    assert mail.bounce.message_id == "ack.INC-7.1@desk.example.com"
    (one,) = mail.bounce.recipients
    assert (one.address, one.status, one.action, one.permanent) == ("kim@example.net", "5.1.1", "failed", True)
    assert one.diagnostic == "550 5.1.1 no such user"
    assert (mail.automatic, mail.answerable, mail.rules) == ("bounce", False, ("delivery-status",))


def test_a_delay_is_not_permanent() -> None:
    mail = read(report("Final-Recipient: rfc822; kim@example.net\nAction: delayed\nStatus: 4.4.1\n"))
    assert mail.bounce is not None
    assert (mail.bounce.recipients[0].action, mail.bounce.recipients[0].permanent) == ("delayed", False)


def test_each_recipient_has_its_own_fate() -> None:
    mail = read(
        report(
            "Final-Recipient: rfc822;kim@example.net\nAction: failed\nStatus: 5.2.2\n\n"
            "Final-Recipient: rfc822;lou@example.net\nAction: delivered\nStatus: 2.0.0\n\n"
            "Original-Recipient: rfc822;max@example.net\n"
            "Final-Recipient: rfc822;max@example.net\nAction: failed\nStatus: 4.2.1\n"
        )
    )
    assert mail.bounce is not None
    assert [(r.address, r.status, r.permanent) for r in mail.bounce.recipients] == [
        ("kim@example.net", "5.2.2", True),
        ("max@example.net", "4.2.1", False),
    ]


def test_recipients_may_follow_each_other_without_an_empty_line() -> None:
    mail = read(
        report(
            "Final-Recipient: rfc822;a@example.net\nAction: failed\n"
            "Status: 5.1.1\nFinal-Recipient: rfc822;b@example.net\nStatus: 5.2.1\n"
        )
    )
    assert mail.bounce is not None
    assert [(r.address, r.status) for r in mail.bounce.recipients] == [
        ("a@example.net", "5.1.1"),
        ("b@example.net", "5.2.1"),
    ]


def test_a_code_that_only_says_its_class_gives_way_to_the_servers_words() -> None:
    mail = read(
        report(
            "Final-Recipient: rfc822;a@example.net\nAction: failed\n"
            "Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.7.26 not aligned\n"
        )
    )
    assert mail.bounce is not None
    assert mail.bounce.recipients[0].status == "5.7.26"


def test_a_report_of_success_is_no_bounce() -> None:
    mail = read(report("Final-Recipient: rfc822; kim@example.net\nAction: delivered\nStatus: 2.1.5\n"))
    assert mail.bounce is None
    assert (mail.automatic, mail.answerable) == ("delivery-notice", False)


def test_only_the_headers_may_be_enclosed() -> None:
    mail = read(
        report(
            "Final-Recipient: rfc822;a@example.net\nAction: failed\nStatus: 5.1.1\n",
            enclosed="Content-Type: text/rfc822-headers\n\n" + ORIGINAL,
        )
    )
    assert mail.bounce is not None
    assert mail.bounce.message_id == "ack.INC-7.1@desk.example.com"


DAEMON = "From: MAILER-DAEMON@mx.example.net\nTo: desk@example.com\nReturn-Path: <>\nSubject: {}\n\n{}\n"
NOTICES = {
    "qmail": (
        "failure notice",
        "Hi. This is the qmail-send program at mx.example.net.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
        "<kim@example.net>:\n192.0.2.7 does not like recipient.\n"
        "Remote host said: 550 5.1.1 unknown\nGiving up on 192.0.2.7.\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <desk@example.com>\nReceived: (qmail)\n"
        + ORIGINAL,
    ),
    "exim": (
        "Mail delivery failed: returning message to sender",
        "A message that you sent could not be delivered to one or more of its\n"
        "recipients. The following address(es) failed:\n\n"
        "  kim@example.net\n    SMTP error from remote mail server after RCPT TO:<kim@example.net>:\n"
        "    host mx.example.net [192.0.2.7]: 550 5.1.1 unknown\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\n" + ORIGINAL,
    ),
    "sendmail": (
        "Returned mail: see transcript for details",
        "   ----- The following addresses had permanent fatal errors -----\n"
        "<kim@example.net>\n    (reason: 550 5.1.1 unknown)\n\n"
        "   ----- Transcript of session follows -----\n"
        "... while talking to mx.example.net.:\n>>> DATA\n<<< 550 5.1.1 unknown\n\n"
        "   ----- Original message follows -----\n" + ORIGINAL,
    ),
    "german": (
        "Unzustellbar: INC-7",
        "Ihre Nachricht konnte nicht zugestellt werden.\n\nkim@example.net\n"
        "Grund: 550 5.1.1 unbekannt\n\nUrsprüngliche Nachricht\n\n" + ORIGINAL,
    ),
    "one line": (
        "Undeliverable Mail",
        "Unknown user: kim@example.net (5.1.1)\n\nOriginal message follows.\n\n" + ORIGINAL,
    ),
}


@pytest.mark.parametrize("server", NOTICES)
def test_servers_that_never_read_the_standard(server: str) -> None:
    subject, body = NOTICES[server]
    mail = read(DAEMON.format(subject, body))
    assert mail.automatic == "bounce"
    assert mail.bounce is not None
    assert [(r.address, r.status, r.permanent) for r in mail.bounce.recipients] == [("kim@example.net", "5.1.1", True)]
    assert mail.bounce.message_id == "ack.INC-7.1@desk.example.com"


def test_two_recipients_with_a_code_each() -> None:
    body = (
        "We could not deliver your message to these recipients:\n\n<a@example.net>:\n"
        "550 5.2.2 mailbox full\n\n<b@example.net>:\n450 4.2.1 try later\n"
    )
    mail = read(DAEMON.format("Delivery failure", body))
    assert mail.bounce is not None
    assert [(r.address, r.status, r.permanent) for r in mail.bounce.recipients] == [
        ("a@example.net", "5.2.2", True),
        ("b@example.net", "4.2.1", False),
    ]


def test_a_person_who_asks_about_a_bounce_is_a_person() -> None:
    body = (
        "Hello, I got this, what does it mean?\n\n"
        "> <kim@example.net>: 550 5.1.1 User unknown\n> The mail could not be delivered."
    )
    mail = read(plain(body).replace("Door does not open", "Undeliverable mail, please help"))
    assert (mail.automatic, mail.bounce, mail.answerable) == (None, None, True)


def test_an_empty_sender_alone_is_no_bounce() -> None:
    mail = read(plain("I am away until Monday.", "Return-Path: <>\n"))
    assert mail.bounce is None
    assert not mail.answerable


def test_a_code_that_only_says_its_class_gives_way_to_that_of_the_notice() -> None:
    raw = report("Final-Recipient: rfc822; kim@example.net\nAction: failed\nStatus: 5.0.0\n")
    raw = raw.replace(
        "could not be delivered.", "could not be delivered.\n\n553 5.3.0 <kim@example.net>... No such user here"
    )
    mail = read(raw)
    assert mail.bounce is not None
    assert [(r.status, r.permanent) for r in mail.bounce.recipients] == [("5.3.0", True)]


# Words of servers without a standard's report and without an SMTP reply: subject and sentence.
WORDED = {
    "en": ("Undeliverable: INC-7", "Your message could not be delivered to the following recipient:"),
    "de": ("Unzustellbar: INC-7", "Ihre Nachricht konnte nicht zugestellt werden an:"),
    "fr": ("Non remis : INC-7", "Votre message n'a pas pu être remis à :"),
    "es": ("No se ha podido entregar: INC-7", "El mensaje no se pudo entregar a:"),
    "it": ("Mancato recapito: INC-7", "Non è stato possibile consegnare il messaggio a:"),
    "nl": ("Onbestelbaar: INC-7", "Uw bericht kan niet worden bezorgd bij:"),
    "pt": ("Não entregue: INC-7", "Não foi possível entregar a sua mensagem a:"),
    "pl": ("Niedoręczone: INC-7", "Nie można dostarczyć wiadomości do:"),
    "sv": ("Kunde inte levereras: INC-7", "Meddelandet kunde inte levereras till:"),
    "da": ("Kan ikke leveres: INC-7", "Meddelelsen kunne ikke leveres til:"),
    "no": ("Kan ikke leveres: INC-7", "Meldingen kunne ikke leveres til:"),
    "fi": ("Toimittaminen epäonnistui: INC-7", "Viestiä ei voitu toimittaa:"),
    "cs": ("Nedoručitelné: INC-7", "Zprávu nelze doručit příjemci:"),
    "ru": ("Не доставлено: INC-7", "Сообщение не может быть доставлено:"),
    "tr": ("Teslim edilemedi: INC-7", "İletiniz teslim edilemedi:"),
    "zh": ("退信通知: INC-7", "您的邮件无法投递给以下收件人:"),
    "ja": ("配信不能: INC-7", "次の宛先に配信できませんでした:"),
    "ko": ("전송 실패: INC-7", "메일이 전송되지 않았습니다:"),
}


@pytest.mark.parametrize("language", WORDED)
def test_a_server_that_says_it_in_its_own_language_only(language: str) -> None:
    subject, words = WORDED[language]
    raw = DAEMON.format(subject, f"{words}\n\n    kim@example.net\n")
    mail = read(raw.replace("\n\n", "\nContent-Type: text/plain; charset=utf-8\n\n", 1))
    assert (mail.automatic, mail.answerable) == ("bounce", False)
    assert mail.bounce is not None
    assert [r.address for r in mail.bounce.recipients] == ["kim@example.net"]


@pytest.mark.parametrize("language", WORDED)
def test_a_person_who_writes_the_same_words_is_a_person(language: str) -> None:
    subject, words = WORDED[language]
    mail = read(plain(f"{words}\n\n    kim@example.net").replace("Door does not open", subject))
    assert (mail.automatic, mail.bounce, mail.answerable) == (None, None, True)
