"""When the staff hears of incidents: what holds for each service and each source, and where it is said."""

from collections.abc import Sequence
from dataclasses import dataclass

from correlate.declared import Route, Source
from correlate.duty import ON_CALL
from correlate.matchers import written
from correlate.policy import Policy
from correlate.routing import chain_named

EVERYWHERE = "[policy]"


@dataclass(frozen=True, kw_only=True)
class Waits:
    """What holds where nothing before it does; durations are in seconds, 0 is never. `where` names the section of
    desk.toml that says so, `only` the alerts that it is bound to."""

    where: str
    group_wait: int
    group_interval: int
    repeat_interval: int
    escalation: str | None = None
    teams: tuple[str, ...] = ()
    only: str | None = None


@dataclass(frozen=True, kw_only=True)
class OfService:
    """One service, None for all that have no name in services.toml, with what may hold for it, in order."""

    name: str | None
    owner: str | None
    waits: Sequence[Waits]


@dataclass(frozen=True, kw_only=True)
class OfSource:
    """One source of alerts. `lifetime` is how long an alert that nobody repeats goes on, `quiet_after` how long the
    source may say nothing (None: for ever)."""

    name: str
    where: str
    lifetime: int
    own_lifetime: bool
    quiet_after: int | None
    service: str | None


def of_services(policy: Policy) -> list[OfService]:
    """Every service of services.toml, and all else at the end."""
    known = [OfService(name=one.name, owner=one.owner, waits=_waits(policy, one.name)) for one in policy.services]
    return [*known, OfService(name=None, owner=None, waits=_waits(policy, None))]


def of_sources(policy: Policy, hooks: Sequence[str]) -> list[OfSource]:
    """Every hook, and what is said of sources that are none."""
    declared = {source.name: source for source in policy.sources}
    return [_of_source(policy, declared.get(name, Source(name=name))) for name in sorted({*hooks, *declared})]


def _of_source(policy: Policy, source: Source) -> OfSource:
    return OfSource(
        name=source.name,
        where=f"[hooks.{source.name}]",
        lifetime=policy.condition_lifetime if source.lifetime is None else source.lifetime,
        own_lifetime=source.lifetime is not None,
        quiet_after=source.quiet_after,
        service=source.service,
    )


def _waits(policy: Policy, service: str | None) -> list[Waits]:
    """As `correlate.routing` asks: the routes that can fit, as far as the first that always does."""
    found = []
    for route in policy.routes:
        if route.services and service not in route.services:
            continue
        found.append(_of_route(policy, route))
        if not route.matchers:
            return found
    usual = Waits(
        where=EVERYWHERE,
        group_wait=policy.group_wait,
        group_interval=policy.group_interval,
        repeat_interval=policy.repeat_interval,
    )
    return [*found, usual]


def _of_route(policy: Policy, route: Route) -> Waits:
    chain = chain_named(policy, route.escalation)
    told = [word for level in chain.levels for word in level.to] if chain is not None else []
    return Waits(
        where=f"[routes.{route.name}]",
        group_wait=policy.group_wait if route.group_wait is None else route.group_wait,
        group_interval=policy.group_interval if route.group_interval is None else route.group_interval,
        repeat_interval=policy.repeat_interval if route.repeat_interval is None else route.repeat_interval,
        escalation=route.escalation,
        teams=tuple(dict.fromkeys(_team(word) for word in told if word.startswith((ON_CALL, "team:")))),
        only=written(route.matchers) or None,
    )


def _team(word: str) -> str:
    return word.partition(":")[2]
