"""`desk backup`: copy a running desk."""

import argparse
from pathlib import Path

import sqlalchemy as sa

from desk.clock import SystemClock
from desk.commands.console import DONE, FAILED, CommandError, complain, say, settings_of
from desk.config import ConfigError, Settings
from desk.plus_addresses import SECRET_FILE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "directory", metavar="DIRECTORY", help="where to put the copy: a directory named by the time is made in it"
    )


def run(args: argparse.Namespace) -> int:
    """Copy the desk, or say which commands copy it on PostgreSQL; 1 where no copy was made."""
    from desk.backups import BackupError, back_up, on_sqlite

    clock = SystemClock()
    try:
        settings = settings_of(args)
        if not on_sqlite(settings):
            say(postgresql_commands(settings))
            return FAILED
        target = Path(args.directory) / f"desk-{clock():%Y%m%dT%H%M%SZ}"
        manifest = back_up(settings, target, clock)
    except (BackupError, CommandError, ConfigError) as error:
        complain(str(error))
        return FAILED
    say(f"The desk is copied to {target}, up to {manifest.head}.")
    say("It holds everything but desk.toml and the files it names. Keep it where only you can read it.")
    return DONE


def postgresql_commands(settings: Settings) -> str:
    """The commands of PostgreSQL, in the order in which they have to run."""
    database, journal = (_shown(url) for url in (settings.storage.database_url, settings.storage.journal_url))
    lines = ["On PostgreSQL the database's own tools make the copy:", ""]
    if database == journal:
        lines += [f"    pg_dump --format=custom --file=desk.dump '{database}'", ""]
        lines += ["One dump is one moment, so it holds tables and journal as they belong together."]
    else:
        lines += ["  1. the tables first", "", f"    {_dump('desk', database, settings)}", ""]
        lines += [
            "  2. then the journal, which must not be behind them",
            "",
            f"    {_dump('journal', journal, settings)}",
        ]
    secret = settings.data_dir / SECRET_FILE
    lines += ["", f"Copy {secret} too: it is the key of signed addresses and of the secrets of hooks.", ""]
    lines += ["After pg_restore, before the desk starts: desk restore --new-epoch"]
    return "\n".join(lines)


def _dump(name: str, url: str | None, settings: Settings) -> str:
    if url is not None and not url.startswith("sqlite"):
        return f"pg_dump --format=custom --file={name}.dump '{url}'"
    file = settings.data_dir / f"{name}.db" if url is None else sa.make_url(url).database
    return f"sqlite3 '{file}' \".backup {name}.db\""


def _shown(url: str | None) -> str | None:
    """The URL as PostgreSQL's tools take it; it holds no password."""
    return None if url is None else url.replace("postgresql+psycopg://", "postgresql://", 1)
