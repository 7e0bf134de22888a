"""What the desk knows of services: which one a resource belongs to, and what depends on what."""

import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import translate
from functools import lru_cache
from typing import Literal

from correlate.naming import Names
from correlate.policy import Service

Relation = Literal["same", "dependency", "dependent", "far dependency", "far dependent", "sibling"]
"""What another service is to this one: something that it needs, something that needs it, directly or not, or something
that needs the same."""

_SPECIAL = re.compile(r"[*?\[]")
_PREFIX = re.compile(r"[^*?\[]*\*")
_KEPT_ANSWERS = 200_000
_LONGEST_TAGS = 500
_PARTING = frozenset(",;: ")
_TAG = re.compile(r"[,;: ]")


class _Globs:
    """Globs that lead to services. The longest that fits is the most specific one, and wins.

    Nearly all globs are a name, or the beginning of names ("web-*"): those are looked up; the others are tried.
    """

    def __init__(self, globs: Iterable[tuple[str, str]]) -> None:
        self._beginnings: dict[str, tuple[int, str]] = {}
        self._names: dict[str, tuple[int, str]] = {}
        others: list[tuple[str, int, str]] = []
        for rank, (glob, service) in enumerate(sorted(globs, key=lambda pair: (-len(pair[0]), pair[1]))):
            folded = glob.lower()
            if not _SPECIAL.search(folded):
                self._names.setdefault(folded, (rank, service))
            elif _PREFIX.fullmatch(folded):
                self._beginnings.setdefault(folded[:-1], (rank, service))
            else:
                others.append((translate(folded), rank, service))
        self._lengths = sorted({len(beginning) for beginning in self._beginnings}, reverse=True)
        self._others = re.compile("|".join(f"({pattern})" for pattern, _, _ in others)) if others else None
        self._leads = [(rank, service) for _, rank, service in others]

    def of(self, name: str) -> str | None:
        """The service of a name in lower case."""
        found = self._names.get(name)
        for length in self._lengths:
            begun = self._beginnings.get(name[:length])
            if begun is not None:
                found = begun if found is None or begun < found else found
                break
        if self._others is not None and (other := self._others.match(name)) is not None and other.lastindex:
            lead = self._leads[other.lastindex - 1]
            found = lead if found is None or lead < found else found
        return None if found is None else found[1]


@lru_cache(maxsize=4)
def _names(called: tuple[tuple[str, tuple[str, ...]], ...], learned: tuple[tuple[str, str], ...]) -> Names:
    # The same services are mapped again with every change of the settings, and for pages; this is most of the work.
    return Names((name for name, _ in called), dict(called), dict(learned))


class ServiceMap:
    """Derived from the policy's services; immutable once made, apart from remembered answers."""

    def __init__(self, services: Iterable[Service] = (), called: Mapping[str, str] | None = None) -> None:
        """`called` leads from words that were learned to services (see `correlate.callings`)."""
        self.by_name: dict[str, Service] = {service.name: service for service in services}
        learned = tuple((word, name) for word, name in (called or {}).items() if name in self.by_name)
        self.names = _names(tuple((name, service.aliases) for name, service in self.by_name.items()), learned)
        self._folded = {name.lower(): name for name in self.by_name}
        self._declared = _Globs((glob, service.name) for service in self.by_name.values() for glob in service.resources)
        self._dependents: dict[str, set[str]] = {}
        for service in self.by_name.values():
            for needed in service.depends_on:
                self._dependents.setdefault(needed, set()).add(service.name)
        self._found: dict[tuple[str | None, str | None, str | None], str | None] = {}
        self._related: dict[str, tuple[tuple[str, Relation], ...]] = {}

    def of(self, resource: str | None, named: str | None, title: str | None = None) -> str | None:
        """The service that a resource belongs to, else the one that the tool named, else the one whose whole name is
        part of the tool's words, the resource or the title; None where nothing fits."""
        declared = self.declared(resource)
        if declared is not None:
            return declared
        key = (resource, named, title)
        if key not in self._found:
            if len(self._found) >= _KEPT_ANSWERS:
                self._found.clear()
            self._found[key] = self._look_up(resource, named, title)
        return self._found[key]

    def of_labels(self, labels: Mapping[str, str]) -> str | None:
        """The one service whose name is the value of a label, or stands in a list of tags ("team:x,app:shop"); None
        where there is none, or more than one."""
        found: set[str] = set()
        for value in labels.values():
            if len(value) <= _LONGEST_TAGS:
                parts = (value,) if _PARTING.isdisjoint(value) else _TAG.split(value)
                found.update(name for part in parts if (name := self._folded.get(part.strip().lower())) is not None)
        return found.pop() if len(found) == 1 else None

    def _look_up(self, resource: str | None, named: str | None, title: str | None) -> str | None:
        if named and named.lower() in self._folded:
            return self._folded[named.lower()]
        return self.declared(named) or self.names.in_name(named, resource, title)

    def declared(self, resource: str | None) -> str | None:
        """The service in whose `resources` somebody declared it."""
        return self._declared.of(resource.lower()) if resource else None

    def criticality(self, service: str | None) -> int:
        """1 (highest) to 4; 3 for what is not in the map."""
        known = self.by_name.get(service or "")
        return known.criticality if known else 3

    def owner(self, service: str | None) -> str | None:
        """The address of who runs it."""
        known = self.by_name.get(service or "")
        return known.owner if known else None

    def needs(self, service: str) -> frozenset[str]:
        """Everything that the service depends on, directly or not, without itself."""
        return self._closure(service, lambda name: self.by_name[name].depends_on if name in self.by_name else ())

    def carries(self, service: str) -> frozenset[str]:
        """Everything that depends on the service, directly or not, without itself."""
        return self._closure(service, lambda name: self._dependents.get(name, ()))

    def related(self, service: str) -> tuple[tuple[str, Relation], ...]:
        """Other services through which a trouble may reach this one or spread from it, the nearest relation first."""
        known = self._related.get(service)
        if known is None:
            known = self._related[service] = self._relations(service) if service in self.by_name else ()
        return known

    def relation(self, service: str, other: str) -> Relation | None:
        """What `other` is to `service`; None where nothing is declared."""
        if service == other:
            return "same"
        return next((relation for name, relation in self.related(service) if name == other), None)

    def _relations(self, service: str) -> tuple[tuple[str, Relation], ...]:
        direct = set(self.by_name[service].depends_on)
        groups: list[tuple[Relation, Iterable[str]]] = [
            ("dependency", direct),
            ("dependent", self._dependents.get(service, set())),
            ("far dependency", self.needs(service)),
            ("far dependent", self.carries(service)),
            ("sibling", {other for needed in direct for other in self._dependents.get(needed, ())}),
        ]
        found: dict[str, Relation] = {}
        for relation, others in groups:
            for other in sorted(others):
                if other != service:
                    found.setdefault(other, relation)
        return tuple(found.items())

    @staticmethod
    def _closure(start: str, following: Callable[[str], Iterable[str]]) -> frozenset[str]:
        seen: set[str] = set()
        open_ends = list(following(start))
        while open_ends:
            name = open_ends.pop()
            if name not in seen and name != start:
                seen.add(name)
                open_ends.extend(following(name))
        return frozenset(seen)
