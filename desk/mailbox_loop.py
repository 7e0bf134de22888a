"""The threads that read mailboxes: one for each, in the worker, until the desk stops.

Of the first folder the server tells when something comes (IDLE), the others are looked at in between. A connection that
ends is made again after a pause that grows with each failure.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import exc

from desk.attribution import attributed
from desk.config import Settings
from desk.database import is_passing
from desk.mailbox_reader import Attribute, MailboxReader
from desk.mailbox_settings import MailboxSettings, route_of
from desk.mailbox_store import Health, MailboxStore
from desk.mailbox_tokens import Secrets
from desk.plus_addresses import PlusAddresses, secret_in
from desk.rspamd import asking
from ingest.event import Command
from ingest.imap import Account, ImapConnection, ImapError
from ingest.imap_cursor import pause
from ingest.journal import Journal, NotDurableError
from ingest.normalize import draft_of

log = logging.getLogger(__name__)

FAILING, WELL = "mailbox-failing", "mailbox-well"
ACTOR = "desk"
REMEMBERED = timedelta(days=90)
"""How long a mail is known again that somebody moves away and back."""
STOP_SECONDS = 5.0
OUR_PAUSE_SECONDS = 5.0
"""How long to wait where our own journal or database is the trouble."""


class MailboxLoop:
    """All mailboxes of the settings. Runs in a thread of its own until `stop` is set. `chance` gives 0 to 1."""

    def __init__(
        self,
        engine: sa.Engine,
        settings: Settings,
        clock: Callable[[], datetime],
        stop: threading.Event,
        journal: Journal,
        attribute: Attribute = lambda draft: draft,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._stop = stop
        self._watches = [
            MailboxWatch(name, mailbox, settings, engine, journal, clock, stop, attribute, chance)
            for name, mailbox in settings.mailboxes.items()
        ]

    def run(self) -> None:
        threads = [
            threading.Thread(target=watch.run, name=f"mailbox-{watch.name}", daemon=True) for watch in self._watches
        ]
        for thread in threads:
            thread.start()
        self._stop.wait()
        end = time.monotonic() + STOP_SECONDS
        for thread in threads:  # one that waits for a server that does not answer ends with the process
            thread.join(max(0.0, end - time.monotonic()))


class MailboxWatch:
    """One mailbox: connects, reads, waits, and says how it is."""

    def __init__(
        self,
        name: str,
        mailbox: MailboxSettings,
        settings: Settings,
        engine: sa.Engine,
        journal: Journal,
        clock: Callable[[], datetime],
        stop: threading.Event,
        attribute: Attribute,
        chance: Callable[[], float],
    ) -> None:
        self.name = name
        self._mailbox = mailbox
        self._journal = journal
        self._clock = clock
        self._stop = stop
        self._chance = chance
        self._store = MailboxStore(engine, name)
        self._account = account_of(name, mailbox, settings)
        self._reader = MailboxReader(name, mailbox, self._store, journal, clock, attribute)
        self._health: Health | None = None
        self._failures = 0
        self._refused_logins = 0

    def run(self) -> None:
        """Nothing that happens here ends the desk, or another mailbox."""
        while not self._stop.is_set():
            try:
                health = self._of_health()
                try:
                    self._serve(health)
                except ImapError as error:
                    self._failed(health, error)
            except (NotDurableError, exc.DBAPIError) as error:
                if isinstance(error, exc.DBAPIError) and not is_passing(error):
                    log.exception("mailbox %s: the database refused", self.name)
                else:
                    log.warning("mailbox %s waits for the desk's own storage: %s", self.name, error)
                self._stop.wait(OUR_PAUSE_SECONDS)
            except Exception:  # whatever it is, the thread has to outlive it
                log.exception("mailbox %s: reading it failed", self.name)
                self._unforeseen()
                self._stop.wait(OUR_PAUSE_SECONDS)

    def _of_health(self) -> Health:
        if self._health is None:
            condition = self._store.connect(self._mailbox.username or "", self._clock())
            self._health = Health(self._store, condition, self._clock)
        return self._health

    def _serve(self, health: Health) -> None:
        """One connection, until the desk stops or the connection ends."""
        connection = ImapConnection(self._account)
        try:
            if self._mailbox.after == "move":
                connection.make_folder(self._mailbox.move_to)
            can_idle = self._mailbox.idle and connection.can_idle
            self._refused_logins = 0
            self._store.forget(self._clock() - REMEMBERED)
            while not self._stop.is_set():
                troubles = self._look(connection)
                if troubles:
                    health.failed(" ".join(troubles))
                else:
                    self._failures = 0
                    health.well()
                self._tell(health)
                self._wait(connection, can_idle and not troubles)
        finally:
            connection.close()

    def _look(self, connection: ImapConnection) -> list[str]:
        """Read every folder; a folder that cannot be read holds up no other. Returns what was wrong, as sentences."""
        troubles = []
        for folder in self._mailbox.folders:
            try:
                count = self._reader.read(connection, folder)
            except ImapError as error:
                if error.lost:
                    raise
                log.warning("mailbox %s, %s: %s", self.name, folder, error)
                troubles.append(str(error))
            else:
                if count:
                    log.info("mailbox %s: %d mails from %s", self.name, count, folder)
        return troubles

    def _wait(self, connection: ImapConnection, can_idle: bool) -> None:
        if not can_idle:
            self._stop.wait(self._mailbox.poll)
            return
        first = self._mailbox.folders[0]
        if len(self._mailbox.folders) > 1:
            state = connection.open_folder(first, readonly=self._mailbox.after == "leave")
            cursor = self._store.cursor(first)
            if cursor is not None and state.uidnext > cursor.next_uid:
                return
        connection.wait_for_news(self._mailbox.poll, self._stop.is_set)

    # --- when it fails ---

    def _failed(self, health: Health, error: ImapError) -> None:
        self._failures += 1
        refused = error.trouble == "login"
        self._refused_logins = self._refused_logins + 1 if refused else 0
        seconds = pause(self._refused_logins or self._failures, login=refused, chance=self._chance())
        level = logging.WARNING if self._failures in (1, 5) or self._failures % 20 == 0 else logging.INFO
        log.log(level, "mailbox %s: %s (again in %.0f s)", self.name, error, seconds)
        if self._failures > 1 or error.trouble not in ("lost", "unreachable"):
            health.failed(str(error))  # a connection that ends now and then is nothing to tell
        until = time.monotonic() + seconds
        while not self._stop.is_set() and (left := until - time.monotonic()) > 0:
            self._tell(health)
            self._stop.wait(min(left, 1.0))

    def _unforeseen(self) -> None:
        """An error of our own is no reason to be silent."""
        try:
            health = self._of_health()
            health.failed("Reading it failed for a reason that nobody foresaw: the log has it.")
            self._tell(health)
        except (NotDurableError, exc.DBAPIError) as error:
            log.warning("mailbox %s waits for the desk's own storage: %s", self.name, error)

    def _tell(self, health: Health) -> None:
        """Whom to write is decided where everything is: this only puts the fact into the journal."""
        condition = health.condition
        since = condition.failing_since.isoformat() if condition.failing_since is not None else None
        if health.untold(timedelta(seconds=self._mailbox.tell_after)):
            self._state(FAILING, since=since, trouble=condition.trouble, host=self._mailbox.server())
            health.told()
        elif health.recovered:
            self._state(WELL, since=since, host=self._mailbox.server())
            health.told_recovered()

    def _state(self, action: str, **arguments: object) -> None:
        command = Command(action=action, actor=ACTOR, subject=self.name, arguments=arguments)
        self._journal.append([draft_of(command, route_of(self.name))], self._clock())


def marking(settings: Settings, engine: sa.Engine) -> Attribute:
    """What the door for SMTP asks about a mail is asked here too: what a key in it proves, and whether it is spam."""
    keys = PlusAddresses(settings.desk.address, secret_in(settings.data_dir))
    asked = asking(settings.spam)
    return lambda draft: asked(attributed(draft, engine, keys))


def account_of(name: str, mailbox: MailboxSettings, settings: Settings) -> Account:
    """How the door logs in to a mailbox."""
    return Account(
        host=mailbox.server(),
        port=mailbox.port,
        security=mailbox.security,
        username=mailbox.username or "",
        login=mailbox.login,
        secret=Secrets(name, mailbox, settings.data_dir).ask,
        ca_file=mailbox.ca_file,
        timeout=mailbox.timeout,
    )
