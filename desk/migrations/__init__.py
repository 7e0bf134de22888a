"""Alembic migrations of the desk's tables; their state is in the table `desk_version`."""
