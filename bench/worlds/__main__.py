"""Replay simulated companies and print how well the desk joins what is one trouble.

python -m bench.worlds                      # every company, every kind of days
python -m bench.worlds --only hafen/outage --keep /tmp/w
python -m bench.worlds --only quarter null  # thirteen weeks each: what is suggested of planted causes, and of none
"""

import argparse
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean
from typing import Any

from bench.worlds import quarter
from bench.worlds.company import names
from bench.worlds.problems import means, table
from bench.worlds.score import score, score_problems
from bench.worlds.world import KINDS, World

COLUMNS = ("f1", "precision", "recall", "merged", "acked", "noise told", "outsiders")


def measure(name: str, kind: str, seed: int, folder: Path) -> dict[str, Any]:
    """Write one world to `folder`, replay it, and compare."""
    folder.mkdir(parents=True, exist_ok=True)
    world = (quarter.Quarter if kind in quarter.KINDS else World)(name, kind, seed)
    truth = world.truth()
    (folder / "inputs.jsonl").write_text("".join(json.dumps(line) + "\n" for line in world.lines), "utf-8")
    (folder / "services.toml").write_text(world.services, "utf-8")
    (folder / "truth.json").write_text(json.dumps(truth), "utf-8")
    said = replay(folder)
    row: dict[str, Any] = score(truth, said)
    return row | ({"problems": score_problems(truth, said)} if kind in quarter.KINDS else {})


def replay(folder: Path) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "desk",
        "replay",
        str(folder / "inputs.jsonl"),
        "--services",
        str(folder / "services.toml"),
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    (folder / "said.json").write_text(done.stdout, "utf-8")
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.worlds", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--only", nargs="*", default=[], help="company, kind or company/kind")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="folder for the worlds and what was said of them")
    parser.add_argument("--json", type=Path, help="file for the figures")
    choice = parser.parse_args()
    worlds = [
        (name, kind, seed)
        for name in names()
        for kind in (*KINDS, *quarter.KINDS)
        for seed in range(choice.seeds)
        if {kind, f"{name}/{kind}"} & set(choice.only) or (kind in KINDS and (not choice.only or name in choice.only))
    ]
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(choice.jobs) as pool:
        base = choice.keep or Path(scratch)
        rows = list(
            pool.map(lambda world: measure(world[0], world[1], world[2], base / "-".join(map(str, world))), worlds)
        )
    print(f"{'':22}" + "".join(f"{column:>12}" for column in COLUMNS))
    for (name, kind, seed), row in zip(worlds, rows, strict=True):
        print(f"{name + '/' + kind + '/' + str(seed):22}" + "".join(f"{row[column]:12.3f}" for column in COLUMNS))
    for kind in (*KINDS, *quarter.KINDS):
        chosen = [row for world, row in zip(worlds, rows, strict=True) if world[1] == kind]
        if chosen:
            print(
                f"{'mean ' + kind:22}" + "".join(f"{mean(row[column] for row in chosen):12.3f}" for column in COLUMNS)
            )
    print(f"{'mean':22}" + "".join(f"{mean(row[column] for row in rows):12.3f}" for column in COLUMNS))
    for kind in quarter.KINDS:
        chosen = [row["problems"] for world, row in zip(worlds, rows, strict=True) if world[1] == kind]
        if chosen:
            print(f"\n{kind}\n{table(means(chosen))}")
            for world, row in zip(worlds, rows, strict=True):
                if world[1] == kind:
                    print(*world, json.dumps(row["problems"]["detail"], default=str), file=sys.stderr)
    if choice.json:
        choice.json.write_text(
            json.dumps({"/".join(map(str, w)): r for w, r in zip(worlds, rows, strict=True)}, indent=1, default=str)
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
