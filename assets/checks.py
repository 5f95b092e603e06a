"""Expectation suites as asset checks that stand between normalizing and loading."""

from collections.abc import Callable, Sequence
from functools import partial

import dagster as dg

from assets.disclosures import bitcoin_sales, deals, operating_metrics, segment_revenue
from assets.partitions import keys_of_run, slices_of_keys
from assets.resources import cell, markdown, trying
from assets.warehouse import expected_filings
from pipelines.operations import coverage
from pipelines.steps import checking, runs
from pipelines.steps import deals as reading_deals
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services
from pipelines.warehouse.filings import Slice
from pipelines.warehouse.waiting import outdated


def _figures(dataset: str, miners: Services, slices: Sequence[Slice], run_id: str) -> StepResult:
    return checking.check_rows(miners, dataset, slices, run_id)


Checking = Callable[[Services, Sequence[Slice], str], StepResult]


def _check(asset: dg.AssetsDefinition, description: str, check: Checking) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=asset, name="figures_are_possible", blocking=True, description=description)
    def figures_are_possible(
        context: dg.AssetCheckExecutionContext, miners: dg.ResourceParam[Services]
    ) -> dg.AssetCheckResult:
        slices = slices_of_keys(keys_of_run(context.run))
        with trying(miners, context.op_execution_context.retry_number):
            result = check(miners, slices, context.run.run_id)
            runs.record_step(miners.engine, context.run.run_id, context.run.job_name, result)
        companies = {s[0] for s in slices}
        # A company whose rows are blocked loads nothing, whatever the severity; ERROR would stop the others too.
        stops = bool(result.failures) and set(result.failures) >= companies
        return dg.AssetCheckResult(
            passed=not result.failures and not result.counts["failed"],
            severity=dg.AssetCheckSeverity.ERROR if stops else dg.AssetCheckSeverity.WARN,
            metadata={
                "rows": result.counts["rows"],
                "rows_quarantined": result.counts["failed"],
                "documents_blocked": result.counts["blocked"],
                "companies_failed": len(result.failures),
                "failing": dg.MetadataValue.md(
                    "\n".join(f"- {cell(n)}" for n in [*result.notes, *result.failures.values()]) or "None."
                ),
            },
        )

    return figures_are_possible


segment_revenue_check = _check(
    segment_revenue,
    "Revenue can be: not negative, no segment above the total, no jump beyond twenty times, possible periods, known segments, a source.",
    partial(_figures, "segment_revenue"),
)
bitcoin_sales_check = _check(
    bitcoin_sales,
    "Sales can be: not negative, no jump of proceeds beyond twenty times, possible periods, a source.",
    partial(_figures, "bitcoin_sales"),
)
operating_metrics_check = _check(
    operating_metrics,
    "Metrics can be: not negative where that makes no sense, no jump beyond twenty times, possible periods, known units, a source.",
    partial(_figures, "operating_metrics"),
)
deals_check = _check(
    deals,
    "Deals can be: known kinds and units, possible amounts and megawatts, possible changes, the sentence with its number, a source.",
    reading_deals.check_deals,
)


def _of_today(asset: dg.AssetsDefinition, dataset: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=asset,
        name="read_by_the_rules_of_today",
        description="No document was read by older readers, rules or words. After an upgrade: the job read_again over the companies and "
        "months that it names renews them from the archive.",
    )
    def read_by_the_rules_of_today(
        context: dg.AssetCheckExecutionContext, miners: dg.ResourceParam[Services]
    ) -> dg.AssetCheckResult:
        versions = {c.ticker: miners.version(dataset, c) for c in miners.watchlist.companies}
        old = outdated(miners.engine, dataset, versions)
        return dg.AssetCheckResult(
            passed=not old,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "documents": sum(number for _, number, _, _ in old),
                "companies": dg.MetadataValue.md(
                    markdown(("company", "documents", "filed from", "to"), old) if old else "None."
                ),
            },
        )

    return read_by_the_rules_of_today


segment_revenue_of_today = _of_today(segment_revenue, "segment_revenue")
bitcoin_sales_of_today = _of_today(bitcoin_sales, "bitcoin_sales")
operating_metrics_of_today = _of_today(operating_metrics, "operating_metrics")


@dg.asset_check(
    asset=expected_filings,
    name="filings_are_on_time",
    description="Every report and monthly update that is due is there: by the SEC's days for the form, and by the company's own habit.",
)
def filings_are_on_time(
    context: dg.AssetCheckExecutionContext, miners: dg.ResourceParam[Services]
) -> dg.AssetCheckResult:
    late = coverage.late_filings(miners.engine)
    return dg.AssetCheckResult(
        passed=not late,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "late": len(late),
            "filings": dg.MetadataValue.md(
                markdown(("company", "document", "period_end", "due"), late) if late else "None."
            ),
        },
    )
