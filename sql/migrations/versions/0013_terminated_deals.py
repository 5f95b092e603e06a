"""Terminated deals, maturity of notes and loans, exercised options, filer status."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ADDED = (("matures", sa.Integer), ("option_on", sa.Date))
_TABLES = (("warehouse", "fact_deal"), ("ops", "staged_claim"))


def upgrade() -> None:
    """Add the columns; the next run reads filings and articles again and fills them."""
    for table_schema, table in _TABLES:
        for name, kind in _ADDED:
            op.add_column(table, sa.Column(name, kind), schema=table_schema)
    op.add_column("dim_document", sa.Column("filer_status", sa.Text), schema="warehouse")
    op.execute("update warehouse.dim_document set reader_version = '' where reader_version is not null")


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("dim_document", "filer_status", schema="warehouse")
    for table_schema, table in _TABLES:
        for name, _ in _ADDED:
            op.drop_column(table, name, schema=table_schema)
