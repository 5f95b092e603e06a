"""Dimensions, tie-outs between documents, and the calendar of expected filings."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.datasets import DIMENSIONS
from assets.edgar import EDGAR_POOL, daily_index, filing_index
from assets.factories import filing_asset, listed
from assets.prices import fact_bitcoin_price
from assets.resources import column_schema, run_step
from pipelines.operations import coverage
from pipelines.steps import datasets, filing_steps
from pipelines.steps.services import Services
from pipelines.warehouse import bookkeeping, schema


@dg.multi_asset(
    name="dimensions",
    group_name="warehouse",
    specs=[
        dg.AssetSpec(table.name, description=table.comment, kinds={"postgres"}, metadata=column_schema(table))
        for table in DIMENSIONS
    ],
)
def dimensions(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> Iterator[dg.MaterializeResult[Any]]:
    """Companies over time, segments, metrics and dates, from watchlist and lexicon."""
    done = run_step(context, services, lambda: datasets.load_dimension_tables(services))
    for table in DIMENSIONS:
        changed = (done.metadata or {}).get("changed", 0)
        yield dg.MaterializeResult(asset_key=table.name, metadata={"rows_changed": changed})


tie_outs = filing_asset(
    "tie_outs",
    filing_steps.tie_out,
    group="warehouse",
    description="Documents compared with each other and with the market price; each difference is a finding.",
    table=bookkeeping.finding,
    deps=[schema.fact_bitcoin_sale.name, schema.fact_operating_metric.name, fact_bitcoin_price],
)


verification = filing_asset(
    "verification",
    filing_steps.verify,
    group="warehouse",
    description="Figures of reports compared with EDGAR's company facts; each difference is a finding.",
    table=bookkeeping.verification,
    deps=[schema.fact_bitcoin_sale.name, schema.fact_operating_metric.name],
    pool=EDGAR_POOL,
)


@dg.asset(
    group_name="warehouse",
    kinds={"python", "postgres"},
    deps=[filing_index, daily_index, schema.fact_operating_metric.name],
    metadata=column_schema(bookkeeping.expected_filing),
)
def expected_filings(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """Filings due by the SEC's deadlines and the company's habit, and whether they are filed."""
    return run_step(
        context, services, lambda: coverage.expect_filings(services, services.watchlist.tickers())
    )


@dg.asset_check(
    asset=expected_filings,
    name="filings_are_on_time",
    description=(
        "Every report and monthly update that is due has been filed, by the SEC's deadlines and the "
        "company's habit."
    ),
)
def filings_are_on_time(
    context: dg.AssetCheckExecutionContext, services: dg.ResourceParam[Services]
) -> dg.AssetCheckResult:
    late = coverage.late_filings(services.engine)
    return dg.AssetCheckResult(
        passed=not late,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"late": len(late), "filings": listed(("company", "document", "period_end", "due"), late)},
    )
