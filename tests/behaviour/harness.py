"""A whole desk on a movable clock: the real journal, reader, model, rules, tables, templates and outbox.

What happens is written as a user would tell it: a mail comes, an alert fires, an hour passes, somebody gets a mail.
When the test ends, every mail that left the desk must have been expected.
"""

import itertools
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from classify.classification import Model
from correlate.policy import Policy
from correlate.reasons import sentence
from correlate.records import Reason
from correlate.rules import Rule, plain
from desk import tables
from desk.attribution import attributed
from desk.clock import MovableClock
from desk.config_sections import StorageSettings
from desk.database import migrate, open_database
from desk.learning.inputs import Example, examples_command
from desk.learning.material import Material, gather
from desk.learning.nightly import is_due
from desk.learning.round import Round
from desk.learning.shelf import in_force, model_for, put
from desk.learning.trial import Trial
from desk.processor import Processor
from desk.reader import InProcessReader
from desk.store import MODEL_TROUBLE, read_state
from ingest.event import Command, Configured, Draft, ModelInForce, Tick
from ingest.journal import Journal
from ingest.journal_sql import open_journal
from ingest.mapping_edit import MappingEdit
from ingest.normalize import draft_of
from ingest.rule import RuleEdit
from tests.behaviour.company import ADDRESS, company_policy, company_settings
from tests.behaviour.knowledge import Knowledge
from tests.behaviour.post_office import KEYS, PostOffice, SentMail
from tests.behaviour.receiver import Receiver

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday


