"""When the administrators hear of a mailbox that cannot be read, and that it can be again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk.clock import MovableClock
from desk.database import migrate, open_database
from desk.mailbox_store import Health, MailboxStore, conditions
from ingest.imap_cursor import Cursor

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TROUBLE = "Nothing listens at imap.example.com:993."


class Mailbox:
    def __init__(self, folder: Path) -> None:
        self.clock = MovableClock(START)
        self.engine = open_database(f"sqlite:///{folder}/desk.db", durable=False)
        migrate(self.engine)
        self.store = MailboxStore(self.engine, "support")

    def health(self) -> Health:
        """As after a start: what was written down is known."""
        return Health(self.store, self.store.connect("help@example.com", self.clock()), self.clock)


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    found = Mailbox(tmp_path)
    yield found
    found.engine.dispose()


def test_a_failure_is_told_when_it_has_lasted_and_once_whatever_is_restarted(mailbox: Mailbox) -> None:
    health = mailbox.health()
    health.failed(TROUBLE)
    mailbox.clock.advance(timedelta(minutes=59))
    assert not health.untold(HOUR)
    mailbox.clock.advance(timedelta(minutes=1))
    health = mailbox.health()
    health.failed("The certificate has expired.")
    assert health.untold(HOUR)
    health.told()

    mailbox.clock.advance(timedelta(days=2))
    health = mailbox.health()
    health.failed(TROUBLE)

    assert not health.untold(HOUR)
    assert not health.recovered
    assert health.condition.failing_since == START


def test_a_failure_that_ends_in_time_is_never_told(mailbox: Mailbox) -> None:
    health = mailbox.health()
    health.failed(TROUBLE)
    mailbox.clock.advance(timedelta(minutes=30))
    health.well()
    assert not health.recovered
    mailbox.clock.advance(timedelta(minutes=45))
    health.failed(TROUBLE)
    assert not health.untold(HOUR)


def test_who_was_told_of_a_failure_is_told_of_its_end(mailbox: Mailbox) -> None:
    health = mailbox.health()
    health.failed(TROUBLE)
    mailbox.clock.advance(HOUR)
    health.told()
    mailbox.clock.advance(HOUR)
    health.well()

    health = mailbox.health()
    assert health.recovered
    assert health.condition.failing_since == START, "the mail says since when it was"
    health.told_recovered()
    assert not mailbox.health().recovered
    assert conditions(mailbox.engine)["support"].trouble is None


def test_what_is_known_of_a_folder_outlives_a_restart_and_ends_with_the_account(mailbox: Mailbox) -> None:
    mailbox.health()
    cursor = Cursor(
        uidvalidity=4_294_967_295, next_uid=4_294_967_295, read_at=START, intent_after=7, intent_through=9,
        unsettled=(1, 2),
    )  # fmt: skip
    mailbox.store.keep("Büro", cursor, {b"d" * 32: b"k" * 32}, 1, START)
    mailbox.store.keep("Büro", cursor, {b"d" * 32: b"k" * 32, b"e" * 32: b"k" * 32}, 1, START)

    assert MailboxStore(mailbox.engine, "support").cursor("Büro") == cursor
    assert mailbox.store.known_digests([b"d" * 32, b"x" * 32]) == {b"d" * 32}
    assert mailbox.store.known_keys([b"k" * 32]) == {b"k" * 32}
    assert MailboxStore(mailbox.engine, "other").known_digests([b"d" * 32]) == frozenset()
    mailbox.store.forget(START + HOUR)
    assert mailbox.store.known_digests([b"d" * 32]) == frozenset()

    mailbox.store.set(observing=False)
    assert not mailbox.health().condition.observing
    assert mailbox.store.connect("other@example.com", START).observing
    assert mailbox.store.cursor("Büro") is None
