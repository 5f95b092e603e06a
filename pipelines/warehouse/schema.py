"""The star schema's tables: the one place where each is described. Those of the pipeline itself are in `bookkeeping`.

Migrations are checked against this MetaData; PostgreSQL comments, Dagster column metadata and the column
expectations are made from it.
"""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

# Whoever asks for the MetaData of the schema gets all of its tables.
import pipelines.warehouse.bookkeeping  # noqa: F401
from pipelines.normalize.figures import DERIVATIONS
from pipelines.normalize.periods import KINDS
from pipelines.warehouse.columns import ACCESSION, URL, day, flag, key, moment, number, table, text
from pipelines.warehouse.columns import metadata as metadata

dim_company = table(
    "warehouse",
    "dim_company",
    "A company over a span of time: names, tickers and CIKs change (SCD type 2).",
    key("company_key", "Key of this span of the company.", primary=True),
    text("company_id", "What stays the same over all spans: today's ticker."),
    text("ticker", "Ticker in this span."),
    text("name", "Name in this span."),
    text("cik", "CIK under which it filed in this span, 10 digits.", pattern=r"^\d{10}$"),
    text("fiscal_year_end", "Month and day on which its fiscal year ends, MM-DD.", pattern=r"^\d\d-\d\d$"),
    text("accounting", "us-gaap or ifrs.", values=("us-gaap", "ifrs")),
    text("consolidated_by", "Ticker of the parent whose figures contain this company's.", null=True),
    day("valid_from", "First day of the span."),
    day("valid_to", "Last day of the span; 9999-12-31 for the current one."),
    flag("is_current", "Whether this is today's span."),
    day("ended_on", "Day on which the company was bought or closed down; null where it files.", null=True),
    sa.UniqueConstraint("company_id", "valid_from"),
)

dim_segment = table(
    "warehouse",
    "dim_segment",
    "A canonical segment of revenue.",
    key("segment_key", "Key of the segment.", primary=True),
    text("segment", "Code: self_mining, colocation …"),
    text("family", "mining, ai_hpc or other.", values=("mining", "ai_hpc", "other")),
    text("meaning", "What it means here."),
    flag("may_be_negative", "True for eliminations alone."),
    sa.UniqueConstraint("segment"),
)

dim_metric = table(
    "warehouse",
    "dim_metric",
    "An operating metric.",
    key("metric_key", "Key of the metric.", primary=True),
    text("metric", "Code: total_revenue, bitcoin_held …"),
    text("unit", "USD, BTC, EH/s …"),
    text("meaning", "What it means, with the differences between companies' definitions."),
    sa.UniqueConstraint("metric"),
)

dim_date = table(
    "warehouse",
    "dim_date",
    "A day.",
    sa.Column("date_key", sa.Integer, primary_key=True, autoincrement=False, comment="The day as YYYYMMDD."),
    day("day", "The day."),
    sa.Column("year", sa.SmallInteger, nullable=False, comment="Calendar year."),
    sa.Column("quarter", sa.SmallInteger, nullable=False, comment="Calendar quarter, 1 to 4."),
    sa.Column("month", sa.SmallInteger, nullable=False, comment="Month, 1 to 12."),
    sa.Column("weekday", sa.SmallInteger, nullable=False, comment="ISO weekday, Monday 1."),
    sa.UniqueConstraint("day"),
)

dim_period = table(
    "warehouse",
    "dim_period",
    "A span of time that figures cover, or a day on which they stand.",
    key("period_key", "Key of the period.", primary=True),
    day("period_start", "First day; null for an instant.", null=True),
    day("period_end", "Last day, or the day of an instant."),
    text("period_kind", "month, quarter, half, nine_months, year or instant.", values=KINDS),
    sa.Column(
        "start_date_key",
        sa.Integer,
        sa.ForeignKey("warehouse.dim_date.date_key"),
        nullable=True,
        comment="dim_date of the first day.",
    ),
    sa.Column(
        "end_date_key",
        sa.Integer,
        sa.ForeignKey("warehouse.dim_date.date_key"),
        nullable=False,
        comment="dim_date of the last day.",
    ),
)

