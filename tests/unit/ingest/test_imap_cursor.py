"""How far a folder has been read, and what is new in it: pure."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.imap_cursor import (
    HANDFUL_BYTES,
    HANDFUL_MAILS,
    LONGEST_LOGIN_PAUSE,
    LONGEST_PAUSE,
    Cursor,
    FolderState,
    Listed,
    came_at,
    handfuls,
    header_fields,
    key_of,
    opened,
    pause,
    renumbered,
    unknown,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CURSOR = Cursor(uidvalidity=7, next_uid=100, read_at=NOW)


def header(name: str, *, date: str = "Mon, 02 Mar 2026 08:00:00 +0000", received: str | None = None) -> bytes:
    first = f"Received: from mx\r\n\tby imap; {received}\r\n" if received else ""
    return (
        f"{first}From: ana@example.com\r\nSubject: {name}\r\nDate: {date}\r\nMessage-ID: <{name}@example.com>\r\n\r\n"
    ).encode()


def test_a_folder_that_nobody_has_read_is_read_from_now_on() -> None:
    cursor, opening = opened(None, FolderState(uidvalidity=7, uidnext=40_001), NOW)

    assert opening == "new"
    assert (cursor.uidvalidity, cursor.next_uid, cursor.read_at) == (7, 40_001, NOW)


@pytest.mark.parametrize(
    ("state", "opening"),
    [
        (FolderState(uidvalidity=7, uidnext=100), "same"),
        (FolderState(uidvalidity=7, uidnext=250), "same"),
        (FolderState(uidvalidity=8, uidnext=250), "renumbered"),
        (FolderState(uidvalidity=7, uidnext=60), "renumbered"),
    ],
)
def test_how_a_known_folder_is_found(state: FolderState, opening: str) -> None:
    assert opened(CURSOR, state, NOW) == (CURSOR, opening)


def test_the_cursor_of_a_new_numbering_forgets_the_old_one() -> None:
    before = Cursor(uidvalidity=7, next_uid=100, read_at=NOW, intent_after=5, intent_through=101, unsettled=(98, 99))
    later = NOW + timedelta(hours=1)

    after = renumbered(before, FolderState(uidvalidity=8, uidnext=12), later)

    assert after == Cursor(uidvalidity=8, next_uid=12, read_at=later)


def test_after_a_new_numbering_only_what_came_since_and_is_not_known_is_new() -> None:
    new = Listed(9, 10, NOW, header("new"))
    taken = Listed(8, 10, NOW, header("taken"))
    month_old = "Mon, 02 Feb 2026 08:00:00 +0000"
    copied_today = Listed(3, 10, NOW, header("old", date=month_old))
    copied_with_received = Listed(4, 10, NOW, header("older", received=month_old))
    wrong_clock_of_a_sender = Listed(
        5, 10, NOW, header("odd", date="Tue, 01 Jan 1980 00:00:00 +0000", received="Mon, 02 Mar 2026 08:59:00 +0000")
    )

    listed = [new, taken, copied_today, copied_with_received, wrong_clock_of_a_sender]
    found = unknown(CURSOR, listed, frozenset({key_of(taken.headers)}))

    assert [mail.uid for mail in found] == [5, 9]


def test_a_mail_that_states_no_time_is_not_lost() -> None:
    assert unknown(CURSOR, [Listed(1, 10, None, b"Subject: x\r\n\r\n")], frozenset()) != []


def test_a_key_is_the_same_for_header_and_mail_however_they_are_folded() -> None:
    whole = b"Subject: a\r\n b\r\nX-Else: 1\r\nmessage-id:<1@x>\r\nDate: d\r\nFrom: f\r\n\r\nSubject: not this\r\n"
    fields = b"From: f\r\nDate:  d\r\nMessage-ID: <1@x>\r\nSubject: a b\r\n\r\n"

    assert key_of(whole) == key_of(fields)
    assert key_of(whole) != key_of(fields.replace(b"a b", b"a c"))


def test_header_fields_survive_what_is_no_header() -> None:
    assert header_fields(b" \x00\xff folded first\r\n: \r\n\xfe\r\nsubject", ("subject",)) == {"subject": b""}
    assert header_fields(b"", ("subject",)) == {}


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 08:00:00", "Mon, 02 Mar 99999 08:00:00 +9999"])
def test_a_broken_date_is_no_date(date: str) -> None:
    assert came_at(Listed(1, 1, NOW, header("x", date=date)), NOW) == NOW


def test_handfuls_are_bounded_by_number_and_size_and_lose_nothing() -> None:
    small = [Listed(uid, 1_000) for uid in range(1, 121)]
    large = [Listed(200, HANDFUL_BYTES * 2), Listed(201, 10), Listed(202, HANDFUL_BYTES)]

    lots = list(handfuls([*small, *large]))

    assert [mail for lot in lots for mail in lot] == [*small, *large]
    assert max(len(lot) for lot in lots) == HANDFUL_MAILS
    assert [200] in [[mail.uid for mail in lot] for lot in lots]
    assert list(handfuls([])) == []


def test_pauses_grow_to_a_limit_and_chance_takes_away_half_at_most() -> None:
    steady = [pause(failures, login=False, chance=0.0) for failures in range(1, 12)]

    assert steady[:4] == [2, 4, 8, 16]
    assert steady[-1] == LONGEST_PAUSE
    assert pause(10_000, login=False, chance=1.0) == LONGEST_PAUSE / 2
    assert pause(1, login=True, chance=0.0) == 60
    assert pause(50, login=True, chance=0.0) == LONGEST_LOGIN_PAUSE
