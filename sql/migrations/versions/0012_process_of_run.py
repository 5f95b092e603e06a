"""The process of a run, to detect killed runs, and the schedule that started it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_COLUMNS = ("process", "schedule")


def upgrade() -> None:
    """Add both columns, empty for past runs."""
    for name in _COLUMNS:
        op.add_column("run", sa.Column(name, sa.Text), schema="ops")


def downgrade() -> None:
    """Drop both columns."""
    for name in _COLUMNS:
        op.drop_column("run", name, schema="ops")
