"""The tables that processing the journal fills. Migrations (Alembic) make them; this is what queries are written
against. What the desk keeps beside the journal stands in `desk.own_tables`.

Times are integers, microseconds since 1970 in UTC: they sort, compare and hash alike in SQLite and PostgreSQL.
`body` columns hold the whole frozen value as JSON (msgspec); the columns beside it are what pages filter and sort by.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970; `moment` must be aware."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else from_micros(value)


Serial = BigInteger().with_variant(Integer, "sqlite")
metadata = MetaData()

state = Table(
    "state",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
    comment="position, epoch, fence, policy, model, counters: one row each, values are JSON",
)

records = Table(
    "records",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("serial", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("type", String(20), nullable=False),
    Column("status", String(10), nullable=False),
    Column("title", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, comment="last alert or mail"),
    Column("resolved_at", Moment),
    Column("closed_at", Moment),
    Column("origin", String(8), nullable=False),
    Column("service", Text),
    Column("category", Text),
    Column("priority", String(2), nullable=False),
    Column("requester", Text),
    Column("assignee", Text),
    Column("team", Text),
    Column("merged_into", String(20)),
    Column("problem", String(20)),
    Column("held", Boolean, nullable=False),
    Column("alerts", Integer, nullable=False, comment="notices of conditions, repeats included"),
    Column("places", Text, nullable=False, comment="JSON: place to when a condition last began there"),
    Column("body", Text, nullable=False, comment="correlate.records.Record"),
    Index("records_open", "status", "priority", "serial"),
    Index("records_by_time", "opened_at"),
    Index("records_by_requester", "requester"),
    Index("records_by_service", "service", "opened_at"),
)

conditions = Table(
    "conditions",
    metadata,
    Column("fingerprint", String(100), primary_key=True),
    Column("status", String(14), nullable=False),
    Column("tool", String(40), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("resource", Text),
    Column("service", Text),
    Column("title", Text),
    Column("template", Text, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, comment="last notice that was more than a repeat"),
    Column("changed_at", Moment, nullable=False),
    Column("resolved_at", Moment),
    Column("notices", Integer, nullable=False, comment="without repeats"),
    Column("record", String(20)),
    Column("suppressed_by", Text),
    Column("history", Text, nullable=False, comment="comma-separated state changes"),
    Column("flapping", Boolean, nullable=False),
    Column("labels", Text, nullable=False, comment="JSON of what the tool said by name, or empty"),
    Column("source", String(100), comment="the route through which it was heard of first"),
    Column("expires_at", Moment, comment="a notice at last_at holds until then"),
    Column("levels", Text, nullable=False, comment="comma-separated: the rules' severities that fire"),
    Index("conditions_by_record", "record"),
    Index("conditions_by_status", "status", "last_at"),
)

repeats = Table(
    "repeats",
    metadata,
    Column("fingerprint", String(100), primary_key=True),
    Column("last_at", Moment, nullable=False, comment="the last one"),
    Column("count", Integer, nullable=False),
    comment="notices of conditions that said nothing new: narrow, for there are many",
    sqlite_with_rowid=False,
)

entries = Table(
    "entries",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("record", String(20), comment="null: an input that deliberately led to nothing"),
    Column("at", Moment, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("index", Integer, nullable=False),
    Column("kind", String(24), nullable=False, comment="the effect's tag"),
    Column("change", String(24)),
    Column("subject", Text, comment="fingerprint, Message-ID, address, suggestion; null: see detail, conditions"),
    Column("actor", Text),
    Column("internal", Boolean, nullable=False),
    Column("text", Text),
    Column("detail", Text, comment="JSON"),
    Column("count", Integer, nullable=False, comment="notices in this row"),
    Column("last_position", BigInteger, nullable=False),
    Column("rule", String(60), nullable=False),
    Column("evidence", Text, nullable=False, comment="JSON"),
    Index("entries_by_record", "record", "id"),
    Index("entries_by_position", "position"),
)

participants = Table(
    "participants",
    metadata,
    Column("id", Serial, primary_key=True, comment="in the order in which they came"),
    Column("record", String(20), nullable=False),
    Column("address", String(320), nullable=False),
    Column("body", Text, nullable=False, comment="correlate.records.Participant"),
    Index("participants_by_record", "record", "address", unique=True),
    Index("participants_by_address", "address"),
)

threads = Table(
    "threads",
    metadata,
    Column("message_id", String(1000), primary_key=True),
    Column("record", String(20), nullable=False),
    Column("direction", String(3), nullable=False, comment="in or out"),
)

classifications = Table(
    "classifications",
    metadata,
    Column("position", BigInteger, primary_key=True),
    Column("index", Integer, primary_key=True),
    Column("record", String(20)),
    Column("model", String(64)),
    Column("body", Text, nullable=False, comment="classify.classification.Classification"),
    Index("classifications_by_record", "record"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("message_id", String(1000), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("to", Text, nullable=False),
    Column("about", String(20)),
    Column("subject", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("status", String(8), nullable=False, comment="held, due, sending, sent, failed, dropped"),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, nullable=False, comment="not before; while sending: the end of the lease"),
    Column("lease", String(40), comment="who is sending it"),
    Column("finished_at", Moment),
    Column("answer", Text, comment="the server's last words"),
    Column("rule", String(60), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("body", Text, nullable=False, comment="correlate.records.Outgoing"),
    Index("outbox_due", "status", "next_at"),
    Index("outbox_by_record", "about"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("outbox", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, comment="the last of the attempts that ended alike"),
    Column("count", Integer, nullable=False, comment="attempts in a row that ended alike share a row"),
    Column("outcome", String(8), nullable=False, comment="sent, deferred, failed"),
    Column("server", Text),
    Column("answer", Text),
    Index("deliveries_by_mail", "outbox", "id"),
    comment="what became of each attempt to deliver a mail; kept by the shell, decides nothing",
)

deadlines = Table(
    "deadlines",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("due", Moment, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject", Text),
    Index("deadlines_by_due", "due", "id"),
)

changes = Table(
    "changes",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("service", Text),
    Column("start", Moment, nullable=False),
    Column("body", Text, nullable=False, comment="correlate.records.Change"),
    Index("changes_by_start", "start"),
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("key", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(10), nullable=False),
    Column("title", Text, nullable=False),
    Column("service", Text),
    Column("first_proposed_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("body", Text, nullable=False, comment="correlate.records.Suggestion"),
    Index("suggestions_by_status", "status"),
)

problems = Table(
    "problems",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("serial", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("title", Text, nullable=False),
    Column("service", Text),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("body", Text, nullable=False, comment="correlate.records.Problem"),
)

silences = Table(
    "silences",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("kind", String(12), nullable=False, comment="silence or maintenance"),
    Column("over", Boolean, nullable=False),
    Column("starts_at", Moment, nullable=False, comment="of the present or next occurrence"),
    Column("ends_at", Moment, nullable=False),
    Column("body", Text, nullable=False, comment="correlate.records.Silence"),
    Index("silences_by_end", "over", "ends_at"),
)

pulses = Table(
    "pulses",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("kind", String(10), nullable=False, comment="check-in, source or watchdog"),
    Column("missing", Boolean, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("body", Text, nullable=False, comment="correlate.records.Pulse"),
    comment="what is to be heard of regularly",
)

past = Table(
    "past",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("opened_at", Moment, nullable=False),
    Column("body", Text, nullable=False, comment="correlate.records.Past"),
    Index("past_by_time", "opened_at"),
)

labels = Table(
    "labels",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("record", String(20), nullable=False),
    Column("target", String(30), nullable=False),
    Column("value", Text, nullable=False),
    Column("previous", Text),
    Column("actor", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("position", BigInteger, nullable=False),
    Index("labels_by_record", "record"),
)

examples = Table(
    "examples",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True, comment="SHA-256 of text and labels: none comes twice"),
    Column("position", BigInteger, nullable=False),
    Column("index", Integer, nullable=False, comment="its place within the input"),
    Column("source", String(40), nullable=False, comment="taxonomy, csv, mbox, zammad, osticket, rt, jira"),
    Column("actor", Text, nullable=False),
    Column("at", Moment, nullable=False, comment="when the text was written, where that is known"),
    Column("subject", Text),
    Column("body", Text),
    Column("sender", Text),
    Column("labels", Text, nullable=False, comment="JSON: target to value"),
    comment="labelled texts that are no records: imported history, and examples of categories",
)

label_verdicts = Table(
    "label_verdicts",
    metadata,
    Column("label", String(80), primary_key=True, comment="desk.learning.material.Row.key"),
    Column("verdict", String(8), nullable=False, comment="kept or dropped"),
    Column("actor", Text, nullable=False),
    Column("at", Moment, nullable=False),
    comment="what a person said of labels that contradict each other",
)

trials = Table(
    "trials",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("promoted", Boolean, nullable=False),
    Column("body", Text, nullable=False, comment="desk.learning.trial.Trial"),
    comment="each time that a model was trained and judged against the one in force",
)

spent_tickets = Table(
    "spent_tickets",
    metadata,
    Column("ticket", String(40), primary_key=True),
    Column("at", Moment, nullable=False),
    comment="tickets for one action by mail that have been used",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("rule", String(60), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("status", String(10), nullable=False, comment="waiting, replayed, dismissed"),
)

ignored = Table(
    "ignored",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("why", String(4), nullable=False, comment="spam, rule"),
    Column("sender", Text),
    Column("subject", Text),
    Column("record", String(20), comment="that it replied to, where its sender takes part in it"),
    Column("rule", String(60), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("status", String(10), nullable=False, comment="ignored, processed"),
    Index("ignored_by_status", "status", "why", "position"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    comment="inputs whose reading was begun and not finished; written before each attempt",
)
