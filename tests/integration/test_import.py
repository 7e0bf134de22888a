"""`desk import`: history becomes closed records, whether the desk runs or not, and no mail leaves."""

import mailbox
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from tests.integration.dovecot import PASSWORD, USER, Dovecot, a_dovecot
from tests.integration.running_desk import ADDRESS, RunningDesk, a_desk, until

LONG_AGO = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


def old_mail(number: int, *, reply_to: int | None = None, sender: str | None = None, **headers: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender or f"person{number % 7}@fernhill.example"
    mail["To"] = ADDRESS
    mail["Subject"] = f"{'Re: ' if reply_to is not None else ''}Matter {reply_to if reply_to is not None else number}"
    mail["Date"] = LONG_AGO + timedelta(hours=number)
    mail["Message-ID"] = f"<old-{number}@fernhill.example>"
    if reply_to is not None:
        mail["In-Reply-To"] = f"<old-{reply_to}@fernhill.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(f"This is about matter {number}.\n")
    return mail


def records(desk: RunningDesk) -> list[tuple[object, ...]]:
    return desk.rows("SELECT title, status, opened_at FROM records ORDER BY opened_at")


def test_an_mbox_a_maildir_and_eml_files_while_no_desk_runs(tmp_path: Path) -> None:
    box = mailbox.mbox(str(tmp_path / "old.mbox"))
    for number in range(260, 0, -1):  # the newest first: the import sorts
        box.add(old_mail(number))
    box.add(old_mail(300, reply_to=4))
    box.add(old_mail(301, Auto_Submitted="auto-replied"))
    box.close()
    maildir = mailbox.Maildir(str(tmp_path / "Maildir"))
    maildir.add(old_mail(302).as_bytes())
    maildir.close()
    (tmp_path / "eml" / "deeper").mkdir(parents=True)
    (tmp_path / "eml" / "deeper" / "one.eml").write_bytes(old_mail(303).as_bytes())
    (tmp_path / "eml" / "two.EML").write_bytes(b"\xff\xfe no mail at all")
    paths = [str(tmp_path / name) for name in ("old.mbox", "Maildir", "eml")]
    with a_desk(tmp_path) as desk:
        said = desk.desk("import", *paths)

        assert "265 mails were read, and no mail was sent" in said
        assert "262 became closed records" in said
        assert "1 were added" in said
        assert "1 were left out: a machine wrote them" in said
        assert "1 were left out: they name no sender" in said
        found = records(desk)
        assert len(found) == 262
        assert found[0] == ("Matter 1", "closed", int((LONG_AGO + timedelta(hours=1)).timestamp() * 1_000_000))
        assert {status for _, status, _ in found} == {"closed"}

        again = desk.desk("import", *paths)
        assert "265 had been imported before" in again
        assert len(records(desk)) == 262
        desk.start()
        assert desk.stop() == 0
        assert desk.rows("SELECT 1 FROM outbox") == []
        assert desk.sent_mails() == []


def test_what_cannot_be_imported_is_said(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        (tmp_path / "empty").mkdir()
        assert desk.desk("import", check=False) == ""
        assert desk.desk("import", str(tmp_path / "nowhere"), check=False) == ""
        assert desk.desk("import", str(tmp_path / "empty"), check=False) == ""
        assert desk.desk("import", "--mailbox", "nobody", check=False) == ""


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with a_dovecot() as server:
        yield server


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.waits
def test_folders_of_a_mailbox_beside_a_running_desk(tmp_path: Path, dovecot: Dovecot) -> None:
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    dovecot.deliver(*(old_mail(number).as_bytes() for number in range(1, 120)))
    dovecot.deliver(old_mail(500, reply_to=3, sender=ADDRESS).as_bytes(), folder="Sent")
    more = f"""
[mailboxes.support]
host = "localhost"
port = {dovecot.imaps_port}
ca_file = "{dovecot.certificate}"
username = "{USER}"
password_file = "password"
poll = 1
"""
    with a_desk(tmp_path, more) as desk:
        desk.desk("mailbox", "enable", "support")
        desk.start()
        until(lambda: desk.rows("SELECT 1 FROM mailbox_folders"))

        said = desk.desk("import", "--mailbox", "support", "--folder", "Sent", "--folder", "INBOX")

        assert "120 mails were read" in said
        assert "119 became closed records" in said
        assert "1 were added" in said
        assert dovecot.seen() == [False] * 119
        live = old_mail(900)
        live.replace_header("Date", datetime.now(UTC))
        dovecot.deliver(live.as_bytes())
        until(lambda: ("Matter 900", "new") in [(title, status) for title, status, _ in records(desk)])
        until(lambda: len(desk.sent_mails()) == 1)
        assert desk.stop() == 0
        assert len(desk.sent_mails()) == 1

        other = old_mail(901, sender="zoe@fernhill.example")
        other.set_content("Please order a new chair for me, mine has lost a wheel.\n")
        dovecot.deliver(other.as_bytes())
        assert "119 had been imported before" in desk.desk("import", "--mailbox", "support")
        desk.start()  # what the desk has yet to take was no history
        until(lambda: ("Matter 901", "new") in [(title, status) for title, status, _ in records(desk)])
        assert desk.stop() == 0
