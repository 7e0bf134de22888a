"""`desk erase`: take away what one input said, and leave a mark."""

import argparse

from desk.clock import SystemClock
from desk.commands.console import DONE, FAILED, CommandError, complain, opened_desk, say, settings_of
from ingest.journal import DamagedError, NotDurableError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `desk erase`."""
    parser.add_argument("position", type=int, metavar="POSITION", help="the input's number, as its page shows it")
    parser.add_argument("--reason", required=True, help="why, for the mark that stays: name no person in it")


def run(args: argparse.Namespace) -> int:
    """0 where something was erased or had been before, 1 where there is no such input or no database."""
    from desk.erasing import erase_input

    try:
        settings = settings_of(args)
        with opened_desk(settings) as (engine, journal):
            if args.position < 1 or journal.get(args.position) is None:
                complain(f"The journal has no input {args.position}: it ends at {journal.head().position}.")
                return FAILED
            erased = erase_input(engine, journal, args.position, args.reason, SystemClock()(), settings.data_dir)
            mark = journal.erasure(args.position)
    except (CommandError, NotDurableError, DamagedError) as error:
        complain(str(error))
        return FAILED
    if not erased.content and mark is not None:
        say(f"Input {args.position} was erased before, at {mark.at:%Y-%m-%d %H:%M} UTC: {mark.reason}")
    else:
        say(f"Input {args.position} is erased; the chain still verifies.")
    say(f"What was copied from it is gone too: from {erased.words} rows of the records, their titles and history.")
    say("Mails of others that quote it, mails that were delivered, and backups are not touched by this.")
    return DONE
