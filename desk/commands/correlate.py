"""`desk correlate fit`: weights of evidence from what people corrected, tried before they are switched on."""

import argparse
import getpass
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from desk.commands.console import DONE, FAILED, CommandError, complain, opened_desk, say, settings_of
from desk.progress import Progress

if TYPE_CHECKING:
    from desk.config import Settings
    from desk.fitting import Fit
    from desk.lab.difference import Difference
    from desk.lab.jobs import Job

_LOOK_SECONDS = 0.2
_NEXT = """
Written to {path}. To switch it on, put the table into desk.toml as [policy.weights], in the place of one that is there,
and reload: the change enters the journal, and the past is not decided anew.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    fit = actions.add_parser("fit", help="fit the weights to what people joined, split and moved, and try them")
    fit.add_argument("--out", type=Path, default=Path("weights.toml"), help="where the weights are written")
    fit.add_argument("--days", type=int, default=30, help="try them over so many days (default: 30; 0: everything)")
    fit.add_argument("--no-trial", action="store_true", help="only write them")


def run(args: argparse.Namespace) -> int:
    """0 where weights were written or nothing is to be changed, 1 where there is too little to learn from."""
    from desk.clock import SystemClock
    from desk.lab.trial import ChangeError
    from desk.lab.weights import change_of, fit, job_of

    try:
        settings = settings_of(args)
        with opened_desk(settings) as (engine, journal):
            found = fit(engine, journal)
            _tell(found)
            try:
                text = change_of(found)
            except ChangeError as nothing:
                say(str(nothing))
                return DONE
            args.out.write_text(text, "utf-8")
            if not args.no_trial:
                span = timedelta(days=args.days) if args.days > 0 else None
                _try(settings, job_of(settings, engine, text, getpass.getuser(), SystemClock()(), span))
    except (CommandError, ChangeError, OSError) as problem:
        complain(str(problem))
        return FAILED
    say(_NEXT.format(path=args.out))
    return DONE


def _tell(found: "Fit") -> None:
    say(f"{found.examples} decisions, {found.corrections} of them corrected by people.")
    say(f"Right before: {found.right_before}, with the fitted weights: {found.right_after}.")
    for name, factor in sorted(found.factors.items(), key=lambda pair: -abs(pair[1] - 1)):
        say(f"  {name:<38} × {factor:<6} seen {found.seen[name]} times")


def _try(settings: "Settings", job: "Job") -> None:
    """Play history with the weights and without, and say what would have been different."""
    from desk.commands.whatif import text
    from desk.lab.jobs import Lab

    lab = Lab(settings.data_dir)
    if lab.is_busy():
        say("Another trial is being played: try these on the page /lab when it is over.")
        return
    name = lab.begin(job)
    with Progress("Playing history twice", 100) as progress:
        found = _played(lab.state, name, progress)
    say("")
    say(text(found))
    say(f"\nThe same as a page: {settings.public_url().rstrip('/')}/lab/{name}")


def _played(state: Callable[[str], object], name: str, progress: Progress) -> "Difference":
    """Wait until the trial is over. Raises CommandError where it failed."""
    from desk.lab.jobs import State

    done = 0
    while isinstance(now := state(name), State):
        if now.trouble is not None:
            raise CommandError(now.trouble)
        if now.result is not None:
            return now.result
        reached = int(100 * now.progress)
        progress.advance(reached - done)
        done = reached
        time.sleep(_LOOK_SECONDS)
    raise CommandError(f"Trial {name} is not there any more.")
