"""Factories: assets by company and month of filing, and checks of their records."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import dagster as dg
import sqlalchemy as sa

from assets.partitions import by_company_and_month, keys_of_run, slices_of_keys
from assets.resources import (
    Options,
    cell,
    column_schema,
    is_forced,
    markdown,
    record,
    retry_transient,
    run_company_step,
)
from pipelines.steps.filing_steps import Scope, Work
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services

NIGHTLY = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=50), warn_window=timedelta(hours=26))
"""For everything that a night must renew."""


def filing_asset(
    name: str,
    work: Work,
    *,
    group: str,
    description: str,
    table: sa.Table | None = None,
    deps: Sequence[Any] = (),
    kinds: frozenset[str] = frozenset({"python", "postgres"}),
    pool: str | None = None,
    code_version: str | None = None,
    repeatable: bool = False,
) -> dg.AssetsDefinition:
    """An asset by company and month of filing that runs one step; a backfill of it is one run.

    Args:
        table: The table that it fills, for its columns.
        repeatable: Whether the option `force` makes it repeat what is done already.
    """
    common: dict[str, Any] = {
        "name": name,
        "group_name": group,
        "description": description,
        "partitions_def": by_company_and_month,
        "backfill_policy": dg.BackfillPolicy.single_run(),
        "kinds": set(kinds),
        "pool": pool,
        "deps": list(deps),
        "code_version": code_version,
        "metadata": None if table is None else column_schema(table),
        "freshness_policy": NIGHTLY,
    }

    def repeatable_step(
        context: dg.AssetExecutionContext, config: Options, services: dg.ResourceParam[Services]
    ) -> dg.MaterializeResult[Any]:
        return run_company_step(context, services, work, force=is_forced(context, config))

    def step(
        context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
    ) -> dg.MaterializeResult[Any]:
        return run_company_step(context, services, work)

    asset: dg.AssetsDefinition = dg.asset(**common)(repeatable_step if repeatable else step)
    return asset


def check_result(result: StepResult, companies: set[str] | None = None) -> dg.AssetCheckResult:
    """The outcome of checking records, for Dagster.

    Args:
        companies: Companies of the run. If all of them fail, the severity is ERROR and nothing loads. If some
            fail, their blocked records do not load, and ERROR would stop the other companies too.
    """
    stops = bool(result.failures) and companies is not None and set(result.failures) >= companies
    failing = [*result.notes, *result.failures.values()]
    checked = result.counts["rows"] or failing
    return dg.AssetCheckResult(
        passed=not result.failures and not result.counts["failed"],
        description=None if checked else "Nothing was new: no row was checked.",
        severity=dg.AssetCheckSeverity.ERROR if stops else dg.AssetCheckSeverity.WARN,
        metadata={
            "rows": result.counts["rows"],
            "rows_quarantined": result.counts["failed"],
            "documents_blocked": result.counts["blocked"],
            "companies_failed": len(result.failures),
            "failing": dg.MetadataValue.md("\n".join(f"- {cell(n)}" for n in failing) or "None."),
        },
    )


def plausibility_check(asset: str, work: Work, description: str) -> dg.AssetChecksDefinition:
    """A blocking check between normalizing and loading."""

    @dg.asset_check(asset=asset, name="figures_are_possible", blocking=True, description=description)
    def figures_are_possible(
        context: dg.AssetCheckExecutionContext, services: dg.ResourceParam[Services]
    ) -> dg.AssetCheckResult:
        slices = slices_of_keys(keys_of_run(context.run))
        with retry_transient(services, context.op_execution_context.retry_number):
            result = work(services, Scope(slices, context.run.run_id))
            record(context.run, services, result)
        return check_result(result, {s[0] for s in slices})

    return figures_are_possible


def listed(columns: tuple[str, ...], rows: Sequence[Sequence[object]]) -> dg.MarkdownMetadataValue:
    """Rows as a Markdown table; "None." if there are none."""
    return dg.MetadataValue.md(markdown(columns, rows) if rows else "None.")
