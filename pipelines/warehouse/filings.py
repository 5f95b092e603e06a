"""Filings and documents with their status: listed, archived, parsed, or why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from pipelines.extract.edgar import LABELS, REPORTS, Filing, ListedDocument, is_notice
from pipelines.warehouse import bookkeeping, schema
from pipelines.warehouse.columns import key_of
from pipelines.warehouse.upsert import Changed, upsert

Slice = tuple[str, date, date]
"""A company and the first and last day of filing, as covered by a partition."""


@dataclass(frozen=True, slots=True)
class Document:
    """One row of dim_document, for the steps after fetching."""

    key: int
    company_id: str
    cik: str
    form: str
    document_type: str
    accession: str
    name: str
    url: str
    filed_on: date
    accepted_at: datetime
    status: str
    status_reason: str | None
    sha256: str | None
    reader_version: str | None
    kind: str
    release_version: str | None
    beside: tuple[str, ...] = ()
    """Hashes of the other archived documents of the filing."""
    facts: int | None = None

    @property
    def untagged(self) -> bool:
        """Whether it is a report without XBRL, read by its tables."""
        return self.kind == "report" and self.facts == 0

    @property
    def may_be_statements(self) -> bool:
        """Whether it may hold statements: the form itself, exhibit 13, or 99 of a 40-F."""
        base, kind = self.form.removesuffix("/A").upper(), self.document_type.upper()
        return base in REPORTS and (
            kind.removesuffix("/A") == base
            or kind.startswith("EX-13")
            or (base == "40-F" and kind.startswith("EX-99"))
        )

    @property
    def furnished(self) -> bool:
        """Whether it may be a press release: an 8-K or 6-K itself, or an exhibit 99 of one."""
        base, kind = self.form.removesuffix("/A").upper(), self.document_type.upper()
        return (
            base in ("8-K", "6-K")
            and self.kind != "report"
            and (kind.startswith("EX-99") or kind.removesuffix("/A") == base)
        )


class WarehouseStore:
    """ETag and Last-Modified of changing pages, stored in ops.conditional_request."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def validators(self, url: str) -> tuple[str | None, str | None, str] | None:
        table = bookkeeping.conditional_request
        with self.engine.connect() as connection:
            row = connection.execute(
                sa.select(table.c.etag, table.c.last_modified, table.c.sha256).where(table.c.url == url)
            ).first()
        return None if row is None else (row[0], row[1], row[2])

    def remember(self, url: str, etag: str | None, last_modified: str | None, sha256: str) -> None:
        row = {
            "url": url,
            "etag": etag,
            "last_modified": last_modified,
            "sha256": sha256,
            "asked_at": datetime.now(UTC),
        }
        with self.engine.begin() as connection:
            upsert(connection, bookkeeping.conditional_request, [row])


def record_filings(
    connection: sa.Connection, company_id: str, source: str, filings: Iterable[Filing]
) -> Changed:
    """Record a company's filings in ops.filing; known status is kept."""
    known = {
        (row.accession, row.cik): (row.status, row.status_reason)
        for row in connection.execute(
            sa.select(bookkeeping.filing).where(bookkeeping.filing.c.company_id == company_id)
        )
    }
    rows = {
        (f.accession, f.cik): {
            "accession": f.accession,
            "cik": f.cik,
            "company_id": company_id,
            "form": f.form,
            "items": f.items,
            "filed_on": f.filed_on,
            "accepted_at": f.accepted_at,
            "report_date": f.report_date,
            "primary_document": f.primary_document,
            "is_inline_xbrl": f.is_inline_xbrl,
            "is_xbrl": f.is_xbrl,
            "source": source,
            "status": known.get((f.accession, f.cik), ("indexed" if is_notice(f.form) else "listed", None))[
                0
            ],
            "status_reason": known.get((f.accession, f.cik), ("listed", None))[1],
        }
        for f in filings
    }
    return upsert(connection, bookkeeping.filing, list(rows.values()))


