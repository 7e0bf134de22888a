"""Who or what wrote it, and may a machine answer? (RFC 3834 and the loops that desks have run into)"""

import pytest

from ingest.event import Reading
from tests.unit.ingest.mail_maker import mixed, plain, read

DESK = Reading(own_addresses=("desk@example.com",), own_domains=("example.com",), message_id_domain="desk.example.com")


def test_a_persons_mail_may_be_answered() -> None:
    mail = read(plain("The printer is out of paper."), DESK)
    assert (mail.automatic, mail.answerable, mail.rules) == (None, True, ())


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "X-Auto-Response-Suppress: None",
        "X-Autoreply: no",
        "Precedence: normal",
        "Importance: high",
        "X-Mailer: Microsoft Outlook 16.0",
        "Return-Path: <pat@example.org>",
        "X-Priority: 1",
    ],
)
def test_what_people_send_does_not_silence_the_desk(header: str) -> None:
    assert read(plain("x", header + "\n"), DESK).answerable


@pytest.mark.parametrize(
    ("header", "kind", "rule"),
    [
        ("Auto-Submitted: auto-replied", "auto-reply", "auto-submitted"),
        ("Auto-Submitted: auto-generated (failure)", "notification", "auto-submitted"),
        ("Auto-Submitted: auto-notified; owner-email=a@example.org", "notification", "auto-submitted"),
        ("X-Autoreply: yes", "auto-reply", "x-autoreply"),
        ("X-Autorespond: out for lunch", "auto-reply", "x-autorespond"),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", "notification", "x-auto-response-suppress"),
        ("X-Auto-Response-Suppress: All", "notification", "x-auto-response-suppress"),
        ("Precedence: bulk", "notification", "precedence"),
        ("Precedence: junk", "notification", "precedence"),
        ("Precedence: auto_reply", "auto-reply", "precedence"),
        ("Precedence: list", "list", "precedence"),
        ("List-Id: Ops <ops.lists.example.org>", "list", "list-id"),
        ("List-Unsubscribe: <https://lists.example.org/u>", "list", "list-unsubscribe"),
        ("X-Loop: desk@example.com", "notification", "x-loop"),
        ("Feedback-ID: 1:2:example", "notification", "feedback-id"),
        ("X-MS-Exchange-Inbox-Rules-Loop: pat@example.org", "out-of-office", "x-ms-exchange-inbox-rules-loop"),
        ("Return-Path: <>", "notification", "empty-return-path"),
    ],
)
def test_machines_name_themselves(header: str, kind: str, rule: str) -> None:
    mail = read(plain("x", header + "\n"), DESK)
    assert (mail.automatic, mail.answerable, mail.rules) == (kind, False, (rule,))


@pytest.mark.parametrize(
    "sender",
    [
        "noreply@example.org", "no-reply+42@example.org", "do_not_reply@example.org", "MAILER-DAEMON@example.org",
        "postmaster@example.org", "owner-ops@lists.example.org", "ops-bounces@lists.example.org",
        "ops-request@lists.example.org",
    ],
)  # fmt: skip
def test_addresses_that_nobody_reads_get_no_answer(sender: str) -> None:
    mail = read(f"From: {sender}\nSubject: News\n\nx", DESK)
    assert (mail.automatic, mail.answerable, mail.rules) == ("notification", False, ("sender-is-machine",))


@pytest.mark.parametrize(
    "sender", ["norepl@example.org", "roots@example.org", "bouncer.bob@example.org", "daemon.jones@example.org"]
)
def test_people_with_odd_names_get_one(sender: str) -> None:
    assert read(f"From: {sender}\nSubject: Help\n\nx", DESK).answerable


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: [INC-7] Printer", "Auto: away", "Automatische Antwort: [INC-7] Drucker",
        "Réponse automatique : Imprimante",
        "Respuesta automática: Impresora", "Risposta automatica: Stampante", "Automatisch antwoord: Printer",
        "Resposta automática: Impressora",
        "Automatyczna odpowiedź: Drukarka", "Autosvar: Skrivare", "Automaattinen vastaus: Tulostin",
        "Automatická odpověď: Tiskárna",
        "Автоответ: Принтер", "Otomatik Yanıt: Yazıcı", "自动回复: 打印机", "自動応答: プリンター", "자동 회신: 프린터",
    ],
)  # fmt: skip
def test_auto_replies_in_every_language_by_their_subject(subject: str) -> None:
    mail = read(f"From: pat@example.org\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\nx", DESK)
    assert mail.automatic in {"auto-reply", "out-of-office"}
    assert not mail.answerable
    assert "auto-reply-subject" in mail.rules


