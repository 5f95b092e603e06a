"""Count the quantities of a document that no rule explains."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COLUMNS = ("not_understood_in_text", "not_understood_in_tables")


def upgrade() -> None:
    """Add the two counts; documents are counted when they are read again."""
    for name in _COLUMNS:
        column = sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0"))
        op.add_column("normalized_document", column, schema="ops")


def downgrade() -> None:
    """Drop the two counts."""
    for name in _COLUMNS:
        op.drop_column("normalized_document", name, schema="ops")
