"""`desk journal`: prove that the journal is whole, note its head, apply the retention of the settings."""

import argparse
from collections.abc import Mapping

from desk.clock import SystemClock
from desk.commands.console import DONE, FAILED, WRONG_USAGE, CommandError, complain, opened_desk, say, settings_of
from ingest.event import InputKind
from ingest.journal import DamagedError, Journal, NotDurableError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `desk journal`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="verify|head|retention")
    verify = actions.add_parser("verify", help="recompute the chain from the first input to the last")
    verify.add_argument(
        "--head", metavar="H", help="a head noted earlier, as `desk journal head` and the weekly digest give it"
    )
    actions.add_parser("head", help="print the head: keep it somewhere else, and a rewritten journal is found out")
    actions.add_parser("retention", help="erase now what is older than keep_mail_days and keep_alert_days")


def run(args: argparse.Namespace) -> int:
    """0 where all is well, 1 where the chain is broken or a database cannot be had, 2 for wrong usage."""
    try:
        settings = settings_of(args)
        with opened_desk(settings) as (engine, journal):
            if args.action == "verify":
                return _verify(journal, args.head)
            if args.action == "head":
                say(str(journal.head()))
                return DONE
            from desk.erasing import apply_retention

            return _told(apply_retention(engine, journal, settings.storage, SystemClock()()))
    except (CommandError, NotDurableError, DamagedError) as error:
        complain(str(error))
        return FAILED


def _verify(journal: Journal, noted: str | None) -> int:
    try:
        found = journal.verify(noted)
    except ValueError as error:
        complain(str(error))
        return WRONG_USAGE
    if found.fault is not None:
        complain(f"The chain breaks at input {found.fault.position}: {found.fault.reason}")
        complain(f"Up to input {found.head.position} it holds. Compare with a backup from before.")
        return FAILED
    erased = f", {found.erased} of them erased" if found.erased else ""
    since = " It goes on from the head that was noted." if noted else ""
    say(f"The chain holds: {found.rows} inputs{erased}.{since}")
    say(f"Head: {found.head}")
    return DONE


def _told(erased: Mapping[InputKind, int]) -> int:
    if not erased:
        say("Everything is kept: keep_mail_days and keep_alert_days in [storage] say for how long it should be.")
    else:
        say("Erased: " + ", ".join(f"{count} of kind {kind}" for kind, count in erased.items()) + ".")
    return DONE
