"""Who works with the desk, as far as decisions know: by which name somebody acts, and whom a record can be given to."""

from collections.abc import Collection, Iterator

from correlate.policy import Agent, Policy
from correlate.records import Reason

_MOST_NAMES = 30


def agent_at(policy: Policy, address: str) -> str | None:
    """The name under which whoever writes from this address works on records; None where it is no agent's."""
    address = address.lower()
    found = _login_at(policy, address, "agent")
    return found or (address if address in policy.staff else None)


def problem_manager_at(policy: Policy, address: str) -> str | None:
    """The name under which whoever writes from this address decides on suggestions; None where they may not."""
    address = address.lower()
    found = _login_at(policy, address, "problem-manager")
    return found or (address if address in policy.problem_managers else None)


def assignee_named(policy: Policy, name: str, teams: Collection[str] = ()) -> str | Reason:
    """Whom a name means: a login, an agent's name or address, the team that owns a service, or one of `teams`. The
    reason why not where it means nobody. A desk that knows of no agent takes every name."""
    if not policy.agents and not policy.staff:
        return name
    wanted = name.strip().lstrip("@").casefold()
    for agent in policy.agents:
        if wanted in {known.casefold() for known in (agent.login, agent.name, agent.address) if known}:
            return agent.login
    for address in (*policy.staff, *_owners(policy)):
        if wanted in (address.casefold(), address.partition("@")[0].casefold()):
            return wanted
    for team in sorted(teams):
        if wanted == team.casefold():
            return team
    known = dict.fromkeys([*(agent.login for agent in policy.agents), *policy.staff, *_owners(policy), *sorted(teams)])
    return Reason("no such agent", {"name": name[:80], "known": list(known)[:_MOST_NAMES]})


def called(policy: Policy, actor: str) -> str:
    """How people are told of an agent: the name, else the login or the address written as one."""
    known = next((agent.name for agent in policy.agents if agent.login == actor and agent.name != actor), None)
    return known or actor.partition("@")[0].replace(".", " ").title()


def _login_at(policy: Policy, address: str, role: str) -> str | None:
    return next((a.login for a in policy.agents if a.address == address and _may(a, role)), None)


def _may(agent: Agent, role: str) -> bool:
    return role in agent.roles or "administrator" in agent.roles


def _owners(policy: Policy) -> Iterator[str]:
    for service in policy.services:
        if service.owner:
            yield service.owner.lower()
