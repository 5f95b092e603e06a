"""The tables of quarantine and of the pipeline's own records: what was refused, asked, staged, found, expected, told."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from pipelines.warehouse.columns import ACCESSION, URL, day, flag, key, moment, number, table, text

rejected_row = table(
    "quarantine",
    "rejected_row",
    "A row that an expectation or a rule refused.",
    key("row_key", "Key of the row: its document, check and content.", primary=True),
    text("check_name", "The expectation or rule that refused it."),
    text("reason", "Why, in one line."),
    sa.Column("row_content", JSONB, nullable=False, comment="The row as it would have been loaded."),
    sa.Column("document_key", sa.BigInteger, nullable=True, comment="Its document."),
    text("company_id", "Today's ticker.", null=True),
    text("status", "open, released, or loaded after its release.", values=("open", "released", "loaded")),
    text("released_by", "Who released it.", null=True),
    moment("released_at", "When it was released.", null=True),
    moment("rejected_at", "When it was refused first."),
    sa.Index(None, "document_key"),
)

filing = table(
    "ops",
    "filing",
    "A filing that a company's submissions list.",
    text("accession", "Accession number.", pattern=ACCESSION),
    text("cik", "CIK under which it is listed."),
    text("company_id", "Today's ticker."),
    text("form", "Form."),
    text("items", "Items of an 8-K."),
    day("filed_on", "Day of filing."),
    moment("accepted_at", "When EDGAR accepted it."),
    day("report_date", "Period of report.", null=True),
    text("primary_document", "File name of the primary document."),
    flag("is_inline_xbrl", "Whether its primary document is inline XBRL."),
    flag("is_xbrl", "Whether it carries XBRL in any form."),
    text("source", "edgar, mirror or sample."),
    text(
        "status",
        "listed, indexed (its documents are known) or failed.",
        values=("listed", "indexed", "failed"),
    ),
    text("status_reason", "Why it failed.", null=True),
    sa.PrimaryKeyConstraint("accession", "cik"),
    sa.Index(None, "company_id", "filed_on"),
)

conditional_request = table(
    "ops",
    "conditional_request",
    "What the host said of a page that changes, so that it need not be sent again.",
    text("url", "The page."),
    text("etag", "Its ETag.", null=True),
    text("last_modified", "Its Last-Modified.", null=True),
    text("sha256", "Of the archived body."),
    moment("asked_at", "When it was last asked for."),
    sa.PrimaryKeyConstraint("url"),
)

feed = table(
    "ops",
    "feed",
    "A feed of news: when it was asked, and what it answered.",
    text("feed", "Its code in feeds.yaml."),
    text("url", "Its address.", pattern=URL),
    text("publisher", "Who publishes it."),
    text("status", "ok, unchanged (304) or failed.", values=("ok", "unchanged", "failed")),
    text("reason", "Why it failed, or what is odd about it.", null=True),
    sa.Column("entries", sa.Integer, nullable=False, comment="Entries of its last answer."),
    moment("newest_at", "Publication of its newest entry.", null=True),
    moment("asked_at", "When it was last asked."),
    moment("answered_at", "When it last answered.", null=True),
    flag("is_sample", "Whether it is one of the shipped samples."),
    sa.PrimaryKeyConstraint("feed"),
)

feed_entry = table(
    "ops",
    "feed_entry",
    "An entry of a feed: an article that is to be read.",
    key("entry_key", "Key: its address without what only tracks its reader.", primary=True),
    text("feed", "Code of the feed that named it first."),
    text("url", "Address as cleaned.", pattern=URL),
    text("title", "Title, as text."),
    text("summary", "Summary, as text.", null=True),
    text("author", "Author.", null=True),
    moment("published_at", "Publication as the feed states it.", null=True),
    day("partition_day", "The day it belongs to: of its publication, else of the day it was seen first."),
    text(
        "status",
        "listed, read, summary, missing, refused or unreadable.",
        values=("listed", "read", "summary", "missing", "refused", "unreadable"),
    ),
    text("reason", "Why it is not read.", null=True),
    sa.Column(
        "document_key",
        sa.BigInteger,
        nullable=True,
        comment="Its document, once it is read; the same for entries of one article.",
    ),
    flag("is_sample", "Whether it is one of the shipped samples."),
    sa.Index(None, "partition_day"),
)

_STATES = ("staged", "passed", "rejected", "blocked")

staged_figure = table(
    "ops",
    "staged_figure",
    "A figure between normalizing and loading.",
    key("document_key", "Its document."),
    text("dataset", "The dataset it belongs to."),
    sa.Column("position", sa.Integer, nullable=False, comment="Its place among the document's figures."),
    text("state", "staged; passed, rejected or blocked once it is checked.", values=_STATES),
    text("fact", "segment_revenue, or the code of a metric."),
    text("segment", "Canonical segment of a segment_revenue.", null=True),
    day("period_start", "First day; empty for a figure on a day.", null=True),
    day("period_end", "Last day of the period."),
    number("value", "Exact value, in its unit."),
    text("unit", "USD, BTC or the metric's unit."),
    text("label", "The document's own words for it."),
    text("locator", "Where it is in the document."),
    text("derivation", "as_reported, summed, derived or single_segment."),
    number("rounding", "Half the unit it was stated in."),
    sa.Column("inputs", JSONB, nullable=False, comment="The stated values behind a summed figure."),
    sa.Column("rules", JSONB, nullable=False, comment="Names of the rules that produced it."),
    flag("complete", "Whether its breakdown adds up to the total."),
    text("scope", "Whose figure it is."),
    text("qualifier", "Words such as approximately; empty if stated exactly."),
    sa.PrimaryKeyConstraint("document_key", "dataset", "position"),
)

staged_claim = table(
    "ops",
    "staged_claim",
    "A claim, deal or stated change between reading and loading.",
    key("document_key", "Its document."),
    text("dataset", "deals or news_claims."),
    sa.Column("position", sa.Integer, nullable=False, comment="Its place among the document's claims."),
    text("state", "staged; passed, rejected or blocked once it is checked.", values=_STATES),
    text("fact", "A metric, deal:<kind> or change:<metric>."),
    text("company_id", "Today's ticker."),
    text("segment", "Canonical segment of a segment_revenue.", null=True),
    day("period_start", "First day; empty for a day or a deal.", null=True),
    day("period_end", "Last day; empty for a deal.", null=True),
    number("value", "Exact value, in its unit."),
    text("unit", "USD, BTC, MW, percent or the metric's unit."),
    number("rounding", "Half the unit it was stated in."),
    text("qualifier", "Words such as approximately.", null=True),
    text("basis", "What a change compares with.", null=True),
    text("label", "The sentence."),
    text("locator", "Its place in the text."),
    text("party", "Of a deal: the other party.", null=True),
    number("amount_usd", "Of a deal: dollars.", null=True),
    number("megawatts", "Of a deal: capacity.", null=True),
    number("deal_rounding", "Of a deal: half the unit of amount or capacity.", null=True),
    text("deal_qualifier", "Of a deal: words such as approximately.", null=True),
    day("announced_on", "Of a deal: the day of the document.", null=True),
    text("due", "Of a deal: its date or deadline, in the document's words.", null=True),
    day("due_first", "Of a deal: first day that `due` can mean.", null=True),
    day("due_last", "Of a deal: last day that `due` can mean.", null=True),
    text("deal_status", "Of a deal: agreed, closed or planned.", null=True),
    sa.PrimaryKeyConstraint("document_key", "dataset", "position"),
)

normalized_document = table(
    "ops",
    "normalized_document",
    "Which documents were normalized by which rules, and loaded.",
    key("document_key", "The document."),
    text("dataset", "segment_revenue, bitcoin_sales, operating_metrics, deals or news_claims."),
    text("version", "Versions of reader, rules and words."),
    text("state", "staged, passed, blocked or loaded.", values=("staged", "passed", "blocked", "loaded")),
    text("state_reason", "Why it is blocked.", null=True),
    sa.Column("figures", sa.Integer, nullable=False, comment="Rows staged."),
    sa.Column("rejected", sa.Integer, nullable=False, comment="Rows refused by a rule."),
    sa.PrimaryKeyConstraint("document_key", "dataset"),
)

finding = table(
    "ops",
    "finding",
    "Something that does not tie out.",
    key("finding_key", "Key: check, company, period and documents.", primary=True),
    text("company_id", "Today's ticker."),
    text("check_name", "Which check."),
    text("dataset", "What it belongs to; findings are replaced with it."),
    sa.Column(
        "document_key",
        sa.BigInteger,
        nullable=True,
        comment="The document it belongs to; null across documents.",
    ),
    day("period_start", "First day of the period.", null=True),
    day("period_end", "Last day of the period.", null=True),
    number("expected", "What it should be.", null=True),
    number("found", "What it is.", null=True),
    text("detail", "In words."),
    sa.Column("documents", ARRAY(sa.Text), nullable=False, comment="URLs of the documents."),
    moment("found_at", "When it was found first."),
    sa.Index(None, "company_id"),
)

daily_index = table(
    "ops",
    "daily_index",
    "A day of EDGAR's daily index: what it lists of watched companies, beside what was read.",
    day("day", "Day of the index."),
    text("status", "read, or none (a weekend, a holiday: there is no index).", values=("read", "none")),
    sa.Column(
        "listed", sa.Integer, nullable=False, comment="Filings of watched companies, of forms that are read."
    ),
    sa.Column(
        "missed",
        sa.Integer,
        nullable=False,
        comment="Those among them that neither the feed of current filings nor submissions had told.",
    ),
    moment("asked_at", "When it was asked for."),
    sa.PrimaryKeyConstraint("day"),
)

expected_filing = table(
    "ops",
    "expected_filing",
    "A filing that a company owes for a period, by the SEC's rules and its own habit.",
    text("company_id", "Today's ticker."),
    text(
        "document_kind",
        "quarterly_report, annual_report or monthly_update.",
        values=("quarterly_report", "annual_report", "monthly_update"),
    ),
    day("period_start", "First day of the period."),
    day("period_end", "Last day of the period."),
    text("form", "Form in which it is expected: 10-Q, 10-K, 20-F, 40-F, 6-K, 8-K."),
    day("due", "Last day on which it is on time."),
    text("due_rule", "What the day follows from: the SEC's rule, or the company's habit."),
    day("filed_on", "Day of filing, once it is there.", null=True),
    text("accession", "Accession number, once it is there.", null=True),
    text(
        "status",
        "upcoming, filled, late (due, and not there yet), missing (a later one is there, or too long ago) or explained.",
        values=("upcoming", "filled", "late", "missing", "explained"),
    ),
    text("reason", "Why it is late, missing or explained.", null=True),
    sa.PrimaryKeyConstraint("company_id", "document_kind", "period_end"),
)

alert = table(
    "ops",
    "alert",
    "Something that a person was told of, or is to be told of; told once as long as it lasts.",
    text("alert_key", "What it is about: kind, company and whatever tells it from others."),
    text("kind", "failed_run, failed_company, blocked, contradiction, late_filing, quarantine or feed."),
    text("company_id", "Today's ticker.", null=True),
    text("told", "In one line."),
    moment("first_at", "When it was seen first."),
    moment("sent_at", "When it was told; null where no ALERT_URL took it.", null=True),
    moment("gone_at", "When it was no longer so.", null=True),
    sa.PrimaryKeyConstraint("alert_key"),
)

mart_change = table(
    "ops",
    "mart_change",
    "A change of facts, documents or companies that the marts kept ready do not show yet; triggers write it.",
    sa.Column("change_key", sa.BigInteger, sa.Identity(), comment="Its number."),
    text("changed_table", "The table."),
    moment("changed_at", "When."),
    sa.PrimaryKeyConstraint("change_key"),
)

run = table(
    "ops",
    "run",
    "A run of the job.",
    text("run_id", "Dagster's id of the run."),
    text("job", "Name of the job."),
    moment("started_at", "Start."),
    moment("ended_at", "End; null while it runs or where it was killed.", null=True),
    text("status", "running, succeeded or failed.", values=("running", "succeeded", "failed")),
    sa.Column(
        "summary",
        JSONB,
        nullable=False,
        server_default=sa.text("'{}'::jsonb"),
        comment="Counts by step, and failures by company.",
    ),
    sa.PrimaryKeyConstraint("run_id"),
)
