"""The quarantine as people handle it: list, show, release."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from pipelines.errors import UsageError
from pipelines.warehouse import bookkeeping, schema

NEVER_RELEASED = {
    "unknown_segment": "say what the words mean: add the line that `miners quarantine show` gives to lexicon.yaml",
    "no_total": "there is no total to tie it to; the next report may state one",
}
"""Checks whose rows lack what a fact needs, and what to do instead of releasing them."""


def list_rows(
    connection: sa.Connection, status: str | None = "open", company_id: str | None = None
) -> list[dict[str, Any]]:
    """Quarantined rows, newest first: key, check, reason, company, period, value, label, document's URL, status."""
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


def show_row(connection: sa.Connection, key: int) -> dict[str, Any]:
    """One quarantined row. UsageError where there is none of that key."""
    found = [row for row in list_rows(connection, None) if row["row_key"] == key]
    if not found:
        raise UsageError(f"No quarantined row has the key {key}. `miners quarantine list` shows them.")
    return found[0]


def release_row(connection: sa.Connection, key: int, who: str) -> dict[str, Any]:
    """Release a row, so that it loads with the next run and keeps the name of who released it.

    Raises UsageError where the row lacks what a fact needs (an unknown segment), with what to do instead.
    """
    row = show_row(connection, key)
    if not who.strip():
        raise UsageError("Say who releases it: --by NAME.")
    content, check = row["row_content"], row["check_name"]
    if check in NEVER_RELEASED:
        raise UsageError(f"A row refused as {check} cannot be released: {NEVER_RELEASED[check]}.")
    whole = all(content.get(name) for name in ("fact", "value", "unit", "period_end"))
    if not whole or (content.get("fact") == "segment_revenue" and not content.get("segment")):
        raise UsageError(
            f"The row refused as {check} lacks a value, a period or a segment and cannot be loaded."
        )
    t = bookkeeping.rejected_row
    if row["status"] == "open":
        connection.execute(
            sa.update(t)
            .where(t.c.row_key == key)
            .values(status="released", released_by=who.strip(), released_at=datetime.now(UTC))
        )
    return show_row(connection, key)
