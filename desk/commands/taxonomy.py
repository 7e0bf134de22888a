"""`desk taxonomy`: the categories, and how to change them. Labels keep their worth through every change."""

import argparse
import csv
import getpass
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from classify.taxonomy import Taxonomy, TaxonomyError
from correlate import taxonomies
from correlate.reasons import sentence
from desk.alongside import processing
from desk.clock import SystemClock
from desk.commands.console import DONE, FAILED, CommandError, complain, opened_desk, say, settings_of, table
from desk.config import Settings
from desk.learning.inputs import Example, examples_command
from desk.store import refusal_at
from ingest.event import Command
from ingest.journal import Journal, NotDurableError
from ingest.normalize import draft_of

ROUTE = "console"
_LONGEST_FILE = 4 << 20


class _Desk(Struct, frozen=True):
    settings: Settings
    engine: sa.Engine
    journal: Journal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `desk taxonomy`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="show the categories, and how many labels each has")
    add = actions.add_parser("add", help="one more category, with a handful of examples")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--parent", metavar="AREA", help="the area that it belongs to; a new one is made")
    add.add_argument("--about", metavar="WORDS", help="what belongs there, for people")
    _with_examples(add)
    examples = actions.add_parser("examples", help="more examples for a category")
    examples.add_argument("name", metavar="NAME")
    _with_examples(examples)
    rename = actions.add_parser("rename", help="another name; labels stay")
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("to", metavar="NEW-NAME")
    remove = actions.add_parser("remove", help="take a category away")
    remove.add_argument("name", metavar="NAME")
    remove.add_argument("--into", metavar="OTHER", help="the category that its labels count for from now on")
    merge = actions.add_parser("merge", help="make several categories one")
    merge.add_argument("name", nargs="+", metavar="NAME")
    merge.add_argument("--into", required=True, metavar="NAME", help="one of them, another, or a new one")
    split = actions.add_parser("split", help="divide a category; old labels go to the part that their text is like")
    split.add_argument("name", metavar="NAME")
    split.add_argument("--into", nargs="+", required=True, metavar="PART")
    split.add_argument("--examples", nargs="+", type=Path, default=[], metavar="FILE", help="one file for each part")
    for sub in (add, examples, rename, remove, merge, split):
        sub.add_argument("--learn", action="store_true", help="train a model with it at once, not at night")


