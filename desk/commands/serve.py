"""`desk serve`: run the desk."""

import argparse
import contextlib
import sys
import threading
from functools import partial
from pathlib import Path

from desk.bell import PipeBell
from desk.clock import SystemClock
from desk.config import ConfigError, Settings
from desk.config_file import DEFAULT_FILE, load_settings
from desk.logs import start_logging
from desk.supervisor import WRONG_USAGE, stop_on_signals, supervise
from ingest.journal import DamagedError, NotDurableError, UnsafeStorageError

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role",
        choices=["all", "doors", "worker"],
        default="all",
        help="what this process does (default: all, in two processes); several machines share one PostgreSQL",
    )


def run(args: argparse.Namespace) -> int:
    config = args.config or (str(DEFAULT_FILE) if DEFAULT_FILE.exists() else None)
    try:
        settings = load_settings(Path(config) if config else None)
    except ConfigError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return WRONG_USAGE
    stop = threading.Event()
    stop_on_signals(stop)
    start_logging(settings.log, "desk" if args.role == "all" else args.role)
    if not _prepared(settings):
        return FAILED
    if args.role == "all":
        return supervise(partial(run_role, settings, bell=PipeBell()), stop)
    return run_role(settings, args.role, stop)


def _prepared(settings: Settings) -> bool:
    from sqlalchemy import exc

    try:
        prepare(settings)
    except (exc.DBAPIError, NotDurableError, UnsafeStorageError, DamagedError, OSError) as error:
        reason = error.orig if isinstance(error, exc.DBAPIError) else error
        print(f"The desk cannot start: {reason}", file=sys.stderr)
        return False
    return True


def prepare(settings: Settings) -> None:
    """Bring the databases up to date, and put what steers decisions into the journal where it has changed."""
    from desk.database import migrate, open_database
    from desk.presence import after_a_gap
    from desk.publish import publish
    from ingest.journal_sql import open_journal

    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = open_database(settings.database_url())
    journal = open_journal(settings.journal_url())
    try:
        migrate(engine)
        publish(settings, engine, journal)
        after_a_gap(engine, journal, SystemClock()())
    finally:
        journal.close()
        engine.dispose()


def run_role(settings: Settings, role: str, stop: threading.Event, bell: PipeBell | None = None) -> int:
    """Be the doors or the worker until `stop` is set; the result is the exit status. The databases are up to date.

    The `bell` is one that doors and worker share; PostgreSQL has one of its own, for the doors of all machines.
    """
    from desk.database import open_database
    from ingest.journal_sql import open_journal

    start_logging(settings.log, role)
    engine = open_database(settings.database_url())
    url = settings.journal_url()
    journal = open_journal(url, appended=None if bell is None or url.startswith("postgresql") else bell.ring)
    try:
        if role == "doors":
            from desk.doors import run_doors

            try:
                run_doors(settings, engine, journal, stop)
            except OSError as error:
                print(f"A door cannot be opened: {error}. Is another desk running?", file=sys.stderr)
                return WRONG_USAGE
            return 0
        from desk.worker import run_worker

        if not url.startswith("postgresql"):
            return run_worker(settings, engine, journal, stop, bell)
        from desk.database_bell import DatabaseBell

        with contextlib.closing(DatabaseBell(url)) as listening:
            return run_worker(settings, engine, journal, stop, listening)
    finally:
        journal.close()
        engine.dispose()
