"""The keys under which monitoring tools post their alerts.

A hook is made with a key that is shown once and stored as its SHA-256. A new hook is observing: what it brings is read
and decided, and the mail that would follow is held until somebody enables it. A key that is replaced works on for a
while, so that nothing is lost until the tool has the new one.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from desk.accounts import AccountError, digest
from desk.database import writing
from desk.hook_keys import FRESH_SECONDS, HookKeys
from desk.hook_trust import Seal, Trust, problem, read_trust, written
from desk.own_tables import hook_keys, hooks
from ingest.signatures import secret_problem

__all__ = ["FRESH_SECONDS", "OVERLAP", "Hook", "HookKeys", "Hooks", "KeyState"]

OVERLAP = timedelta(days=1)
"""How long a key works on after it was replaced, where nobody says otherwise."""


class Hook(Struct, frozen=True, kw_only=True):
    """One way in for a tool. Its inputs have the route `hook:ID`."""

    id: str
    tool: str
    observing: bool
    created_at: datetime
    revoked: bool
    trust: Trust = Trust()

    @property
    def route(self) -> str:
        return f"hook:{self.id}"


class KeyState(Struct, frozen=True, kw_only=True):
    """One key or signing secret of a hook: never itself, only how it stands."""

    secret: bool
    created_at: datetime
    ends_at: datetime | None
    used_at: datetime | None


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
        row = {"id": name, "tool": tool, "observing": True, "revoked": False, "created_at": hook.created_at}
        with writing(self._engine) as connection:
            connection.execute(sa.insert(hooks).values(row))
            connection.execute(sa.insert(hook_keys).values(hook=name, digest=digest(key), created_at=hook.created_at))
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

    def keys(self, hook_id: str) -> list[KeyState]:
        """How the keys and secrets of a hook stand, the newest first; those whose time is over are left out."""
        columns = (hook_keys.c.sealed, hook_keys.c.created_at, hook_keys.c.ends_at, hook_keys.c.used_at)
        ends = hook_keys.c.ends_at
        query = sa.select(*columns).where(hook_keys.c.hook == hook_id, ends.is_(None) | (ends > self._clock()))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(hook_keys.c.id.desc())).all()
        return [
            KeyState(secret=r.sealed is not None, created_at=r.created_at, ends_at=r.ends_at, used_at=r.used_at)
            for r in rows
        ]

    def observe(self, hook_id: str, observing: bool) -> Hook:
        """Hold the mail that follows from a hook's posts from now on, or let it out. Raises AccountError."""
        return self._change(hook_id, observing=observing)

    def rotate(self, hook_id: str, overlap: timedelta = OVERLAP) -> tuple[Hook, str]:
        """A new key; those before work on for `overlap`. Raises AccountError."""
        hook, key = self.get(hook_id), secrets.token_urlsafe(24)
        self._replace(hook_id, overlap, digest=digest(key))
        return hook, key

    def trust(self, hook_id: str, trust: Trust) -> Hook:
        """What a hook's posts must show from now on. Raises AccountError."""
        if sentence := problem(trust):
            raise AccountError(sentence)
        return self._change(hook_id, trust=written(trust))

    def set_secret(self, hook_id: str, secret: str, seal: Seal, overlap: timedelta = OVERLAP) -> None:
        """The secret that a hook's posts are signed with; those before stay good for `overlap`. Raises AccountError."""
        signature, said = self.get(hook_id).trust.signature, secret.strip().encode()
        if signature is None:
            raise AccountError(f"The posts of {hook_id} are not signed: choose how with --signature.")
        if sentence := secret_problem(signature, said):
            raise AccountError(sentence)
        self._replace(hook_id, overlap, sealed=seal.close(said, hook_id))

    def remove(self, hook_id: str) -> None:
        """The keys stop working for good; what came in by them stays. Raises AccountError."""
        self._change(hook_id, revoked=True)

    def observing(self) -> tuple[str, ...]:
        """The ids of the hooks whose mail is held, for `Settings.policy`; removed ones keep their state."""
        return tuple(hook.id for hook in self.all(revoked=True) if hook.observing)

    def _replace(self, hook_id: str, overlap: timedelta, **made: bytes) -> None:
        now, keys = self._clock(), hook_keys.c
        alike = keys.digest.is_not(None) if "digest" in made else keys.sealed.is_not(None)
        later = keys.ends_at.is_(None) | (keys.ends_at > now + overlap)
        with writing(self._engine) as connection:
            ending = sa.update(hook_keys).where(keys.hook == hook_id, alike, later)
            connection.execute(ending.values(ends_at=now + overlap))
            connection.execute(sa.delete(hook_keys).where(keys.hook == hook_id, keys.ends_at <= now))
            connection.execute(sa.insert(hook_keys).values(hook=hook_id, created_at=now, **made))

    def _change(self, hook_id: str, **values: object) -> Hook:
        hook = self.get(hook_id)
        with writing(self._engine) as connection:
            connection.execute(sa.update(hooks).where(hooks.c.id == hook.id).values(**values))
            row = connection.execute(sa.select(hooks).where(hooks.c.id == hook.id)).one()
        return _hook(row)


def _hook(row: sa.Row[*tuple[object, ...]]) -> Hook:
    return Hook(
        id=row.id,
        tool=row.tool,
        observing=row.observing,
        created_at=row.created_at,
        revoked=row.revoked,
        trust=read_trust(row.trust),
    )


def _free(tool: str, taken: set[str]) -> str:
    count = 1
    while (name := tool if count == 1 else f"{tool}-{count}") in taken:
        count += 1
    return name