def filings_in(connection: sa.Connection, slices: Sequence[Slice]) -> list[tuple[str, str, Filing]]:
    """The filings of companies and days: company_id, status, filing; oldest first."""
    t = bookkeeping.filing
    out = []
    for company_id, first, last in slices:
        query = (
            sa.select(t)
            .where(t.c.company_id == company_id, t.c.filed_on.between(first, last))
            .order_by(t.c.accepted_at, t.c.accession)
        )
        for row in connection.execute(query):
            out.append(
                (
                    row.company_id,
                    row.status,
                    Filing(
                        row.cik,
                        row.accession,
                        row.form,
                        row.filed_on,
                        row.accepted_at,
                        row.report_date,
                        row.items,
                        row.primary_document,
                        row.is_xbrl,
                        row.is_inline_xbrl,
                    ),
                )
            )
    return out


def mark_filing(connection: sa.Connection, filing: Filing, status: str, reason: str | None = None) -> None:
    t = bookkeeping.filing
    connection.execute(
        sa.update(t)
        .where(t.c.accession == filing.accession, t.c.cik == filing.cik)
        .values(status=status, status_reason=reason)
    )


def document_key(accession: str, name: str) -> int:
    return key_of("document", accession, name)


def document_row(company_id: str, source: str, filing: Filing, listed: ListedDocument) -> dict[str, object]:
    """The dim_document row of a listed document; parsing sets its final kind."""
    primary = listed.name == filing.primary_document
    kind = (
        "report"
        if filing.base_form in REPORTS and not listed.document_type.upper().startswith(("EX-99", LABELS))
        else "other"
    )
    return {
        "document_key": document_key(filing.accession, listed.name),
        "source": source,
        "company_id": company_id,
        "cik": filing.cik,
        "form": filing.form,
        "document_type": listed.document_type or (filing.form if primary else ""),
        "document_kind": kind,
        "is_amendment": filing.is_amendment,
        "accession": filing.accession,
        "name": listed.name,
        "url": listed.url,
        "title": listed.description or None,
        "items": filing.items or None,
        "filed_on": filing.filed_on,
        "accepted_at": filing.accepted_at,
        "report_date": filing.report_date,
    }


def record_documents(connection: sa.Connection, rows: Sequence[dict[str, object]]) -> Changed:
    """Record listed documents; known status is kept."""
    keys = [row["document_key"] for row in rows]
    t = schema.dim_document
    known = (
        set(connection.execute(sa.select(t.c.document_key).where(t.c.document_key.in_(keys))).scalars())
        if keys
        else set()
    )
    fresh = [{**row, "status": "listed"} for row in rows if row["document_key"] not in known]
    again = [row for row in rows if row["document_key"] in known]
    changed = upsert(connection, t, fresh)
    for row in again:
        values = {k: v for k, v in row.items() if k not in ("document_key", "document_kind", "title")}
        differs = sa.or_(*(t.c[k].is_distinct_from(v) for k, v in values.items()))
        done = connection.execute(
            sa.update(t).where(t.c.document_key == row["document_key"], differs).values(**values)
        )
        changed += Changed(updated=done.rowcount)
    return changed


def mark_document(connection: sa.Connection, key: int, **values: object) -> None:
    """Update status and related columns of one document."""
    t = schema.dim_document
    differs = sa.or_(*(t.c[name].is_distinct_from(value) for name, value in values.items()))
    connection.execute(sa.update(t).where(t.c.document_key == key, differs).values(**values))


def documents_in(connection: sa.Connection, slices: Sequence[Slice]) -> list[Document]:
    """The documents of companies and days, oldest first."""
    t = schema.dim_document
    out = []
    for company_id, first, last in slices:
        query = sa.select(t).where(
            t.c.company_id == company_id, t.c.filed_on.between(first, last), t.c.accession.is_not(None)
        )
        rows = connection.execute(query.order_by(t.c.accepted_at, t.c.accession, t.c.name)).all()
        archived: dict[str, list[str]] = {}
        for row in rows:
            if row.sha256 is not None:
                archived.setdefault(row.accession, []).append(row.sha256)
        for row in rows:
            out.append(
                Document(
                    row.document_key,
                    row.company_id,
                    row.cik,
                    row.form,
                    row.document_type,
                    row.accession,
                    row.name,
                    row.url,
                    row.filed_on,
                    row.accepted_at,
                    row.status,
                    row.status_reason,
                    row.sha256,
                    row.reader_version,
                    row.document_kind,
                    row.release_version,
                    tuple(h for h in archived.get(row.accession, ()) if h != row.sha256),
                    row.facts,
                )
            )
    return out
