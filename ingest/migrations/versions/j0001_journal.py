"""The journal: one row for each input.

`size` is the length of envelope and body together; `content` is their salted digest. Small columns stand first, so that
SQLite finds them on the row's first page and need not read the body to step over it.
"""

import sqlalchemy as sa
from alembic import op

revision = "j0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the journal, and the note of how far retention is through it."""
    op.create_table(
        "journal",
        sa.Column(
            "position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False
        ),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", sa.BigInteger()),
        sa.Column("erased_reason", sa.Text()),
        sa.Column("salt", sa.LargeBinary()),
        sa.Column("envelope", sa.LargeBinary()),
        sa.Column("body", sa.LargeBinary()),
    )
    op.create_table(
        "journal_retention",
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("through", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """Refuse: going back would throw the journal away."""
    raise NotImplementedError("The journal is never dropped by a migration; restore a backup instead.")
