"""News: articles and their feeds; deals with all that states them; claims with what settles them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("feed", sa.Text(), nullable=False, comment="Its code in feeds.yaml."),
        sa.Column("url", sa.Text(), nullable=False, comment="Its address."),
        sa.Column("publisher", sa.Text(), nullable=False, comment="Who publishes it."),
        sa.Column("status", sa.Text(), nullable=False, comment="ok, unchanged (304) or failed."),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why it failed, or what is odd about it."),
        sa.Column("entries", sa.Integer(), nullable=False, comment="Entries of its last answer."),
        sa.Column(
            "newest_at", sa.DateTime(timezone=True), nullable=True, comment="Publication of its newest entry."
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last asked."),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True, comment="When it last answered."),
        sa.Column(
            "is_sample", sa.Boolean(), nullable=False, comment="Whether it is one of the shipped samples."
        ),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_feed")),
        schema="ops",
        comment="A feed of news: when it was asked, and what it answered.",
    )
    op.create_table(
        "feed_entry",
        sa.Column(
            "entry_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Key: its address without what only tracks its reader.",
        ),
        sa.Column("feed", sa.Text(), nullable=False, comment="Code of the feed that named it first."),
        sa.Column("url", sa.Text(), nullable=False, comment="Address as cleaned."),
        sa.Column("title", sa.Text(), nullable=False, comment="Title, as text."),
        sa.Column("summary", sa.Text(), nullable=True, comment="Summary, as text."),
        sa.Column("author", sa.Text(), nullable=True, comment="Author."),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Publication as the feed states it.",
        ),
        sa.Column(
            "partition_day",
            sa.Date(),
            nullable=False,
            comment="The day it belongs to: of its publication, else of the day it was seen first.",
        ),
        sa.Column(
            "status",
            sa.Text(),
            nullable=False,
            comment="listed, read, summary, missing, refused or unreadable.",
        ),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why it is not read."),
        sa.Column(
            "document_key",
            sa.BigInteger(),
            nullable=True,
            comment="Its document, once it is read; the same for entries of one article.",
        ),
        sa.Column(
            "is_sample", sa.Boolean(), nullable=False, comment="Whether it is one of the shipped samples."
        ),
        sa.PrimaryKeyConstraint("entry_key", name=op.f("pk_feed_entry")),
        schema="ops",
        comment="An entry of a feed: an article that is to be read.",
    )
    op.create_index(
        op.f("ix_feed_entry_partition_day"), "feed_entry", ["partition_day"], unique=False, schema="ops"
    )
    op.create_table(
        "dim_article",
        sa.Column(
            "document_key", sa.BigInteger(), autoincrement=False, nullable=False, comment="The document."
        ),
        sa.Column(
            "publisher",
            sa.Text(),
            nullable=False,
            comment="Who published it, as the feed's entry in feeds.yaml names it.",
        ),
        sa.Column("publisher_kind", sa.Text(), nullable=False, comment="wire, press, blog or aggregator."),
        sa.Column("feed", sa.Text(), nullable=False, comment="Code of the feed that named it first."),
        sa.Column("author", sa.Text(), nullable=True, comment="Author as the page names him."),
        sa.Column("language", sa.Text(), nullable=True, comment="Two letters, where known."),
        sa.Column("published_from", sa.Text(), nullable=True, comment="What told the time of publication."),
        sa.Column(
            "body",
            sa.Text(),
            nullable=False,
            comment="full, summary (paywalled or without text of its own: the feed's summary) or empty.",
        ),
        sa.Column("body_reason", sa.Text(), nullable=True, comment="Why it is not full."),
        sa.Column("words", sa.Integer(), nullable=False, comment="Words of its main text."),
        sa.Column(
            "fingerprint",
            sa.Text(),
            nullable=True,
            comment="SimHash of its main text, 16 hexadecimal digits.",
        ),
        sa.Column(
            "story_key",
            sa.BigInteger(),
            nullable=False,
            comment="The story: key of the article from which it was read, the most primary of its copies.",
        ),
        sa.Column("first_key", sa.BigInteger(), nullable=False, comment="The copy that was published first."),
        sa.Column(
            "filing_key",
            sa.BigInteger(),
            nullable=True,
            comment="The filed exhibit of which it is a copy: the company's own release on a wire.",
        ),
        sa.Column(
            "is_sample", sa.Boolean(), nullable=False, comment="Whether it is one of the shipped samples."
        ),
        sa.ForeignKeyConstraint(
            ["document_key"],
            ["warehouse.dim_document.document_key"],
            name=op.f("fk_dim_article_document_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("document_key", name=op.f("pk_dim_article")),
        schema="warehouse",
        comment="What an article is beside a document: its publisher, its story, and whose copy it is.",
    )
    op.create_index(
        op.f("ix_dim_article_story_key"), "dim_article", ["story_key"], unique=False, schema="warehouse"
    )
    op.create_table(
        "fact_stated_change",
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
        sa.Column(
            "period_key",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The period that changed.",
        ),
        sa.Column(
            "metric",
            sa.Text(),
            nullable=False,
            comment="What changed: change:bitcoin_produced or change:bitcoin_price.",
        ),
        sa.Column("percent", sa.Numeric(), nullable=False, comment="Change in percent, signed."),
        sa.Column("rounding", sa.Numeric(), nullable=False, comment="Half the unit it was stated in."),
        sa.Column(
            "basis",
            sa.Text(),
            nullable=True,
            comment="Against a year or a period before, where the document says so.",
        ),
        sa.Column(
            "locator", sa.Text(), nullable=False, comment="Where it stands: the sentence's place in the text."
        ),
        sa.Column("reported_label", sa.Text(), nullable=False, comment="The sentence."),
        sa.Column("disclosed_at", sa.DateTime(timezone=True), nullable=False, comment="When it was said."),
        sa.Column("extractor_version", sa.Text(), nullable=False, comment="Versions of reader and rules."),
        sa.Column(
            "loaded_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was last written."
        ),
        sa.ForeignKeyConstraint(
            ["company_key"],
            ["warehouse.dim_company.company_key"],
            name=op.f("fk_fact_stated_change_company_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["document_key"],
            ["warehouse.dim_document.document_key"],
            name=op.f("fk_fact_stated_change_document_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["period_key"],
            ["warehouse.dim_period.period_key"],
            name=op.f("fk_fact_stated_change_period_key"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("fact_key", name=op.f("pk_fact_stated_change")),
        schema="warehouse",
        comment="A change in percent as a filing states it in prose; claims of news are held against it.",
    )
    op.create_index(
        op.f("ix_fact_stated_change_document_key"),
        "fact_stated_change",
        ["document_key"],
        unique=False,
        schema="warehouse",
    )
    op.alter_column(
        "normalized_document",
        "dataset",
        existing_type=sa.TEXT(),
        comment="segment_revenue, bitcoin_sales, operating_metrics, deals or news_claims.",
        existing_comment="segment_revenue, bitcoin_sales or operating_metrics.",
        existing_nullable=False,
        schema="ops",
    )
    op.alter_column(
        "staged_row",
        "dataset",
        existing_type=sa.TEXT(),
        comment="segment_revenue, bitcoin_sales, operating_metrics, deals or news_claims.",
        existing_comment="segment_revenue, bitcoin_sales or operating_metrics.",
        existing_nullable=False,
        schema="ops",
    )
    op.add_column(
        "fact_deal",
        sa.Column(
            "deal_key",
            sa.BigInteger(),
            nullable=False,
            comment="The deal: the same for all documents that speak of it.",
        ),
        schema="warehouse",
    )
    op.add_column(
        "fact_deal",
        sa.Column(
            "rounding",
            sa.Numeric(),
            nullable=False,
            comment="Half the unit in which the amount (else the megawatts) was stated.",
        ),
        schema="warehouse",
    )
    op.add_column(
        "fact_deal",
        sa.Column(
            "qualifier",
            sa.Text(),
            nullable=True,
            comment="about, more_than, less_than or up_to, where the document says so.",
        ),
        schema="warehouse",
    )
    op.add_column(
        "fact_deal",
        sa.Column(
            "due_first",
            sa.Date(),
            nullable=True,
            comment="First day that the deadline may mean: early 2027 is January to April.",
        ),
        schema="warehouse",
    )
    op.add_column(
        "fact_deal",
        sa.Column("due_last", sa.Date(), nullable=True, comment="Last day that the deadline may mean."),
        schema="warehouse",
    )
    op.alter_column(
        "fact_deal",
        "document_key",
        existing_type=sa.BIGINT(),
        comment="The document that states it: a filing or an article.",
        existing_comment="The document that states it.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.alter_column(
        "fact_deal",
        "party",
        existing_type=sa.TEXT(),
        comment="The other side, or what is bought, in the document's words.",
        existing_comment="The other side.",
        existing_nullable=True,
        schema="warehouse",
    )
    op.alter_column(
        "fact_deal",
        "announced_on",
        existing_type=sa.DATE(),
        comment="Day of the announcement: of signing where a filing tells it, else of the document.",
        existing_comment="Day of the announcement.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.alter_column(
        "fact_deal",
        "status",
        existing_type=sa.TEXT(),
        comment="How far it is, by the document's words.",
        existing_comment="How far it is.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.alter_column(
        "fact_deal",
        "locator",
        existing_type=sa.TEXT(),
        comment="Where it stands: the sentence's place in the text.",
        existing_comment="Where it stands.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.create_index(
        op.f("ix_fact_deal_company_key_kind"),
        "fact_deal",
        ["company_key", "kind"],
        unique=False,
        schema="warehouse",
    )
    op.create_index(
        op.f("ix_fact_deal_document_key"), "fact_deal", ["document_key"], unique=False, schema="warehouse"
    )
    op.add_column(
        "fact_news_claim",
        sa.Column(
            "rounding",
            sa.Numeric(),
            nullable=False,
            comment="Half the unit in which it was written: what a comparison allows.",
        ),
        schema="warehouse",
    )
    op.add_column(
        "fact_news_claim",
        sa.Column(
            "qualifier",
            sa.Text(),
            nullable=True,
            comment="about, more_than or less_than, where the article says so.",
        ),
        schema="warehouse",
    )
    op.add_column(
        "fact_news_claim",
        sa.Column(
            "basis",
            sa.Text(),
            nullable=True,
            comment="Of a change: against a year or a period before, where the article says so.",
        ),
        schema="warehouse",
    )
    op.add_column(
        "fact_news_claim",
        sa.Column(
            "party", sa.Text(), nullable=True, comment="Of a deal: the other side, in the article's words."
        ),
        schema="warehouse",
    )
    op.add_column(
        "fact_news_claim",
        sa.Column("megawatts", sa.Numeric(), nullable=True, comment="Of a deal: megawatts beside an amount."),
        schema="warehouse",
    )
    op.add_column(
        "fact_news_claim",
        sa.Column("due", sa.Text(), nullable=True, comment="Of a deal: date or deadline as stated."),
        schema="warehouse",
    )
    op.add_column(
        "fact_news_claim",
        sa.Column(
            "deal_status",
            sa.Text(),
            nullable=True,
            comment="Of a deal: agreed, closed or planned, by the article's words.",
        ),
        schema="warehouse",
    )
    op.add_column(
        "fact_news_claim",
        sa.Column(
            "filing_key",
            sa.BigInteger(),
            nullable=True,
            comment="The filed document it was compared with, the first that settles it.",
        ),
        schema="warehouse",
    )
    op.add_column(
        "fact_news_claim",
        sa.Column(
            "settled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When article and filing were both known for the first time.",
        ),
        schema="warehouse",
    )
    op.add_column(
        "fact_news_claim",
        sa.Column(
            "note",
            sa.Text(),
            nullable=True,
            comment="What else would have matched (another period, unit, segment), or in what the statuses of a deal differ.",
        ),
        schema="warehouse",
    )
    op.alter_column(
        "fact_news_claim",
        "period_key",
        existing_type=sa.BIGINT(),
        comment="The period it is about; null for deals.",
        existing_comment="The period it is about.",
        existing_nullable=True,
        schema="warehouse",
    )
    op.alter_column(
        "fact_news_claim",
        "metric",
        existing_type=sa.TEXT(),
        comment="What is claimed: a metric, deal:acquisition …, or change:bitcoin_produced … in percent.",
        existing_comment="What is claimed.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.alter_column(
        "fact_news_claim",
        "status",
        existing_type=sa.TEXT(),
        comment="What the filings say: confirmed, contradicted, unmatched (not disclosed yet), superseded (matches a figure since restated).",
        existing_comment="What the filings say.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.create_index(
        op.f("ix_fact_news_claim_company_key"),
        "fact_news_claim",
        ["company_key"],
        unique=False,
        schema="warehouse",
    )
    op.create_index(
        op.f("ix_fact_news_claim_document_key"),
        "fact_news_claim",
        ["document_key"],
        unique=False,
        schema="warehouse",
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_fact_news_claim_document_key"), table_name="fact_news_claim", schema="warehouse")
    op.drop_index(op.f("ix_fact_news_claim_company_key"), table_name="fact_news_claim", schema="warehouse")
    op.alter_column(
        "fact_news_claim",
        "status",
        existing_type=sa.TEXT(),
        comment="What the filings say.",
        existing_comment="What the filings say: confirmed, contradicted, unmatched (not disclosed yet), superseded (matches a figure since restated).",
        existing_nullable=False,
        schema="warehouse",
    )
    op.alter_column(
        "fact_news_claim",
        "metric",
        existing_type=sa.TEXT(),
        comment="What is claimed.",
        existing_comment="What is claimed: a metric, deal:acquisition …, or change:bitcoin_produced … in percent.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.alter_column(
        "fact_news_claim",
        "period_key",
        existing_type=sa.BIGINT(),
        comment="The period it is about.",
        existing_comment="The period it is about; null for deals.",
        existing_nullable=True,
        schema="warehouse",
    )
    op.drop_column("fact_news_claim", "note", schema="warehouse")
    op.drop_column("fact_news_claim", "settled_at", schema="warehouse")
    op.drop_column("fact_news_claim", "filing_key", schema="warehouse")
    op.drop_column("fact_news_claim", "deal_status", schema="warehouse")
    op.drop_column("fact_news_claim", "due", schema="warehouse")
    op.drop_column("fact_news_claim", "megawatts", schema="warehouse")
    op.drop_column("fact_news_claim", "party", schema="warehouse")
    op.drop_column("fact_news_claim", "basis", schema="warehouse")
    op.drop_column("fact_news_claim", "qualifier", schema="warehouse")
    op.drop_column("fact_news_claim", "rounding", schema="warehouse")
    op.drop_index(op.f("ix_fact_deal_document_key"), table_name="fact_deal", schema="warehouse")
    op.drop_index(op.f("ix_fact_deal_company_key_kind"), table_name="fact_deal", schema="warehouse")
    op.alter_column(
        "fact_deal",
        "locator",
        existing_type=sa.TEXT(),
        comment="Where it stands.",
        existing_comment="Where it stands: the sentence's place in the text.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.alter_column(
        "fact_deal",
        "status",
        existing_type=sa.TEXT(),
        comment="How far it is.",
        existing_comment="How far it is, by the document's words.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.alter_column(
        "fact_deal",
        "announced_on",
        existing_type=sa.DATE(),
        comment="Day of the announcement.",
        existing_comment="Day of the announcement: of signing where a filing tells it, else of the document.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.alter_column(
        "fact_deal",
        "party",
        existing_type=sa.TEXT(),
        comment="The other side.",
        existing_comment="The other side, or what is bought, in the document's words.",
        existing_nullable=True,
        schema="warehouse",
    )
    op.alter_column(
        "fact_deal",
        "document_key",
        existing_type=sa.BIGINT(),
        comment="The document that states it.",
        existing_comment="The document that states it: a filing or an article.",
        existing_nullable=False,
        schema="warehouse",
    )
    op.drop_column("fact_deal", "due_last", schema="warehouse")
    op.drop_column("fact_deal", "due_first", schema="warehouse")
    op.drop_column("fact_deal", "qualifier", schema="warehouse")
    op.drop_column("fact_deal", "rounding", schema="warehouse")
    op.drop_column("fact_deal", "deal_key", schema="warehouse")
    op.alter_column(
        "staged_row",
        "dataset",
        existing_type=sa.TEXT(),
        comment="segment_revenue, bitcoin_sales or operating_metrics.",
        existing_comment="segment_revenue, bitcoin_sales, operating_metrics, deals or news_claims.",
        existing_nullable=False,
        schema="ops",
    )
    op.alter_column(
        "normalized_document",
        "dataset",
        existing_type=sa.TEXT(),
        comment="segment_revenue, bitcoin_sales or operating_metrics.",
        existing_comment="segment_revenue, bitcoin_sales, operating_metrics, deals or news_claims.",
        existing_nullable=False,
        schema="ops",
    )
    op.drop_index(
        op.f("ix_fact_stated_change_document_key"), table_name="fact_stated_change", schema="warehouse"
    )
    op.drop_table("fact_stated_change", schema="warehouse")
    op.drop_index(op.f("ix_dim_article_story_key"), table_name="dim_article", schema="warehouse")
    op.drop_table("dim_article", schema="warehouse")
    op.drop_index(op.f("ix_feed_entry_partition_day"), table_name="feed_entry", schema="ops")
    op.drop_table("feed_entry", schema="ops")
    op.drop_table("feed", schema="ops")
