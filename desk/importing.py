"""Bringing history in: old mails into the journal, a little at a time, so that what comes meanwhile is not held up.

Where a desk runs, its worker processes them; otherwise that is done here.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from desk.alongside import processing
from desk.config import Settings
from desk.mail_archive import OldMail
from desk.mailbox_store import MailboxStore
from desk.tables import entries, quarantine
from ingest.event import Draft
from ingest.imap_cursor import digest_of_mail, key_of
from ingest.journal import Journal

ROUTE = "import"
MARKED_AS = "import*"
"""What was imported is remembered under this name, which no mailbox can have."""
LOT_MAILS = 200
LOT_BYTES = 16 * 1024 * 1024
_AT_ONCE = 500


class Imported(Struct):
    """What became of the mails. `ignored` counts by the rule that left them out."""

    read: int = 0
    known: int = 0
    opened: int = 0
    added: int = 0
    quarantined: int = 0
    ignored: Counter[str] = msgspec.field(default_factory=Counter)
    troubles: list[str] = msgspec.field(default_factory=list)


class Importer:
    """Imports into one desk. `clock` tells the time in UTC; `limit` is the size of the largest mail, in bytes."""

    def __init__(
        self, settings: Settings, engine: sa.Engine, journal: Journal, clock: Callable[[], datetime], limit: int
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._journal = journal
        self._clock = clock
        self._limit = limit
        self._store = MailboxStore(engine, MARKED_AS)

    def run(self, mails: Iterable[OldMail], advance: Callable[[int], None]) -> Imported:
        """Import every mail; `advance` hears how many more are done. Raises NotDurableError, DBAPIError, ImapError:
        what was imported until then stays, and a second run leaves it out."""
        found = Imported()
        with processing(self._settings, self._engine, self._journal, self._clock) as until:
            for lot in self._lots(mails, found):
                digests = {digest_of_mail(mail.raw): mail for mail in lot}
                known = self._store.known_digests(digests)
                new = {digest: mail for digest, mail in digests.items() if digest not in known}
                found.known += len(lot) - len(new)
                if new:
                    positions = self._journal.append([_draft(mail) for mail in new.values()], self._clock())
                    self._store.remember({digest: key_of(mail.raw) for digest, mail in new.items()}, self._clock())
                    until(positions[-1])
                    self._count(positions, found)
                advance(len(lot))
        return found

    def _lots(self, mails: Iterable[OldMail], found: Imported) -> Iterator[list[OldMail]]:
        lot: list[OldMail] = []
        size = 0
        for mail in mails:
            found.read += 1
            trouble = mail.trouble
            if trouble is None and len(mail.raw) > self._limit:
                trouble = f"it has {len(mail.raw) / 1_048_576:.0f} MB"
            if trouble is not None:
                found.troubles.append(f"{mail.place}: {trouble}")
                continue
            lot.append(mail)
            size += len(mail.raw)
            if len(lot) >= LOT_MAILS or size >= LOT_BYTES:
                yield lot
                lot, size = [], 0
        if lot:
            yield lot

    def _count(self, positions: Sequence[int], found: Imported) -> None:
        e, q = entries.c, quarantine.c
        for start in range(0, len(positions), _AT_ONCE):
            some = positions[start : start + _AT_ONCE]
            query = sa.select(e.kind, e.rule, e.position).where(e.position.in_(some))
            with self._engine.connect() as connection:
                rows = connection.execute(query).all()
                found.quarantined += len(connection.execute(sa.select(q.position).where(q.position.in_(some))).all())
            opened = {row.position for row in rows if row.kind == "record-opened"}
            found.opened += len(opened)
            found.added += len({row.position for row in rows if row.kind == "mail-filed"} - opened)
            found.ignored.update(row.rule for row in rows if row.kind in ("input-ignored", "mail-ignored"))


def _draft(mail: OldMail) -> Draft:
    digest = hashlib.sha256(mail.raw).hexdigest()
    envelope = {"imported_at": mail.at.isoformat(), "from": mail.place[-500:], "sha256": digest}
    return Draft(kind="mail", route=ROUTE, envelope=envelope, body=mail.raw)
