"""One bad node: trouble of a service that always shows on the same of its machines."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from correlate.statistics import log_mean, more_often_than

_NODE = re.compile(r"(?:[a-z]+://)?(?P<stem>[a-z][a-z0-9_-]*?)-?(?P<number>[0-9]{1,3})(?=[.:/]|$)", re.IGNORECASE)


def node_of(resource: str | None) -> tuple[str, int] | None:
    """The stem and the number of a numbered machine: `shop-02.example.com:9100` is ("shop", 2); None for others."""
    found = _NODE.match(resource or "")
    return None if found is None else (found["stem"].lower(), int(found["number"]))


def common_stems(resources: Iterable[tuple[str, str | None]]) -> frozenset[str]:
    """Stems under which machines of several services are numbered ("srv-10" is one's, "srv-11" another's), from the
    services and the resources of incidents: the number of such a machine says nothing of how many a service has."""
    shown: dict[tuple[str, int], Counter[str]] = {}
    for service, resource in resources:
        if (node := node_of(resource)) is not None:
            shown.setdefault(node, Counter())[service] += 1
    # A machine is the service's whose incidents it shows most: a single incident may be put to what merely suffers.
    owners: dict[str, set[str]] = {}
    for (stem, _), counts in shown.items():
        owners.setdefault(stem, set()).add(counts.most_common(1)[0][0])
    return frozenset(stem for stem, services in owners.items() if len(services) > 1)


def one_node(events: Sequence[Sequence[str | None]], common: Collection[str] = ()) -> float:
    """The logarithm of the evidence that events keep to one machine, from the resources of each event's incidents.

    Chance: each of the machines alike. Where a service has a stem of its own, a machine with the number n has n - 1
    others beside it, seen or not; under a stem in `common` only those that were seen are counted.
    """
    nodes = [{node for resource in event if (node := node_of(resource))} for event in events]
    counts = Counter(node for seen in nodes for node in seen)
    known = [seen for seen in nodes if seen]
    if not counts or len(known) < 3:
        return 0.0
    machines = max(len(counts), *(number if stem not in common else 1 for stem, number in counts))
    if machines < 2:
        return 0.0
    bets = [
        more_often_than(hits := sum(node in seen for seen in known), len(known) - hits, 1.0 / machines, (0.8, 0.95))
        for node in sorted(counts)
    ]
    return log_mean(bets, [1.0 / machines] * len(bets))
