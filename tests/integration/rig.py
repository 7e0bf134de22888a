"""A journal and a processor without doors or threads: inputs are appended, then processed when the test says so."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from classify.classification import Model
from desk.classifying import always
from desk.clock import MovableClock
from desk.database import migrate, open_database
from desk.digest import digest
from desk.processor import Processor
from desk.reader import InProcessReader, Reader
from ingest.event import Command, Configured, Draft
from ingest.journal import Journal
from ingest.journal_sql import open_journal
from ingest.normalize import Stated, draft_of

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DESK = "servicedesk@example.com"
POLICY: Mapping[str, Any] = {
    "address": DESK,
    "own_addresses": [DESK],
    "own_domains": ["example.com"],
    "message_id_domain": "desk.example.com",
    "services": [{"name": "shop", "resources": ["shop-*"], "owner": "shop-team@example.com"}],
    "observing": ["hook:new"],
}


class Urls(NamedTuple):
    journal: str
    database: str


class Rig:
    """`now` is the time at which the next input is accepted; `pass_time` moves it."""

    def __init__(self, urls: Urls, *, reader: Reader | None = None, model: Model | None = None) -> None:
        self.urls = urls
        self.clock = MovableClock(START)
        self.journal: Journal = open_journal(urls.journal)
        self.engine: sa.Engine = open_database(urls.database)
        migrate(self.engine)
        self.reader = reader or InProcessReader()
        self.model = model

    # --- inputs ---

    def accept(self, *drafts: Draft) -> int:
        """Append; returns the last position."""
        return self.journal.append(drafts, self.clock())[-1]

    def accept_at(self, at: datetime, draft: Draft) -> int:
        """Append one input at a time of its own, from which on the clock goes on."""
        self.clock.move_to(at)
        return self.journal.append([draft], at)[-1]

    def pass_time(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))

    def configure(self, **changed: Any) -> int:
        return self.accept(draft_of(Configured(settings={**POLICY, **changed}), "config"))

    def mail(self, sender: str, subject: str, text: str, *, message_id: str | None = None, **fields: str) -> int:
        return self.accept(mail_draft(sender, subject, text, message_id=message_id, **fields))

    def alerts(self, *names: str, status: str = "firing", hook: str = "prod") -> int:
        return self.accept(post_draft(names, status=status, hook=hook))

    def command(self, action: str, subject: str | None, **arguments: Any) -> int:
        return self.state(Command(action=action, actor="kim", subject=subject, arguments=arguments), "web")

    def state(self, event: Stated, route: str) -> int:
        return self.accept(draft_of(event, route))

    # --- processing ---

    @contextmanager
    def processor(self, **options: Any) -> Iterator[Processor]:
        options = {"models": always(self.model), "reader": self.reader, "clock": self.clock, **options}
        processor = Processor(self.journal, self.engine, **options)
        processor.start()
        yield processor
        processor.close()

    def process(self, **options: Any) -> int:
        """Everything that is in the journal; returns the position reached."""
        with self.processor(**options) as processor:
            processor.run_until(self.journal.head().position)
            return processor.position

    # --- results ---

    def digest(self) -> str:
        with self.engine.connect() as connection:
            return digest(connection)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    def value(self, query: str) -> Any:
        ((found,),) = self.rows(query)
        return found

    def close(self) -> None:
        self.reader.close()
        self.journal.close()
        self.engine.dispose()


@contextmanager
def a_rig(urls: Urls, **options: Any) -> Iterator[Rig]:
    rig = Rig(urls, **options)
    try:
        yield rig
    finally:
        rig.close()


def mail_draft(sender: str, subject: str, text: str, *, message_id: str | None = None, **fields: str) -> Draft:
    """A plain mail to the desk; `fields` are further header fields, with _ for -."""
    lines = [f"From: {sender}", f"To: {DESK}", f"Subject: {subject}"]
    if message_id:
        lines.append(f"Message-ID: <{message_id}>")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    raw = "\r\n".join([*lines, "", text, ""]).encode()
    return Draft(kind="mail", route=DESK, envelope={"mail_from": sender, "rcpt_to": [DESK]}, body=raw)


def post_draft(names: Sequence[str], *, status: str = "firing", hook: str = "prod") -> Draft:
    """An Alertmanager post with one alert for each name."""
    alerts = [
        {
            "status": status,
            "labels": {"alertname": "InstanceDown", "instance": f"{name}:9100", "severity": "critical"},
            "annotations": {"summary": f"{name} is down"},
            "startsAt": "2026-03-02T08:00:00Z",
            "endsAt": "2026-03-02T09:00:00Z" if status == "resolved" else "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.example.com/graph",
            "fingerprint": f"{abs(hash_of(name)):016x}",
        }
        for name in names
    ]
    body = {
        "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": status, "receiver": "desk",
        "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://am.example.com",
        "alerts": alerts,
    }  # fmt: skip
    envelope = {"tool": "alertmanager", "hook": hook, "content_type": "application/json"}
    return Draft(kind="webhook", route=f"hook:{hook}", envelope=envelope, body=json.dumps(body).encode())


def hash_of(name: str) -> int:
    """A number that is the same in every run."""
    return int.from_bytes(name.encode()[-7:].rjust(7), "big")
