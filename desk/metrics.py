"""Metrics in Prometheus' exposition format.

What the desk has done is read from the tables and the journal when somebody asks, so that a restart loses no count and
two processes agree. Only what happens at the doors themselves is counted in memory.
"""

import threading
import time
from collections import Counter as Counts
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Engine, func, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from correlate.records import OPEN_STATUSES
from desk.store import processed_position
from desk.tables import conditions, deliveries, entries, outbox, problems, quarantine, records, suggestions
from ingest.journal import Journal

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_OPEN = tuple(sorted(OPEN_STATUSES))
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


MOST_SOURCES = 500
"""Hooks that are counted by name; further ones together as "other"."""


class Troubles(NamedTuple):
    """Posts with a valid key that were refused, and the last of them: when, and the sentence that its sender got."""

    refused: int = 0
    last_at: datetime | None = None
    sentence: str | None = None


class DoorCounters(Collector):
    """What the doors say of each input: accepted, or why not. In memory, since a refused input leaves no trace."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._outcomes = Counter(
            "desk_door_inputs", "Inputs offered at a door since the start of this process, by what came of them.",
            ("door", "outcome"), registry=self._registry,
        )  # fmt: skip
        self._verdicts = Counter(
            "desk_spam_verdicts", "Mails that a spam filter was asked about, by its action; absent: it did not answer.",
            ("action",), registry=self._registry,
        )  # fmt: skip

        self._sources = Counter(
            "desk_source_posts", "Posts with a valid key since the start of this process, by what came of them.",
            ("source", "tool", "outcome"), registry=self._registry,
        )  # fmt: skip
        self._lock = threading.Lock()
        self._troubles: dict[str, Troubles] = {}

    def source(self, hook: str, tool: str, outcome: str, sentence: str | None, at: datetime) -> None:
        """A post came with a valid key of a hook; `sentence` says why it was refused."""
        with self._lock:
            if hook not in self._troubles and len(self._troubles) >= MOST_SOURCES:
                hook = "other"
            known = self._troubles.setdefault(hook, Troubles())
            if sentence is not None:
                self._troubles[hook] = Troubles(known.refused + 1, at, sentence)
        self._sources.labels(hook, tool, outcome).inc()

    def troubles(self, hook: str) -> "Troubles":
        """What was refused of a hook's posts since the start of this process."""
        with self._lock:
            return self._troubles.get(hook, Troubles())

    def spam(self, action: str) -> None:
        """A spam filter was asked about a mail; `action` is "absent" where it did not answer."""
        self._verdicts.labels(action.replace(" ", "_")).inc()

    def mail(self, outcome: str) -> None:
        """A mail was offered by SMTP."""
        self._outcomes.labels("smtp", outcome.replace(" ", "_")).inc()

    def webhook(self, outcome: str) -> None:
        """A post was offered to a webhook."""
        self._outcomes.labels("webhook", outcome).inc()

    def collect(self) -> Iterable[Metric]:
        return self._registry.collect()


class Metrics:
    """Everything that `/metrics` says. `doors` are counters of doors in the same process, where there are some."""

    def __init__(self, engine: Engine, journal: Journal, doors: DoorCounters | None = None) -> None:
        self._registry = CollectorRegistry()
        self.requests = Histogram(
            "desk_http_request_duration_seconds", "Time to answer requests for pages and the API.",
            ("method", "status"), buckets=_BUCKETS, registry=self._registry,
        )  # fmt: skip
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._registry.register(Tables(engine, journal))
        if doors is not None:
            self._registry.register(doors)

    def add(self, collector: Collector) -> None:
        """Further metrics, of a part of the desk that is configured."""
        self._registry.register(collector)

    def text(self) -> bytes:
        """The exposition, read now."""
        return generate_latest(self._registry)


