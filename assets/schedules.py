"""Schedules. A missed tick is caught up once (dagster.yaml: max_catchup_runs)."""

from collections.abc import Iterator
from datetime import UTC, date, timedelta

import dagster as dg

from assets.housekeeping import tidy_up
from assets.jobs import nightly, read_news
from assets.partitions import companies, partition_key
from assets.registrants import find_miners
from pipelines.settings import load_settings

_SETTINGS = load_settings()
_HOUR, _MINUTE = (int(part) for part in _SETTINGS.miners_nightly_at.split(":"))
# A run that waits for the previous one reads everything that a third one would.
_WAITING = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED]


def waiting_run(context: dg.ScheduleEvaluationContext, job: str) -> str | None:
    """A job's run that has not started yet, if any; None without an instance (in tests)."""
    try:
        instance = context.instance
    except dg.DagsterInvariantViolationError:
        return None
    waiting = instance.get_runs(dg.RunsFilter(job_name=job, statuses=_WAITING), limit=1)
    return waiting[0].run_id if waiting else None


def range_tags(first: str, last: str) -> dict[str, str]:
    """Tags of a run over a range of partitions."""
    return {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}


@dg.schedule(
    job=nightly,
    cron_schedule=f"{_MINUTE} {_HOUR} * * *",
    execution_timezone=_SETTINGS.miners_timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def every_night(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Each night: all companies, filings of this month and the last.

    While the previous run is still going, this one waits in the queue.
    """
    waiting = waiting_run(context, nightly.name)
    if waiting:
        yield dg.SkipReason(f"run {waiting[:8]} has not started yet; it reads the same filings")
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
    """Four times a day: feeds, and articles of the last four days."""
    waiting = waiting_run(context, read_news.name)
    if waiting:
        yield dg.SkipReason(f"run {waiting[:8]} has not started yet; it reads the same days")
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
    """Once a day: delete old runs, logs and quarantined rows."""
    return dg.RunRequest(run_key=context.scheduled_execution_time.date().isoformat())


@dg.schedule(
    job=find_miners,
    cron_schedule="15 5 1 * *",
    execution_timezone=_SETTINGS.miners_timezone,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def every_month(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Once a month: registrants that mine and are not watched, by EDGAR's full-text search."""
    if _SETTINGS.mirror is not None:
        return dg.SkipReason("a mirror has no full-text search")
    return dg.RunRequest(run_key=context.scheduled_execution_time.date().isoformat())
