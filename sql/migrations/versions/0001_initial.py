"""The star schema, the quarantine, and what the operation of the pipeline keeps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

SCHEMAS = ("warehouse", "quarantine", "ops")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for schema in SCHEMAS:
        op.execute(f"create schema if not exists {schema}")
    op.create_table(
        "conditional_request",
        sa.Column("url", sa.Text(), nullable=False, comment="The page."),
        sa.Column("etag", sa.Text(), nullable=True, comment="Its ETag."),
        sa.Column("last_modified", sa.Text(), nullable=True, comment="Its Last-Modified."),
        sa.Column("sha256", sa.Text(), nullable=False, comment="Of the archived body."),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last asked for."
        ),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_conditional_request")),
        schema="ops",
        comment="What the host said of a page that changes, so that it need not be sent again.",
    )
    op.create_table(
        "filing",
        sa.Column("accession", sa.Text(), nullable=False, comment="Accession number."),
        sa.Column("cik", sa.Text(), nullable=False, comment="CIK under which it is listed."),
        sa.Column("company_id", sa.Text(), nullable=False, comment="Today's ticker."),
        sa.Column("form", sa.Text(), nullable=False, comment="Form."),
        sa.Column("items", sa.Text(), nullable=False, comment="Items of an 8-K."),
        sa.Column("filed_on", sa.Date(), nullable=False, comment="Day of filing."),
        sa.Column(
            "accepted_at", sa.DateTime(timezone=True), nullable=False, comment="When EDGAR accepted it."
        ),
        sa.Column("report_date", sa.Date(), nullable=True, comment="Period of report."),
        sa.Column(
            "primary_document", sa.Text(), nullable=False, comment="File name of the primary document."
        ),
        sa.Column(
            "is_inline_xbrl",
            sa.Boolean(),
            nullable=False,
            comment="Whether its primary document is inline XBRL.",
        ),
        sa.Column("is_xbrl", sa.Boolean(), nullable=False, comment="Whether it carries XBRL in any form."),
        sa.Column("source", sa.Text(), nullable=False, comment="edgar, mirror or sample."),
        sa.Column(
            "status",
            sa.Text(),
            nullable=False,
            comment="listed, indexed (its documents are known) or failed.",
        ),
        sa.Column("status_reason", sa.Text(), nullable=True, comment="Why it failed."),
        sa.PrimaryKeyConstraint("accession", "cik", name=op.f("pk_filing")),
        schema="ops",
        comment="A filing that a company's submissions list.",
    )
    op.create_index(
        op.f("ix_filing_company_id_filed_on"),
        "filing",
        ["company_id", "filed_on"],
        unique=False,
        schema="ops",
    )
    op.create_table(
        "finding",
        sa.Column(
            "finding_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Key: check, company, period and documents.",
        ),
        sa.Column("company_id", sa.Text(), nullable=False, comment="Today's ticker."),
        sa.Column("check_name", sa.Text(), nullable=False, comment="Which check."),
        sa.Column(
            "dataset", sa.Text(), nullable=False, comment="What it belongs to; findings are replaced with it."
        ),
        sa.Column(
            "document_key",
            sa.BigInteger(),
            nullable=True,
            comment="The document it belongs to; null across documents.",
        ),
        sa.Column("period_start", sa.Date(), nullable=True, comment="First day of the period."),
        sa.Column("period_end", sa.Date(), nullable=True, comment="Last day of the period."),
        sa.Column("expected", sa.Numeric(), nullable=True, comment="What it should be."),
        sa.Column("found", sa.Numeric(), nullable=True, comment="What it is."),
        sa.Column("detail", sa.Text(), nullable=False, comment="In words."),
        sa.Column("documents", postgresql.ARRAY(sa.Text()), nullable=False, comment="URLs of the documents."),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False, comment="When it was found first."),
        sa.PrimaryKeyConstraint("finding_key", name=op.f("pk_finding")),
        schema="ops",
        comment="Something that does not tie out.",
    )
    op.create_index(op.f("ix_finding_company_id"), "finding", ["company_id"], unique=False, schema="ops")
    op.create_table(
        "normalized_document",
        sa.Column(
            "document_key", sa.BigInteger(), autoincrement=False, nullable=False, comment="The document."
        ),
        sa.Column("dataset", sa.Text(), nullable=False, comment="segment_revenue or bitcoin_sales."),
        sa.Column("version", sa.Text(), nullable=False, comment="Versions of reader, rules and words."),
        sa.Column("state", sa.Text(), nullable=False, comment="staged, passed, blocked or loaded."),
        sa.Column("state_reason", sa.Text(), nullable=True, comment="Why it is blocked."),
        sa.Column("figures", sa.Integer(), nullable=False, comment="Rows staged."),
        sa.Column("rejected", sa.Integer(), nullable=False, comment="Rows refused by a rule."),
        sa.PrimaryKeyConstraint("document_key", "dataset", name=op.f("pk_normalized_document")),
        schema="ops",
        comment="Which documents were normalized by which rules, and loaded.",
    )
    op.create_table(
        "run",
        sa.Column("run_id", sa.Text(), nullable=False, comment="Dagster's id of the run."),
        sa.Column("job", sa.Text(), nullable=False, comment="Name of the job."),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="Start."),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="End; null while it runs or where it was killed.",
        ),
        sa.Column("status", sa.Text(), nullable=False, comment="running, succeeded or failed."),
        sa.Column(
            "summary",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
            comment="Counts by step, and failures by company.",
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run")),
        schema="ops",
        comment="A run of the job.",
    )
    op.create_table(
        "staged_row",
        sa.Column(
            "document_key", sa.BigInteger(), autoincrement=False, nullable=False, comment="Its document."
        ),
        sa.Column("dataset", sa.Text(), nullable=False, comment="segment_revenue or bitcoin_sales."),
        sa.Column("position", sa.Integer(), nullable=False, comment="Its place in the document's result."),
        sa.Column("company_id", sa.Text(), nullable=False, comment="Today's ticker."),
        sa.Column("version", sa.Text(), nullable=False, comment="Versions of reader and rules."),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="staged, passed or blocked: what validation said."
        ),
        sa.Column("row_content", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="The row."),
        sa.PrimaryKeyConstraint("document_key", "dataset", "position", name=op.f("pk_staged_row")),
        schema="ops",
        comment="A normalized row between normalizing and loading.",
    )
    op.create_index(
        op.f("ix_staged_row_company_id_dataset"),
        "staged_row",
        ["company_id", "dataset"],
        unique=False,
        schema="ops",
    )
    op.create_table(
        "rejected_row",
        sa.Column(
            "row_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Key of the row: its document, check and content.",
        ),
        sa.Column(
            "check_name", sa.Text(), nullable=False, comment="The expectation or rule that refused it."
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why, in one line."),
        sa.Column(
            "row_content",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="The row as it would have been loaded.",
        ),
        sa.Column("document_key", sa.BigInteger(), nullable=True, comment="Its document."),
        sa.Column("company_id", sa.Text(), nullable=True, comment="Today's ticker."),
        sa.Column(
            "status", sa.Text(), nullable=False, comment="open, released, or loaded after its release."
        ),
        sa.Column("released_by", sa.Text(), nullable=True, comment="Who released it."),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True, comment="When it was released."),
        sa.Column(
            "rejected_at", sa.DateTime(timezone=True), nullable=False, comment="When it was refused first."
        ),
        sa.PrimaryKeyConstraint("row_key", name=op.f("pk_rejected_row")),
        schema="quarantine",
        comment="A row that an expectation or a rule refused.",
    )
    op.create_index(
        op.f("ix_rejected_row_document_key"),
        "rejected_row",
        ["document_key"],
        unique=False,
        schema="quarantine",
    )
    op.create_table(
        "dim_company",
        sa.Column(
            "company_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Key of this span of the company.",
        ),
        sa.Column(
            "company_id",
            sa.Text(),
            nullable=False,
            comment="What stays the same over all spans: today's ticker.",
        ),
        sa.Column("ticker", sa.Text(), nullable=False, comment="Ticker in this span."),
        sa.Column("name", sa.Text(), nullable=False, comment="Name in this span."),
        sa.Column(
            "cik", sa.Text(), nullable=False, comment="CIK under which it filed in this span, 10 digits."
        ),
        sa.Column(
            "fiscal_year_end",
            sa.Text(),
            nullable=False,
            comment="Month and day on which its fiscal year ends, MM-DD.",
        ),
        sa.Column("accounting", sa.Text(), nullable=False, comment="us-gaap or ifrs."),
        sa.Column(
            "consolidated_by",
            sa.Text(),
            nullable=True,
            comment="Ticker of the parent whose figures contain this company's.",
        ),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="First day of the span."),
        sa.Column(
            "valid_to",
            sa.Date(),
            nullable=False,
            comment="Last day of the span; 9999-12-31 for the current one.",
        ),
        sa.Column("is_current", sa.Boolean(), nullable=False, comment="Whether this is today's span."),
        sa.PrimaryKeyConstraint("company_key", name=op.f("pk_dim_company")),
        sa.UniqueConstraint("company_id", "valid_from", name=op.f("uq_dim_company_company_id_valid_from")),
        schema="warehouse",
        comment="A company over a span of time: names, tickers and CIKs change (SCD type 2).",
    )
    op.create_table(
        "dim_date",
        sa.Column(
            "date_key", sa.Integer(), autoincrement=False, nullable=False, comment="The day as YYYYMMDD."
        ),
        sa.Column("day", sa.Date(), nullable=False, comment="The day."),
        sa.Column("year", sa.SmallInteger(), nullable=False, comment="Calendar year."),
        sa.Column("quarter", sa.SmallInteger(), nullable=False, comment="Calendar quarter, 1 to 4."),
        sa.Column("month", sa.SmallInteger(), nullable=False, comment="Month, 1 to 12."),
        sa.Column("weekday", sa.SmallInteger(), nullable=False, comment="ISO weekday, Monday 1."),
        sa.PrimaryKeyConstraint("date_key", name=op.f("pk_dim_date")),
        sa.UniqueConstraint("day", name=op.f("uq_dim_date_day")),
        schema="warehouse",
        comment="A day.",
    )
    op.create_table(
        "dim_document",
        sa.Column(
            "document_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Key of the document.",
        ),
        sa.Column(
            "source",
            sa.Text(),
            nullable=False,
            comment="edgar, mirror (filings kept in a folder), sample (retyped figures, not filings) or news.",
        ),
        sa.Column("company_id", sa.Text(), nullable=True, comment="Whose document it is: today's ticker."),
        sa.Column("cik", sa.Text(), nullable=True, comment="CIK under which it was filed."),
        sa.Column("form", sa.Text(), nullable=True, comment="Form of the filing: 10-Q, 8-K/A …"),
        sa.Column(
            "document_type",
            sa.Text(),
            nullable=True,
            comment="Type of the document within the filing: 10-Q, EX-99.1 …",
        ),
        sa.Column(
            "document_kind",
            sa.Text(),
            nullable=False,
            comment="report, release or other; the right of way in the marts depends on it.",
        ),
        sa.Column(
            "is_amendment", sa.Boolean(), nullable=False, comment="Whether the form is an amendment (…/A)."
        ),
        sa.Column("accession", sa.Text(), nullable=True, comment="Accession number."),
        sa.Column("name", sa.Text(), nullable=True, comment="File name within the filing."),
        sa.Column("url", sa.Text(), nullable=False, comment="Where it stands."),
        sa.Column("title", sa.Text(), nullable=True, comment="Description or headline."),
        sa.Column("items", sa.Text(), nullable=True, comment="Items of an 8-K."),
        sa.Column("filed_on", sa.Date(), nullable=True, comment="Day of filing."),
        sa.Column(
            "accepted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When EDGAR accepted it; the moment of disclosure.",
        ),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When an article was published.",
        ),
        sa.Column("report_date", sa.Date(), nullable=True, comment="Period of report."),
        sa.Column(
            "status",
            sa.Text(),
            nullable=False,
            comment="listed, archived, missing, refused, read, no_xbrl or unreadable.",
        ),
        sa.Column(
            "status_reason", sa.Text(), nullable=True, comment="Why it is missing, refused or unreadable."
        ),
        sa.Column("sha256", sa.Text(), nullable=True, comment="Of the archived bytes."),
        sa.Column("bytes", sa.BigInteger(), nullable=True, comment="Size of the archived bytes."),
        sa.Column("facts", sa.Integer(), nullable=True, comment="XBRL facts read from it."),
        sa.Column("reader_version", sa.Text(), nullable=True, comment="Version of the reader that read it."),
        sa.PrimaryKeyConstraint("document_key", name=op.f("pk_dim_document")),
        schema="warehouse",
        comment="A filed document or an article.",
    )
    op.create_index(
        op.f("ix_dim_document_accession"), "dim_document", ["accession"], unique=False, schema="warehouse"
    )
    op.create_index(
        op.f("ix_dim_document_company_id_filed_on"),
        "dim_document",
        ["company_id", "filed_on"],
        unique=False,
        schema="warehouse",
    )
    op.create_table(
        "dim_metric",
        sa.Column(
            "metric_key", sa.BigInteger(), autoincrement=False, nullable=False, comment="Key of the metric."
        ),
        sa.Column("metric", sa.Text(), nullable=False, comment="Code: total_revenue, bitcoin_held …"),
        sa.Column("unit", sa.Text(), nullable=False, comment="USD, BTC, EH/s …"),
        sa.Column(
            "meaning",
            sa.Text(),
            nullable=False,
            comment="What it means, with the differences between companies' definitions.",
        ),
        sa.PrimaryKeyConstraint("metric_key", name=op.f("pk_dim_metric")),
        sa.UniqueConstraint("metric", name=op.f("uq_dim_metric_metric")),
        schema="warehouse",
        comment="An operating metric.",
    )
    op.create_table(
        "dim_segment",
        sa.Column(
            "segment_key", sa.BigInteger(), autoincrement=False, nullable=False, comment="Key of the segment."
        ),
        sa.Column("segment", sa.Text(), nullable=False, comment="Code: self_mining, colocation …"),
        sa.Column("family", sa.Text(), nullable=False, comment="mining, ai_hpc or other."),
        sa.Column("meaning", sa.Text(), nullable=False, comment="What it means here."),
        sa.Column("may_be_negative", sa.Boolean(), nullable=False, comment="True for eliminations alone."),
        sa.PrimaryKeyConstraint("segment_key", name=op.f("pk_dim_segment")),
        sa.UniqueConstraint("segment", name=op.f("uq_dim_segment_segment")),
        schema="warehouse",
        comment="A canonical segment of revenue.",
    )
    op.create_table(
        "fact_bitcoin_price",
        sa.Column("day", sa.Date(), nullable=False, comment="The day."),
        sa.Column("price_source", sa.Text(), nullable=False, comment="Where the price is from."),
        sa.Column("price_usd", sa.Numeric(), nullable=False, comment="Price of one bitcoin in US dollars."),
        sa.Column(
            "loaded_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was last written."
        ),
        sa.PrimaryKeyConstraint("day", "price_source", name=op.f("pk_fact_bitcoin_price")),
        schema="warehouse",
        comment="A day's reference price of bitcoin.",
    )
    op.create_table(
        "dim_period",
        sa.Column(
            "period_key", sa.BigInteger(), autoincrement=False, nullable=False, comment="Key of the period."
        ),
        sa.Column("period_start", sa.Date(), nullable=True, comment="First day; null for an instant."),
        sa.Column("period_end", sa.Date(), nullable=False, comment="Last day, or the day of an instant."),
        sa.Column(
            "period_kind",
            sa.Text(),
            nullable=False,
            comment="month, quarter, half, nine_months, year or instant.",
        ),
        sa.Column("start_date_key", sa.Integer(), nullable=True, comment="dim_date of the first day."),
        sa.Column("end_date_key", sa.Integer(), nullable=False, comment="dim_date of the last day."),
        sa.ForeignKeyConstraint(
            ["end_date_key"], ["warehouse.dim_date.date_key"], name=op.f("fk_dim_period_end_date_key")
        ),
        sa.ForeignKeyConstraint(
            ["start_date_key"], ["warehouse.dim_date.date_key"], name=op.f("fk_dim_period_start_date_key")
        ),
        sa.PrimaryKeyConstraint("period_key", name=op.f("pk_dim_period")),
        schema="warehouse",
        comment="A span of time that figures cover, or a day on which they stand.",
    )
    op.create_table(
        "fact_deal",
        sa.Column(
            "fact_key", sa.BigInteger(), autoincrement=False, nullable=False, comment="Key of the row."
        ),
        sa.Column(
            "company_key", sa.BigInteger(), autoincrement=False, nullable=False, comment="The company."
        ),
        sa.Column(
            "document_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The document that states it.",
        ),
        sa.Column("kind", sa.Text(), nullable=False, comment="What was agreed."),
        sa.Column("party", sa.Text(), nullable=True, comment="The other side."),
        sa.Column("amount_usd", sa.Numeric(), nullable=True, comment="Amount in US dollars."),
        sa.Column("megawatts", sa.Numeric(), nullable=True, comment="Megawatts."),
        sa.Column("announced_on", sa.Date(), nullable=False, comment="Day of the announcement."),
        sa.Column("due", sa.Text(), nullable=True, comment="Date or deadline as stated."),
        sa.Column("status", sa.Text(), nullable=False, comment="How far it is."),
        sa.Column("locator", sa.Text(), nullable=False, comment="Where it stands."),
        sa.Column("reported_label", sa.Text(), nullable=False, comment="The sentence."),
        sa.Column("disclosed_at", sa.DateTime(timezone=True), nullable=False, comment="When it was said."),
        sa.Column("extractor_version", sa.Text(), nullable=False, comment="Versions of reader and rules."),
        sa.Column(
            "loaded_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was last written."
        ),
        sa.ForeignKeyConstraint(
            ["company_key"],
            ["warehouse.dim_company.company_key"],
            name=op.f("fk_fact_deal_company_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["document_key"],
            ["warehouse.dim_document.document_key"],
            name=op.f("fk_fact_deal_document_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("fact_key", name=op.f("pk_fact_deal")),
        schema="warehouse",
        comment="An announced deal or target as one document states it.",
    )
    op.create_table(
        "fact_bitcoin_sale",
        sa.Column(
            "fact_key", sa.BigInteger(), autoincrement=False, nullable=False, comment="Key of the row."
        ),
        sa.Column(
            "company_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The company as it was when it said so.",
        ),
        sa.Column(
            "document_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The document that states it.",
        ),
        sa.Column(
            "period_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The period or day it is about.",
        ),
        sa.Column(
            "fiscal_year",
            sa.SmallInteger(),
            nullable=False,
            comment="The company's fiscal year in which the period ends.",
        ),
        sa.Column(
            "fiscal_quarter",
            sa.SmallInteger(),
            nullable=True,
            comment="The company's fiscal quarter, for quarters and months.",
        ),
        sa.Column(
            "locator",
            sa.Text(),
            nullable=False,
            comment="Where it stands: XBRL fact id, table/row/column, or text offset.",
        ),
        sa.Column(
            "reported_label", sa.Text(), nullable=False, comment="The label in the company's own words."
        ),
        sa.Column(
            "derivation", sa.Text(), nullable=False, comment="as_reported, summed, derived or single_segment."
        ),
        sa.Column(
            "inputs",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
            comment="Inputs of what is not as reported: label, value, locator or document.",
        ),
        sa.Column(
            "rules",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
            comment="Names of the rules that took part.",
        ),
        sa.Column("rounding", sa.Numeric(), nullable=False, comment="Half the unit it was stated in."),
        sa.Column(
            "disclosed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When it was said: the document's acceptance or publication.",
        ),
        sa.Column("extractor_version", sa.Text(), nullable=False, comment="Versions of reader and rules."),
        sa.Column(
            "released_by",
            sa.Text(),
            nullable=True,
            comment="Who released the row from quarantine, where it was there.",
        ),
        sa.Column(
            "loaded_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was last written."
        ),
        sa.Column("bitcoin_sold", sa.Numeric(), nullable=True, comment="Bitcoin sold, count."),
        sa.Column("proceeds_usd", sa.Numeric(), nullable=True, comment="Proceeds in US dollars, exact."),
        sa.Column(
            "average_price_usd",
            sa.Numeric(),
            nullable=True,
            comment="Average price for one bitcoin in US dollars.",
        ),
        sa.ForeignKeyConstraint(
            ["company_key"],
            ["warehouse.dim_company.company_key"],
            name=op.f("fk_fact_bitcoin_sale_company_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["document_key"],
            ["warehouse.dim_document.document_key"],
            name=op.f("fk_fact_bitcoin_sale_document_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["period_key"],
            ["warehouse.dim_period.period_key"],
            name=op.f("fk_fact_bitcoin_sale_period_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("fact_key", name=op.f("pk_fact_bitcoin_sale")),
        sa.UniqueConstraint(
            "document_key", "period_key", name=op.f("uq_fact_bitcoin_sale_document_key_period_key")
        ),
        schema="warehouse",
        comment="Bitcoin sold over one period as one document states it.",
    )
    op.create_index(
        op.f("ix_fact_bitcoin_sale_company_key_period_key"),
        "fact_bitcoin_sale",
        ["company_key", "period_key"],
        unique=False,
        schema="warehouse",
    )
    op.create_table(
        "fact_news_claim",
        sa.Column(
            "fact_key", sa.BigInteger(), autoincrement=False, nullable=False, comment="Key of the row."
        ),
        sa.Column(
            "company_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The company it is about.",
        ),
        sa.Column(
            "document_key", sa.BigInteger(), autoincrement=False, nullable=False, comment="The article."
        ),
        sa.Column("period_key", sa.BigInteger(), nullable=True, comment="The period it is about."),
        sa.Column("metric", sa.Text(), nullable=False, comment="What is claimed."),
        sa.Column("segment", sa.Text(), nullable=True, comment="Canonical segment, for a claim on revenue."),
        sa.Column("value", sa.Numeric(), nullable=False, comment="The claimed value."),
        sa.Column("unit", sa.Text(), nullable=False, comment="Its unit."),
        sa.Column("status", sa.Text(), nullable=False, comment="What the filings say."),
        sa.Column(
            "filing_value", sa.Numeric(), nullable=True, comment="The filed value it was compared with."
        ),
        sa.Column("difference", sa.Numeric(), nullable=True, comment="Claimed less filed."),
        sa.Column("locator", sa.Text(), nullable=False, comment="Offset of the sentence."),
        sa.Column("reported_label", sa.Text(), nullable=False, comment="The sentence."),
        sa.Column(
            "disclosed_at", sa.DateTime(timezone=True), nullable=False, comment="When it was published."
        ),
        sa.Column("extractor_version", sa.Text(), nullable=False, comment="Versions of reader and rules."),
        sa.Column(
            "loaded_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was last written."
        ),
        sa.ForeignKeyConstraint(
            ["company_key"],
            ["warehouse.dim_company.company_key"],
            name=op.f("fk_fact_news_claim_company_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["document_key"],
            ["warehouse.dim_document.document_key"],
            name=op.f("fk_fact_news_claim_document_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["period_key"],
            ["warehouse.dim_period.period_key"],
            name=op.f("fk_fact_news_claim_period_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("fact_key", name=op.f("pk_fact_news_claim")),
        schema="warehouse",
        comment="One claim of one article, and what the filings say about it.",
    )
    op.create_table(
        "fact_operating_metric",
        sa.Column(
            "fact_key", sa.BigInteger(), autoincrement=False, nullable=False, comment="Key of the row."
        ),
        sa.Column(
            "company_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The company as it was when it said so.",
        ),
        sa.Column(
            "document_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The document that states it.",
        ),
        sa.Column(
            "period_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The period or day it is about.",
        ),
        sa.Column(
            "fiscal_year",
            sa.SmallInteger(),
            nullable=False,
            comment="The company's fiscal year in which the period ends.",
        ),
        sa.Column(
            "fiscal_quarter",
            sa.SmallInteger(),
            nullable=True,
            comment="The company's fiscal quarter, for quarters and months.",
        ),
        sa.Column(
            "locator",
            sa.Text(),
            nullable=False,
            comment="Where it stands: XBRL fact id, table/row/column, or text offset.",
        ),
        sa.Column(
            "reported_label", sa.Text(), nullable=False, comment="The label in the company's own words."
        ),
        sa.Column(
            "derivation", sa.Text(), nullable=False, comment="as_reported, summed, derived or single_segment."
        ),
        sa.Column(
            "inputs",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
            comment="Inputs of what is not as reported: label, value, locator or document.",
        ),
        sa.Column(
            "rules",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
            comment="Names of the rules that took part.",
        ),
        sa.Column("rounding", sa.Numeric(), nullable=False, comment="Half the unit it was stated in."),
        sa.Column(
            "disclosed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When it was said: the document's acceptance or publication.",
        ),
        sa.Column("extractor_version", sa.Text(), nullable=False, comment="Versions of reader and rules."),
        sa.Column(
            "released_by",
            sa.Text(),
            nullable=True,
            comment="Who released the row from quarantine, where it was there.",
        ),
        sa.Column(
            "loaded_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was last written."
        ),
        sa.Column("metric_key", sa.BigInteger(), autoincrement=False, nullable=False, comment="The metric."),
        sa.Column("value", sa.Numeric(), nullable=False, comment="Value in the metric's unit, exact."),
        sa.Column(
            "scope",
            sa.Text(),
            nullable=False,
            comment="total, company, joint_venture, hosted_customers or a site's name.",
        ),
        sa.ForeignKeyConstraint(
            ["company_key"],
            ["warehouse.dim_company.company_key"],
            name=op.f("fk_fact_operating_metric_company_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["document_key"],
            ["warehouse.dim_document.document_key"],
            name=op.f("fk_fact_operating_metric_document_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["metric_key"],
            ["warehouse.dim_metric.metric_key"],
            name=op.f("fk_fact_operating_metric_metric_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["period_key"],
            ["warehouse.dim_period.period_key"],
            name=op.f("fk_fact_operating_metric_period_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("fact_key", name=op.f("pk_fact_operating_metric")),
        sa.UniqueConstraint(
            "document_key",
            "period_key",
            "metric_key",
            "scope",
            name=op.f("uq_fact_operating_metric_document_key_period_key_metric_key_scope"),
        ),
        schema="warehouse",
        comment="One metric over one period or on one day as one document states it.",
    )
    op.create_index(
        op.f("ix_fact_operating_metric_company_key_period_key"),
        "fact_operating_metric",
        ["company_key", "period_key"],
        unique=False,
        schema="warehouse",
    )
    op.create_table(
        "fact_segment_revenue",
        sa.Column(
            "fact_key", sa.BigInteger(), autoincrement=False, nullable=False, comment="Key of the row."
        ),
        sa.Column(
            "company_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The company as it was when it said so.",
        ),
        sa.Column(
            "document_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The document that states it.",
        ),
        sa.Column(
            "period_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The period or day it is about.",
        ),
        sa.Column(
            "fiscal_year",
            sa.SmallInteger(),
            nullable=False,
            comment="The company's fiscal year in which the period ends.",
        ),
        sa.Column(
            "fiscal_quarter",
            sa.SmallInteger(),
            nullable=True,
            comment="The company's fiscal quarter, for quarters and months.",
        ),
        sa.Column(
            "locator",
            sa.Text(),
            nullable=False,
            comment="Where it stands: XBRL fact id, table/row/column, or text offset.",
        ),
        sa.Column(
            "reported_label", sa.Text(), nullable=False, comment="The label in the company's own words."
        ),
        sa.Column(
            "derivation", sa.Text(), nullable=False, comment="as_reported, summed, derived or single_segment."
        ),
        sa.Column(
            "inputs",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
            comment="Inputs of what is not as reported: label, value, locator or document.",
        ),
        sa.Column(
            "rules",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
            comment="Names of the rules that took part.",
        ),
        sa.Column("rounding", sa.Numeric(), nullable=False, comment="Half the unit it was stated in."),
        sa.Column(
            "disclosed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When it was said: the document's acceptance or publication.",
        ),
        sa.Column("extractor_version", sa.Text(), nullable=False, comment="Versions of reader and rules."),
        sa.Column(
            "released_by",
            sa.Text(),
            nullable=True,
            comment="Who released the row from quarantine, where it was there.",
        ),
        sa.Column(
            "loaded_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was last written."
        ),
        sa.Column(
            "segment_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The canonical segment.",
        ),
        sa.Column("revenue_usd", sa.Numeric(), nullable=False, comment="Revenue in US dollars, exact."),
        sa.Column(
            "complete",
            sa.Boolean(),
            nullable=False,
            comment="Whether the document's segments of this period add up to its total.",
        ),
        sa.ForeignKeyConstraint(
            ["company_key"],
            ["warehouse.dim_company.company_key"],
            name=op.f("fk_fact_segment_revenue_company_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["document_key"],
            ["warehouse.dim_document.document_key"],
            name=op.f("fk_fact_segment_revenue_document_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["period_key"],
            ["warehouse.dim_period.period_key"],
            name=op.f("fk_fact_segment_revenue_period_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["segment_key"],
            ["warehouse.dim_segment.segment_key"],
            name=op.f("fk_fact_segment_revenue_segment_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("fact_key", name=op.f("pk_fact_segment_revenue")),
        sa.UniqueConstraint(
            "document_key",
            "period_key",
            "segment_key",
            name=op.f("uq_fact_segment_revenue_document_key_period_key_segment_key"),
        ),
        schema="warehouse",
        comment="A company's revenue of one segment over one period as one document states it.",
    )
    op.create_index(
        op.f("ix_fact_segment_revenue_company_key_period_key"),
        "fact_segment_revenue",
        ["company_key", "period_key"],
        unique=False,
        schema="warehouse",
    )


def downgrade() -> None:
    op.drop_index(
        op.f("ix_fact_segment_revenue_company_key_period_key"),
        table_name="fact_segment_revenue",
        schema="warehouse",
    )
    op.drop_table("fact_segment_revenue", schema="warehouse")
    op.drop_index(
        op.f("ix_fact_operating_metric_company_key_period_key"),
        table_name="fact_operating_metric",
        schema="warehouse",
    )
    op.drop_table("fact_operating_metric", schema="warehouse")
    op.drop_table("fact_news_claim", schema="warehouse")
    op.drop_index(
        op.f("ix_fact_bitcoin_sale_company_key_period_key"),
        table_name="fact_bitcoin_sale",
        schema="warehouse",
    )
    op.drop_table("fact_bitcoin_sale", schema="warehouse")
    op.drop_table("fact_deal", schema="warehouse")
    op.drop_table("dim_period", schema="warehouse")
    op.drop_table("fact_bitcoin_price", schema="warehouse")
    op.drop_table("dim_segment", schema="warehouse")
    op.drop_table("dim_metric", schema="warehouse")
    op.drop_index(op.f("ix_dim_document_company_id_filed_on"), table_name="dim_document", schema="warehouse")
    op.drop_index(op.f("ix_dim_document_accession"), table_name="dim_document", schema="warehouse")
    op.drop_table("dim_document", schema="warehouse")
    op.drop_table("dim_date", schema="warehouse")
    op.drop_table("dim_company", schema="warehouse")
    op.drop_index(op.f("ix_rejected_row_document_key"), table_name="rejected_row", schema="quarantine")
    op.drop_table("rejected_row", schema="quarantine")
    op.drop_index(op.f("ix_staged_row_company_id_dataset"), table_name="staged_row", schema="ops")
    op.drop_table("staged_row", schema="ops")
    op.drop_table("run", schema="ops")
    op.drop_table("normalized_document", schema="ops")
    op.drop_index(op.f("ix_finding_company_id"), table_name="finding", schema="ops")
    op.drop_table("finding", schema="ops")
    op.drop_index(op.f("ix_filing_company_id_filed_on"), table_name="filing", schema="ops")
    op.drop_table("filing", schema="ops")
    op.drop_table("conditional_request", schema="ops")
    op.execute("drop schema quarantine")
    op.execute("drop schema warehouse")
