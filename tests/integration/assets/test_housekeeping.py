"""Deletion of old runs and quarantined rows."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster import DagsterInstance

from assets import housekeeping, resources
from assets.definitions import defs
from pipelines.steps.services import Services
from tests.integration.assets.jobs import QUIET, run_job
from tests.pipeline_run import load_filings


def make_older(instance: DagsterInstance, run_id: str, days: int) -> None:
    """Set the creation of a run back, in the storage of the instance."""
    with instance.run_storage.connect() as connection:  # type: ignore[attr-defined]
        connection.execute(
            sa.text("update runs set create_timestamp = :then where run_id = :run"),
            {"then": datetime.now(UTC).replace(tzinfo=None) - timedelta(days=days), "run": run_id},
        )


def test_pruning_keeps_last_run_of_partition(live_services: Services, instance: DagsterInstance) -> None:
    first = run_job(instance, "nightly", "SLNH|2024-11-01", assets=["filing_index"])
    alone = run_job(instance, "nightly", "GREE|2024-11-01", assets=["filing_index"])
    second = run_job(instance, "nightly", "SLNH|2024-11-01", assets=["filing_index"])
    assert all(r.success for r in (first, alone, second))
    for made in (first, alone, second):
        make_older(instance, made.run_id, 400)
    done = housekeeping.prune_dagster(
        instance, live_services.settings.model_copy(update={"keep_runs_days": 180, "keep_logs_days": 30})
    )
    assert (done["runs"], done["runs_kept"]) == (1, 2)
    assert not instance.has_run(first.run_id)
    assert instance.has_run(alone.run_id)
    assert instance.get_materialized_partitions(dg.AssetKey("filing_index")) == {
        "SLNH|2024-11-01",
        "GREE|2024-11-01",
    }
    none = housekeeping.prune_dagster(
        instance, live_services.settings.model_copy(update={"keep_runs_days": 0, "keep_logs_days": 0})
    )
    assert none == {"runs": 0, "runs_kept": 0, "runs_without_logs": 0}


def test_pruning_deletes_old_quarantine_not_facts(
    live_services: Services, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_filings(live_services, "GREE")
    old = Services(live_services.settings.model_copy(update={"keep_quarantine_days": 30}))
    monkeypatch.setattr(resources, "shared_services", lambda: old)
    with live_services.engine.begin() as connection:
        connection.execute(
            sa.text("update quarantine.rejected_row set rejected_at = now() - interval '31 days'")
        )
        facts = connection.execute(sa.text("select count(*) from warehouse.fact_segment_revenue")).scalar()
    assert facts
    assert defs.resolve_job_def("tidy_up").execute_in_process(instance=instance, run_config=QUIET).success
    with live_services.engine.connect() as connection:
        assert connection.execute(sa.text("select count(*) from quarantine.rejected_row")).scalar() == 0
        assert (
            connection.execute(sa.text("select count(*) from warehouse.fact_segment_revenue")).scalar()
            == facts
        )
