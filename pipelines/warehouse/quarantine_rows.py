"""List, show and approve quarantined rows."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from pipelines.errors import UsageError
from pipelines.warehouse import bookkeeping, schema

CONFIDENCE = "confidence"
"""The check of claims that are too doubtful to load."""

NEVER_RELEASED = {
    "unknown_segment": "add the line printed by `miners quarantine show` to lexicon.yaml",
    "no_total": "there is no total to tie it to; the next report may state one",
}
"""Checks whose rows cannot be approved, and what to do instead."""


def list_rows(
    connection: sa.Connection, status: str | None = "open", company_id: str | None = None
) -> list[dict[str, Any]]:
    """Quarantined rows, newest first."""
    t, d = bookkeeping.rejected_row, schema.dim_document
    query = sa.select(
        t.c.row_key,
        t.c.check_name,
        t.c.reason,
        t.c.company_id,
        t.c.row_content,
        t.c.status,
        t.c.released_by,
        t.c.rejected_at,
        d.c.url,
    ).outerjoin(d, d.c.document_key == t.c.document_key)
    if status:
        query = query.where(t.c.status == status)
    if company_id:
        query = query.where(t.c.company_id == company_id)
    return [
        dict(row)
        for row in connection.execute(query.order_by(t.c.rejected_at.desc(), t.c.row_key)).mappings()
    ]


def rows_to_decide(connection: sa.Connection) -> int:
    """The number of open rows that somebody can approve or correct.

    Doubtful claims of news are not counted: they come every night and need no decision.
    """
    t = bookkeeping.rejected_row
    query = sa.select(sa.func.count()).where(t.c.status == "open", t.c.check_name != CONFIDENCE)
    return int(connection.execute(query).scalar_one())


def show_row(connection: sa.Connection, key: int) -> dict[str, Any]:
    """One quarantined row. Raises UsageError if the key is unknown."""
    found = [row for row in list_rows(connection, None) if row["row_key"] == key]
    if not found:
        raise UsageError(f"No quarantined row has the key {key}. `miners quarantine list` shows them.")
    return found[0]


def release_row(connection: sa.Connection, key: int, who: str) -> dict[str, Any]:
    """Approve a row, so that it loads with the next run; the approver's name is kept.

    Raises UsageError if the row cannot be loaded (an unknown segment, no period), with the remedy.
    """
    row = show_row(connection, key)
    if not who.strip():
        raise UsageError("Your name is missing: --by NAME.")
    content, check = row["row_content"], row["check_name"]
    if check in NEVER_RELEASED:
        raise UsageError(f"A row rejected by {check} cannot be approved: {NEVER_RELEASED[check]}.")
    whole = all(content.get(name) for name in ("fact", "value", "unit", "period_end"))
    if not whole or (content.get("fact") == "segment_revenue" and not content.get("segment")):
        raise UsageError(f"The row rejected by {check} has no value, period or segment and cannot be loaded.")
    t = bookkeeping.rejected_row
    if row["status"] == "open":
        connection.execute(
            sa.update(t)
            .where(t.c.row_key == key)
            .values(status="released", released_by=who.strip(), released_at=datetime.now(UTC))
        )
    return show_row(connection, key)
