"""From the journal to the commit: mails and alerts, against what the machine can do at best.

    python -m bench.pipeline [--rounds 7] [mails|new|repeats|memory|postgresql ...]

Mails are compared with the standard library's compat32 parser alone, reading the same mails. Alerts, in posts of 100,
are compared with plain sqlite3 executemany of 300-byte rows in transactions of 100 (WAL, FULL). The desk uses two
processes: one reads, one decides and writes. `postgresql` compares new alerts on PostgreSQL with SQLite; it needs the
server's programs.
"""

import argparse
import email
import email.policy
import gc
import itertools
import json
import resource
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.mails import DESK, mail
from bench.measure import ROUNDS, folder, interleaved, report, timed
from classify.classification import Model
from desk.classifying import always
from desk.database import migrate, open_database
from desk.processor import Processor
from desk.reader import ChildReader
from desk.worker import tune_memory
from ingest.event import Configured, Draft, Reading
from ingest.journal import Journal
from ingest.journal_sql import open_journal
from ingest.normalize import draft_of
from tests.integration.postgresql import a_cluster, new_database

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MAILS = 400
POSTS = 200
ALERTS = 100
SERVICES = 50
WARM = 2
"""Position up to which nothing is timed: the configuration, and one input for which the reader loads what it needs."""
POLICY = {"address": DESK, "own_addresses": [DESK], "own_domains": ["example.com"], "message_id_domain": "example.com"}


# --- inputs ---------------------------------------------------------------------------------------------------------


def post(number: int) -> bytes:
    """An Alertmanager post of 100 alerts of one rule, with the labels that Prometheus usually has."""
    service = f"service-{number % SERVICES}"
    alerts = [
        {
            "status": "firing",
            "labels": {
                "alertname": f"Rule{number // SERVICES}", "instance": f"{service}-host{k}.example.com:9100",
                "job": service, "service": service, "severity": "critical", "cluster": "eu-1", "team": "platform",
            },
            "annotations": {
                "summary": f"{service}-host{k} does not answer",
                "description": "No answer for five minutes. See the runbook for what to do next.",
            },
            "startsAt": "2026-03-02T07:55:00.000Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.example.com/graph?g0.expr=up+%3D%3D+0",
            "fingerprint": f"{number * ALERTS + k:016x}",
        }
        for k in range(ALERTS)
    ]  # fmt: skip
    body = {
        "version": "4", "groupKey": f'{{}}:{{alertname="Rule{number // SERVICES}"}}', "truncatedAlerts": 0,
        "status": "firing", "receiver": "desk", "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
        "externalURL": "http://alertmanager.example.com", "alerts": alerts,
    }  # fmt: skip
    return json.dumps(body).encode()


def post_draft(number: int) -> Draft:
    envelope = {"tool": "alertmanager", "hook": "bench", "content_type": "application/json"}
    return Draft(kind="webhook", route="hook:bench", envelope=envelope, body=post(number))


def _mail_draft(number: int) -> Draft:
    envelope = {"mail_from": f"person{number % 97}@example.com", "rcpt_to": [DESK]}
    return Draft(kind="mail", route=DESK, envelope=envelope, body=mail(number))


def _first_draft() -> Draft:
    """A mail whose language has no small words that the desk knows: with it the reader loads the model for such."""
    envelope = {"mail_from": "matti@example.com", "rcpt_to": [DESK]}
    head = f"From: Matti <matti@example.com>\r\nTo: {DESK}\r\nSubject: Tulostin\r\n\r\n"
    body = f"{head}Kolmannen kerroksen tulostin on jumissa.\r\n".encode()
    return Draft(kind="mail", route=DESK, envelope=envelope, body=body)


# --- the desk -------------------------------------------------------------------------------------------------------


class Bench:
    """A journal on disk; for each measurement fresh tables, and a reader that has started but has read nothing yet: it
    remembers what it has read before."""

    def __init__(self, place: Path, model: Model | None) -> None:
        self.place = place
        self.model = model
        self._count = 0

    def journal(self, name: str, drafts: Iterator[Draft]) -> Journal:
        services = [{"name": f"service-{n}", "resources": [f"service-{n}-*"]} for n in range(SERVICES)]
        journal = open_journal(f"sqlite:///{self.place}/{name}.db")
        journal.append([draft_of(Configured(settings={**POLICY, "services": services}), "config")], START)
        batch: list[Draft] = []
        for draft in drafts:
            batch.append(draft)
            if len(batch) == 100:
                journal.append(batch, START)
                batch = []
        if batch:
            journal.append(batch, START)
        return journal

    @contextmanager
    def processor(self, journal: Journal, cluster: str | None = None) -> Iterator[Processor]:
        """On fresh tables, with the configuration already in force; in SQLite, or in a PostgreSQL cluster."""
        self._count += 1
        name = f"desk{self._count}"
        url = f"sqlite:///{self.place / name}.db" if cluster is None else new_database(cluster, name)
        engine = open_database(url)
        migrate(engine)
        reader = ChildReader()
        reader.submit(Reading(), []).result()
        processor = Processor(journal, engine, always(self.model), reader)
        processor.start()
        processor.run_until(1)
        gc.collect()
        yield processor
        processor.close()
        reader.close()
        _expect_nothing_quarantined(engine)
        engine.dispose()
        for leftover in self.place.glob(f"{name}.db*"):
            leftover.unlink()


