"""The star schema: dimensions, and facts that passed their checks."""

from collections.abc import Iterator

import dagster as dg

from assets.disclosures import bitcoin_sales, segment_revenue
from assets.partitions import by_company_and_month, filed_in
from assets.resources import column_schema, materialized
from pipelines.load import schema
from pipelines.steps import figures
from pipelines.steps.services import Services

_DIMENSIONS = (schema.dim_company, schema.dim_segment, schema.dim_metric, schema.dim_date)


@dg.multi_asset(
    name="dimensions",
    group_name="warehouse",
    specs=[
        dg.AssetSpec(table.name, description=table.comment, kinds={"postgres"}, metadata=column_schema(table))
        for table in _DIMENSIONS
    ],
)
def dimensions(
    context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]
) -> Iterator[dg.MaterializeResult]:
    """Companies over time, segments, metrics and days, as watchlist and lexicon have them."""
    result = figures.load_dimension_tables(miners)
    for table in _DIMENSIONS:
        yield dg.MaterializeResult(asset_key=table.name, metadata={"rows_changed": result.counts["changed"]})


@dg.multi_asset(
    name="load_segment_revenue",
    group_name="warehouse",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    specs=[
        dg.AssetSpec(
            table.name, description=table.comment, kinds={"postgres"}, metadata=column_schema(table),
            deps=[segment_revenue, schema.dim_company.name, schema.dim_segment.name, schema.dim_metric.name, schema.dim_date.name],
        )
        for table in (schema.fact_segment_revenue, schema.fact_operating_metric)
    ],
)  # fmt: skip
def load_segment_revenue(
    context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]
) -> Iterator[dg.MaterializeResult]:
    """Segment and total revenue, a document's rows replaced as a whole, and quarters derived from them."""
    result = materialized(context, miners, figures.load_rows(miners, "segment_revenue", filed_in(context)))
    for table in (schema.fact_segment_revenue, schema.fact_operating_metric):
        yield dg.MaterializeResult(asset_key=table.name, metadata=result.metadata)


@dg.asset(
    group_name="warehouse",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"postgres"},
    deps=[bitcoin_sales, schema.dim_company.name, schema.dim_date.name],
    metadata=column_schema(schema.fact_bitcoin_sale),
)
def fact_bitcoin_sale(
    context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """Bitcoin sold, a document's rows replaced as a whole, and quarters derived from year-to-date figures."""
    return materialized(context, miners, figures.load_rows(miners, "bitcoin_sales", filed_in(context)))
