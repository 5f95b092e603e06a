"""Staged records, quarantine and findings."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from pipelines.normalize.claims import StatedClaim
from pipelines.normalize.figures import Figure, Finding, Rejected, Source, from_row, to_row
from pipelines.warehouse import bookkeeping, schema
from pipelines.warehouse.columns import key_of
from pipelines.warehouse.upsert import Changed, upsert

Record = TypeVar("Record", Figure, StatedClaim)


@dataclass(frozen=True, slots=True)
class StagingTable(Generic[Record]):
    """The table in which records of one type are staged, with one typed column for each field."""

    kind: type[Record]
    table: sa.Table


FIGURES: StagingTable[Figure] = StagingTable(Figure, bookkeeping.staged_figure)
CLAIMS: StagingTable[StatedClaim] = StagingTable(StatedClaim, bookkeeping.staged_claim)


@dataclass(frozen=True, slots=True)
class Staged(Generic[Record]):
    """A staged record with its document, position and validation result."""

    document_key: int
    position: int
    state: str
    record: Record


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
    staging: StagingTable[Record],
    document_key: int,
    version: str,
    records: Sequence[Record],
    *,
    company_id: str,
    url: str,
    rejected: Sequence[Rejected] = (),
    findings: Sequence[Finding] = (),
    not_understood: tuple[int, int] = (0, 0),
    skipped: int = 0,
) -> Changed:
    """Replace what is staged, quarantined by a rule and found for one document and dataset.

    Args:
        not_understood: Numbers of quantities that no rule explains, in sentences and in tables.
        skipped: Number of an article's quantities without a claim for a known reason.
    """
    rows = [
        {
            "document_key": document_key,
            "dataset": dataset,
            "position": position,
            "state": "staged",
            **to_row(record),
        }
        for position, record in enumerate(records)
    ]
    scope, where = ("document_key", [document_key]), f"t.dataset = '{dataset}'"
    changed = upsert(connection, staging.table, rows, scope=scope, where=where)
    changed += quarantine(connection, company_id, document_key, dataset, "rule", rejected)
    changed += record_findings(connection, dataset, company_id, document_key, findings, [url])
    state = {
        "document_key": document_key,
        "dataset": dataset,
        "version": version,
        "state": "staged",
        "state_reason": None,
        "figures": len(records),
        "rejected": len(rejected),
        "skipped": skipped,
        "not_understood_in_text": not_understood[0],
        "not_understood_in_tables": not_understood[1],
    }
    upsert(connection, bookkeeping.normalized_document, [state])
    return changed


def staged(
    connection: sa.Connection,
    dataset: str,
    staging: StagingTable[Record],
    document_keys: Sequence[int],
    state: str | None = None,
) -> list[Staged[Record]]:
    """Staged records of documents in their order; those of one state if it is given."""
    t = staging.table
    query = sa.select(t).where(t.c.dataset == dataset, t.c.document_key.in_(document_keys))
    if state:
        query = query.where(t.c.state == state)
    return [
        Staged(row["document_key"], row["position"], row["state"], from_row(staging.kind, row))
        for row in connection.execute(query.order_by(t.c.document_key, t.c.position)).mappings()
    ]


def set_states(
    connection: sa.Connection,
    dataset: str,
    staging: StagingTable[Any],
    document_key: int,
    states: Mapping[int, str],
    reason: str | None = None,
) -> None:
    """Set the validation results of a document's records; a blocked record blocks the document."""
    t, d = staging.table, bookkeeping.normalized_document
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


def ready_to_load(
    connection: sa.Connection, dataset: str, document_keys: Sequence[int], *, again: bool = True
) -> dict[int, str]:
    """Documents whose records passed, with their version; loaded ones too if `again`."""
    states = ("passed", "loaded") if again else ("passed",)
    found = versions(connection, dataset, document_keys)
    return {key: version for key, (version, state) in found.items() if state in states}


