"""`desk restore`: put a copy back, and begin a new epoch."""

import argparse
from pathlib import Path

import sqlalchemy as sa

from desk.clock import SystemClock
from desk.commands.console import DONE, FAILED, WRONG_USAGE, CommandError, complain, say, settings_of
from desk.config import ConfigError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("backup", metavar="BACKUP", nargs="?", help="a directory that `desk backup` made")
    parser.add_argument(
        "--new-epoch", action="store_true", help="only begin a new epoch, after pg_restore brought the databases back"
    )


def run(args: argparse.Namespace) -> int:
    """Put the copy back; 1 where that cannot be done, and then nothing that was there has changed."""
    from desk.backups import BackupError, begin_epoch, on_sqlite, restore
    from ingest.journal import DamagedError, NotDurableError

    if bool(args.backup) == args.new_epoch:
        complain("name the backup to put back, or give --new-epoch.")
        return WRONG_USAGE
    try:
        settings = settings_of(args)
        if args.new_epoch:
            done = begin_epoch(settings, SystemClock())
        elif on_sqlite(settings):
            done = restore(settings, Path(args.backup), SystemClock())
        else:
            complain("on PostgreSQL, bring the databases back with pg_restore; then: desk restore --new-epoch")
            return FAILED
    except (BackupError, CommandError, ConfigError, DamagedError, NotDurableError, sa.exc.DBAPIError) as error:
        complain(str(error))
        return FAILED
    say(f"The desk is back as of {done.manifest.head}; its journal verifies. This is epoch {done.epoch}.")
    if done.unprocessed:
        say(f"{done.unprocessed} inputs that were accepted and not yet processed will be processed when it starts.")
    if done.waiting_mails:
        say(
            f"{done.waiting_mails} mails were waiting to leave and will leave when it starts. Those that had left "
            "since the copy was made leave once more, with the same Message-ID."
        )
    say("Now: desk serve")
    return DONE
