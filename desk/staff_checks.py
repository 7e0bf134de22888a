"""What is wrong with routes, teams, escalations and webhooks that are each well-formed: one sentence for each."""

import difflib
import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from desk.config import Settings
from desk.outside import is_outside
from desk.staff_settings import TeamSettings, WebhookSettings


def contradictions(settings: Settings) -> Iterator[str]:
    """Names that lead nowhere, people who cannot be told, calendars and addresses that cannot be used."""
    yield from _routes(settings)
    for chain in settings.escalations:
        for place, level in enumerate(chain.levels, 1):
            for word in level.to:
                trouble = _nobody(settings, word)
                if trouble is not None:
                    yield f"[escalations.{chain.name}] level {place}: {trouble}"
    for team in settings.teams:
        yield from _team(settings, team)
    for webhook in settings.webhooks:
        yield from _webhook(webhook)


def _nobody(settings: Settings, word: str) -> str | None:
    """Why a word of a chain reaches nobody."""
    teams = {team.name: team for team in settings.teams}
    webhooks = [webhook.name for webhook in settings.webhooks]
    kind, _, name = word.partition(":")
    if kind in ("team", "on-call") and name not in teams:
        return f"there is no team {name}{_near(name, teams)}"
    if kind == "team" and not teams[name].people:
        return f"the team {name} names no people: write them into [teams.{name}], or on-call:{name} here."
    if kind == "on-call" and teams[name].calendar is None:
        return f"the team {name} has no calendar that says who is on call: name one, or write team:{name} here."
    if kind == "webhook" and name not in webhooks:
        return f"there is no webhook {name}{_near(name, webhooks)}"
    if word in settings.own_addresses():
        return f"{word} is the desk itself: it would write to itself."
    return None


def _team(settings: Settings, team: TeamSettings) -> Iterator[str]:
    from desk.calendars import CalendarFileError, read_team

    try:
        read_team(team)
    except CalendarFileError as error:
        yield str(error)
    for member in team.people:
        if member.address in settings.own_addresses():
            yield f"[teams.{team.name}] people: {member.address} is the desk itself: it would write to itself."


def _routes(settings: Settings) -> Iterator[str]:
    chains = [chain.name for chain in settings.escalations]
    services = [service.name for service in settings.services]
    for route in settings.routes:
        if route.escalation is not None and route.escalation not in chains:
            yield f"[routes.{route.name}] escalation: there is no {route.escalation}{_near(route.escalation, chains)}"
        for name in route.services if services else ():
            if name not in services:
                yield f"[routes.{route.name}] services: there is no service {name}{_near(name, services)}"
    for first, second in _hidden(settings):
        yield f"[routes.{second}] is never used: [routes.{first}] stands before it and fits all of it."
    used = {route.escalation for route in settings.routes}
    for name in chains:
        if name not in used:
            yield f"[escalations.{name}] is never used: name it as escalation in a [routes.NAME]."


def _hidden(settings: Settings) -> Iterator[tuple[str, str]]:
    for place, route in enumerate(settings.routes):
        before = next((other for other in settings.routes[:place] if _covers(other.services, route.services)
                       and not other.matchers), None)  # fmt: skip
        if before is not None:
            yield before.name, route.name


def _covers(one: Sequence[str], other: Sequence[str]) -> bool:
    return not one or (bool(other) and set(other) <= set(one))


def _webhook(webhook: WebhookSettings) -> Iterator[str]:
    where = f"[webhooks.{webhook.name}]"
    try:
        url = urlsplit(webhook.url)
        host, _port = url.hostname, url.port
    except ValueError:
        yield f"{where} url: '{webhook.url}' is no URL."
        return
    if url.scheme != "https" or not host:
        yield f"{where} url: '{webhook.url}' cannot be used: it begins with https:// and a host's name."
        return
    if url.username is not None or url.password is not None or url.fragment:
        yield f"{where} url: leave out names, passwords and what follows a #: the secret signs what is posted."
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        literal = None
    if not webhook.allow_private and (host == "localhost" or (literal is not None and not is_outside(literal))):
        yield f"{where} url: {host} is within your own network: write allow_private = true if that is meant."


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1, 0.5)
    return f": did you mean '{near[0]}'?" if near else "."
