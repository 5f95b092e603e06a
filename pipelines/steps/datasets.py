"""Normalize, check and load the records of datasets."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipelines.datasets import Dataset, FilingDataset, Records
from pipelines.document_limits import document_limits
from pipelines.errors import ArchiveDamaged, UnreadableDocument
from pipelines.normalize.figures import Candidate, Rejected
from pipelines.steps.results import StepResult, for_each_company
from pipelines.steps.services import Services
from pipelines.validate.frame import Checked
from pipelines.validate.outcomes import keep_outcomes
from pipelines.validate.suites import Verdict, validate
from pipelines.warehouse import facts, filings, staging
from pipelines.warehouse.dimensions import load_dimensions
from pipelines.warehouse.filings import Document, Slice
from pipelines.warehouse.staging import Staged
from pipelines.warehouse.upsert import Changed
from pipelines.watchlist import Company

_MOST_NOTES = 10


def load_dimension_tables(services: Services) -> StepResult:
    """Load companies, segments, metrics and dates from watchlist and lexicon. counts: changed"""
    result = StepResult("dimensions")
    with services.engine.begin() as connection:
        result.counts["changed"] = load_dimensions(connection, services.watchlist, services.lexicon).total
    return result


def normalize(
    services: Services, dataset: FilingDataset, slices: Sequence[Slice], *, force: bool = False
) -> StepResult:
    """Read and stage documents that were not read by the current code and configuration.

    counts: documents, figures, rejected, findings, not_understood (quantities that no rule explains)
    """

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        version = dataset.version(services.library, company)
        with services.engine.connect() as connection:
            documents = [d for d in filings.documents_in(connection, mine) if dataset.wants(d)]
            known = staging.versions(connection, dataset.name, [d.key for d in documents])
        for document in documents:
            if force or known.get(document.key, ("", ""))[0] != version:
                with result.document(document):
                    _normalize_one(services, dataset, company, document, version, result)

    return for_each_company(services, dataset.name, slices, work)


def _normalize_one(
    services: Services,
    dataset: FilingDataset,
    company: Company,
    document: Document,
    version: str,
    result: StepResult,
) -> None:
    try:
        with document_limits():
            found = dataset.read(services.library, company, document)
    except UnreadableDocument as error:
        result.notes.append(f"{company.ticker}: {document.name}: {error}")
        found = Records([], [Rejected(error.reason, error.detail, Candidate(label=document.name))])
    except ArchiveDamaged as error:
        result.notes.append(f"{company.ticker}: {document.name}: {error}")
        return
    with services.engine.begin() as connection:
        staging.stage(
            connection,
            dataset.name,
            dataset.staging,
            document.key,
            version,
            found.records,
            company_id=company.ticker,
            url=document.url,
            rejected=found.rejected,
            findings=found.findings,
            not_understood=found.not_understood,
        )
    show_records(result, found.records, company.ticker)
    result.counts["documents"] += 1
    result.counts[f"form_{document.form}"] += 1
    result.counts["figures"] += len(found.records)
    result.counts["rejected"] += len(found.rejected)
    result.counts["findings"] += len(found.findings)
    result.counts["not_understood"] += sum(found.not_understood)


def show_records(result: StepResult, records: Iterable[Any], who: str) -> None:
    """Add records to the preview of a step's result."""
    for r in records:
        row = (who, r.fact, r.segment, r.start, r.end, f"{r.value:f}", r.unit)
        result.show(("source", "fact", "segment", "from", "to", "value", "unit"), row)


def check(services: Services, dataset: FilingDataset, slices: Sequence[Slice], run_id: str) -> StepResult:
    """Check what was normalized and is not loaded yet (see check_documents)."""
    with services.engine.connect() as connection:
        documents = filings.documents_in(connection, slices)
    by_month = dataset.checks.block_by_month
    blocks = {d.key: (d.company_id, d.filed_on.replace(day=1) if by_month else d.key) for d in documents}
    companies = {d.key: d.company_id for d in documents}
    return check_documents(services, dataset, companies, blocks, run_id)


