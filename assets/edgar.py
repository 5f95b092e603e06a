"""From EDGAR's lists to the facts in its documents."""

import dagster as dg

from assets.partitions import by_company_and_month, filed_in
from assets.resources import Options, column_schema, materialized
from pipelines.load import schema
from pipelines.parse import inline_xbrl, release
from pipelines.steps import documents
from pipelines.steps.services import Services

EDGAR_POOL = "edgar"


@dg.asset(
    group_name="edgar",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python", "postgres"},
    pool=EDGAR_POOL,
    metadata=column_schema(schema.filing),
)
def filing_index(
    context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """Filings that the companies' submissions list: 10-Q, 10-K, 20-F, 40-F, 8-K, 6-K and their amendments."""
    return materialized(context, miners, documents.index_filings(miners, filed_in(context)))


@dg.asset(
    group_name="edgar",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python", "postgres"},
    pool=EDGAR_POOL,
    deps=[filing_index],
    metadata=column_schema(schema.dim_document),
)
def filing_documents(
    context: dg.AssetExecutionContext, config: Options, miners: dg.ResourceParam[Services]
) -> dg.MaterializeResult:
    """Primary documents and exhibits, as filed, in the archive; each with its status and the reason for it."""
    return materialized(
        context, miners, documents.fetch_documents(miners, filed_in(context), force=config.force)
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
        context, miners, documents.read_documents(miners, filed_in(context), force=config.force)
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
        context, miners, documents.read_releases(miners, filed_in(context), force=config.force)
    )