class Desk(Knowledge):
    """One desk. `database` is None for SQLite in the folder, or a PostgreSQL URL; both are empty, or copies of those of
    `goes_on_from`, a desk that was closed: this one goes on where that one stopped."""

    def __init__(
        self,
        folder: Path,
        database: str | None,
        model: Model | None,
        *,
        goes_on_from: "Desk | None" = None,
        **policy_changes: Any,
    ) -> None:
        self.clock = MovableClock(START if goes_on_from is None else goes_on_from.now)
        self._serial = itertools.count(1)
        self.settings = replace(company_settings(), storage=StorageSettings(data_dir=str(folder)))
        self._journal = open_journal(database or f"sqlite:///{folder}/journal.db", durable=False)
        self._engine = open_database(database or f"sqlite:///{folder}/desk.db", durable=False)
        migrate(self._engine)
        self._model = model
        self._post_office = PostOffice(self._engine, company_settings(), self.clock)
        self.receiver = Receiver(self._engine, self.clock)
        self._starts: dict[tuple[str, str], datetime] = {}
        self.last_message_id = ""
        self.last_mail = EmailMessage()
        self._start_processor()
        if goes_on_from is not None:
            self._remember(goes_on_from)
            return
        self._policy = msgspec.structs.replace(company_policy(), **policy_changes)
        self._accept(draft_of(Configured(settings=msgspec.to_builtins(self._policy)), "config"))
        if model is not None:
            self._accept(draft_of(ModelInForce(digest=model.digest), "config"))

    def _start_processor(self) -> None:
        self._processor = Processor(self._journal, self._engine, self._model_of, InProcessReader(), clock=self.clock)
        self._processor.start()

    def _remember(self, other: "Desk") -> None:
        """What the test knew of the other desk, it knows of this one."""
        self._serial, self._policy, self._starts = copy(other._serial), other._policy, dict(other._starts)
        self.last_message_id, self.last_mail = other.last_message_id, other.last_mail
        self._post_office.remember(other._post_office)

    def _model_of(self, digest: str | None) -> Model | None:
        if self._model is None or digest == self._model.digest:
            return self._model
        return model_for(self._engine, self.settings, digest)

    def restart(self) -> None:
        """Stop and start the worker: what it keeps in memory is gone."""
        self._processor.close()
        self._start_processor()

    def close(self) -> None:
        self._processor.close()
        self._journal.close()
        self._engine.dispose()

    def assert_no_unexpected_mail(self) -> None:
        unread = self._post_office.unread(self._deliver)
        assert not unread, "nobody expected: " + "; ".join(f"{m.kind} to {m.to}: {m.subject}" for m in unread)
        assert not self.receiver.posts, f"nobody expected these posts: {self.receiver.posts}"

    @property
    def database(self) -> sa.Engine:
        return self._engine

    @property
    def journal(self) -> Journal:
        return self._journal

    # --- what happens ---

    @property
    def now(self) -> datetime:
        return self.clock()

    def _accept(self, draft: Draft) -> int:
        (position,) = self._journal.append([draft], self.clock())
        self._processor.run_until(position)
        return position

    def _deliver(self) -> None:
        for report in [*self._post_office.deliver(), *self.receiver.deliver()]:
            self._accept(report)

    def configure(self, **changes: Any) -> None:
        """The administrator changes the configuration."""
        self._policy = msgspec.structs.replace(self._policy, **changes)
        self._accept(draft_of(Configured(settings=msgspec.to_builtins(self._policy)), "config"))

    def advance(self, by: timedelta) -> None:
        """Time passes: whatever falls due is decided at its own time, and mail is delivered as it becomes due."""
        end = self.clock() + by
        while (due := self._processor.next_due()) is not None and due <= end:
            self.clock.move_to(due)
            self._accept(draft_of(Tick(), "clock"))
            self._deliver()
        self.clock.move_to(end)
        self._deliver()

    def mail(
        self,
        sender: str,
        subject: str,
        text: str,
        *,
        to: str = ADDRESS,
        cc: str | None = None,
        message_id: str | None = None,
        in_reply_to: str | None = None,
        references: str | None = None,
        auto_submitted: str | None = None,
        headers: Mapping[str, str] | None = None,
        envelope: Mapping[str, Any] | None = None,
    ) -> int:
        """Somebody writes to the desk; returns the journal position."""
        mail = EmailMessage()
        mail["From"] = f"{sender.split('@', maxsplit=1)[0].title()} <{sender}>"
        mail["To"] = to
        if cc:
            mail["Cc"] = cc
        mail["Subject"] = subject
        mail["Date"] = format_datetime(self.now)
        self.last_message_id = message_id or f"<m{next(self._serial)}@{sender.partition('@')[2]}>"
        mail["Message-ID"] = self.last_message_id
        if in_reply_to:
            mail["In-Reply-To"] = in_reply_to
            mail["References"] = references or in_reply_to
        if auto_submitted:
            mail["Auto-Submitted"] = auto_submitted
        for name, value in (headers or {}).items():
            mail[name] = value
        mail.set_content(text)
        self.last_mail = mail
        return self.raw_mail(mail.as_bytes(policy=policy.SMTP), sender=sender, to=to, envelope=envelope)

    def raw_mail(self, raw: bytes, *, sender: str, to: str = ADDRESS, envelope: Mapping[str, Any] | None = None) -> int:
        envelope = {"mail_from": sender, "rcpt_to": [to], "peer": "127.0.0.1", **(envelope or {})}
        draft = Draft(kind="mail", route=to, envelope=envelope, body=raw)
        return self._accept(attributed(draft, self._engine, KEYS))

    def flood(self, raws: Sequence[bytes]) -> None:
        """So many mails at once."""
        envelope = {"mail_from": "", "rcpt_to": [ADDRESS], "peer": "127.0.0.1"}
        drafts = [Draft(kind="mail", route=ADDRESS, envelope=envelope, body=raw) for raw in raws]
        self._processor.run_until(self._journal.append(drafts, self.clock())[-1])

    def reply(self, sender: str, to: SentMail, text: str, *, subject: str | None = None, **more: Any) -> int:
        """Answer a mail of the desk, with its text quoted beneath as mail programs do."""
        quoted = "\n".join(f"> {line}" for line in to.text.splitlines())
        body = f"{text}\n\nOn {format_datetime(self.now)}, Fernhill IT wrote:\n{quoted}\n"
        return self.mail(sender, subject or f"Re: {to.subject}", body, in_reply_to=to.header("Message-ID"), **more)

    def post(self, tool: str, body: bytes | dict[str, Any] | list[dict[str, Any]]) -> int:
        """A tool posts to its hook."""
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        envelope = {"tool": tool, "hook": tool, "content_type": "application/json"}
        return self._accept(Draft(kind="webhook", route=f"hook:{tool}", envelope=envelope, body=raw))

    @staticmethod
    def alertmanager_alert(
        name: str, host: str, *, severity: str = "critical", starts: datetime = START, ends: datetime | None = None
    ) -> dict[str, Any]:
        return {
            "status": "resolved" if ends else "firing",
            "labels": {"alertname": name, "instance": f"{host}:9100", "severity": severity},
            "annotations": {"summary": f"{name} on {host}"},
            "startsAt": starts.isoformat(),
            "endsAt": ends.isoformat() if ends else "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.fernhill.example/graph",
        }

    @staticmethod
    def alertmanager_group(alerts: list[dict[str, Any]]) -> dict[str, Any]:
        firing = any(alert["status"] == "firing" for alert in alerts)
        return {
            "version": "4", "groupKey": "{}:{}", "receiver": "desk", "status": "firing" if firing else "resolved",
            "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://am.fernhill.example",
            "alerts": alerts,
        }  # fmt: skip

    def alertmanager(self, name: str, host: str, **more: Any) -> dict[str, Any]:
        return self.alertmanager_group([self.alertmanager_alert(name, host, **more)])

    def labelled(self, *, ends: bool = False, since: timedelta = timedelta(), **labels: str) -> dict[str, Any]:
        """A post with one alert of these labels, critical unless they say otherwise."""
        labels.setdefault("severity", "critical")
        name = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
        starts = self._starts.setdefault((name, ""), self.now - since)
        if ends:
            del self._starts[name, ""]
        alert = self.alertmanager_alert("", "", starts=starts, ends=self.now if ends else None)
        return self.alertmanager_group([{**alert, "labels": labels, "annotations": {}}])

    def change(self, service: str, title: str, start: datetime, end: datetime) -> int:
        """Somebody announces a change."""
        body = {"service": service, "title": title, "start": start.isoformat(), "end": end.isoformat(), "id": title}
        return self._accept(Draft(kind="change", route="hook:changes", envelope={}, body=msgspec.json.encode(body)))

    def fire(self, name: str, host: str, *, began: timedelta = timedelta()) -> int:
        """One condition fires (or fires again: its start stays the same while it lasts)."""
        starts = self._starts.setdefault((name, host), self.now + began)
        return self.post("alertmanager", self.alertmanager(name, host, starts=starts))

    def forget_start(self, name: str, host: str) -> None:
        """The tool lost its resolve notice: what fires next began only then."""
        del self._starts[name, host]

    def resolve(self, name: str, host: str, *, began: timedelta = timedelta()) -> int:
        """One condition is over."""
        starts = self._starts.pop((name, host), self.now + began)
        return self.post("alertmanager", self.alertmanager(name, host, starts=starts, ends=self.now))

    def command(self, action: str, actor: str, subject: str, **arguments: Any) -> int:
        """A person does something on a page; fails where the desk refuses it."""
        position = self._accept(draft_of(_command(action, actor, subject, arguments), "web"))
        refusal = self._refusal(position)
        assert refusal is None, refusal
        return position

    def refused(self, action: str, actor: str, subject: str, **arguments: Any) -> str:
        """The sentence with which an impossible command is refused."""
        refusal = self._refusal(self._accept(draft_of(_command(action, actor, subject, arguments), "web")))
        assert refusal is not None, f"{action} was not refused"
        return refusal

    def _refusal(self, position: int) -> str | None:
        e = tables.entries
        row = self._one(
            sa.select(e.c.rule, e.c.evidence).where(e.c.position == position, e.c.kind == "command-refused")
        )
        return None if row is None else sentence(Reason(row.rule, msgspec.json.decode(row.evidence)))

    def learn(self, **how: Any) -> Trial:
        """A round of learning, as at night or by `desk learn`; what it tells the journal is processed."""
        trial = Round(self.settings, self._engine, self._journal, self.clock).run("kim", **how)
        self._processor.run_until(self._journal.head().position)
        return trial

    def back(self, actor: str) -> None:
        """Somebody goes back to the model of before."""
        Round(self.settings, self._engine, self._journal, self.clock).back(actor)
        self._processor.run_until(self._journal.head().position)

    def import_examples(self, rows: Sequence[Example]) -> None:
        """Labelled history comes in, as by `desk import`."""
        names = sorted({row.labels["category"] for row in rows})
        self._accept(draft_of(_command("taxonomy", "root", "", {"what": "adopt", "names": names}), "import"))
        self._accept(draft_of(examples_command("csv", rows, "root"), "import"))

    def damaged_model(self) -> None:
        """A model of the desk's own is in force, and a byte of it has changed on the disk."""
        put(self._engine, "a" * 64, b"not what it was", self.now)
        self._accept(draft_of(ModelInForce(digest="a" * 64, how="promoted"), "learning"))

    def model_trouble(self) -> str:
        """What the health page says of the model."""
        with self._engine.connect() as connection:
            return str(read_state(connection).get(MODEL_TROUBLE))

    def should_learn(self) -> bool:
        """Whether a night has come on which nothing was learned yet."""
        with self._engine.connect() as connection:
            return is_due(connection)

    def material(self) -> Material:
        """What there is to learn from."""
        with self._engine.connect() as connection:
            return gather(connection)

    def model(self) -> str | None:
        """The digest of the model in force."""
        with self._engine.connect() as connection:
            return in_force(connection)

    # --- what the desk says ---

    def expect_mail(self, to: str, kind: str | None = None, *words: str) -> SentMail:
        """Exactly one unread mail to this address, of this kind and with these words in subject or text."""
        self._settle()
        return self._post_office.expect(self._deliver, to, kind, *words)

    def take_mail(self, to: str | None = None) -> list[SentMail]:
        """Read and return every unread mail (to this address)."""
        self._settle()
        return self._post_office.take(self._deliver, to)

    def mail_server_is_down(self, down: bool) -> None:
        self._post_office.is_down = down

    def outbox_is_empty(self) -> bool:
        self._deliver()
        return not self._post_office.unread(self._deliver)

    def _settle(self) -> None:
        """A few seconds pass, as they do before somebody looks."""
        self.advance(timedelta(seconds=2))

    def check_in(self, hook: str) -> int:
        """A job asks for its hook's address, as it does when it is done."""
        envelope = {"tool": "heartbeat", "hook": hook}
        return self._accept(Draft(kind="webhook", route=f"hook:{hook}", envelope=envelope, body=b""))

    def down(self, during: timedelta) -> None:
        """The whole desk is down for a while; nothing that falls due is decided meanwhile."""
        since = self.now
        self._processor.close()
        self.clock.move_to(since + during)
        opened = Command(action="doors-opened", actor="desk", arguments={"since": since.isoformat()})
        self._journal.append([draft_of(opened, "clock")], self.now)
        self._start_processor()
        self.advance(timedelta())

    # --- what people change ---

    def process_ignored(self, position: int, actor: str) -> None:
        """An agent has a mail that is kept out processed as usual."""
        kept = self._journal.get(position)
        assert kept is not None
        assert kept.body is not None
        envelope = {**kept.envelope, "overruled_by": actor}
        again = self._accept(Draft(kind=kept.kind, route=kept.route, envelope=envelope, body=kept.body))
        self.command("ignored-process", actor, "", position=position, again=again)

    def edit_rule(self, what: Any, name: str | None = None, rule: Rule | None = None) -> str | None:
        """An administrator edits the page's rules; returns the sentence with which that is refused."""
        edit = RuleEdit(what=what, actor="root", name=name, rule=plain(rule) if rule is not None else None)
        return self._refusal(self._accept(draft_of(Configured(settings={}, edit=edit), "web")))

    def edit_mapping(self, what: Any, name: str, entries: Mapping[str, str] | None = None, **more: Any) -> str | None:
        """An administrator edits the page's mappings; returns the sentence with which that is refused."""
        edit = MappingEdit(what=what, actor="root", name=name, entries=entries, **more)
        return self._refusal(self._accept(draft_of(Configured(settings={}, mapping=edit), "web")))

    def page_mappings(self) -> list[str]:
        return sorted(self._processor.situation.policy.page_mappings)

    def policy(self) -> Policy:
        return self._processor.situation.policy

    def page_rules(self) -> list[str]:
        return [rule.name for rule in self._processor.situation.policy.page_rules]


def _command(action: str, actor: str, subject: str, arguments: Mapping[str, Any]) -> Command:
    return Command(action=action, actor=actor, subject=subject, arguments=arguments)