def check_documents(
    services: Services, dataset: Dataset, owners: Mapping[int, str], blocks: Mapping[int, object], run_id: str
) -> StepResult:
    """Run the expectation suites over staged records that are not loaded yet.

    A record that fails goes to quarantine and the others pass. A failed table-level expectation blocks the
    documents in whose block it fails: nothing of them loads. All records are validated together, since each
    validation costs a second whatever it holds; in halves only if a table-level expectation fails. The
    results are kept as JSON in the data folder. counts: rows, failed, blocked (documents). notes: up to ten
    failing records.

    Args:
        owners: By document, whom a failure is reported for: a company, or the article itself.
        blocks: By document, the block it belongs to.
    """
    result = StepResult(f"check_{dataset.name}")
    with services.engine.connect() as connection:
        states = staging.versions(connection, dataset.name, list(owners))
        waiting = [key for key, (_, state) in states.items() if state in ("staged", "blocked")]
        rows = staging.staged(connection, dataset.name, dataset.staging, waiting)
        sources = staging.sources(connection, waiting)
        checked = [
            Checked(
                row.record,
                getattr(row.record, "company_id", owners[row.document_key]),
                sources[row.document_key],
            )
            for row in rows
        ]
        history = {
            ticker: facts.figure_history(
                connection, services.watchlist.by_ticker(ticker), dataset.checks.compare_with
            )
            for ticker in (sorted({c.company_id for c in checked}) if dataset.checks.compare_with else ())
        }

    def validated(chosen: Sequence[Checked[Any]]) -> Verdict:
        frame = dataset.checks.frame(chosen, history)
        return validate(frame, dataset.checks.columns, services.lexicon, dataset.checks.suite)

    def failing(among: Sequence[object], verdict: Verdict) -> dict[int, str]:
        """Documents of the blocks in which a table-level expectation fails, found by halving."""
        if not verdict.blocked:
            return {}
        if len(among) == 1:
            return {key: "; ".join(verdict.blocked) for key in waiting if blocks[key] == among[0]}
        found: dict[int, str] = {}
        for half in (among[: len(among) // 2], among[len(among) // 2 :]):
            chosen = set(half)
            found |= failing(half, validated([c for c in checked if blocks[c.source.document_key] in chosen]))
        return found

    verdict = validated(checked)
    blocked = failing(list(dict.fromkeys(blocks[key] for key in waiting)), verdict)
    _settle(services, dataset, owners, waiting, rows, verdict, blocked, result)
    _keep(services, dataset, run_id, {c.company_id for c in checked}, verdict)
    return result


def _settle(
    services: Services,
    dataset: Dataset,
    owners: Mapping[int, str],
    waiting: Sequence[int],
    rows: Sequence[Staged[Any]],
    verdict: Verdict,
    blocked: Mapping[int, str],
    result: StepResult,
) -> None:
    """Record what validation decided: states of records and documents, and the quarantine."""
    failed: dict[int, dict[int, list[Rejected]]] = {key: {} for key in waiting}
    for failure in verdict.failures:
        row = rows[failure.position]
        rejected = Rejected(failure.check, failure.reason, row.record)
        failed[row.document_key].setdefault(row.position, []).append(rejected)
        if len(result.notes) < _MOST_NOTES:
            r = row.record
            named = " ".join(str(part) for part in (owners[row.document_key], r.fact, r.segment) if part)
            result.notes.append(f"{named} to {r.end}: {r.value:f}: {failure.reason}")
    positions: dict[int, list[int]] = {key: [] for key in waiting}
    for row in rows:
        positions[row.document_key].append(row.position)
    with services.engine.begin() as connection:
        for key in waiting:
            states = {
                p: "blocked" if key in blocked else "rejected" if p in failed[key] else "passed"
                for p in positions[key]
            }
            staging.set_states(
                connection, dataset.name, dataset.staging, key, states or {-1: "passed"}, blocked.get(key)
            )
            refused = [item for items in failed[key].values() for item in items]
            staging.quarantine(connection, owners[key], key, dataset.name, "expectation", refused)
    result.counts["rows"] = len(rows)
    result.counts["failed"] = sum(len(p) for p in failed.values())
    result.counts["blocked"] = len(blocked)
    for key, reason in blocked.items():
        result.failures.setdefault(owners[key], f"nothing of it was loaded: {reason}")


def _keep(services: Services, dataset: Dataset, run_id: str, companies: set[str], verdict: Verdict) -> None:
    """Keep the result as JSON for each company, and as the dataset's last one for Data Docs."""
    folder = services.settings.validation_dir / "".join(c for c in run_id if c.isalnum() or c in "-_")
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "run_id": run_id,
        "dataset": dataset.name,
        "rows": verdict.rows,
        "blocked": verdict.blocked,
        "suites": verdict.result,
    }
    for company in companies:
        text = json.dumps({**content, "company": company}, indent=1, default=str)
        (folder / f"{dataset.name}-{company}.json").write_text(text, "utf-8")
    if verdict.outcomes:
        keep_outcomes(services.settings.validation_dir, dataset.name, verdict)


def load(services: Services, dataset: FilingDataset, slices: Sequence[Slice]) -> StepResult:
    """Load what passed, each company in one transaction. counts: inserted, updated, deleted"""

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        with services.engine.begin() as connection:
            keys = [d.key for d in filings.documents_in(connection, mine)]
            count_changes(result, dataset.load(connection, company, keys))

    return for_each_company(services, f"load_{dataset.name}", slices, work)


def count_changes(result: StepResult, changed: Changed) -> None:
    """Add what a load changed to a step's counts."""
    for name in ("inserted", "updated", "deleted"):
        result.counts[name] += getattr(changed, name)
