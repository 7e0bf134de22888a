"""The keys under which monitoring tools post their alerts.

A hook is made with a key that is shown once and stored as its SHA-256. A new hook is observing: what it brings is read
and decided, and the mail that would follow is held until somebody enables it.
"""

import hmac
import logging
import secrets
import threading
import time
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from desk.accounts import AccountError, digest
from desk.database import writing
from desk.tables import hooks

log = logging.getLogger(__name__)

FRESH_SECONDS = 2.0
"""How old the known keys may be: a revoked key stops working after so long at most."""


class Hook(Struct, frozen=True, kw_only=True):
    """One way in for a tool. Its inputs have the route `hook:ID`."""

    id: str
    tool: str
    observing: bool
    created_at: datetime
    revoked: bool

    @property
    def route(self) -> str:
        return f"hook:{self.id}"


class Hooks:
    """The hooks on one database. `clock` tells the time in UTC."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, tool: str, name: str | None = None) -> tuple[Hook, str]:
        """Make a hook, observing, and its key: the key is shown this once only. Raises AccountError.

        Without a name the hook is called after the tool: alertmanager, alertmanager-2, …
        """
        taken = {hook.id for hook in self.all(revoked=True)}
        name = name.strip().lower() if name else _free(tool, taken)
        if not name or len(name) > 60 or not all(c.isascii() and (c.isalnum() or c in "-_.") for c in name):
            raise AccountError("A hook's name has at most 60 letters, digits, hyphens, dots and underscores.")
        if name in taken:
            raise AccountError(f"There is or was a hook {name}: names are not used twice, choose another.")
        key = secrets.token_urlsafe(24)
        hook = Hook(id=name, tool=tool, observing=True, created_at=self._clock(), revoked=False)
        row = {"id": name, "tool": tool, "digest": digest(key), "observing": True, "revoked": False}
        with writing(self._engine) as connection:
            connection.execute(sa.insert(hooks).values(created_at=hook.created_at, **row))
        return hook, key

    def all(self, *, revoked: bool = False) -> list[Hook]:
        """The hooks in the order of their making; with `revoked`, those that are gone too."""
        query = sa.select(hooks).order_by(hooks.c.created_at, hooks.c.id)
        if not revoked:
            query = query.where(hooks.c.revoked.is_(False))
        with self._engine.connect() as connection:
            return [_hook(row) for row in connection.execute(query)]

    def get(self, hook_id: str) -> Hook:
        """Raises AccountError where there is none of this name, or no longer."""
        for hook in self.all():
            if hook.id == hook_id:
                return hook
        raise AccountError(f"There is no hook {hook_id}: `desk hook list` shows those that exist.")

    def observe(self, hook_id: str, observing: bool) -> Hook:
        """Hold the mail that follows from a hook's posts from now on, or let it out. Raises AccountError."""
        return self._change(hook_id, observing=observing)

    def rotate(self, hook_id: str) -> tuple[Hook, str]:
        """A new key; the old one stops working at once. Raises AccountError."""
        key = secrets.token_urlsafe(24)
        return self._change(hook_id, digest=digest(key)), key

    def remove(self, hook_id: str) -> None:
        """The key stops working for good; what came in by it stays. Raises AccountError."""
        self._change(hook_id, revoked=True)

    def observing(self) -> tuple[str, ...]:
        """The ids of the hooks whose mail is held, for `Settings.policy`; removed ones keep their state."""
        return tuple(hook.id for hook in self.all(revoked=True) if hook.observing)

    def _change(self, hook_id: str, **values: object) -> Hook:
        hook = self.get(hook_id)
        with writing(self._engine) as connection:
            connection.execute(sa.update(hooks).where(hooks.c.id == hook.id).values(**values))
            row = connection.execute(sa.select(hooks).where(hooks.c.id == hook.id)).one()
        return _hook(row)


class HookKeys:
    """Knows the keys: what the webhook door asks. Safe to use from several threads.

    The keys are read again when they are older than two seconds by `monotonic`; while the database does not answer,
    those known before keep working.
    """

    def __init__(self, engine: sa.Engine, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: dict[bytes, tuple[str, str, bytes]] = {}
        self._read_at: float | None = None

    def lookup(self, tool: str, key: str) -> str | None:
        """The id of the hook of this tool with this key, or None; takes the same time for every wrong key."""
        self._refresh()
        given = digest(key)
        hook_id, hook_tool, stored = self._known.get(given, ("", "", bytes(32)))
        right_key = hmac.compare_digest(given, stored)
        right_tool = hmac.compare_digest(tool.encode("utf-8", "replace"), hook_tool.encode())
        return hook_id if right_key and right_tool else None

    def _refresh(self) -> None:
        now = self._monotonic()
        if self._read_at is not None and now - self._read_at < FRESH_SECONDS:
            return
        with self._lock:
            if self._read_at is not None and now - self._read_at < FRESH_SECONDS:
                return
            query = sa.select(hooks.c.id, hooks.c.tool, hooks.c.digest).where(hooks.c.revoked.is_(False))
            try:
                with self._engine.connect() as connection:
                    rows = connection.execute(query).all()
            except sa.exc.DBAPIError as error:
                log.warning("The hooks could not be read, those known before keep working: %s", error.orig)
            else:
                self._known = {bytes(row.digest): (row.id, row.tool, bytes(row.digest)) for row in rows}
            self._read_at = now


def _hook(row: sa.Row[*tuple[object, ...]]) -> Hook:
    return Hook(id=row.id, tool=row.tool, observing=row.observing, created_at=row.created_at, revoked=row.revoked)


def _free(tool: str, taken: set[str]) -> str:
    count = 1
    while (name := tool if count == 1 else f"{tool}-{count}") in taken:
        count += 1
    return name
