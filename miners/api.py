"""Read the warehouse from Python: `import miners`.

import miners
miners.read("quarterly", ticker="CORZ")
miners.explain("CORZ", "self_mining", "2026Q1")
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from pipelines.errors import UsageError
from pipelines.query import explain as explaining
from pipelines.query.ask import ask
from pipelines.query.rows import Selection, select_rows
from pipelines.settings import load_settings
from pipelines.warehouse.engine import analyst_engine, connect_engine
from pipelines.warehouse.marts import MARTS

if TYPE_CHECKING:
    import pandas as pd

# Types of pandas that can be empty, by those of PostgreSQL and by those of the values of a column. Lists and
# JSON stay objects.
_DTYPES = {
    "text": "string",
    "smallint": "Int64",
    "integer": "Int64",
    "bigint": "Int64",
    "numeric": "Float64",
    "boolean": "boolean",
    "date": "datetime64[s]",
    "timestamptz": "datetime64[us, UTC]",
}
_DTYPES_OF_VALUES = {
    "string": "string",
    "integer": "Int64",
    "decimal": "Float64",
    "floating": "Float64",
    "boolean": "boolean",
    "date": "datetime64[s]",
    "datetime": "datetime64[us, UTC]",
}


def connect() -> sa.Engine:
    """The configured warehouse as the role `analyst`, upgraded if needed.

    Raises WarehouseUnreachable if it cannot be reached or does not let `analyst` log in.
    """
    return analyst_engine(_warehouse())


def _warehouse() -> sa.Engine:
    """The warehouse, for functions that log in as `analyst` themselves."""
    return connect_engine(load_settings())


def read(
    query: str,
    *,
    as_of: date | datetime | str | None = None,
    timeout_seconds: int = 30,
    exact: bool = False,
    **equal: str,
) -> pd.DataFrame:
    """Rows of a mart, or of any `select`, read as the role `analyst`.

    Args:
        query: Name of a mart such as "quarterly", or a `select` statement.
        as_of: Of a mart: the time at which it is shown as known, such as "2025-12-31".
        timeout_seconds: Limit for the query.
        exact: Whether amounts are decimals, as the warehouse has them, instead of Float64 with 15 digits.
        equal: Of a mart: columns and the values they must have, such as ticker="CORZ".

    Returns:
        One row for each row of the result. An empty cell is a figure that no document states. Columns have
        types of pandas that can be empty: string, Int64, Float64, boolean, datetime64[s] for days and
        datetime64[us, UTC] for times.

    Raises:
        UsageError: The query is wrong, a mart has no such column, or none as of a moment.
    """
    import pandas as pd

    mart = next((m for m in MARTS if m.name == query.removeprefix("marts.")), None)
    if mart is not None:
        found = select_rows(
            _warehouse(),
            Selection(mart, equal, as_of=as_of, order=mart.grain),
            timeout_seconds=timeout_seconds,
        )
        frame = pd.DataFrame(found.rows, columns=found.columns, dtype=object)
        types = {n: _DTYPES.get(c.type) for n, c in mart.columns.items()}
        return frame.astype(_wanted(types, exact=exact))
    if equal or as_of is not None:
        raise UsageError(f"{query!r} is not a mart, so that columns and as_of cannot be given as arguments.")
    columns, rows = ask(_warehouse(), query, timeout_seconds=timeout_seconds)
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    inferred = {n: pd.api.types.infer_dtype(frame[n], skipna=True) for n in columns}
    types = {n: _DTYPES_OF_VALUES.get(kind) for n, kind in inferred.items()}
    return frame.astype(_wanted(types, exact=exact))


def _wanted(types: Mapping[str, str | None], *, exact: bool) -> dict[str, str]:
    return {name: kind for name, kind in types.items() if kind and not (exact and kind == "Float64")}


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
