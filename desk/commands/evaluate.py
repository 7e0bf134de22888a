"""`desk evaluate`: how good a model is on a CSV file with the right answers."""

import argparse
import sys
from pathlib import Path

import msgspec

from classify import table
from classify.model import LoadError, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `desk evaluate`."""
    parser.add_argument("model", type=Path, metavar="MODEL", help="a model of `desk train`")
    parser.add_argument(
        "data", type=Path, metavar="DATA.csv", help="rows with the columns that the model was trained on"
    )
    parser.add_argument("--text", nargs="+", metavar="COLUMN", help="subject, body (default: as in training)")


def run(args: argparse.Namespace) -> int:
    """Runs the command."""
    from classify.evaluation import evaluate

    try:
        model = load(args.model)
        text = args.text or model.card.get("text") or ["subject", "text"]
        rows = table.read(args.data, model.targets, text, model.card.get("sender"))
    except (LoadError, table.TableError) as problem:
        print(f"desk evaluate: {problem}", file=sys.stderr)
        return 2
    scores = evaluate(model, rows.texts, rows.labels)
    if not scores:
        print("desk evaluate: no row of the file has a label to judge with.", file=sys.stderr)
        return 2
    sys.stdout.write(msgspec.json.encode(scores).decode() + "\n")
    return 0
