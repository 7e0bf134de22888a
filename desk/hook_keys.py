"""What the webhook door asks: whose key is this, and what else must a post of that hook show?"""

import hmac
import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from desk.accounts import digest
from desk.clock import SystemClock
from desk.database import writing
from desk.hook_trust import Seal, read_trust
from desk.own_tables import hook_keys, hooks
from ingest.trust import Admission

log = logging.getLogger(__name__)

FRESH_SECONDS = 2.0
"""How old the known keys may be: a revoked key stops working after so long at most."""


class _Known(Struct, frozen=True):
    tool: str
    key: int | None
    digest: bytes
    ends_at: datetime | None
    admission: Admission


class HookKeys:
    """Knows the keys. Safe to use from several threads.

    The keys are read again when they are older than two seconds by `monotonic`; while the database does not answer,
    those known before keep working. `seal` opens the secrets that posts are signed with.
    """

    def __init__(
        self,
        engine: sa.Engine,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        seal: Seal | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._engine = engine
        self._monotonic = monotonic
        self._seal = seal
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._known: dict[bytes, _Known] = {}
        self._signed: dict[str, _Known] = {}
        self._tools: frozenset[str] = frozenset()
        self._used: dict[int, datetime] = {}
        self._read_at: float | None = None

    def lookup(self, tool: str, key: str) -> Admission | None:
        """The hook of this tool with this key, or None; takes the same time for every wrong key.

        A hook whose posts are signed may be named by its id instead: the signature is the proof.
        """
        self._refresh()
        given = digest(key)
        known = self._known.get(given)
        right_key = hmac.compare_digest(given, known.digest if known else bytes(32))
        right_tool = hmac.compare_digest(tool.encode("utf-8", "replace"), (known.tool if known else "").encode())
        if known is None or not (right_key and right_tool):
            named = self._signed.get(key)
            return named.admission if named is not None and named.tool == tool else None
        now = self._clock()
        if known.ends_at is not None and known.ends_at <= now:
            return None
        if known.key is not None:
            self._used[known.key] = now
        return known.admission

    def tools(self) -> frozenset[str]:
        """The tools of the hooks that there are."""
        self._refresh()
        return self._tools

    def write_used(self) -> None:
        """Note in the database when each key was used last; what fails is noted next time."""
        with self._lock:
            used, self._used = self._used, {}
        if not used:
            return
        try:
            with writing(self._engine) as connection:
                for key, at in used.items():
                    minute = at.replace(second=0, microsecond=0)
                    connection.execute(sa.update(hook_keys).where(hook_keys.c.id == key).values(used_at=minute))
        except sa.exc.DBAPIError as error:
            log.warning("When the keys of hooks were used last could not be noted: %s", error.orig)
            with self._lock:
                self._used = used | self._used

    def _refresh(self) -> None:
        now = self._monotonic()
        if self._read_at is not None and now - self._read_at < FRESH_SECONDS:
            return
        with self._lock:
            if self._read_at is not None and now - self._read_at < FRESH_SECONDS:
                return
            try:
                self._read()
            except sa.exc.DBAPIError as error:
                log.warning("The hooks could not be read, those known before keep working: %s", error.orig)
            self._read_at = now

    def _read(self) -> None:
        query = (
            sa.select(hooks.c.id, hooks.c.tool, hooks.c.trust, *hook_keys.c)
            .join(hook_keys, hook_keys.c.hook == hooks.c.id)
            .where(hooks.c.revoked.is_(False))
            .order_by(hook_keys.c.id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        now = self._clock()
        self._tools = frozenset(row.tool for row in rows)
        living = [row for row in rows if row.ends_at is None or row.ends_at > now]
        admissions = {row.hook: self._admission(row, living) for row in living}
        self._known = {
            bytes(row.digest): _Known(row.tool, row.id_1, bytes(row.digest), row.ends_at, admissions[row.hook])
            for row in living
            if row.digest is not None
        }
        self._signed = {
            row.hook: _Known(row.tool, None, b"", None, admissions[row.hook])
            for row in living
            if admissions[row.hook].signature is not None
        }

    def _admission(self, row: sa.Row[*tuple[object, ...]], rows: list[sa.Row[*tuple[object, ...]]]) -> Admission:
        trust = read_trust(row.trust)
        secrets = () if trust.signature is None else tuple(self._secrets(row.hook, rows))
        return Admission(
            hook=row.hook,
            networks=trust.networks,
            signature=trust.signature,
            secrets=secrets,
            sns=trust.sns,
            topics=trust.topics,
        )

    def _secrets(self, hook: str, rows: list[sa.Row[*tuple[object, ...]]]) -> list[bytes]:
        sealed = [bytes(row.sealed) for row in rows if row.hook == hook and row.sealed is not None]
        return [secret for one in sealed if self._seal is not None and (secret := self._seal.open(one, hook))]
