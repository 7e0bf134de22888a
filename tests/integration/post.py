"""A mail server for tests (aiosmtpd) that can fail, stall, refuse and ask for a login; an outbox with mails in it."""

import asyncio
import ssl
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from correlate.records import Outgoing
from desk.config import Settings
from desk.config_file import parse_settings
from desk.database import open_database, writing
from desk.delivery import DeliveryLoop
from desk.delivery_log import Attempt, attempts_at
from desk.outbox import TEMPLATE_TROUBLE
from desk.tables import outbox, state
from ingest.event import Input
from ingest.journal_sql import open_journal
from tests.free_ports import free_port
from tests.integration.running_desk import until
from tests.prepared import prepare_sqlite

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class MailServer:
    """Takes mail on a port of its own. What a test puts into `answers` is said instead of 250, once each."""

    def __init__(
        self, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None, utf8: bool = True
    ) -> None:
        self.port = free_port()
        self.arrived: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.sessions: set[int] = set()
        self.at_once = 0
        self.most_at_once = 0
        self.answers: deque[str] = deque()
        self.refused: dict[str, str] = {}
        self.stall: threading.Event | None = None
        self._tls = tls
        self._login = login
        self._utf8 = utf8
        self._controller: Controller | None = None

    def start(self) -> None:
        options: dict[str, Any] = {"hostname": "127.0.0.1", "port": self.port, "enable_SMTPUTF8": self._utf8}
        if self._tls is not None:
            options["tls_context"] = self._tls
        if self._login is not None:
            options |= {"authenticator": self._authenticate, "auth_required": True, "auth_require_tls": True}
        self._controller = Controller(self, **options)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        assert self._login is not None
        right = (data.login, data.password) == tuple(word.encode() for word in self._login)
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.sessions.add(id(session))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            while self.stall is not None and not self.stall.is_set():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            if self.answers:
                answer = self.answers.popleft()
                if answer == "hang up":
                    server.transport.abort()
                return answer
            content = envelope.content
            assert isinstance(content, bytes)
            self.arrived.append(message_from_bytes(content, policy=policy.default))
            self.envelopes.append(envelope)
            return f"250 2.0.0 queued as {len(self.arrived)}"
        finally:
            self.at_once -= 1


class Desk:
    """An outbox, a journal, and the delivery loop in a thread, on a clock that the test moves."""

    def __init__(self, folder: Path, clock: Any, **delivery: Any) -> None:
        self.clock = clock
        prepare_sqlite(folder)
        self.engine = open_database(f"sqlite:///{folder}/desk.db")
        self.journal = open_journal(f"sqlite:///{folder}/journal.db")
        raw = {"desk": {"name": "IT Desk", "address": "it@example.com"}, "delivery": delivery}
        self.settings: Settings = parse_settings({**raw, "storage": {"data_dir": str(folder)}}, folder)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def deliver_with(self, **changed: Any) -> None:
        """Other settings of `[delivery]`, for the next start."""
        delivery = msgspec.structs.replace(self.settings.delivery, **changed)
        self.settings = msgspec.structs.replace(self.settings, delivery=delivery)

    def due(self, to: str = "ana@example.com", **changes: Any) -> int:
        """A mail is due."""
        with writing(self.engine) as connection:
            count = connection.execute(sa.select(sa.func.count()).select_from(outbox)).scalar_one() + 1
            facts = {"number": f"INC-{count}", "title": "No network"}
            mail = Outgoing(
                message_id=f"ack.{count}@example.com", kind="acknowledgement", to=to, about=f"INC-{count}",
                subject=f"[INC-{count}] No network", template="acknowledgement", facts=facts,
            )  # fmt: skip
            mail = msgspec.structs.replace(mail, **changes)
            row: dict[str, Any] = {
                "message_id": mail.message_id, "kind": mail.kind, "to": mail.to, "about": mail.about,
                "subject": mail.subject, "created_at": self.clock(), "position": 1, "status": "due", "attempts": 0,
                "next_at": self.clock(), "rule": "test", "evidence": "{}", "body": msgspec.json.encode(mail).decode(),
            }  # fmt: skip
            return int(connection.execute(sa.insert(outbox).values(row)).inserted_primary_key[0])

    def row(self, outbox_id: int) -> Mapping[str, Any]:
        with self.engine.connect() as connection:
            return connection.execute(sa.select(outbox).where(outbox.c.id == outbox_id)).mappings().one()

    def trouble_of_templates(self) -> str | None:
        """What the health page says of them."""
        query = sa.select(state.c.value).where(state.c.name == TEMPLATE_TROUBLE)
        with self.engine.connect() as connection:
            value = connection.execute(query).scalar_one_or_none()
        return None if value is None else msgspec.json.decode(value)

    def statuses(self) -> list[str]:
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(outbox.c.status).order_by(outbox.c.id)).scalars())

    def reports(self) -> list[dict[str, Any]]:
        inputs: list[Input] = self.journal.read(0, 10_000)
        return [msgspec.json.decode(item.body or b"") for item in inputs]

    def start(self) -> DeliveryLoop:
        self._stop = threading.Event()
        loop = DeliveryLoop(self.engine, self.settings, self.clock, self._stop, self.journal)
        self._thread = threading.Thread(target=loop.run)
        self._thread.start()
        return loop

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def close(self) -> None:
        self.stop()
        self.journal.close()
        self.engine.dispose()

    def until_deferred(self, outbox_id: int) -> Mapping[str, Any]:
        """Wait until the server could not be asked."""
        until(lambda: self.row(outbox_id)["answer"] and self.row(outbox_id)["status"] == "due")
        return self.row(outbox_id)

    def attempts(self, outbox_id: int) -> Sequence[Attempt]:
        """The log of one mail."""
        with self.engine.connect() as connection:
            return attempts_at(connection, [outbox_id]).get(outbox_id, ())

    def until_answered(self, outbox_id: int, attempts: int) -> Mapping[str, Any]:
        """Wait for so many attempts at a mail."""
        until(lambda: self.row(outbox_id)["attempts"] >= attempts and self.row(outbox_id)["status"] != "sending")
        return self.row(outbox_id)
