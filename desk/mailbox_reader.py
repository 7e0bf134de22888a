"""Reading one mailbox into the journal: journal first, then flag or move; each mail once, whatever ends in between.

Before a handful of mails is fetched, an intent is written down: where the journal ended, and how far the handful goes.
After a crash the journal itself then says whether the handful is in it: its inputs name mailbox, folder and UID.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from typing import NamedTuple

from msgspec.structs import replace

from desk.mailbox_settings import MailboxSettings, route_of
from desk.mailbox_store import MailboxStore
from ingest.event import Draft, Input
from ingest.imap import ImapConnection, ImapError
from ingest.imap_cursor import (
    MARGIN,
    Cursor,
    FolderState,
    Listed,
    digest_of_mail,
    handfuls,
    header_fields,
    key_of,
    opened,
    renumbered,
    unknown,
)
from ingest.journal import Journal

log = logging.getLogger(__name__)

ALONE_AFTER = 2
"""A connection that ended so often at the same mail gets this mail alone next time."""
GIVE_UP_AFTER = 6
"""After so many ends in a row a mail is noted and left where it is: it must not hold up the next."""
MOST_UNSETTLED = 1_000
HEADER_BYTES = 64 * 1024
"""So much of the header of a mail that is not fetched goes into the journal."""
_READ_BACK = 200

Attribute = Callable[[Draft], Draft]
"""Adds to a mail's envelope what the desk itself finds out about it at the door (`desk.mailbox_loop.marking`)."""


class Left(NamedTuple):
    """A mail that stays where it is: its header, a sentence why, and its size in bytes where that is why."""

    header: bytes
    words: str
    too_large: int | None = None


