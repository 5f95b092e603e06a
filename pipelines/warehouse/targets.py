"""Where each kind of figure lives: its table, how it is keyed within a document and period, and its value."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from pipelines.normalize.sales import COLUMNS
from pipelines.warehouse import schema
from pipelines.warehouse.columns import key_of

Row = dict[str, Any]
TOTAL = key_of("metric", "total_revenue")


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of figure.

    takes      which facts of staged rows go there
    own        a row's columns beside those that every fact has
    part, name SQL of what tells figures of one period apart (segment, scope), and of the fact's name
    value      the column by which figures are compared and subtracted
    condition  SQL of the rows of the table that are this target's
    derives    whether quarters are derived by subtraction
    """

    name: str
    dataset: str
    table: sa.Table
    takes: Callable[[str], bool]
    own: Callable[[Row], Row]
    part: str
    fact: str
    value: str
    condition: str
    derives: bool


TARGETS = (
    Target(
        "segment_revenue",
        "segment_revenue",
        schema.fact_segment_revenue,
        lambda fact: fact == "segment_revenue",
        lambda row: {
            "segment_key": key_of("segment", row["segment"]),
            "revenue_usd": Decimal(row["value"]),
            "complete": row["complete"],
        },
        "(select segment from warehouse.dim_segment s where s.segment_key = f.segment_key)",
        "'segment_revenue'",
        "revenue_usd",
        "true",
        True,
    ),
    Target(
        "total_revenue",
        "segment_revenue",
        schema.fact_operating_metric,
        lambda fact: fact == "total_revenue",
        lambda row: {
            "metric_key": TOTAL,
            "value": Decimal(row["value"]),
            "scope": "company",
            "qualifier": row.get("qualifier"),
        },
        "f.scope",
        "'total_revenue'",
        "value",
        f"metric_key = {TOTAL}",
        True,
    ),
    Target(
        "bitcoin_sale_proceeds",
        "bitcoin_sales",
        schema.fact_bitcoin_sale,
        lambda fact: fact in COLUMNS,
        lambda row: {**row["values"], "completed": row["completed"]},
        "'company'",
        "'bitcoin_sale_proceeds'",
        "proceeds_usd",
        "proceeds_usd is not null and f.completed is distinct from 'proceeds_usd'",
        True,
    ),
    Target(
        "operating_metrics",
        "operating_metrics",
        schema.fact_operating_metric,
        lambda fact: fact != "total_revenue" and fact not in COLUMNS,
        lambda row: {
            "metric_key": key_of("metric", row["fact"]),
            "value": Decimal(row["value"]),
            "scope": row["scope"],
            "qualifier": row.get("qualifier"),
        },
        "f.scope",
        "(select metric from warehouse.dim_metric m where m.metric_key = f.metric_key)",
        "value",
        f"metric_key <> {TOTAL}",
        False,
    ),
)
