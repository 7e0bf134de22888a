"""`desk import`: bring old mails in as closed records; nobody is told of them."""

import argparse
import heapq
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from desk.clock import SystemClock
from desk.commands import history_labels
from desk.commands.console import DONE, FAILED, WRONG_USAGE, CommandError, complain, opened_desk, say, settings_of
from desk.config import Settings
from desk.importing import Imported, Importer
from desk.learning.inputs import Example
from desk.mail_archive import Archive, ArchiveError, OldMail, archive_at, archive_of_folder
from desk.mailbox_loop import account_of
from desk.mailbox_store import MailboxStore
from desk.progress import Progress
from desk.publish import publish
from ingest.imap import ImapConnection, ImapError
from ingest.journal import NotDurableError

_SHOWN = 20
_LEFT_OUT = {
    "automatic mail": "a machine wrote them",
    "the same mail again": "the desk has had them before",
    "nobody to answer": "they name no sender",
    "spam": "they are spam",
}
"""Rules in the words of the report; others by their names."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `desk import`."""
    parser.add_argument(
        "path",
        nargs="*",
        type=Path,
        help="an mbox file, a Maildir, a folder of .eml files, or one of them; or a CSV, TSV or JSON file with labels, "
        "as Zammad, osTicket, RT and Jira export it",
    )
    parser.add_argument("--mailbox", metavar="NAME", help="instead of a path: a mailbox of desk.toml")
    parser.add_argument(
        "--folder", action="append", metavar="FOLDER", help="its folder (default: INBOX); may be given again"
    )

    history_labels.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """0 where everything was imported, 1 where something could not be, 2 for wrong usage."""
    if bool(args.path) == bool(args.mailbox):
        complain("Name what to import: either paths, or --mailbox NAME with --folder FOLDER.")
        return WRONG_USAGE
    clock = SystemClock()
    try:
        settings = settings_of(args)
        limit = settings.mailboxes[args.mailbox].max_size if args.mailbox in settings.mailboxes else 52_428_800
        with opened_desk(settings) as (engine, journal), ExitStack() as open_until_end:
            publish(settings, engine, journal)
            if history_labels.are_tables(args.path):
                return history_labels.run_tables(args, settings, engine, journal)
            archives = list(_archives(args, settings, engine, clock(), open_until_end, limit))
            importer = Importer(settings, engine, journal, clock, limit)
            total = sum(archive.count for archive in archives)
            labelled: list[Example] = []
            mails = _oldest_first(archives)
            with Progress("Importing", total) as progress:
                found = importer.run(_labelling(mails, args.category, labelled), progress.advance)
            if labelled:
                history_labels.take(args, settings, engine, journal, labelled, "mbox")
    except (CommandError, ArchiveError, ImapError, NotDurableError) as error:
        complain(str(error))
        return FAILED
    except sa.exc.DBAPIError as error:
        complain(f"The database refused, start the import once more to go on: {error.orig}")
        return FAILED
    _report(found)
    return FAILED if found.troubles or found.quarantined else DONE


def _labelling(mails: Iterable[OldMail], category: str | None, labelled: list[Example]) -> Iterator[OldMail]:
    """The mails as they come; where a category is said to be theirs, they become examples of it too."""
    from desk.learning.importing import example_of

    for mail in mails:
        yield mail
        example = example_of(mail, category) if category else None
        if example is not None:
            labelled.append(example)


def _archives(
    args: argparse.Namespace, settings: Settings, engine: sa.Engine, now: datetime, stack: ExitStack, limit: int
) -> Iterator[Archive]:
    if args.path:
        yield from (archive_at(path, now) for path in args.path)
        return
    mailbox = settings.mailboxes.get(args.mailbox)
    if mailbox is None:
        raise CommandError(f"There is no [mailboxes.{args.mailbox}] in the configuration.")
    for folder in args.folder or ["INBOX"]:
        connection = ImapConnection(account_of(args.mailbox, mailbox, settings))
        stack.callback(connection.close)
        read = MailboxStore(engine, args.mailbox).cursor(folder)
        yield archive_of_folder(connection, folder, now, limit, read)


def _oldest_first(archives: Iterable[Archive]) -> Iterator[OldMail]:
    """A reply in one folder comes after what it replies to in another."""
    return heapq.merge(*(archive.mails for archive in archives), key=lambda mail: mail.at)


def _report(found: Imported) -> None:
    say(f"{found.read} mails were read, and no mail was sent.")
    say(f"  {found.opened:>7} became closed records")
    say(f"  {found.added:>7} were added to one of these, or to a record that was there")
    if found.known:
        say(f"  {found.known:>7} had been imported before")
    for rule, count in found.ignored.most_common():
        say(f"  {count:>7} were left out: {_LEFT_OUT.get(rule, rule)}")
    if found.quarantined:
        say(f"  {found.quarantined:>7} could not be understood: they are in the quarantine")
    if found.troubles:
        say(f"  {len(found.troubles):>7} could not be imported:")
        for trouble in found.troubles[:_SHOWN]:
            sys.stdout.write(f"          {trouble}\n")
        if len(found.troubles) > _SHOWN:
            say(f"          and {len(found.troubles) - _SHOWN} more")
