"""python -m bench.worlds.detect --seeds 20: the detectors alone, on quarters whose incidents are known exactly.

Every night of a planned quarter (see `causes`) is searched as the desk searches it; no mail and no alert is read. So
twenty quarters take minutes, and what is missed here was missed by the statistics.
"""

import argparse
import json
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from bench.worlds.causes import Deploy, Fault, Plan
from bench.worlds.company import Company, load, names
from bench.worlds.problems import matched, means, table
from correlate.candidates import Fleet
from correlate.policy import Policy, Service
from correlate.records import Change, Past
from correlate.recurrence import Finding, search
from correlate.services import ServiceMap

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 91


def pasts(plan: Plan, company: Company, random: Random) -> tuple[list[Past], dict[str, set[str]]]:
    """What a desk that joins without error keeps of each fault, and the incidents of each cause."""
    found: list[Past] = []
    members: dict[str, set[str]] = defaultdict(set)
    for fault in plan.faults:
        for name in (fault.site, *fault.others):
            past = _past(fault, name, company, random, f"INC-{len(found):05d}")
            found.append(past)
            members[fault.cause].add(past.number)
    members.pop("independent", None)
    return found, members


def _past(fault: Fault, name: str, company: Company, random: Random, number: str) -> Past:
    site = company.sites[name]
    suffering = [s.name for s in company.sites.values() if name in s.depends_on and random.random() < 0.5]
    # What the desk takes for the root is now and then only what suffers.
    shown = random.choice(suffering) if suffering and random.random() < 0.08 else name
    host = fault.host or random.choice(company.sites[shown].hosts)
    symptom = fault.symptom or random.choice("abcdef")
    return Past(
        number=number,
        opened_at=fault.at + timedelta(seconds=random.expovariate(1 / 90) + (0 if fault.seen else 600)),
        service=shown,
        template=f"{symptom} <n>",
        category=None,
        origin="alert" if fault.seen else "mail",
        resource=host if fault.seen else None,
        services=tuple(sorted({shown, name, *suffering})),
        people=int(fault.crowd) if site.users else 0,
    )


def nights(
    past: list[Past], deploys: list[Deploy], services: ServiceMap, every: int = 1
) -> list[tuple[Finding, set[str], datetime]]:
    """What was suggested in the course of the quarter, with its incidents as they grew, and when it was first said."""
    changes = [Change(id=d.id, service=d.site, title="release", start=d.at, end=None) for d in deploys]
    said: list[tuple[Finding, set[str], datetime]] = []
    for day in range(3, DAYS + 1, every):
        at = START + timedelta(days=day, hours=4)
        known = [p for p in past if p.opened_at <= at]
        explained = {number for _, members, _ in said for number in members}
        fleet = Fleet(known, [c for c in changes if c.start <= at], services, Policy(), at, explained)
        for finding in search(fleet, len(said)):
            numbers = {p.number for event in finding.pattern.events for p in event.incidents}
            for place, (before, members, first) in enumerate(said):
                if before.key == finding.key or 2 * len(numbers & members) > len(numbers):
                    if numbers - members:
                        said[place] = (finding, members | numbers, first)
                    break
            else:
                said.append((finding, numbers, at))
    return said


def quarter(name: str, seed: int, *, planted: bool = True) -> dict[str, Any]:
    """One company's quarter: planned, searched, compared."""
    random = Random(f"{name}/detect/{seed}")
    company = load(name, random)
    plan = Plan(company, random, START, DAYS, planted=planted)
    past, members = pasts(plan, company, random)
    declared = [
        Service(name=s.name, depends_on=tuple(n for n in s.depends_on if random.random() < 0.93))
        for s in company.sites.values()
    ]
    said = nights(past, plan.deploys, ServiceMap(declared))
    opened = {p.number: p.opened_at for p in past}
    suggestions = [
        {"kind": f.kind, "after_change": f.pattern.change, "first": at, "items": numbers, "about": f.key,
         "pattern": f.pattern.name}
        for f, numbers, at in said
    ]  # fmt: skip
    planted_causes = [
        {"id": c.id, "kind": c.kind, "claims": c.claims, "site": c.site, "items": members[c.id],
         "starts": sorted({f.at for f in c.faults}), "changes": [f.change for f in c.faults if f.change]}
        for c in plan.causes
    ]  # fmt: skip
    row = matched(planted_causes, suggestions)
    row["incidents"] = len(opened)
    return row


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.worlds.detect", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--null", action="store_true", help="quarters in which nothing recurs")
    parser.add_argument("--verbose", action="store_true")
    choice = parser.parse_args()
    rows = []
    for seed in range(choice.seeds):
        for name in choice.only or names():
            row = quarter(name, seed, planted=not choice.null)
            rows.append(row)
            if choice.verbose:
                print(name, seed, json.dumps(row["detail"], default=str), flush=True)
    print(table(means(rows)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
