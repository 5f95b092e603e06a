"""Filer status of companies, as their reports state it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the next run reads reports again and fills it."""
    op.add_column("dim_document", sa.Column("filer_status", sa.Text), schema="warehouse")
    op.execute("update warehouse.dim_document set reader_version = '' where reader_version is not null")


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("dim_document", "filer_status", schema="warehouse")
