"""Releases: what a furnished document is and is about, completed sales, qualified metrics."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column(
        "normalized_document",
        "dataset",
        existing_type=sa.TEXT(),
        comment="segment_revenue, bitcoin_sales or operating_metrics.",
        existing_comment="segment_revenue or bitcoin_sales.",
        existing_nullable=False,
        schema="ops",
    )
    op.alter_column(
        "staged_row",
        "dataset",
        existing_type=sa.TEXT(),
        comment="segment_revenue, bitcoin_sales or operating_metrics.",
        existing_comment="segment_revenue or bitcoin_sales.",
        existing_nullable=False,
        schema="ops",
    )
    op.add_column(
        "dim_document",
        sa.Column(
            "kind_reason", sa.Text(), nullable=True, comment="Why it is a release, an update or neither."
        ),
        schema="warehouse",
    )
    op.add_column(
        "dim_document",
        sa.Column(
            "release_version",
            sa.Text(),
            nullable=True,
            comment="Version of the reader of releases that read it.",
        ),
        schema="warehouse",
    )
    op.add_column(
        "dim_document",
        sa.Column(
            "subject_start",
            sa.Date(),
            nullable=True,
            comment="First day of the period that a release is about.",
        ),
        schema="warehouse",
    )
    op.add_column(
        "dim_document",
        sa.Column(
            "subject_end", sa.Date(), nullable=True, comment="Last day of the period that a release is about."
        ),
        schema="warehouse",
    )
    op.add_column(
        "dim_document",
        sa.Column(
            "repeats",
            sa.BigInteger(),
            nullable=True,
            comment="The earlier document of the same disclosure, where it is furnished again or corrected.",
        ),
        schema="warehouse",
    )
    op.alter_column(
        "dim_document",
        "document_kind",
        existing_type=sa.TEXT(),
        comment="report, release (of earnings), update (monthly) or other; the right of way in the marts depends on it.",
        existing_comment="report, release or other; the right of way in the marts depends on it.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.alter_column(
        "dim_document",
        "status",
        existing_type=sa.TEXT(),
        comment="listed, archived, missing, refused, read, no_xbrl, no_disclosure (neither update nor results) or unreadable.",
        existing_comment="listed, archived, missing, refused, read, no_xbrl or unreadable.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.alter_column(
        "dim_document",
        "reader_version",
        existing_type=sa.TEXT(),
        comment="Version of the XBRL reader that read it.",
        existing_comment="Version of the reader that read it.",
        existing_nullable=True,
        schema="warehouse",
    )
    op.add_column(
        "fact_bitcoin_sale",
        sa.Column(
            "completed",
            sa.Text(),
            nullable=True,
            comment="Which of the three was computed from the other two: bitcoin_sold, proceeds_usd or average_price_usd.",
        ),
        schema="warehouse",
    )
    op.add_column(
        "fact_operating_metric",
        sa.Column(
            "qualifier",
            sa.Text(),
            nullable=True,
            comment="about, more_than, less_than or up_to, where the company says so.",
        ),
        schema="warehouse",
    )
    op.alter_column(
        "fact_operating_metric",
        "scope",
        existing_type=sa.TEXT(),
        comment="company, total (others' shares included), joint_venture, hosted_customers, a site's name; of a capacity contracted, energized or under_construction.",
        existing_comment="total, company, joint_venture, hosted_customers or a site's name.",
        existing_nullable=False,
        schema="warehouse",
    )


def downgrade() -> None:
    op.alter_column(
        "fact_operating_metric",
        "scope",
        existing_type=sa.TEXT(),
        comment="total, company, joint_venture, hosted_customers or a site's name.",
        existing_comment="company, total (others' shares included), joint_venture, hosted_customers, a site's name; of a capacity contracted, energized or under_construction.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.drop_column("fact_operating_metric", "qualifier", schema="warehouse")
    op.drop_column("fact_bitcoin_sale", "completed", schema="warehouse")
    op.alter_column(
        "dim_document",
        "reader_version",
        existing_type=sa.TEXT(),
        comment="Version of the reader that read it.",
        existing_comment="Version of the XBRL reader that read it.",
        existing_nullable=True,
        schema="warehouse",
    )
    op.alter_column(
        "dim_document",
        "status",
        existing_type=sa.TEXT(),
        comment="listed, archived, missing, refused, read, no_xbrl or unreadable.",
        existing_comment="listed, archived, missing, refused, read, no_xbrl, no_disclosure (neither update nor results) or unreadable.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.alter_column(
        "dim_document",
        "document_kind",
        existing_type=sa.TEXT(),
        comment="report, release or other; the right of way in the marts depends on it.",
        existing_comment="report, release (of earnings), update (monthly) or other; the right of way in the marts depends on it.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.drop_column("dim_document", "repeats", schema="warehouse")
    op.drop_column("dim_document", "subject_end", schema="warehouse")
    op.drop_column("dim_document", "subject_start", schema="warehouse")
    op.drop_column("dim_document", "release_version", schema="warehouse")
    op.drop_column("dim_document", "kind_reason", schema="warehouse")
    op.alter_column(
        "staged_row",
        "dataset",
        existing_type=sa.TEXT(),
        comment="segment_revenue or bitcoin_sales.",
        existing_comment="segment_revenue, bitcoin_sales or operating_metrics.",
        existing_nullable=False,
        schema="ops",
    )
    op.alter_column(
        "normalized_document",
        "dataset",
        existing_type=sa.TEXT(),
        comment="segment_revenue or bitcoin_sales.",
        existing_comment="segment_revenue, bitcoin_sales or operating_metrics.",
        existing_nullable=False,
        schema="ops",
    )
