"""The warehouse's tables: the one place where each is described.

Migrations are checked against this MetaData; PostgreSQL comments, Dagster column metadata and the column
expectations are made from it. `info` of a column holds what an expectation needs beyond its type:
`minimum`, `pattern`, `values`.

Keys are 63-bit hashes of natural keys: the same row has the same key in every run and every warehouse, so that
loading needs no look-ups and two writers never invent two keys for one thing.
"""

import hashlib

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from pipelines.normalize.figures import DERIVATIONS
from pipelines.normalize.periods import KINDS

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)  # fmt: skip
SCHEMAS = ("warehouse", "quarantine", "ops")

ACCESSION = r"^\d{10}-\d{2}-\d{6}$"
URL = r"^https?://[^\s<>\"]+$"


def key_of(*parts: object) -> int:
    """The key of a row: 63 bits of the hash of its natural key."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def _key(name: str, comment: str, target: str | None = None, *, primary: bool = False) -> sa.Column[int]:
    args = [sa.ForeignKey(target, deferrable=True, initially="DEFERRED")] if target else []
    return sa.Column(
        name, sa.BigInteger, *args, primary_key=primary, autoincrement=False, nullable=False, comment=comment
    )


def _text(
    name: str, comment: str, *, null: bool = False, pattern: str | None = None, values: tuple[str, ...] = ()
) -> sa.Column[str]:
    info: dict[str, object] = {}
    if pattern:
        info["pattern"] = pattern
    if values:
        info["values"] = values
    return sa.Column(name, sa.Text, nullable=null, comment=comment, info=info)


def _day(name: str, comment: str, *, null: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.Date, nullable=null, comment=comment)


def _time(name: str, comment: str, *, null: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null, comment=comment)


def _number(
    name: str, comment: str, *, null: bool = False, minimum: int | None = None
) -> "sa.Column[object]":
    info = {} if minimum is None else {"minimum": minimum}
    return sa.Column(name, sa.Numeric, nullable=null, comment=comment, info=info)


def _flag(name: str, comment: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, comment=comment)


def _table(schema: str, name: str, comment: str, *items: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, *items, schema=schema, comment=comment)


dim_company = _table(
    "warehouse", "dim_company", "A company over a span of time: names, tickers and CIKs change (SCD type 2).",
    _key("company_key", "Key of this span of the company.", primary=True),
    _text("company_id", "What stays the same over all spans: today's ticker."),
    _text("ticker", "Ticker in this span."),
    _text("name", "Name in this span."),
    _text("cik", "CIK under which it filed in this span, 10 digits.", pattern=r"^\d{10}$"),
    _text("fiscal_year_end", "Month and day on which its fiscal year ends, MM-DD.", pattern=r"^\d\d-\d\d$"),
    _text("accounting", "us-gaap or ifrs.", values=("us-gaap", "ifrs")),
    _text("consolidated_by", "Ticker of the parent whose figures contain this company's.", null=True),
    _day("valid_from", "First day of the span."),
    _day("valid_to", "Last day of the span; 9999-12-31 for the current one."),
    _flag("is_current", "Whether this is today's span."),
    _day("ended_on", "Day on which the company was bought or closed down; null where it files.", null=True),
    sa.UniqueConstraint("company_id", "valid_from"),
)  # fmt: skip

dim_segment = _table(
    "warehouse", "dim_segment", "A canonical segment of revenue.",
    _key("segment_key", "Key of the segment.", primary=True),
    _text("segment", "Code: self_mining, colocation …"),
    _text("family", "mining, ai_hpc or other.", values=("mining", "ai_hpc", "other")),
    _text("meaning", "What it means here."),
    _flag("may_be_negative", "True for eliminations alone."),
    sa.UniqueConstraint("segment"),
)  # fmt: skip

dim_metric = _table(
    "warehouse", "dim_metric", "An operating metric.",
    _key("metric_key", "Key of the metric.", primary=True),
    _text("metric", "Code: total_revenue, bitcoin_held …"),
    _text("unit", "USD, BTC, EH/s …"),
    _text("meaning", "What it means, with the differences between companies' definitions."),
    sa.UniqueConstraint("metric"),
)  # fmt: skip

dim_date = _table(
    "warehouse", "dim_date", "A day.",
    sa.Column("date_key", sa.Integer, primary_key=True, autoincrement=False, comment="The day as YYYYMMDD."),
    _day("day", "The day."),
    sa.Column("year", sa.SmallInteger, nullable=False, comment="Calendar year."),
    sa.Column("quarter", sa.SmallInteger, nullable=False, comment="Calendar quarter, 1 to 4."),
    sa.Column("month", sa.SmallInteger, nullable=False, comment="Month, 1 to 12."),
    sa.Column("weekday", sa.SmallInteger, nullable=False, comment="ISO weekday, Monday 1."),
    sa.UniqueConstraint("day"),
)  # fmt: skip

dim_period = _table(
    "warehouse", "dim_period", "A span of time that figures cover, or a day on which they stand.",
    _key("period_key", "Key of the period.", primary=True),
    _day("period_start", "First day; null for an instant.", null=True),
    _day("period_end", "Last day, or the day of an instant."),
    _text("period_kind", "month, quarter, half, nine_months, year or instant.", values=KINDS),
    sa.Column("start_date_key", sa.Integer, sa.ForeignKey("warehouse.dim_date.date_key"), nullable=True, comment="dim_date of the first day."),
    sa.Column("end_date_key", sa.Integer, sa.ForeignKey("warehouse.dim_date.date_key"), nullable=False, comment="dim_date of the last day."),
)  # fmt: skip

dim_document = _table(
    "warehouse", "dim_document", "A filed document or an article.",
    _key("document_key", "Key of the document.", primary=True),
    _text("source", "edgar, mirror (filings kept in a folder), sample (retyped figures, not filings) or news.", values=("edgar", "mirror", "sample", "news")),
    _text("company_id", "Whose document it is: today's ticker.", null=True),
    _text("cik", "CIK under which it was filed.", null=True),
    _text("form", "Form of the filing: 10-Q, 8-K/A …", null=True),
    _text("document_type", "Type of the document within the filing: 10-Q, EX-99.1 …", null=True),
    _text("document_kind", "report, release (of earnings), update (monthly) or other; the right of way in the marts depends on it.", values=("report", "release", "update", "other")),
    _text("kind_reason", "Why it is a release, an update or neither.", null=True),
    _flag("is_amendment", "Whether the form is an amendment (…/A)."),
    _text("accession", "Accession number.", null=True, pattern=ACCESSION),
    _text("name", "File name within the filing.", null=True),
    _text("url", "Where it stands.", pattern=URL),
    _text("title", "Description or headline.", null=True),
    _text("items", "Items of an 8-K.", null=True),
    _day("filed_on", "Day of filing.", null=True),
    _time("accepted_at", "When EDGAR accepted it; the moment of disclosure.", null=True),
    _time("published_at", "When an article was published.", null=True),
    _day("report_date", "Period of report.", null=True),
    _text("status", "listed, archived, missing, refused, read, no_xbrl, no_disclosure (neither update nor results) or unreadable.", values=("listed", "archived", "missing", "refused", "read", "no_xbrl", "no_disclosure", "unreadable")),
    _text("status_reason", "Why it is missing, refused or unreadable.", null=True),
    _text("sha256", "Of the archived bytes.", null=True, pattern=r"^[0-9a-f]{64}$"),
    sa.Column("bytes", sa.BigInteger, nullable=True, comment="Size of the archived bytes."),
    sa.Column("facts", sa.Integer, nullable=True, comment="XBRL facts read from it."),
    _text("reader_version", "Version of the XBRL reader that read it.", null=True),
    _text("release_version", "Version of the reader of releases that read it.", null=True),
    _day("subject_start", "First day of the period that a release is about.", null=True),
    _day("subject_end", "Last day of the period that a release is about.", null=True),
    sa.Column("repeats", sa.BigInteger, nullable=True, comment="The earlier document of the same disclosure, where it is furnished again or corrected."),
    sa.Index(None, "company_id", "filed_on"),
    sa.Index(None, "accession"),
)  # fmt: skip


def _fact_columns() -> list[sa.schema.SchemaItem]:
    """What every fact carries: whose, when, where it stands, how it came about, and the day it was said."""
    return [
        _key("fact_key", "Key of the row.", primary=True),
        _key("company_key", "The company as it was when it said so.", "warehouse.dim_company.company_key"),
        _key("document_key", "The document that states it.", "warehouse.dim_document.document_key"),
        _key("period_key", "The period or day it is about.", "warehouse.dim_period.period_key"),
        sa.Column("fiscal_year", sa.SmallInteger, nullable=False, comment="The company's fiscal year in which the period ends."),
        sa.Column("fiscal_quarter", sa.SmallInteger, nullable=True, comment="The company's fiscal quarter, for quarters and months."),
        _text("locator", "Where it stands: XBRL fact id, table/row/column, or text offset."),
        _text("reported_label", "The label in the company's own words."),
        _text("derivation", "as_reported, summed, derived or single_segment.", values=DERIVATIONS),
        sa.Column("inputs", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb"), comment="Inputs of what is not as reported: label, value, locator or document."),
        sa.Column("rules", ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'::text[]"), comment="Names of the rules that took part."),
        _number("rounding", "Half the unit it was stated in.", minimum=0),
        _time("disclosed_at", "When it was said: the document's acceptance or publication."),
        _text("extractor_version", "Versions of reader and rules."),
        _text("released_by", "Who released the row from quarantine, where it was there.", null=True),
        _time("loaded_at", "When the row was last written."),
    ]  # fmt: skip


fact_segment_revenue = _table(
    "warehouse", "fact_segment_revenue", "A company's revenue of one segment over one period as one document states it.",
    *_fact_columns(),
    _key("segment_key", "The canonical segment.", "warehouse.dim_segment.segment_key"),
    _number("revenue_usd", "Revenue in US dollars, exact."),
    _flag("complete", "Whether the document's segments of this period add up to its total."),
    sa.UniqueConstraint("document_key", "period_key", "segment_key"),
    sa.Index(None, "company_key", "period_key"),
)  # fmt: skip

fact_bitcoin_sale = _table(
    "warehouse", "fact_bitcoin_sale", "Bitcoin sold over one period as one document states it.",
    *_fact_columns(),
    _number("bitcoin_sold", "Bitcoin sold, count.", null=True, minimum=0),
    _number("proceeds_usd", "Proceeds in US dollars, exact.", null=True, minimum=0),
    _number("average_price_usd", "Average price for one bitcoin in US dollars.", null=True, minimum=0),
    _text("completed", "Which of the three was computed from the other two: bitcoin_sold, proceeds_usd or average_price_usd.", null=True),
    sa.UniqueConstraint("document_key", "period_key"),
    sa.Index(None, "company_key", "period_key"),
)  # fmt: skip

fact_operating_metric = _table(
    "warehouse", "fact_operating_metric", "One metric over one period or on one day as one document states it.",
    *_fact_columns(),
    _key("metric_key", "The metric.", "warehouse.dim_metric.metric_key"),
    _number("value", "Value in the metric's unit, exact."),
    _text("scope", "company, total (others' shares included), joint_venture, hosted_customers, a site's name; of a capacity contracted, energized or under_construction."),
    _text("qualifier", "about, more_than, less_than or up_to, where the company says so.", null=True),
    sa.UniqueConstraint("document_key", "period_key", "metric_key", "scope"),
    sa.Index(None, "company_key", "period_key"),
)  # fmt: skip

fact_deal = _table(
    "warehouse", "fact_deal", "An announced deal or target as one document states it.",
    _key("fact_key", "Key of the row.", primary=True),
    _key("company_key", "The company.", "warehouse.dim_company.company_key"),
    _key("document_key", "The document that states it: a filing or an article.", "warehouse.dim_document.document_key"),
    sa.Column("deal_key", sa.BigInteger, nullable=False, comment="The deal: the same for all documents that speak of it."),
    _text("kind", "What was agreed.", values=("acquisition", "lease", "hosting", "financing", "capacity_target")),
    _text("party", "The other side, or what is bought, in the document's words.", null=True),
    _number("amount_usd", "Amount in US dollars.", null=True, minimum=0),
    _number("megawatts", "Megawatts.", null=True, minimum=0),
    _number("rounding", "Half the unit in which the amount (else the megawatts) was stated.", minimum=0),
    _text("qualifier", "about, more_than, less_than or up_to, where the document says so.", null=True),
    _day("announced_on", "Day of the announcement: of signing where a filing tells it, else of the document."),
    _text("due", "Date or deadline as stated.", null=True),
    _day("due_first", "First day that the deadline may mean: early 2027 is January to April.", null=True),
    _day("due_last", "Last day that the deadline may mean.", null=True),
    _text("status", "How far it is, by the document's words.", values=("agreed", "closed", "planned")),
    _text("locator", "Where it stands: the sentence's place in the text."),
    _text("reported_label", "The sentence."),
    _time("disclosed_at", "When it was said."),
    _text("extractor_version", "Versions of reader and rules."),
    _time("loaded_at", "When the row was last written."),
    sa.Index(None, "company_key", "kind"),
    sa.Index(None, "document_key"),
)  # fmt: skip

fact_stated_change = _table(
    "warehouse", "fact_stated_change", "A change in percent as a filing states it in prose; claims of news are held against it.",
    _key("fact_key", "Key of the row.", primary=True),
    _key("company_key", "The company.", "warehouse.dim_company.company_key"),
    _key("document_key", "The document that states it.", "warehouse.dim_document.document_key"),
    _key("period_key", "The period that changed.", "warehouse.dim_period.period_key"),
    _text("metric", "What changed: change:bitcoin_produced or change:bitcoin_price."),
    _number("percent", "Change in percent, signed."),
    _number("rounding", "Half the unit it was stated in.", minimum=0),
    _text("basis", "Against a year or a period before, where the document says so.", null=True),
    _text("locator", "Where it stands: the sentence's place in the text."),
    _text("reported_label", "The sentence."),
    _time("disclosed_at", "When it was said."),
    _text("extractor_version", "Versions of reader and rules."),
    _time("loaded_at", "When the row was last written."),
    sa.Index(None, "document_key"),
)  # fmt: skip

fact_news_claim = _table(
    "warehouse", "fact_news_claim", "One claim of one article, and what the filings say about it.",
    _key("fact_key", "Key of the row.", primary=True),
    _key("company_key", "The company it is about.", "warehouse.dim_company.company_key"),
    _key("document_key", "The article.", "warehouse.dim_document.document_key"),
    sa.Column("period_key", sa.BigInteger, sa.ForeignKey("warehouse.dim_period.period_key", deferrable=True, initially="DEFERRED"), nullable=True, comment="The period it is about; null for deals."),
    _text("metric", "What is claimed: a metric, deal:acquisition …, or change:bitcoin_produced … in percent."),
    _text("segment", "Canonical segment, for a claim on revenue.", null=True),
    _number("value", "The claimed value."),
    _text("unit", "Its unit."),
    _number("rounding", "Half the unit in which it was written: what a comparison allows.", minimum=0),
    _text("qualifier", "about, more_than or less_than, where the article says so.", null=True),
    _text("basis", "Of a change: against a year or a period before, where the article says so.", null=True),
    _text("party", "Of a deal: the other side, in the article's words.", null=True),
    _number("megawatts", "Of a deal: megawatts beside an amount.", null=True, minimum=0),
    _text("due", "Of a deal: date or deadline as stated.", null=True),
    _text("deal_status", "Of a deal: agreed, closed or planned, by the article's words.", null=True),
    _text("status", "What the filings say: confirmed, contradicted, unmatched (not disclosed yet), superseded (matches a figure since restated).", values=("confirmed", "contradicted", "unmatched", "superseded")),
    _number("filing_value", "The filed value it was compared with.", null=True),
    _number("difference", "Claimed less filed.", null=True),
    sa.Column("filing_key", sa.BigInteger, nullable=True, comment="The filed document it was compared with, the first that settles it."),
    _time("settled_at", "When article and filing were both known for the first time.", null=True),
    _text("note", "What else would have matched (another period, unit, segment), or in what the statuses of a deal differ.", null=True),
    _text("locator", "Offset of the sentence."),
    _text("reported_label", "The sentence."),
    _time("disclosed_at", "When it was published."),
    _text("extractor_version", "Versions of reader and rules."),
    _time("loaded_at", "When the row was last written."),
    sa.Index(None, "company_key"),
    sa.Index(None, "document_key"),
)  # fmt: skip

dim_article = _table(
    "warehouse", "dim_article", "What an article is beside a document: its publisher, its story, and whose copy it is.",
    _key("document_key", "The document.", "warehouse.dim_document.document_key", primary=True),
    _text("publisher", "Who published it, as the feed's entry in feeds.yaml names it."),
    _text("publisher_kind", "wire, press, blog or aggregator.", values=("wire", "press", "blog", "aggregator")),
    _text("feed", "Code of the feed that named it first."),
    _text("author", "Author as the page names him.", null=True),
    _text("language", "Two letters, where known.", null=True),
    _text("published_from", "What told the time of publication.", null=True, values=("metadata", "json_ld", "feed", "text")),
    _text("body", "full, summary (paywalled or without text of its own: the feed's summary) or empty.", values=("full", "summary", "empty")),
    _text("body_reason", "Why it is not full.", null=True),
    sa.Column("words", sa.Integer, nullable=False, comment="Words of its main text."),
    _text("fingerprint", "SimHash of its main text, 16 hexadecimal digits.", null=True, pattern=r"^[0-9a-f]{16}$"),
    sa.Column("story_key", sa.BigInteger, nullable=False, comment="The story: key of the article from which it was read, the most primary of its copies."),
    sa.Column("first_key", sa.BigInteger, nullable=False, comment="The copy that was published first."),
    sa.Column("filing_key", sa.BigInteger, nullable=True, comment="The filed exhibit of which it is a copy: the company's own release on a wire."),
    _flag("is_sample", "Whether it is one of the shipped samples."),
    sa.Index(None, "story_key"),
)  # fmt: skip

fact_bitcoin_price = _table(
    "warehouse", "fact_bitcoin_price", "A day's reference price of bitcoin.",
    _day("day", "The day."),
    _text("price_source", "Where the price is from."),
    _number("price_usd", "Price of one bitcoin in US dollars.", minimum=0),
    _time("loaded_at", "When the row was last written."),
    sa.PrimaryKeyConstraint("day", "price_source"),
)  # fmt: skip

rejected_row = _table(
    "quarantine", "rejected_row", "A row that an expectation or a rule refused.",
    _key("row_key", "Key of the row: its document, check and content.", primary=True),
    _text("check_name", "The expectation or rule that refused it."),
    _text("reason", "Why, in one line."),
    sa.Column("row_content", JSONB, nullable=False, comment="The row as it would have been loaded."),
    sa.Column("document_key", sa.BigInteger, nullable=True, comment="Its document."),
    _text("company_id", "Today's ticker.", null=True),
    _text("status", "open, released, or loaded after its release.", values=("open", "released", "loaded")),
    _text("released_by", "Who released it.", null=True),
    _time("released_at", "When it was released.", null=True),
    _time("rejected_at", "When it was refused first."),
    sa.Index(None, "document_key"),
)  # fmt: skip

filing = _table(
    "ops", "filing", "A filing that a company's submissions list.",
    _text("accession", "Accession number.", pattern=ACCESSION),
    _text("cik", "CIK under which it is listed."),
    _text("company_id", "Today's ticker."),
    _text("form", "Form."),
    _text("items", "Items of an 8-K."),
    _day("filed_on", "Day of filing."),
    _time("accepted_at", "When EDGAR accepted it."),
    _day("report_date", "Period of report.", null=True),
    _text("primary_document", "File name of the primary document."),
    _flag("is_inline_xbrl", "Whether its primary document is inline XBRL."),
    _flag("is_xbrl", "Whether it carries XBRL in any form."),
    _text("source", "edgar, mirror or sample."),
    _text("status", "listed, indexed (its documents are known) or failed.", values=("listed", "indexed", "failed")),
    _text("status_reason", "Why it failed.", null=True),
    sa.PrimaryKeyConstraint("accession", "cik"),
    sa.Index(None, "company_id", "filed_on"),
)  # fmt: skip

conditional_request = _table(
    "ops", "conditional_request", "What the host said of a page that changes, so that it need not be sent again.",
    _text("url", "The page."),
    _text("etag", "Its ETag.", null=True),
    _text("last_modified", "Its Last-Modified.", null=True),
    _text("sha256", "Of the archived body."),
    _time("asked_at", "When it was last asked for."),
    sa.PrimaryKeyConstraint("url"),
)  # fmt: skip

feed = _table(
    "ops", "feed", "A feed of news: when it was asked, and what it answered.",
    _text("feed", "Its code in feeds.yaml."),
    _text("url", "Its address.", pattern=URL),
    _text("publisher", "Who publishes it."),
    _text("status", "ok, unchanged (304) or failed.", values=("ok", "unchanged", "failed")),
    _text("reason", "Why it failed, or what is odd about it.", null=True),
    sa.Column("entries", sa.Integer, nullable=False, comment="Entries of its last answer."),
    _time("newest_at", "Publication of its newest entry.", null=True),
    _time("asked_at", "When it was last asked."),
    _time("answered_at", "When it last answered.", null=True),
    _flag("is_sample", "Whether it is one of the shipped samples."),
    sa.PrimaryKeyConstraint("feed"),
)  # fmt: skip

feed_entry = _table(
    "ops", "feed_entry", "An entry of a feed: an article that is to be read.",
    _key("entry_key", "Key: its address without what only tracks its reader.", primary=True),
    _text("feed", "Code of the feed that named it first."),
    _text("url", "Address as cleaned.", pattern=URL),
    _text("title", "Title, as text."),
    _text("summary", "Summary, as text.", null=True),
    _text("author", "Author.", null=True),
    _time("published_at", "Publication as the feed states it.", null=True),
    _day("partition_day", "The day it belongs to: of its publication, else of the day it was seen first."),
    _text("status", "listed, read, summary, missing, refused or unreadable.", values=("listed", "read", "summary", "missing", "refused", "unreadable")),
    _text("reason", "Why it is not read.", null=True),
    sa.Column("document_key", sa.BigInteger, nullable=True, comment="Its document, once it is read; the same for entries of one article."),
    _flag("is_sample", "Whether it is one of the shipped samples."),
    sa.Index(None, "partition_day"),
)  # fmt: skip

staged_row = _table(
    "ops", "staged_row", "A normalized row between normalizing and loading.",
    _key("document_key", "Its document."),
    _text("dataset", "segment_revenue, bitcoin_sales, operating_metrics, deals or news_claims."),
    sa.Column("position", sa.Integer, nullable=False, comment="Its place in the document's result."),
    _text("company_id", "Today's ticker."),
    _text("version", "Versions of reader and rules."),
    _text("state", "staged, passed or blocked: what validation said.", values=("staged", "passed", "rejected", "blocked")),
    sa.Column("row_content", JSONB, nullable=False, comment="The row."),
    sa.PrimaryKeyConstraint("document_key", "dataset", "position"),
    sa.Index(None, "company_id", "dataset"),
)  # fmt: skip

normalized_document = _table(
    "ops", "normalized_document", "Which documents were normalized by which rules, and loaded.",
    _key("document_key", "The document."),
    _text("dataset", "segment_revenue, bitcoin_sales, operating_metrics, deals or news_claims."),
    _text("version", "Versions of reader, rules and words."),
    _text("state", "staged, passed, blocked or loaded.", values=("staged", "passed", "blocked", "loaded")),
    _text("state_reason", "Why it is blocked.", null=True),
    sa.Column("figures", sa.Integer, nullable=False, comment="Rows staged."),
    sa.Column("rejected", sa.Integer, nullable=False, comment="Rows refused by a rule."),
    sa.PrimaryKeyConstraint("document_key", "dataset"),
)  # fmt: skip

finding = _table(
    "ops", "finding", "Something that does not tie out.",
    _key("finding_key", "Key: check, company, period and documents.", primary=True),
    _text("company_id", "Today's ticker."),
    _text("check_name", "Which check."),
    _text("dataset", "What it belongs to; findings are replaced with it."),
    sa.Column("document_key", sa.BigInteger, nullable=True, comment="The document it belongs to; null across documents."),
    _day("period_start", "First day of the period.", null=True),
    _day("period_end", "Last day of the period.", null=True),
    _number("expected", "What it should be.", null=True),
    _number("found", "What it is.", null=True),
    _text("detail", "In words."),
    sa.Column("documents", ARRAY(sa.Text), nullable=False, comment="URLs of the documents."),
    _time("found_at", "When it was found first."),
    sa.Index(None, "company_id"),
)  # fmt: skip

daily_index = _table(
    "ops", "daily_index", "A day of EDGAR's daily index: what it lists of watched companies, beside what was read.",
    _day("day", "Day of the index."),
    _text("status", "read, or none (a weekend, a holiday: there is no index).", values=("read", "none")),
    sa.Column("listed", sa.Integer, nullable=False, comment="Filings of watched companies, of forms that are read."),
    sa.Column("missed", sa.Integer, nullable=False, comment="Those among them that neither the feed of current filings nor submissions had told."),
    _time("asked_at", "When it was asked for."),
    sa.PrimaryKeyConstraint("day"),
)  # fmt: skip

expected_filing = _table(
    "ops", "expected_filing", "A filing that a company owes for a period, by the SEC's rules and its own habit.",
    _text("company_id", "Today's ticker."),
    _text("document_kind", "quarterly_report, annual_report or monthly_update.", values=("quarterly_report", "annual_report", "monthly_update")),
    _day("period_start", "First day of the period."),
    _day("period_end", "Last day of the period."),
    _text("form", "Form in which it is expected: 10-Q, 10-K, 20-F, 40-F, 6-K, 8-K."),
    _day("due", "Last day on which it is on time."),
    _text("due_rule", "What the day follows from: the SEC's rule, or the company's habit."),
    _day("filed_on", "Day of filing, once it is there.", null=True),
    _text("accession", "Accession number, once it is there.", null=True),
    _text("status", "upcoming, filled, late (due, and not there yet), missing (a later one is there, or too long ago) or explained.", values=("upcoming", "filled", "late", "missing", "explained")),
    _text("reason", "Why it is late, missing or explained.", null=True),
    sa.PrimaryKeyConstraint("company_id", "document_kind", "period_end"),
)  # fmt: skip

alert = _table(
    "ops", "alert", "Something that a person was told of, or is to be told of; told once as long as it lasts.",
    _text("alert_key", "What it is about: kind, company and whatever tells it from others."),
    _text("kind", "failed_run, failed_company, blocked, contradiction, late_filing, quarantine or feed."),
    _text("company_id", "Today's ticker.", null=True),
    _text("told", "In one line."),
    _time("first_at", "When it was seen first."),
    _time("sent_at", "When it was told; null where no ALERT_URL took it.", null=True),
    _time("gone_at", "When it was no longer so.", null=True),
    sa.PrimaryKeyConstraint("alert_key"),
)  # fmt: skip

mart_change = _table(
    "ops", "mart_change", "A change of facts, documents or companies that the marts kept ready do not show yet; triggers write it.",
    sa.Column("change_key", sa.BigInteger, sa.Identity(), comment="Its number."),
    _text("changed_table", "The table."),
    _time("changed_at", "When."),
    sa.PrimaryKeyConstraint("change_key"),
)  # fmt: skip

run = _table(
    "ops", "run", "A run of the job.",
    _text("run_id", "Dagster's id of the run."),
    _text("job", "Name of the job."),
    _time("started_at", "Start."),
    _time("ended_at", "End; null while it runs or where it was killed.", null=True),
    _text("status", "running, succeeded or failed.", values=("running", "succeeded", "failed")),
    sa.Column("summary", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb"), comment="Counts by step, and failures by company."),
    sa.PrimaryKeyConstraint("run_id"),
)  # fmt: skip
