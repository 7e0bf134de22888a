"""`python -m bench.null_worlds 200`: quarters in which nothing recurs, looked at every night; how many brought a
suggestion all the same, against the promised rate.

Every finished quarter is a line in `.bench/null-worlds.jsonl`, so a run that was stopped goes on where it was. Where
nothing recurs every suggestion is false: the share of quarters with one is the realised false discovery rate.
"""

import argparse
import json
import sys
from math import sqrt
from pathlib import Path

from bench.measure import folder
from correlate.policy import Policy
from desk.progress import Progress
from desk.simulator.null_worlds import suggested

FIRST_SEED = 1000


def main() -> int:
    """1 where the realised rate is beyond the promised one by more than two standard errors."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("quarters", type=int, nargs="?", default=200)
    parser.add_argument("--keep", type=Path, default=None, help="where the finished quarters are kept")
    parser.add_argument("--every-nights", type=int, default=1)
    options = parser.parse_args()
    kept = options.keep or folder() / "null-worlds.jsonl"
    done = _done(kept)
    seeds = range(FIRST_SEED, FIRST_SEED + options.quarters)
    with kept.open("a", encoding="utf-8") as lines, Progress("Null quarters", len(seeds)) as progress:
        for seed in seeds:
            if seed not in done:
                found = suggested(seed, options.every_nights)
                done[seed] = sorted(found)
                print(json.dumps({"seed": seed, "found": done[seed]}), file=lines, flush=True)
            progress.advance()
    promised = Policy().false_discovery_rate
    wrong = [done[seed] for seed in seeds if done[seed]]
    rate = len(wrong) / len(seeds)
    error = sqrt(max(rate, 1 / len(seeds)) * (1 - rate) / len(seeds))
    print(json.dumps({"bench": "null_worlds", "quarters": len(seeds), "with_suggestion": len(wrong),
                      "suggestions": sum(map(len, wrong)), "rate": round(rate, 4), "standard_error": round(error, 4),
                      "promised": promised}))  # fmt: skip
    for keys in wrong:
        print("  ".join(keys), file=sys.stderr)
    return int(rate - 2 * error > promised)


def _done(kept: Path) -> dict[int, list[str]]:
    if not kept.exists():
        return {}
    rows = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
    return {row["seed"]: row["found"] for row in rows}


if __name__ == "__main__":
    sys.exit(main())
