"""`python -m bench`: every benchmark, one after another, and a table of what they found.

The table goes to standard output and to `.bench/results.md`. A benchmark that fails is named, and the others still run.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bench.measure import folder

BENCHES = ("accept_smtp", "accept_webhook", "journal", "normalize", "pipeline", "mixed", "backlog", "mining", "history")


def run(name: str, rounds: int) -> list[dict[str, Any]]:
    """The lines of one benchmark, which also go to standard error as they come. Raises CalledProcessError."""
    command = [sys.executable, "-m", f"bench.{name}", "--rounds", str(rounds)]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stderr.write(line)
            lines.append(json.loads(line))
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return lines


def row(line: Mapping[str, Any]) -> list[str]:
    """One row of the table."""
    if "ratio" not in line:
        rest = {key: value for key, value in line.items() if key not in {"bench", "case"}}
        return [line["bench"], line["case"], "", "", ", ".join(f"{key} {value:,}" for key, value in rest.items())]
    target = line["target"]
    verdict = "" if target is None else f"{'at least' if line['ratio'] >= target else '**below**'} {target}"
    rates = ", ".join(f"{name} {rate:,.0f}" for name, rate in line["per_second"].items())
    return [line["bench"], line["case"], f"{line['ratio']:.2f}", verdict, rates]


def table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    head = ["benchmark", "case", "ratio", "target", "per second (medians)"]
    lines = [head, ["---"] * len(head), *map(list, rows)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def main() -> int:
    """1 where a benchmark failed; a ratio below its target is a finding, not a failure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("benches", nargs="*", choices=[*BENCHES, []], default=[])
    options = parser.parse_args()
    lines, failed = [], []
    for name in options.benches or BENCHES:
        try:
            lines += run(name, options.rounds)
        except (subprocess.CalledProcessError, json.JSONDecodeError) as error:
            failed.append(f"{name} failed: {error}")
    load = os.getloadavg()[1]
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load {load:.1f} over five minutes"
    text = f"{when}\n\n{table([row(line) for line in lines])}\n"
    (folder() / "results.md").write_text(text, encoding="utf-8")
    print(text)
    for sentence in failed:
        print(sentence, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
