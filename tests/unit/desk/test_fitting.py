"""Weights fitted to corrections: what misled counts less, what was missed counts more, little evidence moves little."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from correlate.policy import Policy
from desk.database import migrate, open_database
from desk.fitting import Example, Force, examples_in, fitted, in_force, settings_text
from desk.tables import entries
from ingest.event import Configured
from ingest.journal_sql import open_journal
from ingest.normalize import draft_of
from tests.prepared import prepare_sqlite

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

GOOD = Example({"mail.start": -2.0, "mail.service": 4.5}, right=True)
MISLED = Example({"mail.start": -2.0, "mail.words": 3.0}, right=False)


def test_evidence_that_misled_counts_less_and_the_rest_stays() -> None:
    fit = fitted([GOOD] * 100 + [MISLED] * 60, 60)
    assert fit.factors["mail.words"] < 0.6
    assert fit.factors["mail.service"] >= 1
    assert (fit.right_before, fit.right_after) == (100, 160)
    assert '"mail.words" = ' in settings_text(fit)


def test_a_few_corrections_move_little() -> None:
    fit = fitted([GOOD] * 100 + [MISLED], 1)
    assert abs(fit.factors["mail.words"] - 1) < 0.35
    assert fit.right_after == fit.right_before


def test_pairs_that_people_joined_make_the_machine_bolder() -> None:
    missed = Example({"incident.start": -2.0, "incident.onset": 1.5}, right=True)
    fit = fitted([missed] * 60, 60)
    assert fit.factors["incident.onset"] > 1 > fit.factors["incident.start"]
    assert fit.right_after == 60


def test_the_same_examples_give_the_same_factors() -> None:
    examples = [GOOD] * 5 + [MISLED] * 7
    assert fitted(examples, 7) == fitted(examples, 7)


# --- what the tables tell ---


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return prepare_sqlite(tmp_path / "desk-data")


def decided(connection: sa.Connection, count: int, *, wrong: bool, first: int, **pieces: float) -> None:
    """So many mails that joined an incident on this evidence; where that was `wrong`, somebody moved each away."""
    row = {"at": MONDAY, "index": 0, "kind": "mail-filed", "internal": False, "count": 1}
    for position in range(first, first + count):
        row |= {"position": position, "last_position": position, "subject": f"m{position}@x", "record": "INC-1"}
        evidence = msgspec.json.encode({"score": sum(pieces.values()), "into": "INC-1", **pieces}).decode()
        connection.execute(sa.insert(entries).values(**row, rule="mail about an open incident", evidence=evidence))
        if wrong:
            moved = {**row, "position": position + 1_000, "rule": "moved by a person", "evidence": "{}"}
            connection.execute(sa.insert(entries).values(**moved))


def test_the_factors_of_the_time_are_divided_out_so_that_a_fit_stands_for_itself(files: Path) -> None:
    """The same decisions, half of them told with the factors that were in force by then: the same fit."""
    plain, told = open_database(f"sqlite:///{files / 'desk.db'}"), open_database(f"sqlite:///{files / 'other.db'}")
    migrate(told)
    force = Force((150,), ({"mail.words": 0.5},))
    with plain.begin() as connection, told.begin() as other:
        for each in (connection, other):
            decided(each, 80, wrong=False, first=1, start=-2.0, service=4.5)
        decided(connection, 40, wrong=True, first=200, start=-2.0, words=3.0)
        decided(other, 40, wrong=True, first=200, start=-2.0, words=1.5)
        assert examples_in(other, force) == examples_in(connection)
        assert examples_in(other) != examples_in(connection)
    plain.dispose()
    told.dispose()


def test_what_was_in_force_when_is_read_from_the_journal(files: Path) -> None:
    engine, journal = open_database(f"sqlite:///{files / 'desk.db'}"), open_journal(f"sqlite:///{files / 'journal.db'}")
    half = {"mail.words": 0.5}
    for weights in ({}, half):
        settings = msgspec.to_builtins(Policy(weights=weights))
        (position,) = journal.append([draft_of(Configured(settings=settings), "config")], MONDAY)
        with engine.begin() as connection:
            row = {"at": MONDAY, "index": 0, "kind": "policy-changed", "internal": True, "count": 1, "rule": "x"}
            connection.execute(
                sa.insert(entries).values(**row, position=position, last_position=position, evidence="{}")
            )
    with engine.connect() as connection:
        force = in_force(connection, journal)
    assert [force.at(position) for position in (0, 1, 2, 3, 99)] == [
        {},
        {},
        {},
        {"mail.words": 0.5},
        {"mail.words": 0.5},
    ]
    assert force.now == half
    journal.close()
    engine.dispose()
