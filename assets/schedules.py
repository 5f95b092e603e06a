"""When the jobs run. A tick that was missed is caught up once (dagster.yaml: max_catchup_runs); no night is overtaken by the next."""

from collections.abc import Iterator
from datetime import UTC, date, timedelta

import dagster as dg

from assets.housekeeping import tidy_up
from assets.jobs import nightly, read_news
from assets.partitions import companies, partition_key
from pipelines.settings import load_settings

_SETTINGS = load_settings()
_HOUR, _MINUTE = (int(part) for part in _SETTINGS.miners_nightly_at.split(":"))
# A night that waits for the one before; a third would read the same again.
_WAITING = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED]


def waits(context: dg.ScheduleEvaluationContext, job: str) -> str | None:
    """The run of a job that waits for its start, or None; None too where there is no instance to ask (a test of the schedule)."""
    try:
        instance = context.instance
    except dg.DagsterInvariantViolationError:
        return None
    waiting = instance.get_runs(dg.RunsFilter(job_name=job, statuses=_WAITING), limit=1)
    return waiting[0].run_id if waiting else None


def range_tags(first: str, last: str) -> dict[str, str]:
    """The tags of a run over a range of partitions."""
    return {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}


@dg.schedule(
    job=nightly,
    cron_schedule=f"{_MINUTE} {_HOUR} * * *",
    execution_timezone=_SETTINGS.miners_timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def every_night(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Once a night (MINERS_NIGHTLY_AT, MINERS_TIMEZONE): one run over all companies, for the filings of this month and the last.

    While last night's run still goes, this one waits in the queue until it has ended.
    """
    waiting = waits(context, nightly.name)
    if waiting:
        yield dg.SkipReason(
            f"run {waiting[:8]} of a night before has not begun yet; it reads what this one would"
        )
        return
    today: date = context.scheduled_execution_time.date()
    this_month = today.replace(day=1)
    tickers = companies.get_partition_keys()
    tags = range_tags(
        partition_key(tickers[0], this_month - timedelta(days=1)), partition_key(tickers[-1], this_month)
    )
    yield dg.RunRequest(run_key=today.isoformat(), tags=tags)


@dg.schedule(
    job=read_news,
    cron_schedule="30 1,7,13,19 * * *",
    execution_timezone=_SETTINGS.miners_timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def news_of_the_day(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Four times a day: the feeds, and the articles of today and the three days before."""
    waiting = waits(context, read_news.name)
    if waiting:
        yield dg.SkipReason(f"run {waiting[:8]} has not begun yet; it reads what this one would")
        return
    today = context.scheduled_execution_time.astimezone(UTC).date()
    tags = range_tags((today - timedelta(days=3)).isoformat(), today.isoformat())
    yield dg.RunRequest(run_key=context.scheduled_execution_time.isoformat(), tags=tags)


@dg.schedule(
    job=tidy_up,
    cron_schedule="45 4 * * *",
    execution_timezone=_SETTINGS.miners_timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def every_morning(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Once a day: runs, logs and quarantine are pruned as the settings say."""
    return dg.RunRequest(run_key=context.scheduled_execution_time.date().isoformat())
