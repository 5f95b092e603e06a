"""Findings name the figure in doubt, metrics how they are combined, changes their company."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the next run normalizes each document again and fills them."""
    op.add_column("mart_change", sa.Column("company_id", sa.Text), schema="ops")
    op.add_column(
        "dim_metric",
        sa.Column("aggregation", sa.Text, nullable=False, server_default="last"),
        schema="warehouse",
    )
    op.alter_column("dim_metric", "aggregation", server_default=None, schema="warehouse")
    for name in ("metric", "segment"):
        op.add_column("finding", sa.Column(name, sa.Text), schema="ops")
    op.execute("update ops.normalized_document set version = ''")


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("dim_metric", "aggregation", schema="warehouse")
    op.drop_column("mart_change", "company_id", schema="ops")
    for name in ("metric", "segment"):
        op.drop_column("finding", name, schema="ops")
