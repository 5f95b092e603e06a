"""The marts, and the end of a run: its summary, and a failure if a company failed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from assets.factories import NIGHTLY
from assets.news import news_reconciliation
from assets.partitions import FIRST_TAG, by_company_and_month, filed_in, keys_of_run, parse_key
from assets.resources import column_schema, markdown, record, report_missed_partitions, retry_transient
from assets.warehouse import expected_filings, tie_outs, verification
from pipelines.operations.alerts import send_digest
from pipelines.operations.health import check_health
from pipelines.steps import runs
from pipelines.steps.filing_steps import run_all
from pipelines.steps.services import Services
from pipelines.warehouse import marts, schema
from pipelines.warehouse.lineage import mart_lineage
from pipelines.warehouse.ready import make_ready

_OF_NEWS = {"deals", "news_claims", "publisher_accuracy", "open_findings", "figures"}
_OF_SECOND_SIDE = {"verification", "open_findings", "figures"}
_OF_CALENDAR = {"coverage", "quarter_coverage", "open_findings", "figures"}
_FACTS = [
    schema.fact_segment_revenue.name,
    schema.fact_operating_metric.name,
    schema.fact_bitcoin_sale.name,
    schema.fact_deal.name,
]


NEWS_MARTS = [dg.AssetKey(["marts", name]) for name in sorted(_OF_NEWS)]


@dg.multi_asset(
    name="marts",
    group_name="marts",
    can_subset=True,
    specs=[
        dg.AssetSpec(
            dg.AssetKey(["marts", mart.name]),
            description=mart.description,
            kinds={"postgres", "sql"},
            deps=[
                *_FACTS,
                tie_outs,
                *([verification] if mart.name in _OF_SECOND_SIDE else []),
                *([expected_filings] if mart.name in _OF_CALENDAR else []),
                *([news_reconciliation] if mart.name in _OF_NEWS else []),
            ],
            metadata=column_schema(mart),
            freshness_policy=NIGHTLY,
        )
        for mart in marts.MARTS
    ],
)
def mart_views(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> Iterator[dg.MaterializeResult[Any]]:
    """The marts after the run, with row counts and the latest rows."""
    chosen = context.op_execution_context.selected_asset_keys
    make_ready(services.engine)
    for mart in marts.MARTS:
        if dg.AssetKey(["marts", mart.name]) not in chosen:
            continue
        seen = marts.preview(services.engine, mart)
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["marts", mart.name]),
            metadata={
                "dagster/row_count": seen.rows,
                "dagster/column_lineage": column_lineage(mart.name),
                "preview": dg.MetadataValue.md(markdown(seen.columns, seen.latest)),
            },
        )


def column_lineage(mart: str) -> dg.TableColumnLineage:
    """Column lineage of a mart: the assets and columns that each column comes from."""
    return dg.TableColumnLineage(
        {
            column: [
                dg.TableColumnDep(asset_key=_ASSET_OF.get(table, table.split(".", 1)[1]), column_name=name)
                for table, name in sources
            ]
            for column, sources in mart_lineage().get(mart, {}).items()
        }
    )


# Tables whose asset has another name.
_ASSET_OF = {
    "warehouse.dim_document": "filing_documents",
    "warehouse.dim_article": "articles",
    "ops.filing": "filing_index",
    "ops.expected_filing": "expected_filings",
    "ops.finding": "tie_outs",
    "ops.verification": "verification",
}


@dg.asset(
    group_name="warehouse",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python"},
    deps=[*_FACTS, tie_outs, verification, news_reconciliation, expected_filings],
)
def run_report(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """The outcome by company and month: materialized, or failed with the reason.

    Re-executed from failure, it runs the steps of the companies that failed again. At the end of a nightly
    run it sends the digest.
    """
    with retry_transient(services, context.retry_number):
        if context.run.parent_run_id and not runs.run_summary(services.engine, context.run.run_id):
            _rerun_failed(context, services, context.run.parent_run_id)
        outcome = runs.end_run(services.engine, context.run.run_id)
        summary = runs.run_summary(services.engine, context.run.run_id)
    by_command = FIRST_TAG in context.run.tags
    if context.job_name == "nightly" and not by_command:
        send_nightly_digest(services, summary, outcome.lines())
    check_health(services.engine, services.settings)
    if not outcome:
        report_missed_partitions(context)
        return dg.MaterializeResult(metadata={"companies_failed": 0, "months_failed": 0})
    failed = []
    for key in keys_of_run(context.run) if not by_command else []:
        ticker, month = parse_key(key)
        reason = outcome.reason(ticker, month.isoformat())
        if reason is None:
            context.log_event(dg.AssetMaterialization("run_report", partition=key))
        else:
            failed.append((ticker, month.isoformat()[:7], reason))
            context.log_event(
                dg.AssetObservation(
                    "run_report", partition=key, description=f"{ticker} {month:%Y-%m}: {reason}"[:500]
                )
            )
    lines = outcome.lines()
    raise dg.Failure(
        f"{len(lines)} companies failed, the others were loaded. "
        + "; ".join(f"{c}: {r}" for c, r in lines.items()),
        metadata={
            "companies": dg.MetadataValue.md(markdown(["company", "reason"], lines.items())),
            "months": dg.MetadataValue.md(markdown(["company", "month", "reason"], failed[:200])),
        },
        allow_retries=False,
    )


def _rerun_failed(context: dg.AssetExecutionContext, services: Services, parent: str) -> None:
    """Run the steps of the companies that failed in a parent run again."""
    before = runs.outcome_of(runs.run_summary(services.engine, parent))
    slices = before.slices(filed_in(context))
    context.log.info(f"Running again: {', '.join(sorted({s[0] for s in slices})) or 'no company failed'}")
    for result in run_all(services, slices, context.run.run_id) if slices else ():
        record(context.run, services, result)


def send_nightly_digest(services: Services, summary: dict[str, Any], failed: dict[str, str]) -> int:
    """Send the digest of a nightly run, news included; returns the number of alerts in it."""
    night = datetime.now(ZoneInfo(services.settings.miners_timezone)).date().isoformat()
    return send_digest(services.engine, services.settings, summary, failed, night)
