"""marts kept ready"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What the marts that are kept ready are made of.
WATCHED = (
    "warehouse.fact_segment_revenue",
    "warehouse.fact_bitcoin_sale",
    "warehouse.fact_operating_metric",
    "warehouse.dim_document",
    "warehouse.dim_company",
    "warehouse.dim_segment",
    "warehouse.dim_metric",
    "warehouse.dim_article",
    "warehouse.fact_deal",
    "warehouse.fact_news_claim",
    "quarantine.rejected_row",
)


def upgrade() -> None:
    from pipelines.warehouse import bookkeeping

    op.drop_table("staged_row", schema="ops")
    for table in (bookkeeping.staged_figure, bookkeeping.staged_claim):
        table.create(op.get_bind())
    op.add_column(
        "dim_company",
        sa.Column(
            "ended_on",
            sa.Date(),
            nullable=True,
            comment="Day on which the company was bought or closed down; null where it files.",
        ),
        schema="warehouse",
    )
    op.create_table(
        "mart_change",
        sa.Column("change_key", sa.BigInteger(), sa.Identity(), nullable=False, comment="Its number."),
        sa.Column("changed_table", sa.Text(), nullable=False, comment="The table."),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, comment="When."),
        sa.PrimaryKeyConstraint("change_key", name=op.f("pk_mart_change")),
        schema="ops",
        comment="A change of facts, documents or companies that the marts kept ready do not show yet; triggers write it.",
    )
    # Each change is a row of its own: two writers never wait for each other here, and what a refresh has not seen stays.
    op.execute(
        "create function ops.note_change() returns trigger language plpgsql security definer set search_path = pg_catalog as $$ "
        "begin if exists (select 1 from changed) then "
        "insert into ops.mart_change (changed_table, changed_at) values (tg_table_schema || '.' || tg_table_name, now()); "
        "end if; return null; end $$"
    )
    for table in WATCHED:
        for event, rows in (("insert", "new"), ("update", "new"), ("delete", "old")):
            op.execute(
                f"create trigger note_{event} after {event} on {table} referencing {rows} table as changed "
                "for each statement execute function ops.note_change()"
            )


def downgrade() -> None:
    for table in WATCHED:
        for event in ("insert", "update", "delete"):
            op.execute(f"drop trigger note_{event} on {table}")
    op.execute("drop function ops.note_change()")
    op.drop_table("mart_change", schema="ops")
    op.drop_column("dim_company", "ended_on", schema="warehouse")
