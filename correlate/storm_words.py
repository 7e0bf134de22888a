"""What is said of a storm: how many alerts of what, which resources most, and a few samples."""

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from correlate.records import Condition, Reason, Record
from correlate.turn import Turn

EVERYWHERE = "*"
"""The source of a storm of all sources together."""
_MAX_TITLE = 200
_NAMED = 3
_LISTED = 5


def told(turn: Turn, record: Record) -> Record:
    """The storm's incident as it is to be told: its title says how many alerts of what, its service who is hit most."""
    conditions = conditions_of(turn, record)
    services = Counter(one.service for one in conditions if turn.situation.services.owner(one.service) is not None)
    most = min(services, key=lambda name: (-services[name], name or ""), default=None)
    told = replace(record, title=title_of(record, conditions), service=most or record.service)
    turn.changed(told, "title", Reason("storm so far", {"alerts": len(conditions)}))
    return told


def named(source: str) -> str:
    """A source as people know it."""
    return "all sources" if source == EVERYWHERE else source.removeprefix("hook:")


def conditions_of(turn: Turn, record: Record) -> list[Condition]:
    members = turn.situation.members[record.number].conditions
    return [turn.situation.conditions[fingerprint] for fingerprint in sorted(members)]


def title_of(record: Record, conditions: Sequence[Condition]) -> str:
    top = [name for name, _ in _top(one.resource for one in conditions)][:_NAMED]
    among = f", among them {', '.join(top)}" if top else ""
    title = f"Alert storm from {named(record.storm or EVERYWHERE)}: {len(conditions)} alerts{among}"
    return title[:_MAX_TITLE]


def summary_of(conditions: Sequence[Condition]) -> str:
    firing = sum(1 for one in conditions if one.status != "resolved")
    lines = [f"The storm is over. It had {len(conditions)} alerts; {firing} of them still fire."]
    for what, values in (
        ("Services", (one.service for one in conditions)),
        ("Resources", (one.resource for one in conditions)),
        ("Kinds", (one.template for one in conditions)),
    ):
        listed = ", ".join(f"{name} ({count})" for name, count in _top(values))
        if listed:
            lines.append(f"{what}: {listed}")
    samples = [f"- {one.title} on {one.resource}" for one in conditions[:_LISTED]]
    return "\n".join([*lines, "Samples:", *samples])


def _top(values: Iterable[str | None]) -> list[tuple[str, int]]:
    counted = Counter(value for value in values if value)
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:_LISTED]
