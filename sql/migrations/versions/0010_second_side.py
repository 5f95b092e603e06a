"""Figures compared with EDGAR's company facts, and miners that are not watched."""

from alembic import op

from pipelines.warehouse.schema import metadata

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TABLES = ("ops.verification", "ops.unwatched_registrant")


def upgrade() -> None:
    """Create both tables; the next run fills them."""
    for name in _TABLES:
        metadata.tables[name].create(op.get_bind())


def downgrade() -> None:
    """Drop both tables."""
    for name in _TABLES:
        metadata.tables[name].drop(op.get_bind())