def mark_loaded(connection: sa.Connection, dataset: str, document_keys: Sequence[int]) -> None:
    """Record that documents and their approved rows are loaded."""
    t, r = bookkeeping.normalized_document, bookkeeping.rejected_row
    connection.execute(
        sa.update(t)
        .where(t.c.dataset == dataset, t.c.document_key.in_(document_keys), t.c.state == "passed")
        .values(state="loaded")
    )
    connection.execute(
        sa.update(r)
        .where(
            r.c.document_key.in_(document_keys),
            r.c.status == "released",
            r.c.row_content["dataset"].astext == dataset,
        )
        .values(status="loaded")
    )


def sources(connection: sa.Connection, document_keys: Iterable[int]) -> dict[int, Source]:
    """The source of each document, disclosed when EDGAR accepts it or it is published."""
    t = schema.dim_document
    disclosed = sa.func.coalesce(t.c.accepted_at, t.c.published_at)
    query = sa.select(t.c.document_key, t.c.accession, t.c.url, disclosed)
    keys = list(document_keys)
    found = connection.execute(query.where(t.c.document_key.in_(keys))) if keys else ()
    return {row[0]: Source(*row) for row in found}


# ------------------------------------------------------------------------------------------ quarantine


def _json_value(value: object) -> object:
    """Numbers as text without an exponent and dates as text, so that nothing is rounded."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date | datetime) else value


def quarantine(
    connection: sa.Connection,
    company_id: str,
    document_key: int,
    dataset: str,
    origin: str,
    rejected: Iterable[Rejected],
) -> Changed:
    """Replace the open quarantined rows of a document, dataset and origin.

    An approved row keeps its approval as long as its content is the same.
    """
    rows: dict[int, dict[str, object]] = {}
    for item in rejected:
        record = {name: _json_value(value) for name, value in to_row(item.record).items()}
        content = {**record, "dataset": dataset, "origin": origin}
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
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
    where = (
        f"t.status = 'open' and t.row_content->>'dataset' = '{dataset}' "
        f"and t.row_content->>'origin' = '{origin}'"
    )
    return upsert(connection, t, fresh, scope=("document_key", [document_key]), where=where)


def approved(
    connection: sa.Connection, dataset: str, kind: type[Record], document_keys: Sequence[int]
) -> list[tuple[int, Record, str]]:
    """Quarantined rows that a person approved: document, record, who approved it."""
    t = bookkeeping.rejected_row
    query = sa.select(t.c.document_key, t.c.row_content, t.c.released_by, t.c.row_content["origin"].astext)
    query = query.where(
        t.c.document_key.in_(document_keys),
        t.c.status.in_(("released", "loaded")),
        t.c.row_content["dataset"].astext == dataset,
    )
    found = connection.execute(query.order_by(t.c.row_key)).all() if document_keys else []
    # A value rejected by a rule is incomplete: it counts as reported, outside any complete breakdown.
    by_rule = {"rules": ["released_from_quarantine"], "complete": False}
    return [
        (key, from_row(kind, {**(by_rule if origin == "rule" else {}), **content}), who)
        for key, content, who, origin in found
    ]


def record_findings(
    connection: sa.Connection,
    dataset: str,
    company_id: str,
    document_key: int | None,
    findings: Iterable[Finding],
    urls: Sequence[str],
) -> Changed:
    """Replace the findings of one document, or of a company if document_key is None."""
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
            "metric": item.metric,
            "segment": item.segment,
            "period_start": item.start,
            "period_end": item.end,
            "other_periods": [f"{start or ''}/{end}" for start, end in item.others],
            "expected": item.expected,
            "found": item.found,
            "detail": item.detail,
            "documents": list(item.documents or urls),
            "found_at": datetime.now(UTC),
        }
    where = f"t.dataset = '{dataset}'"
    scope: tuple[str, Sequence[Any]] = ("document_key", [document_key])
    if document_key is None:
        scope, where = ("company_id", [company_id]), f"{where} and t.document_key is null"
    return upsert(connection, bookkeeping.finding, list(rows.values()), scope=scope, where=where)
