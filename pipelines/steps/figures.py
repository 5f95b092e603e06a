"""Normalizing read documents into staged rows, checking them, and loading what passed."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from pipelines.errors import UnreadableDocument
from pipelines.extract.archive import ArchiveDamaged
from pipelines.normalize.bitcoin import normalize_bitcoin_sales
from pipelines.normalize.coin_counts import normalize_counts
from pipelines.normalize.figures import AS_REPORTED, Normalized, Rejected
from pipelines.normalize.holdings import normalize_holdings
from pipelines.normalize.rows import figure_row, period_columns
from pipelines.normalize.segments import normalize_revenue
from pipelines.parse.xbrl.facts import FactTable
from pipelines.steps.results import StepResult, for_each_company
from pipelines.steps.services import Services, read_cached, read_release_cached
from pipelines.warehouse import facts, filings, staging
from pipelines.warehouse.dimensions import load_dimensions
from pipelines.warehouse.filings import Document, Slice
from pipelines.watchlist import Company

Normalizer = Callable[[FactTable, Company, Services], Normalized]
DATASETS: dict[str, Normalizer] = {
    "segment_revenue": lambda table, company, services: normalize_revenue(table, company, services.lexicon),
    "bitcoin_sales": lambda table, company, services: normalize_bitcoin_sales(table).add(
        normalize_counts(table, frozenset({"bitcoin_sold"}))
    ),
    "operating_metrics": lambda table, company, services: normalize_holdings(table).add(
        normalize_counts(table, frozenset({"bitcoin_produced", "bitcoin_purchased"}))
    ),
}
"""What is read from XBRL; a release has its figures for all datasets at once."""


def normalize_documents(
    services: Services, dataset: str, slices: Sequence[Slice], *, force: bool = False
) -> StepResult:
    """Normalize documents that were not normalized by these rules and words yet, and stage the rows.

    counts: documents, figures, rejected, findings
    """

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        version = services.version(dataset, company)
        with services.engine.connect() as connection:
            documents = [d for d in filings.documents_in(connection, mine) if d.status == "read"]
            known = staging.versions(connection, dataset, [d.key for d in documents])
        for document in documents:
            if force or known.get(document.key, ("", ""))[0] != version:
                with result.document(document):
                    _normalize_one(services, dataset, company, document, version, result)

    return for_each_company(services, dataset, slices, work)


def _normalize_one(
    services: Services, dataset: str, company: Company, document: Document, version: str, result: StepResult
) -> None:
    assert document.sha256 is not None
    try:
        normalized = _normalized(services, dataset, company, document)
    except (UnreadableDocument, ArchiveDamaged) as error:
        result.notes.append(f"{company.ticker}: {document.name}: {error}")
        return
    rows = [
        figure_row(
            figure,
            company,
            document_key=document.key,
            accession=document.accession,
            url=document.url,
            disclosed_at=document.accepted_at,
        )
        for figure in normalized.figures
    ]
    extra = {
        "document_key": document.key,
        "accession": document.accession,
        "url": document.url,
        "disclosed_at": document.accepted_at.isoformat(),
    }
    rejected = [
        Rejected(r.check, r.reason, {**_completed(r.row, company), **extra}) for r in normalized.rejected
    ]
    with services.engine.begin() as connection:
        staging.stage(
            connection,
            dataset,
            company.ticker,
            document.key,
            version,
            rows,
            rejected,
            normalized.findings,
            document.url,
        )
    for row in rows:
        shown = (
            company.ticker,
            row["fact"],
            row["segment"],
            row["period_start"],
            row["period_end"],
            row["value"],
            row["derivation"],
        )
        result.show(("company", "fact", "segment", "from", "to", "value", "derivation"), shown)
    result.counts["documents"] += 1
    result.counts[f"form_{document.form}"] += 1
    result.counts["figures"] += len(rows)
    result.counts["rejected"] += len(rejected)
    result.counts["findings"] += len(normalized.findings)


def _normalized(services: Services, dataset: str, company: Company, document: Document) -> Normalized:
    """A document's figures of one dataset: from its prose and tables where it is a release, else from its XBRL."""
    assert document.sha256 is not None
    if document.kind in ("release", "update"):
        read = read_release_cached(
            services.settings.archive, document.sha256, company, services.lexicon, document.filed_on
        )
        return read.figures[dataset]
    table = read_cached(services.settings.archive, document.sha256)
    if table.cik and all(table.cik != span.cik for span in company.ciks):
        name = table.entity.get("EntityRegistrantName", "")
        reason = f"the document says it is of CIK {table.cik} ({name}), not of {company.ticker}"
        return Normalized(rejected=[Rejected("another_company", reason, {"cik": table.cik, "name": name})])
    return DATASETS[dataset](table, company, services)


def _completed(row: dict[str, Any], company: Company) -> dict[str, Any]:
    """A refused row with all that loading it after a release would need."""
    end = date.fromisoformat(row["period_end"]) if row.get("period_end") else None
    start = date.fromisoformat(row["period_start"]) if row.get("period_start") else None
    if end is None:
        return row
    return {
        "scope": "company",
        "qualifier": None,
        **row,
        **period_columns(company, start, end),
        "company_id": company.ticker,
        "derivation": AS_REPORTED,
        "inputs": [],
        "rules": ["released_from_quarantine"],
        "rounding": "0",
        "complete": False,
    }


def load_dimension_tables(services: Services) -> StepResult:
    """Companies, segments, metrics and days, as watchlist and lexicon have them. counts: changed"""
    result = StepResult("dimensions")
    with services.engine.begin() as connection:
        result.counts["changed"] = load_dimensions(connection, services.watchlist, services.lexicon).total
    return result


def load_rows(services: Services, dataset: str, slices: Sequence[Slice]) -> StepResult:
    """Load what passed, a company in one transaction. counts: inserted, updated, deleted"""

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        with services.engine.begin() as connection:
            keys = [d.key for d in filings.documents_in(connection, mine)]
            changed = facts.load_documents(connection, dataset, company, keys)
        result.counts["inserted"] += changed.inserted
        result.counts["updated"] += changed.updated
        result.counts["deleted"] += changed.deleted

    return for_each_company(services, f"load_{dataset}", slices, work)
