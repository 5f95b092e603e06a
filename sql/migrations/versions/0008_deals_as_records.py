"""Kinds and roles of deals, confidence of claims, and skipped quantities of articles."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_DEAL = (
    ("party_role", sa.Text),
    ("amount_kind", sa.Text),
    ("megawatts_kind", sa.Text),
    ("term_years", sa.Numeric),
)
_ADDED = (
    ("warehouse", "fact_deal", _DEAL),
    ("warehouse", "fact_news_claim", (("confidence", sa.Numeric),)),
    ("ops", "staged_claim", (*_DEAL, ("confidence", sa.Numeric))),
)


def upgrade() -> None:
    """Add the columns; the next run reads articles and filings again and fills them."""
    for table_schema, table, columns in _ADDED:
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind), schema=table_schema)
    skipped = sa.Column("skipped", sa.Integer, nullable=False, server_default=sa.text("0"))
    op.add_column("normalized_document", skipped, schema="ops")


def downgrade() -> None:
    """Drop the columns."""
    for table_schema, table, columns in _ADDED:
        for name, _ in columns:
            op.drop_column(table, name, schema=table_schema)
    op.drop_column("normalized_document", "skipped", schema="ops")
