"""`python -m bench.history`: decisions a second against the size of the desk's past, with 10,000 open conditions.

A past is put into the tables as the desk itself would have left it: closed incidents with their conditions and what the
nightly search keeps of them. Then 10,000 conditions fire (untimed), and 50 posts of 100 new alerts are timed, from the
journal to the commit; an empty desk takes the same posts. Progress goes to standard error.
"""

import argparse
import gc
import json
import resource
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import sqlalchemy as sa

from bench.measure import folder
from bench.pipeline import POLICY, SERVICES, START, post_draft
from correlate.records import Past, Record
from desk.database import migrate, open_database
from desk.processor import Processor
from desk.progress import Progress
from desk.reader import InProcessReader
from desk.tables import conditions, past, records, state
from ingest.event import Configured
from ingest.journal_sql import open_journal
from ingest.normalize import draft_of

SIZES = (1_000, 10_000, 100_000, 1_000_000)
OPEN_POSTS, TIMED_POSTS, ALERTS = 100, 50, 100
_BATCH = 5_000
_DAYS = 390


def _fill(engine: sa.Engine, number: int) -> None:
    step = timedelta(days=_DAYS) / max(number, 1)
    with Progress(f"A past of {number:,} incidents", number) as progress:
        for serials in _chunks(number):
            with engine.begin() as connection:
                connection.execute(records.insert(), [_record(n, START - (number - n) * step) for n in serials])
                connection.execute(past.insert(), [_past(n, START - (number - n) * step) for n in serials])
                connection.execute(conditions.insert(), [_condition(n, START - (number - n) * step) for n in serials])
            progress.advance(len(serials))
    with engine.begin() as connection:
        connection.execute(state.insert(), [{"name": "counters", "value": json.dumps({"INC": number})}])


def _chunks(number: int) -> Iterator[range]:
    for start in range(1, number + 1, _BATCH):
        yield range(start, min(start + _BATCH, number + 1))


def _record(n: int, at: datetime) -> dict[str, object]:
    record = Record(
        number=f"INC-{n}", kind="incident", type="incident", status="closed", title=f"Trouble {n % 400}", opened_at=at,
        resolved_at=at, closed_at=at, origin="alert", service=f"service-{n % SERVICES}", template=f"Trouble {n % 400}",
        resource=f"old-{n % 9000}",
    )  # fmt: skip
    return {
        "number": record.number, "serial": n, "kind": "incident", "type": "incident", "status": "closed",
        "title": record.title, "opened_at": at, "updated_at": at, "last_at": at, "resolved_at": at, "closed_at": at,
        "origin": "alert", "service": record.service, "priority": "P3", "held": False, "alerts": 2, "places": "{}",
        "body": msgspec.json.encode(record).decode(),
    }  # fmt: skip


def _past(n: int, at: datetime) -> dict[str, object]:
    service = f"service-{n % SERVICES}"
    kept = Past(
        number=f"INC-{n}", opened_at=at, service=service, template=f"Trouble {n % 400}", category=None,
        origin="alert", resource=f"old-{n % 9000}", resolved_at=at, services=(service,),
    )  # fmt: skip
    return {"number": kept.number, "opened_at": at, "body": msgspec.json.encode(kept).decode()}


def _condition(n: int, at: datetime) -> dict[str, object]:
    return {
        "fingerprint": f"old{n:029x}", "status": "resolved", "tool": "alertmanager", "severity": "major",
        "resource": f"old-{n % 9000}", "service": f"service-{n % SERVICES}", "title": f"Trouble {n % 400}",
        "template": f"Trouble {n % 400}", "first_at": at, "last_at": at, "changed_at": at, "resolved_at": at,
        "notices": 2, "record": f"INC-{n}", "history": "", "flapping": False, "labels": "", "levels": "",
    }  # fmt: skip


def measure(place: Path, number: int | None) -> dict[str, float]:
    """Decisions a second on a desk with so large a past; None is an empty desk without open conditions."""
    for old in place.glob("history*"):
        old.unlink()
    engine = open_database(f"sqlite:///{place}/history-desk.db")
    migrate(engine)
    if number is not None:
        _fill(engine, number)
    journal = open_journal(f"sqlite:///{place}/history-journal.db")
    services = [{"name": f"service-{n}", "resources": [f"service-{n}-*"]} for n in range(SERVICES)]
    journal.append([draft_of(Configured(settings={**POLICY, "services": services}), "config")], START)
    first = 0 if number is None else OPEN_POSTS
    for post in range(first + TIMED_POSTS):
        journal.append([post_draft(post)], START)
    reader = InProcessReader()
    began = time.perf_counter()
    processor = Processor(journal, engine, lambda _: None, reader)
    processor.start()
    started = time.perf_counter() - began
    processor.run_until(1 + first)
    gc.collect()
    timed = time.process_time()
    processor.run_until(1 + first + TIMED_POSTS)
    seconds = time.process_time() - timed
    processor.close()
    reader.close()
    journal.close()
    engine.dispose()
    return {
        "per_cpu_second": round(TIMED_POSTS * ALERTS / seconds), "started_in": round(started, 1),
        "highest_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=1, help="accepted like that of the other benches; one is enough")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    options = parser.parse_args()
    place = folder() / "history"
    place.mkdir(exist_ok=True)
    measure(place, None)  # the first is warming up
    empty = measure(place, None)
    print(json.dumps({"bench": "history", "case": "empty desk", **empty}), flush=True)
    for number in options.sizes:
        found = measure(place, number)
        share = round(found["per_cpu_second"] / empty["per_cpu_second"], 2)
        line = {"bench": "history", "case": f"{number:,} past, 10,000 open", "of_empty": share, "target": 0.5, **found}
        print(json.dumps(line), flush=True)
    shutil.rmtree(place, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
