"""What the desk knows of services: which one a resource belongs to, and what depends on what."""

import re
from collections.abc import Callable, Iterable
from fnmatch import translate

from correlate.policy import Service


class ServiceMap:
    """Derived from the policy's services; immutable once made."""

    def __init__(self, services: Iterable[Service] = ()) -> None:
        self.by_name: dict[str, Service] = {service.name: service for service in services}
        self._folded = {name.lower(): name for name in self.by_name}
        patterns = [(glob, service.name) for service in self.by_name.values() for glob in service.resources]
        # The longest glob is the most specific one; it is tried first.
        patterns.sort(key=lambda pair: (-len(pair[0]), pair[1]))
        self._patterns = [(re.compile(translate(glob.lower())), name) for glob, name in patterns]
        self._dependents: dict[str, set[str]] = {}
        for service in self.by_name.values():
            for needed in service.depends_on:
                self._dependents.setdefault(needed, set()).add(service.name)
        self._found: dict[tuple[str | None, str | None], str | None] = {}

    def of(self, resource: str | None, named: str | None) -> str | None:
        """The service that a resource belongs to, else the one that the tool named, else None."""
        key = (resource, named)
        if key not in self._found:
            if len(self._found) > 200_000:
                self._found.clear()
            self._found[key] = self._look_up(resource, named)
        return self._found[key]

    def _look_up(self, resource: str | None, named: str | None) -> str | None:
        if named and named.lower() in self._folded:
            return self._folded[named.lower()]
        for word in (resource, named):
            if word:
                lowered = word.lower()
                for pattern, name in self._patterns:
                    if pattern.match(lowered):
                        return name
        return None

    def criticality(self, service: str | None) -> int:
        """1 (highest) to 4; 3 for what is not in the map."""
        known = self.by_name.get(service or "")
        return known.criticality if known else 3

    def owner(self, service: str | None) -> str | None:
        known = self.by_name.get(service or "")
        return known.owner if known else None

    def needs(self, service: str) -> frozenset[str]:
        """Everything that the service depends on, directly or not, without itself."""
        return self._closure(service, lambda name: self.by_name[name].depends_on if name in self.by_name else ())

    def carries(self, service: str) -> frozenset[str]:
        """Everything that depends on the service, directly or not, without itself."""
        return self._closure(service, lambda name: self._dependents.get(name, ()))

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
