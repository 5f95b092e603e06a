"""The datasets: their readers, tables and checks.

Adding a dataset of filings is one entry in DATASETS. Its assets and checks are made from it
(assets/datasets.py).
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from pipelines.errors import UnreadableDocument
from pipelines.extract.archive import Archive
from pipelines.normalize import (
    bitcoin,
    claims,
    coin_counts,
    holdings,
    release_figures,
    release_revenue,
    reports,
    segments,
)
from pipelines.normalize.bitcoin import normalize_bitcoin_sales
from pipelines.normalize.coin_counts import normalize_counts
from pipelines.normalize.derived import derived_figures, derived_sales
from pipelines.normalize.figures import Candidate, Finding, Normalized, Rejected, Skipped
from pipelines.normalize.holdings import normalize_holdings
from pipelines.normalize.release_figures import normalize_release
from pipelines.normalize.release_revenue import normalize_release_revenue
from pipelines.normalize.reports import with_tables
from pipelines.normalize.segments import normalize_revenue
from pipelines.normalize.xbrl_records import refused_if_damaged
from pipelines.parse.deals import filings as filed_deals
from pipelines.parse.document.page import read_page
from pipelines.parse.language.periods import Period
from pipelines.parse.language.reasons import NOT_UNDERSTOOD
from pipelines.parse.news import articles as article_reader
from pipelines.parse.news import pages as article_pages
from pipelines.parse.press_releases import release, report_tables
from pipelines.parse.press_releases.report_tables import read_report_tables, read_untagged_report
from pipelines.parse.xbrl import inline
from pipelines.parse.xbrl.facts import FactTable
from pipelines.validate.frame import Checked, History, claim_frame, figure_frame
from pipelines.warehouse import facts, figure_tables, schema, staging
from pipelines.warehouse.claims import load_deals
from pipelines.warehouse.figure_tables import FigureTable
from pipelines.warehouse.filings import Document
from pipelines.warehouse.staging import CLAIMS, FIGURES, StagingTable
from pipelines.warehouse.upsert import Changed
from pipelines.watchlist import Company, Lexicon, Watchlist

PRESS_RELEASES = ("release", "update")
"""Kinds of documents whose figures stand in prose and tables."""


@dataclass(frozen=True)
class Library:
    """Parsed documents from the archive, and the configuration of readers. Results are cached."""

    archive: str
    watchlist: Watchlist
    lexicon: Lexicon

    def facts(self, document: Document) -> FactTable:
        """The XBRL facts of a document. Raises UnreadableDocument, ArchiveDamaged."""
        return _facts(self.archive, _sha256(document), document.beside)

    def press_release(self, document: Document, company: Company) -> release.Release:
        """A press release, parsed. Raises UnreadableDocument, ArchiveDamaged."""
        return _press_release(self.archive, _sha256(document), company, self.lexicon, document.filed_on)

    def untagged_report(self, document: Document, company: Company) -> release.Release:
        """The tables of a report without XBRL. Raises UnreadableDocument, ArchiveDamaged."""
        return _untagged_report(self.archive, _sha256(document), company, self.lexicon, document.filed_on)

    def content(self, document: Document) -> bytes:
        """The bytes of a document. Raises ArchiveDamaged."""
        return Archive(self.archive).get(_sha256(document))


def _sha256(document: Document) -> str:
    if document.sha256 is None:
        raise UnreadableDocument("not_archived", f"{document.name} is not archived")
    return document.sha256


@lru_cache(maxsize=8)
def _facts(archive: str, sha256: str, beside: tuple[str, ...]) -> FactTable:
    documents = Archive(archive)
    return inline.read_facts(documents.get(sha256), lambda: map(documents.get, beside))


@lru_cache(maxsize=32)
def _press_release(
    archive: str, sha256: str, company: Company, lexicon: Lexicon, filed_on: date
) -> release.Release:
    return release.read_release(Archive(archive).get(sha256), company, lexicon, filed_on)


@lru_cache(maxsize=8)
def _untagged_report(
    archive: str, sha256: str, company: Company, lexicon: Lexicon, filed_on: date
) -> release.Release:
    return read_untagged_report(Archive(archive).get(sha256), company, lexicon, filed_on)


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one document and dataset, rejected and skipped values, and findings."""

    records: Sequence[Any]
    rejected: Sequence[Rejected] = ()
    findings: Sequence[Finding] = ()
    skipped: Sequence[Skipped] = ()

    @property
    def not_understood(self) -> tuple[int, int]:
        """Numbers of quantities that no rule explains, in sentences and in tables."""
        places = [s.locator.startswith("table") for s in self.skipped if s.rule == NOT_UNDERSTOOD]
        return len(places) - sum(places), sum(places)


