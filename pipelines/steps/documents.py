"""Find filings, fetch their documents, and parse them."""

from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import urlsplit

from pipelines.datasets import FIGURE_DATASETS, press_release_figures
from pipelines.document_limits import document_limits
from pipelines.errors import (
    ArchiveDamaged,
    BadPage,
    DocumentMissing,
    NotArchived,
    SourceRefused,
    TransferFailed,
    UnreadableDocument,
)
from pipelines.extract.edgar import Filing, wanted
from pipelines.normalize.release_revenue import normalize_release_revenue
from pipelines.normalize.statement import has_income_statement
from pipelines.parse.press_releases import report_tables
from pipelines.parse.xbrl import inline
from pipelines.steps.results import StepResult, for_each_company
from pipelines.steps.services import Services
from pipelines.warehouse import filings
from pipelines.warehouse.filings import Document, Slice
from pipelines.warehouse.sources import purge_samples
from pipelines.watchlist import Company
from pipelines.watchlist.companies import DatedCik

# EDGAR may list a document before it serves it: a missing one is fetched again for so long.
_MAY_STILL_COME = timedelta(days=30)
READER = f"{inline.VERSION}.{report_tables.VERSION}"
UNTAGGED = "no XBRL; its statements are read from its tables"
READABLE = (".htm", ".html", ".xhtml", ".xml", ".txt")


def index_filings(services: Services, slices: Sequence[Slice], expected: Sequence[str] = ()) -> StepResult:
    """Record the filings in the companies' submissions, fetched by conditional requests.

    CIKs under which a company did not file in these days are skipped. counts: filings (in these days), new,
    unchanged, answers_<code>, bytes; offline: not_archived

    Args:
        expected: Accession numbers from the feed of current filings. If submissions do not list one yet, the
            step is retried.
    """

    left = prepare_source(services)

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        since = min(first for _, first, _ in mine)
        found: list[Filing] = []
        missing: list[str] = []
        for span in company.ciks:
            if not any(_meet(span, first, last) for _, first, last in mine):
                continue
            try:
                submissions = services.edgar.submissions(span.cik, since)
            except DocumentMissing as error:
                missing.append(str(error))
                continue
            except NotArchived:
                result.counts["not_archived"] += 1
                continue
            found += submissions.filings
            result.counts["unchanged"] += not submissions.changed
            result.notes += [
                f"{company.ticker}: submissions of CIK {span.cik}: {p}" for p in submissions.problems
            ]
        if missing and services.settings.mirror is None:
            raise DocumentMissing(missing[0])
        if missing and not found:
            result.counts["not_in_mirror"] += 1
        if company.history_since:
            found = [f for f in found if f.filed_on >= company.history_since]
        with services.engine.begin() as connection:
            changed = filings.record_filings(connection, company.ticker, services.settings.source, found)
            result.counts["new"] += changed.inserted
            result.counts["filings"] += len(filings.filings_in(connection, mine))
        not_yet = sorted(set(expected) - {f.accession for f in found})
        if not_yet:
            raise TransferFailed(f"EDGAR's submissions do not list {', '.join(not_yet)} yet.")

    result = for_each_company(services, "filing_index", slices, work)
    if left:
        result.notes.append(f"Purged {left} samples: filings are read now.")
    result.count_answers(services.fetcher.counts)
    return result


def _meet(span: DatedCik, first: date, last: date) -> bool:
    return (span.since is None or span.since <= last) and (span.until is None or first <= span.until)


def prepare_source(services: Services) -> int:
    """Purge samples before filings are read; returns how many samples were deleted."""
    with services.engine.begin() as connection:
        return purge_samples(connection, services.settings.source, services.archive.forget_addresses)


def mirror_extent(services: Services, tickers: Sequence[str]) -> dict[str, tuple[date, date]]:
    """Companies in a mirror, with the first and last month of their filings."""
    prepare_source(services)
    out: dict[str, tuple[date, date]] = {}
    for ticker in tickers:
        days: list[date] = []
        for span in services.watchlist.by_ticker(ticker).ciks:
            try:
                days += [f.filed_on for f in services.edgar.submissions(span.cik).filings]
            except (DocumentMissing, BadPage):
                continue
        if days:
            out[ticker] = (min(days).replace(day=1), max(days).replace(day=1))
    services.fetcher.counts.clear()
    return out


def fetch_documents(services: Services, slices: Sequence[Slice], *, force: bool = False) -> StepResult:
    """Fetch documents that may hold figures into the archive.

    counts: filings, documents, fetched, missing, refused, unreadable, answers_<code>, bytes

    Args:
        force: Fetch documents again that the archive lost or damaged.
    """

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        with services.engine.connect() as connection:
            listed = filings.filings_in(connection, mine)
        for _, status, filing in listed:
            result.counts["filings"] += 1
            if status != "indexed" or force:
                _index_one(services, company, filing, result)
        with services.engine.connect() as connection:
            documents = filings.documents_in(connection, mine)
        for document in documents:
            result.counts["documents"] += 1
            if _is_to_fetch(document) or (force and _lost(services, document)):
                with result.document(document):
                    _fetch_one(services, document, result)

    result = for_each_company(services, "filing_documents", slices, work)
    result.count_answers(services.fetcher.counts)
    return result


