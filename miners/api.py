"""Read the warehouse from Python: `import miners`.

import miners
miners.read("quarterly", ticker="CORZ")
miners.explain("CORZ", "self_mining", "2026Q1")
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from pipelines.errors import UsageError
from pipelines.query import explain as explaining
from pipelines.query.ask import ask, asking
from pipelines.settings import load_settings
from pipelines.warehouse.engine import connect_engine
from pipelines.warehouse.marts import MARTS

if TYPE_CHECKING:
    import pandas as pd


def connect() -> sa.Engine:
    """The configured warehouse, upgraded if needed. Raises WarehouseUnreachable."""
    return connect_engine(load_settings())


def read(query: str, *, timeout_seconds: int = 30, **equal: str) -> pd.DataFrame:
    """Rows of a mart, or of any `select`, read as the role `analyst`.

    Args:
        query: Name of a mart such as "quarterly", or a `select` statement.
        timeout_seconds: Limit for the query.
        equal: Of a mart: columns and the values they must have, such as ticker="CORZ".

    Returns:
        One row for each row of the result; amounts are exact decimals, and an empty cell is a
        figure that no document states.

    Raises:
        UsageError: The query is wrong, or a mart has no such column.
    """
    import pandas as pd

    mart = next((m for m in MARTS if m.name == query.removeprefix("marts.")), None)
    if mart is not None:
        unknown = sorted(set(equal) - set(mart.columns))
        if unknown:
            raise UsageError(f"marts.{mart.name} has no column {', '.join(unknown)}.")
        table = sa.table(mart.name, *(sa.column(name) for name in mart.columns), schema="marts")
        statement = sa.select(table).where(*(table.c[name] == value for name, value in equal.items()))
        with asking(connect(), query, timeout_seconds) as connection:
            return pd.DataFrame(connection.execute(statement).tuples().all(), columns=list(mart.columns))
    if equal:
        raise UsageError(f"{query!r} is not a mart, so that columns cannot be given as arguments.")
    columns, rows = ask(connect(), query, timeout_seconds=timeout_seconds)
    return pd.DataFrame(rows, columns=columns)


def explain(ticker: str, metric: str, period: str) -> list[dict[str, Any]]:
    """One figure with statements, sources, inputs, checks, findings and claims of news.

    Args:
        ticker: A current or former ticker.
        metric: A metric or a segment.
        period: Such as 2026Q1, FY2026Q1, 2026-03, 2026-03-31 or FY2026.

    Returns:
        One mapping for each scope and kind of period.

    Raises:
        UsageError: Ticker, metric or period are not in the warehouse.
    """
    figures = explaining.explain(connect(), load_settings(), ticker, metric, period)
    return [asdict(figure) for figure in figures]
