"""What probably caused an incident: services, changes and resources, ranked, each with its evidence.

A trouble runs along dependencies with a delay, so what showed first and lies beneath the rest is suspected; so is a
change shortly before that is no coincidence; and what the affected have in common that others do not (is / is not,
Kepner and Tregoe). The scores are sums of named weights: they rank, and are no probabilities.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from correlate import changes
from correlate.hosts import host_stem
from correlate.records import Change, Reason
from correlate.services import ServiceMap

WEIGHTS: Mapping[str, float] = {
    "first symptom": 2.0,
    "minute after the first": -0.15,
    "beneath the affected": 2.5,
    "people write of it": 1.0,
    "most of the alerts": 1.5,
    "common to the affected": 2.5,
    "change shortly before": 1.5,
    "hour since the change": -0.6,
    "coincidence": -4.0,
}
MOST = 5
_FEWEST_TO_COMPARE = 3
_MOSTLY, _HARDLY = 0.8, 0.2
_LABELS = 40
_NO_CAUSE = frozenset({"severity", "alertname", "status", "level", "priority", "state", "job", "instance", "host"})
"""Labels that say what an alert is, or repeat its resource."""


class Symptom(Struct, frozen=True):
    """A condition that fires or fired: where, since when, and what its tool said of it by name."""

    service: str | None
    resource: str | None
    first_at: datetime
    labels: Mapping[str, str] = {}


class Suspect(Struct, frozen=True):
    """One probable cause. `evidence` explains the score."""

    kind: Literal["service", "change", "resource"]
    name: str
    score: float
    evidence: tuple[Reason, ...]
    title: str | None = None


def ranked(
    symptoms: Sequence[Symptom],
    elsewhere: Sequence[Symptom],
    named: str | None,
    known_changes: Iterable[Change],
    services: ServiceMap,
    began: datetime,
) -> list[Suspect]:
    """The suspects of an incident, the most probable first.

    `symptoms` are its own conditions, `elsewhere` those of other troubles at the time, `named` the service that people
    write of, `began` when it was opened.
    """
    found = [
        *_services(symptoms, named, services),
        *_resources(symptoms, elsewhere),
    ]
    scores = {suspect.name: suspect.score for suspect in found if suspect.kind == "service"}
    start = min([began, *(symptom.first_at for symptom in symptoms)])
    found += _changes(scores, tuple(known_changes), start)
    found = [suspect for suspect in found if suspect.score > 0]
    return sorted(found, key=lambda suspect: (-suspect.score, suspect.kind, suspect.name))[:MOST]


def _services(symptoms: Sequence[Symptom], named: str | None, services: ServiceMap) -> list[Suspect]:
    first: dict[str, datetime] = {}
    for symptom in symptoms:
        if symptom.service is not None:
            first[symptom.service] = min(first.get(symptom.service, symptom.first_at), symptom.first_at)
    affected = {*first, *((named,) if named else ())}
    begun = min(first.values(), default=None)
    beneath = {name: services.needs(name) for name in affected}
    candidates = affected | {need for needed in beneath.values() for need in needed if len(affected) > 1}
    found = []
    for name in candidates:
        score, evidence = 0.0, []
        if begun is not None and name in first:
            minutes = (first[name] - begun).total_seconds() / 60
            score += max(0.0, WEIGHTS["first symptom"] + WEIGHTS["minute after the first"] * minutes)
            later = Reason("symptom after the first", {"minutes": round(minutes)})
            evidence.append(later if minutes else Reason("first symptom"))
        others = [other for other in affected if other != name]
        needing = sum(name in beneath[other] for other in others)
        if needing:
            score += WEIGHTS["beneath the affected"] * needing / len(others)
            evidence.append(Reason("beneath the affected", {"count": needing, "of": len(others)}))
        if name == named:
            score += WEIGHTS["people write of it"]
            evidence.append(Reason("people write of it"))
        if evidence:
            found.append(Suspect("service", name, round(score, 2), tuple(evidence)))
    return found


def _resources(symptoms: Sequence[Symptom], elsewhere: Sequence[Symptom]) -> list[Suspect]:
    """What most of the alerts share: a host, or a label that others which fire do not have."""
    if len(symptoms) < _FEWEST_TO_COMPARE:
        return []
    found = []
    hosts = Counter(host for symptom in symptoms if (host := host_stem(symptom.resource)) is not None)
    kinds = len({symptom.service for symptom in symptoms})
    for host, count in hosts.most_common(1):
        if count >= _MOSTLY * len(symptoms) and (len(hosts) > 1 or kinds > 1):
            evidence = Reason("most of the alerts", {"count": count, "of": len(symptoms)})
            score = WEIGHTS["most of the alerts"] * count / len(symptoms)
            found.append(Suspect("resource", host, round(score, 2), (evidence,)))
    here, there = _label_shares(symptoms), _label_shares(elsewhere)
    for (name, value), share in sorted(here.items()):
        other = there.get((name, value), 0.0)
        if share >= _MOSTLY and other <= _HARDLY and elsewhere:
            shown = {"share": f"{share:.0%}", "elsewhere": f"{other:.0%}"}
            score = WEIGHTS["common to the affected"] * (share - other)
            found.append(
                Suspect("resource", f"{name}={value}", round(score, 2), (Reason("common to the affected", shown),))
            )
    return found


def _label_shares(symptoms: Sequence[Symptom]) -> dict[tuple[str, str], float]:
    counted = Counter(
        (name, value)
        for symptom in symptoms
        for name, value in sorted(symptom.labels.items())[:_LABELS]
        if name.lower() not in _NO_CAUSE and 0 < len(value) <= 100
    )
    return {pair: count / len(symptoms) for pair, count in counted.items()}


def _changes(scores: Mapping[str, float], known: Sequence[Change], start: datetime) -> list[Suspect]:
    since = min((change.start for change in known), default=start)
    found = []
    for service, score in sorted(scores.items()):
        here = [change for change in known if change.service == service]
        suspect = changes.last_before(here, start, changes.SUSPECT_FOR)
        if suspect is None:
            continue
        tested = changes.tested(suspect, here, start, since)
        hours = tested.delay.total_seconds() / 3600
        worth = WEIGHTS["change shortly before"] + WEIGHTS["hour since the change"] * hours + score
        if not tested.blamed:
            worth += WEIGHTS["coincidence"]
        evidence = (changes.reason_of(tested), Reason("on a suspect", {"service": service}))
        found.append(Suspect("change", suspect.id, round(worth, 2), evidence, suspect.title))
    return found
