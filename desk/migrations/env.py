"""How Alembic reaches the tables: on the connection that `desk.database` hands in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="desk_version",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
