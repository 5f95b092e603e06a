"""Jobs run in this process."""

from collections.abc import Sequence
from typing import Any

import dagster as dg
from dagster import DagsterInstance

from assets.definitions import defs

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run_job(
    instance: DagsterInstance,
    job: str,
    first: str,
    last: str | None = None,
    *,
    assets: Sequence[str] = (),
    marts: bool = False,
    **tags: str,
) -> dg.ExecuteInProcessResult:
    """Run a job over a range of partitions, or over a single one.

    Args:
        assets: Run only these of its assets.
        marts: Run the assets of marts, too.
    """
    partition: str | None = first
    if last is not None and last != first:
        tags["dagster/asset_partition_range_start"] = first
        tags["dagster/asset_partition_range_end"] = last
        partition = None
    definition = defs.resolve_job_def(job)
    keys = [key for key in definition.asset_layer.selected_asset_keys if marts or key.path[0] != "marts"]
    return definition.execute_in_process(
        instance=instance,
        raise_on_error=False,
        run_config=QUIET,
        tags=tags,
        partition_key=partition,
        asset_selection=[dg.AssetKey(name) for name in assets] or keys,
    )


def metadata_of(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    """Metadata of the last materialization of each asset, by its name."""
    found = {}
    for event in result.get_asset_materialization_events():
        assert event.asset_key
        found[event.asset_key.to_user_string()] = event.materialization.metadata
    return found


def failures(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    """Error messages of failed steps."""
    return {
        str(event.step_key): str(event.event_specific_data.error.message)  # type: ignore[union-attr]
        for event in result.all_events
        if event.event_type_value == "STEP_FAILURE"
    }


def restarted_steps(result: dg.ExecuteInProcessResult) -> list[str]:
    """Steps that were tried again, in order."""
    return [str(e.step_key) for e in result.all_events if e.event_type_value == "STEP_RESTARTED"]