@dataclass(frozen=True, slots=True)
class Checks:
    """Checks of a dataset's records.

    Args:
        description: What the asset's check says.
        frame: Makes the frame that expectations check; the last loaded figures by company are given to it.
        suite: The suite of domain expectations in validate/expectations.yaml.
        columns: Tables that the records go to, with the frame's columns and the table's columns they become.
        block_by_month: Whether a failed table-level expectation blocks a company's month of filing, not one
            document.
        compare_with: Kinds of figures whose last loaded values the frame needs.
    """

    description: str
    frame: Callable[[Sequence[Checked[Any]], Mapping[str, History]], Any]
    suite: str
    columns: tuple[tuple[sa.Table, Mapping[str, str]], ...]
    block_by_month: bool = False
    compare_with: tuple[FigureTable, ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Records of one kind between a reader and the warehouse.

    Args:
        name: The dataset's name, also that of its asset.
        code_version: Version of reader and rules.
        config: What of watchlist and lexicon a company's records depend on, as text.
        staging: The table in which its records are staged.
        checks: How its records are checked before they load.
    """

    name: str
    code_version: str
    config: Callable[[Company | None, Watchlist, Lexicon], str]
    staging: StagingTable[Any]
    checks: Checks

    def config_hash(self, library: Library, company: Company | None = None) -> str:
        """Hash of the configuration, the last part of a version: `config-1a2b3c4d`."""
        content = self.config(company, library.watchlist, library.lexicon)
        return f"config-{hashlib.sha256(content.encode()).hexdigest()[:8]}"

    def version(self, library: Library, company: Company | None = None) -> str:
        """Version of a company's records: reader, rules and configuration."""
        return f"{self.code_version} {self.config_hash(library, company)}"


@dataclass(frozen=True, slots=True)
class FilingDataset(Dataset):
    """A dataset whose records are read from filings.

    Args:
        description: One line on what the asset holds.
        fact_table: The table (and asset) that its records are loaded into.
        facts_description: One line on the loaded asset.
        wants: Whether a document may hold records of it.
        read: Reads one document. Raises UnreadableDocument, ArchiveDamaged.
        load: Loads what passed of some documents of a company, in one transaction of the caller.
        after: Fact tables that must be loaded before.
    """

    description: str
    fact_table: sa.Table
    facts_description: str
    wants: Callable[[Document], bool]
    read: Callable[[Library, Company, Document], Records]
    load: Callable[[sa.Connection, Company, Sequence[int]], Changed]
    after: tuple[sa.Table, ...] = ()


# ------------------------------------------------------------------------------------------ figures

FromXbrl = Callable[[FactTable, Company, Lexicon], Normalized]
FromRelease = Callable[[release.Release, Company, Lexicon], Normalized]


def _company_config(company: Company | None, watchlist: Watchlist, lexicon: Lexicon) -> str:
    assert company is not None
    aliases = [a.model_dump_json() for a in lexicon.aliases if a.company in (None, company.ticker)]
    return "".join(
        [
            company.model_dump_json(),
            *aliases,
            *(m.model_dump_json() for m in lexicon.metrics),
            lexicon.frames.model_dump_json(),
        ]
    )


def figure_dataset(
    name: str,
    rules_version: str,
    *,
    from_xbrl: FromXbrl,
    from_release: FromRelease,
    tables: tuple[FigureTable, ...],
    description: str,
    facts_description: str,
    check_description: str,
    check_columns: Mapping[str, str],
    after: tuple[sa.Table, ...] = (),
    in_tables: bool = False,
) -> FilingDataset:
    """A dataset of Figures, read from XBRL and from press releases.

    Args:
        in_tables: Whether a report's tables state figures of it that are not tagged.
        tables: The kinds of figures it holds; the first one's table is the dataset's.
        check_columns: Columns of the frame that become columns of that table, for the expectations the table
            implies.
    """

    def read(library: Library, company: Company, document: Document) -> Records:
        if document.kind in PRESS_RELEASES:
            found = _of_release(
                from_release, library.archive, _sha256(document), company, library.lexicon, document.filed_on
            )
        elif document.untagged:
            found = from_release(library.untagged_report(document, company), company, library.lexicon)
        else:
            found = _of_report(from_xbrl, library, company, document)
            if in_tables:
                found = _with_tables(found, library, company, document)
        return Records(found.figures, found.rejected, found.findings, found.skipped)

    def load(connection: sa.Connection, company: Company, keys: Sequence[int]) -> Changed:
        changed = facts.load_documents(connection, name, tables, company, keys)
        return changed + _derive(connection, name, tables, company)

    return FilingDataset(
        name,
        f"xbrl-{inline.VERSION} release-{release.VERSION}.{report_tables.VERSION} {name}-{rules_version}",
        _company_config,
        FIGURES,
        Checks(
            check_description,
            figure_frame,
            "figures",
            (
                (tables[0].table, check_columns),
                (schema.dim_document, {"accession": "accession", "url": "url"}),
            ),
            block_by_month=True,
            compare_with=ALL_FIGURES,
        ),
        description,
        tables[0].table,
        facts_description,
        lambda document: document.status == "read",
        read,
        load,
        after,
    )


def _of_report(from_xbrl: FromXbrl, library: Library, company: Company, document: Document) -> Normalized:
    table = library.facts(document)
    if table.cik and all(table.cik != span.cik for span in company.ciks):
        name = table.entity.get("EntityRegistrantName", "")
        reason = f"the document says it is of CIK {table.cik} ({name}), not of {company.ticker}"
        return Normalized(rejected=[Rejected("another_company", reason, Candidate(label=name))])
    return refused_if_damaged(table, from_xbrl(table, company, library.lexicon))


def _with_tables(found: Normalized, library: Library, company: Company, document: Document) -> Normalized:
    """Figures of a report, with those of its tables if it is a page that is not damaged."""
    table = library.facts(document)
    if table.kind != "inline" or table.damaged or any(r.check == "another_company" for r in found.rejected):
        return found
    read = read_report_tables(library.content(document), company, library.lexicon, document.filed_on)
    return with_tables(found, read, library.lexicon.words)


@lru_cache(maxsize=4096)
def _of_release(
    from_release: FromRelease, archive: str, sha256: str, company: Company, lexicon: Lexicon, filed_on: date
) -> Normalized:
    """Figures of a press release for one dataset, cached: two steps of a run need them."""
    return from_release(_press_release(archive, sha256, company, lexicon, filed_on), company, lexicon)


def _derive(
    connection: sa.Connection, dataset: str, tables: Sequence[FigureTable], company: Company
) -> Changed:
    """Derive a company's quarters again from its documents. Idempotent."""
    changed = Changed()
    findings: list[Finding] = []
    for table in tables:
        if not table.derives:
            continue
        statements = facts.statements_of(connection, company, table)
        derived: tuple[Sequence[Any], list[Finding]]
        if table is figure_tables.BITCOIN_SALES:
            derived = derived_sales(
                statements,
                facts.stated_months(connection, company),
                facts.counted_periods(connection, company),
                company.fiscal_year_end(date.today()).month,
            )
        else:
            derived = derived_figures(table.name, statements)
        changed += facts.load_derived(connection, company, table, derived[0])
        findings += derived[1]
    staging.record_findings(connection, dataset, company.ticker, None, findings, [])
    return changed


ALL_FIGURES = (
    figure_tables.SEGMENT_REVENUE,
    figure_tables.TOTAL_REVENUE,
    figure_tables.BITCOIN_SALES,
    figure_tables.OPERATING_METRICS,
)
_FIGURE_COLUMNS = {"locator": "locator", "derivation": "derivation", "rounding": "rounding"}

SEGMENT_REVENUE = figure_dataset(
    "segment_revenue",
    f"{segments.VERSION}.{release_revenue.VERSION}",
    from_xbrl=normalize_revenue,
    from_release=normalize_release_revenue,
    tables=(figure_tables.SEGMENT_REVENUE, figure_tables.TOTAL_REVENUE),
    description="Revenue by segment and in total, by period; one row for each document that states it.",
    facts_description=(
        "Segment revenue (total revenue is a metric), replaced document by document, with derived quarters."
    ),
    check_description=(
        "Revenue is plausible: non-negative, no segment above the total, no jump beyond twenty times, "
        "valid periods, known segments, a source."
    ),
    check_columns={"value": "revenue_usd", **_FIGURE_COLUMNS},
)
BITCOIN_SALES = figure_dataset(
    "bitcoin_sales",
    f"{bitcoin.VERSION}.{coin_counts.VERSION}.{release_figures.VERSION}",
    from_xbrl=lambda table, company, lexicon: normalize_bitcoin_sales(table).add(
        normalize_counts(table, frozenset({"bitcoin_sold"}))
    ),
    from_release=lambda read, company, lexicon: normalize_release(read, lexicon.words, "bitcoin_sale"),
    tables=(figure_tables.BITCOIN_SALES,),
    description=(
        "Bitcoin sold, proceeds and average price, by period: from cash-flow statements, notes and press "
        "releases."
    ),
    facts_description=(
        "Bitcoin sold, replaced document by document, with quarters derived from year-to-date figures and "
        "months."
    ),
    check_description=(
        "Sales are plausible: non-negative, no jump of proceeds beyond twenty times, in line with the "
        "company's history, valid periods, a source."
    ),
    check_columns={"value": "proceeds_usd", **_FIGURE_COLUMNS},
)
OPERATING_METRICS = figure_dataset(
    "operating_metrics",
    f"{holdings.VERSION}.{coin_counts.VERSION}.{release_figures.VERSION}.{reports.VERSION}",
    from_xbrl=lambda table, company, lexicon: normalize_holdings(table).add(
        normalize_counts(table, frozenset({"bitcoin_produced", "bitcoin_purchased"}))
    ),
    from_release=lambda read, company, lexicon: normalize_release(read, lexicon.words, "operating_metric"),
    tables=(figure_tables.OPERATING_METRICS,),
    description="Bitcoin produced and held, hash rate, power and other metrics, by period or day.",
    facts_description=(
        "Metrics, replaced document by document; total revenue among them is loaded with its segments."
    ),
    check_description=(
        "Metrics are plausible: non-negative unless a metric may be negative, no jump beyond twenty times, "
        "in line with the company's history, valid periods, known units, a source."
    ),
    check_columns={"value": "value", "scope": "scope", **_FIGURE_COLUMNS},
    after=(schema.fact_segment_revenue,),
    in_tables=True,
)

# ------------------------------------------------------------------------------------------ prose

_SENTENCE_COLUMNS = {"rounding": "rounding", "label": "reported_label", "locator": "locator"}
_HAS_URL = (schema.dim_document, {"url": "url"})


def _prose_config(company: Company | None, watchlist: Watchlist, lexicon: Lexicon) -> str:
    return "".join(
        [*(c.model_dump_json() for c in watchlist.companies), *(a.model_dump_json() for a in lexicon.aliases)]
    )


def _read_deals(library: Library, company: Company, document: Document) -> Records:
    subject: Period | None = None
    if document.kind in PRESS_RELEASES:
        about = library.press_release(document, company).subject
        subject = Period(about.start, about.end) if about else None
    prose = filed_deals.read_filed_deals(
        read_page(library.content(document)),
        company,
        library.watchlist,
        library.lexicon,
        document.filed_on,
        form_itself=not document.document_type.upper().startswith("EX-99"),
        subject=subject,
    )
    return Records(
        [
            *(claims.filed_deal(deal, company, day) for deal, day in prose.deals),
            *(claims.filed_change(change, company) for change in prose.changes),
        ]
    )


DEALS = FilingDataset(
    "deals",
    f"prose-{filed_deals.VERSION}.{claims.VERSION}",
    _prose_config,
    CLAIMS,
    Checks(
        (
            "Deals are plausible: known kinds and units, possible amounts, capacities and changes, a "
            "number in the sentence, a source."
        ),
        lambda rows, last: claim_frame(rows),
        "claims",
        ((schema.fact_stated_change, _SENTENCE_COLUMNS), _HAS_URL),
    ),
    (
        "Deals, capacity targets and changes in percent stated in the prose of Forms 8-K and 6-K and their "
        "exhibits."
    ),
    schema.fact_deal,
    (
        "Deals, targets and stated changes of filings, replaced document by document; those of articles "
        "load with their claims."
    ),
    lambda document: (
        document.furnished
        and document.sha256 is not None
        and document.status in ("read", "no_xbrl", "no_disclosure")
    ),
    _read_deals,
    load_deals,
)

DATASETS: tuple[FilingDataset, ...] = (SEGMENT_REVENUE, BITCOIN_SALES, OPERATING_METRICS, DEALS)
"""Datasets of filings, in the order in which they load."""

FIGURE_DATASETS = tuple(d for d in DATASETS if d.staging is FIGURES)

NEWS_CLAIMS = Dataset(
    "news_claims",
    f"article-{article_reader.VERSION}.{article_pages.VERSION} claims-{claims.VERSION}",
    lambda company, watchlist, lexicon: (
        _prose_config(company, watchlist, lexicon) + "".join(m.model_dump_json() for m in lexicon.metrics)
    ),
    CLAIMS,
    Checks(
        (
            "Claims are plausible: known metrics and units, no period reported before its end, possible "
            "amounts and percentages, a number in the sentence, a source."
        ),
        lambda rows, last: claim_frame(rows),
        "claims",
        (
            (
                schema.fact_news_claim,
                {**_SENTENCE_COLUMNS, "value": "value", "unit": "unit", "fact": "metric"},
            ),
            _HAS_URL,
        ),
    ),
)
"""Claims of articles; read day by day (steps/news.py), staged and checked like the others."""


def press_release_figures(library: Library, company: Company, document: Document) -> tuple[int, int]:
    """Numbers of figures and of rejected values in a press release, over all datasets."""
    as_release = replace(document, kind="release")
    found = [dataset.read(library, company, as_release) for dataset in FIGURE_DATASETS]
    return sum(len(f.records) for f in found), sum(len(f.rejected) for f in found)
