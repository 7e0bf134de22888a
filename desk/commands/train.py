"""`desk train`: a model from a CSV file of any desk's export, or the starter model from the tickets that ship."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from classify import table
from classify.classification import Text
from classify.model_file import STARTER_DATA, starter_model_path

if TYPE_CHECKING:  # scikit-learn is slow to import: only when it trains
    from classify.training import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `desk train`."""
    parser.add_argument("data", nargs="?", type=Path, metavar="DATA.csv", help="labelled rows, oldest first")
    parser.add_argument("--target", nargs="+", metavar="COLUMN", help="the column or columns to learn")
    parser.add_argument(
        "--text", nargs="+", default=["subject", "text"], metavar="COLUMN", help="subject, body (default: subject text)"
    )
    parser.add_argument("--sender", metavar="COLUMN", help="the column with the sender's address")
    parser.add_argument("--promise", type=float, default=0.9, help="accuracy that decided answers keep (default: 0.9)")
    parser.add_argument("--out", type=Path, metavar="MODEL", help="where to write the model")
    parser.add_argument("--starter", action="store_true", help="train the starter model from the tickets that ship")


def run(args: argparse.Namespace) -> int:
    """Runs the command."""
    from classify.training import Settings, TrainingError

    try:
        if args.starter:
            return _written(starter_model(), args.out or starter_model_path())
        if args.data is None or not args.target or args.out is None:
            return _refused("DATA.csv, --target and --out are needed (or --starter)")
        if not 0.5 <= args.promise < 1:
            return _refused("--promise is a share from 0.5 to below 1, for example 0.9")
        rows = table.read(args.data, args.target, args.text, args.sender)
        about = {"data": args.data.name, "text": args.text, "sender": args.sender}
        return _written(_trained(rows.texts, rows.labels, about, Settings(promise=args.promise)), args.out)
    except (table.TableError, TrainingError) as problem:
        return _refused(str(problem))


STARTER_PROMISE = 0.95
"""More than the usual promise: other people's tickets are never quite like those that ship."""


def starter_model() -> bytes:
    """The model that the tickets in the package train, byte for byte the one that ships.

    It proposes and decides nothing: on tickets of other desks even what it is surest of is right less often than
    promised (`bench.cold_start`). Where it keeps the promise, a desk's own labels say (`desk.learning.proving`).
    """
    from classify.starting import starter_tickets
    from classify.training import Settings

    texts, labels = starter_tickets()
    about: dict[str, Any] = {"data": STARTER_DATA, "text": ["subject", "text"], "sender": None, "verified": {}}
    return _trained(texts, labels, about, Settings(promise=STARTER_PROMISE, in_order=False), proposes=True)


def _trained(
    texts: list[Text],
    labels: dict[str, list[str | None]],
    about: dict[str, Any],
    settings: "Settings",
    proposes: bool = False,
) -> bytes:
    from classify.model import stored
    from classify.proposing import only_proposing
    from classify.training import train

    trained = train(texts, labels, settings, progress=_say)
    if proposes:
        trained = only_proposing(trained)
    for found in trained.figures:
        decided = "nothing" if found.accuracy_decided is None else f"{found.coverage:.0%} of the rows"
        sure = "" if found.accuracy_decided is None else f", of which {found.accuracy_decided:.1%} are right"
        _say(f"{found.target}: {found.accuracy:.1%} right on rows left out; decides {decided}{sure}")
    return stored(
        trained.pipeline, {**about, "promise": settings.promise, "targets": msgspec.to_builtins(trained.figures)}
    )


def _written(data: bytes, out: Path) -> int:
    try:
        out.write_bytes(data)
    except OSError as problem:
        return _refused(f"Cannot write {out}: {problem.strerror}.")
    _say(f"{out}: {len(data) / 1e6:.1f} MB")
    return 0


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _refused(message: str) -> int:
    _say(f"desk train: {message}")
    return 2
