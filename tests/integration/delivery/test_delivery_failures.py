"""Delivery to servers that refuse, hang up, stall, are dead, or are not who they should be: no mail is lost."""

import ssl
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

from correlate.identity import known_as
from desk.clock import MovableClock
from tests.integration.post import START, Desk, MailServer
from tests.integration.running_desk import until


def test_a_refused_recipient_fails_at_once_and_holds_up_nobody(desk: Desk, server: MailServer) -> None:
    server.refused["gone@example.com"] = "550 5.1.1 no such person"
    gone, there = desk.due("gone@example.com"), desk.due()
    desk.start()

    until(lambda: len(desk.reports()) == 2)

    assert desk.row(gone)["status"] == "failed"
    assert desk.row(gone)["answer"] == "127.0.0.1: 550 5.1.1 no such person"
    assert desk.row(there)["status"] == "sent"
    assert {report["result"] for report in desk.reports()} == {"sent", "failed"}


def test_a_refused_letter_fails_at_once(desk: Desk, server: MailServer) -> None:
    server.answers.append("554 5.7.1 looks like spam")
    mail = desk.due()
    desk.start()

    assert desk.until_answered(mail, 1)["status"] == "failed"


def test_a_temporary_refusal_is_tried_again_later(desk: Desk, server: MailServer, clock: MovableClock) -> None:
    server.answers.extend(["451 4.3.0 greylisted", "452 4.2.2 mailbox full"])
    mail = desk.due()
    desk.start()

    first = desk.until_answered(mail, 1)
    assert (first["status"], first["answer"]) == ("due", "127.0.0.1: 451 4.3.0 greylisted")
    assert timedelta(seconds=54) <= first["next_at"] - START <= timedelta(seconds=66)
    clock.advance(70)
    second = desk.until_answered(mail, 2)
    assert timedelta(seconds=270) <= second["next_at"] - clock() <= timedelta(seconds=330)
    clock.advance(340)

    assert desk.until_answered(mail, 3)["status"] == "sent"
    until(lambda: len(desk.reports()) == 1)


def test_a_server_that_hangs_up_after_the_letter_is_tried_again_with_the_same_id(
    desk: Desk, server: MailServer, clock: MovableClock
) -> None:
    server.answers.append("hang up")
    mail = desk.due()
    desk.start()
    desk.until_answered(mail, 1)
    clock.advance(70)

    assert desk.until_answered(mail, 2)["status"] == "sent"
    assert [known_as(str(m["Message-ID"])) for m in server.arrived] == ["<ack.1@example.com>"]


def test_a_dead_server_loses_nothing_and_is_not_stormed_when_it_is_back(
    desk: Desk, server: MailServer, clock: MovableClock
) -> None:
    server.stop()
    for n in range(30):
        desk.due(f"person{n}@example.com")
    loop = desk.start()
    until(lambda: loop.is_down)
    for hour in range(1, 4):
        clock.advance(3600)
        until(lambda: tried(desk, 30) > hour)  # noqa: B023 - asked before the hour changes
    until(lambda: "sending" not in desk.statuses())
    assert set(desk.statuses()) == {"due"}
    assert 4 <= tried(desk, 30) <= 3 + 4, "one mail now and then finds out, and at first those that were on their way"
    assert desk.row(1)["attempts"] == 0, "what the server did not hear of loses no attempt"
    assert desk.reports() == []

    server.start()
    clock.advance(601)

    until(lambda: desk.statuses() == ["sent"] * 30)
    assert [m["To"] for m in server.arrived[:5]] == [f"person{n}@example.com" for n in range(5)], "their order is kept"
    assert sorted(m["To"] for m in server.arrived) == sorted(f"person{n}@example.com" for n in range(30))
    assert not loop.is_down


def tried(desk: Desk, mails: int) -> int:
    return sum(attempt.count for n in range(mails) for attempt in desk.attempts(n + 1))


def test_a_server_that_is_dead_for_a_week_costs_no_mail(desk: Desk, server: MailServer, clock: MovableClock) -> None:
    server.stop()
    mail = desk.due()
    desk.start()
    until(lambda: desk.row(mail)["answer"])
    clock.advance(7 * 86_400)
    until(lambda: tried(desk, 1) >= 2)
    server.start()
    clock.advance(601)

    until(lambda: desk.row(mail)["status"] == "sent")
    deferred, sent = desk.attempts(mail)
    assert (deferred.outcome, deferred.server) == ("deferred", "127.0.0.1")
    assert "cannot be reached" in (deferred.answer or "")
    assert deferred.last_at - deferred.at >= timedelta(days=7)
    assert (sent.outcome, sent.answer) == ("sent", "250 2.0.0 queued as 1")


def test_the_log_has_every_attempt_with_its_answer_and_time(
    desk: Desk, server: MailServer, clock: MovableClock
) -> None:
    server.answers.extend(["451 4.3.0 greylisted", "550 5.7.1 no"])
    mail = desk.due()
    desk.start()
    desk.until_answered(mail, 1)
    clock.advance(70)
    desk.until_answered(mail, 2)

    assert [(a.at - START, a.outcome, a.server, a.answer) for a in desk.attempts(mail)] == [
        (timedelta(0), "deferred", "127.0.0.1", "451 4.3.0 greylisted"),
        (timedelta(seconds=70), "failed", "127.0.0.1", "550 5.7.1 no"),
    ]


def test_a_stalled_server_is_given_up_in_time(desk: Desk, server: MailServer, clock: MovableClock) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        desk.deliver_with(port=silent.getsockname()[1], timeout=1)
        mail = desk.due()
        desk.start()
        row = desk.until_deferred(mail)

    assert row["status"] == "due"
    assert "did not answer in time" in row["answer"]


def test_a_login_that_is_not_accepted_fails_no_mail(tmp_path: Path, clock: MovableClock) -> None:
    certificate = _certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, tmp_path / "key.pem")
    server = MailServer(context, login=("desk", "right"))
    server.start()
    (tmp_path / "password").write_text("wrong\n")
    options: dict[str, Any] = {
        "host": "localhost", "port": server.port, "security": "starttls", "ca_file": str(certificate),
        "username": "desk", "password_file": str(tmp_path / "password"), "timeout": 10,
    }  # fmt: skip
    desk = Desk(tmp_path, clock, **options)
    try:
        mail = desk.due()
        desk.start()
        row = desk.until_deferred(mail)
        assert row["status"] == "due"
        assert "does not accept the login" in row["answer"]

        (tmp_path / "password").write_text("right\n")
        clock.advance(120)
        assert desk.until_answered(mail, 1)["status"] == "sent"
    finally:
        desk.close()
        server.stop()


def test_an_untrusted_certificate_and_a_missing_starttls_send_nothing(
    tmp_path: Path, clock: MovableClock, server: MailServer
) -> None:
    certificate = _certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, tmp_path / "key.pem")
    encrypted = MailServer(context)
    encrypted.start()
    for port, words in ((encrypted.port, "is not trusted"), (server.port, "does not offer")):
        folder = tmp_path / str(port)
        folder.mkdir()
        desk = Desk(folder, clock, host="localhost", port=port, security="starttls", timeout=10)
        try:
            mail = desk.due()
            desk.start()
            row = desk.until_deferred(mail)
        finally:
            desk.close()
        assert (row["status"], words in row["answer"]) == ("due", True), row["answer"]
    encrypted.stop()
    assert encrypted.arrived == []
    assert server.arrived == []


def _certificate(folder: Path) -> Path:
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names, *files], check=True, capture_output=True
    )
    return folder / "cert.pem"
