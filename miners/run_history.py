"""Copy runs of `miners run` into the run history that Dagster's UI shows."""

import dagster as dg

# One event for each asset: the partitions that hold something are reported apart.
_LEFT_OUT = (dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED, dg.DagsterEventType.ASSET_MATERIALIZATION)


Checks = dict[dg.AssetCheckKey, dg.AssetCheckEvaluation]


def copy_run(memory: dg.DagsterInstance, history: dg.DagsterInstance, run_id: str, checks: Checks) -> None:
    """Copy a finished run from an instance in memory, with its steps, checks and logs (0.7 s).

    Args:
        checks: Evaluations of earlier runs of the same command, to which those of this run are added; a
            failed one stays.
    """
    run = memory.get_run_by_id(run_id)
    assert run is not None
    assert run.job_snapshot_id is not None
    assert run.execution_plan_snapshot_id is not None
    source, target = memory.run_storage, history.run_storage
    if not target.has_job_snapshot(run.job_snapshot_id):
        target.add_job_snapshot(source.get_job_snapshot(run.job_snapshot_id))
    if not target.has_execution_plan_snapshot(run.execution_plan_snapshot_id):
        target.add_execution_plan_snapshot(source.get_execution_plan_snapshot(run.execution_plan_snapshot_id))
    history.add_run(run)
    for entry in memory.all_logs(run_id):
        event = entry.dagster_event
        if event is None or event.event_type not in _LEFT_OUT:
            history.handle_new_event(entry)
        if event is not None and event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if check.asset_check_key not in checks or not check.passed:
                checks[check.asset_check_key] = check


def report_checks(history: dg.DagsterInstance, checks: Checks) -> None:
    """Report checks after the materializations, whose checks Dagster otherwise shows as not run."""
    for check in checks.values():
        history.report_runless_asset_event(check)
