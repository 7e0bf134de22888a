"""Worlds in which nothing recurs: the promise of the suggestions is counted in them.

A null quarter: services whose faults are independent of each other and of every change, at rates that differ a
hundredfold, by hour and by weekday; kinds, places, categories, customers and resolutions go across them by chance.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from msgspec.structs import replace

from correlate.candidates import Fleet
from correlate.policy import Policy, Service
from correlate.records import Change, Past
from correlate.recurrence import Finding, search
from correlate.services import ServiceMap

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 90
_HOURLY = [0.3] * 7 + [1.2, 2.0, 2.2, 2.0, 1.8, 1.5, 1.6, 1.8, 1.6, 1.4, 1.0, 0.7, 0.6, 0.5, 0.4, 0.4, 0.3]
_KINDS = [f"<n> trouble of kind {kind}" for kind in "abcdefghijklmnopqrstuvwxyz"]
_CATEGORIES = ("network", "storage", "access", "printing", "web", "database", "email", "telephony", "clients")
_SITES = ("berlin", "lyon", "porto", "graz", "oslo")
_GROUPS = tuple(f"customer-{number}.example" for number in range(12))
_FIXES = tuple(f"{what} the {thing}" for what in ("restarted", "replaced", "reset") for thing in ("daemon", "cable"))


def null_quarter(seed: int, services: int = 40, days: int = DAYS) -> tuple[list[Past], list[Change], ServiceMap]:
    """Incidents, changes and services of one quarter; the same seed gives the same."""
    random = Random(seed)  # noqa: S311 - a simulation, not a secret
    names = [f"service-{n:02}" for n in range(services)]
    declared = [
        Service(name=name, depends_on=tuple(random.sample(names[n + 1 :], k=min(2, services - n - 1))))
        for n, name in enumerate(names)
    ]
    past = [incident for name in names for incident in _incidents(random, name, days)]
    past = [replace(incident, number=f"INC-{number}") for number, incident in enumerate(past)]
    changes = []
    for number in range(280):
        begin = START + timedelta(days=random.random() * days)
        begin = begin.replace(hour=random.choice(range(8, 18)))
        changes.append(Change(id=f"CHG-{number}", service=random.choice(names), title="deploy", start=begin, end=None))
    return past, changes, ServiceMap(declared)


def _incidents(random: Random, name: str, days: int) -> Iterator[Past]:
    per_day = random.gammavariate(0.6, 0.09)
    machines = random.randint(1, 4)
    kinds = random.sample(_KINDS, k=random.randint(1, 4))
    category, site = random.choice(_CATEGORIES), random.choice(_SITES)
    at, end = START, START + timedelta(days=days)
    while (at := at + timedelta(days=random.expovariate(3 * per_day + 1e-6))) < end:
        habit = _HOURLY[at.hour] * (1.0 if at.weekday() < 5 else 0.4)
        if random.random() < habit / 3:
            people = random.random() < 0.1
            yield Past(
                number="", opened_at=at, service=name, template=random.choice(kinds), category=category,
                origin="mail" if people else "alert", services=(name,), people=3 if people else 0,
                resource=f"{name}-{random.randint(1, machines)}.{site}.example.com",
                resolution=random.choice(_FIXES) if random.random() < 0.3 else None,
                group=random.choice(_GROUPS) if people else None,
            )  # fmt: skip


def suggested(seed: int, every_nights: int) -> dict[str, Finding]:
    """Everything that is suggested in the course of a null quarter, looked at every so many nights."""
    past, changes, services = null_quarter(seed)
    found: dict[str, Finding] = {}
    for night in range(7, DAYS + 1, every_nights):
        at = START + timedelta(days=night, hours=4)
        known = [p for p in past if p.opened_at <= at]
        for finding in search(Fleet(known, changes, services, Policy(), at), len(found)):
            found.setdefault(finding.key, finding)
    return found
