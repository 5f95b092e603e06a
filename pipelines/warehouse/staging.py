"""Normalized rows between normalizing and loading, what was refused on the way, and what does not tie out."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from pipelines.normalize.figures import Finding, Rejected
from pipelines.warehouse import bookkeeping
from pipelines.warehouse.columns import key_of
from pipelines.warehouse.upsert import Changed, upsert

Row = dict[str, Any]


def versions(connection: sa.Connection, dataset: str, keys: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Version and state of documents that were normalized for a dataset."""
    t = bookkeeping.normalized_document
    query = sa.select(t.c.document_key, t.c.version, t.c.state).where(
        t.c.dataset == dataset, t.c.document_key.in_(keys)
    )
    return {row.document_key: (row.version, row.state) for row in connection.execute(query)} if keys else {}


def stage(
    connection: sa.Connection,
    dataset: str,
    company_id: str,
    document_key: int,
    version: str,
    rows: Sequence[Row],
    rejected: Sequence[Rejected],
    findings: Sequence[Finding],
    url: str,
) -> Changed:
    """Replace what is staged, refused by a rule and found for one document and dataset."""
    staged = [
        {
            "document_key": document_key,
            "dataset": dataset,
            "position": i,
            "company_id": company_id,
            "version": version,
            "state": "staged",
            "row_content": row,
        }
        for i, row in enumerate(rows)
    ]
    changed = upsert(
        connection,
        bookkeeping.staged_row,
        staged,
        scope=("document_key", [document_key]),
        where=f"t.dataset = '{dataset}'",
    )
    changed += quarantine(connection, company_id, document_key, dataset, "rule", rejected)
    changed += record_findings(connection, dataset, company_id, document_key, findings, [url])
    state = {
        "document_key": document_key,
        "dataset": dataset,
        "version": version,
        "state": "staged",
        "state_reason": None,
        "figures": len(rows),
        "rejected": len(rejected),
    }
    upsert(connection, bookkeeping.normalized_document, [state])
    return changed


def quarantine(
    connection: sa.Connection,
    company_id: str,
    document_key: int,
    dataset: str,
    origin: str,
    rejected: Iterable[Rejected],
) -> Changed:
    """Replace the open quarantined rows of one document, dataset and origin (rule or expectation).

    A row that was released keeps its release, and who released it, as long as its content is the same.
    """
    rows: dict[int, dict[str, object]] = {}
    for item in rejected:
        content = {**item.row, "dataset": dataset, "origin": origin}
        digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
        key = key_of("rejected", document_key, item.check, digest)
        rows[key] = {
            "row_key": key,
            "check_name": item.check,
            "reason": item.reason,
            "row_content": content,
            "document_key": document_key,
            "company_id": company_id,
            "status": "open",
            "rejected_at": datetime.now(UTC),
        }
    t = bookkeeping.rejected_row
    kept = set(
        connection.execute(
            sa.select(t.c.row_key).where(t.c.document_key == document_key, t.c.status != "open")
        ).scalars()
    )
    fresh = [row for key, row in rows.items() if key not in kept]
    where = f"t.status = 'open' and t.row_content->>'dataset' = '{dataset}' and t.row_content->>'origin' = '{origin}'"
    return upsert(connection, t, fresh, scope=("document_key", [document_key]), where=where)


def record_findings(
    connection: sa.Connection,
    dataset: str,
    company_id: str,
    document_key: int | None,
    findings: Iterable[Finding],
    urls: Sequence[str],
) -> Changed:
    """Replace the findings of one document and dataset, or (document_key None) those of a company across documents."""
    rows = {}
    for item in findings:
        key = key_of(
            "finding", dataset, company_id, document_key, item.check, item.start, item.end, item.detail
        )
        rows[key] = {
            "finding_key": key,
            "company_id": company_id,
            "check_name": item.check,
            "dataset": dataset,
            "document_key": document_key,
            "period_start": item.start,
            "period_end": item.end,
            "expected": item.expected,
            "found": item.found,
            "detail": item.detail,
            "documents": item.documents or list(urls),
            "found_at": datetime.now(UTC),
        }
    where = f"t.dataset = '{dataset}'"
    if document_key is None:
        return upsert(
            connection,
            bookkeeping.finding,
            list(rows.values()),
            scope=("company_id", [company_id]),
            where=f"{where} and t.document_key is null",
        )
    return upsert(
        connection,
        bookkeeping.finding,
        list(rows.values()),
        scope=("document_key", [document_key]),
        where=where,
    )


def staged_rows(
    connection: sa.Connection, dataset: str, document_keys: Sequence[int]
) -> list[tuple[int, int, str, Row]]:
    """Staged rows of documents: document_key, position, state, row."""
    t = bookkeeping.staged_row
    if not document_keys:
        return []
    query = sa.select(t.c.document_key, t.c.position, t.c.state, t.c.row_content).where(
        t.c.dataset == dataset, t.c.document_key.in_(document_keys)
    )
    return [tuple(row) for row in connection.execute(query.order_by(t.c.document_key, t.c.position))]


def set_states(
    connection: sa.Connection,
    dataset: str,
    document_key: int,
    states: dict[int, str],
    reason: str | None = None,
) -> None:
    """Write what validation said of a document's staged rows; a blocked row blocks its whole document."""
    t, d = bookkeeping.staged_row, bookkeeping.normalized_document
    for state in set(states.values()):
        positions = [p for p, s in states.items() if s == state]
        connection.execute(
            sa.update(t)
            .where(
                t.c.dataset == dataset,
                t.c.document_key == document_key,
                t.c.position.in_(positions),
                t.c.state != state,
            )
            .values(state=state)
        )
    whole = "blocked" if "blocked" in states.values() else "passed"
    connection.execute(
        sa.update(d)
        .where(d.c.dataset == dataset, d.c.document_key == document_key)
        .values(state=whole, state_reason=reason)
    )