def _is_to_fetch(document: Document) -> bool:
    may_still_come = date.today() - document.filed_on < _MAY_STILL_COME
    return document.status in ("listed", "refused") or (document.status == "missing" and may_still_come)


def _lost(services: Services, document: Document) -> bool:
    if document.sha256 is None:
        return document.status != "missing"
    try:
        services.archive.get(document.sha256)
    except ArchiveDamaged:
        services.archive.forget(document.url, document.sha256)
        return True
    return False


def _index_one(services: Services, company: Company, filing: Filing, result: StepResult) -> None:
    """Record the documents of a filing; a missing index page fails only this filing."""
    try:
        listed = services.edgar.documents(filing)
    except NotArchived:
        result.counts["not_archived"] += 1
        return
    except (BadPage, DocumentMissing, TransferFailed, UnreadableDocument) as error:
        result.counts["missing"] += 1
        if isinstance(error, TransferFailed) and not isinstance(error, BadPage):
            result.fail_month(company.ticker, filing.filed_on, str(error), transient=True)
        result.notes.append(f"{company.ticker}: {filing.form} {filing.accession}: {error}")
        with services.engine.begin() as connection:
            filings.mark_filing(connection, filing, "failed", str(error))
        return
    rows = [
        filings.document_row(company.ticker, services.settings.source, filing, d)
        for d in wanted(filing, listed)
    ]
    with services.engine.begin() as connection:
        filings.record_documents(connection, rows)
        if services.edgar.lists_all:
            filings.mark_filing(connection, filing, "indexed")


def _fetch_one(services: Services, document: Document, result: StepResult) -> None:
    if not urlsplit(document.url).path.lower().endswith(READABLE):
        values: dict[str, object] = {
            "status": "unreadable",
            "status_reason": "binary: neither HTML nor XML nor text",
        }
        result.counts["unreadable"] += 1
    else:
        try:
            content = services.edgar.fetch(document.url)
            sha256 = services.archive.known(document.url)
            values = {"status": "archived", "status_reason": None, "sha256": sha256, "bytes": len(content)}
            result.counts["fetched"] += 1
            row = (document.company_id, document.form, document.filed_on, document.name, len(content))
            result.show(("company", "form", "filed", "document", "bytes"), row)
        except NotArchived:
            result.counts["not_archived"] += 1
            return
        except DocumentMissing as error:
            values = {"status": "missing", "status_reason": str(error)}
            result.counts["missing"] += 1
        except UnreadableDocument as error:
            values = {"status": "unreadable", "status_reason": str(error)}
            result.counts["unreadable"] += 1
        except SourceRefused as error:
            with services.engine.begin() as connection:
                filings.mark_document(connection, document.key, status="refused", status_reason=str(error))
            raise
        except (TransferFailed, ArchiveDamaged) as error:
            values = {"status": "refused", "status_reason": str(error)}
            result.counts["refused"] += 1
            result.fail_month(
                document.company_id,
                document.filed_on,
                f"{document.name}: {error}",
                transient=isinstance(error, TransferFailed),
            )
    if values["status"] != "archived":
        result.notes.append(f"{document.company_id}: {document.name}: {values['status_reason']}")
    with services.engine.begin() as connection:
        filings.mark_document(connection, document.key, **values)


def read_documents(services: Services, slices: Sequence[Slice], *, force: bool = False) -> StepResult:
    """Parse the XBRL of archived documents that this version has not parsed yet.

    If no document of a report has XBRL, its statements are read from its tables.

    counts: documents (parsed now), facts, no_xbrl, untagged (reports read from their tables), unreadable. An
        unreadable document's status names the reason.
    """

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        with services.engine.connect() as connection:
            documents = filings.documents_in(connection, mine)
        tagged = {d.accession for d in documents if d.facts}
        without: list[Document] = []
        for document in documents:
            if document.sha256 is None or not (
                force or document.status == "archived" or document.reader_version != READER
            ):
                continue
            with result.document(document):
                values = _read_one(services, document, result)
                with services.engine.begin() as connection:
                    filings.mark_document(connection, document.key, reader_version=READER, **values)
                if values["status"] == "no_xbrl" and document.may_be_statements:
                    without.append(document)
                elif values["facts"]:
                    tagged.add(document.accession)
        for document in without:
            if document.accession not in tagged:
                with result.document(document):
                    _read_tables(services, company, document, result)

    return for_each_company(services, "xbrl_facts", slices, work)


