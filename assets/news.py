"""News: feeds, articles and their claims, reconciled with the filings."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg

from assets.factories import check_result
from assets.partitions import range_of
from assets.prices import fact_bitcoin_price
from assets.resources import Options, column_schema, is_forced, markdown, record, retry_transient, run_step
from pipelines.datasets import NEWS_CLAIMS
from pipelines.steps import feeds, news, runs
from pipelines.steps import news_reconciliation as reconciling
from pipelines.steps.services import Services
from pipelines.warehouse import bookkeeping, schema

FIRST_DAY = "2018-01-01"
by_day = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, end_offset=1)
NEWS_POOL = "news"


def days_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> list[tuple[date, date]]:
    """The days of publication of a run's partitions, as ranges."""
    run = context.run if isinstance(context, dg.AssetExecutionContext) else context.op_execution_context.run
    single = run.tags.get("dagster/partition")
    named = range_of(run.tags) or ((single, single) if single else None)
    if named is None:
        today = datetime.now(UTC).date()
        return [(today - timedelta(days=3), today)]
    return [(date.fromisoformat(named[0]), date.fromisoformat(named[1]))]


@dg.asset(
    group_name="news",
    partitions_def=by_day,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python", "postgres"},
    pool=NEWS_POOL,
    metadata=column_schema(bookkeeping.feed_entry),
    freshness_policy=dg.FreshnessPolicy.time_window(
        fail_window=timedelta(hours=48), warn_window=timedelta(hours=30)
    ),
)
def feed_entries(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """Entries of all feeds, by conditional requests; a feed that does not answer is a warning."""
    return run_step(context, services, lambda: feeds.read_feeds(services), warn=True)


@dg.asset(
    group_name="news",
    partitions_def=by_day,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python", "postgres"},
    pool=NEWS_POOL,
    deps=[feed_entries],
    metadata=column_schema(schema.dim_article),
)
def articles(
    context: dg.AssetExecutionContext, config: Options, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """Articles, archived and parsed, with copies and companies' own press releases identified."""
    return run_step(
        context,
        services,
        lambda: news.fetch_articles(services, days_of(context), force=is_forced(context, config)),
    )


@dg.asset(
    group_name="news",
    partitions_def=by_day,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python", "postgres"},
    code_version=NEWS_CLAIMS.code_version,
    deps=[articles],
    metadata=column_schema(bookkeeping.staged_claim),
)
def claims(
    context: dg.AssetExecutionContext, config: Options, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """Claims of articles about watched companies, each with its sentence."""
    return run_step(
        context,
        services,
        lambda: news.read_claims(services, days_of(context), force=is_forced(context, config)),
    )


@dg.asset_check(
    asset=claims, name="claims_are_possible", blocking=True, description=NEWS_CLAIMS.checks.description
)
def claims_are_possible(
    context: dg.AssetCheckExecutionContext, services: dg.ResourceParam[Services]
) -> dg.AssetCheckResult:
    with retry_transient(services, context.op_execution_context.retry_number):
        result = news.check_claims(services, days_of(context), context.run.run_id)
        record(context.run, services, result)
    return check_result(result)


@dg.asset(
    group_name="news",
    partitions_def=by_day,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"postgres"},
    deps=[claims, schema.dim_company.name, schema.dim_date.name],
    metadata=column_schema(schema.fact_news_claim),
)
def fact_news_claim(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """Claims that passed their checks, replaced article by article, and their deals."""
    return run_step(context, services, lambda: news.load_passed_claims(services, days_of(context)))


@dg.asset(
    group_name="news",
    kinds={"python", "postgres"},
    deps=[
        fact_news_claim,
        fact_bitcoin_price,
        schema.fact_deal.name,
        schema.fact_bitcoin_sale.name,
        schema.fact_operating_metric.name,
    ],
    metadata=column_schema(schema.fact_news_claim),
)
def news_reconciliation(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """Claims compared with filings: confirmed, contradicted, unmatched or superseded."""
    done = run_step(
        context, services, lambda: reconciling.reconcile_news(services, services.watchlist.tickers())
    )
    rows = reconciling.by_publisher(services)
    metadata = {
        **(done.metadata or {}),
        "by_publisher": dg.MetadataValue.md(
            markdown(("publisher", "claims", "confirmed", "contradicted"), rows)
        ),
    }
    return dg.MaterializeResult(metadata=metadata)


@dg.asset(
    group_name="news",
    partitions_def=by_day,
    backfill_policy=dg.BackfillPolicy.single_run(),
    kinds={"python"},
    deps=[fact_news_claim, news_reconciliation],
)
def news_report(
    context: dg.AssetExecutionContext, services: dg.ResourceParam[Services]
) -> dg.MaterializeResult[Any]:
    """The end of a news run: closed in ops.run, failed if articles were blocked."""
    outcome = runs.end_run(services.engine, context.run.run_id)
    if outcome:
        raise dg.Failure(
            "; ".join(f"{who}: {reason}" for who, reason in outcome.lines().items()), allow_retries=False
        )
    return dg.MaterializeResult(metadata={"failed": 0})
