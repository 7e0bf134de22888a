"""The tables of `desk.toml` about who of the staff is told: `[routes.NAME]`, `[teams.NAME]`, `[escalations.NAME]` and
`[webhooks.NAME]`.
"""

import re
from typing import Any

import msgspec
from msgspec import Struct

from correlate.declared import Chain, Level, Member, Route
from correlate.matchers import parse_all
from desk.table_values import UnusableError, positive, zone

Texts = tuple[str, ...]
MAX_LEVELS = 20
MAX_ROUNDS = 20
LEAST_WAIT = 60
"""Seconds that somebody has at least to take an incident before the next level is told."""
_PERSON = re.compile(r"(?P<name>[^<>@]{0,100})<(?P<address>[^<>\s@]+@[^<>\s@]+)>|(?P<bare>[^<>\s@]+@[^<>\s@]+)")


class TeamSettings(Struct, frozen=True, kw_only=True):
    """One `[teams.NAME]`; `calendar` and `swaps` are files."""

    name: str
    people: tuple[Member, ...] = ()
    calendar: str | None = None
    swaps: str | None = None
    timezone: str = "UTC"


class WebhookSettings(Struct, frozen=True, kw_only=True):
    """One `[webhooks.NAME]`: where the desk posts to, and the secret that it signs with."""

    name: str
    url: str
    secret_file: str | None = None
    secret_env: str | None = None
    second_secret_file: str | None = None
    """While the receiver changes its secret, both sign."""
    ca_file: str | None = None
    allow_private: bool = False
    """Whether it may be within the own network."""
    timeout: int = 10


class RouteShape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    services: Texts = ()
    matchers: Texts = ()
    group_wait: int | None = None
    group_interval: int | None = None
    repeat_interval: int | None = None
    escalation: str | None = None


class TeamShape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    people: Texts = ()
    calendar: str | None = None
    swaps: str | None = None
    timezone: str | None = None


class LevelShape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    to: Texts
    after: int | None = None


class ChainShape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    levels: tuple[LevelShape, ...]
    rounds: int = 1


class WebhookShape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    url: str
    secret_file: str | None = None
    secret_env: str | None = None
    second_secret_file: str | None = None
    ca_file: str | None = None
    allow_private: bool = False
    timeout: int = 10


def route(name: str, raw: Any, _zone_of_desk: str) -> Route:
    given = msgspec.convert(raw, RouteShape)
    times = (given.group_wait, given.group_interval, given.repeat_interval)
    if all(time is None for time in times) and given.escalation is None:
        raise UnusableError("it says nothing: write group_wait, group_interval, repeat_interval or escalation")
    if any(time is not None and not 0 <= time <= 366 * 86_400 for time in times):
        raise UnusableError("an interval is a year at most")
    return Route(
        name=name,
        services=given.services,
        matchers=parse_all(given.matchers),
        group_wait=given.group_wait,
        group_interval=given.group_interval,
        repeat_interval=given.repeat_interval,
        escalation=given.escalation,
    )


def team(name: str, raw: Any, zone_of_desk: str) -> TeamSettings:
    given = msgspec.convert(raw, TeamShape)
    if not given.people and given.calendar is None:
        raise UnusableError("name its people, or the calendar of who is on call")
    if given.swaps is not None and given.calendar is None:
        raise UnusableError("swaps go with a calendar: name that too")
    return TeamSettings(
        name=name,
        people=tuple(_member(text) for text in given.people),
        calendar=given.calendar,
        swaps=given.swaps,
        timezone=zone(given.timezone or zone_of_desk),
    )


def chain(name: str, raw: Any, _zone_of_desk: str) -> Chain:
    given = msgspec.convert(raw, ChainShape)
    if not 0 < len(given.levels) <= MAX_LEVELS:
        raise UnusableError(f"it has one level at least, and at most {MAX_LEVELS}")
    if not 0 < given.rounds <= MAX_ROUNDS:
        raise UnusableError(f"rounds are 1 to {MAX_ROUNDS}")
    levels = []
    for place, level in enumerate(given.levels):
        after = level.after if level.after is not None else 900 if place else 0
        if not level.to:
            raise UnusableError(f"level {place + 1} tells nobody")
        if place and after < LEAST_WAIT:
            raise UnusableError(f"level {place + 1}: after is a minute at least, for those before it need time")
        to = tuple(_target(word) for word in level.to)
        levels.append(Level(to=to, after=positive(after, "after") if after else 0))
    return Chain(name=name, levels=tuple(levels), rounds=given.rounds)


def webhook(name: str, raw: Any, _zone_of_desk: str) -> WebhookSettings:
    given = msgspec.convert(raw, WebhookShape)
    if (given.secret_file is None) == (given.secret_env is None):
        raise UnusableError("it needs secret_file or secret_env: what it is signed with, as its receiver knows it")
    if not 1 <= given.timeout <= 60:
        raise UnusableError("timeout is 1 to 60 seconds")
    return WebhookSettings(name=name, **msgspec.structs.asdict(given))


def _member(text: str) -> Member:
    found = _PERSON.fullmatch(text.strip())
    if found is None:
        raise UnusableError(f"'{text}' is no mail address: write ana@example.com, or Ana <ana@example.com>")
    return Member(address=(found["bare"] or found["address"]).lower(), name=(found["name"] or "").strip() or None)


def _target(word: str) -> str:
    kind, colon, _name = word.partition(":")
    if colon and kind in ("team", "on-call", "webhook"):
        return word
    if "@" not in word:
        raise UnusableError(
            f"to: '{word}' is nobody: write an address, or on-call:TEAM, team:TEAM, webhook:NAME in quotes"
        )
    return _member(word).address
