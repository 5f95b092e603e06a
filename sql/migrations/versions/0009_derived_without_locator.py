"""Derived figures have no locator of their own: their inputs have one each."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLES = ("fact_segment_revenue", "fact_bitcoin_sale", "fact_operating_metric")


def upgrade() -> None:
    """Empty the locators of derived figures; the next run adds the documents of their inputs."""
    for table in _TABLES:
        op.alter_column(table, "locator", nullable=True, schema="warehouse")
        op.execute(f"update warehouse.{table} set locator = null where derivation = 'derived'")


def downgrade() -> None:
    """Require a locator again."""
    for table in _TABLES:
        op.execute(f"update warehouse.{table} set locator = '' where locator is null")
        op.alter_column(table, "locator", nullable=False, schema="warehouse")
