"""The desk's tables."""

import sqlalchemy as sa
from alembic import op

revision = "d0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "attempts",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
        comment="inputs whose reading was begun and not finished; written before each attempt",
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="correlate.records.Change"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("changes_by_start", "changes", ["start"], unique=False)
    op.create_table(
        "classifications",
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(length=20), nullable=True),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.Column("body", sa.Text(), nullable=False, comment="classify.classification.Classification"),
        sa.PrimaryKeyConstraint("position", "index"),
    )
    op.create_index("classifications_by_record", "classifications", ["record"], unique=False)
    op.create_table(
        "conditions",
        sa.Column("fingerprint", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=14), nullable=False),
        sa.Column("tool", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("resource", sa.Text(), nullable=True),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False, comment="last notice that was more than a repeat"),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("notices", sa.Integer(), nullable=False, comment="without repeats"),
        sa.Column("record", sa.String(length=20), nullable=True),
        sa.Column("suppressed_by", sa.Text(), nullable=True),
        sa.Column("history", sa.Text(), nullable=False, comment="comma-separated state changes"),
        sa.Column("flapping", sa.Boolean(), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False, comment="JSON of what the tool said by name, or empty"),
        sa.Column(
            "source", sa.String(length=100), nullable=True, comment="the route through which it was heard of first"
        ),
        sa.Column("expires_at", sa.BigInteger(), nullable=True, comment="a notice at last_at holds until then"),
        sa.Column("levels", sa.Text(), nullable=False, comment="comma-separated: the rules' severities that fire"),
        sa.PrimaryKeyConstraint("fingerprint"),
    )
    op.create_index("conditions_by_record", "conditions", ["record"], unique=False)
    op.create_index("conditions_by_status", "conditions", ["status", "last_at"], unique=False)
    op.create_table(
        "deadlines",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("deadlines_by_due", "deadlines", ["due", "id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outbox", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False, comment="the last of the attempts that ended alike"),
        sa.Column("count", sa.Integer(), nullable=False, comment="attempts in a row that ended alike share a row"),
        sa.Column("outcome", sa.String(length=8), nullable=False, comment="sent, deferred, failed"),
        sa.Column("server", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        comment="what became of each attempt to deliver a mail; kept by the shell, decides nothing",
    )
    op.create_index("deliveries_by_mail", "deliveries", ["outbox", "id"], unique=False)
    op.create_table(
        "entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "record", sa.String(length=20), nullable=True, comment="null: an input that deliberately led to nothing"
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="the effect's tag"),
        sa.Column("change", sa.String(length=24), nullable=True),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=True,
            comment="fingerprint, Message-ID, address, suggestion; null: see detail, conditions",
        ),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True, comment="JSON"),
        sa.Column("count", sa.Integer(), nullable=False, comment="notices in this row"),
        sa.Column("last_position", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False, comment="JSON"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("entries_by_position", "entries", ["position"], unique=False)
    op.create_index("entries_by_record", "entries", ["record", "id"], unique=False)
    op.create_table(
        "hooks",
        sa.Column("id", sa.String(length=60), nullable=False, comment="its input's route is hook:ID"),
        sa.Column("tool", sa.String(length=40), nullable=False),
        sa.Column("observing", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("trust", sa.Text(), nullable=True, comment="desk.hook_trust.Trust as JSON; null: the key is enough"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "hook_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hook", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=True, comment="SHA-256 of a key"),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=True,
            comment="a secret that posts are signed with, sealed by the desk's own",
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True, comment="null: until it is replaced"),
        sa.Column("used_at", sa.BigInteger(), nullable=True, comment="to the minute"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("hook_keys_by_hook", "hook_keys", ["hook"], unique=False)
    op.create_table(
        "labels",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=30), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("labels_by_record", "labels", ["record"], unique=False)
    op.create_table(
        "mailboxes",
        sa.Column(
            "name",
            sa.String(length=60),
            nullable=False,
            comment="that of [mailboxes.NAME]; its inputs' route is mailbox:NAME",
        ),
        sa.Column("observing", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False, comment="whose mailbox it is: another one starts at now"),
        sa.Column("well_at", sa.BigInteger(), nullable=True, comment="when every folder was last read to its end"),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True, comment="a sentence"),
        sa.Column(
            "told_at", sa.BigInteger(), nullable=True, comment="when the administrators were told of this failure"
        ),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "mailbox_folders",
        sa.Column("mailbox", sa.String(length=60), nullable=False),
        sa.Column("folder", sa.String(length=400), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column(
            "next_uid", sa.BigInteger(), nullable=False, comment="mails below were taken, or lay there before"
        ),
        sa.Column("read_at", sa.BigInteger(), nullable=False, comment="when the folder was last read to its end"),
        sa.Column("taken", sa.BigInteger(), nullable=False, comment="mails that came in by this folder"),
        sa.Column(
            "intent_after",
            sa.BigInteger(),
            nullable=True,
            comment="journal position before the handful that is being taken",
        ),
        sa.Column("intent_through", sa.BigInteger(), nullable=True, comment="the last UID of that handful"),
        sa.Column(
            "unsettled", sa.Text(), nullable=False, comment="JSON: UIDs taken that are not flagged or moved yet"
        ),
        sa.PrimaryKeyConstraint("mailbox", "folder"),
    )
    op.create_table(
        "mailbox_mails",
        sa.Column("mailbox", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False, comment="SHA-256 of the mail"),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False, comment="ingest.imap_cursor.key_of"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="when it was taken"),
        sa.PrimaryKeyConstraint("mailbox", "digest"),
        comment="what a mailbox has brought: known again when a server numbers its mails anew, or somebody moves one back",
    )
    op.create_index("mailbox_mails_by_key", "mailbox_mails", ["mailbox", "key"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.String(length=1000), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("about", sa.String(length=20), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False, comment="held, due, sending, sent, failed, dropped"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "next_at", sa.BigInteger(), nullable=False, comment="not before; while sending: the end of the lease"
        ),
        sa.Column("lease", sa.String(length=40), nullable=True, comment="who is sending it"),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True, comment="the server's last words"),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="correlate.records.Outgoing"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
    )
    op.create_index("outbox_by_record", "outbox", ["about"], unique=False)
    op.create_index("outbox_due", "outbox", ["status", "next_at"], unique=False)
    op.create_table(
        "participants",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="in the order in which they came",
        ),
        sa.Column("record", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="correlate.records.Participant"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("participants_by_address", "participants", ["address"], unique=False)
    op.create_index("participants_by_record", "participants", ["record", "address"], unique=True)
    op.create_table(
        "past",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="correlate.records.Past"),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("past_by_time", "past", ["opened_at"], unique=False)
    op.create_table(
        "problems",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False, comment="correlate.records.Problem"),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "spent_tickets",
        sa.Column("ticket", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ticket"),
        comment="tickets for one action by mail that have been used",
    )
    op.create_table(
        "quarantine",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False, comment="waiting, replayed, dismissed"),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "ignored",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=4), nullable=False, comment="spam, rule"),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column(
            "record", sa.String(length=20), nullable=True, comment="that it replied to, where its sender takes part in it"
        ),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False, comment="ignored, processed"),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("ignored_by_status", "ignored", ["status", "why", "position"], unique=False)
    op.create_table(
        "records",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False, comment="last alert or mail"),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("requester", sa.Text(), nullable=True),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("merged_into", sa.String(length=20), nullable=True),
        sa.Column("problem", sa.String(length=20), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False, comment="notices of conditions, repeats included"),
        sa.Column("places", sa.Text(), nullable=False, comment="JSON: place to when a condition last began there"),
        sa.Column("body", sa.Text(), nullable=False, comment="correlate.records.Record"),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("records_by_requester", "records", ["requester"], unique=False)
    op.create_index("records_by_service", "records", ["service", "opened_at"], unique=False)
    op.create_index("records_by_time", "records", ["opened_at"], unique=False)
    op.create_index("records_open", "records", ["status", "priority", "serial"], unique=False)
    op.create_table(
        "repeats",
        sa.Column("fingerprint", sa.String(length=100), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False, comment="the last one"),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint"),
        comment="notices of conditions that said nothing new: narrow, for there are many",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False, comment="SHA-256 of the cookie"),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "pulses",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="check-in, source or watchdog"),
        sa.Column("missing", sa.Boolean(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="correlate.records.Pulse"),
        sa.PrimaryKeyConstraint("name"),
        comment="what is to be heard of regularly",
    )
    op.create_table(
        "silences",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False, comment="silence or maintenance"),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False, comment="of the present or next occurrence"),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="correlate.records.Silence"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("silences_by_end", "silences", ["over", "ends_at"], unique=False)
    op.create_table(
        "state",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        comment="position, epoch, fence, policy, model, counters: one row each, values are JSON",
    )
    op.create_table(
        "suggestions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("first_proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="correlate.records.Suggestion"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("suggestions_by_status", "suggestions", ["status"], unique=False)
    op.create_table(
        "threads",
        sa.Column("message_id", sa.String(length=1000), nullable=False),
        sa.Column("record", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False, comment="in or out"),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "users",
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False, comment="comma-separated: agent, problem-manager, administrator"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("login"),
    )
    op.create_table(
        "writers",
        sa.Column("record", sa.String(length=20), nullable=False),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record", "login"),
        comment="who has a record's answer form open: a hint to others, not a lock",
    )
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False, comment="what stands in the address of the list of alerts"),
        sa.PrimaryKeyConstraint("id"),
        comment="what people look for again and again among alerts; decides nothing",
    )
    op.create_index("saved_filters_by_person", "saved_filters", ["login", "name"], unique=True)
    op.create_table(
        "examples",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "digest", sa.String(length=64), nullable=False, comment="SHA-256 of text and labels: none comes twice"
        ),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False, comment="its place within the input"),
        sa.Column(
            "source", sa.String(length=40), nullable=False, comment="taxonomy, csv, mbox, zammad, osticket, rt, jira"
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="when the text was written, where that is known"),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("labels", sa.Text(), nullable=False, comment="JSON: target to value"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
        comment="labelled texts that are no records: imported history, and examples of categories",
    )
    op.create_table(
        "label_verdicts",
        sa.Column("label", sa.String(length=80), nullable=False, comment="desk.learning.material.Row.key"),
        sa.Column("verdict", sa.String(length=8), nullable=False, comment="kept or dropped"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("label"),
        comment="what a person said of labels that contradict each other",
    )
    op.create_table(
        "trials",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("promoted", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="desk.learning.trial.Trial"),
        sa.PrimaryKeyConstraint("position"),
        comment="each time that a model was trained and judged against the one in force",
    )
    op.create_table(
        "models",
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the file"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )


def downgrade() -> None:
    """Refuse: going back would throw the records away."""
    raise NotImplementedError("The desk's tables are never dropped by a migration; restore a backup instead.")