def read_releases(services: Services, slices: Sequence[Slice], *, force: bool = False) -> StepResult:
    """Parse press releases of Forms 8-K and 6-K: monthly updates, earnings releases, or other.

    counts: documents (parsed now), updates, releases, neither, unreadable, figures. The kind of each document
    and the reason for it are recorded.
    """

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        with services.engine.connect() as connection:
            documents = filings.documents_in(connection, mine)
        version = " ".join(d.version(services.library, company) for d in FIGURE_DATASETS)
        for document in documents:
            if document.sha256 is None or not document.furnished or document.status not in _FURNISHED:
                continue
            if force or document.status == "no_xbrl" or document.release_version != version:
                with result.document(document):
                    values = _read_release(services, company, document, result)
                    with services.engine.begin() as connection:
                        filings.mark_document(connection, document.key, release_version=version, **values)

    return for_each_company(services, "release_figures", slices, work)


_FURNISHED = ("read", "no_xbrl", "no_disclosure", "unreadable")


def _read_release(
    services: Services, company: Company, document: Document, result: StepResult
) -> dict[str, object]:
    assert document.sha256 is not None
    try:
        with document_limits():
            read = services.library.press_release(document, company)
            figures, rejected = press_release_figures(services.library, company, document)
    except (UnreadableDocument, ArchiveDamaged) as error:
        result.counts["unreadable"] += 1
        result.notes.append(f"{company.ticker}: {document.name}: {error}")
        return {"status": "unreadable", "status_reason": str(error), "document_kind": "other"}
    result.counts["documents"] += 1
    if read.kind not in ("release", "update") or not (figures or rejected):
        result.counts["neither"] += 1
        reason = (
            read.classification.reason
            if read.kind not in ("release", "update")
            else f"{read.classification.reason}; it states no figure"
        )
        # The cover page of an 8-K is tagged and was parsed.
        status = "read" if document.status == "read" else "no_disclosure"
        return {
            "status": status,
            "status_reason": None,
            "document_kind": "other",
            "kind_reason": reason,
            "subject_start": None,
            "subject_end": None,
        }
    result.counts[f"{read.kind}s"] += 1
    result.counts["figures"] += figures
    subject = read.subject
    result.show(
        ("company", "form", "document", "kind", "about", "figures"),
        (company.ticker, document.form, document.name, read.kind, subject and subject.end, figures),
    )
    return {
        "status": "read",
        "status_reason": f"{read.page.images} image(s) in it are not parsed"
        if read.page.images > 3
        else None,
        "document_kind": read.kind,
        "kind_reason": read.classification.reason,
        "title": read.classification.headline[:300] or None,
        "subject_start": subject and subject.start,
        "subject_end": subject and subject.end,
    }


def _filer_status(stated: str) -> str | None:
    """The filer status of a cover page in one spelling: non_accelerated."""
    words = stated.lower().replace("-", " ").split()
    found = next((k for k in ("large", "non", "accelerated") if k in words), None)
    return {"large": "large_accelerated", "non": "non_accelerated"}.get(found or "", found)


def _read_tables(services: Services, company: Company, document: Document, result: StepResult) -> None:
    """Mark a document without XBRL as a report if its tables state revenue."""
    try:
        with document_limits():
            read = services.library.untagged_report(document, company)
            revenue = normalize_release_revenue(read, company, services.library.lexicon)
    except (UnreadableDocument, ArchiveDamaged) as error:
        result.notes.append(f"{document.company_id}: {document.name}: {error}")
        return
    if not (revenue.figures or revenue.rejected):
        return
    result.counts["untagged"] += 1
    row = (document.company_id, document.form, document.name, 0, UNTAGGED)
    result.show(("company", "form", "document", "facts", "warnings"), row)
    with services.engine.begin() as connection:
        filings.mark_document(
            connection, document.key, status="read", status_reason=UNTAGGED, document_kind="report"
        )


def _read_one(services: Services, document: Document, result: StepResult) -> dict[str, object]:
    assert document.sha256 is not None
    try:
        with document_limits():
            table = services.library.facts(document)
    except UnreadableDocument as error:
        status = "no_xbrl" if error.reason == "no_xbrl" else "unreadable"
        result.counts[status] += 1
        if status == "unreadable":
            result.notes.append(f"{document.company_id}: {document.name}: {error}")
        return {"status": status, "status_reason": None if status == "no_xbrl" else str(error), "facts": 0}
    except ArchiveDamaged as error:
        result.counts["unreadable"] += 1
        result.notes.append(f"{document.company_id}: {document.name}: {error}")
        return {"status": "unreadable", "status_reason": str(error), "facts": 0}
    result.counts["documents"] += 1
    result.counts["facts"] += len(table)
    result.counts[f"form_{document.form}"] += 1
    row = (document.company_id, document.form, document.name, len(table), "; ".join(table.warnings))
    result.show(("company", "form", "document", "facts", "warnings"), row)
    values: dict[str, object] = {
        "status": "read",
        "status_reason": "; ".join(table.warnings) or None,
        "facts": len(table),
        "filer_status": _filer_status(table.entity.get("EntityFilerCategory", "")),
    }
    if has_income_statement(table):
        # A 6-K or exhibit with tagged statements is a report, whatever its type (IREN until 2025).
        values["document_kind"] = "report"
    return values
