"""What people look at, and the end of a run: its summary, and its failure where a company failed."""

from collections.abc import Iterator

import dagster as dg

from assets.news import news_reconciliation
from assets.partitions import by_company_and_month
from assets.resources import markdown, tell_missed_partitions
from assets.warehouse import tie_outs
from pipelines.load import schema
from pipelines.publish import marts
from pipelines.steps import runs
from pipelines.steps.services import Services

_OF_NEWS = {"deals", "news_claims", "publisher_accuracy", "open_findings"}
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
            dg.AssetKey(["marts", mart.name]), description=mart.description, kinds={"postgres", "sql"},
            deps=[*_FACTS, tie_outs, *([news_reconciliation] if mart.name in _OF_NEWS else [])],
            metadata={"dagster/table_name": f"marts.{mart.name}", "dagster/column_schema": dg.TableSchema([
                dg.TableColumn(column, description=comment) for column, comment in mart.columns
            ])},
        )
        for mart in marts.MARTS
    ],
)  # fmt: skip
def mart_views(
    context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]
) -> Iterator[dg.MaterializeResult]:
    """The views of marts as they are after the run: rows, and the latest of them."""
    chosen = context.op_execution_context.selected_asset_keys
    for mart in marts.MARTS:
        if dg.AssetKey(["marts", mart.name]) not in chosen:
            continue
        seen = marts.look(miners.engine, mart)
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["marts", mart.name]),
            metadata={
                "dagster/row_count": seen.rows,
                "preview": dg.MetadataValue.md(markdown(seen.columns, seen.latest)),
            },
        )


@dg.asset(
    group_name="warehouse",
    partitions_def=by_company_and_month,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python"},
    deps=[*_FACTS, tie_outs, news_reconciliation],
)
def run_report(context: dg.AssetExecutionContext, miners: dg.ResourceParam[Services]) -> dg.MaterializeResult:
    """The run's end: closed in ops.run; failed, saying whose, where a company failed in any step."""
    failures = runs.end_run(miners.engine, context.run_id)
    tell_missed_partitions(context)
    if failures:
        told = "; ".join(f"{company}: {reason}" for company, reason in sorted(failures.items()))
        raise dg.Failure(
            f"{len(failures)} of the companies failed, the others were loaded. {told}",
            metadata={"companies": markdown(["company", "reason"], sorted(failures.items()))},
            allow_retries=False,
        )
    return dg.MaterializeResult(metadata={"companies_failed": 0})
