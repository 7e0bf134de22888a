"""The part of `desk import` that brings labels: another desk's export, or mails of which somebody says the category."""

import argparse
import getpass
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from desk.clock import SystemClock
from desk.commands.console import DONE, FAILED, CommandError, say
from desk.config import Settings
from desk.history_table import TABLES, History, TableError, read_history
from desk.learning.inputs import Example
from desk.progress import Progress
from ingest.journal import Journal

_NAMES = {"zammad": "Zammad", "osticket": "osTicket", "rt": "Request Tracker", "jira": "Jira", "csv": "a table"}
_MOST_CLASSES = 30
_STEPS = 40
"""About so many steps a training has; the bar need not be exact."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `desk import` takes beside the mails."""
    told = parser.add_argument_group("labels", "for CSV, TSV and JSON, columns are recognised; these name them by hand")
    for name, words in (("subject", "subject"), ("text", "text"), ("category", "category"), ("group", "group")):
        told.add_argument(f"--{name}-column", metavar="NAME", help=f"the column with the {words}")
    told.add_argument("--category", metavar="NAME", help="of old mails: all of them are of this category")
    told.add_argument("--replace-categories", action="store_true", help="the desk has exactly the imported categories "
                      "from then on; without it they are added")  # fmt: skip
    told.add_argument("--no-learn", action="store_true", help="train no model yet")


def are_tables(paths: Sequence[Path]) -> bool:
    """Whether these are exports rather than mails."""
    return bool(paths) and all(path.suffix.lower() in TABLES and not path.is_dir() for path in paths)


def run_tables(args: argparse.Namespace, settings: Settings, engine: sa.Engine, journal: Journal) -> int:
    """Import exports, train, and report. Raises CommandError with a sentence."""
    columns = {"subject": args.subject_column, "text": args.text_column, "category": args.category_column,
               "assignment_group": args.group_column}  # fmt: skip
    told = {name: column for name, column in columns.items() if column}
    histories: list[History] = []
    try:
        histories += (read_history(path, told) for path in args.path)
    except TableError as error:
        raise CommandError(str(error)) from error
    for path, history in zip(args.path, histories, strict=True):
        _say_what_was_read(path, history)
    rows = [row for history in histories for row in history.rows]
    return take(args, settings, engine, journal, rows, histories[0].columns.desk)


def take(
    args: argparse.Namespace,
    settings: Settings,
    engine: sa.Engine,
    journal: Journal,
    rows: Sequence[Example],
    source: str,
) -> int:
    """Labelled rows into the desk, and a model of them."""
    from desk.learning.importing import take_in

    if not rows:
        raise CommandError("Nothing in it has both a text and a label: there is nothing to learn from.")
    clock = SystemClock()
    actor = f"{getpass.getuser()} (desk import)"
    with Progress("Importing labels", len(rows)) as progress:
        taken = take_in(
            settings, engine, journal, clock, rows, source, actor,
            replace_categories=args.replace_categories, advance=progress.advance,
        )  # fmt: skip
    say(f"{taken.new} labelled texts are new" + (f", {taken.known} were there before." if taken.known else "."))
    if args.no_learn:
        say("A model is trained from them at night, or with `desk learn`.")
        return DONE
    return _learn(settings, engine, journal, actor)


def _learn(settings: Settings, engine: sa.Engine, journal: Journal, actor: str) -> int:
    from desk.commands.learn import catch_up, report
    from desk.learning.round import Round

    with Progress("Training", _STEPS) as progress:
        trial = Round(settings, engine, journal, SystemClock(), lambda _: progress.advance()).run(actor)
    catch_up(settings, engine, journal)
    report(trial)
    return FAILED if trial.outcome == "no model" else DONE


def _say_what_was_read(path: Path, history: History) -> None:
    columns = history.columns
    say(f"{path}: {history.read} rows, read as {_NAMES[columns.desk]}.")
    named = {"subject": columns.subject, "text": ", ".join(columns.body), "sender": ", ".join(columns.sender),
             "time": columns.at, **{target: ", ".join(names) for target, names in columns.targets.items()}}  # fmt: skip
    say("  columns: " + "; ".join(f"{what} from “{name}”" for what, name in named.items() if name))
    if not columns.body:
        say("  it has no column with what people wrote: subjects alone are learned from")
    say(f"  {len(history.rows):>7} are labelled texts")
    for why, count in history.skipped.most_common():
        say(f"  {count:>7} were left out: {why}")
    for target in columns.targets:
        _say_classes(target, history.classes(target))


def _say_classes(target: str, classes: Counter[str]) -> None:
    if classes:
        shown = ", ".join(f"{name} {count}" for name, count in classes.most_common(_MOST_CLASSES))
        more = f" and {len(classes) - _MOST_CLASSES} more" if len(classes) > _MOST_CLASSES else ""
        sys.stdout.write(f"  {target}, {len(classes)}: {shown}{more}\n")
