"""Where the desk's mail arrives: it is leased, rendered and marked by the real outbox, and read here."""

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import msgspec
import sqlalchemy as sa

from correlate.records import Outgoing
from desk import tables
from desk.clock import Clock
from desk.rendering import House, Renderer


class SentMail:
    """A mail as its reader sees it, and what the desk knows of it."""

    def __init__(self, outgoing: Outgoing, mail: EmailMessage) -> None:
        self.kind = outgoing.kind
        self.to = outgoing.to
        self.about = outgoing.about or ""
        self.subject = str(mail["Subject"])
        self._mail = mail
        body = mail.get_body(("plain",))
        assert body is not None
        self.text = str(body.get_content())

    def header(self, name: str) -> str:
        return str(self._mail[name])

    def __repr__(self) -> str:
        return f"<{self.kind} to {self.to}: {self.subject!r}>"


class PostOffice:
    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._renderer = Renderer(House(desk_name="Fernhill IT", address="help@fernhill.example", public_url=None))
        self._unread: list[SentMail] = []

    def deliver(self) -> list[int]:
        """Everything that is due leaves."""
        o = tables.outbox
        with self._engine.begin() as connection:
            rows = connection.execute(sa.select(o.c.id, o.c.body).where(o.c.status == "due").order_by(o.c.id)).all()
            connection.execute(sa.update(o).where(o.c.status == "due").values(status="sent"))
        for row in rows:
            outgoing = msgspec.json.decode(row.body, type=Outgoing)
            mail = EmailMessage(policy=policy.SMTP)
            mail["Subject"] = outgoing.subject
            mail["Message-ID"] = outgoing.message_id
            mail["In-Reply-To"] = outgoing.in_reply_to
            mail["References"] = " ".join(outgoing.references)
            mail["Auto-Submitted"] = "auto-replied"
            mail.set_content(self._renderer.render(outgoing).text)
            parsed: Any = message_from_bytes(mail.as_bytes(), policy=policy.default)
            self._unread.append(SentMail(outgoing, parsed))
        return []

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
