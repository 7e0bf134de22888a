"""Where the desk's mail arrives: leased, made and marked by the real outbox, and read here as its readers would."""

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

import sqlalchemy as sa

from correlate.identity import known_as
from desk import tables
from desk.clock import Clock
from desk.config import Settings
from desk.plus_addresses import PlusAddresses
from desk.postman import Postman
from desk.replies import Composer, Letter
from desk.smtp_out import Handed
from ingest.event import Draft

KEYS = PlusAddresses("help@fernhill.example", b"the secret of this desk")


class SentMail:
    """A mail as its reader sees it, and what the desk says that it is."""

    def __init__(self, letter: Letter) -> None:
        self.mail = message_from_bytes(letter.message, EmailMessage, policy=policy.default)
        self.to = letter.rcpt_to
        self.kind = ""
        self.about = ""
        self.subject = str(self.mail["Subject"])
        body = self.mail.get_body(("plain",))
        assert body is not None
        self.text = str(body.get_content())

    def header(self, name: str) -> str:
        return str(self.mail[name] or "")

    def __repr__(self) -> str:
        return f"<{self.kind} to {self.to}: {self.subject!r}>"


class PostOffice:
    """`is_down` makes every delivery fail for the time being, as a dead mail server would."""

    def __init__(self, engine: sa.Engine, settings: Settings, clock: Clock) -> None:
        self._engine = engine
        self._unread: list[SentMail] = []
        self._postman = Postman(engine, Composer(settings, KEYS), self, clock)
        self.is_down = False

    def remember(self, other: "PostOffice") -> None:
        """What nobody has read there, nobody has read here."""
        self._unread, self.is_down = list(other._unread), other.is_down

    def hand(self, letter: Letter) -> Handed:
        if self.is_down:
            return Handed("unreached", "the mail server does not answer", down=True)
        self._unread.append(SentMail(letter))
        return Handed("sent", "250 ok")

    def close(self) -> None:
        """Nothing to close."""

    def deliver(self) -> list[Draft]:
        """Everything that is due leaves; returns what the journal has to hear of it."""
        before = len(self._unread)
        reports = self._postman.deliver()
        o = tables.outbox
        with self._engine.connect() as connection:
            for mail in self._unread[before:]:
                known = sa.select(o.c.kind, o.c.about).where(
                    o.c.message_id == known_as(mail.header("Message-ID").strip("<>"))
                )
                mail.kind, mail.about = connection.execute(known).one()
        return reports

    def unread(self, deliver: Callable[[], None]) -> list[SentMail]:
        deliver()
        return list(self._unread)

    def expect(self, deliver: Callable[[], None], to: str, kind: str | None, *words: str) -> SentMail:
        deliver()
        fitting = [
            mail
            for mail in self._unread
            if mail.to == to
            and kind in (None, mail.kind)
            and all(word in mail.subject or word in mail.text for word in words)
        ]
        assert len(fitting) == 1, f"{len(fitting)} mails of kind {kind} to {to} with {words}; unread: {self._unread}"
        self._unread.remove(fitting[0])
        return fitting[0]

    def take(self, deliver: Callable[[], None], to: str | None) -> list[SentMail]:
        deliver()
        taken = [mail for mail in self._unread if to in (None, mail.to)]
        self._unread = [mail for mail in self._unread if mail not in taken]
        return taken
