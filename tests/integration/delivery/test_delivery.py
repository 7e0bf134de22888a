"""Delivery, against a mail server that fails in the ways in which mail servers fail."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from correlate.identity import known_as
from desk.clock import MovableClock
from desk.outbox import take_over
from desk.tables import outbox
from tests.integration.post import START, Desk, MailServer
from tests.integration.running_desk import until


def test_a_due_mail_leaves_and_the_journal_hears_of_it(desk: Desk, server: MailServer) -> None:
    mail = desk.due()
    desk.start()

    until(lambda: desk.reports() and desk.row(mail)["lease"] is None)

    row = desk.row(mail)
    assert (row["status"], row["answer"], row["lease"]) == ("sent", "127.0.0.1: 250 2.0.0 queued as 1", None)
    assert desk.reports() == [
        {
            "type": "delivery",
            "message_id": "ack.1@example.com",
            "result": "sent",
            "answer": "127.0.0.1: 250 2.0.0 queued as 1",
        }
    ]
    assert known_as(str(server.arrived[0]["Message-ID"])) == "<ack.1@example.com>"
    assert server.envelopes[0].mail_from == "it@example.com"
    assert server.envelopes[0].rcpt_tos == ["ana@example.com"]


def test_a_broken_template_of_ones_own_loses_no_mail_and_shows(desk: Desk, server: MailServer, tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    (own / "acknowledgement.jinja").write_text("{{ facts.title.nothing() }}")
    desk.deliver_with(templates=str(own))
    mail = desk.due()
    desk.start()

    assert desk.until_answered(mail, 1)["status"] == "sent"

    assert "recorded it as INC-1" in server.arrived[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    told = until(lambda: desk.trouble_of_templates())
    assert "acknowledgement" in told
    (own / "acknowledgement.jinja").write_text("{{ p('Hello') }}")
    desk.stop()
    desk.start()
    until(lambda: desk.trouble_of_templates() is None)


def test_held_mail_stays(desk: Desk, server: MailServer, clock: MovableClock) -> None:
    held, due = desk.due(), desk.due()
    with desk.engine.begin() as connection:
        connection.execute(sa.update(outbox).where(outbox.c.id == held).values(status="held"))
    desk.start()

    until(lambda: desk.row(due)["status"] == "sent")

    assert desk.row(held)["status"] == "held"
    assert len(server.arrived) == 1


def test_connections_are_kept_and_used_side_by_side(desk: Desk, server: MailServer) -> None:
    server.stall = threading.Event()
    for n in range(40):
        desk.due(f"person{n}@example.com")
    desk.start()
    until(lambda: server.at_once == 4)
    server.stall.set()

    until(lambda: desk.statuses() == ["sent"] * 40)

    assert len(server.arrived) == 40
    assert server.most_at_once == 4
    assert len(server.sessions) <= 4


def test_one_domain_gets_no_more_connections_than_it_may_have(desk: Desk, server: MailServer) -> None:
    desk.deliver_with(per_domain=1)
    server.stall = threading.Event()
    for n in range(6):
        desk.due(f"person{n}@slow.example")
    desk.due("ana@other.example")
    desk.start()
    until(lambda: server.at_once == 2)
    server.stall.set()

    until(lambda: desk.statuses() == ["sent"] * 7)

    assert server.most_at_once == 2


def test_what_a_dead_process_was_sending_is_sent_by_the_next(
    desk: Desk, server: MailServer, clock: MovableClock
) -> None:
    mail = desk.due()
    with desk.engine.begin() as connection:
        connection.execute(sa.update(outbox).values(status="sending", lease="a dead one", next_at=START + timedelta(1)))
    assert take_over(desk.engine) == 1
    desk.start()

    assert desk.until_answered(mail, 1)["status"] == "sent"


def test_a_result_that_the_journal_has_not_heard_of_is_reported_after_a_restart(desk: Desk) -> None:
    mail = desk.due()
    with desk.engine.begin() as connection:
        connection.execute(sa.update(outbox).values(status="sent", lease="unreported", answer="250 ok", attempts=1))
    desk.start()

    until(lambda: desk.reports())

    assert desk.reports()[0]["answer"] == "250 ok"
    until(lambda: desk.row(mail)["lease"] is None)


def test_a_journal_that_is_away_hears_of_it_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, clock: MovableClock
) -> None:
    from ingest.journal import NotDurableError

    append, away = desk.journal.append, threading.Event()

    def failing(*args: Any) -> list[int]:
        if not away.is_set():
            raise NotDurableError("The disk is full.")
        return append(*args)

    monkeypatch.setattr(desk.journal, "append", failing)
    mail = desk.due()
    desk.start()
    until(lambda: desk.row(mail)["status"] == "sent")
    assert desk.row(mail)["lease"] == "unreported"
    away.set()

    until(lambda: desk.row(mail)["lease"] is None)
    assert len(desk.reports()) == 1


def test_an_address_that_is_none_fails_with_a_sentence(desk: Desk) -> None:
    mail = desk.due("no address at all")
    desk.start()

    row = desk.until_answered(mail, 1)

    assert (row["status"], row["answer"]) == ("failed", "'no address at all' is no mail address.")


def test_an_address_beyond_ascii(tmp_path: Path, clock: MovableClock, desk: Desk, server: MailServer) -> None:
    mail = desk.due("jürgen@bücher.example", to_name="Jürgen")
    desk.start()

    assert desk.until_answered(mail, 1)["status"] == "sent"
    assert server.envelopes[0].rcpt_tos == ["jürgen@xn--bcher-kva.example"]
    desk.stop()
    old = MailServer(utf8=False)
    old.start()
    desk.deliver_with(port=old.port)
    mail = desk.due("jürgen@bücher.example")
    desk.start()

    row = desk.until_answered(mail, 1)

    old.stop()
    assert row["status"] == "failed"
    assert "SMTPUTF8" in row["answer"]


def test_a_pace_is_kept(desk: Desk, server: MailServer, clock: MovableClock) -> None:
    desk.deliver_with(per_minute=5)
    for _ in range(12):
        desk.due()
    desk.start()

    until(lambda: desk.statuses().count("sent") == 5)
    clock.advance(61)
    until(lambda: desk.statuses().count("sent") == 10)

    assert desk.statuses().count("due") == 2


def test_into_a_maildir(tmp_path: Path, clock: MovableClock) -> None:
    import mailbox

    desk = Desk(tmp_path, clock, maildir=str(tmp_path / "out"))
    try:
        mail = desk.due()
        desk.start()
        assert desk.until_answered(mail, 1)["status"] == "sent"
    finally:
        desk.close()
    (message,) = mailbox.Maildir(tmp_path / "out", create=False)
    assert known_as(str(message["Message-ID"])) == "<ack.1@example.com>"
    assert message["Delivered-To"] == "ana@example.com"


def test_without_a_way_out_mail_is_kept(tmp_path: Path, clock: MovableClock) -> None:
    desk = Desk(tmp_path, clock)
    try:
        mail = desk.due()
        desk.start()
        desk.stop()
        assert desk.row(mail)["status"] == "due"
    finally:
        desk.close()
