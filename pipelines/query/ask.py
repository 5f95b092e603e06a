"""Run read-only queries as the role `analyst`, with a time limit; and filing coverage."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from difflib import get_close_matches
from itertools import islice
from typing import Any, NamedTuple

import psycopg
import sqlalchemy as sa
from sqlalchemy import exc

from pipelines.errors import UsageError
from pipelines.warehouse.engine import read_only
from pipelines.warehouse.marts import MARTS
from pipelines.watchlist import Watchlist

TIMEOUT_SECONDS = 30
_NO_ROWS = "The statement returns no rows. Only `select` is allowed."
# A statement that writes, in a read-only transaction or on a view, or that the role may not run.
_REFUSED = ("25006", "55000", "42501")


class Answer(NamedTuple):
    """Columns and rows of a result."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


@contextmanager
def asking(
    engine: sa.Engine, statement: str, timeout_seconds: int = TIMEOUT_SECONDS
) -> Iterator[sa.Connection]:
    """A read-only connection as `analyst`; errors of the query are raised as UsageError."""
    try:
        with read_only(engine, timeout_seconds=timeout_seconds) as connection:
            yield connection
    except exc.DBAPIError as error:
        raise UsageError(_error_message(error.orig, statement, timeout_seconds)) from error
    except Exception as error:
        if type(error).__module__.startswith("psycopg"):
            raise UsageError(_error_message(error, statement, timeout_seconds)) from error
        raise


def ask(
    engine: sa.Engine, statement: str, *, timeout_seconds: int = TIMEOUT_SECONDS, limit: int | None = None
) -> Answer:
    """Columns and rows of one query, in a read-only transaction as the role `analyst`.

    The server prepares it as one statement, so that nothing can follow a `;`. After `limit` rows the query is
    canceled. Raises UsageError with the server's message, position and hint if the query is wrong, writes, or
    takes too long.
    """
    if not statement.strip():
        raise UsageError('The query is empty. Example: `miners sql "select * from marts.segment_revenue"`.')
    with asking(engine, statement, timeout_seconds) as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        with raw.cursor() as cursor:
            if limit is not None:
                return _first_rows(connection, cursor, statement, limit)
            cursor.execute(statement.encode(), prepare=True)
            if cursor.description is None:
                raise UsageError(_NO_ROWS)
            return Answer([c.name for c in cursor.description], cursor.fetchall())


def _first_rows(connection: sa.Connection, cursor: Any, statement: str, limit: int) -> Answer:
    """The first rows of a query, without those that follow in memory."""
    try:
        with closing(cursor.stream(statement.encode())) as streamed:
            rows = list(islice(streamed, limit))
            return Answer([c.name for c in cursor.description or ()], rows)
    except psycopg.ProgrammingError as error:
        # The driver's own error: a statement without rows, or a COPY, which is still running.
        if error.sqlstate is None:
            connection.invalidate()
            raise UsageError(_NO_ROWS) from error
        raise


def _error_message(error: Any, statement: str, timeout_seconds: int) -> str:
    diagnosis = getattr(error, "diag", None)
    message = (getattr(diagnosis, "message_primary", None) or str(error)).strip().splitlines()[0]
    if getattr(diagnosis, "sqlstate", None) == "57014":
        return (
            f"The query took longer than {timeout_seconds} s and was canceled. Narrow the query; on the "
            "command line, --timeout raises the limit."
        )
    if getattr(diagnosis, "sqlstate", None) in _REFUSED:
        return f"The warehouse says: {message}. Only `select` on the schema marts is allowed."
    place = getattr(diagnosis, "statement_position", None)
    hint = (
        f" {diagnosis.message_hint}"
        if diagnosis is not None and diagnosis.message_hint
        else _nearest(message)
    )
    return f"The warehouse says: {message}{_near(statement, int(place)) if place else ''}.{hint}"


def _near(statement: str, place: int) -> str:
    before = statement[: place - 1]
    line, column = before.count("\n") + 1, place - (before.rfind("\n") + 1)
    where = f"at character {place}" if line == 1 else f"in line {line}, at character {column}"
    return f" ({where}: …{statement[max(0, place - 1) : place + 24]}…)"


def _nearest(message: str) -> str:
    """Suggest marts with names similar to a missing table."""
    missing = re.match(r'relation "(?:marts\.)?([\w.]+)" does not exist', message)
    if not missing:
        return ""
    names = [mart.name for mart in MARTS]
    near = get_close_matches(missing[1].rsplit(".", 1)[-1], names, 3, 0.5) or names
    return " There is " + ", ".join(f"marts.{name}" for name in near) + "."


def coverage(engine: sa.Engine, watchlist: Watchlist) -> Answer:
    """Watched companies with their documents by form, and first and last filing."""
    with engine.connect() as connection:
        found = {
            row.company_id: row
            for row in connection.execute(
                sa.text(
                    "select company_id, string_agg(form || ' ' || n, ', ' order by form) as documents, "
                    "min(first) as first, max(last) as last from (select company_id, form, count(*) as "
                    "n, min(filed_on) as first, max(filed_on) as last from warehouse.dim_document "
                    "where status = 'read' group by 1, 2) f group by 1"
                )
            )
        }
    rows = []
    for c in watchlist.companies:
        seen = found.get(c.ticker)
        rows.append(
            (
                c.ticker,
                c.name,
                ", ".join(s.cik for s in c.ciks),
                c.fiscal_year_ends[-1].month_day,
                seen.documents if seen else "",
                seen.first if seen else None,
                seen.last if seen else None,
            )
        )
    return Answer(
        ["ticker", "name", "cik", "fiscal_year_end", "documents_read", "first_filed", "last_filed"], rows
    )
