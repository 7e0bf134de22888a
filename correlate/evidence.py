"""What stands beside a claim: what its incidents share and others do not, what they cost, which changes came before
them, what helped, and which problems are like it.

The table of what is and what is not is Kepner and Tregoe's ("The rational manager", 1965): a cause must explain both.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

import msgspec
from msgspec import Struct

from correlate.candidates import Fleet, gist_of, place_of_host
from correlate.nodes import node_of
from correlate.policy import Policy
from correlate.records import Change, Past, Problem
from correlate.recurrence import AFTER_CHANGE, Finding

_MOST_ROWS, _MOST_CHANGES, _MOST_SIMILAR = 6, 8, 5
_TELLING_SHARE, _TELLING_LIFT = 0.6, 2.0
_LONGEST = timedelta(days=2)
"""An incident that nobody closed costs no more than this."""
_MONTH = timedelta(days=30)
_LONGEST_TEXT = 600
_NIGHT_ENDS, _DAY_ENDS = 7, 18


def evidence_of(fleet: Fleet, finding: Finding, policy: Policy, problems: Iterable[Problem]) -> dict[str, Any]:
    """Everything beside the claim, as plain JSON for the page and the mail."""
    members = [past for event in finding.pattern.events for past in event.incidents]
    spent = spent_on(members, fleet.at)
    hours, a_month = spent.cost(policy.cost_time_lost, policy.cost_handling)
    return {
        "people_hours": round(hours, 1),
        "saves_a_month": round(a_month, 1),
        "spent": msgspec.to_builtins(spent),
        "is_is_not": is_is_not(members, _others(fleet, members), fleet.zone),
        "suspects": suspects(fleet, finding.service or finding.place, members),
        "workaround": workaround(members),
        "similar": similar(problems, finding.service, {past.template for past in members}),
    }


def _others(fleet: Fleet, members: Sequence[Past]) -> list[Past]:
    """The matched others: what else happened in the same time."""
    own = {past.number for past in members}
    begin = min(past.opened_at for past in members)
    return [
        past
        for events in fleet.events.values()
        for event in events
        if event.at >= begin
        for past in event.incidents
        if past.number not in own
    ]


# --- what is, and what is not ---


def is_is_not(members: Sequence[Past], others: Sequence[Past], zone: tzinfo) -> list[dict[str, Any]]:
    """Rows of what most members share and few others have, the most telling first."""
    rows = []
    for name, value_of in _TRAITS:
        values = Counter(value for past in members if (value := value_of(past, zone)))
        if not values:
            continue
        value, count = min(values.items(), key=lambda pair: (-pair[1], pair[0]))
        share = count / len(members)
        there = sum(value_of(past, zone) == value for past in others)
        elsewhere = (there + 0.5) / (len(others) + 1)
        if count >= 2 and share >= _TELLING_SHARE and share >= _TELLING_LIFT * elsewhere:
            common = Counter(v for past in others if (v := value_of(past, zone)) and v != value).most_common(3)
            rows.append((share / elsewhere, {
                "what": name, "is": value, "members": count, "of": len(members), "others": there,
                "of_others": len(others), "is_not": [known for known, _ in common],
            }))  # fmt: skip
    rows.sort(key=lambda row: (-row[0], row[1]["what"]))
    return [row for _, row in rows[:_MOST_ROWS]]


def _hour(past: Past, zone: tzinfo) -> str:
    hour = past.opened_at.astimezone(zone).hour
    return "night" if hour < _NIGHT_ENDS else "working hours" if hour < _DAY_ENDS else "evening"


def _node(past: Past, _: tzinfo) -> str | None:
    found = node_of(past.resource)
    return None if found is None else f"number {found[1]}"


_TRAITS: tuple[tuple[str, Callable[[Past, tzinfo], str | None]], ...] = (
    ("service", lambda past, _: past.service),
    ("resource", lambda past, _: past.resource),
    ("machine", _node),
    ("kind of trouble", lambda past, _: past.template or None),
    ("category", lambda past, _: past.category),
    ("place", lambda past, _: place_of_host(past.resource)),
    ("people of", lambda past, _: past.group),
    ("seen by", lambda past, _: "people only" if past.origin == "mail" else "monitoring"),
    ("time of day", _hour),
    ("day", lambda past, zone: "weekend" if past.opened_at.astimezone(zone).weekday() >= 5 else "working day"),
)


# --- cost ---


class Spent(Struct, frozen=True):
    """What incidents took: hours of everybody who wrote of one while it lasted, how many incidents, in how many months
    (at least one)."""

    hours: float
    incidents: int
    months: float

    def cost(self, time_lost: float, handling: float) -> tuple[float, float]:
        """Hours of people that they have cost so far, and those that a month without them would save: the share of the
        time that is lost, and the minutes of handling each."""
        total = self.hours * time_lost + self.incidents * handling / 60
        return total, total / self.months


def spent_on(members: Sequence[Past], at: datetime) -> Spent:
    """What these incidents took by now."""
    begin = min((past.opened_at for past in members), default=at)
    return Spent(
        hours=round(sum(_hours(past, at) for past in members), 2),
        incidents=len(members),
        months=round(max(at - begin, _MONTH) / _MONTH, 3),
    )


def _hours(past: Past, at: datetime) -> float:
    lasted = min(max((past.resolved_at or at) - past.opened_at, timedelta()), _LONGEST)
    return lasted.total_seconds() / 3600 * past.people


# --- causes and cures ---


def suspects(fleet: Fleet, service: str, members: Sequence[Past]) -> list[dict[str, Any]]:
    """Changes of the service, or of what it needs, soon before its incidents, those before most of them first."""
    found: dict[str, tuple[Change, list[str]]] = {}
    window = AFTER_CHANGE[-1]
    for changed in (service, *sorted(fleet.services.needs(service))):
        for change in fleet.changes_of.get(changed, ()):
            after = [p.number for p in members if timedelta(0) <= p.opened_at - change.start <= window]
            if after:
                found[change.id] = (change, after)
    ranked = sorted(found.values(), key=lambda pair: (-len(pair[1]), -pair[0].start.timestamp(), pair[0].id))
    return [
        {"id": change.id, "title": change.title, "service": change.service, "at": change.start.isoformat(),
         "before": after[:5]}
        for change, after in ranked[:_MOST_CHANGES]
    ]  # fmt: skip


def workaround(members: Sequence[Past]) -> str | None:
    """A draft: the last words with which people resolved them in the way in which most were resolved."""
    said = [(past, gist_of(past.resolution)) for past in members if past.resolution]
    if not said:
        return None
    ways = Counter(gist for _, gist in said)
    most = min(ways, key=lambda gist: (-ways[gist], gist))
    latest = max((past for past, gist in said if gist == most), key=lambda past: (past.opened_at, past.number))
    return (latest.resolution or "")[:_LONGEST_TEXT]


def similar(problems: Iterable[Problem], service: str | None, templates: set[str]) -> list[str]:
    """Problems, open or past, of the same service or whose incidents began alike, the most alike first."""

    def likeness(problem: Problem) -> int:
        return 2 * (service is not None and problem.service == service) + len(templates & set(problem.templates))

    ranked = sorted(problems, key=lambda p: (-likeness(p), p.status == "closed", p.number))
    return [p.number for p in ranked[:_MOST_SIMILAR] if likeness(p) and p.outcome != "withdrawn"]


def summary(evidence: Mapping[str, Any]) -> list[str]:
    """What is beside the claim in a few lines, for a mail."""
    lines = [
        f"{row['what']}: {row['is']} ({row['members']} of {row['of']}; else {row['others']} of {row['of_others']})"
        for row in evidence.get("is_is_not", ())[:3]
    ]
    if evidence.get("people_hours"):
        lines.append(
            f"cost so far {evidence['people_hours']:g} hours of people; fixing saves about "
            f"{evidence['saves_a_month']:g} a month"
        )
    lines += [f"after {change['id']} {change['title']}" for change in evidence.get("suspects", ())[:2]]
    if evidence.get("workaround"):
        lines.append(f"helped before: {evidence['workaround']}")
    if evidence.get("similar"):
        lines.append(f"like {', '.join(evidence['similar'])}")
    return lines
