"""Baseline: a fresh database is created from sql/tables and stamped with the head, so there is nothing to do here.

The first five migrations were folded into it; a warehouse that they upgraded to 0005 has the same tables.
"""

revision = "0005"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing to do."""


def downgrade() -> None:
    """Nothing to do."""
