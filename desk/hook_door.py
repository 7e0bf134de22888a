"""The webhook door, put together with the desk's keys, journal and tables."""

import asyncio
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from importlib.metadata import version

import sqlalchemy as sa

from desk.config import Settings
from desk.hook_keys import HookKeys
from desk.hook_trust import Seal
from desk.metrics import DoorCounters
from desk.plus_addresses import secret_in
from desk.sns import Inspector
from desk.standing_in import Answers
from ingest.alerts import check_webhook
from ingest.changes.reading import CHANGE_TOOLS
from ingest.journal import Journal
from ingest.standins.heartbeat import TOOL as HEARTBEAT
from ingest.tools.registry import TOOLS
from ingest.webhook import Accept, WebhookDoor, WebhookSettings

NOTED_EVERY = 30.0
"""Seconds between two notes of which keys were used."""


def hook_keys(settings: Settings, engine: sa.Engine, clock: Callable[[], datetime]) -> HookKeys:
    """Who knows the keys, and with the desk's own secret those that posts are signed with."""
    return HookKeys(engine, seal=Seal(secret_in(settings.data_dir)), clock=clock)


class KnownTools(Collection[str]):
    """The tools that an address may name: those of the desk, and those of hooks that read by a mapping of the page."""

    def __init__(self, known: frozenset[str], keys: HookKeys) -> None:
        self._known = known
        self._keys = keys

    def __contains__(self, tool: object) -> bool:
        return tool in self._known or tool in self._keys.tools()

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def hook_door(
    settings: Settings,
    engine: sa.Engine,
    journal: Journal,
    accept: Accept,
    keys: HookKeys,
    counters: DoorCounters,
    clock: Callable[[], datetime],
) -> WebhookDoor:
    """The door as the configuration wants it."""
    answers = Answers(engine, journal, version("quietdesk"), clock)
    return WebhookDoor(
        WebhookSettings(
            tools=KnownTools(frozenset([*TOOLS, *CHANGE_TOOLS, "auto", HEARTBEAT, *settings.mappings]), keys),
            max_size=settings.http.max_body,
            posts_per_minute=settings.http.posts_per_minute,
            burst=2 * settings.http.posts_per_minute,
        ),
        accept,
        keys,
        check_webhook,
        clock,
        count=counters.webhook,
        note=lambda hook, tool, outcome, sentence: counters.source(hook, tool, outcome, sentence, clock()),
        inspect=Inspector(clock),
        read=answers,
        weigh=answers.weigh,
        settled=answers.settled,
    )


async def note_used(keys: HookKeys) -> None:
    """Note now and then which keys were used, until cancelled; what is left is noted at the end."""
    try:
        while True:
            await asyncio.sleep(NOTED_EVERY)
            await asyncio.to_thread(keys.write_used)
    finally:
        keys.write_used()
