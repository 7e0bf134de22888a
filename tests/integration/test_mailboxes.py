"""`desk serve` beside a real Dovecot: what an administrator connects, what people send, and what goes wrong."""

import email
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.integration.dovecot import PASSWORD, USER, Dovecot, a_dovecot
from tests.integration.held_connection import held_wire
from tests.integration.running_desk import RunningDesk, a_desk, until
from tests.rounds import so_many

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.waits]

ROUNDS = int(os.environ.get("QUIETDESK_MAILBOX_KILLS", so_many(2, in_ci=4)))
ADMINISTRATOR = "root@fernhill.example"
MATTERS = {
    "first": "The printer on the second floor does not print.",
    "second": "Please give my new colleague Eva an account for the wiki.",
    "printer": "The printer on the second floor does not print.",
    "scanner": "How do I order a badge for a visitor who comes in May?",
}
"""So different that each is a matter of its own."""


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with a_dovecot() as server:
        yield server


def settings(folder: Path, dovecot: Dovecot, more: str = "", *, port: int | None = None) -> str:
    """The desk's own part of desk.toml."""
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    (folder / "password").chmod(0o600)
    return f"""
[people]
administrators = ["{ADMINISTRATOR}"]
[mailboxes.support]
host = "localhost"
port = {port or dovecot.imaps_port}
{'security = "none"' if port else f'ca_file = "{dovecot.certificate}"'}
username = "{USER}"
password_file = "password"
{more}
"""


def mail(name: str, *, date: datetime | None = None) -> bytes:
    found = EmailMessage(policy=policy.SMTP)
    found["From"] = "Ana <ana@fernhill.example>"
    found["To"] = USER
    found["Subject"] = name
    found["Date"] = date or datetime.now(UTC)
    found["Message-ID"] = f"<{name.replace(' ', '-')}@fernhill.example>"
    found.set_content(MATTERS.get(name, "Please look at this.") + "\n")
    return found.as_bytes()


def connected(desk: RunningDesk, folders: int = 1) -> None:
    """Wait until the desk has looked into the mailbox once."""
    until(lambda: len(desk.rows("SELECT 1 FROM mailbox_folders")) == folders and well(desk), 60)


def well(desk: RunningDesk) -> bool:
    return bool(desk.rows("SELECT 1 FROM mailboxes WHERE well_at IS NOT NULL AND trouble IS NULL"))


def titles(desk: RunningDesk) -> list[object]:
    return [title for (title,) in desk.rows("SELECT title FROM records ORDER BY opened_at, number")]


def letters(desk: RunningDesk, to: str) -> list[EmailMessage]:
    """The mails that left to this address."""
    found = [email.message_from_bytes(raw, policy=policy.default) for raw in desk.sent_mails()]
    return [each for each in found if to in str(each["To"])]


def processed(desk: RunningDesk) -> int:
    ((position,),) = desk.rows("SELECT value FROM state WHERE name = 'position'")
    return int(str(position))


def head(desk: RunningDesk) -> int:
    with sqlite3.connect(f"file:{desk.folder}/data/journal.db?mode=ro", uri=True) as journal:
        (found,) = journal.execute("SELECT max(position) FROM journal").fetchone()
    return int(found or 0)


def test_two_thousand_old_mails_get_no_answer_and_a_new_one_is_held_until_the_mailbox_is_enabled(
    tmp_path: Path, dovecot: Dovecot
) -> None:
    dovecot.deliver(*(mail(f"old {n}") for n in range(2_000)))
    # The next look would be in 28 minutes: what comes before, the server has told.
    with a_desk(tmp_path, settings(tmp_path, dovecot, 'poll = "28m"')) as desk:
        desk.start()
        connected(desk)
        assert titles(desk) == []

        dovecot.deliver(mail("first"))
        until(lambda: titles(desk) == ["first"])
        until(lambda: desk.rows("SELECT 1 FROM outbox WHERE status = 'held'"))
        assert desk.sent_mails() == []
        assert "observing" in desk.desk("mailbox", "list")

        assert "What was held stays held (1)" in desk.desk("mailbox", "enable", "support")
        dovecot.deliver(mail("second"))
        until(lambda: len(letters(desk, "ana@fernhill.example")) == 1)
        assert "second" in str(letters(desk, "ana@fernhill.example")[0]["Subject"])
        desk.desk("mailbox", "enable", "support", "--send-held")
        until(lambda: len(letters(desk, "ana@fernhill.example")) == 2)

        assert titles(desk) == ["first", "second"]
        assert dovecot.seen() == [False] * 2_000 + [True] * 2
        assert desk.stop() == 0
        assert len(desk.sent_mails()) == 2


def enabled(desk: RunningDesk) -> None:
    desk.desk("mailbox", "enable", "support")


