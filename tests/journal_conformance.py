"""What every implementation of the journal must do. A subclass says where the journal is (`url`)."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from ingest.event import Draft
from ingest.group_commit import GroupCommit
from ingest.journal import DamagedError, Head, Journal
from ingest.journal_sql import open_journal

MORNING = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def mail(body: bytes = b"Subject: help\r\n\r\nIt is broken.\r\n") -> Draft:
    return Draft(
        kind="mail",
        route="desk@example.com",
        envelope={"mail_from": "ann@example.com", "rcpt_to": ["desk@example.com"], "peer": "192.0.2.1"},
        body=body,
    )


def tick() -> Draft:
    return Draft(kind="tick", route="clock", body=b"")


class JournalConformance:
    @pytest.fixture
    def journal(self, url: str) -> Iterator[Journal]:
        journal = open_journal(url)
        yield journal
        journal.close()

    @pytest.fixture
    def another(self, journal: Journal, url: str) -> Iterator[Journal]:
        """The same journal, as another process opens it."""
        another = open_journal(url)
        yield another
        another.close()

    def tamper(self, url: str, statement: str) -> None:
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            assert connection.exec_driver_sql(statement).rowcount > 0
        engine.dispose()

    # --- appending and reading ---

    def test_positions_count_from_one_without_a_gap(self, journal: Journal) -> None:
        assert journal.append([mail(), tick()], MORNING) == [1, 2]
        assert journal.append([], MORNING) == []
        assert journal.append([mail()], MORNING) == [3]
        assert [found.position for found in journal.read(0, 10)] == [1, 2, 3]

    @pytest.mark.parametrize("body", [b"", b"\0\xff\r\n.\r\n", b"x" * 300_000], ids=["empty", "bytes", "large"])
    def test_what_went_in_comes_back_byte_for_byte(self, journal: Journal, body: bytes) -> None:
        draft = Draft(
            kind="webhook", route="hook:prüfung", envelope={"tool": "generic", "nested": [1, None]}, body=body
        )
        (position,) = journal.append([draft], MORNING)
        found = journal.get(position)
        assert found is not None
        assert (found.kind, found.route, found.envelope, found.body) == (draft.kind, draft.route, draft.envelope, body)
        assert found.accepted_at == MORNING
        assert [found] == journal.read(0, 1)

    def test_there_is_nothing_where_nothing_was_appended(self, journal: Journal) -> None:
        assert journal.get(1) is None
        assert journal.read(0, 10) == []
        assert journal.head() == Head(0, "0" * 64)
        assert journal.verify().fault is None

    def test_time_never_runs_backwards(self, journal: Journal) -> None:
        journal.append([tick()], MORNING)
        journal.append([tick()], MORNING - MINUTE)
        journal.append([tick()], MORNING + MINUTE)
        assert [found.accepted_at for found in journal.read(0, 10)] == [MORNING, MORNING, MORNING + MINUTE]

    def test_reading_is_bounded_in_rows_and_in_bytes_but_always_goes_on(self, journal: Journal) -> None:
        journal.append([mail(b"x" * 1_000) for _ in range(5)], MORNING)
        assert [found.position for found in journal.read(1, 2)] == [2, 3]
        assert [found.position for found in journal.read(0, 10, max_bytes=2_500)] == [1, 2]
        assert [found.position for found in journal.read(3, 10, max_bytes=1)] == [4]

    def test_an_append_happens_as_a_whole_or_not_at_all(self, journal: Journal) -> None:
        spoilt = Draft(kind="mail", route="desk@example.com", envelope={"peer": object()}, body=b"")
        with pytest.raises(TypeError):
            journal.append([mail(), spoilt], MORNING)
        assert journal.head().position == 0
        assert journal.append([mail()], MORNING) == [1]

    def test_several_appenders_never_make_a_gap_that_a_reader_could_see(
        self, journal: Journal, another: Journal
    ) -> None:
        each, got, seen = 60, list[int](), list[int]()

        def append(to: Journal) -> None:
            for number in range(each):
                got.extend(to.append([tick()] * (1 + number % 3), MORNING))

        threads = [threading.Thread(target=append, args=(to,)) for to in (journal, another)]
        for thread in threads:
            thread.start()
        while len(seen) < 2 * each * 2:
            seen += [found.position for found in journal.read(len(seen), 50)]
        for thread in threads:
            thread.join()
        assert seen == list(range(1, 241)) == sorted(got)
        assert journal.verify().fault is None

    def test_a_missing_position_is_an_error_and_not_skipped(self, journal: Journal, url: str) -> None:
        journal.append([tick()] * 3, MORNING)
        self.tamper(url, "DELETE FROM journal WHERE position = 2")
        with pytest.raises(DamagedError, match="lacks position 2"):
            journal.read(0, 10)

    def test_it_is_there_when_it_is_opened_again(self, journal: Journal, another: Journal) -> None:
        journal.append([mail()], MORNING)
        assert another.head() == journal.head()
        assert another.append([tick()], MORNING) == [2]
        assert another.verify(str(journal.head())).fault is None

    # --- the chain ---

    def test_the_head_of_every_past_day_is_found_again(self, journal: Journal) -> None:
        heads = []
        for _ in range(3):
            journal.append([mail(), tick()], MORNING)
            heads.append(journal.head())
        for head in heads:
            for noted in (str(head), head.digest, head.digest.upper()):
                found = journal.verify(noted)
                assert found.fault is None
                assert (found.rows, found.erased, found.head) == (6, 0, heads[-1])

    @pytest.mark.parametrize(
        "change",
        [
            "body = 'Subject: all is well'",
            "envelope = '{}'",
            "route = 'other@example.com'",
            "accepted_at = accepted_at + 1",
            "kind = 'command'",
            "digest = content",
            "salt = NULL, body = NULL, envelope = NULL",
            "body = NULL",
        ],
    )
    def test_a_changed_row_is_found(self, journal: Journal, url: str, change: str) -> None:
        journal.append([mail()] * 3, MORNING)
        if url.startswith("postgresql"):
            change = change.replace("body = 'Sub", "body = E'Sub").replace("envelope = '{}'", "envelope = '\\x7b7d'")
        self.tamper(url, f"UPDATE journal SET {change} WHERE position = 2")
        fault = journal.verify().fault
        assert fault is not None
        assert fault.position == 2

    def test_a_removed_row_is_found(self, journal: Journal, url: str) -> None:
        journal.append([mail()] * 3, MORNING)
        self.tamper(url, "DELETE FROM journal WHERE position = 2")
        fault = journal.verify().fault
        assert fault is not None
        assert fault.position == 2
        assert "missing" in fault.reason

    def test_a_shortened_journal_is_found_by_the_head_that_was_noted(self, journal: Journal, url: str) -> None:
        journal.append([mail()] * 3, MORNING)
        head = journal.head()
        self.tamper(url, "DELETE FROM journal WHERE position = 3")
        assert journal.verify().fault is None
        for noted in (str(head), head.digest):
            assert journal.verify(noted).fault is not None

    def test_a_journal_that_was_written_anew_is_found_by_the_head_that_was_noted(
        self, journal: Journal, url: str
    ) -> None:
        journal.append([mail()] * 3, MORNING)
        head = journal.head()
        self.tamper(url, "DELETE FROM journal")
        journal.append([mail(b"Subject: nothing happened\r\n\r\n")] * 3, MORNING)
        assert journal.verify().fault is None
        fault = journal.verify(str(head)).fault
        assert fault is not None
        assert fault.position == 3

    @pytest.mark.parametrize("head", ["", "7", "7:abc", "x:" + "0" * 64, "7:" + "g" * 64])
    def test_what_is_no_head_is_refused_with_a_sentence(self, journal: Journal, head: str) -> None:
        with pytest.raises(ValueError, match="is not a head"):
            journal.verify(head)

    # --- erasing ---

    def test_erasing_takes_the_content_leaves_a_mark_and_keeps_the_chain(self, journal: Journal) -> None:
        journal.append([mail()] * 3, MORNING)
        head = journal.head()
        assert journal.erase(2, "asked by the sender", MORNING + MINUTE)
        found = journal.get(2)
        assert found is not None
        assert (found.body, found.envelope, found.kind) == (None, {}, "mail")
        mark = journal.erasure(2)
        assert mark is not None
        assert (mark.at, mark.reason) == (MORNING + MINUTE, "asked by the sender")
        verified = journal.verify(str(head))
        assert (verified.fault, verified.erased, verified.rows) == (None, 1, 3)
        assert [found.position for found in journal.read(0, 10)] == [1, 2, 3]

    def test_nothing_is_erased_twice_or_where_there_is_nothing(self, journal: Journal) -> None:
        journal.append([mail()], MORNING)
        assert journal.erase(1, "first", MORNING)
        assert not journal.erase(1, "second", MORNING)
        assert not journal.erase(7, "first", MORNING)
        mark = journal.erasure(1)
        assert mark is not None
        assert mark.reason == "first"
        assert journal.erasure(7) is None

    def test_retention_erases_what_is_old_of_the_kinds_it_is_for(self, journal: Journal) -> None:
        for minute in range(4):
            journal.append([mail(), tick()], MORNING + minute * MINUTE)
        noon = MORNING + timedelta(hours=4)
        before = MORNING + 2 * MINUTE
        assert journal.erase_before(before, "retention", noon, kinds=["mail"]) == 2
        assert journal.erase_before(before, "retention", noon, kinds=["mail"]) == 0
        assert [found.position for found in journal.read(0, 10) if found.body is None] == [1, 3]
        assert journal.erase_before(before + MINUTE, "retention", noon, kinds=["mail"]) == 1
        assert journal.verify().fault is None

    def test_retention_spares_what_is_not_processed_yet(self, journal: Journal) -> None:
        journal.append([mail()] * 5, MORNING)
        assert journal.erase_before(MORNING + MINUTE, "retention", MORNING, kinds=["mail"], through=3) == 3
        assert journal.erase_before(MORNING + MINUTE, "retention", MORNING, kinds=["mail"]) == 2

    # --- many at once ---

    def test_many_callers_get_a_position_each(self, journal: Journal) -> None:
        with GroupCommit(journal, lambda: MORNING) as commit:
            futures = [commit.submit(mail(b"%d" % number)) for number in range(300)]
            positions = [future.result(30) for future in futures]
        assert sorted(positions) == list(range(1, 301))
        bodies = {found.position: found.body for found in journal.read(0, 1_000)}
        assert [bodies[position] for position in positions] == [b"%d" % number for number in range(300)]
