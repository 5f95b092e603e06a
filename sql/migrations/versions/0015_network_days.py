"""Bitcoin's network by day: hash rate, issued bitcoin and fees."""

from alembic import op

from pipelines.warehouse.schema import metadata

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TABLE = "warehouse.fact_network_day"


def upgrade() -> None:
    """Create the table; the next run fills it."""
    metadata.tables[_TABLE].create(op.get_bind())


def downgrade() -> None:
    """Drop the table."""
    metadata.tables[_TABLE].drop(op.get_bind())
