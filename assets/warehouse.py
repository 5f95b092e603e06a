"""The star schema: dimensions, and facts that passed their checks."""

from collections.abc import Iterator

import dagster as dg

from assets.disclosures import bitcoin_sales, deals, operating_metrics, segment_revenue
from assets.edgar import daily_index, filing_index
from assets.partitions import by_company_and_month
from assets.prices import fact_bitcoin_price
from assets.resources import column_schema, materialized, recorded
from pipelines.operations import coverage
from pipelines.steps import deals as reading_deals
from pipelines.steps import figures, reconcile
from pipelines.steps.services import Services
from pipelines.warehouse import bookkeeping, schema

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
    told = recorded(context, miners, lambda: figures.load_dimension_tables(miners))
    for table in _DIMENSIONS:
        yield dg.MaterializeResult(
            asset_key=table.name, metadata={"rows_changed": (told.metadata or {}).get("changed", 0)}
        )


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
    return materialized(context, miners, lambda slices: figures.load_rows(miners, "segment_revenue", slices))


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
    return materialized(
        context, miners, lambda slices: figures.load_rows(miners, "operating_metrics", slices)
    )


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
    return materialized(context, miners, lambda slices: figures.load_rows(miners, "bitcoin_sales", slices))


@dg.asset(
    group_name="warehouse",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python", "postgres"},
    deps=[fact_bitcoin_sale, fact_operating_metric, fact_bitcoin_price],
    metadata=column_schema(bookkeeping.finding),
)
def tie_outs(context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]) -> dg.MaterializeResult:
    """Documents held against each other and against the market's price; what does not tie out is a finding."""
    return materialized(context, miners, lambda slices: reconcile.tie_out_documents(miners, slices))


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
    return materialized(context, miners, lambda slices: reading_deals.load_filed_deals(miners, slices))


@dg.asset(
    group_name="warehouse",
    kinds={"python", "postgres"},
    deps=[filing_index, daily_index, fact_operating_metric],
    metadata=column_schema(bookkeeping.expected_filing),
)
def expected_filings(
    context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """What every company owes, by the SEC's rules and its own habit, and whether it is there: filled, late, missing or explained."""
    return recorded(context, miners, lambda: coverage.expect_filings(miners, miners.watchlist.tickers()))
