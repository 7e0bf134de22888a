"""Alembic migrations of the journal's one table; their state is in the table `journal_version`."""
