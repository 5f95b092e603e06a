"""Asking the warehouse: any query, read only and as the analyst; and who is covered."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from pipelines.errors import UsageError
from pipelines.load.engine import read_only
from pipelines.watchlist import Watchlist


def ask(engine: sa.Engine, statement: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows of one query, in a read-only transaction as the role `analyst`.

    The server prepares it as one statement, so that nothing can follow a `;`. Raises UsageError with the
    server's message, its position and hint where the query is wrong, writes, or takes too long.
    """
    if not statement.strip():
        raise UsageError('Write a query: miners sql "select * from marts.segment_revenue".')
    try:
        with read_only(engine) as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            with raw.cursor() as cursor:
                cursor.execute(statement.encode(), prepare=True)
                if cursor.description is None:
                    raise UsageError("That is no query: it gives no rows. Only select is allowed here.")
                return [c.name for c in cursor.description], cursor.fetchall()
    except exc.DBAPIError as error:
        raise UsageError(_told(error.orig, statement)) from error
    except Exception as error:
        if type(error).__module__.startswith("psycopg"):
            raise UsageError(_told(error, statement)) from error
        raise


def _told(error: Any, statement: str) -> str:
    diagnosis = getattr(error, "diag", None)
    message = (getattr(diagnosis, "message_primary", None) or str(error)).strip().splitlines()[0]
    place = getattr(diagnosis, "statement_position", None)
    near = (
        f" (at character {place}: …{statement[max(0, int(place) - 1) : int(place) + 24]}…)" if place else ""
    )
    hint = f" {diagnosis.message_hint}" if diagnosis is not None and diagnosis.message_hint else ""
    return f"The warehouse says: {message}{near}.{hint}"


def coverage(engine: sa.Engine, watchlist: Watchlist) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Watched companies: ticker, name, CIKs, fiscal year's end, documents read by form, first and last filing."""
    with engine.connect() as connection:
        found = {
            row.company_id: row
            for row in connection.execute(
                sa.text(
                    "select company_id, string_agg(form || ' ' || n, ', ' order by form) as documents, min(first) as first, max(last) as last "
                    "from (select company_id, form, count(*) as n, min(filed_on) as first, max(filed_on) as last "
                    "from warehouse.dim_document where status = 'read' group by 1, 2) f group by 1"
                )
            )
        }
    rows = []
    for c in watchlist.companies:
        seen = found.get(c.ticker)
        rows.append((
            c.ticker, c.name, ", ".join(s.cik for s in c.ciks), c.fiscal_year_ends[-1].month_day,
            seen.documents if seen else "", seen.first if seen else None, seen.last if seen else None,
        ))  # fmt: skip
    return ["ticker", "name", "cik", "fiscal_year_end", "documents_read", "first_filed", "last_filed"], rows
