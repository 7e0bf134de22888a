"""A mailbox of a real Dovecot is read into the journal: each mail once, whatever happens to the mailbox meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from desk.clock import MovableClock
from desk.database import migrate, open_database
from desk.mailbox_reader import MailboxReader
from desk.mailbox_settings import MailboxSettings
from desk.mailbox_store import MailboxStore
from ingest.event import Draft, Input, Mail, Reading, Unreadable
from ingest.imap import Account, ImapConnection, ImapError
from ingest.journal import NotDurableError
from ingest.journal_sql import open_journal
from ingest.normalize import normalize
from tests.integration.dovecot import PASSWORD, USER, Dovecot, a_dovecot
from tests.integration.held_connection import held_wire

pytestmark = [pytest.mark.server, pytest.mark.waits]


@pytest.fixture(scope="module")
def running() -> Iterator[Dovecot]:
    with a_dovecot() as server:
        yield server


@pytest.fixture
def dovecot(running: Dovecot) -> Dovecot:
    """The server with an empty mailbox."""
    running.kick()
    running.doveadm("expunge", "-u", USER, "mailbox", "*", "all")
    return running


class Desk:
    """The reader of one mailbox, with a journal and tables of its own."""

    def __init__(self, folder: Path, dovecot: Dovecot, **settings: Any) -> None:
        self.clock = MovableClock(datetime.now(UTC))
        self.journal = open_journal(f"sqlite:///{folder}/journal.db", durable=False)
        self.engine = open_database(f"sqlite:///{folder}/desk.db", durable=False)
        migrate(self.engine)
        self.settings = MailboxSettings(host="localhost", port=dovecot.imaps_port, username=USER, **settings)
        self.account = Account(
            host="localhost", port=dovecot.imaps_port, security="tls", username=USER, login="password",
            secret=lambda _: PASSWORD, ca_file=str(dovecot.certificate), timeout=20,
        )  # fmt: skip
        self.store = MailboxStore(self.engine, "support")
        self.store.connect(USER, self.clock())
        self.begin_anew()

    def begin_anew(self) -> None:
        """As after a restart: only what is written down is known."""
        self.reader = MailboxReader("support", self.settings, self.store, self.journal, self.clock)

    @contextmanager
    def connected(self) -> Iterator[ImapConnection]:
        connection = ImapConnection(self.account)
        try:
            yield connection
        finally:
            connection.close()

    def read(self, folder: str = "INBOX") -> int:
        """One look, by a connection of its own."""
        with self.connected() as connection:
            return self.reader.read(connection, folder)

    def inputs(self) -> list[Input]:
        return self.journal.read(0, 10_000)

    def subjects(self) -> list[str]:
        lines = [line for item in self.inputs() for line in (item.body or b"").splitlines()]
        return [line.partition(b": ")[2].decode() for line in lines if line.startswith(b"Subject: ")]

    def close(self) -> None:
        self.journal.close()
        self.engine.dispose()


@pytest.fixture
def desk(tmp_path: Path, dovecot: Dovecot) -> Iterator[Desk]:
    found = Desk(tmp_path, dovecot)
    yield found
    found.close()


def mail(name: str, *, text: str = "It is stuck.", date: datetime | None = None, message_id: bool = True) -> bytes:
    when = (date or datetime.now(UTC)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    head = f"From: ana@fernhill.example\r\nTo: {USER}\r\nSubject: {name}\r\nDate: {when}\r\n"
    ident = f"Message-ID: <{name.replace(' ', '-')}@fernhill.example>\r\n" if message_id else ""
    return f"{head}{ident}\r\n{text}\r\n".encode()


def test_a_new_mailbox_starts_at_now(desk: Desk, dovecot: Dovecot) -> None:
    dovecot.deliver(*(mail(f"old {n}") for n in range(5)))

    assert desk.read() == 0
    dovecot.deliver(mail("new"))
    assert desk.read() == 1

    assert desk.subjects() == ["new"]
    assert dovecot.seen() == [False] * 5 + [True]
    (item,) = desk.inputs()
    cursor = desk.store.cursor("INBOX")
    assert cursor is not None
    assert item.route == "mailbox:support"
    assert item.envelope["rcpt_to"] == [USER]
    assert (item.envelope["folder"], item.envelope["uid"]) == ("INBOX", cursor.next_uid - 1)


def test_what_came_while_nobody_looked_is_taken_in_order_and_once(desk: Desk, dovecot: Dovecot) -> None:
    desk.read()
    dovecot.deliver(*(mail(f"mail {n}") for n in range(120)))

    assert desk.read() == 120
    assert desk.read() == 0
    desk.begin_anew()
    assert desk.read() == 0

    assert desk.subjects() == [f"mail {n}" for n in range(120)]
    assert all(dovecot.seen())


def test_mail_is_moved_once_it_is_in_the_journal(tmp_path: Path, dovecot: Dovecot) -> None:
    desk = Desk(tmp_path, dovecot, after="move", move_to="Täken")
    with desk.connected() as connection:
        connection.make_folder("Täken")
    desk.read()
    dovecot.deliver(mail("one"), mail("two"))

    assert desk.read() == 2

    assert (dovecot.count(), dovecot.count("Täken")) == (0, 2)
    desk.close()


def test_mail_is_left_alone_where_it_is_to_be(tmp_path: Path, dovecot: Dovecot) -> None:
    desk = Desk(tmp_path, dovecot, after="leave")
    desk.read()
    dovecot.deliver(mail("one"))

    assert (desk.read(), desk.read()) == (1, 0)

    assert dovecot.seen() == [False]
    desk.close()


def test_several_folders_and_a_mail_that_somebody_moves_between_them(desk: Desk, dovecot: Dovecot) -> None:
    dovecot.deliver(mail("old"), folder="Büro.Sales")
    for folder in ("INBOX", "Büro.Sales"):
        desk.read(folder)
    dovecot.deliver(mail("here"))
    dovecot.deliver(mail("there"), folder="Büro.Sales")
    taken = [desk.read(folder) for folder in ("INBOX", "Büro.Sales")]
    with dovecot.client("INBOX") as client:
        client.move(client.search(["SUBJECT", "here"]), "Büro.Sales")

    assert taken == [1, 1]
    assert desk.read("Büro.Sales") == 0
    assert sorted(desk.subjects()) == ["here", "there"]


def test_mails_that_are_expunged_in_the_middle_hold_up_nothing(desk: Desk, dovecot: Dovecot) -> None:
    desk.read()
    dovecot.deliver(*(mail(f"mail {n}") for n in range(6)))
    with desk.connected() as connection:
        fetch = connection.fetch

        def expunged_first(uids: Any) -> dict[int, bytes]:
            with dovecot.client("INBOX") as client:
                client.delete_messages(list(uids)[1:3])
                client.expunge()
            return fetch(uids)

        connection.fetch = expunged_first  # type: ignore[method-assign]
        assert desk.reader.read(connection, "INBOX") == 4

    assert desk.subjects() == ["mail 0", "mail 3", "mail 4", "mail 5"]
    assert desk.read() == 0


def test_a_server_that_numbers_its_mails_anew_brings_nothing_twice_and_loses_nothing(
    desk: Desk, dovecot: Dovecot
) -> None:
    month_ago = datetime.now(UTC) - timedelta(days=30)
    dovecot.deliver(*(mail(f"old {n}", date=month_ago) for n in range(40)))  # copied there today
    desk.read()
    dovecot.deliver(mail("first"), mail("nameless", message_id=False))
    assert desk.read() == 2
    dovecot.deliver(mail("second"))

    dovecot.number_anew()

    assert desk.read() == 1
    assert desk.subjects() == ["first", "nameless", "second"]
    dovecot.deliver(mail("third"))
    assert desk.read() == 1
    assert desk.subjects()[-1] == "third"
    dovecot.number_anew()
    assert desk.read() == 0


@pytest.mark.parametrize("committed", [True, False])
def test_an_end_between_fetching_and_the_cursor(desk: Desk, dovecot: Dovecot, committed: bool) -> None:
    desk.read()
    dovecot.deliver(mail("one"), mail("two"))
    append = desk.journal.append

    def ends(drafts: Any, at: datetime) -> list[int]:
        if committed:
            append(drafts, at)
        raise NotDurableError("the power is gone")

    desk.journal.append = ends  # type: ignore[method-assign]
    with pytest.raises(NotDurableError):
        desk.read()
    desk.journal.append = append  # type: ignore[method-assign]
    desk.journal.append([Draft(kind="tick", route="clock", body=b"")], desk.clock())
    desk.begin_anew()

    assert desk.read() == (0 if committed else 2)
    assert desk.subjects() == ["one", "two"]
    assert all(dovecot.seen()), "what was in the journal already is flagged too"
    dovecot.deliver(mail("three"))
    assert desk.read() == 1
    assert desk.subjects() == ["one", "two", "three"]


def test_an_end_between_the_cursor_and_the_flag(desk: Desk, dovecot: Dovecot) -> None:
    desk.read()
    dovecot.deliver(mail("one"))
    with desk.connected() as connection:

        def ends(_uids: Any) -> None:
            raise ImapError("lost", "the power is gone")

        connection.mark_seen = ends  # type: ignore[method-assign]
        with pytest.raises(ImapError):
            desk.reader.read(connection, "INBOX")
    assert dovecot.seen() == [False]
    desk.begin_anew()

    assert desk.read() == 0
    assert dovecot.seen() == [True]
    assert desk.subjects() == ["one"]


def test_a_mail_that_is_too_large_is_noted_and_left(tmp_path: Path, dovecot: Dovecot) -> None:
    desk = Desk(tmp_path, dovecot, max_size=10_000)
    desk.read()
    dovecot.deliver(mail("small"), mail("large", text="x" * 20_000), mail("small too"))

    assert desk.read() == 2

    assert dovecot.seen() == [True, False, True]
    (noted,) = [item for item in desk.inputs() if "not_fetched" in item.envelope]
    event, header = normalize(noted, Reading())
    assert isinstance(header, Mail)
    assert header.refused == "too_large", "its sender is told"
    assert isinstance(event, Unreadable)
    assert "max_size" in event.reason
    assert "large" in event.reason
    assert len(noted.body or b"") < 1_000
    desk.close()


def test_a_mail_that_the_server_refuses_holds_up_no_other(desk: Desk, dovecot: Dovecot) -> None:
    desk.read()
    dovecot.deliver(*(mail(f"mail {n}") for n in range(3)))
    with desk.connected() as connection:
        fetch = connection.fetch

        def refused(uids: Any) -> dict[int, bytes]:
            if second in uids:
                raise ImapError("refused", "The server refused fetching mail: corrupted.", lost=False)
            return fetch(uids)

        state = connection.open_folder("INBOX", readonly=True)
        second = connection.listed(1, state.uidnext)[1].uid
        connection.fetch = refused  # type: ignore[method-assign]
        assert desk.reader.read(connection, "INBOX") == 2

    (noted,) = [item for item in desk.inputs() if "not_fetched" in item.envelope]
    assert "corrupted" in noted.envelope["not_fetched"]
    assert dovecot.seen() == [True, False, True]


def test_a_mail_that_ends_every_connection_is_given_up_at_last(desk: Desk, dovecot: Dovecot) -> None:
    desk.read()
    dovecot.deliver(*(mail(f"mail {n}") for n in range(3)))
    fetched: list[int] = []
    for _ in range(12):
        with desk.connected() as connection:
            fetch = connection.fetch

            def ends(uids: Any, fetch: Any = fetch) -> dict[int, bytes]:
                found: dict[int, bytes] = fetch(uids)
                if any(b"mail 0" in raw for raw in found.values()):
                    raise ImapError("lost", "The connection ended.")
                fetched.extend(uids)
                return found

            connection.fetch = ends  # type: ignore[method-assign]
            try:
                desk.reader.read(connection, "INBOX")
            except ImapError:
                continue
            break

    assert len(fetched) == 2
    (noted,) = [item for item in desk.inputs() if "not_fetched" in item.envelope]
    assert "times in a row" in noted.envelope["not_fetched"]
    assert len(desk.inputs()) == 3


def test_what_cannot_be_understood_about_one_mail_holds_up_no_other(desk: Desk, dovecot: Dovecot) -> None:
    desk.read()
    dovecot.deliver(*(mail(f"mail {n}") for n in range(5)))
    cursor = desk.store.cursor("INBOX")
    assert cursor is not None
    broken = f"UID {cursor.next_uid + 2} RFC822.SIZE ".encode()
    with held_wire(dovecot.imap_port) as wire:
        wire.garble = lambda said: said.replace(broken, broken + b"much")
        desk.account = replace(desk.account, port=wire.port, security="none")

        assert desk.read() == 5

    assert desk.subjects() == [f"mail {n}" for n in range(5)]


def test_another_account_by_the_same_name_starts_at_now_and_observed(desk: Desk, dovecot: Dovecot) -> None:
    dovecot.deliver(mail("old"))
    desk.read()
    desk.store.set(observing=False)

    condition = desk.store.connect("other@fernhill.example", desk.clock())

    assert condition.observing
    assert desk.store.cursor("INBOX") is None


def test_a_folder_that_is_not_there_is_told(desk: Desk) -> None:
    with desk.connected() as connection, pytest.raises(ImapError, match="The folder Support cannot be opened") as told:
        desk.reader.read(connection, "Support")
    assert not told.value.lost


def test_the_numbers_of_a_mailbox_that_was_put_back_from_a_backup(desk: Desk, dovecot: Dovecot) -> None:
    """Same UIDVALIDITY, but the numbers begin again where the backup ended."""
    desk.read()
    dovecot.deliver(mail("one"))
    desk.read()
    cursor = desk.store.cursor("INBOX")
    assert cursor is not None
    desk.store.keep("INBOX", replace(cursor, next_uid=cursor.next_uid + 50))
    dovecot.deliver(mail("two"))

    assert desk.read() == 1

    assert desk.subjects() == ["one", "two"]
    with desk.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT taken FROM mailbox_folders")).scalar_one() == 2
