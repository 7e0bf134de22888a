"""A reply and a bounce to a keyed address find their record, even where their own headers say nothing."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.attribution import attributing
from desk.plus_addresses import PlusAddresses
from desk.tables import outbox
from ingest.event import Draft, Mail, Reading
from ingest.mail import read_mail
from tests.integration.rig import DESK, Rig, Urls

PLUS = PlusAddresses(DESK, b"secret")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(Urls(f"sqlite:///{tmp_path}/journal.db", f"sqlite:///{tmp_path}/desk.db"))
    rig.configure()
    rig.mail("ana@example.com", "Printer is stuck", "It does not print.")
    with rig.processor() as processor:
        processor.run_until(rig.journal.head().position)
    yield rig
    rig.journal.close()
    rig.engine.dispose()


def accepted(desk: Rig, recipient: str, raw: bytes) -> Mail:
    """The mail as it is read from what the door accepts."""
    drafts: list[Draft] = []

    async def accept(draft: Draft) -> int:
        drafts.append(draft)
        return 1

    door = attributing(accept, desk.engine, PLUS)
    asyncio.run(door(Draft(kind="mail", route=DESK, envelope={"rcpt_to": [recipient], "mail_from": ""}, body=raw)))
    return read_mail(raw, Reading(own_addresses=(DESK,)), drafts[0].envelope)


def sent(desk: Rig) -> tuple[int, str]:
    with desk.engine.connect() as connection:
        row = connection.execute(sa.select(outbox.c.id, outbox.c.message_id)).first()
    assert row is not None
    return row.id, row.message_id


def test_a_reply_without_threading_headers(desk: Rig) -> None:
    number, message_id = sent(desk)
    raw = b"From: ana@example.com\r\nTo: x@y\r\nSubject: Hello\r\n\r\nIt prints again.\r\n"

    assert accepted(desk, PLUS.make("reply", number, message_id), raw).in_reply_to == message_id
    assert accepted(desk, DESK, raw).in_reply_to is None
    assert accepted(desk, f"servicedesk+r{number}-aaaaaaaaaaaaaaaa@example.com", raw).in_reply_to is None


def test_a_bounce_that_does_not_say_what_came_back(desk: Rig) -> None:
    number, message_id = sent(desk)
    raw = (
        b"From: MAILER-DAEMON@example.org\r\nTo: x@y\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nIt came back.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        b"Final-Recipient: rfc822; ana@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )

    mail = accepted(desk, PLUS.make("bounce", number, message_id), raw)

    assert mail.bounce is not None
    assert mail.bounce.message_id == message_id
    assert mail.bounce.recipients[0].status == "5.1.1"


def test_a_database_that_is_away_delays_no_mail(desk: Rig) -> None:
    number, message_id = sent(desk)
    with desk.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("ALTER TABLE outbox RENAME TO gone")

    mail = accepted(desk, PLUS.make("reply", number, message_id), b"From: ana@example.com\r\n\r\nHello\r\n")

    assert mail.in_reply_to is None
