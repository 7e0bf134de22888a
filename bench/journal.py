"""The journal against the limit of its medium, reading against writing, SQLite against PostgreSQL.

The limit is plain sqlite3 that writes the same bytes into a table of two columns, as durably: what chain, salt, digests
and metadata cost is the difference.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.measure import folder, interleaved, report, timed
from ingest.event import Draft
from ingest.group_commit import GroupCommit
from ingest.journal import Journal
from ingest.journal_sql import open_journal

NOW = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
BODY = b"x" * 3_000
DRAFT = Draft(
    kind="mail",
    route="desk@example.com",
    envelope={"mail_from": "ann@example.net", "rcpt_to": ["desk@example.com"], "peer": "192.0.2.1", "helo": "mx"},
    body=BODY,
)


def for_a_while(seconds: float, step: Callable[[], int]) -> Callable[[], float]:
    """A measurement: repeat `step`, which returns how much it did, for so long."""

    def run() -> int:
        done, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            done += step()
        return done

    return lambda: timed(run)


def plain(path: Path) -> sqlite3.Connection:
    """A table of two columns, as durable as the journal."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("page_size=16384", "journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, body BLOB)")
    return connection


def insert(connection: sqlite3.Connection, rows: int) -> int:
    """One transaction of so many rows."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO plain (body) VALUES (?)", [(BODY,)] * rows)
    connection.execute("COMMIT")
    return rows


def append(journal: Journal, rows: int) -> int:
    """One append of so many drafts."""
    return len(journal.append([DRAFT] * rows, NOW))


def submit(commit: GroupCommit, rows: int) -> int:
    """So many drafts from one thread, as fast as they can be handed in; waits for the last."""
    return len([future.result() for future in [commit.submit(DRAFT) for _ in range(rows)]])


class _Reading:
    """Reads from the beginning again and again, as the worker does with a backlog."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._after = 0

    def step(self) -> int:
        found = self._journal.read(self._after, 500)
        self._after = found[-1].position if len(found) == 500 else 0
        return len(found)


def main() -> None:
    """Measure and print one line for each case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--postgresql", help="an empty database to compare with, as an SQLAlchemy URL")
    options = parser.parse_args()
    run = partial(for_a_while, options.seconds)
    with tempfile.TemporaryDirectory(dir=folder()) as place, ExitStack() as stack:
        table = stack.enter_context(closing(plain(Path(place) / "plain.db")))
        journal = stack.enter_context(closing(open_journal(f"sqlite:///{Path(place) / 'journal.db'}")))
        for rows in (1, 10, 100, 1_000):
            contenders = {"plain": run(partial(insert, table, rows)), "journal": run(partial(append, journal, rows))}
            report("journal", f"{rows} in a commit", interleaved(contenders, options.rounds), "journal", "plain", None)
        with GroupCommit(journal, lambda: NOW) as commit:
            contenders = {
                "appends of 100": run(partial(append, journal, 100)),
                "group commit": run(partial(submit, commit, 100)),
            }
            rates = interleaved(contenders, options.rounds)
            report("journal", "100 callers at once", rates, "group commit", "appends of 100", None)
        contenders = {"append": run(partial(append, journal, 500)), "read": run(_Reading(journal).step)}
        report("journal", "reading in 500s", interleaved(contenders, options.rounds), "read", "append", None)
        if options.postgresql:
            other = stack.enter_context(closing(open_journal(options.postgresql)))
            for rows in (1, 100):
                contenders = {
                    "sqlite": run(partial(append, journal, rows)),
                    "postgresql": run(partial(append, other, rows)),
                }
                rates = interleaved(contenders, options.rounds)
                report("journal", f"PostgreSQL, {rows} in a commit", rates, "postgresql", "sqlite", None)


if __name__ == "__main__":
    main()
