"""The learned map: dependencies that nobody declared, proposed for a person to judge from what fails soon after what,
and from words: the troubles of one service that name another.

Of two services that fail together more often than chance, the one whose trouble mostly comes first is the one that is
needed. Evidence is a bet as everywhere (`correlate.statistics`); what all pairs together may claim by chance is bounded
(Bonferroni over the pairs and the two kinds of evidence, at the promised rate).
"""

from datetime import timedelta
from math import log

from msgspec.structs import replace

from correlate.candidates import Fleet
from correlate.effects import PolicyChanged
from correlate.mentions import mentioned
from correlate.policy import Edge, Policy
from correlate.records import Reason
from correlate.statistics import more_often_than
from correlate.turn import Turn
from ingest.event import Command

WITHIN = timedelta(minutes=10)
AT_ONCE = timedelta(seconds=20)
FEWEST = 4
MOST_PROPOSED = 50
_FIRST_SHARE = 2 / 3
_DAY = 86_400
_ACTIONS = {"edge-confirm": "confirmed", "edge-decline": "declined"}


def look(turn: Turn, fleet: Fleet) -> None:
    """Every night: propose the dependencies that stand out, with their evidence."""
    policy = turn.policy
    known = {(edge.service, edge.needs) for edge in policy.edges}
    waiting = sum(edge.status == "proposed" for edge in policy.edges)
    found = [edge for edge in learned(fleet) if (edge.service, edge.needs) not in known]
    found = found[: max(0, MOST_PROPOSED - waiting)]
    if found:
        reason = Reason("dependencies learned", {"count": len(found), "first": found[0].service})
        _changed(turn, (*policy.edges, *found), reason)


def learned(fleet: Fleet) -> list[Edge]:
    """Dependencies that stand out and that nobody declared, the strongest evidence first."""
    names = sorted(fleet.events)
    days = max((fleet.at - fleet.start).total_seconds() / _DAY, 1.0)
    needed = log(2 * max(len(names), 2) ** 2 / fleet.rate)
    edges = []
    for service in names:
        mine = fleet.events[service]
        if len(mine) < FEWEST or service not in fleet.services.by_name:
            continue
        beside: dict[str, set[int]] = {}
        first: dict[str, int] = {}
        shown: dict[str, int] = {}
        for index, event in enumerate(mine):
            for other, candidate in fleet.near(event.at, WITHIN):
                if index not in beside.setdefault(other, set()) and event.at - candidate.at >= AT_ONCE:
                    first[other] = first.get(other, 0) + 1
                beside[other].add(index)
            for other in {name for past in event.incidents for name in past.services}:
                shown[other] = shown.get(other, 0) + 1
                beside.setdefault(other, set()).add(index)
        declared = fleet.services.needs(service) | fleet.services.carries(service) | {service}
        for other in sorted(beside.keys() - declared):
            count = len(beside[other])
            if count < FEWEST or other not in fleet.services.by_name or first.get(other, 0) < _FIRST_SHARE * count:
                continue
            rate = (len(fleet.events.get(other, ())) + 1) / days
            chance = min(0.5, rate * 2 * WITHIN.total_seconds() / _DAY)
            won = more_often_than(count, len(mine) - count, chance)
            if won >= needed:
                edges.append(
                    Edge(
                        service=service, needs=other, status="proposed", times=count, of=len(mine),
                        first=first.get(other, 0), mentions=shown.get(other, 0), evidence=round(won, 2),
                        since=mine[min(beside[other])].at,
                    )
                )  # fmt: skip
    edges = _with_mentions(fleet, edges, needed)
    return sorted(edges, key=lambda edge: (-edge.evidence, edge.service, edge.needs))


def _with_mentions(fleet: Fleet, edges: list[Edge], needed: float) -> list[Edge]:
    """The edges with what words say of them, and those that words alone tell of."""
    found = {(edge.service, edge.needs): edge for edge in edges}
    for said in mentioned(fleet, needed):
        if said.other in fleet.services.needs(said.service) | fleet.services.carries(said.service):
            continue
        edge = found.get((said.service, said.other)) or Edge(
            service=said.service, needs=said.other, status="proposed", times=0, of=said.of, first=0,
            evidence=round(said.log_evidence, 2), since=fleet.events[said.service][0].at,
        )  # fmt: skip
        found[said.service, said.other] = replace(
            edge, named=said.times, elsewhere=said.elsewhere, others=said.others, quoted=said.incidents,
            quotes=said.quotes, evidence=max(edge.evidence, round(said.log_evidence, 2)),
        )  # fmt: skip
    return list(found.values())


def edge_command(turn: Turn, command: Command) -> bool:
    """A person confirms or declines a dependency; False where the action is no such one."""
    status = _ACTIONS.get(command.action)
    if status is None:
        return False
    service, needs = command.subject or "", command.arguments.get("needs")
    edge = next((e for e in turn.policy.edges if (e.service, e.needs) == (service, needs)), None)
    if edge is None:
        turn.refuse(command, Reason("no such dependency", {"service": service, "needs": str(needs)}))
        return True
    judged = replace(edge, status="confirmed" if status == "confirmed" else "declined", by=command.actor)
    reason = Reason("dependency judged", {"service": service, "needs": edge.needs, "done": status})
    _changed(turn, tuple(judged if e is edge else e for e in turn.policy.edges), reason)
    return True


def kept(policy: Policy, before: Policy) -> Policy:
    """A new configuration with what was learned and judged before."""
    return replace(policy, edges=before.edges or policy.edges, callings=before.callings or policy.callings)


def _changed(turn: Turn, edges: tuple[Edge, ...], reason: Reason) -> None:
    policy = replace(turn.policy, edges=edges)
    turn.effects.append(PolicyChanged(cause=turn.cause, at=turn.at, reason=reason, policy=policy))