def _expect_nothing_quarantined(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM quarantine").scalar_one()
    if count:
        raise RuntimeError(f"{count} inputs of the bench went to quarantine")


def _through(
    bench: Bench, journal: Journal, start: int, end: int, each: int, cluster: str | None = None
) -> Callable[[], float]:
    """Events per second from after `start` to `end`; what is before is processed without being timed."""

    def measure() -> float:
        with bench.processor(journal, cluster) as processor:
            processor.run_until(start)

            def run() -> int:
                processor.run_until(end)
                return (end - start) * each

            return timed(run)

    return measure


# --- baselines ------------------------------------------------------------------------------------------------------


def parse_only() -> float:
    """Mails per second of the standard library's parser."""
    mails = [mail(number) for number in range(MAILS)]

    def run() -> int:
        for raw in mails:
            email.message_from_bytes(raw, policy=email.policy.compat32)
        return len(mails)

    return timed(run)


def executemany(place: Path) -> float:
    """Rows of 300 bytes per second: sqlite3, executemany, 100 in a transaction, WAL, FULL."""
    path = place / "baseline.db"
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
    batches = [[(f"{batch:06d}{row:06d}" + "x" * 288,) for row in range(100)] for batch in range(200)]

    def run() -> int:
        for rows in batches:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO rows (body) VALUES (?)", rows)
            connection.execute("COMMIT")
        return 100 * len(batches)

    rate = timed(run)
    connection.close()
    for leftover in place.glob("baseline.db*"):
        leftover.unlink()
    return rate


# --- cases ----------------------------------------------------------------------------------------------------------


def bench_mails(bench: Bench, rounds: int) -> None:
    drafts = itertools.chain([_first_draft()], (_mail_draft(number) for number in range(MAILS)))
    journal = bench.journal("mails", drafts)
    contenders = {"desk": _through(bench, journal, WARM, MAILS + WARM, 1), "compat32": parse_only}
    report("pipeline", "mails", interleaved(contenders, rounds), "desk", "compat32", 0.12)


def bench_alerts(bench: Bench, rounds: int, *, repeats: bool) -> None:
    """New alerts, or four repeats of each."""
    times = 5 if repeats else 1
    name = "repeats" if repeats else "new alerts"
    journal = bench.journal(name.replace(" ", "-"), (post_draft(n) for _ in range(times) for n in range(POSTS)))
    start, end = (POSTS + 1, times * POSTS + 1) if repeats else (WARM, POSTS + 1)
    contenders = {
        "desk": _through(bench, journal, start, end, ALERTS),
        "executemany": lambda: executemany(bench.place),
    }
    report("pipeline", name, interleaved(contenders, rounds), "desk", "executemany", 0.35 if repeats else 0.15)


def bench_postgresql(bench: Bench, rounds: int) -> None:
    """New alerts into PostgreSQL, against SQLite; the journal is in SQLite for both."""
    journal = bench.journal("both", (post_draft(number) for number in range(POSTS)))
    with a_cluster() as cluster:
        contenders = {
            "postgresql": _through(bench, journal, WARM, POSTS + 1, ALERTS, cluster),
            "sqlite": _through(bench, journal, WARM, POSTS + 1, ALERTS),
        }
        found = interleaved(contenders, rounds)
    report("pipeline", "new alerts, PostgreSQL against SQLite", found, "postgresql", "sqlite", None)


def bench_memory(bench: Bench) -> None:
    """Memory of the deciding process with 100,000 alerts firing, against before."""
    journal = bench.journal("memory", (post_draft(number) for number in range(1_000)))
    with bench.processor(journal) as processor:
        before = _megabytes()
        processor.run_until(1_001)
        gc.collect()
        line: dict[str, Any] = {
            "bench": "pipeline", "case": "memory after 100,000 alerts",
            "megabytes": round(_megabytes()), "before": round(before),
            "conditions": len(processor.situation.conditions),
        }  # fmt: skip
    print(json.dumps(line), flush=True)


def _megabytes() -> float:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 2**20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    known = ["mails", "new", "repeats", "memory", "postgresql"]
    parser.add_argument("cases", nargs="*", choices=[*known, []], default=[])
    args = parser.parse_args()
    cases = args.cases or known
    from classify.model import load
    from classify.model_file import starter_model_path

    place = Path(tempfile.mkdtemp(dir=folder()))
    tune_memory()
    bench = Bench(place, load(starter_model_path()) if "mails" in cases else None)
    try:
        if "mails" in cases:
            bench_mails(bench, args.rounds)
        if "new" in cases:
            bench_alerts(bench, args.rounds, repeats=False)
        if "repeats" in cases:
            bench_alerts(bench, args.rounds, repeats=True)
        if "memory" in cases:
            bench_memory(bench)
        if "postgresql" in cases and shutil.which("initdb"):
            bench_postgresql(bench, args.rounds)
    finally:
        shutil.rmtree(place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