dim_document = table(
    "warehouse",
    "dim_document",
    "A filed document or an article.",
    key("document_key", "Key of the document.", primary=True),
    text(
        "source",
        "edgar, mirror (filings kept in a folder), sample (retyped figures, not filings) or news.",
        values=("edgar", "mirror", "sample", "news"),
    ),
    text("company_id", "Whose document it is: today's ticker.", null=True),
    text("cik", "CIK under which it was filed.", null=True),
    text("form", "Form of the filing: 10-Q, 8-K/A …", null=True),
    text("document_type", "Type of the document within the filing: 10-Q, EX-99.1 …", null=True),
    text(
        "document_kind",
        "report, release (of earnings), update (monthly) or other; the right of way in the marts depends on it.",
        values=("report", "release", "update", "other"),
    ),
    text("kind_reason", "Why it is a release, an update or neither.", null=True),
    flag("is_amendment", "Whether the form is an amendment (…/A)."),
    text("accession", "Accession number.", null=True, pattern=ACCESSION),
    text("name", "File name within the filing.", null=True),
    text("url", "Where it stands.", pattern=URL),
    text("title", "Description or headline.", null=True),
    text("items", "Items of an 8-K.", null=True),
    day("filed_on", "Day of filing.", null=True),
    moment("accepted_at", "When EDGAR accepted it; the moment of disclosure.", null=True),
    moment("published_at", "When an article was published.", null=True),
    day("report_date", "Period of report.", null=True),
    text(
        "status",
        "listed, archived, missing, refused, read, no_xbrl, no_disclosure (neither update nor results) or unreadable.",
        values=("listed", "archived", "missing", "refused", "read", "no_xbrl", "no_disclosure", "unreadable"),
    ),
    text("status_reason", "Why it is missing, refused or unreadable.", null=True),
    text("sha256", "Of the archived bytes.", null=True, pattern=r"^[0-9a-f]{64}$"),
    sa.Column("bytes", sa.BigInteger, nullable=True, comment="Size of the archived bytes."),
    sa.Column("facts", sa.Integer, nullable=True, comment="XBRL facts read from it."),
    text("reader_version", "Version of the XBRL reader that read it.", null=True),
    text("release_version", "Version of the reader of releases that read it.", null=True),
    day("subject_start", "First day of the period that a release is about.", null=True),
    day("subject_end", "Last day of the period that a release is about.", null=True),
    sa.Column(
        "repeats",
        sa.BigInteger,
        nullable=True,
        comment="The earlier document of the same disclosure, where it is furnished again or corrected.",
    ),
    sa.Index(None, "company_id", "filed_on"),
    sa.Index(None, "accession"),
)


def _fact_columns() -> list[sa.schema.SchemaItem]:
    """What every fact carries: whose, when, where it stands, how it came about, and the day it was said."""
    return [
        key("fact_key", "Key of the row.", primary=True),
        key("company_key", "The company as it was when it said so.", "warehouse.dim_company.company_key"),
        key("document_key", "The document that states it.", "warehouse.dim_document.document_key"),
        key("period_key", "The period or day it is about.", "warehouse.dim_period.period_key"),
        sa.Column(
            "fiscal_year",
            sa.SmallInteger,
            nullable=False,
            comment="The company's fiscal year in which the period ends.",
        ),
        sa.Column(
            "fiscal_quarter",
            sa.SmallInteger,
            nullable=True,
            comment="The company's fiscal quarter, for quarters and months.",
        ),
        text("locator", "Where it stands: XBRL fact id, table/row/column, or text offset."),
        text("reported_label", "The label in the company's own words."),
        text("derivation", "as_reported, summed, derived or single_segment.", values=DERIVATIONS),
        sa.Column(
            "inputs",
            JSONB,
            nullable=False,
            server_default=sa.text("'[]'::jsonb"),
            comment="Inputs of what is not as reported: label, value, locator or document.",
        ),
        sa.Column(
            "rules",
            ARRAY(sa.Text),
            nullable=False,
            server_default=sa.text("'{}'::text[]"),
            comment="Names of the rules that took part.",
        ),
        number("rounding", "Half the unit it was stated in.", minimum=0),
        moment("disclosed_at", "When it was said: the document's acceptance or publication."),
        text("extractor_version", "Versions of reader and rules."),
        text("released_by", "Who released the row from quarantine, where it was there.", null=True),
        moment("loaded_at", "When the row was last written."),
    ]


fact_segment_revenue = table(
    "warehouse",
    "fact_segment_revenue",
    "A company's revenue of one segment over one period as one document states it.",
    *_fact_columns(),
    key("segment_key", "The canonical segment.", "warehouse.dim_segment.segment_key"),
    number("revenue_usd", "Revenue in US dollars, exact."),
    flag("complete", "Whether the document's segments of this period add up to its total."),
    sa.UniqueConstraint("document_key", "period_key", "segment_key"),
    sa.Index(None, "company_key", "period_key"),
)

