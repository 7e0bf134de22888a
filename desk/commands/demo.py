"""`desk demo`: a desk on SQLite for a small simulated company, to look at."""

import argparse
import shutil
import socket
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from desk.bell import PipeBell
from desk.clock import Clock, MovableClock, SystemClock
from desk.config import Settings
from desk.config_file import load_settings
from desk.supervisor import ROLES, stop_on_signals, supervise

_MARK = ".quietdesk-demo"
"""A file that marks a folder as ours to delete."""
_COMPANY = "company"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", type=Path, default=Path("demo-data"), help="where its files go (made anew each time)")
    parser.add_argument("--port", type=int, default=8025, help="port of the pages (default: 8025, or a free one)")
    parser.add_argument("--smtp-port", type=int, default=2525, help="port of the mail door")
    parser.add_argument("--days", type=int, default=56, help="days of simulated past (default: 56)")
    parser.add_argument("--seed", type=int, default=7, help="another seed is another past")
    parser.add_argument("--prepare-only", action="store_true", help="make the past and stop")


def run(args: argparse.Namespace) -> int:
    folder: Path = args.dir
    if folder.exists() and not (folder / _MARK).exists():
        print(f"{folder} exists and is no demo of ours: name another folder with --dir.", file=sys.stderr)
        return 2
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()
    from desk.demo.setup import write_configuration

    smtp_port, http_port = _free_port(args.smtp_port), _free_port(args.port)
    config = write_configuration(folder, smtp_port=smtp_port, http_port=http_port)
    settings = load_settings(config)
    # In a process of its own: the parent of the desk's processes stays small, and without threads.
    with ProcessPoolExecutor(1, get_context("fork")) as past:
        keys = past.submit(_make_past, settings, args.days, args.seed).result()
    if args.prepare_only:
        return 0
    return _serve(settings, config, keys)


def _free_port(wanted: int) -> int:
    """The wanted port, or a free one where it is taken."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    return wanted


def _make_past(settings: Settings, days: int, seed: int) -> dict[str, str]:
    """Set the desk up as of so many days ago and let it live until now; returns tool to hook key."""
    from desk.database import open_database
    from desk.demo.agents import Agents
    from desk.demo.past import Past
    from desk.demo.setup import let_people_in, make_hooks
    from desk.maildir import Maildir
    from desk.plus_addresses import PlusAddresses, secret_in
    from desk.postman import Postman
    from desk.processor import Processor
    from desk.publish import publish
    from desk.reader import InProcessReader
    from desk.replies import Composer
    from desk.simulator.world import World
    from desk.worker import models_of
    from ingest.journal_sql import open_journal

    end = datetime.now(UTC).replace(microsecond=0)
    clock = MovableClock(end - timedelta(days=days))
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = open_database(settings.database_url(), durable=False)
    journal = open_journal(settings.journal_url(), durable=False)
    try:
        from desk.database import migrate

        migrate(engine)
        let_people_in(engine, clock)
        keys = make_hooks(engine, clock)
        publish(settings, engine, journal, clock)
        processor = Processor(journal, engine, models_of(settings, engine), InProcessReader(), clock=clock)
        processor.start()
        postman = Postman(
            engine,
            Composer(settings, PlusAddresses(settings.desk.address, secret_in(settings.data_dir))),
            Maildir(Path(settings.delivery.maildir or "")),
            clock,
        )
        past = Past(journal, processor, Agents(engine), clock, postman)
        past.live(World(seed), clock(), end)
        processor.close()
    finally:
        journal.close()
        engine.dispose()
    return dict(keys)


def _serve(settings: Settings, config: Path, keys: dict[str, str]) -> int:
    from desk.commands.serve import run_role

    stop = threading.Event()
    stop_on_signals(stop)
    bell = PipeBell()

    def work(role: str, stop: threading.Event) -> int:
        if role == _COMPANY:
            _live(settings, config, keys, stop)
            return 0
        return run_role(settings, role, stop, bell)

    return supervise(work, stop, (*ROLES, _COMPANY))


def _welcome(settings: Settings, config: Path) -> str:
    from desk.demo.setup import LOGIN, PASSWORD

    door, to = f"127.0.0.1:{settings.smtp_in.port}", settings.desk.address
    return (
        f"\n  The desk of Fernhill Foods is at  {settings.public_url()}\n"
        f"  Log in as  {LOGIN}  with the password  {PASSWORD}\n\n"
        f"  The company goes on living: watch mails and alerts come in. Write to it yourself:\n"
        f"    swaks --server {door} --to {to} --from you@fernhill.example\n"
        f"  Ctrl-C ends it. Everything is in {config.parent}.\n"
    )


def _live(settings: Settings, config: Path, keys: dict[str, str], stop: threading.Event) -> None:
    """The company's role: once the doors are open, tell the visitor, and go on living in front of them."""
    from desk.database import open_database
    from desk.demo.agents import Agents
    from desk.demo.live import Doors, LiveCompany
    from ingest.journal_sql import open_journal
    from ingest.normalize import draft_of

    clock: Clock = SystemClock()
    engine = open_database(settings.database_url())
    journal = open_journal(settings.journal_url())
    agents = Agents(engine, hurry=60, around_the_clock=True)

    def act() -> None:
        for command in list(agents.commands(clock()))[:2]:
            journal.append([draft_of(command, "web")], clock())

    doors = Doors(settings.smtp_in.port, settings.http.port, keys)
    while not doors.are_open() and not stop.wait(0.1):
        pass
    if not stop.is_set():
        print(_welcome(settings, config), flush=True)
    LiveCompany(doors, clock, act).run(stop)
