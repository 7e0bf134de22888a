"""Dependencies that words tell of: incidents of one service whose alert or subject names another service.

"checkout: no connection to ledger" says what checkout needs. A name counts where incidents of one service hold it more
often than those of all other services do: what every text names (the monitoring itself, the company) tells nothing.
"""

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from correlate.candidates import Fleet
from correlate.naming import NAMED
from correlate.services import ServiceMap
from correlate.statistics import more_often_than

FEWEST = 4
MOST_QUOTED = 3
_LONGEST_QUOTE = 160
_MOST_WORDS = 60


class Mentioned(Struct, frozen=True, kw_only=True):
    """How often the troubles of a service named another: `times` of `of`, against `elsewhere` of `others` of the rest.

    `incidents` and `quotes` go together: some of the incidents, and what was said there.
    """

    service: str
    other: str
    times: int
    of: int
    elsewhere: int
    others: int
    log_evidence: float
    incidents: tuple[str, ...]
    quotes: tuple[str, ...]


def mentioned(fleet: Fleet, needed: float) -> list[Mentioned]:
    """The mentions that stand out with at least so much evidence (a logarithm), by service and name."""
    said: dict[str, frozenset[str]] = {}
    named: dict[tuple[str, str], dict[str, str]] = {}
    events_naming: Counter[tuple[str, str]] = Counter()
    spoken: Counter[str] = Counter()
    for service, events in fleet.events.items():
        for event in events:
            here: set[str] = set()
            for past in event.incidents:
                if past.template not in said:
                    said[past.template] = _services_in(past.template, fleet.services)
                for other in said[past.template] - {service}:
                    named.setdefault((service, other), {})[past.number] = past.template
                    here.add(other)
            spoken.update(here)
            events_naming.update((service, other) for other in here)
    every = sum(len(events) for events in fleet.events.values())
    found = []
    for (service, other), quotes in sorted(named.items()):
        times, of = events_naming[service, other], len(fleet.events[service])
        if times < FEWEST or service not in fleet.services.by_name:
            continue
        elsewhere = spoken[other] - times
        # A service names itself as a matter of course: its own troubles are no measure of how often others name it.
        others = every - of - len(fleet.events.get(other, ()))
        chance = min(0.5, (elsewhere + 1) / (max(others, 0) + 2))
        won = more_often_than(times, of - times, chance)
        if won >= needed:
            found.append(
                Mentioned(
                    service=service, other=other, times=times, of=of, elsewhere=elsewhere, others=max(others, 0),
                    log_evidence=won, **_quoted(quotes),
                )
            )  # fmt: skip
    return found


def _services_in(text: str, services: ServiceMap) -> frozenset[str]:
    """The services that a text names in full, by an alias, or by the name of a resource of theirs."""
    named = {name for name, strength in services.names.in_text(text).items() if strength >= NAMED}
    words = (word.strip(".,;:()[]\"'") for word in text.split()[:_MOST_WORDS])
    hosts = {found for word in words if word and (found := services.declared(word)) is not None}
    return frozenset(named | hosts)


def _quoted(quotes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Some incidents, each with other words than the ones before where there are any."""
    by_words = {text: number for number, text in quotes.items()}
    chosen = [(number, text) for text, number in by_words.items()][:MOST_QUOTED]
    return {
        "incidents": tuple(number for number, _ in chosen),
        "quotes": tuple(text[:_LONGEST_QUOTE] for _, text in chosen),
    }