def _with_examples(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--examples", type=Path, metavar="FILE", help="one text a line, or a CSV with columns subject and text"
    )
    parser.add_argument("--example", action="append", default=[], metavar="TEXT", help="a text; may be given again")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; 1 with a sentence where it cannot be."""
    try:
        settings = settings_of(args)
        with opened_desk(settings) as (engine, journal):
            _ACTIONS[args.action](_Desk(settings, engine, journal), args)
    except (CommandError, TaxonomyError, NotDurableError) as error:
        complain(str(error))
        return FAILED
    if getattr(args, "learn", False):
        from desk.commands import learn

        return learn.run(argparse.Namespace(config=args.config, back=False, card=False, anyway=False))
    return DONE


def _list(desk: _Desk, _: argparse.Namespace) -> None:
    from desk.learning.material import gather

    with desk.engine.connect() as connection:
        material = gather(connection)
    counts = Counter(row.labels["category"] for row in material.rows if "category" in row.labels)
    rows = [
        (area.title or area.name, category.name, str(counts[category.name]), ", ".join(category.was),
         category.about or "")
        for area in material.taxonomy.area
        for category in area.category
    ]  # fmt: skip
    say(table(("AREA", "CATEGORY", "LABELS", "WAS", "ABOUT"), rows))
    for split in material.taxonomy.split:
        parts = ", ".join(split.into)
        say(f"{split.name} was split into {parts}: {counts[split.name]} labels are told by their texts.")
    for name, count in sorted(material.untold.items()):
        if not any(name == split.name for split in material.taxonomy.split):
            say(f"{count} labels “{name}” belong to no category: they are kept, and not used.")


def _add(desk: _Desk, args: argparse.Namespace) -> None:
    examples = _examples(args.name, args.examples, args.example)
    _hand_in(desk, args.name, "add", {"parent": args.parent, "about": args.about}, examples)


def _more(desk: _Desk, args: argparse.Namespace) -> None:
    name = _known(desk, args.name)
    examples = _examples(name, args.examples, args.example)
    if not examples:
        raise CommandError("Give examples: --examples FILE, or --example TEXT.")
    _append(desk, [examples_command("taxonomy", examples, _actor())])


def _rename(desk: _Desk, args: argparse.Namespace) -> None:
    _hand_in(desk, args.name, "rename", {"to": args.to})


def _remove(desk: _Desk, args: argparse.Namespace) -> None:
    _hand_in(desk, args.name, "remove", {"into": args.into})


def _merge(desk: _Desk, args: argparse.Namespace) -> None:
    _hand_in(desk, None, "merge", {"names": args.name, "into": args.into})


def _split(desk: _Desk, args: argparse.Namespace) -> None:
    if args.examples and len(args.examples) != len(args.into):
        raise CommandError("Give one file of examples for each part, in the order of --into.")
    examples = [e for part, file in zip(args.into, args.examples, strict=False) for e in _examples(part, file, [])]
    _hand_in(desk, args.name, "split", {"into": args.into}, examples)


def _known(desk: _Desk, name: str) -> str:
    taxonomy = _taxonomy(desk)
    found = next((each for each in taxonomy.categories() if each.casefold() == name.strip().casefold()), None)
    if found is None:
        raise CommandError(f"There is no category {name!r}; known are: {', '.join(taxonomy.categories())}.")
    return found


def _taxonomy(desk: _Desk) -> Taxonomy:
    from desk.web.queries.counts import policy

    with desk.engine.connect() as connection:
        return taxonomies.in_force(policy(connection))


def _hand_in(desk: _Desk, name: str | None, what: str, given: dict[str, Any], examples: Sequence[Example] = ()) -> None:
    """Try the change on the categories as they are, so that a mistake is told at once; then into the journal."""
    arguments = {"what": what, **{key: value for key, value in given.items() if value is not None}}
    taxonomies.edited(_taxonomy(desk), what, name or "", arguments)
    commands = [Command(action=taxonomies.ACTION, actor=_actor(), subject=name, arguments=arguments)]
    if examples:
        commands.append(examples_command("taxonomy", examples, _actor()))
    _append(desk, commands)
    if what in ("add", "split") and not examples:
        say("It is proposed by nobody until it has examples: labels by people, or `desk taxonomy examples`.")


def _append(desk: _Desk, commands: Sequence[Command]) -> None:
    clock = SystemClock()
    positions = desk.journal.append([draft_of(command, ROUTE) for command in commands], clock())
    with processing(desk.settings, desk.engine, desk.journal, clock) as until:
        until(positions[-1])
    with desk.engine.connect() as connection:
        refused = [refusal for position in positions if (refusal := refusal_at(connection, position)) is not None]
    if refused:
        raise CommandError(sentence(refused[0]))
    say(f"It holds (input {positions[0]}).")
    say("The model learns it at night, or at once with `desk learn`.")


def _examples(name: str, file: Path | None, given: Sequence[str]) -> list[Example]:
    labels = {"category": " ".join(name.split())}
    found = [Example(labels=labels, body=text.strip()) for text in given if text.strip()]
    if file is not None:
        found += [Example(labels=labels, subject=subject, body=body) for subject, body in _texts(file)]
    return found


def _texts(file: Path) -> list[tuple[str | None, str | None]]:
    try:
        if file.stat().st_size > _LONGEST_FILE:
            raise CommandError(f"{file} is large for a handful of examples: `desk import` reads histories.")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not UTF-8.") from error
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    head = [name.strip().casefold() for name in lines[0].split(",")] if lines else []
    if "text" in head or "subject" in head:
        rows = csv.DictReader(text.splitlines())
        pairs = [{str(k).strip().casefold(): v for k, v in row.items() if k is not None} for row in rows]
        return [(row.get("subject") or None, row.get("text") or None) for row in pairs]
    return [(None, line) for line in lines]


def _actor() -> str:
    return f"{getpass.getuser()} (desk taxonomy)"


_ACTIONS: dict[str, Callable[[_Desk, argparse.Namespace], None]] = {
    "list": _list, "add": _add, "examples": _more, "rename": _rename, "remove": _remove, "merge": _merge,
    "split": _split,
}  # fmt: skip
