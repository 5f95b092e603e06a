"""Deals, targets and stated changes in the prose of filings: read, staged, loaded."""

import hashlib
from collections.abc import Sequence
from datetime import date

from pipelines.errors import UnreadableDocument
from pipelines.extract.archive import ArchiveDamaged
from pipelines.normalize.claims import VERSION as RULES
from pipelines.normalize.claims import change_row, deal_row
from pipelines.parse.deals.filings import VERSION as READER
from pipelines.parse.deals.filings import FiledProse, read_filed_deals
from pipelines.parse.document.page import read_page
from pipelines.parse.language.periods import Span
from pipelines.steps.prose_checks import check_prose
from pipelines.steps.results import StepResult, for_each_company
from pipelines.steps.services import Services, read_release_cached
from pipelines.warehouse import filings, staging
from pipelines.warehouse.claims import load_deals
from pipelines.warehouse.filings import Document, Slice
from pipelines.watchlist import Company

DATASET = "deals"
_READ = ("read", "no_xbrl", "no_disclosure")


def version_of(services: Services) -> str:
    """What the reading of deals depends on: reader, rules, and the names and words of the watchlist."""
    words = "".join(c.model_dump_json() for c in services.watchlist.companies) + "".join(
        a.model_dump_json() for a in services.lexicon.aliases
    )
    return f"prose-{READER}.{RULES} words-{hashlib.sha256(words.encode()).hexdigest()[:8]}"


def _furnished(services: Services, mine: Sequence[Slice]) -> list[Document]:
    with services.engine.connect() as connection:
        return [
            d
            for d in filings.documents_in(connection, mine)
            if d.furnished and d.sha256 is not None and d.status in _READ
        ]


def read_deals(services: Services, slices: Sequence[Slice], *, force: bool = False) -> StepResult:
    """Read Forms 8-K and 6-K and their exhibits for deals, targets and changes, and stage them. counts: documents, deals, changes"""
    version = version_of(services)

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        documents = _furnished(services, mine)
        with services.engine.connect() as connection:
            known = staging.versions(connection, DATASET, [d.key for d in documents])
        for document in documents:
            if not force and known.get(document.key, ("", ""))[0] == version:
                continue
            with result.document(document):
                _read_one(services, company, document, version, result)

    return for_each_company(services, DATASET, slices, work)


def _read_one(
    services: Services, company: Company, document: Document, version: str, result: StepResult
) -> None:
    """Read and stage what one document states in prose."""
    try:
        prose = _read(services, company, document)
    except (UnreadableDocument, ArchiveDamaged) as error:
        result.notes.append(f"{company.ticker}: {document.name}: {error}")
        return
    said = {"document_key": document.key, "url": document.url, "disclosed_at": document.accepted_at}
    rows = [deal_row(deal, company, announced_on=day, **said) for deal, day in prose.deals]  # type: ignore[arg-type]
    rows += [change_row(change, company, **said) for change in prose.changes]  # type: ignore[arg-type]
    with services.engine.begin() as connection:
        staging.stage(connection, DATASET, company.ticker, document.key, version, rows, [], [], document.url)
    result.counts["documents"] += 1
    result.counts["deals"] += len(prose.deals)
    result.counts["changes"] += len(prose.changes)
    for row in rows:
        shown = (
            company.ticker,
            row["fact"],
            row.get("party"),
            row["value"],
            row["unit"],
            row.get("status"),
            document.filed_on,
        )
        result.show(("company", "fact", "party", "value", "unit", "status", "filed"), shown)


def _read(services: Services, company: Company, document: Document) -> FiledProse:
    assert document.sha256 is not None
    form_itself = not document.document_type.upper().startswith("EX-99")
    subject: Span | None = None
    if document.kind in ("release", "update"):
        told: tuple[date | None, date] | None = read_release_cached(
            services.settings.archive, document.sha256, company, services.lexicon, document.filed_on
        ).subject
        subject = Span(*told) if told else None
    page = read_page(services.archive.get(document.sha256))
    return read_filed_deals(
        page,
        company,
        services.watchlist,
        services.lexicon,
        document.filed_on,
        form_itself=form_itself,
        subject=subject,
    )


def check_deals(services: Services, slices: Sequence[Slice], run_id: str) -> StepResult:
    """Check the deals of filings that were read and are not loaded yet (see prose_checks)."""
    return check_prose(services, DATASET, [d.key for d in _furnished(services, slices)], run_id)


def load_filed_deals(services: Services, slices: Sequence[Slice]) -> StepResult:
    """Load the deals that passed, a company in one transaction. counts: inserted, updated, deleted"""

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        documents = _furnished(services, mine)
        with services.engine.begin() as connection:
            changed = load_deals(connection, company, [d.key for d in documents])
        for name in ("inserted", "updated", "deleted"):
            result.counts[name] += getattr(changed, name)

    return for_each_company(services, "load_deals", slices, work)
