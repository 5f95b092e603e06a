"""Normalizing read documents into staged rows, checking them, and loading what passed."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from pipelines.errors import UnreadableDocument
from pipelines.extract.archive import ArchiveDamaged
from pipelines.load import facts, filings, schema, staging
from pipelines.load.dimensions import company_rows, load_dimensions
from pipelines.load.filings import Document, Slice
from pipelines.load.targets import TARGETS
from pipelines.normalize.bitcoin import normalize_bitcoin_sales
from pipelines.normalize.figures import AS_REPORTED, Normalized, Rejected
from pipelines.normalize.holdings import normalize_holdings
from pipelines.normalize.rows import figure_row, period_columns
from pipelines.normalize.segments import normalize_revenue
from pipelines.parse.facts import FactTable
from pipelines.steps.services import Services, StepResult, for_each_company, read_cached, read_release_cached
from pipelines.validate.frame import build_frame
from pipelines.validate.suites import Verdict, validate
from pipelines.watchlist import Company

Normalizer = Callable[[FactTable, Company, Services], Normalized]
DATASETS: dict[str, Normalizer] = {
    "segment_revenue": lambda table, company, services: normalize_revenue(table, company, services.lexicon),
    "bitcoin_sales": lambda table, company, services: normalize_bitcoin_sales(table),
    "operating_metrics": lambda table, company, services: normalize_holdings(table),
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
        "scope": "company", "qualifier": None, **row, **period_columns(company, start, end), "company_id": company.ticker, "derivation": AS_REPORTED,
        "inputs": [], "rules": ["released_from_quarantine"], "rounding": "0", "complete": False,
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------- checking

_TABLES = {
    "segment_revenue": (schema.fact_segment_revenue, {"value": "revenue_usd", "locator": "locator", "derivation": "derivation", "rounding": "rounding", "fiscal_year": "fiscal_year"}),
    "bitcoin_sales": (schema.fact_bitcoin_sale, {"value": "proceeds_usd", "locator": "locator", "derivation": "derivation", "rounding": "rounding", "fiscal_year": "fiscal_year"}),
    "operating_metrics": (schema.fact_operating_metric, {"value": "value", "scope": "scope", "locator": "locator", "derivation": "derivation", "rounding": "rounding", "fiscal_year": "fiscal_year"}),
}  # fmt: skip
_SOURCE = (schema.dim_document, {"accession": "accession", "url": "url"})


def check_rows(services: Services, dataset: str, slices: Sequence[Slice], run_id: str) -> StepResult:
    """Run the expectation suites over what was normalized and not loaded yet, company by company.

    A row that fails goes to quarantine and the others pass. A failed table-level expectation blocks the months of
    filing in which it fails: nothing of them loads. The result is kept as JSON under the data folder.
    counts: rows, failed, blocked (documents). notes: up to ten failing rows.
    """

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        with services.engine.connect() as connection:
            documents = {d.key: d for d in filings.documents_in(connection, mine)}
            states = staging.versions(connection, dataset, list(documents))
            waiting = [key for key, (_, state) in states.items() if state in ("staged", "blocked")]
            staged = staging.staged_rows(connection, dataset, waiting)
            last = _last_figures(connection, company)
        if not waiting:
            return
        rows = [(key, position, row) for key, position, _, row in staged]
        verdict = _validated(services, dataset, [row for _, _, row in rows], last)
        blocked: dict[int, str] = {}
        if verdict.blocked:
            for month in sorted({documents[key].filed_on.replace(day=1) for key in waiting}):
                keys = {key for key in waiting if documents[key].filed_on.replace(day=1) == month}
                part = _validated(services, dataset, [row for key, _, row in rows if key in keys], last)
                blocked |= dict.fromkeys(keys, "; ".join(part.blocked)) if part.blocked else {}
        _write_result(services, run_id, dataset, company, verdict)
        _settle(services, dataset, company, waiting, rows, verdict, blocked, result)

    return for_each_company(services, f"check_{dataset}", slices, work)


def _validated(
    services: Services,
    dataset: str,
    rows: list[dict[str, Any]],
    last: dict[tuple[str, str, str], tuple[date, Decimal]],
) -> Verdict:
    return validate(build_frame(rows, last), [_TABLES[dataset], _SOURCE], services.lexicon)


def _settle(
    services: Services, dataset: str, company: Company, waiting: list[int], rows: list[tuple[int, int, dict[str, Any]]],
    verdict: Verdict, blocked: dict[int, str], result: StepResult,
) -> None:  # fmt: skip
    """Write what validation said: states of rows and documents, and the quarantine."""
    failed: dict[int, dict[int, list[str]]] = {}
    rejected: dict[int, list[Rejected]] = {key: [] for key in waiting}
    for failure in verdict.failures:
        key, position, row = rows[failure.position]
        failed.setdefault(key, {}).setdefault(position, []).append(failure.check)
        rejected[key].append(Rejected(failure.check, failure.reason, row))
        if len(result.notes) < 10:
            result.notes.append(
                f"{company.ticker} {row['fact']} {row['segment'] or ''} to {row['period_end']}: {row['value']}: {failure.reason}"
            )
    with services.engine.begin() as connection:
        for key in waiting:
            states = {
                p: "blocked" if key in blocked else "rejected" if p in failed.get(key, {}) else "passed"
                for k, p, _ in rows
                if k == key
            }
            staging.set_states(connection, dataset, key, states or {-1: "passed"}, blocked.get(key))
            staging.quarantine(connection, company.ticker, key, dataset, "expectation", rejected[key])
    result.counts["rows"] += len(rows)
    result.counts["failed"] += sum(len(p) for p in failed.values())
    result.counts["blocked"] += len(blocked)
    for reason in dict.fromkeys(blocked.values()):
        result.failures[company.ticker] = f"nothing of it was loaded: {reason}"


def _last_figures(
    connection: sa.Connection, company: Company
) -> dict[tuple[str, str, str], tuple[date, Decimal]]:
    """The company's last loaded figure of each kind: (fact, segment, period_kind) → end, value."""
    found: dict[tuple[str, str, str], tuple[date, Decimal]] = {}
    keys = [row["company_key"] for row in company_rows(company)]
    for target in TARGETS:
        query = sa.text(
            f"select distinct on (1, 2, 3) {target.fact} as fact, {target.part} as part, p.period_kind, p.period_end, f.{target.value} "
            f"from {target.table.fullname} f join warehouse.dim_period p using (period_key) "
            f"where f.company_key = any(:keys) and {target.condition} order by 1, 2, 3, p.period_end desc, f.disclosed_at desc"
        )
        for fact, part, kind, end, value in connection.execute(query, {"keys": keys}):
            found[(fact, part, kind)] = (end, value)
    return found


def _write_result(services: Services, run_id: str, dataset: str, company: Company, verdict: Verdict) -> None:
    folder = (
        services.settings.data_dir / "validation" / "".join(c for c in run_id if c.isalnum() or c in "-_")
    )
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "run_id": run_id,
        "dataset": dataset,
        "company": company.ticker,
        "rows": verdict.rows,
        "blocked": verdict.blocked,
        "suites": verdict.result,
    }
    (folder / f"{dataset}-{company.ticker}.json").write_text(
        json.dumps(content, indent=1, default=str), "utf-8"
    )


# -------------------------------------------------------------------------------------------------- loading


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