def test_an_out_of_office_note_is_told_from_other_replies() -> None:
    for subject in (
        "Out of office: Re: INC-7",
        "Abwesenheitsnotiz",
        "Absence du bureau",
        "Fuera de la oficina",
        "Вне офиса",
        "不在通知",
    ):
        mail = read(
            f"From: pat@example.org\nSubject: {subject}\n"
            f"Auto-Submitted: auto-replied\nContent-Type: text/plain; charset=utf-8\n\nx"
        )
        assert mail.automatic == "out-of-office", subject


def test_a_person_may_write_about_being_away() -> None:
    assert read(
        "From: pat@example.org\nSubject: Mailbox while I am on vacation\n\nPlease forward it to Sam."
    ).answerable


def test_read_receipts_and_complaints_are_no_requests() -> None:
    receipt = mixed(
        "Content-Type: text/plain\n\nRead.",
        "Content-Type: message/disposition-notification\n\nDisposition: x",
        kind="report",
    )
    receipt = receipt.replace("multipart/report;", "multipart/report; report-type=disposition-notification;")
    assert (read(receipt).automatic, read(receipt).answerable) == ("delivery-notice", False)
    complaint = mixed(
        "Content-Type: text/plain\n\nSpam.",
        "Content-Type: message/feedback-report\n\nFeedback-Type: abuse",
        kind="report",
    )
    complaint = complaint.replace("multipart/report;", "multipart/report; report-type=feedback-report;")
    assert (read(complaint).automatic, read(complaint).bounce) == ("notification", None)


@pytest.mark.parametrize(
    ("headers", "rule"),
    [
        ("Message-ID: <inc-7.0123456789abcdef01234567@desk.example.com>\n", "own-message-id"),
        ("X-Quietdesk: desk@example.com; person\n", "own-header"),
    ],
)
def test_the_desk_knows_its_own_mail(headers: str, rule: str) -> None:
    mail = read(plain("x", headers), DESK)
    assert (mail.automatic, mail.answerable, mail.rules) == ("own", False, (rule,))


def test_a_message_id_of_the_same_domain_but_another_make_is_not_the_desks() -> None:
    assert read(plain("x", "Message-ID: <c2f1d0a4@desk.example.com>\n"), DESK).automatic is None


def test_mail_from_the_desks_own_address_is_its_own() -> None:
    mail = read("From: Desk <DESK@example.com>\nSubject: x\n\nx", DESK)
    assert (mail.automatic, mail.rules) == ("own", ("own-address",))


def test_what_another_desk_wrote_by_itself_is_not_answered_and_what_its_people_wrote_is() -> None:
    machine = read(plain("x", "X-Quietdesk: help@other.example; machine\n"), DESK)
    person = read(plain("x", "X-Quietdesk: help@other.example; person\n"), DESK)

    assert (machine.automatic, machine.answerable, machine.rules) == ("notification", False, ("another-desk",))
    assert (person.automatic, person.answerable) == (None, True)


def test_another_desk_of_the_same_kind_is_not_ourselves() -> None:
    mail = read(plain("x", "Message-ID: <ack.INC-7.1@other.example.net>\nAuto-Submitted: auto-replied\n"), DESK)
    assert (mail.automatic, mail.answerable) == ("auto-reply", False)


def test_the_null_sender_of_the_envelope_silences() -> None:
    assert not read(plain("x"), DESK, mail_from="").answerable
    assert read(plain("x"), DESK, mail_from="pat@example.org").answerable


def test_a_desks_mail_whose_signs_were_taken_out_on_the_way_is_read_and_not_answered() -> None:
    stripped = read(plain("It is resolved.", "Message-ID: <req-7.0123456789abcdef01234567@other.example>\n"), DESK)
    assert (stripped.automatic, stripped.answerable) == (None, False)
    assert "another-desks-id" in stripped.rules
    alike = read(plain("It is resolved.", "Message-ID: <req-7.0123@other.example>\n"), DESK)
    assert alike.answerable
