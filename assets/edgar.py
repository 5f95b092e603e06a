"""From EDGAR's indexes to the facts in filed documents."""

from typing import Any

import dagster as dg

from assets.factories import filing_asset
from assets.resources import column_schema, run_step
from pipelines.parse.press_releases import release
from pipelines.parse.xbrl import inline
from pipelines.steps import current, filing_steps
from pipelines.steps.services import Services
from pipelines.warehouse import bookkeeping, schema

EDGAR_POOL = "edgar"

filing_index = filing_asset(
    "filing_index",
    filing_steps.index,
    group="edgar",
    description=(
        "Filings listed in the companies' submissions: 10-Q, 10-K, 20-F, 40-F, 8-K, 6-K and their amendments."
    ),
    table=bookkeeping.filing,
    pool=EDGAR_POOL,
)


@dg.asset(
    group_name="edgar",
    kinds={"python", "postgres"},
    deps=[filing_index],
    metadata=column_schema(bookkeeping.daily_index),
)
def daily_index(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """EDGAR's daily index, compared with the filings found so far; missed filings are added."""
    return run_step(context, services, lambda: current.check_daily_index(services))


filing_documents = filing_asset(
    "filing_documents",
    filing_steps.fetch,
    group="edgar",
    description=(
        "Primary documents and exhibits in the archive, as filed, each with its status and the reason for it."
    ),
    table=schema.dim_document,
    deps=[filing_index, daily_index],
    pool=EDGAR_POOL,
    repeatable=True,
)
xbrl_facts = filing_asset(
    "xbrl_facts",
    filing_steps.read_xbrl,
    group="edgar",
    description="Documents read by the XBRL reader: the number of facts in each, or why it cannot be read.",
    table=schema.dim_document,
    deps=[filing_documents],
    kinds=frozenset({"python"}),
    code_version=inline.VERSION,
    repeatable=True,
)
release_figures = filing_asset(
    "release_figures",
    filing_steps.read_press_releases,
    group="edgar",
    description=(
        "Press releases of Forms 8-K and 6-K: monthly update, earnings release or other, and the figures "
        "each states."
    ),
    table=schema.dim_document,
    deps=[xbrl_facts],
    kinds=frozenset({"python"}),
    code_version=release.VERSION,
    repeatable=True,
)
