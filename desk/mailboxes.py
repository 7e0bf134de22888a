"""The mailboxes of the settings, and whether what they bring is answered.

A new mailbox is observing: its mail is read and decided, and every answer is held until somebody enables it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from desk.mailbox_settings import MailboxSettings, route_of
from desk.mailbox_store import Condition, MailboxStore, conditions, taken


class MailboxError(Exception):
    """What was asked for cannot be done; the text is a sentence."""


class Mailbox(Struct, frozen=True, kw_only=True):
    """One mailbox, as pages and commands show it. Its inputs have the route `mailbox:NAME`."""

    name: str
    settings: MailboxSettings
    observing: bool
    condition: Condition | None
    """None before it was connected."""
    taken: Mapping[str, int]
    """Folder to how many mails came in by it."""

    @property
    def route(self) -> str:
        return route_of(self.name)

    @property
    def trouble(self) -> str | None:
        """Why it cannot be read, as a sentence."""
        return self.condition.trouble if self.condition is not None else None

    @property
    def mode(self) -> str:
        return "observing" if self.observing else "enabled"


class Mailboxes:
    """The mailboxes that `configured` names, on one database. `clock` tells the time in UTC."""

    def __init__(
        self, configured: Mapping[str, MailboxSettings], engine: sa.Engine, clock: Callable[[], datetime]
    ) -> None:
        self._configured = configured
        self._engine = engine
        self._clock = clock

    def all(self) -> list[Mailbox]:
        """Every configured mailbox, by name."""
        if not self._configured:
            return []
        known = conditions(self._engine)
        with self._engine.connect() as connection:
            counts = taken(connection)
        found = []
        for name, settings in sorted(self._configured.items()):
            condition = known.get(name)
            if condition is not None and condition.account != settings.username:
                condition = None  # another account by the same name begins anew
            mailbox = Mailbox(
                name=name,
                settings=settings,
                observing=condition is None or condition.observing,
                condition=condition,
                taken={folder: count for (box, folder), (count, _) in counts.items() if box == name},
            )
            found.append(mailbox)
        return found

    def get(self, name: str) -> Mailbox:
        """Raises MailboxError where the settings have none of this name."""
        for mailbox in self.all():
            if mailbox.name == name:
                return mailbox
        raise MailboxError(f"There is no [mailboxes.{name}] in the configuration.")

    def observe(self, name: str, observing: bool) -> Mailbox:
        """Hold the answers to a mailbox's mail from now on, or let them out. Raises MailboxError."""
        mailbox = self.get(name)
        store = MailboxStore(self._engine, name)
        store.connect(mailbox.settings.username or "", self._clock())
        store.set(observing=observing)
        return self.get(name)

    def observing(self) -> tuple[str, ...]:
        """The names of the mailboxes whose answers are held, for `Settings.policy`."""
        return tuple(mailbox.name for mailbox in self.all() if mailbox.observing)
