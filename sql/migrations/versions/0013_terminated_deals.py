"""Terminated deals, maturity of notes and loans, days of exercised options."""

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


def downgrade() -> None:
    """Drop the columns."""
    for table_schema, table in _TABLES:
        for name, _ in _ADDED:
            op.drop_column(table, name, schema=table_schema)
