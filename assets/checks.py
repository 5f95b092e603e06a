"""Expectation suites as asset checks that stand between normalizing and loading."""

import dagster as dg

from assets.disclosures import bitcoin_sales, operating_metrics, segment_revenue
from assets.partitions import keys_of_run, slices_of_keys
from assets.resources import cell
from pipelines.steps import checking, runs
from pipelines.steps.services import Services


def _check(asset: dg.AssetsDefinition, dataset: str, description: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=asset, name="figures_are_possible", blocking=True, description=description)
    def figures_are_possible(
        context: dg.AssetCheckExecutionContext, miners: dg.ResourceParam[Services]
    ) -> dg.AssetCheckResult:
        slices = slices_of_keys(keys_of_run(context.run))
        result = checking.check_rows(miners, dataset, slices, context.run.run_id)
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
    segment_revenue, "segment_revenue",
    "Revenue can be: not negative, no segment above the total, no jump beyond twenty times, possible periods, known segments, a source.",
)  # fmt: skip
bitcoin_sales_check = _check(
    bitcoin_sales, "bitcoin_sales",
    "Sales can be: not negative, no jump of proceeds beyond twenty times, possible periods, a source.",
)  # fmt: skip
operating_metrics_check = _check(
    operating_metrics, "operating_metrics",
    "Metrics can be: not negative where that makes no sense, no jump beyond twenty times, possible periods, known units, a source.",
)  # fmt: skip
