"""How Alembic reaches the journal: on the connection that `ingest.journal_sql` hands in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="journal_version",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