class Tables(Collector):
    """Metrics that are questions to the database and the journal."""

    def __init__(self, engine: Engine, journal: Journal) -> None:
        self._engine = engine
        self._journal = journal
        self._decisions = Decisions()

    def describe(self) -> Iterable[Metric]:
        """Nothing: a registry would otherwise ask the database when it is made."""
        return ()

    def collect(self) -> Iterable[Metric]:
        head = self._journal.head().position
        with self._engine.connect() as connection:
            yield from _journal(connection, head)
            yield from _records(connection)
            yield from _mails(connection)
            yield from _judgement(connection)
            yield from self._decisions.collect(connection)


def _journal(connection: Connection, head: int) -> Iterable[Metric]:
    done = processed_position(connection)
    yield CounterMetricFamily("desk_inputs_accepted", "Inputs that the journal has accepted.", value=head)
    yield CounterMetricFamily("desk_inputs_processed", "Inputs that have been processed.", value=done)
    yield GaugeMetricFamily(
        "desk_inputs_waiting", "Accepted inputs that wait to be processed.", value=max(0, head - done)
    )
    waiting = GaugeMetricFamily("desk_quarantine_inputs", "Inputs in quarantine, by status.", labels=("status",))
    for status, count in _grouped(connection, quarantine.c.status, ("waiting",)).items():
        waiting.add_metric((status,), count)
    yield waiting


def _records(connection: Connection) -> Iterable[Metric]:
    opened = GaugeMetricFamily(
        "desk_records_open", "Records that are not resolved.", labels=("kind", "priority", "status")
    )
    rows = connection.execute(
        select(records.c.kind, records.c.priority, records.c.status, func.count())
        .where(records.c.status.in_(_OPEN))
        .group_by(records.c.kind, records.c.priority, records.c.status)
    )
    for kind, priority, status, count in rows:
        opened.add_metric((kind, priority, status), count)
    yield opened
    oldest = connection.scalar(
        select(func.min(records.c.opened_at)).where(records.c.status == "new", records.c.assignee.is_(None))
    )
    yield GaugeMetricFamily(
        "desk_record_oldest_unassigned_timestamp_seconds",
        "When the oldest record that nobody has taken was opened; 0 where there is none.",
        value=oldest.timestamp() if isinstance(oldest, datetime) else 0,
    )
    states = GaugeMetricFamily("desk_conditions", "Monitored conditions that fire, by severity.", labels=("severity",))
    by_source = GaugeMetricFamily(
        "desk_source_conditions", "Monitored conditions that fire, by the source and tool that report them.",
        labels=("source", "tool"),
    )  # fmt: skip
    severities: Counts[str] = Counts()
    sources: Counts[tuple[str, str]] = Counts()
    c = conditions.c
    rows = connection.execute(
        select(c.severity, c.source, c.tool, func.count())
        .where(c.status.in_(("firing", "acknowledged")))
        .group_by(c.severity, c.source, c.tool)
        .order_by(func.count().desc(), c.severity, c.source, c.tool)
    )
    for severity, route, tool, count in rows:
        severities[severity] += count
        source = (route or "none").removeprefix("hook:")
        known = (source, tool) in sources or len(sources) < MOST_SOURCES
        sources[(source, tool) if known else ("other", "other")] += count
    for severity, count in sorted(severities.items()):
        states.add_metric((severity,), count)
    for labels, count in sorted(sources.items()):
        by_source.add_metric(labels, count)
    yield states
    yield by_source


