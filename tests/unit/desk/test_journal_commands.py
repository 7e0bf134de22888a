"""`desk journal` and `desk erase`: what an administrator and an auditor see."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.__main__ import main
from desk.config_sections import StorageSettings
from desk.database import migrate, open_database, writing
from desk.erasing import apply_retention, erase_input
from desk.tables import entries, state
from ingest.event import Draft
from ingest.journal import Journal
from ingest.journal_sql import open_journal

MORNING = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
MAIL = Draft(kind="mail", route="desk@example.com", body=b"Subject: secret\r\n\r\n")
POST = Draft(kind="webhook", route="hook:generic", body=b"{}")


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "desk-data"
    folder.mkdir()
    with closing(open_journal(f"sqlite:///{folder / 'journal.db'}")) as journal:
        yield journal


@pytest.fixture
def engine(tmp_path: Path, journal: Journal) -> Iterator[sa.Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'desk-data' / 'desk.db'}")
    migrate(engine)
    yield engine
    engine.dispose()


def processed(engine: sa.Engine, position: int) -> None:
    with writing(engine) as connection:
        connection.execute(sa.insert(state).values(name="position", value=str(position)))


def test_an_auditor_notes_the_head_and_finds_it_again(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    journal.append([MAIL, POST], MORNING)
    assert main(["journal", "head"]) == 0
    head = capsys.readouterr().out.strip()
    assert head == str(journal.head())
    journal.append([MAIL], MORNING)
    assert main(["journal", "verify", "--head", head]) == 0
    out = capsys.readouterr().out
    assert "The chain holds: 3 inputs." in out
    assert f"Head: {journal.head()}" in out


def test_a_rewritten_journal_is_found_out(journal: Journal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal.append([MAIL, POST], MORNING)
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'desk-data' / 'journal.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE journal SET route = 'other@example.com' WHERE position = 1")
    engine.dispose()
    assert main(["journal", "verify"]) == 1
    assert "The chain breaks at input 1" in capsys.readouterr().err


def test_what_is_no_head_is_wrong_usage(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journal", "verify", "--head", "yesterday's"]) == 2
    assert "is not a head of the journal" in capsys.readouterr().err


def test_erasing_takes_the_content_and_says_what_stays(
    journal: Journal, engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    journal.append([MAIL, MAIL], MORNING)
    assert main(["erase", "1", "--reason", "asked for by letter"]) == 0
    out = capsys.readouterr().out
    assert "Input 1 is erased; the chain still verifies." in out
    assert "backups" in out
    found = journal.get(1)
    assert found is not None
    assert found.body is None
    assert main(["erase", "1", "--reason", "again"]) == 0
    assert "was erased before" in capsys.readouterr().out
    assert main(["journal", "verify"]) == 0
    assert "1 of them erased" in capsys.readouterr().out
    assert main(["erase", "7", "--reason", "no such input"]) == 1
    assert "no input 7: it ends at 2" in capsys.readouterr().err


def test_the_records_forget_the_words_too(journal: Journal, engine: sa.Engine) -> None:
    journal.append([MAIL, MAIL], MORNING)
    with writing(engine) as connection:
        for position in (1, 2):
            row = {"record": "INC-1", "at": MORNING, "position": position, "index": 0, "kind": "mail-received"}
            row |= {"internal": False, "text": "my secret", "count": 1, "last_position": position, "rule": "new"}
            connection.execute(sa.insert(entries).values(evidence="{}", **row))
    erased = erase_input(engine, journal, 1, "asked", MORNING)
    assert (erased.content, erased.words) == (True, 1)
    with engine.connect() as connection:
        texts = connection.execute(sa.select(entries.c.text).order_by(entries.c.position)).scalars().all()
    assert texts == [None, "my secret"]


def test_what_was_cut_from_an_erased_mail_is_forgotten_too(journal: Journal, engine: sa.Engine) -> None:
    journal.append([MAIL], MORNING)
    with writing(engine) as connection:
        row = {"record": "INC-1", "at": MORNING, "position": 1, "index": 0, "kind": "mail-filed", "internal": False}
        row |= {"text": "my secret", "count": 1, "last_position": 1, "rule": "new", "evidence": "{}"}
        detail = '{"subject":"my secret","quoted":"my number","automatic":"list"}'
        connection.execute(sa.insert(entries).values(detail=detail, **row))
    erase_input(engine, journal, 1, "asked", MORNING)
    with engine.connect() as connection:
        kept = connection.execute(sa.select(entries.c.detail)).scalar_one()
    assert "my" not in kept
    assert '"automatic":"list"' in kept


def test_retention_goes_by_the_settings_and_spares_what_is_not_processed(journal: Journal, engine: sa.Engine) -> None:
    for day in range(4):
        journal.append([MAIL, POST], MORNING + timedelta(days=day))
    processed(engine, 6)
    now = MORNING + timedelta(days=10)
    assert apply_retention(engine, journal, StorageSettings(), now) == {}
    storage = StorageSettings(keep_mail_days=9)
    assert apply_retention(engine, journal, storage, now) == {"mail": 1}
    assert apply_retention(engine, journal, StorageSettings(keep_mail_days=1, keep_alert_days=8), now) == {
        "mail": 2,
        "webhook": 2,
    }
    assert [found.position for found in journal.read(0, 10) if found.body is not None] == [6, 7, 8]
    mark = journal.erasure(1)
    assert mark is not None
    assert (mark.at, mark.reason) == (now, "kept for 9 days")


def test_the_retention_of_the_settings_can_be_applied_by_hand(
    journal: Journal, engine: sa.Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal.append([MAIL, POST], MORNING)
    processed(engine, 2)
    assert main(["journal", "retention"]) == 0
    assert "Everything is kept" in capsys.readouterr().out
    (tmp_path / "desk.toml").write_text("[storage]\nkeep_mail_days = 30\n")
    journal.append([MAIL], datetime.now(UTC))
    assert main(["journal", "retention"]) == 0
    assert "1 of kind mail" in capsys.readouterr().out
    assert [found.body is None for found in journal.read(0, 10)] == [True, False, False]
