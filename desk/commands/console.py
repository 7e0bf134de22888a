"""What the administrator's commands share: the configuration, an opened desk, and sentences on the terminal."""

import argparse
import getpass
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from desk.config import ConfigError, Settings
from desk.config_file import DEFAULT_FILE, load_settings

if TYPE_CHECKING:
    import sqlalchemy as sa

    from ingest.journal import Journal

DONE, FAILED, WRONG_USAGE = 0, 1, 2


class CommandError(Exception):
    """The command cannot be carried out; the text is one or more sentences."""


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def complain(text: str) -> None:
    sys.stderr.write(f"desk: {text}\n")


def config_file(args: argparse.Namespace) -> Path | None:
    """The file named by --config, else ./desk.toml where there is one."""
    if args.config:
        return Path(args.config)
    return DEFAULT_FILE if DEFAULT_FILE.exists() else None


def settings_of(args: argparse.Namespace) -> Settings:
    """The settings that this command runs under. Raises CommandError with every problem."""
    try:
        return load_settings(config_file(args))
    except ConfigError as error:
        raise CommandError("\n".join(error.problems)) from error


@contextmanager
def opened_database(settings: Settings) -> "Iterator[sa.Engine]":
    """The desk's database, up to date. Raises CommandError where it cannot be had."""
    from sqlalchemy import exc

    from desk.database import NewerSchemaError, migrate, open_database

    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = open_database(settings.database_url())
        migrate(engine)
    except (exc.DBAPIError, NewerSchemaError, ConfigError, OSError, ValueError) as error:
        reason = error.orig if isinstance(error, exc.DBAPIError) else error
        raise CommandError(f"The desk's database cannot be opened: {str(reason).strip()}") from error
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def opened_desk(settings: Settings) -> "Iterator[tuple[sa.Engine, Journal]]":
    """Database and journal. Raises CommandError where one of them cannot be had."""
    from ingest.journal import NotDurableError, UnsafeStorageError
    from ingest.journal_sql import open_journal

    with opened_database(settings) as engine:
        try:
            journal = open_journal(settings.journal_url())
        except (NotDurableError, UnsafeStorageError, ConfigError, ValueError) as error:
            raise CommandError(f"The journal cannot be opened: {error}") from error
        try:
            yield engine, journal
        finally:
            journal.close()


def new_password(file: str | None) -> str:
    """A password from a file, or asked for twice on the terminal. Raises CommandError."""
    if file is not None:
        try:
            return Path(file).read_text(encoding="utf-8").removesuffix("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}.") from error
    if not sys.stdin.isatty():
        raise CommandError("There is no terminal to ask for the password: give --password-file.")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same once more: ") != password:
        raise CommandError("The two passwords differ.")
    return password


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns of text."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(f"{word:<{width}}" for word, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
