"""Retention of validation results and quarantine. Facts and the archive are kept."""

import shutil
import time

import sqlalchemy as sa

from pipelines.settings import Settings
from pipelines.steps.results import StepResult


def prune(engine: sa.Engine, settings: Settings) -> StepResult:
    """Delete records older than the settings allow; 0 days keep everything.

    An approved row that is not loaded yet is kept.
    counts: quarantined_rows, validation_results, closed_runs (rows of ops.run)
    """
    result = StepResult("retention")
    started = time.monotonic()
    with engine.begin() as connection:
        if settings.keep_quarantine_days:
            result.counts["quarantined_rows"] = _delete(
                connection,
                "quarantine.rejected_row where status <> 'released' and coalesce(released_at, rejected_at)",
                settings.keep_quarantine_days,
            )
        if settings.keep_runs_days:
            result.counts["closed_runs"] = _delete(
                connection, "ops.run where ended_at is not null and started_at", settings.keep_runs_days
            )
            _delete(connection, "ops.alert where gone_at is not null and gone_at", settings.keep_runs_days)
    folder = settings.validation_dir
    if settings.keep_logs_days and folder.is_dir():
        oldest = time.time() - settings.keep_logs_days * 86_400
        for path in folder.iterdir():
            if path.is_dir() and path.name != "last" and path.stat().st_mtime < oldest:
                shutil.rmtree(path, ignore_errors=True)
                result.counts["validation_results"] += 1
    result.seconds = round(time.monotonic() - started, 3)
    return result


def _delete(connection: sa.Connection, what: str, days: int) -> int:
    """Delete rows by their age; `what` is a constant of this module."""
    return connection.execute(
        sa.text(f"delete from {what} < now() - make_interval(days => :days)"), {"days": days}
    ).rowcount
