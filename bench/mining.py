"""`python -m bench.mining`: the nightly search over 10³ to 10⁶ past incidents: seconds, and memory at the highest.

The incidents are a desk's own: 400 days, a tenth of a thousand of them services at rates that differ a hundredfold,
kinds of trouble, machines, changes, and a few causes planted. Each size runs in a process of its own, so that its
memory is its own. Progress goes to standard error.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import sqrt
from random import Random

from correlate.candidates import Fleet
from correlate.policy import Policy, Service
from correlate.records import Change, Past
from correlate.recurrence import search
from correlate.services import ServiceMap
from desk.progress import Progress
from desk.remembering import shared

SIZES = (1_000, 10_000, 100_000, 1_000_000)
DAYS = 399
START = datetime(2025, 1, 6, tzinfo=UTC)


def services_for(number: int) -> int:
    """How many services a desk of so many incidents has."""
    return max(20, int(2 * sqrt(number)))


def incidents(number: int, random: Random, names: list[str]) -> Iterator[Past]:
    """So many incidents in the order of their times."""
    weights = [random.paretovariate(0.9) for _ in names]
    places = random.choices(names, weights, k=number)
    step = timedelta(days=DAYS) / number
    for serial, name in enumerate(places):
        at = START + serial * step + timedelta(seconds=random.random() * 60)
        yield Past(
            number=f"INC-{serial}", opened_at=at, service=name, template=f"trouble <n> of {random.randrange(400)}",
            category=f"category {hash_of(name) % 12}", origin="alert", resource=f"{name}-{random.randint(1, 6)}",
            resolved_at=at + timedelta(minutes=20), services=(name,), people=random.randrange(3),
        )  # fmt: skip


def hash_of(name: str) -> int:
    """A number that belongs to a name."""
    return sum(map(ord, name))


def measure(number: int) -> dict[str, float]:
    """Seconds and megabytes of one night over so many incidents."""
    random = Random(7)
    names = [f"service-{n:05}" for n in range(services_for(number))]
    past = {p.number: p for p in shared(incidents(number, random, names))}
    changes = [
        Change(id=f"CHG-{n}", service=random.choice(names), title="deploy", end=None,
               start=START + timedelta(days=random.random() * DAYS))
        for n in range(len(names) * 20)
    ]  # fmt: skip
    services = ServiceMap([Service(name=name, depends_on=(names[0],)) for name in names[1:]])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    fleet = Fleet(past.values(), changes, services, Policy(), START + timedelta(days=DAYS))
    arranged = time.process_time() - began
    streams = fleet.candidates()
    with Progress(f"Mining {number:,} incidents", streams) as progress:
        findings = search(fleet, 0, lambda _: progress.advance())
    return {
        "incidents": number, "services": len(names), "streams": streams, "findings": len(findings),
        "seconds": round(time.process_time() - began, 1), "arranged_in": round(arranged, 1),
        "history_mb": before // 1024, "highest_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=1, help="accepted like that of the other benches; one is enough")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps({"bench": "mining", "case": f"{options.one} incidents", **measure(options.one)}), flush=True)
        return 0
    for number in options.sizes:
        subprocess.run([sys.executable, "-m", "bench.mining", "--one", str(number)], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
