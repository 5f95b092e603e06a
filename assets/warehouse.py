"""The star schema: dimensions, and facts that passed their checks."""

from collections.abc import Iterator

import dagster as dg

from assets.disclosures import bitcoin_sales, deals, operating_metrics, segment_revenue
from assets.partitions import by_company_and_month, filed_in
from assets.prices import fact_bitcoin_price
from assets.resources import column_schema, materialized
from pipelines.load import schema
from pipelines.steps import deals as reading_deals
from pipelines.steps import figures, reconcile
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


@dg.asset(
    group_name="warehouse",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"postgres"},
    deps=[segment_revenue, *(table.name for table in _DIMENSIONS)],
    metadata=column_schema(schema.fact_segment_revenue),
)
def fact_segment_revenue(
    context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """Segment revenue (and total revenue, a metric), a document's rows replaced as a whole, and quarters derived from them."""
    return materialized(context, miners, figures.load_rows(miners, "segment_revenue", filed_in(context)))


@dg.asset(
    group_name="warehouse",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"postgres"},
    deps=[operating_metrics, fact_segment_revenue, *(table.name for table in _DIMENSIONS)],
    metadata=column_schema(schema.fact_operating_metric),
)
def fact_operating_metric(
    context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """Metrics, a document's rows replaced as a whole; total revenue among them is loaded with its segments."""
    return materialized(context, miners, figures.load_rows(miners, "operating_metrics", filed_in(context)))


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
    """Bitcoin sold, a document's rows replaced as a whole; quarters derived from year-to-date figures and from months."""
    return materialized(context, miners, figures.load_rows(miners, "bitcoin_sales", filed_in(context)))


@dg.asset(
    group_name="warehouse",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python", "postgres"},
    deps=[fact_bitcoin_sale, fact_operating_metric, fact_bitcoin_price],
    metadata=column_schema(schema.finding),
)
def tie_outs(context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]) -> dg.MaterializeResult:
    """Documents held against each other and against the market's price; what does not tie out is a finding."""
    return materialized(context, miners, reconcile.tie_out_documents(miners, filed_in(context)))


@dg.asset(
    group_name="warehouse",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"postgres"},
    deps=[deals, schema.dim_company.name, schema.dim_date.name],
    metadata=column_schema(schema.fact_deal),
)
def fact_deal(context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]) -> dg.MaterializeResult:
    """Deals, targets and stated changes of filings, a document's rows replaced as a whole; those of articles come with their claims."""
    return materialized(context, miners, reading_deals.load_filed_deals(miners, filed_in(context)))
