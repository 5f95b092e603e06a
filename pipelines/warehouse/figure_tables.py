"""Fact tables by kind of figure, with keys and value columns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipelines.normalize.figures import Figure
from pipelines.normalize.sales import COLUMNS, Sale
from pipelines.warehouse import schema
from pipelines.warehouse.columns import key_of

TOTAL = key_of("metric", "total_revenue")


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
        condition: SQL of the rows of the table that are of this kind.
        derives: Whether quarters are derived by subtraction.
    """

    name: str
    table: sa.Table
    takes: Callable[[str], bool]
    columns: Callable[[Any], dict[str, Any]]
    part: str
    fact: str
    value: str
    condition: str
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


SEGMENT_REVENUE = FigureTable(
    "segment_revenue",
    schema.fact_segment_revenue,
    lambda fact: fact == "segment_revenue",
    _segment_columns,
    "(select segment from warehouse.dim_segment s where s.segment_key = f.segment_key)",
    "'segment_revenue'",
    "revenue_usd",
    "true",
    derives=True,
)
TOTAL_REVENUE = FigureTable(
    "total_revenue",
    schema.fact_operating_metric,
    lambda fact: fact == "total_revenue",
    _metric_columns,
    "f.scope",
    "'total_revenue'",
    "value",
    f"metric_key = {TOTAL}",
    derives=True,
)
BITCOIN_SALES = FigureTable(
    "bitcoin_sale_proceeds",
    schema.fact_bitcoin_sale,
    lambda fact: fact in COLUMNS,
    _sale_columns,
    "'company'",
    "'bitcoin_sale_proceeds'",
    "proceeds_usd",
    "proceeds_usd is not null and f.completed is distinct from 'proceeds_usd'",
    derives=True,
)
OPERATING_METRICS = FigureTable(
    "operating_metrics",
    schema.fact_operating_metric,
    lambda fact: fact != "total_revenue" and fact not in COLUMNS,
    _metric_columns,
    "f.scope",
    "(select metric from warehouse.dim_metric m where m.metric_key = f.metric_key)",
    "value",
    f"metric_key <> {TOTAL}",
)
