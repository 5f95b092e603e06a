"""What the documents disclose, in canonical words, before it is checked and loaded."""

import dagster as dg

from assets.edgar import release_figures, xbrl_facts
from assets.partitions import by_company_and_month
from assets.resources import Options, column_schema, forced, materialized
from pipelines.normalize import bitcoin, holdings, segments
from pipelines.parse.deals import filings as filed_deals
from pipelines.steps import deals as reading_deals
from pipelines.steps import figures
from pipelines.steps.services import Services
from pipelines.warehouse import bookkeeping


@dg.asset(
    group_name="disclosures",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python", "postgres"},
    code_version=segments.VERSION,
    deps=[xbrl_facts, release_figures],
    metadata=column_schema(bookkeeping.staged_row),
)
def segment_revenue(
    context: dg.AssetExecutionContext, config: Options, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """Revenue by segment and in total, by period, one row for each document that states it."""
    return materialized(
        context,
        miners,
        lambda slices: figures.normalize_documents(
            miners, "segment_revenue", slices, force=forced(context, config)
        ),
    )


@dg.asset(
    group_name="disclosures",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python", "postgres"},
    code_version=bitcoin.VERSION,
    deps=[xbrl_facts, release_figures],
    metadata=column_schema(bookkeeping.staged_row),
)
def bitcoin_sales(
    context: dg.AssetExecutionContext, config: Options, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """Bitcoin sold, its proceeds and average price, by period: from cash-flow statements, notes and releases."""
    return materialized(
        context,
        miners,
        lambda slices: figures.normalize_documents(
            miners, "bitcoin_sales", slices, force=forced(context, config)
        ),
    )


@dg.asset(
    group_name="disclosures",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python", "postgres"},
    code_version=holdings.VERSION,
    deps=[xbrl_facts, release_figures],
    metadata=column_schema(bookkeeping.staged_row),
)
def operating_metrics(
    context: dg.AssetExecutionContext, config: Options, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """Bitcoin produced and held, hash rate, power and what else releases state, by period or day; holdings of reports."""
    return materialized(
        context,
        miners,
        lambda slices: figures.normalize_documents(
            miners, "operating_metrics", slices, force=forced(context, config)
        ),
    )


@dg.asset(
    group_name="disclosures",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python", "postgres"},
    code_version=filed_deals.VERSION,
    deps=[release_figures],
    metadata=column_schema(bookkeeping.staged_row),
)
def deals(
    context: dg.AssetExecutionContext, config: Options, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """Deals, capacity targets and changes in percent that Forms 8-K and 6-K and their exhibits state in prose."""
    return materialized(
        context,
        miners,
        lambda slices: reading_deals.read_deals(miners, slices, force=forced(context, config)),
    )
