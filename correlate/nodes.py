"""One bad node: trouble of a service that always shows on the same of its machines."""

import re
from collections import Counter
from collections.abc import Sequence

from correlate.statistics import log_mean, more_often_than

_NODE = re.compile(r"(?:[a-z]+://)?(?P<stem>[a-z][a-z0-9_-]*?)-?(?P<number>[0-9]{1,3})(?=[.:/]|$)", re.IGNORECASE)


def node_of(resource: str | None) -> tuple[str, int] | None:
    """The stem and the number of a numbered machine: `shop-02.example.com:9100` is ("shop", 2); None for others."""
    found = _NODE.match(resource or "")
    return None if found is None else (found["stem"].lower(), int(found["number"]))


def one_node(events: Sequence[Sequence[str | None]]) -> float:
    """The logarithm of the evidence that events keep to one machine, from the resources of each event's incidents.

    Chance: each of the machines alike. A machine with the number n has n - 1 others beside it, seen or not.
    """
    nodes = [{node for resource in event if (node := node_of(resource))} for event in events]
    counts = Counter(node for seen in nodes for node in seen)
    known = [seen for seen in nodes if seen]
    if not counts or len(known) < 3:
        return 0.0
    machines = max(len(counts), *(number for _, number in counts))
    if machines < 2:
        return 0.0
    bets = [
        more_often_than(hits := sum(node in seen for seen in known), len(known) - hits, 1.0 / machines, (0.8, 0.95))
        for node in sorted(counts)
    ]
    return log_mean(bets, [1.0 / machines] * len(bets))
