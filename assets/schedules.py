"""When the jobs run."""

from collections.abc import Iterator
from datetime import UTC, timedelta

import dagster as dg

from assets.jobs import nightly, read_news
from assets.partitions import companies, partition_key


@dg.schedule(
    job=nightly, cron_schedule="0 2 * * *", execution_timezone="America/New_York",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)  # fmt: skip
def every_night(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
    """At two in the morning in New York: one run over all companies, for the filings of this month and the last."""
    today = context.scheduled_execution_time.date()
    this_month = today.replace(day=1)
    tickers = companies.get_partition_keys()
    yield dg.RunRequest(
        run_key=today.isoformat(),
        tags={
            "dagster/asset_partition_range_start": partition_key(tickers[0], this_month - timedelta(days=1)),
            "dagster/asset_partition_range_end": partition_key(tickers[-1], this_month),
        },
    )


@dg.schedule(
    job=read_news, cron_schedule="30 1,7,13,19 * * *", execution_timezone="America/New_York",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)  # fmt: skip
def news_of_the_day(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
    """Four times a day: the feeds, and the articles of today and the three days before."""
    today = context.scheduled_execution_time.astimezone(UTC).date()
    yield dg.RunRequest(
        run_key=context.scheduled_execution_time.isoformat(),
        tags={
            "dagster/asset_partition_range_start": (today - timedelta(days=3)).isoformat(),
            "dagster/asset_partition_range_end": today.isoformat(),
        },
    )
