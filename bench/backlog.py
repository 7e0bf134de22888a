"""Acceptance while a backlog of 50,000 mails is being processed, against acceptance while the worker rests.

Doors and worker are processes of their own, as `desk serve` runs them, on one journal.
"""

import argparse
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

from bench import accept_smtp, accept_webhook
from bench.measure import child, folder, interleaved, report, server
from bench.pipeline import POLICY, START, mail
from ingest.event import Configured, Draft
from ingest.journal_sql import open_journal
from ingest.normalize import draft_of

BACKLOG = 50_000
DESK = POLICY["address"]


def fill(url: str, count: int) -> None:
    """A journal with a configuration and so many mails."""
    with closing(open_journal(url)) as journal:
        journal.append([draft_of(Configured(settings=POLICY), "config")], START)
        for first in range(0, count, 500):
            drafts = [_draft(mail(number)) for number in range(first, min(first + 500, count))]
            journal.append(drafts, START)


def _draft(body: bytes) -> Draft:
    return Draft(kind="mail", route=str(DESK), envelope={"mail_from": "a@example.com", "rcpt_to": [DESK]}, body=body)


def work(pipe: Connection, journal_url: str, database_url: str) -> None:
    """The desk's worker, which processes between "go" and "rest", and says then how far it came."""
    from classify.model import load
    from classify.model_file import starter_model_path
    from desk.classifying import always
    from desk.database import migrate, open_database
    from desk.processor import Processor
    from desk.reader import ChildReader
    from desk.worker import let_doors_go_first, tune_memory

    let_doors_go_first()
    engine, journal, reader = open_database(database_url), open_journal(journal_url), ChildReader()
    migrate(engine)
    processor = Processor(journal, engine, always(load(starter_model_path())), reader)
    processor.start()
    processor.run_until(200)  # warm
    tune_memory()
    pipe.send(0)
    resting = threading.Event()

    def process() -> None:
        while not resting.is_set():
            processor.step_batch()

    while pipe.recv() is not None:
        resting.clear()
        thread = threading.Thread(target=process)
        thread.start()
        pipe.recv()
        resting.set()
        thread.join()
        pipe.send(processor.position)
    processor.close()
    reader.close()
    journal.close()
    engine.dispose()


def busy(worker: Connection, measure: Callable[[], float], progress: list[int]) -> Callable[[], float]:
    """The same measurement with the worker at work, and how far it came."""

    def run() -> float:
        worker.send("go")
        rate = measure()
        worker.send("rest")
        progress.append(worker.recv())
        return rate

    return run


def main() -> None:
    """Measure and print one line for mails and one for posts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--backlog", type=int, default=BACKLOG)
    options = parser.parse_args()
    body, wire = accept_webhook.alertmanager_post(), accept_smtp.mail_of(3_000)
    path = f"/hooks/alertmanager/{accept_webhook.KEY}"
    with tempfile.TemporaryDirectory(dir=folder()) as place:
        url = f"sqlite:///{Path(place) / 'journal.db'}"
        fill(url, options.backlog)
        with (
            server(accept_smtp.serve_desk, url) as smtp,
            server(accept_webhook.serve, url) as http,
            child(work, url, f"sqlite:///{Path(place) / 'desk.db'}") as pipe,
        ):
            cases: dict[str, Callable[[], float]] = {
                "mails, 8 sessions": lambda: accept_smtp.send(smtp, 8, 1, options.seconds, wire),
                "posts, 64 connections": lambda: accept_webhook.post(http, path, 64, options.seconds, body),
            }
            for case, measure in cases.items():
                progress: list[int] = []
                rates = interleaved({"idle": measure, "busy": busy(pipe, measure, progress)}, options.rounds)
                if progress[-1] >= options.backlog or progress[-1] == progress[0]:
                    raise RuntimeError(f"the worker had nothing to do: it came to {progress}")
                report("backlog", case, rates, "busy", "idle", 0.6)


if __name__ == "__main__":
    main()
