"""Baseline: nothing to do, since a new database is created from sql/tables.

Warehouses of the five earlier migrations (0001 to 0005) stage rows in other tables; they are rebuilt, not
upgraded.
"""

revision = "0006"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing to do."""


def downgrade() -> None:
    """Nothing to do."""
