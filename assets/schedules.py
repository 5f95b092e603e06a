"""When the nightly job runs."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from assets.jobs import nightly
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