fact_bitcoin_sale = table(
    "warehouse",
    "fact_bitcoin_sale",
    "Bitcoin sold over one period as one document states it.",
    *_fact_columns(),
    number("bitcoin_sold", "Bitcoin sold, count.", null=True, minimum=0),
    number("proceeds_usd", "Proceeds in US dollars, exact.", null=True, minimum=0),
    number("average_price_usd", "Average price for one bitcoin in US dollars.", null=True, minimum=0),
    text(
        "completed",
        "Which of the three was computed from the other two: bitcoin_sold, proceeds_usd or average_price_usd.",
        null=True,
    ),
    sa.UniqueConstraint("document_key", "period_key"),
    sa.Index(None, "company_key", "period_key"),
)

fact_operating_metric = table(
    "warehouse",
    "fact_operating_metric",
    "One metric over one period or on one day as one document states it.",
    *_fact_columns(),
    key("metric_key", "The metric.", "warehouse.dim_metric.metric_key"),
    number("value", "Value in the metric's unit, exact."),
    text(
        "scope",
        "company, total (others' shares included), joint_venture, hosted_customers, a site's name; of a capacity contracted, energized or under_construction.",
    ),
    text("qualifier", "about, more_than, less_than or up_to, where the company says so.", null=True),
    sa.UniqueConstraint("document_key", "period_key", "metric_key", "scope"),
    sa.Index(None, "company_key", "period_key"),
)

fact_deal = table(
    "warehouse",
    "fact_deal",
    "An announced deal or target as one document states it.",
    key("fact_key", "Key of the row.", primary=True),
    key("company_key", "The company.", "warehouse.dim_company.company_key"),
    key(
        "document_key",
        "The document that states it: a filing or an article.",
        "warehouse.dim_document.document_key",
    ),
    sa.Column(
        "deal_key",
        sa.BigInteger,
        nullable=False,
        comment="The deal: the same for all documents that speak of it.",
    ),
    text(
        "kind", "What was agreed.", values=("acquisition", "lease", "hosting", "financing", "capacity_target")
    ),
    text("party", "The other side, or what is bought, in the document's words.", null=True),
    number("amount_usd", "Amount in US dollars.", null=True, minimum=0),
    number("megawatts", "Megawatts.", null=True, minimum=0),
    number("rounding", "Half the unit in which the amount (else the megawatts) was stated.", minimum=0),
    text("qualifier", "about, more_than, less_than or up_to, where the document says so.", null=True),
    day("announced_on", "Day of the announcement: of signing where a filing tells it, else of the document."),
    text("due", "Date or deadline as stated.", null=True),
    day("due_first", "First day that the deadline may mean: early 2027 is January to April.", null=True),
    day("due_last", "Last day that the deadline may mean.", null=True),
    text("status", "How far it is, by the document's words.", values=("agreed", "closed", "planned")),
    text("locator", "Where it stands: the sentence's place in the text."),
    text("reported_label", "The sentence."),
    moment("disclosed_at", "When it was said."),
    text("extractor_version", "Versions of reader and rules."),
    moment("loaded_at", "When the row was last written."),
    sa.Index(None, "company_key", "kind"),
    sa.Index(None, "document_key"),
)

fact_stated_change = table(
    "warehouse",
    "fact_stated_change",
    "A change in percent as a filing states it in prose; claims of news are held against it.",
    key("fact_key", "Key of the row.", primary=True),
    key("company_key", "The company.", "warehouse.dim_company.company_key"),
    key("document_key", "The document that states it.", "warehouse.dim_document.document_key"),
    key("period_key", "The period that changed.", "warehouse.dim_period.period_key"),
    text("metric", "What changed: change:bitcoin_produced or change:bitcoin_price."),
    number("percent", "Change in percent, signed."),
    number("rounding", "Half the unit it was stated in.", minimum=0),
    text("basis", "Against a year or a period before, where the document says so.", null=True),
    text("locator", "Where it stands: the sentence's place in the text."),
    text("reported_label", "The sentence."),
    moment("disclosed_at", "When it was said."),
    text("extractor_version", "Versions of reader and rules."),
    moment("loaded_at", "When the row was last written."),
    sa.Index(None, "document_key"),
)

