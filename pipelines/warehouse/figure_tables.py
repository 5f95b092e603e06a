"""Fact tables by kind of figure, with keys and value columns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipelines.normalize.figures import Figure
from pipelines.normalize.sales import COLUMNS, Sale
from pipelines.warehouse import schema
from pipelines.warehouse.columns import key_of

_OWNED: set[str] = set()
"""Metrics that have a kind of their own; OPERATING_METRICS holds all others."""


@dataclass(frozen=True, slots=True)
class FigureTable:
    """One kind of figure.

    Args:
        name: Name of the kind, part of the keys of its rows.
        table: The table.
        takes: Whether a fact is of this kind.
        columns: A record's columns beside those that every fact has.
        part: SQL of the segment or scope that distinguishes figures of one period.
        fact: SQL of the fact's name.
        value: Column by which figures are compared and subtracted.
        condition: Returns SQL of the rows of the table that are of this kind.
        derives: Whether quarters are derived by subtraction.
    """

    name: str
    table: sa.Table
    takes: Callable[[str], bool]
    columns: Callable[[Any], dict[str, Any]]
    part: str
    fact: str
    value: str
    condition: Callable[[], str]
    derives: bool = False


def _segment_columns(figure: Figure) -> dict[str, Any]:
    assert figure.segment is not None
    return {
        "segment_key": key_of("segment", figure.segment),
        "revenue_usd": figure.value,
        "complete": figure.complete,
    }


def _metric_columns(figure: Figure) -> dict[str, Any]:
    return {
        "metric_key": key_of("metric", figure.fact),
        "value": figure.value,
        "scope": figure.scope,
        "qualifier": figure.qualifier or None,
    }


def _sale_columns(sale: Sale) -> dict[str, Any]:
    return {
        "bitcoin_sold": sale.bitcoin_sold,
        "proceeds_usd": sale.proceeds_usd,
        "average_price_usd": sale.average_price_usd,
        "completed": sale.completed,
    }


def metric_table(name: str, *metrics: str, derives: bool = False) -> FigureTable:
    """A kind of figure in the table of metrics. OPERATING_METRICS no longer holds these metrics."""
    _OWNED.update(metrics)
    return _metric_table(
        name, metrics.__contains__, lambda: f"metric_key = any({_keys(metrics)})", derives=derives
    )


def _metric_table(
    name: str, takes: Callable[[str], bool], condition: Callable[[], str], *, derives: bool = False
) -> FigureTable:
    return FigureTable(
        name,
        schema.fact_operating_metric,
        takes,
        _metric_columns,
        "f.scope",
        "(select metric from warehouse.dim_metric m where m.metric_key = f.metric_key)",
        "value",
        condition,
        derives=derives,
    )


def _keys(metrics: Iterable[str]) -> str:
    return f"array[{', '.join(str(key_of('metric', m)) for m in sorted(metrics))}]::bigint[]"


SEGMENT_REVENUE = FigureTable(
    "segment_revenue",
    schema.fact_segment_revenue,
    lambda fact: fact == "segment_revenue",
    _segment_columns,
    "(select segment from warehouse.dim_segment s where s.segment_key = f.segment_key)",
    "'segment_revenue'",
    "revenue_usd",
    lambda: "true",
    derives=True,
)
TOTAL_REVENUE = metric_table("total_revenue", "total_revenue", derives=True)
BITCOIN_SALES = FigureTable(
    "bitcoin_sale_proceeds",
    schema.fact_bitcoin_sale,
    lambda fact: fact in COLUMNS,
    _sale_columns,
    "'company'",
    "'bitcoin_sale_proceeds'",
    "proceeds_usd",
    lambda: "proceeds_usd is not null and f.completed is distinct from 'proceeds_usd'",
    derives=True,
)
OPERATING_METRICS = _metric_table(
    "operating_metrics",
    lambda fact: fact not in _OWNED and fact not in COLUMNS,
    lambda: f"metric_key <> all({_keys(_OWNED)})",
)
