"""`desk train`: a model from a CSV file of any desk's export, or the starter model from the tickets that ship."""

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec

from classify import table
from classify.classification import Text
from classify.model import starter_model_path


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
    from classify.training import TrainingError

    try:
        if args.starter:
            return _train_starter(args.out or starter_model_path())
        if args.data is None or not args.target or args.out is None:
            return _refused("DATA.csv, --target and --out are needed (or --starter)")
        if not 0.5 <= args.promise < 1:
            return _refused("--promise is a share from 0.5 to below 1, for example 0.9")
        rows = table.read(args.data, args.target, args.text, args.sender)
        about = {"data": args.data.name, "text": args.text, "sender": args.sender}
        return _train(rows.texts, rows.labels, args.out, about, args.promise)
    except (table.TableError, TrainingError) as problem:
        return _refused(str(problem))


def _train_starter(out: Path) -> int:
    from classify.starting import starter_tickets

    texts, labels = starter_tickets()
    return _train(texts, labels, out, {"data": "starter tickets", "text": ["subject", "text"], "sender": None}, 0.9)


def _train(
    texts: list[Text], labels: dict[str, list[str | None]], out: Path, about: dict[str, Any], promise: float
) -> int:
    from classify.model import stored
    from classify.training import Settings, train

    trained = train(texts, labels, Settings(promise=promise), progress=_say)
    figures = msgspec.to_builtins(trained.figures)
    data = stored(trained.pipeline, {**about, "promise": promise, "targets": figures})
    try:
        out.write_bytes(data)
    except OSError as problem:
        return _refused(f"Cannot write {out}: {problem.strerror}.")
    for found in trained.figures:
        decided = "nothing" if found.accuracy_decided is None else f"{found.coverage:.0%} of the rows"
        sure = "" if found.accuracy_decided is None else f", of which {found.accuracy_decided:.1%} are right"
        _say(f"{found.target}: {found.accuracy:.1%} right on rows left out; decides {decided}{sure}")
    _say(f"{out}: {len(data) / 1e6:.1f} MB")
    return 0


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _refused(message: str) -> int:
    _say(f"desk train: {message}")
    return 2
