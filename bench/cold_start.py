"""The first day: how well the starter model sorts tickets that others wrote, which it has never seen.

    python -m bench.cold_start TICKETS.csv --label COLUMN [--text subject text] \
        --means "THEIR LABEL=our category,our category" --means ...

Other desks sort differently, so each of their labels is said to correspond to one or more of our categories; rows of
labels without a correspondence are left out. Printed: how many of the first guesses, and of the first three, are among
the corresponding categories; what guessing the commonest label would give; and the same for what the model decides.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from classify import table
from classify.classification import Verdict
from classify.model import load
from classify.model_file import starter_model_path
from classify.taxonomy import load as load_taxonomy

SHORT_LIST = 3


def correspondence(pairs: Sequence[str]) -> dict[str, frozenset[str]]:
    """Their labels with our categories. Raises ValueError with a sentence for what cannot be read."""
    known, found = load_taxonomy().categories(), {}
    for pair in pairs:
        label, equals, ours = pair.rpartition("=")
        categories = frozenset(name.strip() for name in ours.split(","))
        if not equals or not categories <= set(known):
            raise ValueError(f"--means {pair!r} is not THEIRS=OURS[,OURS]; our categories are {', '.join(known)}.")
        found[label.strip()] = categories
    return found


def figures(
    verdicts: Sequence[Verdict], truth: Sequence[str], means: Mapping[str, frozenset[str]]
) -> dict[str, object]:
    """What came of it, over all rows and for each of their labels."""
    first = [verdict.value in means[label] for verdict, label in zip(verdicts, truth, strict=True)]
    short = [
        any(value in means[label] for value in (v.value, *(a.value for a in v.alternatives[: SHORT_LIST - 1])))
        for v, label in zip(verdicts, truth, strict=True)
    ]
    decided = [hit for verdict, hit in zip(verdicts, first, strict=True) if verdict.decided]
    counts = Counter(truth)
    return {
        "rows": len(truth),
        "right": round(sum(first) / len(truth), 3),
        f"right_among_{SHORT_LIST}": round(sum(short) / len(truth), 3),
        "commonest_label": round(max(counts.values()) / len(truth), 3),
        "decided": round(len(decided) / len(truth), 3),
        "right_of_decided": round(sum(decided) / len(decided), 3) if decided else None,
        "found_by_label": {
            label: round(sum(hit for hit, seen in zip(first, truth, strict=True) if seen == label) / counts[label], 3)
            for label in sorted(counts)
        },
    }


def main() -> int:
    """2 where the rows cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, metavar="TICKETS.csv")
    parser.add_argument("--label", required=True, metavar="COLUMN")
    parser.add_argument("--text", nargs="+", default=["subject", "text"], metavar="COLUMN")
    parser.add_argument("--means", action="append", required=True, metavar="THEIRS=OURS[,OURS]")
    options = parser.parse_args()
    try:
        means = correspondence(options.means)
        rows = table.read(options.data, [options.label], options.text)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 2
    kept = [(text, label) for text, label in zip(rows.texts, rows.labels[options.label], strict=True) if label in means]
    if not kept:
        print(f"No row of {options.data} has one of the labels {', '.join(means)}.", file=sys.stderr)
        return 2
    verdicts = load(starter_model_path()).verdicts([text for text, _ in kept], reasons=False)
    found = figures([each["category"] for each in verdicts], [str(label) for _, label in kept], means)
    print(json.dumps({"bench": "cold_start", "data": options.data.name, **found}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