@pytest.mark.parametrize("moment", ["after the journal, before the cursor", "after the cursor, before the flag"])
def test_a_kill_between_commit_and_flag_leaves_one_record_and_one_answer(
    tmp_path: Path, dovecot: Dovecot, moment: str
) -> None:
    with (
        held_wire(dovecot.imap_port) as wire,
        a_desk(tmp_path, settings(tmp_path, dovecot, 'poll = "28m"', port=wire.port)) as desk,
    ):
        enabled(desk)
        desk.start()
        connected(desk)
        wire.word = b"BODY.PEEK[]" if "before the cursor" in moment else b"STORE"
        before = head(desk)

        dovecot.deliver(mail("printer"))
        assert wire.reached.wait(30)
        if "before the cursor" in moment:
            # Nobody can write into desk.db now, so the desk comes as far as the journal and no further.
            lock = sqlite3.connect(desk.folder / "data/desk.db", isolation_level=None)
            lock.execute("BEGIN IMMEDIATE")
            wire.let_go.set()
            until(lambda: head(desk) > before)
            desk.kill()
            lock.close()
        else:
            desk.kill()
            wire.cut()
        assert dovecot.seen() == [False]
        assert head(desk) > before

        desk.start()
        until(lambda: dovecot.seen() == [True])
        until(lambda: titles(desk) == ["printer"])
        dovecot.deliver(mail("scanner"))
        until(lambda: titles(desk) == ["printer", "scanner"])
        until(lambda: len(letters(desk, "ana@fernhill.example")) == 2)
        assert desk.stop() == 0

        assert len(desk.rows("SELECT 1 FROM entries WHERE kind = 'mail-filed'")) == 2
        assert len(desk.rows("SELECT 1 FROM entries WHERE rule = 'the same mail again'")) == 0
        assert len(desk.sent_mails()) == 2


@pytest.mark.timeout(600)
def test_kills_at_random_moments_while_mail_comes_in(tmp_path: Path, dovecot: Dovecot) -> None:
    chance = random.Random(11)
    sent = 0
    with a_desk(tmp_path, settings(tmp_path, dovecot, 'folders = ["INBOX", "Sales"]\npoll = 1')) as desk:
        dovecot.deliver(mail("old"), folder="Sales")
        enabled(desk)
        desk.start()
        connected(desk, 2)
        for _ in range(ROUNDS):
            for _ in range(10):
                dovecot.deliver(mail(f"mail {sent}"), folder=chance.choice(["INBOX", "Sales"]))
                sent += 1
            threading.Event().wait(chance.random() * 2)
            desk.kill()
            desk.start()
        until(lambda: processed(desk) == head(desk) and all([*dovecot.seen(), *dovecot.seen("Sales")[1:]]), 90)
        assert desk.stop() == 0

        with sqlite3.connect(f"file:{desk.folder}/data/journal.db?mode=ro", uri=True) as journal:
            rows = journal.execute("SELECT envelope FROM journal WHERE kind = 'mail'").fetchall()
        places = [(said["folder"], said["uidvalidity"], said["uid"]) for said in (json.loads(row[0]) for row in rows)]
        assert len(places) == len(set(places)) == sent
        assert len(desk.rows("SELECT DISTINCT position FROM entries WHERE kind = 'mail-filed'")) == sent
        assert desk.rows("SELECT 1 FROM entries WHERE rule = 'the same mail again'") == []
        assert sum(int(str(taken)) for (taken,) in desk.rows("SELECT taken FROM mailbox_folders")) == sent


def test_a_login_that_fails_is_told_once_and_so_is_its_end(tmp_path: Path, dovecot: Dovecot) -> None:
    dovecot.set_password("another one")
    with a_desk(tmp_path, settings(tmp_path, dovecot, "tell_after = 1")) as desk:
        desk.start()
        until(lambda: letters(desk, ADMINISTRATOR), 60)
        assert "does not accept the password" in desk.desk("mailbox", "list")
        assert 'desk_mailbox_up{mailbox="support"} 0.0' in desk.get("/metrics")[1]
        (letter,) = letters(desk, ADMINISTRATOR)
        assert "cannot be read" in str(letter["Subject"])
        assert "does not accept the password" in letter.get_payload(0).get_payload()  # type: ignore[union-attr]
        desk.stop()
        desk.start()
        until(lambda: "again in" in desk.log().rpartition("processing begins")[2])

        dovecot.set_password(PASSWORD)
        desk.stop()
        desk.start()
        until(lambda: len(letters(desk, ADMINISTRATOR)) == 2, 60)
        told = sorted(str(letter["Subject"]).partition("the mailbox ")[2] for letter in letters(desk, ADMINISTRATOR))
        assert told == ["support can be read again", "support cannot be read"]
        assert 'desk_mailbox_up{mailbox="support"} 1.0' in desk.get("/metrics")[1]
        dovecot.deliver(mail("printer"))
        until(lambda: titles(desk) == ["printer"])
        assert desk.stop() == 0
        assert len(letters(desk, ADMINISTRATOR)) == 2


def test_a_server_that_goes_away_and_comes_back(tmp_path: Path, dovecot: Dovecot) -> None:
    with a_desk(tmp_path, settings(tmp_path, dovecot, 'folders = ["INBOX", "Sales"]\npoll = 1')) as desk:
        dovecot.deliver(mail("old"), folder="Sales")
        desk.start()
        connected(desk, 2)
        dovecot.stop()
        until(lambda: "again in" in desk.log())
        dovecot.start()
        dovecot.deliver(mail("one"))
        dovecot.deliver(mail("two"), folder="Sales")

        until(lambda: sorted(map(str, titles(desk))) == ["one", "two"], 60)
        assert desk.stop() == 0


def test_desk_check_says_what_is_wrong(tmp_path: Path, dovecot: Dovecot) -> None:
    with a_desk(tmp_path, settings(tmp_path, dovecot, 'folders = ["INBOX", "Sales"]')) as desk:
        dovecot.deliver(mail("old"), folder="Sale")

        def check(*words: str) -> str:
            done = subprocess.run(
                [sys.executable, "-m", "desk", "--config", str(desk.config), "check", *words],
                capture_output=True, text=True, check=False, timeout=60,
            )  # fmt: skip
            return done.stdout

        assert "mailboxes" not in check()
        assert "there is no folder Sales: did you mean Sale?" in check("--connect")
        dovecot.set_password("another one")
        assert f"does not accept the password of {USER}" in check("--connect")
        dovecot.stop()
        assert "Nothing listens" in check("--connect")
