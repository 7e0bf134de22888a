"""What the pages need of the rest of the desk, handed in by the composition root."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from starlette.routing import BaseRoute

from desk.accounts import Accounts
from desk.config import Settings
from desk.metrics import DoorCounters
from ingest.event import Draft
from ingest.journal import Journal


@dataclass(frozen=True, kw_only=True)
class WebServices:
    """`accept` makes a draft durable and gives its position; it raises `NotDurableError` or `BusyError` otherwise.

    `clock` tells the time in UTC. `doors` counts what the doors of this process were offered. `routes` are further
    doors on the same application (webhooks); they come first.
    """

    engine: Engine
    journal: Journal
    accept: Callable[[Draft], Awaitable[int]]
    settings: Settings
    clock: Callable[[], datetime]
    accounts: Accounts
    doors: DoorCounters | None = None
    routes: Sequence[BaseRoute] = ()
