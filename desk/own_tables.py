"""Tables of what no replay of the journal brings back: logins and keys, how far mailboxes are read, models, filters.

See `desk.tables` for how times and bodies are kept.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, String, Table, Text

from desk.tables import Moment, Serial, metadata

# --- who may come in, and through which keys ---

users = Table(
    "users",
    metadata,
    Column("login", String(100), primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text),
    Column("password_hash", Text, nullable=False),
    Column("roles", Text, nullable=False, comment="comma-separated: agent, problem-manager, administrator"),
    Column("created_at", Moment, nullable=False),
    Column("disabled", Boolean, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True, comment="SHA-256 of the cookie"),
    Column("login", String(100), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("login", String(100), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked", Boolean, nullable=False),
)

hooks = Table(
    "hooks",
    metadata,
    Column("id", String(60), primary_key=True, comment="its input's route is hook:ID"),
    Column("tool", String(40), nullable=False),
    Column("observing", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("trust", Text, comment="desk.hook_trust.Trust as JSON; null: the key is enough"),
)

hook_keys = Table(
    "hook_keys",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("hook", String(60), nullable=False),
    Column("digest", LargeBinary(32), unique=True, comment="SHA-256 of a key"),
    Column("sealed", LargeBinary, comment="a secret that posts are signed with, sealed by the desk's own"),
    Column("created_at", Moment, nullable=False),
    Column("ends_at", Moment, comment="null: until it is replaced"),
    Column("used_at", Moment, comment="to the minute"),
    Index("hook_keys_by_hook", "hook"),
)

# --- mailboxes that are read by IMAP: how far, and how they are ---

mailboxes = Table(
    "mailboxes",
    metadata,
    Column("name", String(60), primary_key=True, comment="that of [mailboxes.NAME]; its inputs' route is mailbox:NAME"),
    Column("observing", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("account", Text, nullable=False, comment="whose mailbox it is: another one starts at now"),
    Column("well_at", Moment, comment="when every folder was last read to its end"),
    Column("failing_since", Moment),
    Column("trouble", Text, comment="a sentence"),
    Column("told_at", Moment, comment="when the administrators were told of this failure"),
)

mailbox_folders = Table(
    "mailbox_folders",
    metadata,
    Column("mailbox", String(60), primary_key=True),
    Column("folder", String(400), primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("next_uid", BigInteger, nullable=False, comment="mails below were taken, or lay there before"),
    Column("read_at", Moment, nullable=False, comment="when the folder was last read to its end"),
    Column("taken", BigInteger, nullable=False, comment="mails that came in by this folder"),
    Column("intent_after", BigInteger, comment="journal position before the handful that is being taken"),
    Column("intent_through", BigInteger, comment="the last UID of that handful"),
    Column("unsettled", Text, nullable=False, comment="JSON: UIDs taken that are not flagged or moved yet"),
)

mailbox_mails = Table(
    "mailbox_mails",
    metadata,
    Column("mailbox", String(60), primary_key=True),
    Column("digest", LargeBinary(32), primary_key=True, comment="SHA-256 of the mail"),
    Column("key", LargeBinary(32), nullable=False, comment="ingest.imap_cursor.key_of"),
    Column("at", Moment, nullable=False, comment="when it was taken"),
    Index("mailbox_mails_by_key", "mailbox", "key"),
    comment="what a mailbox has brought: known again when a server numbers its mails anew, or somebody moves one back",
)

# --- models: the journal names the one in force by its digest ---

models = Table(
    "models",
    metadata,
    Column("digest", String(64), primary_key=True, comment="SHA-256 of the file"),
    Column("at", Moment, nullable=False),
    Column("file", LargeBinary, nullable=False),
)

writers = Table(
    "writers",
    metadata,
    Column("record", String(20), primary_key=True),
    Column("login", String(100), primary_key=True),
    Column("at", Moment, nullable=False),
    comment="who has a record's answer form open: a hint to others, not a lock",
)

saved_filters = Table(
    "saved_filters",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("login", String(100), nullable=False),
    Column("name", String(60), nullable=False),
    Column("query", Text, nullable=False, comment="what stands in the address of the list of alerts"),
    Index("saved_filters_by_person", "login", "name", unique=True),
    comment="what people look for again and again among alerts; decides nothing",
)