def _mails(connection: Connection) -> Iterable[Metric]:
    waiting = GaugeMetricFamily(
        "desk_outbox_mails", "Outgoing mails that have not left, by status.", labels=("status",)
    )
    counts = dict.fromkeys(("held", "due", "sending", "failed"), 0)
    rows = connection.execute(
        select(outbox.c.status, func.count()).where(outbox.c.status.in_(tuple(counts))).group_by(outbox.c.status)
    )
    for status, count in (counts | dict(rows.all())).items():
        waiting.add_metric((status,), count)
    yield waiting
    tried = CounterMetricFamily(
        "desk_deliveries", "Attempts to deliver a mail, by what became of them.", labels=("outcome",)
    )
    made = connection.execute(
        select(deliveries.c.outcome, func.sum(deliveries.c["count"])).group_by(deliveries.c.outcome)
    )
    for outcome, count in ({"sent": 0, "deferred": 0, "failed": 0} | dict(made.all())).items():
        tried.add_metric((outcome,), int(count))
    yield tried
    posts = GaugeMetricFamily(
        "desk_webhook_posts", "Posts to webhooks in the outbox, by webhook and status.", labels=("webhook", "status")
    )
    for target, status, count in connection.execute(
        select(outbox.c["to"], outbox.c.status, func.count())
        .where(outbox.c.kind == "webhook")
        .group_by(outbox.c["to"], outbox.c.status)
    ):
        posts.add_metric((target.partition(":")[2], status), count)
    yield posts
    oldest = connection.scalar(select(func.min(outbox.c.created_at)).where(outbox.c.status.in_(("due", "sending"))))
    yield GaugeMetricFamily(
        "desk_outbox_oldest_timestamp_seconds", "When the oldest mail that waits to leave was written; 0 without any.",
        value=oldest.timestamp() if isinstance(oldest, datetime) else 0,
    )  # fmt: skip


def _judgement(connection: Connection) -> Iterable[Metric]:
    proposed = GaugeMetricFamily(
        "desk_suggestions", "Suggested problem records, by kind and status.", labels=("kind", "status")
    )
    rows = connection.execute(
        select(suggestions.c.kind, suggestions.c.status, func.count()).group_by(
            suggestions.c.kind, suggestions.c.status
        )
    )
    for kind, status, count in rows:
        proposed.add_metric((kind, status), count)
    yield proposed
    known = GaugeMetricFamily("desk_problems", "Problem records, by status.", labels=("status",))
    for status, count in _grouped(connection, problems.c.status, ()).items():
        known.add_metric((status.replace(" ", "_"),), count)
    yield known


def _grouped(connection: Connection, column: "object", always: Iterable[str]) -> Mapping[str, int]:
    rows = connection.execute(select(column, func.count()).group_by(column))  # type: ignore[call-overload]
    return {**dict.fromkeys(always, 0), **dict(rows.all())}


class Decisions:
    """Decisions by effect and by reason: entries are only ever added, so each is counted once and never read again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._through = 0
        self._counts: dict[tuple[str, str, str], int] = {}

    def collect(self, connection: Connection) -> Iterable[Metric]:
        with self._lock:
            self._read_on(connection)
            counts = dict(self._counts)
        made = CounterMetricFamily(
            "desk_decisions", "Decisions, by what they brought about and the named reason.",
            labels=("effect", "change", "reason"),
        )  # fmt: skip
        for labels, count in sorted(counts.items()):
            made.add_metric(labels, count)
        yield made

    def _read_on(self, connection: Connection) -> None:
        newest = connection.scalar(select(func.max(entries.c.id))) or 0
        rows = connection.execute(
            select(entries.c.kind, entries.c.change, entries.c.rule, func.sum(entries.c.count))
            .where(entries.c.id > self._through, entries.c.id <= newest)
            .group_by(entries.c.kind, entries.c.change, entries.c.rule)
        )
        for kind, change, rule, count in rows:
            key = (kind, change or "", rule)
            self._counts[key] = self._counts.get(key, 0) + int(count)
        self._through = newest


class Timing:
    """Middleware: how long pages and the API take. Webhooks are counted at their own door."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._requests = metrics.requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/hooks/"):
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = scope["method"] if scope["method"] in {"GET", "HEAD", "POST"} else "other"
        try:
            await self._app(scope, receive, noting)
        finally:
            self._requests.labels(method, str(status)).observe(time.perf_counter() - began)
