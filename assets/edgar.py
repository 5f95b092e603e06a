"""From EDGAR's lists to the facts in its documents."""

from datetime import timedelta

import dagster as dg

from assets.partitions import by_company_and_month
from assets.resources import ACCESSION_TAG, Options, column_schema, forced, materialized, recorded
from pipelines.parse.press_releases import release
from pipelines.parse.xbrl import inline as inline_xbrl
from pipelines.steps import current, documents
from pipelines.steps.services import Services
from pipelines.warehouse import bookkeeping, schema

EDGAR_POOL = "edgar"


@dg.asset(
    group_name="edgar",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python", "postgres"},
    pool=EDGAR_POOL,
    metadata=column_schema(bookkeeping.filing),
    freshness_policy=dg.FreshnessPolicy.time_window(
        fail_window=timedelta(hours=50), warn_window=timedelta(hours=26)
    ),
)
def filing_index(
    context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """Filings that the companies' submissions list: 10-Q, 10-K, 20-F, 40-F, 8-K, 6-K and their amendments."""
    expected = [a for a in context.run.tags.get(ACCESSION_TAG, "").split(",") if a]
    return materialized(context, miners, lambda slices: documents.index_filings(miners, slices, expected))


@dg.asset(
    group_name="edgar",
    kinds={"python", "postgres"},
    deps=[filing_index],
    metadata=column_schema(bookkeeping.daily_index),
)
def daily_index(
    context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """The index of each day, held against what was read: the net beneath feed and submissions; what they missed is added."""
    return recorded(context, miners, lambda: current.check_daily_index(miners))


@dg.asset(
    group_name="edgar",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python", "postgres"},
    pool=EDGAR_POOL,
    deps=[filing_index, daily_index],
    metadata=column_schema(schema.dim_document),
)
def filing_documents(
    context: dg.AssetExecutionContext, config: Options, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """Primary documents and exhibits, as filed, in the archive; each with its status and the reason for it."""
    return materialized(
        context,
        miners,
        lambda slices: documents.fetch_documents(miners, slices, force=forced(context, config)),
    )


@dg.asset(
    group_name="edgar",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python"},
    code_version=inline_xbrl.VERSION,
    deps=[filing_documents],
)
def xbrl_facts(
    context: dg.AssetExecutionContext, config: Options, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """Documents read by the XBRL reader: how many facts each holds, or why it cannot be read."""
    return materialized(
        context,
        miners,
        lambda slices: documents.read_documents(miners, slices, force=forced(context, config)),
    )


@dg.asset(
    group_name="edgar",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python"},
    code_version=release.VERSION,
    deps=[xbrl_facts],
)
def release_figures(
    context: dg.AssetExecutionContext, config: Options, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """Press releases of Forms 8-K and 6-K: monthly update, earnings release or neither, and how many figures each states."""
    return materialized(
        context, miners, lambda slices: documents.read_releases(miners, slices, force=forced(context, config))
    )
