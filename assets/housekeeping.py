"""Delete old runs, events, logs and quarantined rows, as configured."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster import DagsterEventType, DagsterInstance

from assets.resources import step_metadata
from pipelines.operations.retention import prune
from pipelines.settings import Settings
from pipelines.steps.services import Services

_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_BATCH = 200


def runs_to_keep(instance: DagsterInstance) -> set[str]:
    """Runs of the last materialization of each asset and partition."""
    kept: set[str] = set()
    storage = instance.event_log_storage
    for key in instance.all_asset_keys():
        latest = set(
            storage.get_latest_storage_id_by_partition(key, DagsterEventType.ASSET_MATERIALIZATION).values()
        )
        records = instance.get_latest_materialization_event(key)
        if records is not None:
            kept.add(records.run_id)
        ids = sorted(latest)
        for start in range(0, len(ids), _BATCH):
            chosen = dg.AssetRecordsFilter(asset_key=key, storage_ids=ids[start : start + _BATCH])
            kept |= {r.run_id for r in instance.fetch_materializations(chosen, limit=_BATCH).records}
    return kept


def old_runs(instance: DagsterInstance, days: int) -> Iterator[dg.DagsterRun]:
    """Finished runs that are older than some days, oldest first."""
    before = datetime.now(UTC) - timedelta(days=days)
    records = instance.get_run_records(dg.RunsFilter(statuses=_ENDED, created_before=before), ascending=True)
    yield from (record.dagster_run for record in records)


def prune_dagster(instance: DagsterInstance, settings: Settings) -> dict[str, int]:
    """Delete old runs with their events, and compute logs; returns how many of each.

    Runs that mark a partition as materialized are kept.
    """
    done = {"runs": 0, "runs_kept": 0, "runs_without_logs": 0}
    if settings.keep_runs_days:
        kept = runs_to_keep(instance)
        for run in old_runs(instance, settings.keep_runs_days):
            if run.run_id in kept:
                done["runs_kept"] += 1
                continue
            instance.compute_log_manager.delete_logs(prefix=[run.run_id])
            instance.delete_run(run.run_id)
            done["runs"] += 1
    if settings.keep_logs_days:
        for run in old_runs(instance, settings.keep_logs_days):
            instance.compute_log_manager.delete_logs(prefix=[run.run_id])
            done["runs_without_logs"] += 1
    return done


@dg.op(out=dg.Out(dg.Nothing))
def delete_old_records(context: dg.OpExecutionContext, services: dg.ResourceParam[Services]) -> None:
    """Delete records older than KEEP_…_DAYS."""
    started = time.monotonic()
    result = prune(services.engine, services.settings)
    result.counts.update(prune_dagster(context.instance, services.settings))
    result.seconds = round(time.monotonic() - started, 3)
    context.add_output_metadata(step_metadata(result))
    context.log.info(
        ", ".join(f"{number} {name}" for name, number in sorted(result.counts.items())) or "nothing to delete"
    )


@dg.job(
    description=(
        "Delete runs, logs and quarantined rows older than KEEP_…_DAYS. Facts and the archive are kept."
    )
)
def tidy_up() -> None:
    delete_old_records()