fact_news_claim = table(
    "warehouse",
    "fact_news_claim",
    "One claim of one article, and what the filings say about it.",
    key("fact_key", "Key of the row.", primary=True),
    key("company_key", "The company it is about.", "warehouse.dim_company.company_key"),
    key("document_key", "The article.", "warehouse.dim_document.document_key"),
    sa.Column(
        "period_key",
        sa.BigInteger,
        sa.ForeignKey("warehouse.dim_period.period_key", deferrable=True, initially="DEFERRED"),
        nullable=True,
        comment="The period it is about; null for deals.",
    ),
    text("metric", "What is claimed: a metric, deal:acquisition …, or change:bitcoin_produced … in percent."),
    text("segment", "Canonical segment, for a claim on revenue.", null=True),
    number("value", "The claimed value."),
    text("unit", "Its unit."),
    number("rounding", "Half the unit in which it was written: what a comparison allows.", minimum=0),
    text("qualifier", "about, more_than or less_than, where the article says so.", null=True),
    text("basis", "Of a change: against a year or a period before, where the article says so.", null=True),
    text("party", "Of a deal: the other side, in the article's words.", null=True),
    number("megawatts", "Of a deal: megawatts beside an amount.", null=True, minimum=0),
    text("due", "Of a deal: date or deadline as stated.", null=True),
    text("deal_status", "Of a deal: agreed, closed or planned, by the article's words.", null=True),
    text(
        "status",
        "What the filings say: confirmed, contradicted, unmatched (not disclosed yet), superseded (matches a figure since restated).",
        values=("confirmed", "contradicted", "unmatched", "superseded"),
    ),
    number("filing_value", "The filed value it was compared with.", null=True),
    number("difference", "Claimed less filed.", null=True),
    sa.Column(
        "filing_key",
        sa.BigInteger,
        nullable=True,
        comment="The filed document it was compared with, the first that settles it.",
    ),
    moment("settled_at", "When article and filing were both known for the first time.", null=True),
    text(
        "note",
        "What else would have matched (another period, unit, segment), or in what the statuses of a deal differ.",
        null=True,
    ),
    text("locator", "Offset of the sentence."),
    text("reported_label", "The sentence."),
    moment("disclosed_at", "When it was published."),
    text("extractor_version", "Versions of reader and rules."),
    moment("loaded_at", "When the row was last written."),
    sa.Index(None, "company_key"),
    sa.Index(None, "document_key"),
)

dim_article = table(
    "warehouse",
    "dim_article",
    "What an article is beside a document: its publisher, its story, and whose copy it is.",
    key("document_key", "The document.", "warehouse.dim_document.document_key", primary=True),
    text("publisher", "Who published it, as the feed's entry in feeds.yaml names it."),
    text(
        "publisher_kind", "wire, press, blog or aggregator.", values=("wire", "press", "blog", "aggregator")
    ),
    text("feed", "Code of the feed that named it first."),
    text("author", "Author as the page names him.", null=True),
    text("language", "Two letters, where known.", null=True),
    text(
        "published_from",
        "What told the time of publication.",
        null=True,
        values=("metadata", "json_ld", "feed", "text"),
    ),
    text(
        "body",
        "full, summary (paywalled or without text of its own: the feed's summary) or empty.",
        values=("full", "summary", "empty"),
    ),
    text("body_reason", "Why it is not full.", null=True),
    sa.Column("words", sa.Integer, nullable=False, comment="Words of its main text."),
    text(
        "fingerprint",
        "SimHash of its main text, 16 hexadecimal digits.",
        null=True,
        pattern=r"^[0-9a-f]{16}$",
    ),
    sa.Column(
        "story_key",
        sa.BigInteger,
        nullable=False,
        comment="The story: key of the article from which it was read, the most primary of its copies.",
    ),
    sa.Column("first_key", sa.BigInteger, nullable=False, comment="The copy that was published first."),
    sa.Column(
        "filing_key",
        sa.BigInteger,
        nullable=True,
        comment="The filed exhibit of which it is a copy: the company's own release on a wire.",
    ),
    flag("is_sample", "Whether it is one of the shipped samples."),
    sa.Index(None, "story_key"),
)

fact_bitcoin_price = table(
    "warehouse",
    "fact_bitcoin_price",
    "A day's reference price of bitcoin.",
    day("day", "The day."),
    text("price_source", "Where the price is from."),
    number("price_usd", "Price of one bitcoin in US dollars.", minimum=0),
    moment("loaded_at", "When the row was last written."),
    sa.PrimaryKeyConstraint("day", "price_source"),
)