class MailboxReader:
    """Reads the folders of one mailbox. It outlives connections, so that it knows a mail that ended one."""

    def __init__(
        self,
        name: str,
        settings: MailboxSettings,
        store: MailboxStore,
        journal: Journal,
        clock: Callable[[], datetime],
        attribute: Attribute = lambda draft: draft,
    ) -> None:
        self._name = name
        self._settings = settings
        self._store = store
        self._journal = journal
        self._clock = clock
        self._attribute = attribute
        self._ended_at: tuple[str, int, int] | None = None
        self._ends = 0

    def read(self, connection: ImapConnection, folder: str) -> int:
        """Take what is new in a folder; returns how many mails went into the journal.

        Raises ImapError, NotDurableError where the journal does not take them, DBAPIError where the cursor cannot be
        written; then the next call goes on where this one ended.
        """
        state = connection.open_folder(folder, readonly=self._settings.after == "leave")
        known = self._store.cursor(folder)
        if known is not None and known.intent_after is not None:
            known = self._recovered(folder, known, known.intent_after)
        now = self._clock()
        cursor, opening = opened(known, state, now)
        if opening == "new":
            self._store.keep(folder, cursor)
            log.info("mailbox %s: %s is read from now on (UID %d)", self._name, folder, cursor.next_uid)
            return 0
        if opening == "renumbered":
            return self._read_renumbered(connection, folder, cursor, state)
        cursor = self._settled(connection, folder, cursor)
        if state.uidnext <= cursor.next_uid:
            return 0
        count = 0
        listed = connection.listed(cursor.next_uid, state.uidnext)
        for lot in self._lots(folder, state, listed):
            cursor, uids = self._take(connection, folder, cursor, state, lot)
            self._finish(connection, cursor.unsettled)
            cursor = replace(cursor, unsettled=())  # written with the next handful, or below: it can be done twice
            count += len(uids)
        self._store.keep(folder, replace(cursor, next_uid=state.uidnext, read_at=now))
        return count

    def _read_renumbered(self, connection: ImapConnection, folder: str, cursor: Cursor, state: FolderState) -> int:
        """The server has numbered its mails anew: take what came since, which no number tells any more."""
        now = self._clock()
        listed = connection.listed(1, state.uidnext, (cursor.read_at - MARGIN).date(), headers=True)
        keys = self._store.known_keys({key_of(mail.headers) for mail in listed})
        new = unknown(cursor, listed, keys)
        log.warning(
            "mailbox %s: the server has numbered %s anew; of %d mails since %s, %d are new",
            self._name, folder, len(listed), f"{cursor.read_at:%Y-%m-%d}", len(new),
        )  # fmt: skip
        count = 0
        settled = replace(cursor, unsettled=())
        for lot in self._lots(folder, state, new):
            cursor, uids = self._take(connection, folder, settled, state, lot, advance=False)
            # Numbers of the new numbering have no place in the old cursor: a crash leaves these mails unflagged.
            self._finish(connection, uids)
            count += len(uids)
        self._store.keep(folder, renumbered(cursor, state, now))
        return count

    # --- one handful ---

    def _lots(self, folder: str, state: FolderState, listed: Sequence[Listed]) -> Iterator[list[Listed]]:
        """What is fetched together. Where the last connections ended at a mail, that one goes alone."""
        if listed and self._ends >= ALONE_AFTER and self._ended_at == (folder, state.uidvalidity, listed[0].uid):
            yield list(listed[:1])
            listed = listed[1:]
        yield from handfuls(listed)

    def _take(
        self,
        connection: ImapConnection,
        folder: str,
        cursor: Cursor,
        state: FolderState,
        lot: Sequence[Listed],
        *,
        advance: bool = True,
    ) -> tuple[Cursor, list[int]]:
        """The handful into the journal; returns the cursor, and the UIDs of what was taken whole.

        `advance`: the cursor counts by the numbering of this folder, so it moves on and keeps what is to be flagged.
        """
        intent = replace(cursor, intent_after=self._journal.head().position, intent_through=lot[-1].uid)
        self._store.keep(folder, intent)
        mails, left = self._fetched(connection, folder, state, lot)
        known = self._store.known_digests([digest_of_mail(raw) for raw in mails.values()])
        drafts: list[Draft] = []
        marks: dict[bytes, bytes] = {}
        uids: list[int] = []
        for uid, raw in mails.items():
            digest = digest_of_mail(raw)
            if digest in known or digest in marks:
                continue  # somebody moved it away and back
            marks[digest] = key_of(raw)
            uids.append(uid)
            drafts.append(self._draft(folder, state, uid, raw))
        drafts += [self._draft_of_left(folder, state, uid, said) for uid, said in left.items()]
        if drafts:
            self._journal.append(drafts, self._clock())
        done = replace(cursor, intent_after=None, intent_through=None)
        if advance:
            unsettled = (*cursor.unsettled, *uids) if self._settings.after != "leave" else ()
            done = replace(done, next_uid=lot[-1].uid + 1, unsettled=unsettled[-MOST_UNSETTLED:])
        self._store.keep(folder, done, marks, len(uids), self._clock())
        self._ends = 0
        return done, uids

    def _fetched(
        self, connection: ImapConnection, folder: str, state: FolderState, lot: Sequence[Listed]
    ) -> tuple[dict[int, bytes], dict[int, Left]]:
        """The mails of a handful; and those that stay where they are, with their headers and a sentence why."""
        left: dict[int, Left] = {}
        place = (folder, state.uidvalidity, lot[0].uid)
        if self._ended_at == place and self._ends >= GIVE_UP_AFTER:
            words = f"The connection ended {self._ends} times in a row while it was fetched."
            return {}, {lot[0].uid: Left(b"", words)}
        limit = self._settings.max_size
        wanted = [mail.uid for mail in lot if mail.size <= limit]
        try:
            for mail in lot:
                if mail.size > limit:
                    left[mail.uid] = Left(self._header(connection, mail.uid), _too_large(mail.size, limit), mail.size)
            mails = self._one_by_one(connection, wanted, left)
        except ImapError as error:
            if error.lost:
                self._ends = self._ends + 1 if self._ended_at == place else 1
                self._ended_at = place
            raise
        for uid in [uid for uid, raw in mails.items() if len(raw) > limit]:
            raw = mails.pop(uid)  # the server had stated another size
            left[uid] = Left(_header_of(raw), _too_large(len(raw), limit), len(raw))
        return mails, left

    def _one_by_one(self, connection: ImapConnection, uids: Sequence[int], left: dict[int, Left]) -> dict[int, bytes]:
        """All at once; where the server refuses that, each by itself, and what it refuses then is left."""
        if not uids:
            return {}
        try:
            return connection.fetch(uids)
        except ImapError as error:
            if error.lost:
                raise
        mails: dict[int, bytes] = {}
        for uid in uids:
            try:
                mails |= connection.fetch([uid])
            except ImapError as error:
                if error.lost:
                    raise
                left[uid] = Left(self._header(connection, uid), f"The server does not hand it over. {error}")
        return mails

    @staticmethod
    def _header(connection: ImapConnection, uid: int) -> bytes:
        try:
            return _header_of(connection.fetch_headers([uid]).get(uid, b""))
        except ImapError as error:
            if error.lost:
                raise
            return b""

    def _draft(self, folder: str, state: FolderState, uid: int, raw: bytes) -> Draft:
        envelope = self._envelope(folder, state, uid)
        return self._attribute(Draft(kind="mail", route=route_of(self._name), envelope=envelope, body=raw))

    def _draft_of_left(self, folder: str, state: FolderState, uid: int, left: Left) -> Draft:
        """A mail that stays in the mailbox is an input all the same: it goes to quarantine with this sentence."""
        named = header_fields(left.header, ("from", "subject"))
        told = " ".join(f"{name.title()}: {value.decode('utf-8', 'replace')[:200]}." for name, value in named.items())
        place = f"A mail in {folder} of the mailbox {self._name} (UID {uid})"
        why = f"{place} was not taken. {left.words} It stays there. {told}"
        envelope = {**self._envelope(folder, state, uid), "not_fetched": why.strip()}
        if left.too_large is not None:
            envelope["too_large"] = left.too_large
        return Draft(kind="mail", route=route_of(self._name), envelope=envelope, body=left.header)

    def _envelope(self, folder: str, state: FolderState, uid: int) -> dict[str, object]:
        address = self._settings.own_address()
        return {
            "mailbox": self._name,
            "folder": folder,
            "uidvalidity": state.uidvalidity,
            "uid": uid,
            "rcpt_to": [address] if address else [],
        }

    # --- afterwards ---

    def _settled(self, connection: ImapConnection, folder: str, cursor: Cursor) -> Cursor:
        """Flag or move what is in the journal and has not been yet."""
        if not cursor.unsettled:
            return cursor
        self._finish(connection, cursor.unsettled)
        done = replace(cursor, unsettled=())
        self._store.keep(folder, done)
        return done

    def _finish(self, connection: ImapConnection, uids: Sequence[int]) -> None:
        if not uids or self._settings.after == "leave":
            return
        if self._settings.after == "move":
            connection.move(uids, self._settings.move_to)
        else:
            connection.mark_seen(uids)

    def _recovered(self, folder: str, cursor: Cursor, after: int) -> Cursor:
        """Something ended while a handful was taken: the journal says whether it is in there."""
        found = list(self._handful_after(folder, after))
        done = replace(cursor, intent_after=None, intent_through=None)
        same = [item for item in found if item.envelope.get("uidvalidity") == cursor.uidvalidity]
        if same and cursor.intent_through is not None:
            taken = [int(item.envelope["uid"]) for item in same if "not_fetched" not in item.envelope]
            unsettled = (*cursor.unsettled, *taken) if self._settings.after != "leave" else ()
            done = replace(done, next_uid=cursor.intent_through + 1, unsettled=unsettled[-MOST_UNSETTLED:])
        whole = [item for item in found if item.body is not None and "not_fetched" not in item.envelope]
        marks = {digest_of_mail(item.body): key_of(item.body) for item in whole if item.body is not None}
        self._store.keep(folder, done, marks, len(whole), self._clock())
        if found:
            log.info("mailbox %s: %d mails of %s were in the journal already", self._name, len(found), folder)
        return done

    def _handful_after(self, folder: str, position: int) -> Iterator[Input]:
        """The inputs of the first handful of this folder after a position: they were appended together."""

        def is_ours(item: Input) -> bool:
            return item.route == route_of(self._name) and item.envelope.get("folder") == folder

        begun = False
        while items := self._journal.read(position, _READ_BACK):
            position = items[-1].position
            ours = [item for item in items if is_ours(item)] if not begun else list(takewhile(is_ours, items))
            yield from ours
            if (begun or ours) and (not ours or items[-1] != ours[-1]):
                return
            begun = begun or bool(ours)


def _too_large(size: int, limit: int) -> str:
    return f"It has {size / 1_048_576:.1f} MB, and max_size is {limit / 1_048_576:.1f} MB."


def _header_of(raw: bytes) -> bytes:
    end = min((place for mark in (b"\r\n\r\n", b"\n\n") if (place := raw.find(mark)) >= 0), default=len(raw))
    return raw[: min(end, HEADER_BYTES)]
