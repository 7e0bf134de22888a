"""Who is meant by a word of a chain: an address, a team, whoever is on call there, or a webhook."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from correlate.declared import Team
from correlate.policy import Policy
from correlate.records import Reason
from correlate.rota import CalendarError, Rota, Shift, rota_of

WEBHOOK = "webhook:"
TEAM = "team:"
ON_CALL = "on-call:"


class OnDuty(Struct, frozen=True):
    """Somebody's turn: `addresses` are where they are reached; without one, nobody knows who `shift.words` are."""

    shift: Shift
    addresses: tuple[str, ...]


def team_named(policy: Policy, name: str) -> Team | None:
    return next((team for team in policy.teams if team.name == name), None)


def meant(policy: Policy, word: str, at: datetime) -> tuple[str, ...] | Reason:
    """The addresses (or the webhook) that a word of a chain stands for at this time; why nobody, where it is nobody."""
    if word.startswith(WEBHOOK):
        known = word.removeprefix(WEBHOOK) in policy.webhooks
        return (word,) if known else Reason("no such webhook", {"name": word.removeprefix(WEBHOOK)})
    if word.startswith(TEAM):
        team = team_named(policy, word.removeprefix(TEAM))
        people = tuple(member.address for member in team.people) if team is not None else ()
        return people or Reason("nobody in the team", {"team": word.removeprefix(TEAM)})
    if not word.startswith(ON_CALL):
        return (word,)
    name = word.removeprefix(ON_CALL)
    team = team_named(policy, name)
    turns = on_duty(policy, team, at) if team is not None else []
    found = tuple(dict.fromkeys(address for turn in turns for address in turn.addresses))
    if found:
        return found
    strangers = [turn.shift.words for turn in turns if turn.shift.words]
    if strangers:
        return Reason("on call, but no address is known", {"team": name, "names": strangers[:5]})
    return Reason("nobody is on call", {"team": name})


def on_duty(policy: Policy, team: Team, at: datetime) -> list[OnDuty]:
    """Whose turn it is at this time."""
    for rota in _rotas(team):
        shifts = rota.at(at)
        if shifts:
            return [OnDuty(shift, addresses_of(policy, team, shift)) for shift in shifts]
    return []


def turns_between(policy: Policy, team: Team, begin: datetime, end: datetime) -> list[OnDuty]:
    """The turns of a stretch of time, in order; what is swapped is left out, or cut where only a part of it is."""
    rotas = list(_rotas(team))
    if not rotas:
        return []
    swapped = rotas[0].between(begin, end) if len(rotas) > 1 else []
    usual = [part for shift in rotas[-1].between(begin, end) for part in _without(shift, swapped)]
    return [OnDuty(shift, addresses_of(policy, team, shift)) for shift in sorted([*swapped, *usual])]


def addresses_of(policy: Policy, team: Team, shift: Shift) -> tuple[str, ...]:
    """Where those of a shift are reached: by the calendar's own addresses, else by names that the desk knows."""
    if shift.addresses:
        return shift.addresses
    said = f" {' '.join(_words(shift.words))} "
    known = [(member.name or member.address.partition("@")[0], member.address) for member in team.people]
    known += [(name, agent.address) for agent in policy.agents if agent.address for name in (agent.name, agent.login)
              if name]  # fmt: skip
    found = [address for name, address in known if (words := " ".join(_words(name))) and f" {words} " in said]
    return tuple(dict.fromkeys(found))


def trouble_of(team: Team) -> str | None:
    """Why the calendars of a team cannot be used, as a sentence; None where they can."""
    for what, text in (("calendar", team.calendar), ("swaps", team.swaps)):
        if text is not None:
            try:
                rota_of(text, team.timezone)
            except CalendarError as error:
                return f"{what}: {error}"
    return None


def _rotas(team: Team) -> Iterator[Rota]:
    """The swaps first, for they count first."""
    for text in (team.swaps, team.calendar):
        if text is not None:
            try:
                yield rota_of(text, team.timezone)
            except CalendarError:  # a configuration with it is refused: `trouble_of`
                continue


def _without(shift: Shift, others: list[Shift]) -> Iterator[Shift]:
    """What is left of a shift."""
    start = shift.start
    for other in others:
        if other.start < shift.end and other.end > start:
            if other.start - start > timedelta():
                yield shift._replace(start=start, end=other.start)
            start = max(start, other.end)
    if start < shift.end:
        yield shift._replace(start=start)


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text.casefold()).split()
