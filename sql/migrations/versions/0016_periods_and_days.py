"""Periods that a finding doubts beside its own; days of agreement and closing of deals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_DAYS = ("agreed_on", "closed_on")
_DEALS = (("warehouse", "fact_deal"), ("ops", "staged_claim"))


def upgrade() -> None:
    """Add the columns; the next run fills them."""
    column = sa.Column("other_periods", postgresql.ARRAY(sa.Text))
    op.add_column("finding", column, schema="ops")
    for schema, table in _DEALS:
        for name in _DAYS:
            op.add_column(table, sa.Column(name, sa.Date), schema=schema)


def downgrade() -> None:
    """Drop the columns."""
    for schema, table in _DEALS:
        for name in _DAYS:
            op.drop_column(table, name, schema=schema)
    op.drop_column("finding", "other_periods", schema="ops")
